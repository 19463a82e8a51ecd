import { nullTranslator } from '@jupyterlab/translation';

import { inferences, WireServer } from '../../api/__tests__/server';
import type { ColumnInfo } from '../../api/contract';
import type { Source } from '../../notebook/source';
import type { IKept, ISelection } from '../../tokens';
import type { IInspectionHost, Inspection } from '../inspection';
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
  wire = await WireServer.start(() => ({ json: {} }));
  opened = [];
  const host: IInspectionHost = {
    read: () => Promise.resolve(train),
    reread: (_, model) => Promise.resolve({ ...model, id: `${model.id}-new` }),
    correct: () => Promise.resolve(),
    candidates: () => [],
    column: 'v',
    openOverview: () => opened.push(null),
    openColumn: (_, column) => opened.push(column),
    insert: () => Promise.reject(new Error('not here')),
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

  it('goes with the notebook that is renamed', () => {
    shelf.put('a.ipynb', [kept('train', 's')]);
    shelf.move('a.ipynb', 'b.ipynb');
    expect(shelf.of('a.ipynb')).toEqual([]);
    expect(shelf.of('b.ipynb')).toEqual([kept('train', 's')]);
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
