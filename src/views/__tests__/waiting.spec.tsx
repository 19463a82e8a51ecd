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

it('offers what an output was made of, for the output went with its kernel', () => {
  const host = document.createElement('div');
  const root = createRoot(host);
  const reopened: IInspectionState[] = [];
  const phoenix = {
    path: 'a.ipynb',
    state: 'ready',
    frames: [{ names: ['prod'] }, { names: ['train'] }],
    watch: () => ({ dispose: () => undefined }),
    reopen: (state: IInspectionState) => {
      reopened.push(state);
      return new Promise(() => undefined);
    }
  };
  const changed = new Signal<IPhoenix, void>(phoenix as unknown as IPhoenix);
  const draw = (name: string): void =>
    act(() =>
      root.render(
        <Waiting
          phoenix={Object.assign(phoenix, { changed }) as unknown as IPhoenix}
          state={
            {
              path: 'a.ipynb',
              primary: { name, variable: null, id: 'i1' },
              reference: { name: 'train', variable: 'train', id: 'i2' }
            } as unknown as IInspectionState
          }
          onRead={() => undefined}
          trans={trans}
        />
      )
    );
  draw('prod.head()');
  expect(host.textContent).toContain('It was made of prod');
  const button = host.querySelector('button');
  expect(button?.textContent).toBe('Compare all of prod');
  act(() => button?.click());
  expect(reopened).toMatchObject([
    {
      primary: { name: 'prod', variable: 'prod', id: null },
      reference: { variable: 'train' }
    }
  ]);
  // Nothing that would only fail is offered.
  draw('(a + b)');
  expect(host.textContent).toContain('inspect it again from the cell');
  expect(host.querySelector('button')).toBeNull();
  act(() => root.unmount());
});
