import { scaleLinear, scaleSqrt } from 'd3-scale';
import { line } from 'd3-shape';
import * as React from 'react';

import { count, estimate } from '../../charts/format';
import { overlapping, type IPoint } from '../../charts/series';
import { timeScale, timeTicks } from '../../charts/time';
import type { IResult } from '../../tokens';
import {
  type ISeriesFacts,
  pointsOf,
  seriesFacts
} from '../../views/column/facts';
import { metricForm, spanIn } from '../../views/column/words';
import { metricForm as performanceForm } from '../../views/performance/words';
import { Glyph, type ISize } from '../../views/parts';
import type { IDrawing, IDrawingOf, Standing } from './drawing';

/** What a window comes to. "inside": beyond the limit, but no more than the reference does by itself, or not sure to be. */
type WindowState = 'over' | 'inside' | 'within' | 'none';

/** Metrics that a limit of PSI is one of. */
const LIMITED: ReadonlySet<string> = new Set(['psi']);
/** Metrics whose small values matter. */
const ROOT: ReadonlySet<string> = new Set(['psi', 'wasserstein']);

type Band = ISeriesFacts['band'];

/** A window is over only beyond both the limit and what the reference does by itself. */
export function windowState(
  { value, lower, n }: Pick<IPoint, 'value' | 'lower' | 'n'>,
  band: Band,
  limit: number | null
): WindowState {
  if (value === null || n === 0) {
    return 'none';
  }
  const isOutside =
    band !== null &&
    ((band.upper !== null && value > band.upper) ||
      (band.lower !== null && value < band.lower));
  if (limit === null) {
    return isOutside ? 'over' : 'within';
  }
  if (value <= limit) {
    return 'within';
  }
  return (isOutside || band === null) && (lower === null || lower > limit)
    ? 'over'
    : 'inside';
}

/** A metric through time, with its limit, what the reference does by itself, and what became of each window. */
export function drawSeries(result: IResult, of: IDrawingOf): IDrawing {
  const { trans } = of;
  const facts = seriesFacts(result);
  const points = pointsOf(result);
  const limit =
    LIMITED.has(facts.metric) && of.reference !== null ? of.limit : null;
  const windows = points
    .filter(({ set }) => set === 'primary')
    .map(point => ({ point, state: windowState(point, facts.band, limit) }));
  const told = windows.filter(({ state }) => state !== 'none');
  const last = told[told.length - 1];
  const isJudged = limit !== null || facts.band !== null;
  const over = told.filter(({ state }) => state === 'over').length;
  const window =
    facts.windows.find(w => w.value === facts.window)?.label ?? facts.window;
  const step =
    facts.windows.find(w => w.value === facts.step)?.label ?? facts.step;
  const how =
    facts.step === facts.window
      ? trans.__('%1, windows of %2', facts.label, window)
      : trans.__('%1, %2 every %3', facts.label, window, step);
  const text =
    told.length === 0
      ? trans.__('no window has rows')
      : limit !== null && facts.band !== null
        ? trans._n(
            '%2 of %1 window over limit and band',
            '%2 of %1 windows over limit and band',
            told.length,
            count(over)
          )
        : limit !== null
          ? trans._n(
              '%2 of %1 window over the limit',
              '%2 of %1 windows over the limit',
              told.length,
              count(over)
            )
          : trans._n(
              '%2 of %1 window outside the band',
              '%2 of %1 windows outside the band',
              told.length,
              count(over)
            );
  const standing: Standing | null = !isJudged
    ? null
    : !last || last.state === 'inside'
      ? 'open'
      : last.state === 'over'
        ? 'beyond'
        : 'within';
  return {
    mark: standing && <Mark standing={standing} trans={trans} />,
    standing,
    // Earlier windows stand below the drawing.
    beside: null,
    facts: how,
    words: isJudged ? `${how}, ${text}` : how,
    isList: false,
    draw: size => (
      <Chart {...of} facts={facts} points={points} limit={limit} size={size} />
    ),
    foot: isJudged && (
      <div className="px-tile-windows">
        <span aria-hidden="true">
          {windows.slice(-60).map(({ point, state }) => (
            <i
              key={point.start}
              className={`px-window px-mod-${state}`}
              title={spanIn(facts.zone, point.start, point.end, facts.kind)}
            />
          ))}
        </span>
        <span>{text}</span>
      </div>
    )
  };
}

