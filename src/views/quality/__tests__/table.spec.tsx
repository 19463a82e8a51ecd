import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';

import type { IInspection, Insertable } from '../../../tokens';
import '../../parts/__tests__/dom-rect';
import type { IQualityFacts, IQualityRow } from '../facts';
import { QualityTable } from '../table';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const trans = nullTranslator.load('phoenix_lab');
const found = { count: 3, rows: 10 };
const row: IQualityRow = {
  column: 'delay',
  kind: 'number',
  check: 'missing',
  status: 'changed',
  primary: found,
  reference: { count: 0, rows: 10 },
  difference: 0.3,
  lower: 0.2,
  upper: 0.4,
  pAdjusted: 0.001,
  examples: [],
  low: null,
  high: null,
  values: [],
  note: null
};
const whole: IQualityRow = {
  ...row,
  column: null,
  kind: null,
  check: 'repeated',
  values: ['a', 'b']
};
const inspection = {
  primary: { name: 'prod', schema: null, columns: [{ name: 'delay' }] },
  reference: { name: 'train' },
  clusterNames: [],
  where: [],
  limit: 0.1,
  unit: null
} as unknown as IInspection;
const facts: IQualityFacts = {
  limit: 0.01,
  checks: 9,
  adjusted: null,
  unit: null,
  primary: { name: 'prod', rows: 10, span: null },
  reference: { name: 'train', rows: 10, span: null }
};

let host: HTMLElement;
let root: Root;
let inserted: Insertable[];

beforeEach(() => {
  inserted = [];
  host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
  act(() =>
    root.render(
      <QualityTable
        rows={[row, whole]}
        facts={facts}
        search=""
        pointed={null}
        onOpen={() => undefined}
        inspection={inspection}
        onInsert={what => inserted.push(what)}
        trans={trans}
      />
    )
  );
});

it('shows the column that was pointed at, whatever is looked for and folded', () => {
  const others: IQualityRow[] = [
    { ...row, column: 'speed', status: 'same' },
    { ...row, column: 'weight' }
  ];
  const draw = (search: string, pointed: string | null): string[] => {
    act(() =>
      root.render(
        <QualityTable
          rows={[row, ...others]}
          facts={facts}
          search={search}
          pointed={pointed === null ? null : { column: pointed }}
          onOpen={() => undefined}
          inspection={inspection}
          onInsert={() => undefined}
          trans={trans}
        />
      )
    );
    return [...host.querySelectorAll('.px-quality-row th')].map(
      cell => cell.textContent ?? ''
    );
  };
  expect(draw('', null)).toEqual(['delay', 'weight']);
  expect(draw('', 'speed')).toEqual(['delay', 'weight', 'speed']);
  expect(draw('weight', 'speed')).toEqual(['weight', 'speed']);
  expect(host.querySelector('.px-mod-pointed .px-code')?.textContent).toBe(
    'speed'
  );
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

const rowAt = (i: number): HTMLElement =>
  host.querySelectorAll<HTMLElement>('.px-quality-row')[i];
const verbs = (): string[] =>
  [...document.querySelectorAll('[role=option] .px-menu-label')].map(
    option => option.textContent ?? ''
  );

function choose(verb: string): void {
  const options = [...document.querySelectorAll<HTMLElement>('[role=option]')];
  act(() => options.find(o => o.textContent?.startsWith(verb))?.click());
}

describe('a row of the checks', () => {
  const press =
    (key: string, shiftKey = false) =>
    (at: HTMLElement) =>
      at
        .querySelector('button')
        ?.dispatchEvent(
          new KeyboardEvent('keydown', { key, shiftKey, bubbles: true })
        );
  it.each([
    ['a click beside its words', (at: HTMLElement) => at.lastElementChild],
    ['a right-click on its name', (at: HTMLElement) => at.firstElementChild]
  ])('opens its menu by %s', (how, place) => {
    const type = how.includes('right') ? 'contextmenu' : 'click';
    const event = new MouseEvent(type, { bubbles: true, cancelable: true });
    act(() => void place(rowAt(0))?.dispatchEvent(event));
    expect(verbs()).toContain('Insert into notebook: prod');
    expect(verbs()).toContain('Open delay');
    // The browser's and JupyterLab's own menus stay away.
    expect(event.defaultPrevented).toBe(type === 'contextmenu');
  });

  it.each([
    ['Menu', press('ContextMenu')],
    ['Shift+F10', press('F10', true)]
  ])('opens its menu by %s', (_, act_) => {
    act(() => void act_(rowAt(0)));
    expect(verbs()).toContain('Watch its missing values');
  });

  it('is watched for what it says', () => {
    act(() => rowAt(0).click());
    choose('Watch its missing values');
    expect(inserted).toMatchObject([
      { kind: 'watch', watch: 'missing', column: 'delay' }
    ]);
  });

  it('has the rows that repeat, and all but these', () => {
    act(() => rowAt(1).click());
    expect(verbs()).toEqual(
      expect.arrayContaining([
        'Only these rows',
        'All but these rows',
        'Insert into notebook: prod',
        'Watch for repeats'
      ])
    );
    choose('Insert into notebook: prod');
    expect(inserted).toMatchObject([
      { conditions: [{ kind: 'repeated', columns: ['a', 'b'] }] }
    ]);
  });
});
