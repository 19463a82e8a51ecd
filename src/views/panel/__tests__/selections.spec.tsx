import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';

import { inferences } from '../../../api/__tests__/server';
import { type IOfSets, Selections } from '../../../model/selections';
import {
  type IInspection,
  type Insertable,
  type IKept,
  type ISelection,
  PERFORMANCE,
  RETRIEVAL
} from '../../../tokens';
import { KeptNotes } from '../kept-notes';
import { SelectionList } from '../selections';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const trans = nullTranslator.load('phoenix_lab');

let host: HTMLElement;
let root: Root;
let kept: Selections;
let inspection: IInspection;
let failed: unknown[];
let inserted: Insertable[];
let elsewhere: readonly IKept[];

const rows = (id: string, ...places: number[]): ISelection => ({
  id,
  label: id,
  rows: [{ set: 'primary', rows: places }],
  variable: id,
  comment: [],
  source: null
});

function show(): void {
  root.render(
    <SelectionList
      inspection={inspection}
      elsewhere={elsewhere}
      trans={trans}
      onInsert={what => inserted.push(what)}
      onExport={() => undefined}
      onAttempt={work => work.catch(reason => failed.push(reason))}
    />
  );
}

beforeEach(async () => {
  host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
  failed = [];
  inserted = [];
  elsewhere = [];
  const sets = { primary: inferences({ n_rows: 9 }), reference: null };
  kept = new Selections(sets as unknown as IOfSets, trans, () =>
    act(() => show())
  );
  inspection = {
    ...sets,
    kept,
    get selections() {
      return kept.all;
    }
  } as unknown as IInspection;
  await kept.keep(rows('far', 1, 2, 3));
  await kept.keep(rows('late', 3, 4));
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
  expect(failed).toEqual([]);
});

it('says of which sets nothing is kept, and where something is', () => {
  kept.all.forEach(({ id }) => kept.remove(id));
  act(() => show());
  expect(host.textContent).toMatch(/^No rows of prod kept yet\. Pick a/);
  elsewhere = [
    { primary: 'prod', reference: 'train', selections: [rows('far', 1)] }
  ];
  act(() => show());
  expect(host.textContent).toContain(
    'Those of prod against train are there when its view is in front.'
  );
});

const items = (): HTMLElement[] => [...host.querySelectorAll('li')];

async function press(label: string): Promise<void> {
  await act(async () => {
    host.querySelector<HTMLElement>(`[aria-label="${label}"]`)?.click();
    await Promise.resolve();
  });
}

/** Choose from the menu that is open. */
async function choose(label: string): Promise<void> {
  const option = [
    ...document.querySelectorAll<HTMLElement>('.px-menu [role="option"]')
  ].find(one => one.querySelector('.px-menu-label')?.textContent === label);
  if (!option || option.ariaDisabled || option.getAttribute('aria-disabled')) {
    throw new Error(`${label} cannot be chosen`);
  }
  await act(async () => {
    option.click();
    await new Promise(resolve => setTimeout(resolve, 0));
  });
}

function type(key: string, init: KeyboardEventInit = {}): void {
  act(() => {
    items()[0]
      .querySelector('button')
      ?.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, ...init })
      );
  });
}

it('are combined by two menus, that say how many rows it would be', async () => {
  await press('More for far');
  await choose('Combine with…');
  await choose('late');
  const menu = document.querySelector('.px-menu')?.textContent;
  expect(menu).toContain('They share 1 row.');
  expect(menu).toContain('far or late4 rows');
  await choose('late without far');
  expect(kept.all[2]).toMatchObject({
    label: 'late without far',
    rows: [{ rows: [4] }],
    comment: ['late without far', '1 row of prod']
  });
  await press('More for far');
  await choose('All other rows');
  expect(items()[3].textContent).toContain('all but far');
  expect(items()[3].textContent).toContain('frozen');
});

