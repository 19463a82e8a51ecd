import type { TranslationBundle } from '@jupyterlab/translation';
import { scaleLinear } from 'd3-scale';
import * as React from 'react';

import { Glyph, moreText } from '../parts';
import { NONE } from '../../charts/format';
import type { Change, ICompared, IDifference, IValue } from './facts';
import { changeText, type IMetricForm } from './words';

/** What a test says of a change: certainty is weight, not hue. */
export function ChangeMark({
  change,
  reason,
  needed = null,
  unit = null,
  why = null,
  trans
}: {
  change: Change;
  reason: string | null;
  /** How many more primary rows, or values of the unit, would decide. */
  needed?: number | null;
  unit?: string | null;
  /** Why it is not said to be one, in a few words. */
  why?: string | null;
  trans: TranslationBundle;
}): React.ReactElement {
  const isSure = ['worse', 'better', 'changed'].includes(change);
  const look = isSure ? 'drift' : change;
  const mark = (
    <span
      className={`px-verdict px-mod-${look}`}
      title={
        [
          reason,
          needed !== null && !isSure ? moreText(needed, unit, trans) : null
        ]
          .filter(Boolean)
          .join('\n') || undefined
      }
    >
      {change === 'none' && <Glyph name="check" size={12} />}
      {(change === 'undecided' || change === 'moved') && (
        <Glyph name="unknown" size={13} />
      )}
      {changeText(change, trans)}
    </span>
  );
  return why === null ? (
    mark
  ) : (
    <>
      {mark}
      <span className="px-change-why">{why}</span>
    </>
  );
}

/** A value of a set with its interval; the dash, and why, where there is none. */
export function Value({
  value,
  set,
  form
}: {
  value: IValue;
  set: 'primary' | 'reference';
  form: IMetricForm;
}): React.ReactElement {
  if (value.value === null) {
    return (
      <span className="px-faint" title={value.reason ?? undefined}>
        {NONE}
      </span>
    );
  }
  return (
    <span title={value.reason ?? undefined}>
      <span className={`px-performance-value px-mod-${set}`}>
        {form.value(value.value)}
      </span>{' '}
      <span className="px-muted">
        {value.lower === null ? '' : form.interval(value.lower, value.upper)}
      </span>
    </span>
  );
}

/** By how much a value changed, with its interval; the dash, or what stands for it, where that cannot be told. */
export function Difference({
  of: { difference, lower, upper, change },
  form,
  beside = null
}: {
  of: IDifference & { readonly change?: Change };
  form: IMetricForm;
  beside?: string | null;
}): React.ReactElement {
  // Undecided without an interval: of so few rows that the number says nothing.
  if (difference === null || (lower === null && change === 'undecided')) {
    return <span className="px-faint">{beside ?? NONE}</span>;
  }
  return (
    <>
      {form.difference(difference)}{' '}
      {lower !== null && (
        <span className="px-muted">
          {form.differenceInterval(lower, upper)}
        </span>
      )}
    </>
  );
}

const WIDTH = 116;
const HEIGHT = 22;

/** Changes on one axis, 0 in the middle. Sure: solid ink; open: hollow. */
export function ChangeWhisker({
  row,
  most,
  limit
}: {
  row: ICompared;
  /** Where the axis ends, on both sides. */
  most: number;
  /** A change matters beyond it. */
  limit: number | null;
}): React.ReactElement | null {
  const { difference, lower, upper } = row;
  if (difference === null || lower === null || upper === null) {
    return null;
  }
  const x = scaleLinear()
    .domain([-most, most])
    .range([4, WIDTH - 4])
    .clamp(true);
  const isSure = ['worse', 'better', 'changed'].includes(row.change);
  const colour = isSure ? 'var(--px-ink)' : 'var(--px-muted)';
  const middle = HEIGHT / 2;
  return (
    <svg
      className="px-whisker"
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      {limit !== null && limit > 0 && (
        <rect
          x={x(-limit)}
          width={x(limit) - x(-limit)}
          y={2}
          height={HEIGHT - 4}
          fill="var(--px-band)"
        />
      )}
      <path d={`M${x(0)} 3V${HEIGHT - 3}`} stroke="var(--px-hair2)" />
      <path
        d={`M${x(lower)} ${middle}H${x(upper)}`}
        stroke={colour}
        strokeWidth={isSure ? 2 : 1.4}
        strokeLinecap="round"
      />
      <circle
        cx={x(difference)}
        cy={middle}
        r={3.8}
        fill={isSure ? colour : 'var(--jp-layout-color1)'}
        stroke={colour}
        strokeWidth={1.4}
      />
    </svg>
  );
}

/** Where an axis of changes ends: beyond every interval. */
export function mostOf(rows: readonly ICompared[]): number {
  return Math.max(
    1e-9,
    ...rows.flatMap(({ lower, upper }) => [
      Math.abs(lower ?? 0),
      Math.abs(upper ?? 0)
    ])
  );
}
