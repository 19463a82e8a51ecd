import { nullTranslator } from '@jupyterlab/translation';

import {
  type IAnswer,
  type IAsked,
  inferences,
  ipc,
  WireServer
} from '../../api/__tests__/server';
import type { FrameListing, InferencesModel } from '../../api/contract';
import { numbers } from '../../api/arrow';
import type { IChosen, ISelection } from '../../tokens';
import { canonical } from '../analyses';
import { Inspection } from '../inspection';
import type { IInspectionHost } from '../inspection-host';
import { read } from '../../notebook/kept';
import { stateOf } from '../restoring';
import { outdated } from '../selection';

const prod = inferences();
const train = inferences({ id: 'i2', ref: 'r2', name: 'train', n_rows: 2 });

const running = {
  state: 'running',
  stage: 'reading',
  fraction: 0.5,
  remaining: 1,
  elapsed: 0.1,
  cached: false,
  reading: null,
  parts: [],
  problem: null
};
const done = { ...running, state: 'done', fraction: 1, parts: ['clusters'] };

let wire: WireServer;
let events: unknown[];
let released: string[];
let counted: unknown;
let meeting: { readonly set: string[]; readonly row: number[] } | null;
let reread: (model: InferencesModel) => InferencesModel;
let host: IInspectionHost;
let inspection: Inspection;

/** What the notebook does with a cell: puts it in, as it should. */
const inserts: IInspectionHost['insert'] = () =>
  Promise.resolve({
    message: '',
    isAsPromised: true,
    undo: () => true,
    show: null
  });

function respond({ path, body }: IAsked): IAnswer {
  if (path.endsWith('/analyses')) {
    return { status: 201, json: { id: 'a1', event: running } };
  }
  if (path.endsWith('/events')) {
    return { lines: events.map(event => `${JSON.stringify(event)}\n`) };
  }
  if (path.includes('/result')) {
    return {
      bytes: path.includes('part=clusters')
        ? ipc({ cluster: [0, 1] })
        : ipc(meeting ?? { x: [1, 2, 3] }, {
            n_tests: 3,
            ...(counted ? { cohort: counted } : {})
          })
    };
  }
  if (path.endsWith('/columns')) {
    const { columns, rows } = body as { columns: string[]; rows?: number[] };
    const values = [10, 20, 30];
    return {
      bytes: ipc(
        Object.fromEntries(
          columns.map(name => [name, rows ? rows.map(i => values[i]) : values])
        )
      )
    };
  }
  return { json: {} };
}

beforeEach(async () => {
  events = [running, done];
  released = [];
  counted = null;
  meeting = null;
  reread = model => model;
  wire = await WireServer.start(respond);
  host = {
    read: () => Promise.resolve(train),
    reread: (_, model) => Promise.resolve(reread(model)),
    correct: () => Promise.resolve(),
    findOpen: () => null,
    candidates: () => [],
    column: null,
    openOverview: () => undefined,
    openColumn: () => undefined,
    insert: () => Promise.reject(new Error('not here')),
    pin: () => undefined,
    exportRows: () => Promise.reject(new Error('not here')),
    embedders: () => Promise.reject(new Error('not asked')),
    freeName: () => 'rows',
    holds: () => true,
    release: ids => released.push(...ids)
  };
  inspection = new Inspection({
    path: () => 'a.ipynb',
    client: wire.client,
    host,
    trans: nullTranslator.load('phoenix_lab'),
    primary: prod,
    reference: train
  });
});

afterEach(async () => {
  inspection.dispose();
  await wire.stop();
});

function asked(end: string): IAsked[] {
  return wire.asked.filter(({ path }) => path.endsWith(end));
}

