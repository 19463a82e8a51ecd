import type { Verdict } from '../parts';
import { type IJudged, totalsOf } from './arrange';
import { isBeyond, isMissingChanged } from './words';

/** How many columns came to what: whoever counts them takes the numbers from here, so that no two on a screen contradict one another. */
export interface ITally extends Readonly<Record<Verdict, number>> {
  /** Of those without a drift that matters, the ones that changed all the same: in their missing values, or beyond the reference's range. */
  readonly otherwise: number;
}

export function tallyOf(judged: readonly IJudged[], alpha: number): ITally {
  return { ...totalsOf(judged), otherwise: changedOtherwise(judged, alpha) };
}

/** How many columns have no drift that matters, and changed in what a drift is not measured by. */
export function changedOtherwise(
  judged: readonly IJudged[],
  alpha: number
): number {
  return judged.filter(
    ({ row, verdict }) =>
      verdict === 'none' &&
      (isMissingChanged(row, alpha) || isBeyond(row, alpha))
  ).length;
}
