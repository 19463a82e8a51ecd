import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { share } from '../../charts/format';

/** A share of the rows, or values, that is worth a sentence: from here on Quality calls it changed, too. */
export const MATTERS = 0.01;

/** Whether a share surely changed, by a good deal. */
export function isShareChanged(
  lower: number | null,
  upper: number | null,
  p: number | null,
  alpha: number
): boolean {
  return (
    lower !== null &&
    upper !== null &&
    p !== null &&
    p < alpha &&
    (lower >= MATTERS || upper <= -MATTERS)
  );
}

/** What the verdict on a distribution does not say: it is of the values that are there, within the bins. */
export interface IBeside {
  readonly text: string;
  /** Where it is to be seen; none where nothing can be opened. */
  readonly onOpen?: () => void;
}

/** "missing values changed: .2 % → 19.8 %"; of a column where that is not said already. */
export function missingChange(
  before: number | null,
  now: number | null,
  trans: TranslationBundle,
  column?: string
): string {
  const change = trans.__('%1 → %2', share(before), share(now));
  return column === undefined
    ? trans.__('missing values changed: %1', change)
    : trans.__('missing values of %1 changed: %2', column, change);
}

/** What stands beside a verdict, each with the way to it; it belongs into the lead, which would else read as if all were well. */
export function Besides(props: {
  readonly besides: readonly IBeside[];
  /** What comes last. */
  readonly last?: React.ReactNode;
}): React.ReactElement {
  const parts = [
    ...props.besides.map(({ text, onOpen }) =>
      onOpen ? (
        <button type="button" className="px-link" onClick={onOpen}>
          {text}
        </button>
      ) : (
        text
      )
    ),
    ...(props.last ? [props.last] : [])
  ];
  return (
    <>
      {parts.map((part, i) => (
        <React.Fragment key={i}>
          {i > 0 && '; '}
          {part}
        </React.Fragment>
      ))}
    </>
  );
}
