import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import * as React from 'react';

import { GridLines } from './grid-lines';

type SetName = 'primary' | 'reference';

/** A point; with ends, what it may as well be. */
export interface IPlotPoint {
  readonly x: number;
  readonly y: number;
  readonly lower?: number | null;
  readonly upper?: number | null;
  /** What it is called when it is looked at. */
  readonly id?: number;
}

/** The line of a set. */
export interface IPlotLine {
  readonly set: SetName;
  readonly points: readonly IPlotPoint[];
  /** Each point has a mark of its own. */
  readonly dots?: boolean;
}

export interface IPlotAxis {
  readonly domain: readonly [number, number];
  readonly label: string;
  readonly ticks: readonly number[];
  readonly form: (value: number) => string;
}

export interface IPlotProps {
  x: IPlotAxis;
  y: IPlotAxis;
  lines: readonly IPlotLine[];
  /** Single points that stand for something chosen. */
  marks?: readonly (IPlotPoint & { readonly set: SetName })[];
  /** A line to compare with: where both are equal, or at height 0. */
  rule?: 'diagonal' | 'zero';
  /** A few words for each set. */
  notes?: readonly { readonly set: SetName; readonly text: string }[];
  /** The corner of the words, which the lines leave free. */
  corner?: 'bottom-right' | 'bottom-left' | 'top-left';
  /** What a point says when it is looked at, in place of the notes. */
  tip?: (set: SetName, point: IPlotPoint) => string;
  /** A point was clicked. */
  onPick?: (point: IPlotPoint) => void;
  width: number;
  height: number;
  label: string;
}

/** Marks on an axis from 0 to 1. */
export function bare01(value: number): string {
  return String(value).replace(/^0\./, '.');
}

/** A point this near to the pointer is looked at, in pixels. */
const REACH = 24;
const LEFT = 34;
/** Room for what the y axis is. */
const TOP = 22;
const RIGHT = 10;
const BELOW = 34;

/** Both sets in one small frame: lines, and points that stand out. */
export function Plot(props: IPlotProps): React.ReactElement {
  const { lines, marks = [], corner, width, height, tip, onPick } = props;
  const [looked, setLooked] = React.useState<{
    readonly set: SetName;
    readonly point: IPlotPoint;
  } | null>(null);
  const notes =
    looked && tip
      ? [{ set: looked.set, text: tip(looked.set, looked.point) }]
      : (props.notes ?? []);
  const right = width - RIGHT;
  const bottom = height - BELOW;
  const x = scaleLinear().domain(props.x.domain).range([LEFT, right]);
  const y = scaleLinear()
    .domain(props.y.domain)
    .range([bottom, TOP])
    .clamp(true);
  const path = line<IPlotPoint>()
    .x(point => x(point.x))
    .y(point => y(point.y));
  const [low, high] = props.x.domain;
  const nearest = (event: React.PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    let best: typeof looked = null;
    let least = REACH;
    for (const { set, points } of lines) {
      for (const point of points) {
        const away = Math.hypot(
          x(point.x) - (event.clientX - box.left),
          y(point.y) - (event.clientY - box.top)
        );
        if (away < least) {
          least = away;
          best = { set, point };
        }
      }
    }
    return best;
  };
  const isTop = corner === 'top-left';
  const isRight = corner === 'bottom-right';
  return (
    <svg
      className="px-chart px-plot"
      width={width}
      height={height}
      role="img"
      aria-label={props.label}
      style={looked && onPick ? { cursor: 'pointer' } : undefined}
      onPointerMove={tip && (event => setLooked(nearest(event)))}
      onPointerLeave={tip && (() => setLooked(null))}
      onClick={onPick && looked ? () => onPick(looked.point) : undefined}
    >
      <text className="px-axis-text" x={4} y={10}>
        {props.y.label}
      </text>
      <GridLines
        ticks={props.y.ticks}
        y={y}
        left={LEFT}
        right={right}
        text={props.y.form}
      />
      {props.x.ticks.map(tick => (
        <text
          key={tick}
          className="px-axis-text"
          x={x(tick)}
          y={bottom + 14}
          textAnchor={x(tick) > right - 12 ? 'end' : 'middle'}
        >
          {props.x.form(tick)}
        </text>
      ))}
      <text
        className="px-axis-text"
        x={(LEFT + right) / 2}
        y={bottom + 28}
        textAnchor="middle"
      >
        {props.x.label}
      </text>
      {props.rule && (
        <path
          d={
            props.rule === 'zero'
              ? `M${LEFT} ${y(0)}H${right}`
              : `M${x(low)} ${y(low)}L${x(high)} ${y(high)}`
          }
          stroke="var(--px-hair2)"
          strokeDasharray="3 3"
        />
      )}
      {lines.map(({ set, points, dots }) => (
        <g key={set}>
          {points.map((point, i) =>
            point.lower !== null &&
            point.lower !== undefined &&
            point.upper !== null &&
            point.upper !== undefined ? (
              <path
                key={i}
                d={`M${x(point.x)} ${y(point.lower)}V${y(point.upper)}`}
                stroke={`var(--px-${set})`}
                opacity={0.45}
              />
            ) : null
          )}
          <path
            d={path([...points]) ?? ''}
            fill="none"
            stroke={`var(--px-${set})`}
            strokeWidth={set === 'primary' ? 1.8 : 1.5}
            strokeLinejoin="round"
          />
          {dots &&
            points.map((point, i) => (
              <Dot key={i} set={set} x={x(point.x)} y={y(point.y)} r={2.8} />
            ))}
        </g>
      ))}
      {marks.map(mark => (
        <Dot key={mark.set} set={mark.set} x={x(mark.x)} y={y(mark.y)} r={5} />
      ))}
      {looked && (
        <circle
          cx={x(looked.point.x)}
          cy={y(looked.point.y)}
          r={5.5}
          fill="none"
          stroke="var(--px-ink)"
          strokeWidth={1.4}
        />
      )}
      {notes.map(({ set, text }, i) => (
        <text
          key={set}
          className="px-plot-note"
          x={isRight ? right - 4 : LEFT + 8}
          y={
            isTop ? TOP + 12 + 15 * i : bottom - 8 - 15 * (notes.length - 1 - i)
          }
          textAnchor={isRight ? 'end' : 'start'}
          fill={`var(--px-${set}-text)`}
        >
          {text}
        </text>
      ))}
    </svg>
  );
}

/** Primary: a filled disc; reference: a ring. */
function Dot({
  set,
  x,
  y,
  r
}: {
  set: SetName;
  x: number;
  y: number;
  r: number;
}): React.ReactElement {
  return (
    <circle
      cx={x}
      cy={y}
      r={set === 'primary' ? r : r - 0.4}
      fill={set === 'primary' ? 'var(--px-primary)' : 'var(--jp-layout-color1)'}
      stroke={
        set === 'primary' ? 'var(--jp-layout-color1)' : 'var(--px-reference)'
      }
      strokeWidth={set === 'primary' ? 1 : 1.6}
    />
  );
}
