import { nullTranslator } from '@jupyterlab/translation';

import { inferences, ipc } from '../../api/__tests__/server';
import { decode } from '../../api/arrow';
import type { InferencesModel } from '../../api/contract';
import { read, write } from '../../notebook/kept';
import type { Condition, IAnalysis, ISelection, Recipe } from '../../tokens';
import { combined, conditionFor, liveOf, type Way } from '../combining';
import { labelsOf } from '../labels';
import { outdated } from '../selection';
import { type IOfSets, Selections } from '../selections';

const trans = nullTranslator.load('phoenix_lab');
const prod = inferences({ n_rows: 9, look: 'a' });
const train = inferences({
  id: 'i2',
  name: 'train',
  variable: 'train',
  n_rows: 5,
  look: 'b'
});
const AA: Condition = { kind: 'values', column: 'carrier', values: ['AA'] };

let sets: IOfSets & {
  primary: InferencesModel;
  reference: InferencesModel | null;
};
let asked: Recipe[];
let answer: { set: string[]; row: number[] };
let told: number;
let selections: Selections;

beforeEach(() => {
  asked = [];
  answer = { set: ['primary', 'primary'], row: [2, 4] };
  told = 0;
  sets = {
    primary: prod,
    reference: train,
    isDisposed: false,
    run: recipe => {
      asked.push(recipe);
      const done = decode(ipc(answer)).then(table => ({
        table,
        parts: new Map(),
        meta: {}
      }));
      return { done } as unknown as IAnalysis;
    }
  };
  selections = new Selections(sets, trans, () => (told += 1));
});

function frozen(id: string, ...rows: number[]): ISelection {
  return {
    id,
    label: id,
    rows: [{ set: 'primary', rows, of: 9 }],
    variable: id,
    comment: [],
    source: null
  };
}

const live = (id = 'live'): ISelection => ({
  ...frozen(id),
  rows: [
    { set: 'primary', rows: [] },
    { set: 'reference', rows: [] }
  ],
  conditions: [AA]
});

const ids = (): string[] => selections.all.map(({ id }) => id);

async function settle(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 0));
}

function refresh(change: Partial<InferencesModel>): void {
  const before = { primary: sets.primary, reference: sets.reference };
  sets.primary = { ...sets.primary, id: `${sets.primary.id}-new`, ...change };
  selections.carry(before);
}

describe('combined selections', () => {
  const words = { id: 'c', label: 'c', variable: 'c', comment: [] };
  const rows = (way: Way, a: number[], b: number[]): readonly number[] =>
    combined(way, frozen('a', ...a), frozen('b', ...b), words).rows[0].rows;

  it('have the rows of sets of rows, also where they are equal or have none', () => {
    const lists = [[], [0], [0, 2, 8], [2, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8]];
    for (const a of lists) {
      for (const b of lists) {
        expect(rows('and', a, b)).toEqual(a.filter(r => b.includes(r)));
        expect(rows('minus', a, b)).toEqual(a.filter(r => !b.includes(r)));
        expect(rows('or', a, b)).toEqual(
          [...new Set([...a, ...b])].sort((x, y) => x - y)
        );
        expect(rows('not', a, b)).toEqual(lists[4].filter(r => !a.includes(r)));
      }
    }
  });

  it('are live where both are, and a list of rows where one is', async () => {
    await selections.keep(live());
    const [mine] = selections.all;
    const other: ISelection = {
      ...live('other'),
      conditions: [{ kind: 'missing', column: 'x' }]
    };
    expect(combined('minus', mine, other, words).conditions).toEqual([
      AA,
      { kind: 'not', condition: { kind: 'missing', column: 'x' } }
    ]);
    expect(combined('or', mine, frozen('b', 1), words)).toMatchObject({
      rows: [{ rows: [1, 2, 4] }, { rows: [], n: 0 }]
    });
    expect(liveOf(combined('or', mine, frozen('b', 1), words))).toBeNull();
  });

  it('leave out rows of one set alone within that set', async () => {
    await selections.keep({ ...live(), rows: [{ set: 'primary', rows: [] }] });
    const [mine] = selections.all;
    const one = { kind: 'of_set', name: 'primary' };
    expect(mine.conditions).toEqual([AA, one]);
    expect(combined('not', mine, null, words)).toMatchObject({
      rows: [{ set: 'primary', rows: [0, 1, 3, 5, 6, 7, 8] }],
      conditions: [{ kind: 'not' }, one]
    });
    // In views they stand beside the whole of the other set.
    expect(conditionFor(mine, true)).toEqual({ ...AA, set: 'primary' });
    expect(conditionFor(frozen('a', 1, 2, 5), true)).toEqual({
      kind: 'at_rows',
      primary: '1-2,5',
      set: 'primary'
    });
  });
});

