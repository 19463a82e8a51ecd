import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import { inferences } from '../../../api/__tests__/server';
import type { IMapPoints } from '../../../charts/map';
import { type IOfSets, Selections } from '../../../model/selections';
import type { IInspection } from '../../../tokens';
import { type ILabelling, LabelBar, useLabelling } from '../labelling';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const trans = nullTranslator.load('phoenix_lab');

it('writes labels at rows of either set, and takes back only what was done last', () => {
  const host = document.body.appendChild(document.createElement('div'));
  const root = createRoot(host);
  const sets = {
    primary: inferences({ n_rows: 9 }),
    reference: inferences({ id: 'i2', name: 'train', n_rows: 9 })
  };
  let state = {};
  let labelling: ILabelling | undefined;
  const map = {
    primary: Uint8Array.from([0, 1, 1]),
    row: Int32Array.from([4, 7, 2])
  } as unknown as IMapPoints;
  const kept = new Selections(sets as unknown as IOfSets, trans, () => draw());
  const inspection = {
    ...sets,
    kept,
    get selections() {
      return kept.all;
    }
  } as unknown as IInspection;
  function View(): React.ReactElement {
    labelling = useLabelling(
      inspection,
      'v',
      map,
      state,
      (set, row) => `${set[0]}${row}`,
      trans
    );
    return (
      <LabelBar
        inspection={inspection}
        labelling={labelling}
        listed={[0, 1, 2]}
        trans={trans}
      />
    );
  }
  const draw = (): void => act(() => root.render(<View />));
  const on = (): ILabelling => labelling as ILabelling;
  draw();
  // What a key means is shown before it does anything.
  act(() => on().press(1, 2));
  expect(on().isShown).toBe(true);
  expect(kept.all).toEqual([]);
  act(() => on().press(1, 2));
  expect(on().marksOf('primary', 2)).toEqual({ label: 'mislabelled' });
  act(() => on().press(0, 2));
  expect(kept.all).toEqual([]);
  // A key where no row is pointed at labels nothing, and says why.
  act(() => on().press(1, -1));
  expect(kept.all).toEqual([]);
  expect(host.querySelector('[role="status"]')?.textContent).toBe(
    'No row is pointed at'
  );
  act(() => on().label([1], 1));
  act(() => on().label([0], 0));
  act(() => on().label([2], 7));
  expect(on().marksOf('primary', 7)).toEqual({ label: 'new topic' });
  expect(on().marksOf('reference', 4)).toEqual({ label: 'mislabelled' });
  // There is no eighth label.
  expect(on().marksOf('primary', 2)).toEqual({});
  expect(host.querySelector('[role="status"]')?.textContent).toBe(
    'train, row r4 labelled “mislabelled”'
  );
  act(() => on().label([0], 1));
  expect(host.querySelector('[role="status"]')?.textContent).toBe(
    'train, row r4 labelled “new topic”, it was “mislabelled”'
  );
  act(() => expect(on().undo()).toBe(true));
  expect(host.querySelector('[role="status"]')?.textContent).toBe('Taken back');
  act(() => on().note(1, 'odd'));
  expect(on().marksOf('primary', 7)).toEqual({
    label: 'new topic',
    note: 'odd'
  });
  act(() => expect(on().undo()).toBe(true));
  expect(on().marksOf('primary', 7)).toEqual({ label: 'new topic' });
  // Something else was done in the view since.
  state = {};
  draw();
  act(() => expect(on().undo()).toBe(false));
  // What was done before is told no more, and nothing is offered for it.
  expect(host.querySelector('[role="status"]')?.textContent).toBe('');
  const button = (name: string): HTMLElement | undefined =>
    [...document.querySelectorAll<HTMLElement>('button, [role="option"]')].find(
      ({ textContent }) => textContent?.startsWith(name)
    );
  expect(button('Undo')).toBeUndefined();
  act(() => button('Label all 3 rows…')?.click());
  act(() => button('mislabelled')?.click());
  expect(kept.all).toMatchObject([
    { label: 'mislabelled', rows: [{ rows: [2, 7] }, { rows: [4] }] }
  ]);
  expect(host.querySelector('[role="status"]')?.textContent).toBe(
    '3 rows labelled “mislabelled”, 1 of them had another label'
  );
  act(() => button('Undo')?.click());
  expect(on().marksOf('primary', 7)).toEqual({ label: 'new topic' });
  expect(on().marksOf('primary', 2)).toEqual({});
  act(() => on().label([0, 1, 2], -1));
  expect(kept.all).toEqual([]);
  act(() => root.unmount());
  host.remove();
});
