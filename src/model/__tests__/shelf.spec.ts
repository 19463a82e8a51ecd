import { nullTranslator } from '@jupyterlab/translation';

import {
  type IAsked,
  inferences,
  WireServer
} from '../../api/__tests__/server';
import type { ColumnInfo } from '../../api/contract';
import type { Source } from '../../notebook/source';
import type { IKept, ISelection } from '../../tokens';
import type { Inspection } from '../inspection';
import type { IInspectionHost } from '../inspection-host';
import { Inspections } from '../inspections';
import { Readings } from '../readings';
import { Roles } from '../roles';
import { MOST_KEPT_ROWS, unkept, viewOf } from '../selection';
import { Shelf } from '../shelf';

const trans = nullTranslator.load('phoenix_lab');
const notebook = { path: 'a.ipynb' } as Source;
const prod = inferences({
  columns: [{ name: 'v', kind: 'vector' } as ColumnInfo]
});
const train = inferences({
  id: 'i2',
  ref: 'r2',
  name: 'train',
  variable: 'train'
});
const documents = inferences({
  id: 'i3',
  ref: 'r3',
  name: 'documents',
  variable: 'documents'
});
const picked: ISelection = {
  id: 's',
  label: 'picked',
  rows: [{ set: 'primary', rows: [1, 2] }],
  variable: 'picked',
  comment: [],
  source: null
};
const stamped = [{ set: 'primary', rows: [1, 2], of: 3 }];
const kept = (reference: string | null, ...ids: string[]): IKept => ({
  primary: 'prod',
  reference,
  selections: ids.map(id => ({
    ...picked,
    id,
    rows: [{ set: 'primary', rows: [1, 2], of: 3 }]
  }))
});

let wire: WireServer;
let opened: (string | null)[];
let inspections: Inspections;
let shelf: Shelf;

beforeEach(async () => {
  wire = await WireServer.start(({ body }: IAsked) => {
    const { expression } = (body ?? {}) as { expression?: string };
    const known = [prod, train, documents].find(
      ({ name }) => name === expression
    );
    return expression !== undefined && !known
      ? { status: 409, json: { message: `no ${expression}` } }
      : { json: known ?? {} };
  });
  opened = [];
  const host: IInspectionHost = {
    read: () => Promise.resolve(train),
    reread: (_, model) => Promise.resolve({ ...model, id: `${model.id}-new` }),
    correct: () => Promise.resolve(),
    findOpen: () => null,
    candidates: () => [],
    column: 'v',
    openOverview: () => opened.push(null),
    openColumn: (_, column) => opened.push(column),
    insert: () => Promise.reject(new Error('not here')),
    pin: () => undefined,
    embedders: () => Promise.reject(new Error('not asked')),
    exportRows: (_, __, name) =>
      Promise.resolve({ name, parts: [], wasThere: false }),
    freeName: () => 'rows',
    holds: () => true,
    release: ids => inspections.release(ids)
  };
  inspections = new Inspections({
    client: wire.client,
    readings: new Readings({
      client: wire.client,
      trans,
      frames: () => [],
      roles: new Roles()
    }),
    roles: new Roles(),
    host,
    trans
  });
  shelf = new Shelf(inspections);
});

afterEach(async () => {
  inspections.close(notebook);
  await wire.stop();
});

function open(reference: typeof train | null = train): Inspection {
  return inspections.create(notebook, { primary: prod, reference });
}

function ids(inspection: Inspection): string[] {
  return inspection.selections.map(({ id }) => id);
}