/** Whether the last window is over, within, or not to be told. */
function Mark({
  standing,
  trans
}: {
  readonly standing: Standing;
  readonly trans: IDrawingOf['trans'];
}): React.ReactElement {
  switch (standing) {
    case 'beyond':
      return (
        <span className="px-verdict px-mod-drift">{trans.__('Over')}</span>
      );
    case 'within':
      return (
        <span className="px-verdict px-mod-none">
          <Glyph name="check" size={12} />
          {trans.__('Within')}
        </span>
      );
    case 'open':
      return (
        <span className="px-verdict px-mod-undecided">
          <Glyph name="unknown" size={13} />
          {trans.__('Not sure')}
        </span>
      );
  }
}

const LEFT = 6;
/** For the last value and the limit. */
const RIGHT = 58;
const TOP = 10;
const AXIS = 20;

function Chart({
  facts,
  points,
  limit,
  size,
  isOfPredictions,
  trans
}: Omit<IDrawingOf, 'limit'> & {
  readonly facts: ISeriesFacts;
  readonly points: readonly IPoint[];
  readonly limit: number | null;
  readonly size: ISize;
}): React.ReactElement {
  const width = Math.floor(size.width);
  const height = Math.max(60, Math.floor(size.height));
  const right = Math.max(LEFT + 40, width - RIGHT);
  const floor = height - AXIS;
  const valued = points.filter(
    (p): p is IPoint & { value: number } => p.value !== null
  );
  if (valued.length === 0) {
    return <p className="px-muted">{trans.__('No window has a value.')}</p>;
  }
  const form = isOfPredictions
    ? performanceForm(facts.metric).value
    : metricForm(facts.metric);
  const isLate = overlapping(points);
  const x = timeScale(
    Math.min(...points.map(p => p.start)),
    Math.max(...points.map(p => p.end)),
    LEFT,
    right
  );
  const at = (p: IPoint): number => x(isLate ? p.end : (p.start + p.end) / 2);
  const values = valued.map(({ value }) => value);
  const ends = [facts.band?.lower, facts.band?.upper, limit].filter(
    (v): v is number => v !== null && v !== undefined
  );
  const isFree = isOfPredictions || facts.metric === 'mean';
  const high = Math.max(...values, ...ends);
  const low = isFree ? Math.min(...values, ...ends) : Math.min(0, ...values);
  const y = (ROOT.has(facts.metric) && low >= 0 ? scaleSqrt() : scaleLinear())
    .domain(low === high ? [low - 1, high + 1] : [low, high])
    .range([floor, TOP]);
  const path = line<IPoint>()
    .defined(p => p.value !== null)
    .x(at)
    .y(p => y(p.value ?? 0));
  const last = [...valued].reverse().find(({ set }) => set === 'primary');
  const band = facts.band && {
    top: y(facts.band.upper ?? high),
    bottom: y(Math.max(facts.band.lower ?? low, low))
  };
  const limitY = limit === null ? null : y(limit);
  const lastY = last ? y(last.value) + 4 : 0;
  const isCrowded = limitY !== null && Math.abs(limitY + 4 - lastY) < 12;
  return (
    <svg className="px-chart" width={width} height={height} aria-hidden="true">
      {band && (
        <rect
          x={LEFT}
          width={right - LEFT}
          y={band.top}
          height={Math.max(0, band.bottom - band.top)}
          fill="var(--px-band)"
        />
      )}
      <path d={`M${LEFT} ${floor}H${right}`} stroke="var(--px-hair2)" />
      {limit !== null && limitY !== null && (
        <>
          <path
            d={`M${LEFT} ${limitY}H${right}`}
            stroke="var(--px-accent)"
            strokeDasharray="4 3"
            strokeWidth={1.2}
          />
          <text
            className="px-axis-text px-tile-limit"
            x={right + 5}
            y={limitY + 4 + (isCrowded ? (limitY + 4 < lastY ? -7 : 7) : 0)}
          >
            {trans.__('limit %1', estimate(limit))}
          </text>
        </>
      )}
      {(['reference', 'primary'] as const).map(set => (
        <path
          key={set}
          d={path(points.filter(p => p.set === set)) ?? ''}
          fill="none"
          stroke={`var(--px-${set})`}
          strokeWidth={set === 'primary' ? 1.7 : 1.3}
          strokeLinejoin="round"
        />
      ))}
      {last && (
        <>
          <circle
            cx={at(last)}
            cy={y(last.value)}
            r={3.2}
            fill="var(--px-primary)"
          />
          <text className="px-tile-last" x={at(last) + 7} y={lastY}>
            {form(last.value)}
          </text>
        </>
      )}
      {timeTicks(x, (right - LEFT) / 80, facts.zone).map(tick => (
        <text
          key={tick.time}
          className="px-axis-text"
          x={x(tick.time)}
          y={height - 5}
          textAnchor={x(tick.time) < LEFT + 14 ? 'start' : 'middle'}
        >
          {tick.label}
        </text>
      ))}
    </svg>
  );
}
