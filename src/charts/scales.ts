import { scaleSqrt, type ScalePower } from 'd3-scale';

/** The √-scaled axis that all rows of a table share. */
export interface IDriftAxis {
  readonly scale: ScalePower<number, number>;
  readonly max: number;
  readonly ticks: readonly number[];
}

const STOPS = [0.25, 0.5, 1, 2, 3, 5, 10, 20, 50];
const TICKS = [0, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50];

/** A few columns far off do not press the others together: the limit keeps its place on the axis. */
const FARTHEST = 50;

/** An interval, or as much of it as is known. */
export interface IEnds {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The value below which a part of some values lie; 0 when there are none. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = Math.ceil(sorted.length * part) - 1;
  return sorted[Math.max(0, place)] ?? 0;
}

/**
 * An axis from 0 that holds the limit, nearly all intervals and half of those beyond the limit; what lies further is drawn as an arrow.
 *
 * @param left, right - Pixels.
 */
export function driftAxis(
  ends: readonly IEnds[],
  limit: number,
  left: number,
  right: number
): IDriftAxis {
  const uppers = (some: readonly IEnds[]) =>
    some.map(end => end.upper).filter((v): v is number => v !== null);
  const beyond = ends.filter(end => (end.lower ?? 0) > limit);
  const wanted = Math.max(
    quantile(uppers(ends), 0.85),
    Math.min(quantile(uppers(beyond), 0.5) * 1.3, limit * FARTHEST),
    limit * 2,
    0.5
  );
  const max = STOPS.find(stop => stop >= wanted * 0.98) ?? wanted;
  const scale = scaleSqrt().domain([0, max]).range([left, right]).clamp(true);
  const ticks: number[] = [];
  for (const tick of TICKS) {
    const last = ticks[ticks.length - 1];
    // Labels need some 24 pixels each.
    if (
      tick <= max &&
      (last === undefined || scale(tick) - scale(last) >= 24)
    ) {
      ticks.push(tick);
    }
  }
  return { scale, max, ticks };
}

/** A few round numbers from 0 to at least `max`. */
export function roundTicks(max: number, wanted = 3): number[] {
  if (!(max > 0)) {
    return [0, 1];
  }
  const raw = max / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step =
    [1, 2, 2.5, 5, 10].map(n => n * power).find(n => n >= raw) ?? raw;
  const ticks: number[] = [];
  for (let i = 0; i * step <= max * 1.0001; i++) {
    ticks.push(Number((i * step).toPrecision(6)));
  }
  return ticks;
}
