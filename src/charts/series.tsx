import type { TranslationBundle } from '@jupyterlab/translation';
import { scaleLinear, scaleSqrt, type ScaleContinuousNumeric } from 'd3-scale';
import { line } from 'd3-shape';
import * as React from 'react';

import { Brush, shifted, widened, type Stretch } from './brush';
import { count } from './format';
import { GridLines } from './grid-lines';
import { roundTicks } from './scales';
import { timeScale, timeTicks } from './time';

/** A metric in one window of one set. */
export interface IPoint {
  readonly set: 'primary' | 'reference';
  readonly start: number;
  readonly end: number;
  readonly n: number;
  readonly missing: number;
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface IBand {
  readonly lower: number | null;
  readonly upper: number | null;
  readonly text: string;
}

export interface ISeriesProps {
  points: readonly IPoint[];
  band: IBand | null;
  /** Where the sets meet, in milliseconds. */
  boundary: number | null;
  /** √-scaled: for divergences, whose small values matter. */
  root: boolean;
  /** Begin at zero: for what is a length or a share. */
  fromZero: boolean;
  /** Draw the interval of every point, not only of those outside the band. */
  intervals?: boolean;
  form: (value: number) => string;
  /** How the marks of the axis are written; by default like the values. */
  tickForm?: (value: number) => string;
  /** What is drawn, in words. */
  title: string;
  /** How, in words: "each point the 28 days before it, √ scale". */
  subtitle: string;
  label: string;
  width: number;
  /** Rather than a full chart, the lines alone in this height. */
  height?: number;
  value: Stretch | null;
  onChange: (value: Stretch | null) => void;
  /** The point that is looked at. */
  onLook: (point: IPoint | null, anchor: DOMRect | null) => void;
  /** A window in words. */
  text: (value: Stretch) => string;
  /** The zone that times are told in; null for naive ones. */
  zone?: string | null;
  trans: TranslationBundle;
}

export const LEFT = 40;
/** Keeps the first and last point off the edges. */
export const INSET = 8;
const TOP = 26;
const ROWS = 34;
const ROWS_HEIGHT = 24;
const AXIS = 20;

/** Whether windows reach into each other. */
export function overlapping(points: readonly IPoint[]): boolean {
  return points.some((point, i) => {
    const next = points[i + 1];
    return next?.set === point.set && next.start < point.end - 1;
  });
}

/** A metric through time; under it, on the same axis, the rows behind each point. */
export function Series(props: ISeriesProps): React.ReactElement {
  const { points, band, boundary, width, value, trans } = props;
  const height = props.height ?? 280;
  const floor = height - AXIS - ROWS;
  const bottom = height - AXIS;
  const right = Math.max(LEFT + 60, width - 14);
  const svg = React.useRef<SVGSVGElement>(null);
  const [active, setActive] = React.useState<number | null>(null);

  const start = Math.min(...points.map(p => p.start));
  const end = Math.max(...points.map(p => p.end));
  const x = React.useMemo(
    () => timeScale(start, end, LEFT + INSET, right - INSET),
    [start, end, right]
  );
  // A window that reaches into the next one is drawn where it ends: nothing later is in it.
  const late = React.useMemo(() => overlapping(points), [points]);
  const at = (p: IPoint) => x(late ? p.end : (p.start + p.end) / 2);

  const values = points
    .map(p => p.value)
    .filter((v): v is number => v !== null);
  const bandEnds = [band?.lower, band?.upper].filter(
    (v): v is number => v !== null && v !== undefined
  );
  const high = Math.max(...values, ...bandEnds, 0);
  const low = Math.min(...values, ...bandEnds);
  const ticks = axisTicks(low, high, props.root, props.fromZero);
  const domain: [number, number] = [
    Math.min(ticks[0], props.fromZero ? 0 : low),
    Math.max(ticks[ticks.length - 1], high)
  ];
  const y = (props.root ? scaleSqrt() : scaleLinear())
    .domain(domain[0] === domain[1] ? [domain[0] - 1, domain[1] + 1] : domain)
    .range([floor, TOP]);

  const most = Math.max(1, ...points.map(p => p.n));
  const stops = React.useMemo(
    () =>
      [...new Set(points.flatMap(p => [p.start, p.end]))].sort((a, b) => a - b),
    [points]
  );
  const slot = points.length > 1 ? Math.min(...gaps(points, at)) : 40;
  const barWidth = Math.max(1, Math.min(14, slot * 0.6));
  const outside = (p: IPoint) =>
    band !== null &&
    p.value !== null &&
    ((band.upper !== null && p.value > band.upper) ||
      (band.lower !== null && p.value < band.lower));
  const peak = points.reduce<IPoint | null>(
    (best, p) =>
      p.set === 'primary' &&
      p.value !== null &&
      (best === null || p.value > (best.value ?? -Infinity))
        ? p
        : best,
    null
  );

  const anchorOf = (p: IPoint): DOMRect | null => {
    const box = svg.current?.getBoundingClientRect();
    return box
      ? new DOMRect(
          box.left + at(p) - 4,
          box.top + (p.value === null ? floor - 8 : y(p.value)) - 6,
          8,
          12
        )
      : null;
  };
  const look = (index: number | null) => {
    setActive(index);
    const point = index === null ? null : points[index];
    props.onLook(point ?? null, point ? anchorOf(point) : null);
  };
  const nearestPoint = (px: number): number | null => {
    let best: number | null = null;
    points.forEach((p, i) => {
      if (
        best === null ||
        Math.abs(at(p) - px) < Math.abs(at(points[best]) - px)
      ) {
        best = i;
      }
    });
    return best !== null &&
      Math.abs(at(points[best]) - px) <= Math.max(slot, 12)
      ? best
      : null;
  };
  const pick = (index: number | null) => {
    const point = index === null ? undefined : points[index];
    if (point && point.set === 'primary' && point.n + point.missing > 0) {
      props.onChange([point.start, point.end]);
    }
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    const step =
      event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step !== 0) {
      if (value && event.shiftKey) {
        props.onChange(widened(stops, value, step));
      } else if (value) {
        props.onChange(shifted(stops, value, step));
      } else {
        const first = points.findIndex(p => p.set === 'primary');
        look(
          Math.max(
            0,
            Math.min(
              points.length - 1,
              active === null ? Math.max(first, 0) : active + step
            )
          )
        );
      }
    } else if (event.key === 'Enter' || event.key === ' ') {
      pick(active);
      look(null);
    } else if (event.key === 'Escape') {
      if (value === null && active === null) {
        return;
      }
      look(null);
      props.onChange(null);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const path = line<IPoint>()
    .defined(p => p.value !== null)
    .x(at)
    .y(p => y(p.value ?? 0));
  const side = boundary === null ? null : x(boundary);
  return (
    <svg
      ref={svg}
      className="px-chart px-series"
      width={width}
      height={height}
      role="group"
      tabIndex={0}
      aria-label={props.label}
      aria-keyshortcuts="ArrowLeft ArrowRight Enter Escape"
      onKeyDown={onKeyDown}
      onBlur={() => look(null)}
    >
      <text className="px-chart-title" x={LEFT} y={14}>
        {props.title} <tspan className="px-chart-how">{props.subtitle}</tspan>
      </text>
      {band && (
        <rect
          x={LEFT}
          width={right - LEFT}
          y={y(Math.min(band.upper ?? domain[1], domain[1]))}
          height={Math.max(
            0,
            y(Math.max(band.lower ?? domain[0], domain[0])) -
              y(Math.min(band.upper ?? domain[1], domain[1]))
          )}
          fill="var(--px-band)"
        />
      )}
      <GridLines
        ticks={ticks}
        y={y}
        left={LEFT}
        right={right}
        text={props.tickForm ?? props.form}
      />
      {side !== null && (
        <path
          d={`M${side} 18V${bottom}`}
          stroke="var(--px-hair2)"
          strokeDasharray="2 3"
        />
      )}
      {(['reference', 'primary'] as const).map(set => {
        const own = points.filter(p => p.set === set);
        return (
          <g key={set}>
            {own.map((p, i) =>
              p.lower !== null &&
              p.upper !== null &&
              (props.intervals || (set === 'primary' && outside(p))) ? (
                <path
                  key={i}
                  className="px-series-whisker"
                  d={`M${at(p)} ${y(clampTo(p.lower, domain))}V${y(clampTo(p.upper, domain))}`}
                  stroke={`var(--px-${set})`}
                />
              ) : null
            )}
            <path
              d={path(own) ?? ''}
              fill="none"
              stroke={`var(--px-${set})`}
              strokeWidth={set === 'primary' ? 1.8 : 1.5}
              strokeLinejoin="round"
            />
            {own.map((p, i) =>
              p.value === null ? null : (
                <circle
                  key={i}
                  cx={at(p)}
                  cy={y(p.value)}
                  r={outside(p) && set === 'primary' ? 3 : 2}
                  fill={`var(--px-${set})`}
                  stroke="var(--jp-layout-color1)"
                />
              )
            )}
          </g>
        );
      })}
      <NoRows points={points} at={at} y={floor - 22} />
      {points.map((p, i) => {
        const tall = (p.n / most) * ROWS_HEIGHT;
        return (
          <rect
            key={i}
            x={at(p) - barWidth / 2}
            width={barWidth}
            y={bottom - tall}
            height={tall}
            fill={`var(--px-${p.set})`}
            opacity={p.set === 'primary' ? 0.55 : 0.4}
          />
        );
      })}
      <text
        className="px-axis-text"
        x={LEFT - 6}
        y={bottom - 4}
        textAnchor="end"
      >
        {trans.__('rows')}
      </text>
      <text
        className="px-axis-text"
        x={right}
        y={bottom - ROWS_HEIGHT - 3}
        textAnchor="end"
      >
        {trans.__('%1 at most in a window', count(most))}
      </text>
      <path d={`M${LEFT} ${bottom}H${right}`} stroke="var(--px-hair2)" />
      {timeTicks(x, (right - LEFT) / 90, props.zone).map(tick => (
        <g key={tick.time}>
          <path d={`M${x(tick.time)} ${bottom}v4`} stroke="var(--px-hair2)" />
          <text
            className="px-axis-text"
            x={x(tick.time)}
            y={bottom + 15}
            textAnchor={x(tick.time) > right - 16 ? 'end' : 'middle'}
          >
            {tick.label}
          </text>
        </g>
      ))}
      {band && (
        <text
          className="px-band-text"
          {...bandTextAt(y(band.upper ?? domain[1]), {
            side,
            right,
            floor,
            // about how wide the text is, so that its end is not cut off
            width: band.text.length * 5.4
          })}
        >
          {band.text}
        </text>
      )}
      {!props.intervals && peak && peak.value !== null && peak.value > 0 && (
        <text
          className="px-peak"
          x={at(peak) + (at(peak) > right - 90 ? -8 : 8)}
          y={Math.max(TOP - 2, y(peak.value) - 6)}
          textAnchor={at(peak) > right - 90 ? 'end' : 'start'}
        >
          {props.form(peak.value)}{' '}
          <tspan className="px-chart-how">
            {trans.__('n %1', count(peak.n))}
          </tspan>
        </text>
      )}
      {active !== null && points[active] && (
        <Whole point={points[active]} x={at(points[active])} y={y} />
      )}
      {active !== null && points[active] && (
        <circle
          cx={at(points[active])}
          cy={y(points[active].value ?? domain[0])}
          r={5.5}
          fill="none"
          stroke="var(--px-ink)"
          strokeWidth={1.4}
        />
      )}
      <Brush
        scale={x}
        stops={stops}
        value={value}
        onChange={props.onChange}
        onClick={px => pick(nearestPoint(px))}
        onHover={px => look(px === null ? null : nearestPoint(px))}
        top={18}
        bottom={bottom}
        text={props.text}
        trans={trans}
      />
    </svg>
  );
}

/** The interval of the point that is looked at. */
function Whole({
  point,
  x,
  y
}: {
  point: IPoint;
  x: number;
  y: ScaleContinuousNumeric<number, number>;
}): React.ReactElement | null {
  const { lower, upper } = point;
  if (lower === null || upper === null) {
    return null;
  }
  const [low, high] = y.domain();
  return (
    <path
      d={`M${x} ${y(clampTo(lower, [low, high]))}V${y(clampTo(upper, [low, high]))}`}
      stroke={`var(--px-${point.set})`}
      strokeWidth={1.6}
    />
  );
}

function clampTo(value: number, [low, high]: [number, number]): number {
  return Math.max(low, Math.min(value, high));
}

function gaps(points: readonly IPoint[], at: (p: IPoint) => number): number[] {
  const found: number[] = [];
  for (let i = 1; i < points.length; i++) {
    if (points[i].set === points[i - 1].set) {
      found.push(at(points[i]) - at(points[i - 1]));
    }
  }
  return found.length > 0 ? found : [40];
}

function axisTicks(
  low: number,
  high: number,
  root: boolean,
  fromZero: boolean
): number[] {
  if (root) {
    const all = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50];
    const top = all.find(tick => tick >= high * 0.98) ?? high;
    const chosen: number[] = [];
    for (const tick of all.filter(t => t <= top)) {
      const last = chosen[chosen.length - 1];
      // About a tenth of the axis between two labels.
      if (
        last === undefined ||
        Math.sqrt(tick / top) - Math.sqrt(last / top) >= 0.12
      ) {
        chosen.push(tick);
      }
    }
    return chosen;
  }
  if (fromZero) {
    return roundTicks(high, 4);
  }
  const scale = scaleLinear().domain([low, high]).nice(4);
  return scale.ticks(4);
}

/** A dash where a window has no rows: not zero, not drift. */
function NoRows({
  points,
  at,
  y
}: {
  points: readonly IPoint[];
  at: (p: IPoint) => number;
  y: number;
}): React.ReactElement {
  const marks: React.ReactElement[] = [];
  let free = -Infinity;
  points.forEach((p, i) => {
    if (p.n > 0 || p.missing > 0) {
      return;
    }
    const x = at(p);
    if (x > free) {
      marks.push(
        <text key={i} className="px-axis-text" x={x} y={y} textAnchor="middle">
          {'—'}
        </text>
      );
      free = x + 14;
    }
  });
  return <>{marks}</>;
}

/**
 * Where the band's words stand: above it, on the side of the reference, of which few windows lie there; below the line of the lowest values where the band
 * goes up to the top.
 */
function bandTextAt(
  top: number,
  of: { side: number | null; right: number; floor: number; width: number }
): { x: number; y: number } {
  const isAbove = top > TOP + 18;
  const hasRoom = of.side !== null && of.right - of.side > 300;
  const left = !isAbove && hasRoom ? (of.side ?? LEFT) : LEFT;
  return {
    x: Math.max(LEFT, Math.min(left + 10, of.right - of.width)),
    y: isAbove ? top - 5 : of.floor - 8
  };
}
