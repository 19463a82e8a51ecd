import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

import type { Condition, IInspection, SetName } from '../../../tokens';
import { NoRows } from '../no-rows';

const trans = nullTranslator.load('phoenix_lab');

function told(
  rows: Record<SetName, number>,
  ...conditions: readonly Condition[]
): string {
  const inspection = {
    primary: { name: 'prod' },
    reference: { name: 'train' },
    clusterNames: [],
    where: conditions.map(condition => ({ condition }))
  } as unknown as IInspection;
  return renderToStaticMarkup(
    <NoRows rows={rows} inspection={inspection} trans={trans} />
  ).replace(/<[^>]*>/g, '');
}

const united: Condition = {
  kind: 'values',
  column: 'carrier',
  values: ['United']
};

describe('a set without rows', () => {
  it('is named with the conditions that none of its rows meets', () => {
    expect(told({ primary: 162, reference: 0 }, united)).toBe(
      'train has no such rows (carrier: United). So nothing says how they were before, and nothing is called changed or unchanged: what is shown is of prod alone.'
    );
    expect(told({ primary: 0, reference: 9 }, united)).toMatch(
      /^prod has no such rows \(carrier: United\)\. There is nothing to compare/
    );
  });

  it('is empty by itself where there are no conditions', () => {
    expect(told({ primary: 9, reference: 0 })).toBe(
      'train has no rows. There is nothing to compare.'
    );
    expect(told({ primary: 9, reference: 3 }, united)).toBe('');
  });
});
