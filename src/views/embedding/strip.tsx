import type { TranslationBundle } from '@jupyterlab/translation';
import { ticks as roundTicks } from 'd3-array';
import { scaleLinear, scaleUtc } from 'd3-scale';
import { line } from 'd3-shape';
import * as React from 'react';

import { count, interval, measure, span } from '../../charts/format';
import { useSize } from '../parts';
import { type ISeries, type ISeriesPoint, isoOf } from './series';
import type { IWindow } from './state';

export interface IStripProps {
  series: ISeries;
  reference: string | null;
  window: IWindow | null;
  /** `gesture` is the same for all changes of one movement. */
  onWindow: (window: IWindow | null, gesture?: string) => void;
  trans: TranslationBundle;
}

const HEIGHT = 112;
const LEFT = 44;
const RIGHT = 14;
const TOP = 20;
const BOTTOM = 68;
const BARS = 15;
const FOOT = 94;
/** Half the width of what can be gripped at the edge of a window. */
const GRIP = 6;

interface IBrush {
  readonly from: number;
  readonly to: number;
}

/**
 * The embedding through time in one strip; dragging over it chooses a window of the primary set.
 */
export function Strip(props: IStripProps): React.ReactElement {
  const { series, reference, window: chosen, trans } = props;
  const [frame, size] = useSize<HTMLDivElement>();
  const width = Math.max(size.width, 200);
  const [hover, setHover] = React.useState<ISeriesPoint | null>(null);
  const drag = React.useRef<{
    kind: 'new' | 'move' | 'start' | 'end';
    origin: number;
    brush: IBrush;
    gesture: string;
  } | null>(null);

  const { points, kind } = series;
  const primary = React.useMemo(
    () => points.filter(p => p.set === 'primary'),
    [points]
  );
  const x = React.useMemo(() => {
    const from = Math.min(...points.map(p => p.start));
    const to = Math.max(...points.map(p => p.end));
    return scaleUtc()
      .domain([new Date(from), new Date(to)])
      .range([LEFT, width - RIGHT]);
  }, [points, width]);
  const y = React.useMemo(() => {
    const values = points.flatMap(p => (p.value === null ? [] : [p.value]));
    if (series.band) {
      values.push(
        ...[series.band.lower, series.band.upper].filter(
          (v): v is number => v !== null
        )
      );
    }
    const low = Math.min(...values);
    const high = Math.max(...values);
    const pad = (high - low || Math.abs(high) || 1) * 0.08;
    return scaleLinear()
      .domain(values.length > 0 ? [low - pad, high + pad] : [0, 1])
      .range([BOTTOM, TOP - 6]);
  }, [points, series.band]);
  const rows = usualRows(points);

  if (primary.length === 0 || points.length < 2) {
    return <div ref={frame} className="px-strip" />;
  }

  const edges = [...primary.map(p => p.start), primary[primary.length - 1].end];
  const snap = (time: number): number => {
    let best = 0;
    edges.forEach((edge, i) => {
      if (Math.abs(edge - time) < Math.abs(edges[best] - time)) {
        best = i;
      }
    });
    return best;
  };
  const windowOf = ({ from, to }: IBrush): IWindow => {
    const start = edges[from];
    const end = edges[to];
    return {
      start,
      end,
      iso: [isoOf(start, series.zone), isoOf(end, series.zone)],
      label: span(start, end - 1, kind, true)
    };
  };
  const brushed = (brush: IBrush, gesture?: string): void =>
    props.onWindow(brush.to > brush.from ? windowOf(brush) : null, gesture);
  const brush: IBrush | null = chosen
    ? { from: snap(chosen.start), to: snap(chosen.end) }
    : null;
  const last = edges.length - 1;

  const onPointerDown = (event: React.PointerEvent<SVGSVGElement>): void => {
    if (event.button !== 0) {
      return;
    }
    const px = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const at = snap(x.invert(px).getTime());
    let grip: 'new' | 'move' | 'start' | 'end' = 'new';
    if (brush) {
      const x0 = x(edges[brush.from]);
      const x1 = x(edges[brush.to]);
      grip =
        Math.abs(px - x0) <= GRIP
          ? 'start'
          : Math.abs(px - x1) <= GRIP
            ? 'end'
            : px > x0 && px < x1
              ? 'move'
              : 'new';
    }
    drag.current = {
      kind: grip,
      origin: px,
      brush: grip === 'new' || !brush ? { from: at, to: at } : brush,
      gesture: `brush:${event.timeStamp}`
    };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: React.PointerEvent<SVGSVGElement>): void => {
    const px = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const active = drag.current;
    if (!active) {
      setHover(nearest(points, px, p => x((p.start + p.end) / 2)));
      return;
    }
    if (Math.abs(px - active.origin) < 3) {
      return;
    }
    const at = snap(x.invert(px).getTime());
    const { from, to } = active.brush;
    let next: IBrush;
    switch (active.kind) {
      case 'start':
        next = { from: Math.min(at, to - 1), to };
        break;
      case 'end':
        next = { from, to: Math.max(at, from + 1) };
        break;
      case 'move': {
        const shift = at - snap(x.invert(active.origin).getTime());
        const by = Math.max(-from, Math.min(shift, last - to));
        next = { from: from + by, to: to + by };
        break;
      }
      default:
        next = { from: Math.min(from, at), to: Math.max(from, at) };
    }
    if (!brush || next.from !== brush.from || next.to !== brush.to) {
      brushed(next, active.gesture);
    }
  };
  const onPointerUp = (event: React.PointerEvent<SVGSVGElement>): void => {
    const active = drag.current;
    drag.current = null;
    const px = event.clientX - event.currentTarget.getBoundingClientRect().left;
    if (active && Math.abs(px - active.origin) < 3 && active.kind === 'new') {
      // A click takes the one window under the pointer.
      const time = x.invert(px).getTime();
      const hit = primary.findIndex(p => time >= p.start && time < p.end);
      if (hit >= 0) {
        brushed({ from: hit, to: hit + 1 });
      } else if (chosen) {
        props.onWindow(null);
      }
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step =
      event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (event.key === 'Escape' && chosen) {
      props.onWindow(null);
    } else if (step !== 0 && !brush) {
      const from = step > 0 ? 0 : last - 1;
      brushed({ from, to: from + 1 }, 'brush:keys');
    } else if (step !== 0 && brush) {
      const { from, to } = brush;
      if (event.shiftKey) {
        brushed(
          step > 0
            ? { from, to: Math.min(to + 1, last) }
            : { from: Math.max(from - 1, 0), to },
          'brush:keys'
        );
      } else if (from + step >= 0 && to + step <= last) {
        brushed({ from: from + step, to: to + step }, 'brush:keys');
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const outside = (p: ISeriesPoint): boolean =>
    p.value !== null &&
    series.band !== null &&
    ((series.band.upper !== null && p.value > series.band.upper) ||
      (series.band.lower !== null && p.value < series.band.lower));
  const named = namedPoints(points, outside, p => x((p.start + p.end) / 2));
  const step =
    kind === 'year' ? trans.__('each year') : trans.__('each window');
  const caption = reference
    ? trans.__('%1 of %2 to %3', series.label, step, reference)
    : series.label;
  const shown = hover && !drag.current ? hover : null;
  const top = Math.max(y.range()[1], 4);

  return (
    <div ref={frame} className="px-strip">
      <svg
        width={width}
        height={HEIGHT}
        role="slider"
        tabIndex={0}
        aria-label={trans.__('Window of time. %1', caption)}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={brush?.from ?? 0}
        aria-valuetext={chosen ? chosen.label : trans.__('all')}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={() => setHover(null)}
        onKeyDown={onKeyDown}
      >
        {series.band && series.band.upper !== null && (
          <rect
            className="px-strip-band"
            x={LEFT}
            width={width - LEFT - RIGHT}
            y={Math.max(y(series.band.upper), top)}
            height={Math.max(
              (series.band.lower === null ? BOTTOM : y(series.band.lower)) -
                y(series.band.upper),
              0
            )}
          >
            <title>{series.band.text}</title>
          </rect>
        )}
        {roundTicks(y.domain()[0], y.domain()[1], 3).map(tick => (
          <g key={tick}>
            <path
              className="px-strip-grid"
              d={`M${LEFT} ${y(tick)}H${width - RIGHT}`}
            />
            <text x={LEFT - 6} y={y(tick) + 3.5} textAnchor="end">
              {measure(tick)}
            </text>
          </g>
        ))}
        <text x={LEFT - 6} y={FOOT - 3} textAnchor="end">
          {trans.__('rows')}
        </text>
        <Bars
          points={points}
          x={x}
          rows={rows}
          overlap={series.overlap}
          window={chosen}
        />
        <Boundary points={points} x={x} overlap={series.overlap} />
        {(['reference', 'primary'] as const).map(set => (
          <Line
            key={set}
            points={points.filter(p => p.set === set)}
            set={set}
            x={x}
            y={y}
            outside={outside}
            faint={chosen !== null}
          />
        ))}
        {named.map(p => {
          const px = x((p.start + p.end) / 2);
          const end = px > LEFT + 80;
          return (
            <text
              key={`${p.set}${p.start}`}
              className="px-strip-name"
              x={end ? px - 7 : px + 7}
              y={y(p.value ?? 0) + 4}
              textAnchor={end ? 'end' : 'start'}
            >
              {span(p.start, p.end - 1, kind)} <tspan>{measure(p.value)}</tspan>
            </text>
          );
        })}
        {x.ticks(Math.max(Math.floor(width / 90), 2)).map(tick => (
          <text
            key={tick.getTime()}
            x={x(kind === 'year' ? middleOfYear(tick) : tick)}
            y={HEIGHT - 5}
            textAnchor="middle"
          >
            {x.tickFormat()(tick)}
          </text>
        ))}
        {brush && brush.to > brush.from && (
          <g className="px-strip-window">
            <rect
              x={x(edges[brush.from])}
              width={x(edges[brush.to]) - x(edges[brush.from])}
              y={3}
              height={FOOT - 1}
              rx={2}
            />
            {[brush.from, brush.to].map(edge => (
              <rect
                key={edge}
                className="px-strip-grip"
                x={x(edges[edge]) - 2}
                y={40}
                width={4}
                height={16}
                rx={2}
              />
            ))}
          </g>
        )}
        {shown && (
          <path
            className="px-strip-cursor"
            d={`M${x((shown.start + shown.end) / 2)} ${top}V${FOOT}`}
          />
        )}
      </svg>
      <span className="px-strip-caption">
        {shown ? (
          <>
            <b>{span(shown.start, shown.end - 1, kind)}</b>{' '}
            {shown.n === 0
              ? trans.__('no rows')
              : trans.__(
                  '%1 · %2',
                  shown.lower === null
                    ? measure(shown.value)
                    : `${measure(shown.value)} ${interval(shown.lower, shown.upper, measure)}`,
                  trans._n('%2 row', '%2 rows', shown.n, count(shown.n))
                )}
          </>
        ) : (
          <>
            {caption}
            {series.band && (
              <span title={series.band.text}>
                <i />
                {trans.__('95 % of %1', reference ?? '')}
              </span>
            )}
          </>
        )}
      </span>
    </div>
  );
}

/** The length of a full bar in rows: one window with very many must not flatten all others. */
function usualRows(points: readonly ISeriesPoint[]): number {
  const sorted = points.map(p => p.n).sort((a, b) => a - b);
  const most = sorted[sorted.length - 1] ?? 1;
  const usual = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 1;
  return Math.max(most > 1.6 * usual ? usual * 1.1 : most, 1);
}

type TimeScale = (time: number | Date) => number;

function middleOfYear(tick: Date): number {
  return tick.getTime() + 182.5 * 86_400_000;
}

function nearest(
  points: readonly ISeriesPoint[],
  px: number,
  x: (p: ISeriesPoint) => number
): ISeriesPoint | null {
  let best: ISeriesPoint | null = null;
  let least = 30;
  for (const p of points) {
    const distance = Math.abs(x(p) - px);
    if (distance < least) {
      least = distance;
      best = p;
    }
  }
  return best;
}

/** At most one point of each set gets its name: the farthest out, where names don't meet. */
function namedPoints(
  points: readonly ISeriesPoint[],
  outside: (p: ISeriesPoint) => boolean,
  x: (p: ISeriesPoint) => number
): ISeriesPoint[] {
  const named: ISeriesPoint[] = [];
  for (const set of ['primary', 'reference'] as const) {
    const far = points
      .filter(p => p.set === set && outside(p))
      .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))[0];
    if (far && named.every(other => Math.abs(x(other) - x(far)) > 90)) {
      named.push(far);
    }
  }
  return named;
}

function Line({
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
    .x(p => x((p.start + p.end) / 2))
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
        const px = x((p.start + p.end) / 2);
        if (p.value === null) {
          // No rows, no line: the gap shows a dash.
          return (
            <text key={p.start} x={px} y={FOOT - 4} textAnchor="middle">
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

function Bars({
  points,
  x,
  rows,
  overlap,
  window: chosen
}: {
  points: readonly ISeriesPoint[];
  x: TimeScale;
  rows: number;
  overlap: boolean;
  window: IWindow | null;
}): React.ReactElement {
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
              y={FOOT - height}
              height={height}
              fill={`var(--px-${p.set})`}
              opacity={inside ? 0.95 : p.set === 'primary' ? 0.55 : 0.4}
            />
            {cut && (
              // Longer than there is room for: the bar is broken.
              <path
                className="px-strip-break"
                d={`M${left - 1.5} ${FOOT - 9}l${width + 3} -3`}
              />
            )}
          </g>
        );
      })}
    </g>
  );
}

/** A dotted line where the sets meet. */
function Boundary({
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
  return <path className="px-strip-boundary" d={`M${x(at)} 6V${FOOT}`} />;
}
