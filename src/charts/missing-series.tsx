import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import * as React from 'react';

import { GridLines } from './grid-lines';
import { roundTicks } from './scales';
import { INSET, type IPoint, LEFT, overlapping } from './series';
import { timeScale } from './time';

export interface IMissingSeriesProps {
  points: readonly IPoint[];
  boundary: number | null;
  width: number;
  label: string;
  title: string;
}

const HEIGHT = 78;

/** The share of missing values through time, on the axis of the series above. */
export function MissingSeries(props: IMissingSeriesProps): React.ReactElement {
  const { points, boundary, width } = props;
  const right = Math.max(LEFT + 60, width - 14);
  const start = Math.min(...points.map(p => p.start));
  const end = Math.max(...points.map(p => p.end));
  const x = timeScale(start, end, LEFT + INSET, right - INSET);
  const late = overlapping(points);
  const shareOf = (p: IPoint) =>
    p.n + p.missing > 0 ? p.missing / (p.n + p.missing) : null;
  const most = Math.max(...points.map(p => shareOf(p) ?? 0), 0.01);
  const ticks = roundTicks(most > 0.4 ? 1 : most, 2).filter(t => t <= 1);
  const top = ticks[ticks.length - 1];
  const y = scaleLinear()
    .domain([0, Math.max(top, most)])
    .range([66, 16]);
  const path = line<IPoint>()
    .defined(p => shareOf(p) !== null)
    .x(p => x(late ? p.end : (p.start + p.end) / 2))
    .y(p => y(shareOf(p) ?? 0));
  return (
    <svg
      className="px-chart"
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={props.label}
    >
      <text className="px-axis-text" x={LEFT} y={10}>
        {props.title}
      </text>
      <GridLines
        ticks={ticks}
        y={y}
        left={LEFT}
        right={right}
        text={(tick, i) =>
          `${Math.round(tick * 1000) / 10}${i === ticks.length - 1 ? ' %' : ''}`
        }
      />
      {boundary !== null && (
        <path
          d={`M${x(boundary)} 12V66`}
          stroke="var(--px-hair2)"
          strokeDasharray="2 3"
        />
      )}
      {(['reference', 'primary'] as const).map(set => (
        <path
          key={set}
          d={path(points.filter(p => p.set === set)) ?? ''}
          fill="none"
          stroke={`var(--px-${set})`}
          strokeWidth={set === 'primary' ? 1.8 : 1.5}
        />
      ))}
    </svg>
  );
}