describe('an output that is no variable', () => {
  const head = { ...prod, variable: null, name: 'prod.head()' };
  const listed = (ref: string, n_rows = 3): FrameListing =>
    ({ ref, names: ['prod'], n_rows, n_columns: 3 }) as FrameListing;

  it('of an earlier kernel is not asked for again: the variable is read, or nothing', async () => {
    inspection.replace(head, train);
    const asked: unknown[] = [];
    host.read = (_, name) => {
      asked.push(name);
      return Promise.resolve({ ...prod, id: 'i7' });
    };
    reread = model => {
      if (model === head) {
        throw new Error('409');
      }
      return { ...model, id: 'i8' };
    };
    const stale = { sets: [], moved: [], message: 'of an earlier kernel' };
    inspection.markStale({ ...stale, instead: [] });
    await expect(inspection.refresh()).rejects.toThrow('of an earlier kernel');
    inspection.markStale({
      ...stale,
      message: 'and prod is there',
      instead: [{ set: 'primary', name: 'prod' }]
    });
    await inspection.refresh();
    expect(asked).toEqual([{ expression: 'prod', name: 'prod' }]);
    expect(inspection.primary.id).toBe('i7');
    expect(inspection.reference?.id).toBe('i8');
    expect(inspection.stale).toBeNull();
  });

  it('is older than a variable that has changed since it was first seen', () => {
    inspection.replace(head, train);
    inspection.seeWholes([]);
    inspection.seeWholes([listed('p1')]);
    expect(inspection.older).toEqual([]);
    inspection.seeWholes([listed('p2')]);
    expect(inspection.older).toEqual(['primary']);
    inspection.seeWholes([listed('p1')]);
    expect(inspection.older).toEqual([]);
    inspection.seeWholes([listed('p1', 4)]);
    expect(inspection.older).toEqual(['primary']);
  });

  it('gives way to the view of the whole that is open', async () => {
    inspection.replace(head, train);
    released.length = 0;
    const open = {} as Inspection;
    const shown: Inspection[] = [];
    host.read = () => Promise.resolve({ ...prod, id: 'i7' });
    host.openOverview = one => shown.push(one);
    const looked: unknown[] = [];
    host.findOpen = (_, first, second) => {
      looked.push([first.id, second?.id]);
      return open;
    };
    await inspection.take('primary', { expression: 'prod', name: 'prod' });
    expect(looked).toEqual([['i7', 'i2']]);
    expect(shown).toEqual([open]);
    expect(inspection.primary).toBe(head);
    expect(released).toEqual(['i7']);
  });
});

describe('sets that are read again', () => {
  beforeEach(() => {
    reread = model => ({ ...model, id: `${model.id}+` });
  });

  it('are let go when the other cannot be read', async () => {
    reread = model => {
      if (model === train) {
        throw new Error('gone');
      }
      return { ...model, id: `${model.id}+` };
    };
    await expect(inspection.refresh()).rejects.toThrow('gone');
    expect(released).toEqual([`${prod.id}+`]);
    expect(inspection.primary).toBe(prod);
  });

  it('are let go when the corpus cannot be read', async () => {
    const corpus = { ...train, id: 'i3', name: 'documents' };
    host.read = () => Promise.resolve(corpus);
    await inspection.useCorpus({ expression: 'documents' });
    reread = model => {
      if (model === corpus) {
        throw new Error('gone');
      }
      return { ...model, id: `${model.id}+` };
    };
    await expect(inspection.refresh()).rejects.toThrow('gone');
    expect(released).toEqual([`${prod.id}+`, `${train.id}+`]);
    expect(inspection.primary).toBe(prod);
  });

  it('leave the corpus away that was taken away meanwhile', async () => {
    const corpus = { ...train, id: 'i3', name: 'documents' };
    host.read = () => Promise.resolve(corpus);
    await inspection.useCorpus({ expression: 'documents' });
    const refreshed = inspection.refresh();
    await inspection.useCorpus(null);
    await refreshed;
    expect(inspection.corpus).toBeNull();
    expect(released).toContain('i3+');
  });

  it('keep what was picked beside a corpus that is the same, and not beside another', async () => {
    const corpus = { ...train, id: 'i3', name: 'documents' };
    host.read = () => Promise.resolve(corpus);
    await inspection.useCorpus({ expression: 'documents' });
    const selection: ISelection = {
      id: 'v:cluster',
      label: 'a cluster',
      rows: [{ set: 'primary', rows: [1] }],
      variable: 'rows',
      comment: [],
      source: {
        recipe: { kind: 'embedding_map', embedding: 'v' },
        call: '.cluster(3)'
      },
      view: 'v'
    };
    inspection.pick('v', selection);
    inspection.save(selection);
    await inspection.refresh();
    expect(inspection.corpus?.id).toBe('i3+');
    expect(inspection.picked.get('v')?.id).toBe('v:cluster');
    expect(inspection.selections[0].source).not.toBeNull();
    reread = model => ({
      ...model,
      id: `${model.id}+`,
      look: model.name === 'documents' ? 'others' : model.look
    });
    await inspection.refresh();
    expect(inspection.picked.size).toBe(0);
    expect(inspection.selections[0].source).toBeNull();
  });

  it('are let go when the inspection was closed meanwhile', async () => {
    const refreshed = inspection.refresh();
    const compared = inspection.compare({ expression: 'train' });
    inspection.dispose();
    released = [];
    await Promise.all([refreshed, compared]);
    expect(released).toEqual(
      expect.arrayContaining([`${prod.id}+`, `${train.id}+`, train.id])
    );
  });

  it('stay swapped when they were swapped meanwhile', async () => {
    const refreshed = inspection.refresh();
    await inspection.swap();
    await refreshed;
    expect(inspection.primary.id).toBe(`${train.id}+`);
    expect(inspection.reference?.id).toBe(`${prod.id}+`);
  });
});

