import type { TranslationBundle } from '@jupyterlab/translation';

import { besideLimit, estimate, pValue } from '../../charts/format';
import type { Verdict } from './verdict';

/** A PSI with its interval, and the p-value that it is judged by. */
export interface IJudgedDrift {
  readonly estimate: number | null;
  readonly lower: number;
  readonly upper: number;
  readonly p: number | null;
  /** Whether that p is adjusted over all columns. */
  readonly isAdjusted: boolean;
}

/** Why the verdict is what it is: the numbers, and where the limit lies. */
export function whyText(
  drift: IJudgedDrift,
  verdict: Verdict,
  limit: number,
  trans: TranslationBundle
): string {
  const form = besideLimit(limit);
  const numbers = trans.__(
    'PSI %1, 90\u00a0% interval %2 to %3',
    form(drift.estimate),
    form(drift.lower),
    form(drift.upper)
  );
  const at = estimate(limit);
  const p = drift.isAdjusted
    ? trans.__('adjusted p\u00a0%1', pValue(drift.p))
    : trans.__('p\u00a0%1', pValue(drift.p));
  switch (verdict) {
    case 'drift':
      return trans.__('%1: all of it beyond the limit %2.', numbers, at);
    case 'none':
      return trans.__('%1: all of it below the limit %2.', numbers, at);
    case 'moved':
      return trans.__(
        '%1. It moved, that is sure (%2); the limit %3 lies inside the interval, so its size is not.',
        numbers,
        p,
        at
      );
    default:
      return drift.lower > limit
        ? trans.__(
            '%1, all of it beyond the limit %2; but with %3 there is not enough data to be sure.',
            numbers,
            at,
            p
          )
        : trans.__(
            '%1, with the limit %2 inside, and %3: not enough data.',
            numbers,
            at,
            p
          );
  }
}
