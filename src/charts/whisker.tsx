import * as React from 'react';

import type { IDriftAxis } from './scales';

export interface IWhiskerProps {
  axis: IDriftAxis;
  estimate: number | null;
  lower: number | null;
  upper: number | null;
  verdict: 'drift' | 'moved' | 'none' | 'undecided' | 'untested';
  width: number;
  height?: number;
  label: string;
}

/** Dot and whisker on the shared axis. Drift: solid ink. Moved or not enough data: hollow. None: faint. Past the axis: an arrow. */
export const Whisker = React.memo(
  (props: IWhiskerProps): React.ReactElement | null => {
    const { axis, estimate, lower, upper, verdict, width, label } = props;
    const height = props.height ?? 26;
    if (estimate === null) {
      return null;
    }
    const middle = height / 2;
    const { scale, max } = axis;
    const x = scale(estimate);
    const right = scale(max);
    const past = (upper ?? estimate) > max;
    const drift = verdict === 'drift';
    const open = verdict === 'undecided' || verdict === 'moved';
    const colour = drift
      ? 'var(--px-ink)'
      : open
        ? 'var(--px-muted)'
        : 'var(--px-faint)';
    return (
      <svg
        className="px-whisker"
        width={width}
        height={height}
        role="img"
        aria-label={label}
      >
        {lower !== null && upper !== null && (
          <path
            d={`M${scale(lower)} ${middle}H${past ? right + 5 : scale(upper)}`}
            stroke={colour}
            strokeWidth={drift ? 2 : 1.4}
            strokeLinecap="round"
            opacity={drift ? 1 : 0.85}
          />
        )}
        {past && (
          <path
            d={`M${right + 3} ${middle - 3}l4 3-4 3`}
            fill="none"
            stroke={colour}
            strokeWidth={1.3}
          />
        )}
        {estimate <= max && (
          <circle
            cx={x}
            cy={middle}
            r={drift ? 4 : 3.6}
            fill={open ? 'var(--jp-layout-color1)' : colour}
            stroke={open ? colour : 'none'}
            strokeWidth={1.4}
          />
        )}
      </svg>
    );
  }
);