it('are what a direction leads to, from all other rows or from another one; of a dataframe without vectors none does', async () => {
  await press('More for far');
  await expect(choose('Steering direction…')).rejects.toThrow(
    /cannot be chosen/
  );
  const columns = [
    { name: 'v', kind: 'vector', role: 'embedding', problem: null },
    { name: 'toward_far', kind: 'number', role: 'feature', problem: null },
    { name: 'say', kind: 'text', role: 'prompt', problem: null },
    { name: 'party', kind: 'category', role: 'actual_label', problem: null }
  ];
  inspection = {
    ...inspection,
    primary: { ...inspection.primary, columns },
    unit: 'user',
    selections: kept.all
  } as unknown as IInspection;
  act(() => show());
  await choose('Steering direction…');
  expect(document.querySelector('.px-menu')?.textContent).toContain(
    'All other rows6 rowslate2 rows'
  );
  await choose('late');
  expect(inserted).toMatchObject([
    {
      label: 'far',
      after: {
        kind: 'direction',
        other: { label: 'late', rows: [{ rows: [3, 4] }] },
        column: 'v',
        unit: 'user',
        name: 'toward_far_2',
        sets: ['primary']
      }
    }
  ]);
  await press('More for far');
  await choose('Steering direction…');
  await choose('All other rows');
  expect(inserted[1]).toMatchObject({
    after: {
      other: {
        label: 'all but far',
        rows: [{ rows: [0, 4, 5, 6, 7, 8] }],
        conditions: [
          { kind: 'not', condition: { kind: 'at_rows', primary: '1-3' } },
          { kind: 'of_set', name: 'primary' }
        ]
      }
    }
  });
  await press('More for far');
  await choose('Steering prompt…');
  expect(inserted[2]).toMatchObject({
    label: 'far',
    after: {
      kind: 'prompt',
      among: 'primary',
      text: 'say',
      label: 'party',
      unit: 'user',
      embedding: 'v'
    }
  });
});

it('are not combined with notes of rows, which are not among them', async () => {
  kept.mark('note', 'odd', [{ set: 'primary', rows: [7] }], 'v');
  kept.mark('label', 'sarcasm', [{ set: 'primary', rows: [7] }], 'v');
  await press('More for far');
  await choose('Combine with…');
  const menu = document.querySelector('.px-menu')?.textContent;
  expect(menu).toContain('sarcasm');
  expect(menu).not.toContain('odd');
});

it('say which view they open, also where that is of no single column', async () => {
  await kept.keep({ ...rows('bad', 1), view: PERFORMANCE });
  await kept.keep({ ...rows('lone', 1), view: RETRIEVAL });
  const titles = [...host.querySelectorAll('button.px-selection-label')].map(
    button => button.getAttribute('title')
  );
  expect(titles).toEqual([
    'bad: open the performance',
    'lone: open the retrieval'
  ]);
});

it('that wait are counted, and names of clusters alone are not', () => {
  const one = { primary: 'prod', reference: null };
  act(() =>
    root.render(
      <KeptNotes
        kept={[
          { ...one, selections: [], labels: ['sarcasm'] },
          { ...one, reference: 'train', selections: [rows('s', 1)] }
        ]}
        trans={trans}
      />
    )
  );
  expect(host.textContent).toBe(
    '1 saved selection of prod against train is kept with the notebook: compare them to have it back.'
  );
});

it('that share no row cannot be both', async () => {
  await kept.keep(rows('other', 8));
  await press('More for far');
  await choose('Combine with…');
  await choose('other');
  expect(document.querySelector('.px-menu')?.textContent).toContain(
    'They share no row.'
  );
  await expect(choose('far and other')).rejects.toThrow(/cannot be chosen/);
});

it('are named, removed, taken back and made again by keys', async () => {
  type('F2');
  const form = document.querySelector<HTMLFormElement>('.px-form-popup form');
  const [name, tag] = [...(form?.querySelectorAll('input') ?? [])];
  const set = Object.getOwnPropertyDescriptor(
    HTMLInputElement.prototype,
    'value'
  )?.set;
  await act(async () => {
    set?.call(name, 'mine');
    name.dispatchEvent(new Event('input', { bubbles: true }));
    await Promise.resolve();
  });
  await act(async () => {
    set?.call(tag, 'new topic');
    tag.dispatchEvent(new Event('input', { bubbles: true }));
    await Promise.resolve();
  });
  // A key that removes a selection removes letters here.
  act(() => {
    name.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Delete', bubbles: true })
    );
  });
  act(() => form?.requestSubmit());
  expect(items()[0].textContent).toContain('minenew topic');
  type('Delete');
  expect(items()).toHaveLength(1);
  type('z', { ctrlKey: true });
  expect(items()).toHaveLength(2);
  type('z', { ctrlKey: true });
  expect(items()[0].textContent).toContain('far');
  type('z', { ctrlKey: true, shiftKey: true });
  expect(items()[0].textContent).toContain('mine');
});
