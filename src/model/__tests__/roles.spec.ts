import { nullTranslator } from '@jupyterlab/translation';

import { inferences, WireServer } from '../../api/__tests__/server';
import type {
  ColumnInfo,
  Correction,
  InferencesModel
} from '../../api/contract';
import type { Source } from '../../notebook/source';
import { Correcting } from '../correcting';
import type { Inspection } from '../inspection';
import type { IInspectionHost } from '../inspection-host';
import { Inspections } from '../inspections';
import { Readings } from '../readings';
import {
  change,
  isSame,
  kindsFor,
  partnersFor,
  Roles,
  rolesFor
} from '../roles';

const trans = nullTranslator.load('phoenix_lab');
const notebook = { path: 'a.ipynb' } as Source;

function column(change: Partial<ColumnInfo>): ColumnInfo {
  return {
    name: 'x',
    position: 0,
    dtype: 'int64',
    kind: 'number',
    role: 'feature',
    carrier: 'number',
    reason: '',
    raw_data: null,
    link_to_data: null,
    retrieved: null,
    dimension: null,
    problem: null,
    ...change
  };
}

const said = (
  name: string,
  role: Correction['role'],
  kind: Correction['kind'] = null
): Correction => ({ column: name, role, kind });

describe('what is said of columns', () => {
  it('is one thing a column, which keeps what the other half says', () => {
    const first = change([], 'x', { kind: 'category' });
    expect(first).toEqual([said('x', null, 'category')]);
    expect(change(first, 'x', { role: 'tag' })).toEqual([
      said('x', 'tag', 'category')
    ]);
    expect(change(first, 'y', { role: 'tag' })).toEqual([
      ...first,
      said('y', 'tag')
    ]);
    expect(change(first, 'x', null)).toEqual([]);
  });

  it('knows what vectors were made of', () => {
    const first = change([], 'v', { raw_data: 'text' });
    expect(first).toEqual([
      { column: 'v', role: null, kind: null, raw_data: 'text' }
    ]);
    const both = change(first, 'v', { link_to_data: '' });
    expect(both).toEqual([
      {
        column: 'v',
        role: null,
        kind: null,
        raw_data: 'text',
        link_to_data: ''
      }
    ]);
    expect(isSame(first, both)).toBe(false);
    const text = column({ name: 't', carrier: 'text', kind: 'text' });
    const vector = column({ name: 'v', carrier: 'vector', kind: 'vector' });
    const label = { ...text, name: 'l', role: 'actual_label' as const };
    const all = [text, vector, label, column({})];
    expect(partnersFor(vector, all)).toEqual([text]);
    expect(partnersFor(text, all)).toEqual([]);
  });

  it('takes from another what only one can be', () => {
    const before = [said('a', 'timestamp'), said('b', 'tag')];
    expect(change(before, 'c', { role: 'timestamp' })).toEqual([
      said('b', 'tag'),
      said('c', 'timestamp')
    ]);
    expect(change(before, 'c', { role: 'tag' })).toHaveLength(3);
    expect(
      change([said('a', 'actual_label', 'category')], 'c', {
        role: 'actual_label'
      })
    ).toEqual([said('a', null, 'category'), said('c', 'actual_label')]);
  });

  it('is the same in any order, whether nothing is null or absent', () => {
    expect(
      isSame(
        [said('a', 'tag'), said('b', null, 'number')],
        [
          { column: 'b', kind: 'number' },
          { column: 'a', role: 'tag' }
        ]
      )
    ).toBe(true);
    expect(isSame([said('a', 'tag')], [said('a', 'excluded')])).toBe(false);
    expect(isSame([], [said('a', 'tag')])).toBe(false);
  });
});

