import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IInspection, SetName } from '../../tokens';
import { conditionText } from './condition';

export interface INoRowsProps {
  /** How many rows of each set are looked at; null without that set. */
  readonly rows: Readonly<Record<SetName, number | null>>;
  readonly inspection: Pick<
    IInspection,
    'primary' | 'reference' | 'where' | 'clusterNames'
  >;
  readonly trans: TranslationBundle;
}

/** The set that has no rows to look at; null where each has some. */
export function emptySet({ rows }: Pick<INoRowsProps, 'rows'>): SetName | null {
  return rows.primary === 0
    ? 'primary'
    : rows.reference === 0
      ? 'reference'
      : null;
}

/** That a set has no rows, or none that meet the conditions, and what follows from it. */
export function NoRows(props: INoRowsProps): React.ReactElement | null {
  const { inspection, trans } = props;
  const empty = emptySet(props);
  if (empty === null) {
    return null;
  }
  const { where, primary, reference } = inspection;
  const name = inspection[empty]?.name ?? '';
  if (where.length === 0) {
    return (
      <>
        <b>{trans.__('%1 has no rows.', name)}</b>{' '}
        <span className="px-muted">
          {trans.__('There is nothing to compare.')}
        </span>
      </>
    );
  }
  const words = where
    .filter(({ condition }) => (condition.set ?? empty) === empty)
    .map(one => conditionText(one, inspection, trans))
    .join(trans.__(', '));
  const isNew = empty === 'reference' && props.rows.primary !== 0;
  return (
    <>
      <b>{trans.__('%1 has no such rows (%2).', name, words)}</b>{' '}
      <span className="px-muted">
        {isNew
          ? trans.__(
              'So nothing says how they were before, and nothing is called changed or unchanged: what is shown is of %1 alone.',
              primary.name
            )
          : reference === null
            ? trans.__('There is nothing to look at.')
            : trans.__('There is nothing to compare.')}
      </span>
    </>
  );
}
