import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { Glyph } from './icons';

/**
 * What is said of a change. "moved" is the part of the server's "undecided" of which it is sure that something changed, and not
 * whether by more than the limit; of "undecided" nothing is sure.
 */
export type Verdict = 'drift' | 'moved' | 'none' | 'undecided' | 'untested';

/**
 * The words for a verdict, the only ones for it in all views and reports. `WORDS` of `phoenix_lab/stats/verdict.py` are the same.
 */
export function verdictText(
  verdict: Verdict,
  trans: TranslationBundle
): string {
  switch (verdict) {
    case 'drift':
      return trans.__('Drift');
    case 'moved':
      return trans.__('Moved, size unsure');
    case 'none':
      return trans.__('No drift that matters');
    case 'undecided':
      return trans.__('Not enough data');
    case 'untested':
      return trans.__('Not tested');
  }
}

/** The words for a verdict as they go on in a sentence: "2 moved, size unsure". */
export function verdictInSentence(
  verdict: Verdict,
  trans: TranslationBundle
): string {
  const text = verdictText(verdict, trans);
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** How much more data would decide: primary rows, or values of the unit. */
export function moreText(
  needed: number,
  unit: string | null,
  trans: TranslationBundle
): string {
  return unit === null
    ? trans._n(
        'About %2 more row would be enough to tell.',
        'About %2 more rows would be enough to tell.',
        needed,
        count(needed)
      )
    : trans._n(
        'About %2 more value of %3 would be enough to tell.',
        'About %2 more values of %3 would be enough to tell.',
        needed,
        count(needed),
        unit
      );
}

/** A verdict: certainty is weight, not hue. */
export function VerdictMark({
  verdict,
  trans
}: {
  verdict: Verdict;
  trans: TranslationBundle;
}): React.ReactElement {
  return (
    <span className={`px-verdict px-mod-${verdict}`}>
      {verdict === 'none' && <Glyph name="check" size={12} />}
      {(verdict === 'moved' || verdict === 'undecided') && (
        <Glyph name="unknown" size={13} />
      )}
      {verdictText(verdict, trans)}
    </span>
  );
}
