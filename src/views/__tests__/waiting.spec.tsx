import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import type { IInspectionState, IPhoenix } from '../../tokens';
import { Waiting } from '../waiting';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const trans = nullTranslator.load('phoenix_lab');

it('says that the kernel does not hold what is shown once that is known, and has it looked for', () => {
  const host = document.createElement('div');
  const root = createRoot(host);
  const watched = jest.fn();
  const phoenix = {
    path: 'a.ipynb',
    state: 'starting',
    frames: [] as { names: string[] }[],
    watch: () => {
      watched(1);
      return { dispose: () => watched(-1) };
    }
  };
  const changed = new Signal<IPhoenix, void>(phoenix as unknown as IPhoenix);
  const state = {
    path: 'a.ipynb',
    primary: { name: 'prod', variable: 'prod', id: 'i1' },
    reference: null
  } as unknown as IInspectionState;
  act(() =>
    root.render(
      <Waiting
        phoenix={Object.assign(phoenix, { changed }) as unknown as IPhoenix}
        state={state}
        onRead={() => undefined}
        trans={trans}
      />
    )
  );
  const said = (change: Partial<typeof phoenix>): string => {
    act(() => {
      Object.assign(phoenix, change);
      changed.emit();
    });
    return host.textContent ?? '';
  };
  expect(watched.mock.calls).toEqual([[1]]);
  expect(said({})).toContain('Looking for prod in the kernel…');
  expect(said({ state: 'busy' })).toContain('The kernel is busy; once');
  expect(said({ state: 'ready' })).toContain('does not hold what it shows');
  expect(said({ frames: [{ names: ['prod'] }] })).toContain('holds prod');
  act(() => root.unmount());
  expect(watched).toHaveBeenLastCalledWith(-1);
});
