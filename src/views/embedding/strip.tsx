import type { TranslationBundle } from '@jupyterlab/translation';
import { ticks as roundTicks } from 'd3-array';
import { scaleLinear, scaleUtc } from 'd3-scale';
import * as React from 'react';

import { count, interval, measure, span } from '../../charts/format';
import { ChartTable, TableSwitch, useSize, type IChartTable } from '../parts';
import { useBrush } from './brush';
import type { ISeries, ISeriesPoint } from './series';
import type { IWindow } from './state';
import { Bars, Boundary, Line, middle, PLACES } from './strip-marks';

export interface IStripProps {
  series: ISeries;
  primary: string;
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
/**
 * The embedding through time in one strip; dragging over it chooses a window of the primary set.
 */
export function Strip(props: IStripProps): React.ReactElement {
  const { series, reference, window: chosen, trans } = props;
  const [frame, size] = useSize<HTMLDivElement>();
  const width = Math.max(size.width, 200);
  const [hover, setHover] = React.useState<ISeriesPoint | null>(null);
  const [asTable, setAsTable] = React.useState(false);
  const { points, kind } = series;
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
      .range([PLACES.bottom, TOP - 6]);
  }, [points, series.band]);
  const brushing = useBrush(series, x, chosen, props.onWindow);
  const { brush, edges } = brushing;

  if (edges.length === 0 || points.length < 2) {
    return <div ref={frame} className="px-strip" />;
  }

  const outside = (p: ISeriesPoint): boolean => isOutside(p, series.band);
  const named = namedPoints(points, outside, p => x(middle(p)));
  const step =
    kind === 'year' ? trans.__('each year') : trans.__('each window');
  const caption = reference
    ? trans.__('%1 of %2 to %3', series.label, step, reference)
    : series.label;
  const shown = brushing.isDragging() ? null : hover;
  const top = Math.max(y.range()[1], 4);
  const onPointerMove = (event: React.PointerEvent<SVGSVGElement>): void => {
    if (brushing.isDragging()) {
      brushing.onPointerMove(event);
    } else {
      const { left } = event.currentTarget.getBoundingClientRect();
      setHover(nearest(points, event.clientX - left, p => x(middle(p))));
    }
  };

  const toggle = (
    <TableSwitch shown={asTable} onChange={setAsTable} trans={trans} />
  );
  if (asTable) {
    return (
      <div ref={frame} className="px-strip px-mod-table">
        <ChartTable
          label={caption}
          table={tableOf(series, props.primary, reference, trans)}
        />
        {toggle}
      </div>
    );
  }

  return (
    <div ref={frame} className="px-strip">
      <svg
        width={width}
        height={HEIGHT}
        role="slider"
        tabIndex={0}
        aria-label={trans.__('Window of time. %1', caption)}
        aria-valuemin={0}
        aria-valuemax={edges.length - 1}
        aria-valuenow={brush?.from ?? 0}
        aria-valuetext={chosen ? chosen.label : trans.__('all')}
        onPointerDown={brushing.onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={brushing.onPointerUp}
        onPointerLeave={() => setHover(null)}
        onKeyDown={brushing.onKeyDown}
      >
        {series.band && series.band.upper !== null && (
          <rect
            className="px-strip-band"
            x={LEFT}
            width={width - LEFT - RIGHT}
            y={Math.max(y(series.band.upper), top)}
            height={Math.max(
              (series.band.lower === null
                ? PLACES.bottom
                : y(series.band.lower)) - y(series.band.upper),
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
        <text x={LEFT - 6} y={PLACES.foot - 3} textAnchor="end">
          {trans.__('rows')}
        </text>
        <Bars points={points} x={x} overlap={series.overlap} window={chosen} />
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
          const px = x(middle(p));
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
              height={PLACES.foot - 1}
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
            d={`M${x(middle(shown))} ${top}V${PLACES.foot}`}
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
                    : trans.__(
                        '%1, 90 % interval %2',
                        measure(shown.value),
                        interval(shown.lower, shown.upper, measure)
                      ),
                  trans._n('%2 row', '%2 rows', shown.n, count(shown.n))
                )}
          </>
        ) : (
          <>
            {caption}
            {series.band && (
              <span title={series.band.text}>
                <i />
                {trans.__(
                  '%1 % of %2',
                  Math.round(series.band.level * 100),
                  reference ?? ''
                )}
              </span>
            )}
          </>
        )}
      </span>
      {toggle}
    </div>
  );
}

/** The strip in numbers. */
function tableOf(
  { points, kind, label }: ISeries,
  primary: string,
  reference: string | null,
  trans: TranslationBundle
): IChartTable {
  return {
    heads: [
      trans.__('Window'),
      trans.__('Set'),
      label,
      trans.__('90 % interval'),
      trans.__('rows')
    ],
    rows: points.map(p => [
      span(p.start, p.end - 1, kind),
      p.set === 'primary' ? primary : (reference ?? ''),
      measure(p.value),
      interval(p.lower, p.upper, measure),
      count(p.n)
    ])
  };
}

/** Whether a point lies outside of what is usual. */
export function isOutside(
  { value }: ISeriesPoint,
  band: ISeries['band']
): boolean {
  return (
    value !== null &&
    band !== null &&
    ((band.upper !== null && value > band.upper) ||
      (band.lower !== null && value < band.lower))
  );
}

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