describe('what a notebook kept', () => {
  it('comes to the inspection of its sets, now or later', () => {
    const early = open();
    shelf.put('a.ipynb', [kept('train', 's'), kept(null, 't', 'u')]);
    expect(ids(early)).toEqual(['s']);
    expect(shelf.waiting('a.ipynb')).toEqual([kept(null, 't', 'u')]);
    expect(ids(open(null))).toEqual(['t', 'u']);
    expect(shelf.waiting('a.ipynb')).toEqual([]);
  });

  it('is not that of another notebook, nor of another pair', () => {
    shelf.put('b.ipynb', [kept('train', 's')]);
    shelf.put('a.ipynb', [kept('valid', 's')]);
    expect(ids(open())).toEqual([]);
    expect(shelf.of('a.ipynb')).toEqual([kept('valid', 's')]);
  });

  it('is taken when the inspection comes to compare with its reference', async () => {
    shelf.put('a.ipynb', [kept('train', 's')]);
    const alone = open(null);
    expect(ids(alone)).toEqual([]);
    await alone.compare({ expression: 'train' });
    expect(ids(alone)).toEqual(['s']);
  });

  it('stays when the last view is closed, and goes when it is removed', () => {
    const told: string[] = [];
    const first = open();
    const hold = inspections.hold(first);
    shelf.changed.connect((_, path) => told.push(path));
    first.save(picked);
    expect(told).toEqual(['a.ipynb']);
    expect(shelf.of('a.ipynb')).toMatchObject([
      { primary: 'prod', reference: 'train', selections: [{ rows: stamped }] }
    ]);
    hold.dispose();
    expect(first.isDisposed).toBe(true);
    expect(shelf.waiting('a.ipynb')).toHaveLength(1);
    const again = open();
    expect(ids(again)).toEqual(['s']);
    again.kept.remove('s');
    expect(shelf.of('a.ipynb')).toEqual([]);
  });

  it('of its labels stays when nothing is labelled yet', () => {
    const first = open();
    const hold = inspections.hold(first);
    first.kept.relabel(['sarcasm']);
    hold.dispose();
    expect(first.isDisposed).toBe(true);
    expect(shelf.of('a.ipynb')).toMatchObject([{ labels: ['sarcasm'] }]);
    expect(open().kept.labels).toEqual(['sarcasm']);
  });

  it('stays with the notebook while its set is compared with one that has no name', async () => {
    const inspection = open();
    inspection.save(picked);
    inspection.save({
      ...picked,
      id: 't',
      rows: [{ set: 'reference', rows: [1] }]
    });
    const head = { ...train, id: 'i3', name: 'train.head()', variable: null };
    inspection.replace(prod, head);
    expect(shelf.of('a.ipynb')).toMatchObject([
      { primary: 'prod', reference: 'train', selections: [{}, {}] }
    ]);
    inspection.replace(prod, train);
    expect(ids(inspection).sort()).toEqual(['s', 't']);
    expect(shelf.waiting('a.ipynb')).toEqual([]);
  });

  it('goes with the notebook that is renamed', () => {
    shelf.put('a.ipynb', [kept('train', 's')]);
    shelf.move('a.ipynb', 'b.ipynb');
    expect(shelf.of('a.ipynb')).toEqual([]);
    expect(shelf.of('b.ipynb')).toEqual([kept('train', 's')]);
  });

  it('of clusters of the map with documents is read with those documents', async () => {
    const running = { ...notebook, kernel: { id: 'k1' } } as unknown as Source;
    const of = (name: string) => ({ expression: name, name });
    const cluster = { ...kept('train', 's').selections[0], source: SOURCE };
    shelf.put('a.ipynb', [{ ...kept('train'), selections: [cluster] }]);
    const inspection = await inspections.open(
      running,
      of('prod'),
      of('train'),
      {
        corpus: of('documents'),
        picked: [{ ...picked, view: 'v', source: SOURCE }]
      }
    );
    expect(inspection.corpus?.id).toBe('i3');
    expect(inspection.selections[0].source).toEqual(SOURCE);
    expect(inspection.picked.get('v')?.id).toBe('s');
    // Asked for again, and without a word of the documents.
    const again = await inspections.open(running, of('prod'), of('train'));
    expect(again).toBe(inspection);
    expect(again.corpus?.id).toBe('i3');
    await inspections.open(running, of('prod'), of('train'), { corpus: null });
    expect(again.corpus).toBeNull();
    expect(again.selections[0].source).toBeNull();
    // What cannot be read leaves nothing of the others behind.
    await expect(
      inspections.open(running, of('prod'), null, { corpus: of('gone') })
    ).rejects.toThrow('409');
    expect(inspections.all).toEqual([inspection]);
  });

  it('of a set that the inspection has not is left out', () => {
    shelf.put('a.ipynb', [
      {
        ...kept(null),
        selections: [{ ...picked, rows: [{ set: 'reference', rows: [0] }] }]
      }
    ]);
    expect(ids(open(null))).toEqual([]);
  });
});