describe('kept selections', () => {
  it('are taken back and made again', async () => {
    await selections.keep(frozen('a', 1));
    selections.change('a', { label: 'mine', tag: 'new topic', note: 'ask' });
    selections.remove('a');
    expect(ids()).toEqual([]);
    expect(selections.undo()).toBe(true);
    expect(selections.all[0]).toMatchObject({ label: 'mine', note: 'ask' });
    selections.undo();
    expect(selections.all[0].label).toBe('a');
    selections.undo();
    expect(selections.undo()).toBe(false);
    selections.redo();
    selections.redo();
    expect(selections.all[0].tag).toBe('new topic');
    await selections.keep(frozen('b', 1));
    expect(selections.canRedo).toBe(false);
  });

  it('are counted when they are kept, and again when their dataframe is another one', async () => {
    await selections.keep(live());
    expect(asked).toEqual([{ kind: 'cohort', where: [AA] }]);
    expect(selections.all[0].rows).toMatchObject([
      { rows: [2, 4], of: 9 },
      { rows: [], n: 0, of: 5 }
    ]);
    answer = { set: ['primary', 'reference'], row: [10, 1] };
    refresh({ n_rows: 12, look: 'c' });
    expect(selections.state('live')).toEqual({ problem: null });
    await settle();
    expect(selections.state('live')).toBeUndefined();
    expect(selections.all[0].rows).toMatchObject([
      { rows: [10], of: 12 },
      { rows: [1] }
    ]);
    expect(outdated(selections.all[0], sets)).toBeNull();
    expect(selections.all[0].comment[1]).toBe(
      '1 row of prod, then 1 row of train'
    );
    // That is nothing that a person did.
    selections.undo();
    expect(ids()).toEqual([]);
  });

  it('of rows among a list of rows are a list, too', async () => {
    const listed: Condition = { kind: 'at_rows', primary: '2-4' };
    await selections.keep({ ...live(), conditions: [listed, AA] });
    expect(asked).toEqual([{ kind: 'cohort', where: [listed, AA] }]);
    expect(liveOf(selections.all[0])).toBeNull();
    expect(selections.all[0].rows[0].rows).toEqual([2, 4]);
  });

  it('say why they are not found again, and are not lost', async () => {
    await selections.keep(live());
    sets.run = () => {
      const done = Promise.reject(new Error('"carrier" is not there'));
      return { done } as unknown as IAnalysis;
    };
    refresh({ look: 'c' });
    await settle();
    expect(selections.state('live')?.problem).toContain('carrier');
    expect(ids()).toEqual(['live']);
  });

  it('are told of by the answer that was asked for last', async () => {
    await selections.keep(live());
    const { run } = sets;
    let fail: (reason: Error) => void = () => undefined;
    sets.run = () =>
      ({
        done: new Promise((_, reject) => (fail = reject))
      }) as unknown as IAnalysis;
    refresh({ look: 'c' });
    sets.run = run;
    refresh({ look: 'd' });
    await settle();
    expect(outdated(selections.all[0], sets)).toBeNull();
    // The server lets go of the one before only now.
    fail(new Error('Cancelled.'));
    await settle();
    expect(selections.state('live')).toBeUndefined();
  });

  it('are frozen under the name that they were given meanwhile, and not when they were removed', async () => {
    await selections.keep({
      ...live('a'),
      rows: [{ set: 'primary', rows: [], n: 2 }]
    });
    await selections.keep(live('b'));
    refresh({ look: 'c' });
    const frozen = Promise.all([
      selections.freeze('a'),
      selections.freeze('b')
    ]);
    selections.change('a', { label: 'mine' });
    selections.remove('b');
    await frozen;
    expect(selections.all).toMatchObject([
      {
        id: 'a',
        label: 'mine',
        conditions: undefined,
        rows: [{ rows: [2, 4] }]
      }
    ]);
    selections.undo();
    expect(liveOf(selections.all[0])).not.toBeNull();
  });

  it('of clusters wait until somebody asks, for the map may be another one', async () => {
    const map = { kind: 'embedding_map' as const, embedding: 'v' };
    await selections.keep({
      ...frozen('k', 1, 2),
      source: { recipe: map, call: '.cluster(3, set="primary")' }
    });
    expect(liveOf(selections.all[0])).toEqual([
      { kind: 'in_cluster', map, cluster: 3 },
      { kind: 'of_set', name: 'primary' }
    ]);
    refresh({ look: 'c' });
    await settle();
    expect(asked).toEqual([]);
    expect(outdated(selections.all[0], sets)?.name).toBe('prod');
    await selections.again('k');
    expect(outdated(selections.all[0], sets)).toBeNull();
    await selections.freeze('k');
    expect(liveOf(selections.all[0])).toBeNull();
    expect(selections.all[0].rows[0].rows).toEqual([2, 4]);
  });

  it('come back from the file as they were: the recipe of a live one, not its rows', async () => {
    await selections.keep(live());
    selections.change('live', { tag: 'mislabelled', note: 'two\nlines' });
    const written = write(selections.all[0]);
    expect(written).toMatchObject({ conditions: [AA], primary: { n: 2 } });
    expect(JSON.stringify(written)).not.toContain('"rows"');
    const [back] = read([JSON.parse(JSON.stringify(written))]);
    expect(back).toMatchObject({
      conditions: [AA],
      tag: 'mislabelled',
      note: 'two\nlines',
      rows: [{ n: 2 }, { n: 0 }]
    });
    const nonsense = { ...written, conditions: [{ kind: 'values' }] };
    expect(read([nonsense])).toEqual([]);
  });
});