describe('the choices', () => {
  it('are those that the values allow', () => {
    expect(rolesFor(column({}))).toContain('timestamp');
    expect(rolesFor(column({ carrier: 'boolean' }))).not.toContain('timestamp');
    expect(rolesFor(column({ carrier: 'vector', role: 'embedding' }))).toEqual([
      'embedding',
      'excluded'
    ]);
    expect(rolesFor(column({ carrier: 'text', role: 'raw_data' }))[0]).toBe(
      'raw_data'
    );
    expect(
      rolesFor(column({ carrier: 'text', role: 'link_to_data' }))
    ).not.toContain('feature');
  });

  it('are continuous and discrete for numbers that are neither labels nor times', () => {
    expect(kindsFor(column({}))).toEqual(['number', 'category']);
    expect(kindsFor(column({ role: 'actual_label' }))).toEqual([]);
    expect(kindsFor(column({ role: 'timestamp' }))).toEqual([]);
    expect(kindsFor(column({ carrier: 'text', kind: 'text' }))).toEqual([
      'category'
    ]);
    expect(kindsFor(column({ carrier: 'text', kind: 'category' }))).toEqual([]);
  });
});

describe('a correction', () => {
  let wire: WireServer;
  let n: number;
  let fails: string | null;
  let roles: Roles;
  let readings: Readings;
  let inspections: Inspections;
  let correcting: Correcting;
  const columns = [
    column({}),
    column({ name: 'y' }),
    column({ name: 'words' })
  ];
  const prod = inferences({ columns });
  const train = inferences({
    id: 'i2',
    ref: 'r2',
    name: 'train',
    variable: 'train',
    columns
  });
  const known = new Map<string, InferencesModel>();

  beforeEach(async () => {
    n = 0;
    fails = null;
    known.clear();
    [prod, train].forEach(model => known.set(model.id, model));
    wire = await WireServer.start(({ method, path, body }) => {
      const [, id] = /inferences\/([^/]+)\/roles$/.exec(path) ?? [];
      if (method === 'POST' && id) {
        if (id === fails) {
          return {
            status: 400,
            json: { message: 'No.', hint: null, column: null }
          };
        }
        const { corrections } = body as { corrections: Correction[] };
        const before = known.get(id) as InferencesModel;
        const isTime = ({ column, role }: Correction): boolean =>
          role === 'timestamp' && column !== 'words';
        const made = {
          ...before,
          id: `c${++n}`,
          corrections,
          columns: columns.map(info =>
            corrections.some(said => isTime(said) && said.column === info.name)
              ? { ...info, role: 'timestamp' as const }
              : info
          ),
          problems: corrections.flatMap(({ column, role }) =>
            role !== 'timestamp' || column === 'x'
              ? []
              : [`"${column}" gives no times.`]
          )
        };
        known.set(made.id, made);
        return { json: made };
      }
      return { json: {} };
    });
    roles = new Roles();
    readings = new Readings({
      client: wire.client,
      trans,
      frames: () => [],
      roles
    });
    const host: IInspectionHost = {
      read: () => Promise.reject(new Error('not here')),
      reread: () => Promise.reject(new Error('not here')),
      correct: (inspection, what) => correcting.correct(inspection, what),
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
      release: ids => inspections.release(ids)
    };
    inspections = new Inspections({
      client: wire.client,
      readings,
      roles,
      host,
      trans
    });
    correcting = new Correcting({ readings, inspections, roles, trans });
  });

  afterEach(async () => {
    inspections.close(notebook);
    await wire.stop();
  });

  const open = (reference: InferencesModel | null = train): Inspection =>
    inspections.create(notebook, { primary: prod, reference });
  const released = (): string[] =>
    wire.asked.flatMap(({ method, path }) =>
      method === 'DELETE' ? [path.split('/').pop() as string] : []
    );

  it('is said of both sets, kept by their variables, and the old sets are released', async () => {
    const inspection = open();
    await inspection.correct('x', { role: 'timestamp' });
    const wanted = [said('x', 'timestamp')];
    expect(inspection.primary).toMatchObject({ id: 'c1', corrections: wanted });
    expect(inspection.reference).toMatchObject({ corrections: wanted });
    expect(roles.of('a.ipynb')).toEqual([
      { variable: 'prod', corrections: wanted },
      { variable: 'train', corrections: wanted }
    ]);
    await inspection.correct('x', null);
    expect(inspection.primary.corrections).toEqual([]);
    expect(roles.of('a.ipynb')).toEqual([]);
    await settled(() => released().length === 4);
    expect(released().sort()).toEqual(['c1', 'c2', 'i1', 'i2']);
  });

  it('that two are made of at once follow each other', async () => {
    const inspection = open(null);
    await Promise.all([
      inspection.correct('x', { role: 'timestamp' }),
      inspection.correct('y', { kind: 'category' })
    ]);
    expect(inspection.primary.corrections).toEqual([
      said('x', 'timestamp'),
      said('y', null, 'category')
    ]);
  });

  it('that fails for one set changes neither, and is not kept', async () => {
    const inspection = open();
    fails = 'i2';
    await expect(inspection.correct('x', { role: 'tag' })).rejects.toThrow(
      'No.'
    );
    expect([inspection.primary, inspection.reference]).toEqual([prod, train]);
    expect(roles.of('a.ipynb')).toEqual([]);
    await settled(() => released().length > 0);
    expect(released()).toEqual(['c1']);
  });

  it('to a time that is not plausible is doubted, and the time before is one step away', async () => {
    const inspection = open();
    await inspection.correct('x', { role: 'timestamp' });
    expect(inspection.timeChoice).toMatchObject({ before: null, doubt: null });
    await inspection.correct('y', { role: 'timestamp' });
    expect(inspection.timeChoice).toMatchObject({
      column: 'y',
      before: 'x',
      doubt: '"y" gives no times.'
    });
    await inspection.timeChoice?.back();
    const wanted = [said('x', 'timestamp')];
    expect(inspection.primary.corrections).toEqual(wanted);
    expect(inspection.reference?.corrections).toEqual(wanted);
    expect(roles.of('a.ipynb')[0].corrections).toEqual(wanted);
    expect(inspection.timeChoice).toBeNull();
  });

  it('to a time that cannot be one is refused, and the time stays', async () => {
    const inspection = open();
    await inspection.correct('x', { role: 'timestamp' });
    const { primary, reference } = inspection;
    await expect(
      inspection.correct('words', { role: 'timestamp' })
    ).rejects.toMatchObject({
      message: '"words" gives no times.',
      hint: 'x stays the time column.'
    });
    expect([inspection.primary, inspection.reference]).toEqual([
      primary,
      reference
    ]);
    expect(roles.of('a.ipynb')[0].corrections).toEqual([
      said('x', 'timestamp')
    ]);
  });

  it('reaches what else is open of the dataframe', async () => {
    const [one, other] = [open(), open(null)];
    await one.correct('x', { role: 'tag' });
    await settled(() => other.primary.corrections.length > 0);
    expect(other.primary.corrections).toEqual([said('x', 'tag')]);
  });

  it('that a notebook kept reaches what is open, and what is read later', async () => {
    const early = open(null);
    roles.put('a.ipynb', [
      { variable: 'prod', corrections: [said('y', null, 'category')] }
    ]);
    await settled(() => early.primary.corrections.length > 0);
    expect(early.primary.corrections).toEqual([said('y', null, 'category')]);
    const late = await readings.settleNew('a.ipynb', prod);
    expect(late.corrections).toEqual([said('y', null, 'category')]);
    expect(await readings.settleNew('b.ipynb', prod)).toBe(prod);
    roles.move('a.ipynb', 'c.ipynb');
    expect(roles.of('a.ipynb')).toEqual([]);
    expect(roles.of('c.ipynb')).toHaveLength(1);
  });

  it('as to its unit outlives what was open, as long as both sets have the column', async () => {
    const first = open();
    first.unit = 'y';
    inspections.close(notebook);
    expect(open().unit).toBe('y');
    expect(open(null).unit).toBe('y');
    const bare = { ...train, id: 'i4', variable: 'bare', columns: [] };
    const other = open(bare);
    expect(other.unit).toBeNull();
    other.replace(prod, train);
    expect(other.unit).toBe('y');
    other.replace(prod, bare);
    expect(other.unit).toBeNull();
    // What is said of roles leaves it, and what is read later has it.
    await other.correct('x', { role: 'tag' });
    const kept = roles.of('a.ipynb');
    expect(kept.find(({ variable }) => variable === 'prod')).toMatchObject({
      unit: 'y',
      corrections: [said('x', 'tag')]
    });
    roles.put('a.ipynb', kept);
    const again = open();
    expect(again.unit).toBe('y');
    again.unit = null;
    expect(open().unit).toBeNull();
    const chosen = inspections.create(notebook, {
      primary: prod,
      reference: train,
      unit: 'x'
    });
    expect(chosen.unit).toBe('x');
  });

  it('of a variable reaches the outputs that were made of it, until something is said of these', async () => {
    const head = inferences({
      id: 'i3',
      ref: 'r3',
      name: 'prod.head()',
      variable: null,
      columns
    });
    const other = { ...head, id: 'i4', ref: 'r4', name: 'train.head()' };
    [head, other].forEach(model => known.set(model.id, model));
    const whole = open(null);
    const part = inspections.create(notebook, {
      primary: head,
      reference: null
    });
    await whole.correct('x', { role: 'tag' });
    await settled(() => part.primary.corrections.length > 0);
    expect(part.primary.corrections).toEqual([said('x', 'tag')]);
    const late = await readings.settleNew('a.ipynb', head);
    expect(late.corrections).toEqual([said('x', 'tag')]);
    expect(await readings.settleNew('a.ipynb', other)).toBe(other);
    // What is said later reaches it, too.
    await whole.correct('x', { role: 'excluded' });
    await settled(() => part.primary.corrections[0].role === 'excluded');
    expect(part.primary.corrections).toEqual([said('x', 'excluded')]);
    await part.correct('y', { kind: 'category' });
    await whole.correct('x', null);
    await settled(() => false, 10);
    expect(part.primary.corrections).toEqual([
      said('x', 'excluded'),
      said('y', null, 'category')
    ]);
  });

  it('is looked for among what a view is open of', () => {
    const whole = open();
    const head = inferences({ id: 'i3', name: 'prod.head()', variable: null });
    const part = inspections.create(notebook, {
      primary: head,
      reference: train
    });
    expect(inspections.findHeld(part, prod, train)).toBeNull();
    const view = inspections.hold(whole);
    expect(inspections.findHeld(part, prod, train)).toBe(whole);
    expect(inspections.findHeld(part, prod, null)).toBeNull();
    expect(inspections.findHeld(whole, prod, train)).toBeNull();
    view.dispose();
  });

  it('that is plausible is said of all its columns at once', async () => {
    const plausible = [
      said('x', 'prediction_score'),
      said('y', 'actual_score')
    ];
    const hinted = { ...prod, id: 'i5', plausible };
    known.set('i5', hinted);
    const inspection = inspections.create(notebook, {
      primary: hinted,
      reference: train
    });
    expect(inspection.plausible).toEqual(plausible);
    const before = wire.asked.length;
    await inspection.usePlausible();
    expect(inspection.primary.corrections).toEqual(plausible);
    expect(inspection.reference?.corrections).toEqual(plausible);
    const asked = wire.asked
      .slice(before)
      .filter(({ method }) => method === 'POST');
    expect(asked).toHaveLength(2);
    inspection.declinePlausible();
    expect(inspection.plausible).toEqual([]);
  });

  it('of a set without a variable is that of this set alone', async () => {
    const head = inferences({ id: 'i3', variable: null, columns });
    known.set('i3', head);
    const inspection = inspections.create(notebook, {
      primary: head,
      reference: null
    });
    await inspection.correct('x', { role: 'tag' });
    expect(inspection.primary.corrections).toEqual([said('x', 'tag')]);
    expect(roles.of('a.ipynb')).toEqual([]);
  });
});

async function settled(condition: () => boolean, times = 200): Promise<void> {
  for (let i = 0; i < times && !condition(); i++) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
