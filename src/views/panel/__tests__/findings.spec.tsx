import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import {
  Field,
  List,
  Table,
  tableFromArrays,
  Utf8,
  vectorFromArray
} from 'apache-arrow';
import * as React from 'react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';

import {
  type IChosen,
  type IInspection,
  type Insertable,
  type IPhoenix,
  type IResult,
  PERFORMANCE,
  type Recipe
} from '../../../tokens';
import '../../parts/__tests__/dom-rect';
import { FindingsSection } from '../findings';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const trans = nullTranslator.load('phoenix_lab');
const texts = (lists: (string[] | null)[]) =>
  vectorFromArray(lists, new List(new Field('item', new Utf8())));

/** A cluster with a second face, a column since some day, a group of predictions, and one worth a look. */
const FACES = tableFromArrays({
  finding: [1, 1, 2, 3, 4],
  status: ['stands', 'stands', 'stands', 'stands', 'look'],
  kind: ['cluster', 'embedding', 'time', 'segment', 'quality'],
  sentence: [
    'Rows about <b>iraq</b>',
    'AUC .8',
    'temp changes',
    'F1 falls',
    'x has no value'
  ],
  effect: ['points', 'psi', 'psi', 'f1', 'points'],
  estimate: [0.085, 1.73, null, -0.2, 0.012],
  lower: [0.06, 1.29, null, -0.3, 0.005],
  upper: [0.113, 2.21, null, -0.1, 0.02],
  limit: [0.01, 0.1, 0.1, 0.02, 0.01],
  n_primary: [1650, 1650, 400, 90, 1650],
  n_reference: [3206, 3206, null, 120, 3206],
  p_adjusted: [0.0002, 0.004, 0.03, 0.01, 0.02],
  opens: ['column', 'column', 'column', 'performance', 'quality'],
  column: ['text_vector', 'text_vector', 'temp', null, 'x'],
  cluster: [18, null, null, null, null],
  segment: [null, null, null, 'carrier', null],
  time: [null, null, 'date', null, null],
  where: [
    JSON.stringify([
      {
        kind: 'in_cluster',
        map: { kind: 'embedding_map', embedding: 'text_vector' },
        cluster: 18
      }
    ]),
    null,
    null,
    JSON.stringify([{ kind: 'values', column: 'carrier', values: ['UA'] }]),
    JSON.stringify([{ kind: 'missing', column: 'x' }])
  ],
  rows_primary: [144, null, null, 90, null],
  rows_reference: [8, null, null, 120, null]
}).assign(
  new Table({
    words: texts([
      ['Rows about ', '<b>iraq</b>'],
      ['AUC .8'],
      ['temp', ' changes'],
      ['F1 falls'],
      ['x', ' has no value']
    ]),
    marks: texts([['', 'name'], [''], ['column', ''], [''], ['column', '']]),
    window: texts([null, null, ['2013-03-03', '2013-04-01'], null, null])
  })
);

const META = {
  n_looked: 214,
  n_stand: 3,
  adjusted:
    'over 214 tests of 5 kinds (Benjamini-Hochberg over the kinds, then within each)',
  left_out: [] as { what: string; why: string }[],
  correlated: null as { column: string } | null
};

let host: HTMLElement;
let root: Root;
let asked: Recipe[];
let opened: unknown[];
let visited: unknown[];
let inserted: Insertable[];

