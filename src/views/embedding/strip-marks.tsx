import { line } from 'd3-shape';
import * as React from 'react';

import type { ISeriesPoint } from './series';
import type { IWindow } from './state';

/** Lines of the strip, in pixels from its top. */
export const PLACES = {
  /** Where the room of the values ends. */
  bottom: 68,
  /** Where the bars of rows stand. */
  foot: 94
} as const;

/** Height of a full bar. */
const BARS = 15;

export type TimeScale = (time: number | Date) => number;

/** The middle of the window of time that a point stands for. */
export function middle({ start, end }: ISeriesPoint): number {
  return (start + end) / 2;
}

/** The length of a full bar in rows: one window with very many must not flatten all others. */
function usualRows(points: readonly ISeriesPoint[]): number {
  const sorted = points.map(p => p.n).sort((a, b) => a - b);
  const most = sorted[sorted.length - 1] ?? 1;
  const usual = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 1;
  return Math.max(most > 1.6 * usual ? usual * 1.1 : most, 1);
}

/** The series of one set: a line with a gap where there were no rows, points outside of the band larger. */
export function Line({
  points,
  set,
  x,
  y,
  outside,
  faint
}: {
  points: readonly ISeriesPoint[];
  set: 'primary' | 'reference';
  x: TimeScale;
  y: (value: number) => number;
  outside: (p: ISeriesPoint) => boolean;
  faint: boolean;
}): React.ReactElement {
  const path = line<ISeriesPoint>()
    .defined(p => p.value !== null)
    .x(p => x(middle(p)))
    .y(p => y(p.value ?? 0));
  const colour = `var(--px-${set})`;
  return (
    <g opacity={faint ? 0.7 : 1}>
      <path
        d={path([...points]) ?? ''}
        fill="none"
        stroke={colour}
        strokeWidth={set === 'primary' ? 1.8 : 1.4}
      />
      {points.map(p => {
        const px = x(middle(p));
        if (p.value === null) {
          // No rows, no line: the gap shows a dash.
          return (
            <text key={p.start} x={px} y={PLACES.foot - 4} textAnchor="middle">
              —
            </text>
          );
        }
        return (
          <circle
            key={p.start}
            cx={px}
            cy={y(p.value)}
            r={outside(p) ? 3.2 : points.length > 120 ? 0.9 : 1.7}
            fill={colour}
            stroke={outside(p) ? 'var(--jp-layout-color1)' : 'none'}
            strokeWidth={1.2}
          />
        );
      })}
    </g>
  );
}

/** How many rows each window has. */
export function Bars({
  points,
  x,
  overlap,
  window: chosen
}: {
  points: readonly ISeriesPoint[];
  x: TimeScale;
  overlap: boolean;
  window: IWindow | null;
}): React.ReactElement {
  const rows = usualRows(points);
  return (
    <g>
      {points.map(p => {
        const x0 = x(p.start);
        const full = Math.max(x(p.end) - x0, 1);
        const half = overlap ? full / 2 : full;
        const gap = Math.min(half * 0.15, 3);
        const cut = p.n > rows * 1.001;
        const height = Math.min(p.n / rows, 1.08) * BARS;
        const inside =
          chosen &&
          p.set === 'primary' &&
          p.start >= chosen.start &&
          p.end <= chosen.end;
        const left = x0 + gap + (overlap && p.set === 'primary' ? half : 0);
        const width = Math.max(half - 2 * gap, 0.6);
        return (
          <g key={`${p.set}${p.start}`}>
            <rect
              x={left}
              width={width}
              y={PLACES.foot - height}
              height={height}
              fill={`var(--px-${p.set})`}
              opacity={inside ? 0.95 : p.set === 'primary' ? 0.55 : 0.4}
            />
            {cut && (
              // Longer than there is room for: the bar is broken.
              <path
                className="px-strip-break"
                d={`M${left - 1.5} ${PLACES.foot - 9}l${width + 3} -3`}
              />
            )}
          </g>
        );
      })}
    </g>
  );
}

/** A dotted line where the sets meet. */
export function Boundary({
  points,
  x,
  overlap
}: {
  points: readonly ISeriesPoint[];
  x: TimeScale;
  overlap: boolean;
}): React.ReactElement | null {
  const reference = points.filter(p => p.set === 'reference');
  const primary = points.filter(p => p.set === 'primary');
  if (overlap || reference.length === 0 || primary.length === 0) {
    return null;
  }
  const before = reference[0].start < primary[0].start;
  const at = before ? primary[0].start : reference[0].start;
  return (
    <path className="px-strip-boundary" d={`M${x(at)} 6V${PLACES.foot}`} />
  );
}
