import type { TranslationBundle } from '@jupyterlab/translation';

/** Below it an adjusted p says that there is a change. */
const ALPHA = 0.05;

/** A change as it is told. */
export interface IToldChange {
  readonly lower: number | null;
  readonly upper: number | null;
  /** Adjusted. */
  readonly p: number | null;
}

/**
 * Why nothing is said to have changed though the interval leaves out 0; null where it does not, or something is said.
 *
 * @param adjusted - What p is corrected by: "Benjamini-Hochberg over 9 metrics".
 */
export function whyUnsure(
  { lower, upper, p }: IToldChange,
  isSaid: boolean,
  adjusted: string | null,
  trans: TranslationBundle
): string | null {
  if (isSaid || lower === null || upper === null || p === null) {
    return null;
  }
  if (lower <= 0 && upper >= 0) {
    return null;
  }
  if (p < ALPHA) {
    return trans.__('less than matters');
  }
  const over = /\bover (\d[\d,]*) (.+)$/.exec(adjusted ?? '');
  return over && over[1] !== '1'
    ? trans.__('adjusted over %1 %2', over[1], over[2])
    : trans.__('p is not below .05');
}