describe('conditions', () => {
  const carrier: IChosen = {
    condition: { kind: 'values', column: 'carrier', values: ['AA'] }
  };
  const lately: IChosen = {
    condition: { kind: 'range', column: 'when', low: '2021', set: 'primary' }
  };
  const other: IChosen = {
    condition: { kind: 'values', column: 'carrier', values: ['UA'] }
  };

  it('are part of every question, and can be walked back', async () => {
    const before = inspection.run({ kind: 'summary' });
    inspection.narrow([carrier]);
    const narrow = inspection.run({ kind: 'summary' });
    expect(narrow).not.toBe(before);
    expect(narrow.recipe.where).toEqual([carrier.condition]);
    inspection.narrow([carrier]);
    inspection.narrow([lately]);
    expect(inspection.where).toEqual([carrier, lately]);
    inspection.widen(null);
    expect(inspection.where).toEqual([]);
    expect(inspection.undoCohort()).toBe(true);
    expect(inspection.where).toEqual([carrier, lately]);
    expect(inspection.undoCohort()).toBe(true);
    expect(inspection.run({ kind: 'summary' })).toBe(narrow);
    expect(inspection.undoCohort()).toBe(true);
    expect(inspection.run({ kind: 'summary' })).toBe(before);
    expect(inspection.undoCohort()).toBe(false);
    await Promise.allSettled([before.done, narrow.done]);
  });

  it('that a finding came with do not change what findings are of', () => {
    inspection.narrow([lately]);
    inspection.visit([lately, carrier]);
    expect(inspection.where).toEqual([lately, carrier]);
    expect(inspection.whereBefore).toEqual([lately]);
    // The next finding comes with others, or with none.
    inspection.visit([other]);
    expect(inspection.where).toEqual([lately, other]);
    inspection.visit(null);
    expect(inspection.where).toEqual([lately]);
    expect(inspection.whereBefore).toEqual([lately]);
    // What a person chooses on top of them is meant.
    inspection.visit([carrier]);
    inspection.narrow([other]);
    expect(inspection.whereBefore).toEqual([lately, carrier, other]);
    inspection.undoCohort();
    inspection.undoCohort();
    expect(inspection.where).toEqual([lately]);
  });

  it('that a finding came with are still those of a finding after Undo, and where one of them is taken away', () => {
    inspection.narrow([lately]);
    inspection.visit([carrier]);
    inspection.visit([other]);
    inspection.undoCohort();
    expect(inspection.where).toEqual([lately, carrier]);
    expect(inspection.whereBefore).toEqual([lately]);
    inspection.widen(lately);
    expect(inspection.where).toEqual([carrier]);
    expect(inspection.whereBefore).toEqual([]);
    inspection.undoCohort();
    inspection.widen(carrier);
    expect(inspection.where).toEqual([lately]);
    expect(inspection.whereBefore).toEqual([lately]);
  });

  it('that a finding came with are still those of a finding once the page was loaded again', async () => {
    const again = (): Inspection =>
      new Inspection({
        path: () => 'a.ipynb',
        client: wire.client,
        host,
        trans: nullTranslator.load('phoenix_lab'),
        ...(JSON.parse(JSON.stringify(stateOf(inspection))) as object),
        primary: prod,
        reference: train,
        picked: []
      });
    inspection.visit([carrier]);
    const visited = again();
    expect(visited.where).toEqual([carrier]);
    expect(visited.whereBefore).toEqual([]);
    visited.dispose();
    inspection.visit(null);
    expect(stateOf(inspection)).not.toHaveProperty('whereBefore');
    inspection.narrow([carrier]);
    const chosen = again();
    expect(chosen.whereBefore).toEqual([carrier]);
    chosen.dispose();
  });

  it('are counted by the first answer of theirs', async () => {
    counted = { primary: { rows: 2, of: 3 }, reference: { rows: 0, of: 2 } };
    expect(inspection.cohort).toBeNull();
    inspection.narrow([carrier]);
    await inspection.run({ kind: 'summary' }).done;
    expect(inspection.cohort).toEqual(counted);
    inspection.widen(null);
    expect(inspection.cohort).toBeNull();
  });

  it('follow their set when the sets are swapped', async () => {
    inspection.narrow([carrier, lately]);
    await inspection.swap();
    expect(inspection.where[1].condition.set).toBe('reference');
    expect(inspection.dropped).toEqual([]);
  });

  it('on a map go with it, and that is said', async () => {
    const onMap: IChosen = {
      condition: {
        kind: 'in_cluster',
        map: { kind: 'embedding_map', embedding: 'v' },
        cluster: 3
      },
      label: 'noise'
    };
    inspection.narrow([carrier, onMap]);
    // The same values read again make the same map.
    reread = model => ({ ...model, id: `${model.id}-new` });
    await inspection.refresh();
    expect(inspection.where).toEqual([carrier, onMap]);
    reread = model => ({ ...model, id: `${model.id}-2`, look: 'another' });
    await inspection.refresh();
    expect(inspection.where).toEqual([carrier]);
    expect(inspection.dropped).toEqual([onMap]);
    inspection.dismissDropped();
    expect(inspection.dropped).toEqual([]);
    expect(inspection.canUndoCohort).toBe(false);
  });
});

