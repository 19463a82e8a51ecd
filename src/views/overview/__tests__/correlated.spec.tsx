import { Signal } from '@lumino/signaling';
import { tableFromArrays } from 'apache-arrow';
import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import type { IInspection } from '../../../tokens';
import { useCorrelated } from '../correlated';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

class Fake {
  readonly changed = new Signal<unknown, void>(this);
  readonly reference = {};
  unit: string | null = null;
  analyses: unknown[] = [
    {
      recipe: { kind: 'summary', unit: null },
      done: Promise.resolve({
        table: tableFromArrays({ column: [] as string[] }),
        parts: new Map(),
        meta: { correlated: { column: 'president', icc: 0.4 } }
      })
    }
  ];
}

it('a column whose rows are alike is that of the sets on screen', async () => {
  const fake = new Fake();
  const Shown = (): React.ReactElement => (
    <>{useCorrelated(fake as unknown as IInspection)?.column ?? 'none'}</>
  );
  const host = document.createElement('div');
  const root = createRoot(host);
  await act(async () => root.render(<Shown />));
  expect(host.textContent).toBe('president');
  await act(async () => {
    // Other sets, of which nothing was asked yet.
    fake.analyses = [];
    fake.changed.emit();
  });
  expect(host.textContent).toBe('none');
  act(() => root.unmount());
});