describe('labels', () => {
  const label = (text: string | null, ...rows: number[]): void =>
    selections.mark('label', text, [{ set: 'primary', rows }], 'v');
  const said = (): string[] =>
    selections.all.map(one => `${one.label} ${one.rows[0].rows.join(' ')}`);

  it('are one for each row, the last that was said', () => {
    label('mislabelled', 1, 2);
    label('new topic', 5);
    label('new topic', 2);
    expect(said()).toEqual(['mislabelled 1', 'new topic 2 5']);
    label(null, 5);
    label('mislabelled', 2);
    expect(said()).toEqual(['mislabelled 1 2']);
    selections.undo();
    expect(said()).toEqual(['mislabelled 1', 'new topic 2']);
    selections.mark('note', 'odd', [{ set: 'primary', rows: [1] }], 'v');
    expect(labelsOf({ ...sets, selections: selections.all })).toMatchObject({
      sets: [
        {
          set: 'primary',
          marks: [
            { text: 'mislabelled' },
            { text: 'new topic' },
            { mark: 'note' }
          ]
        }
      ]
    });
  });

  it('take the name that their key has now', () => {
    label('new topic', 1);
    selections.relabel(['mislabelled', 'sarcasm', '', 'sarcasm']);
    expect(selections.labels).toEqual(['mislabelled', 'sarcasm']);
    expect(said()).toEqual(['sarcasm 1']);
    selections.undo();
    expect(said()).toEqual(['new topic 1']);
  });

  it('do not take the name of another that has moved to their key', () => {
    label('mislabelled', 1);
    label('new topic', 5);
    selections.relabel(['new topic', 'sarcasm']);
    expect(selections.labels).toEqual(['new topic', 'sarcasm']);
    expect(said()).toEqual(['mislabelled 1', 'new topic 5']);
  });

  it('of rows as they were stand beside those of rows as they are', () => {
    label('odd', 1);
    refresh({ n_rows: 12, look: 'c' });
    expect(labelsOf({ ...sets, selections: selections.all }).sets).toEqual([]);
    label('odd', 11);
    expect(said()).toEqual(['odd 1', 'odd 11']);
    expect(new Set(ids()).size).toBe(2);
  });

  it('are more than those of a selection before a notebook has too many', () => {
    label('odd', ...Array.from({ length: 3000 }, (_, i) => 2 * i));
    const big = { ...selections.all[0] };
    big.rows.forEach(part => Object.assign(part, { of: 9000 }));
    expect(read([write(big)])[0].rows[0].rows).toHaveLength(3000);
  });
});