describe('run', () => {
  it('asks once, follows, and brings table, parts and facts', async () => {
    const analysis = inspection.run({ kind: 'summary', unit: null });
    expect(inspection.run({ unit: null, kind: 'summary' })).toBe(analysis);
    expect(inspection.run({ kind: 'summary' })).toBe(analysis);
    const states: string[] = [];
    analysis.changed.connect((_, { state }) => states.push(state));
    const result = await analysis.done;
    expect(result.table.numRows).toBe(3);
    expect(result.parts.get('clusters')?.numRows).toBe(2);
    expect(result.meta).toEqual({ n_tests: 3 });
    expect(states[states.length - 1]).toBe('done');
    expect(states.filter(state => state === 'done')).toHaveLength(1);
    expect(asked('/analyses')).toMatchObject([
      { body: { primary: 'i1', reference: 'i2' } }
    ]);
  });

  it('fails with the words of the server, and can be asked again', async () => {
    events = [
      {
        ...running,
        state: 'failed',
        problem: {
          message: 'The map ran out of memory.',
          hint: 'Use fewer rows.',
          column: null
        }
      }
    ];
    const analysis = inspection.run({ kind: 'summary' });
    await expect(analysis.done).rejects.toMatchObject({
      message: 'The map ran out of memory.',
      hint: 'Use fewer rows.'
    });
    expect(analysis.event.state).toBe('failed');
    events = [done];
    const again = inspection.run({ kind: 'summary' });
    expect(again).not.toBe(analysis);
    expect((await again.done).table.numRows).toBe(3);
  });

  it('says so when the connection breaks off in the middle', async () => {
    events = [running];
    const analysis = inspection.run({ kind: 'summary' });
    await expect(analysis.done).rejects.toThrow(/broke off/);
    expect(analysis.event.state).toBe('failed');
  });

  it('tells the server when it is cancelled', async () => {
    const analysis = inspection.run({ kind: 'summary' });
    await new Promise<void>(resolve => {
      analysis.changed.connect((_, { stage }) => stage && resolve());
    });
    analysis.cancel();
    expect(analysis.event.state).toBe('cancelled');
    await expect(analysis.done).rejects.toThrow();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(
      wire.asked.filter(({ method }) => method === 'DELETE')
    ).toMatchObject([{ path: '/base/phoenix-lab/api/analyses/a1' }]);
  });
});

