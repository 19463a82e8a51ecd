import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import { inferences } from '../../../api/__tests__/server';
import type { IInspection, Insertable } from '../../../tokens';
import { ViewHead } from '../head';
import type { IWindowed } from '../window';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const trans = nullTranslator.load('phoenix_lab');

it('lets the window go with the set that it is of, and the focus back to what its menu was asked by', async () => {
  const host = document.body.appendChild(document.createElement('div'));
  const root = createRoot(host);
  const done: string[] = [];
  const inspection = {
    primary: inferences(),
    reference: inferences({ id: 'i2', name: 'train' }),
    where: [],
    clusterNames: [],
    swap: () => {
      done.push('swap');
      return Promise.resolve();
    }
  } as unknown as IInspection;
  const window = {
    iso: ['2024-01-01', '2024-02-01'],
    words: 'January',
    clear: () => done.push('clear'),
    withinOf: () => [
      { condition: { kind: 'range', column: 'day', low: '2024-01-01' } }
    ]
  } as unknown as IWindowed;
  const asked: Insertable[] = [];
  act(() =>
    root.render(
      <ViewHead
        inspection={inspection}
        window={window}
        swapping={{ attempt: () => undefined, notice: null }}
        insertion={{
          insert: what => asked.push(what),
          busy: false,
          notice: null
        }}
        recipe={{ kind: 'retrieval', k: 3 }}
        sentence={null}
        waiting="Counting…"
        trans={trans}
      >
        <h2>Retrieval</h2>
      </ViewHead>
    )
  );
  const button = (name: string): HTMLElement =>
    host.querySelector(`[aria-label="${name}"]`) as HTMLElement;
  act(() => button('Swap primary and reference').click());
  expect(done).toEqual(['clear', 'swap']);
  act(() => button('Insert into notebook').click());
  expect(asked).toEqual([{ kind: 'retrieval', k: 3 }]);
  expect(host.querySelector('.px-sentence')?.textContent).toBe('Counting…');
  const rows = button('Rows of January');
  rows.focus();
  act(() => rows.click());
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve, 50));
  });
  expect(document.activeElement?.getAttribute('role')).toBe('listbox');
  act(() => {
    document.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })
    );
  });
  expect(document.activeElement).toBe(rows);
  act(() => root.unmount());
  host.remove();
});