describe('a saved selection', () => {
  it('is no longer given when its set has another number of rows', async () => {
    shelf.put('a.ipynb', [
      {
        ...kept('train', 's'),
        selections: [
          {
            ...kept('train', 's').selections[0],
            rows: [{ set: 'primary', rows: [1], of: 4 }]
          }
        ]
      }
    ]);
    const inspection = open();
    const [old] = inspection.selections;
    await expect(inspection.exportRows(old)).rejects.toThrow(
      'prod had 4 rows when these were saved, and has 3 now.'
    );
    await expect(inspection.insert(old)).rejects.toThrow(/had 4 rows/);
    inspection.save(picked);
    const done = { name: 'rows', parts: [], wasThere: false };
    await expect(inspection.exportRows(picked)).resolves.toEqual(done);
    // The same rows again are there already; under another name they are not.
    await expect(inspection.exportRows(picked)).resolves.toEqual({
      ...done,
      wasThere: true
    });
    await expect(inspection.exportRows(picked, 'mine')).resolves.toEqual({
      ...done,
      name: 'mine'
    });
  });

  it('survives that its set is read again', async () => {
    const inspection = open();
    inspection.save({ ...picked, source: SOURCE });
    await inspection.refresh();
    expect(inspection.primary.id).toBe('i1-new');
    expect(inspection.selections).toMatchObject([
      { rows: stamped, source: SOURCE }
    ]);
  });

  it('of which only the number is known waits when its code no longer holds', async () => {
    const inspection = open();
    const rows = [{ set: 'primary', rows: [], n: 2, of: 3 }] as const;
    const source = {
      recipe: { kind: 'embedding_map' as const, embedding: 'v' },
      call: '.lasso([(0, 0), (1, 0), (0, 1)])'
    };
    inspection.kept.adopt([{ ...picked, rows, source }]);
    await expect(
      inspection.exportRows(inspection.selections[0])
    ).rejects.toThrow(/not the rows/);
    await inspection.swap();
    expect(ids(inspection)).toEqual([]);
    // Nothing is lost: it is there when the sets are compared as before.
    expect(shelf.waiting('a.ipynb')).toMatchObject([
      { primary: 'prod', reference: 'train', selections: [{ id: 's' }] }
    ]);
    await inspection.swap();
    expect(ids(inspection)).toEqual(['s']);
  });

  it('with rows of a reference that is no longer compared waits for it', async () => {
    const inspection = open();
    inspection.save({ ...picked, rows: [{ set: 'reference', rows: [1] }] });
    await inspection.compare(null);
    expect(ids(inspection)).toEqual([]);
    await inspection.compare({ expression: 'train' });
    expect(ids(inspection)).toEqual(['s']);
  });

  it('opens the view that it was picked in', () => {
    const inspection = open();
    inspection.save(picked);
    const [selection] = inspection.selections;
    // The view in front, when the source does not say more.
    expect(viewOf(selection, inspection)).toBe('v');
    inspection.show(selection);
    expect(opened).toEqual(['v']);
    expect(inspection.shown).toEqual(selection);
    const before = inspection.shown;
    inspection.show(selection);
    expect(inspection.shown).not.toBe(before);
    const column = (name: string): ISelection => ({
      ...picked,
      source: { recipe: { kind: 'distribution', column: name }, call: '' }
    });
    expect(viewOf(column('v'), inspection)).toBe('v');
    // A column that is no more has no view.
    expect(viewOf(column('gone'), inspection)).toBeUndefined();
    inspection.show(column('gone'));
    expect(opened).toEqual(['v', 'v']);
    inspection.show({ ...picked, view: null });
    expect(opened).toEqual(['v', 'v', null]);
    expect(viewOf(picked, inspection)).toBeUndefined();
  });

  it('is not kept when it could not be found again, or is too large', () => {
    const rows = Array.from({ length: MOST_KEPT_ROWS + 1 }, (_, i) => i);
    const large = { ...picked, rows: [{ set: 'primary', rows }] } as const;
    const sets = { primary: prod, reference: train };
    expect(unkept(picked, sets)).toBeNull();
    expect(unkept(large, sets)).toMatchObject({ reason: 'too-large' });
    expect(unkept({ ...large, source: SOURCE }, sets)).toBeNull();
    const head = { ...prod, variable: null, name: 'prod.head()' };
    expect(unkept(picked, { ...sets, primary: head })).toEqual({
      reason: 'no-name',
      set: 'prod.head()'
    });
    const nameless = inspections.create(notebook, {
      primary: head,
      reference: null
    });
    nameless.save(picked);
    expect(shelf.of('a.ipynb')).toEqual([]);
  });
});

const SOURCE: ISelection['source'] = {
  recipe: { kind: 'embedding_map', embedding: 'v' },
  call: '.cluster(1)'
};