describe('columns', () => {
  it('fetches a column once, and those asked together together', async () => {
    await inspection.columns('primary', ['a', 'b']);
    const table = await inspection.columns('primary', ['b', 'c', 'a']);
    expect(table.schema.fields.map(({ name }) => name)).toEqual([
      'b',
      'c',
      'a'
    ]);
    expect(numbers(table, 'c')).toEqual([10, 20, 30]);
    expect(asked('/columns').map(({ body }) => body)).toEqual([
      { columns: ['a', 'b'] },
      { columns: ['c'] }
    ]);
  });

  it('fetches some rows once', async () => {
    const pick = (): Promise<unknown> =>
      inspection.columns('primary', ['a'], [2, 0]);
    expect(await pick()).toBe(await pick());
    expect(asked('/columns').map(({ body }) => body)).toEqual([
      { columns: ['a'], rows: [2, 0] }
    ]);
  });

  it('has none of a reference that is not there', async () => {
    await inspection.compare(null);
    await expect(inspection.columns('reference', ['a'])).rejects.toThrow();
  });
});

describe('the sets', () => {
  const selection: ISelection = {
    id: 's',
    label: 'rows',
    rows: [{ set: 'primary', rows: [1, 2] }],
    variable: 'rows',
    comment: [],
    source: { recipe: { kind: 'summary' }, call: '.rows()' }
  };

  it('change sides, and selections go with them', async () => {
    inspection.save(selection);
    await inspection.swap();
    expect(inspection.primary).toBe(train);
    expect(inspection.reference).toBe(prod);
    expect(released).toEqual([]);
    expect(inspection.selections).toMatchObject([
      { rows: [{ set: 'reference', rows: [1, 2] }], source: null }
    ]);
  });

  it('are released when another takes their place', async () => {
    const other = inferences({ id: 'i3', name: 'other' });
    host.read = () => Promise.resolve(other);
    inspection.save(selection);
    inspection.save({
      ...selection,
      id: 't',
      rows: [{ set: 'reference', rows: [0] }]
    });
    await inspection.compare({ expression: 'other' });
    expect(inspection.reference).toBe(other);
    expect(released).toEqual(['i2']);
    // What was picked of the old reference is gone with it.
    expect(inspection.selections.map(({ id }) => id)).toEqual(['s']);
  });

  it('are others one by one, and the views stay', async () => {
    const whole = inferences({ id: 'i9', name: 'prod', n_rows: 9 });
    host.read = () => Promise.resolve(whole);
    await inspection.take('primary', { ref: 'r9', name: 'prod' });
    expect(inspection.primary).toBe(whole);
    expect(inspection.reference).toBe(train);
    expect(released).toEqual([prod.id]);
  });

  it('are read again, and the banner goes', async () => {
    inspection.markStale({
      sets: ['primary'],
      moved: ['primary'],
      message: 'prod has changed'
    });
    expect(inspection.stale).not.toBeNull();
    reread = model => ({ ...model, id: `${model.id}-new` });
    await inspection.refresh();
    expect(inspection.stale).toBeNull();
    expect(inspection.primary.id).toBe('i1-new');
    expect(released).toEqual(['i1', 'i2']);
  });

  it('are all released at the end, and running work is cancelled', async () => {
    const analysis = inspection.run({ kind: 'summary' });
    const told = jest.fn();
    inspection.changed.connect(told);
    inspection.dispose();
    inspection.dispose();
    expect(released).toEqual(['i1', 'i2']);
    expect(analysis.event.state).toBe('cancelled');
    expect(told).toHaveBeenCalledTimes(1);
    await analysis.done.catch(() => undefined);
  });
});

