import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import type { ISummaryRow } from './rows';

/** The sentence of a frame that stands alone. */
export function OneFrame({
  rows,
  empty,
  name,
  isPage = false,
  trans
}: {
  rows: readonly ISummaryRow[];
  empty: boolean;
  name: string;
  /** Whether it is read where no reference can be chosen. */
  isPage?: boolean;
  trans: TranslationBundle;
}): React.ReactElement {
  if (empty) {
    return <b>{trans.__('%1 has no rows.', name)}</b>;
  }
  const gaps = rows.filter(row => (row.missing.primary ?? 0) > 0).length;
  return (
    <>
      <b>{trans.__('One dataframe.')}</b>{' '}
      {!isPage && `${trans.__('Choose a reference to see what changed.')} `}
      <span className="px-muted">
        {gaps === 0
          ? trans.__('No value is missing.')
          : trans._n(
              'Values are missing in %2 column.',
              'Values are missing in %2 columns.',
              gaps,
              count(gaps)
            )}
      </span>
    </>
  );
}
