import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import type { IInspection, IRenaming } from '../../../tokens';
import { RenamedNotice } from '../renamed';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const trans = nullTranslator.load('phoenix_lab');

it('says which column is perhaps renamed, how alike its values are, and gives the code', () => {
  const host = document.createElement('div');
  const root = createRoot(host);
  const inserted: IRenaming[] = [];
  const draw = (primary: object): void =>
    act(() =>
      root.render(
        <RenamedNotice
          inspection={
            {
              primary,
              reference: { name: 'train' },
              limit: 0.1
            } as unknown as IInspection
          }
          renamed={[
            {
              primary: 'amount_usd',
              reference: 'amount',
              estimate: 0.012,
              lower: 0.004,
              upper: 0.03
            }
          ]}
          onInsert={what => inserted.push(what)}
          trans={trans}
        />
      )
    );
  draw({ variable: 'prod', library: 'pandas' });
  expect(host.textContent?.replace(/\s/g, ' ')).toContain(
    'amount_usd is perhaps amount of train, renamed: alike values, PSI .01 [.004, .03].'
  );
  act(() => host.querySelector('button')?.click());
  expect(inserted).toEqual([
    { kind: 'renaming', set: 'primary', names: [['amount_usd', 'amount']] }
  ]);
  // Nothing is offered that there is no code for.
  draw({ variable: 'prod', library: 'duckdb' });
  expect(host.querySelector('button')).toBeNull();
  act(() => root.unmount());
});