beforeEach(() => {
  host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
  asked = [];
  opened = [];
  visited = [];
  inserted = [];
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

/** Draw the section of an inspection whose overview is there. */
async function draw(
  answer: Promise<IResult>,
  options: {
    findsByItself?: boolean;
    event?: object;
    cancel?: () => void;
    rows?: number;
    columns?: readonly object[];
    before?: readonly IChosen[];
    shown?: readonly IChosen[];
  } = {}
): Promise<void> {
  const {
    findsByItself = true,
    event = { state: 'running', stage: 'Columns', fraction: 0.25 }
  } = options;
  const analysis = (recipe: Recipe) => ({
    recipe,
    event,
    changed: new Signal({}),
    done: answer,
    cancel: options.cancel ?? (() => undefined)
  });
  const inspection = {
    id: '1',
    primary: {
      id: 'p',
      name: 'prod',
      n_rows: options.rows ?? 1650,
      schema: null,
      columns: options.columns ?? [
        { name: 'temp', kind: 'number', problem: null }
      ]
    },
    reference: { id: 'r', name: 'train', n_rows: 3206, columns: [] },
    unit: null,
    limit: 0.1,
    where: options.shown ?? [],
    whereBefore: options.before ?? [],
    visit: (chosen: unknown) => visited.push(chosen),
    clusterNames: [],
    selections: [],
    kept: { whole: (rows: unknown) => Promise.resolve(rows) },
    analyses: [{ recipe: { kind: 'summary' }, event: { state: 'done' } }],
    run: (recipe: Recipe) => {
      asked.push(recipe);
      return analysis(recipe);
    },
    show: (what: unknown) => opened.push(what),
    point: (what: unknown) => opened.push(what)
  } as unknown as IInspection;
  Object.assign(inspection, { changed: new Signal(inspection) });
  const phoenix = { findsByItself } as unknown as IPhoenix;
  Object.assign(phoenix, { worked: new Signal(phoenix) });
  await act(async () =>
    root.render(
      <FindingsSection
        phoenix={phoenix}
        inspection={inspection}
        trans={trans}
        onInsert={what => inserted.push(what)}
        onAttempt={work => work.catch(reason => inserted.push(reason))}
      />
    )
  );
}

const result = (meta: object = {}, faces: Table = FACES): Promise<IResult> =>
  Promise.resolve({
    table: faces,
    parts: new Map([['faces', faces]]),
    meta: { ...META, ...meta }
  });
const button = (name: RegExp): HTMLButtonElement => {
  const all = [...host.querySelectorAll('button')];
  const found = all.find(one =>
    name.test(one.getAttribute('aria-label') ?? one.textContent ?? '')
  );
  if (!found) {
    throw new Error(
      `no button ${name} among ${all.map(b => b.outerHTML).join('\n')}`
    );
  }
  return found;
};
const press = (name: RegExp) => act(async () => button(name).click());
const never = new Promise<IResult>(() => undefined);

describe('the findings of the panel', () => {
  it('are listed with what is needed to trust them, and data is text', async () => {
    await draw(result());
    expect(host.textContent).toContain(
      '214 looked at, 3 stand, 1 more moved, size unsure.'
    );
    expect(host.querySelector('b')).toBeNull();
    expect(host.querySelector('.px-finding-name')?.textContent).toBe(
      '<b>iraq</b>'
    );
    expect(button(/^Rows about/).getAttribute('aria-label')).toBe(
      'Rows about <b>iraq</b>, +8.5 pts [6.0, 11.3], adj. p <.001, n 1\u202f650 of prod, n 3\u202f206 of train, stands'
    );
    expect(button(/^x has no value/).getAttribute('aria-label')).toMatch(
      /, Moved, size unsure$/
    );
    expect(button(/^F1 falls/).getAttribute('aria-label')).toContain(
      '\u2212.200 [\u2212.300, \u2212.100]'
    );
  });

  it('open what shows them, with what is selected there', async () => {
    await draw(result());
    await press(/^Rows about/);
    expect(opened.pop()).toMatchObject({
      view: 'text_vector',
      rows: [
        { set: 'primary', n: 144 },
        { set: 'reference', n: 8 }
      ],
      source: { call: '.cluster(18)', recipe: { kind: 'embedding_map' } }
    });
    await press(/^temp changes/);
    expect(opened.pop()).toEqual({
      view: 'temp',
      window: { iso: ['2013-03-03', '2013-04-01'], kind: 'date' }
    });
    await press(/^F1 falls/);
    expect(opened.pop()).toEqual({ view: PERFORMANCE, segment: 'carrier' });
    await press(/^x has no value/);
    expect(opened.pop()).toEqual({ view: null, quality: { column: 'x' } });
    await press(/^seen in 1 other way/);
    await press(/^AUC/);
    expect(opened.pop()).toEqual({ view: 'text_vector' });
  });

  it('come with the rows that show them, and leave those where another does not', async () => {
    const condition = { kind: 'values', column: 'site', values: ['<b>'] };
    const cohort = FACES.toArray().map((_, i) =>
      i === 2 ? JSON.stringify([condition]) : null
    );
    const faces = FACES.assign(
      new Table({ cohort: vectorFromArray(cohort, new Utf8()) })
    );
    await draw(result({}, faces));
    await press(/^temp changes/);
    await press(/^x has no value/);
    expect(visited).toEqual([[{ condition }], null]);
    // And so are they watched.
    await act(async () => button(/: temp changes/).click());
    const verbs = [...document.querySelectorAll<HTMLElement>('[role=option]')];
    await act(async () =>
      verbs.find(o => o.textContent?.startsWith('Watch this column'))?.click()
    );
    expect(inserted).toMatchObject([
      { watch: 'drift', column: 'temp', where: [condition] }
    ]);
  });

  it('are those of the rows before one was opened', async () => {
    const lately: IChosen = {
      condition: { kind: 'range', column: 'when', low: '2021' }
    };
    await draw(result(), { before: [lately] });
    expect(asked[0].where).toEqual([lately.condition]);
  });

  it('open their menu by a right-click and by the Menu key, and are watched for what they say', async () => {
    await draw(result());
    const ask = async (name: RegExp, event: Event) => {
      await act(async () => void button(name).dispatchEvent(event));
      return [...document.querySelectorAll<HTMLElement>('[role=option]')];
    };
    const watch = async (options: HTMLElement[], verb: string) => {
      const found = options.find(o => o.textContent?.startsWith(verb));
      await act(async () => found?.click());
      return inserted.pop();
    };
    const right = new MouseEvent('contextmenu', {
      bubbles: true,
      cancelable: true
    });
    const missing = await ask(/^x has no value/, right);
    expect(right.defaultPrevented).toBe(true);
    expect(await watch(missing, 'Watch its missing values')).toMatchObject({
      watch: 'missing',
      column: 'x',
      limit: { change: 0.01 }
    });
    const key = { key: 'ContextMenu', bubbles: true };
    const segment = await ask(/^F1 falls/, new KeyboardEvent('keydown', key));
    expect(await watch(segment, 'Watch f1')).toMatchObject({
      watch: 'performance',
      metric: 'f1',
      limit: { change: 0.02 },
      where: [{ kind: 'values', column: 'carrier', values: ['UA'] }]
    });
    const drift = await ask(
      /^temp changes/,
      new KeyboardEvent('keydown', { ...key, key: 'F10', shiftKey: true })
    );
    expect(await watch(drift, 'Watch this column')).toMatchObject({
      watch: 'drift',
      column: 'temp'
    });
  });

  it('give their own rows, whichever finding is looked at', async () => {
    const site: IChosen = {
      condition: { kind: 'values', column: 'site', values: ['Lyon'] }
    };
    const lately: IChosen = {
      condition: { kind: 'range', column: 'when', low: '2021' }
    };
    await draw(result(), { before: [lately], shown: [lately, site] });
    await press(/^Rows: F1 falls/);
    const options = [
      ...document.querySelectorAll<HTMLElement>('[role=option]')
    ];
    const insert = options.find(o =>
      o.textContent?.startsWith('Insert into notebook: prod')
    );
    await act(async () => insert?.click());
    expect(inserted).toMatchObject([
      {
        rows: [{ set: 'primary', n: 90 }],
        conditions: [
          lately.condition,
          { kind: 'values', column: 'carrier', values: ['UA'] }
        ]
      }
    ]);
  });

  it('become a prompt, or a direction from all other rows, where the columns allow it', async () => {
    const columns = [
      { name: 'v', kind: 'vector', role: 'embedding', problem: null },
      { name: 'say', kind: 'text', role: 'prompt', problem: null },
      { name: 'party', kind: 'category', role: 'actual_label', problem: null }
    ];
    const choose = (label: string) =>
      act(async () => {
        const all = [
          ...document.querySelectorAll<HTMLElement>('[role=option]')
        ].filter(one => one.getAttribute('aria-disabled') !== 'true');
        all.find(one => one.textContent?.startsWith(label))?.click();
        await new Promise(resolve => setTimeout(resolve, 0));
      });
    await draw(result());
    await press(/^Rows: F1 falls/);
    await choose('Steering prompt');
    await choose('Steering direction');
    expect(inserted).toEqual([]);
    await draw(result(), { columns });
    await press(/^Rows: F1 falls/);
    await choose('Steering prompt');
    const [rule] = [{ kind: 'values', column: 'carrier', values: ['UA'] }];
    expect(inserted[0]).toMatchObject({
      conditions: [rule],
      after: { kind: 'prompt', text: 'say', label: 'party', among: 'primary' }
    });
    await press(/^Rows: F1 falls/);
    await choose('Steering direction');
    await choose('All other rows');
    expect(inserted[1]).toMatchObject({
      conditions: [rule],
      after: {
        kind: 'direction',
        column: 'v',
        other: { conditions: [{ kind: 'not', condition: rule }] }
      }
    });
  });

  it('say how many of those that stand are shown, and show all from their head', async () => {
    const n = 7;
    const many = tableFromArrays({
      finding: Array.from({ length: n }, (_, i) => i + 1),
      status: Array.from({ length: n }, () => 'stands'),
      sentence: Array.from({ length: n }, (_, i) => `number ${i}`)
    });
    await draw(result({ n_stand: n }, many));
    const head = () => host.querySelector('.px-section-head')?.textContent;
    expect(head()).toContain('5 of 7 shown');
    await press(/^Show all findings/);
    expect(head()).toContain('7 stand');
    expect(host.querySelectorAll('.px-finding')).toHaveLength(n);
  });

  it('say when nothing stands out, and what was not looked at', async () => {
    await draw(
      result(
        { n_stand: 0, left_out: [{ what: 'Map of v', why: 'time' }] },
        FACES.slice(0, 0)
      )
    );
    expect(host.textContent).toContain('Nothing stands out. 214 looked at.');
    expect(host.textContent).toContain('Not looked at: Map of v.');
    await press(/^Take the time/);
    expect(asked[asked.length - 1]).toMatchObject({ budget: 3600 });
  });

  it('do not call it nothing where there are no rows', async () => {
    await draw(result({ n_stand: 0 }, FACES.slice(0, 0)), { rows: 0 });
    expect(host.textContent).toContain('There are no rows to look through.');
    expect(host.textContent).not.toContain('Nothing stands out');
  });

  it('take one line while they are looked for, which can be stopped', async () => {
    const cancel = jest.fn();
    await draw(never, { cancel });
    const bar = host.querySelector('[role="progressbar"]');
    expect(bar?.getAttribute('aria-valuetext')).toBe('Columns, 25 %');
    await press(/^Stop looking/);
    expect(cancel).toHaveBeenCalled();
    expect(host.textContent).toContain('Stopped.');
    await press(/^Look through/);
    expect(host.querySelector('[role="progressbar"]')).not.toBeNull();
  });

  it('are not looked for where the settings say so, unless somebody asks', async () => {
    await draw(never, { findsByItself: false });
    expect(asked).toEqual([]);
    await press(/^Look through/);
    expect(asked).toHaveLength(1);
  });
});