describe('rows that have moved since they were read', () => {
  const picked: ISelection = {
    id: 's',
    label: 'rows',
    rows: [{ set: 'primary', rows: [2] }],
    variable: 'rows',
    comment: [],
    source: null
  };
  const moved = {
    sets: ['primary'],
    moved: ['primary'],
    message: 'other values'
  } as const;

  it('that are picked in a view are part of what is kept of it, and nothing when they are let go', () => {
    inspection.pick('v', { ...picked, view: 'v' });
    const { picked: kept } = JSON.parse(
      JSON.stringify(stateOf(inspection))
    ) as { picked: unknown };
    const [again] = read(kept);
    expect(again).toMatchObject({
      view: 'v',
      rows: [{ set: 'primary', rows: [2], of: 3, print: 'l1' }]
    });
    const later = new Inspection({
      path: () => 'a.ipynb',
      client: wire.client,
      host,
      trans: nullTranslator.load('phoenix_lab'),
      primary: prod,
      reference: train,
      picked: [again]
    });
    expect(later.picked.get('v')?.label).toBe('rows');
    inspection.pick('v', null);
    expect(stateOf(inspection)).not.toHaveProperty('picked');
    later.dispose();
  });

  it('are not written down by their places, whether or not the banner is there', async () => {
    host.insert = inserts;
    inspection.markStale(moved);
    inspection.dismissStale();
    await expect(
      inspection.insert({ ...picked, source: null })
    ).rejects.toThrow('has changed since it was read');
    // those of the other set are where they were
    await expect(
      inspection.insert({
        ...picked,
        source: null,
        rows: [{ set: 'reference', rows: [1] }]
      })
    ).resolves.toBeDefined();
    inspection.markStale({ ...moved, moved: [], message: 'new column' });
    await expect(
      inspection.insert({ ...picked, source: null })
    ).resolves.toBeDefined();
  });

  it('make another map, so a cluster is not inserted by its number, and a rule is', async () => {
    host.insert = inserts;
    inspection.markStale({
      ...moved,
      sets: ['reference'],
      moved: ['reference']
    });
    const map = { kind: 'embedding_map', embedding: 'v' } as const;
    await expect(
      inspection.insert({
        ...picked,
        source: { recipe: map, call: '.cluster(0)' }
      })
    ).rejects.toThrow('would make another map');
    const rule = { kind: 'range', column: 'x', low: 1, high: null, set: null };
    const onMap = { kind: 'in_cluster', map, cluster: 0, set: null };
    await expect(
      inspection.insert({ ...picked, conditions: [onMap] as never })
    ).rejects.toThrow('would make another map');
    await expect(
      inspection.insert({ ...picked, conditions: [rule] as never })
    ).resolves.toBeDefined();
  });

  it('make a saved selection another one, though there are as many', async () => {
    inspection.save({ ...picked, source: null });
    reread = model => ({ ...model, id: `${model.id}-new` });
    await inspection.refresh();
    expect(outdated(inspection.selections[0], inspection)).toBeNull();
    reread = model => ({ ...model, id: `${model.id}-2`, look: 'another' });
    await inspection.refresh();
    expect(outdated(inspection.selections[0], inspection)).toMatchObject({
      was: inspection.primary.n_rows,
      is: inspection.primary.n_rows
    });
    await expect(inspection.insert(inspection.selections[0])).rejects.toThrow(
      'has other values now'
    );
  });
});

describe('the banner of a change', () => {
  it('stays away when it was dismissed, until something else changes', () => {
    const first = {
      sets: ['primary'],
      moved: ['primary'],
      message: '+1 row'
    } as const;
    inspection.markStale(first);
    inspection.dismissStale();
    expect(inspection.stale).toBeNull();
    inspection.markStale({ ...first });
    expect(inspection.stale).toBeNull();
    inspection.markStale({ ...first, message: '+2 rows' });
    expect(inspection.stale?.message).toBe('+2 rows');
  });
});

describe('canonical', () => {
  it('does not depend on the order of fields, nor on nulls', () => {
    expect(canonical({ kind: 'distribution', column: 'x', unit: null })).toBe(
      canonical({ column: 'x', kind: 'distribution' })
    );
    expect(canonical({ kind: 'distribution', column: 'x' })).not.toBe(
      canonical({ kind: 'distribution', column: 'y' })
    );
  });
});

describe('the rows of conditions as a cell', () => {
  const finding: ISelection = {
    id: 'where:a',
    label: 'a',
    rows: [{ set: 'primary', rows: [], n: 2 }],
    variable: 'rows',
    comment: ['a'],
    source: null,
    conditions: [{ kind: 'missing', column: 'a' }]
  };
  let given: { selection: ISelection; shown: number | null }[];

  beforeEach(() => {
    given = [];
    meeting = { set: ['primary'], row: [1] };
    host.insert = (of, what, shown) => {
      given.push({ selection: what as ISelection, shown });
      return inserts(of, what, shown);
    };
  });

  it('are compared with the number that was shown, not with that of asking again', async () => {
    await inspection.insert(finding);
    expect(given).toMatchObject([
      { selection: { rows: [{ rows: [1] }] }, shown: 2 }
    ]);
  });

  it('are compared with none where none was shown, or it was of other rows', async () => {
    await inspection.insert({
      ...finding,
      rows: [{ set: 'primary', rows: [] }]
    });
    await inspection.insert({
      ...finding,
      rows: [{ set: 'primary', rows: [], n: 2, of: prod.n_rows + 1 }]
    });
    expect(given).toMatchObject([
      { selection: { rows: [{ rows: [1] }] }, shown: null },
      { selection: { rows: [{ rows: [1] }] }, shown: null }
    ]);
  });
});
