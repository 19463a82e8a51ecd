import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, measure } from '../../charts/format';
import type { ISummaryFacts } from './facts';

/** What the tests take as independent, or should. */
export function UnitNote({
  facts,
  unit,
  onUse,
  trans
}: {
  facts: ISummaryFacts;
  unit: string | null;
  onUse: (column: string) => void;
  trans: TranslationBundle;
}): React.ReactElement | null {
  if (facts.unit) {
    const units = facts.unit.n_primary + (facts.unit.n_reference ?? 0);
    const rows = (facts.primary?.rows ?? 0) + (facts.reference?.rows ?? 0);
    const text = trans.__(
      'Rows of one %1 are alike: tests shuffle %2 of them, not %3 rows',
      facts.unit.column,
      count(units),
      count(rows)
    );
    return (
      <span className="px-note" title={text}>
        {text}
      </span>
    );
  }
  return facts.correlated && unit === null ? (
    <CorrelatedNote {...facts.correlated} onUse={onUse} trans={trans} />
  ) : null;
}

/** Why rows had better not count as independent. */
export function correlatedText(
  { column, icc }: NonNullable<ISummaryFacts['correlated']>,
  trans: TranslationBundle
): string {
  return trans.__(
    'Rows of one %1 are alike (correlation %2). Without it as unit intervals are too narrow and p-values too small.',
    column,
    measure(icc)
  );
}

/** Warns that rows are not independent, and offers what they depend on. */
export function CorrelatedNote({
  column,
  icc,
  onUse,
  trans
}: {
  column: string;
  icc: number;
  onUse: (column: string) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const text = correlatedText({ column, icc }, trans);
  return (
    <span className="px-note px-mod-warn">
      <span title={text}>{text}</span>
      <button
        type="button"
        className="px-link"
        aria-label={trans.__('Use %1 as the unit', column)}
        onClick={() => onUse(column)}
      >
        {trans.__('Use it')}
      </button>
    </span>
  );
}
