import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import type { IAnswered, IContents } from '../contents';
import { english } from '../english';
import { Recipes } from '../recipes';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const summary = { recipe: { kind: 'summary' } } as unknown as IAnswered;

/** The last line of the code of a report on sets of these names. */
function called(primary: string, reference: string | null): string {
  const host = document.createElement('div');
  const root = createRoot(host);
  const set = (name: string) => ({ name, rows: 9, columns: 2 });
  const contents = {
    primary: set(primary),
    reference: reference === null ? null : set(reference),
    summary,
    findings: null,
    columns: [],
    maps: [],
    performance: null
  } as unknown as IContents;
  act(() => root.render(<Recipes contents={contents} trans={english} />));
  const code = host.querySelector('code')?.textContent ?? '';
  act(() => root.unmount());
  return code.split('\n').pop() ?? '';
}

it('call the sets by their names, where these are names, and never both by one', () => {
  expect(called('prod', 'train')).toBe('px.run(px.Summary(), prod, train)');
  expect(called('df.head()', null)).toBe('px.run(px.Summary(), primary)');
  expect(called('prod', 'prod')).toBe('px.run(px.Summary(), prod, reference)');
  expect(called('this week', 'primary')).toBe(
    'px.run(px.Summary(), primary, reference)'
  );
  expect(called('reference', 'last week')).toBe(
    'px.run(px.Summary(), reference, reference_2)'
  );
});
