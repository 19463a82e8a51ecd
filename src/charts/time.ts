import { scaleUtc, type ScaleTime } from 'd3-scale';

import { MONTHS } from './format';
import { atWall, wallTime } from './zone';

export type TimeScale = ScaleTime<number, number>;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** An axis of time in UTC. */
export function timeScale(
  start: number,
  end: number,
  left: number,
  right: number
): TimeScale {
  return scaleUtc()
    .domain([start, end > start ? end : start + DAY])
    .range([left, right]);
}

/** A mark on an axis of time. */
export interface ITimeTick {
  readonly time: number;
  readonly label: string;
}

/** Marks with labels that say no more than changed since the mark before: `2013`, `Feb`, `4 Mar`, `06:00`; by the clocks of a zone. */
export function timeTicks(
  scale: TimeScale,
  wanted: number,
  zone: string | null = null
): ITimeTick[] {
  // Round by the clocks of the zone.
  const shown = scale
    .copy()
    .domain(scale.domain().map(end => wallTime(end.getTime(), zone)));
  const ticks = shown.ticks(Math.max(2, wanted)).map(date => date.getTime());
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : DAY;
  return ticks.map((tick, i) => {
    const time = atWall(tick, zone);
    const date = new Date(tick);
    const before = i > 0 ? new Date(ticks[i - 1]) : null;
    const year = date.getUTCFullYear();
    const newYear = before === null ? false : before.getUTCFullYear() !== year;
    const month = MONTHS[date.getUTCMonth()];
    if (step > 330 * DAY) {
      return { time, label: `${year}` };
    }
    if (step > 25 * DAY) {
      return { time, label: newYear ? `${year}` : month };
    }
    const day = `${date.getUTCDate()} ${month}`;
    if (step >= DAY * 0.9) {
      return { time, label: newYear ? `${day} ${year}` : day };
    }
    const newDay = before === null || before.getUTCDate() !== date.getUTCDate();
    const clock = `${String(date.getUTCHours()).padStart(2, '0')}:${String(date.getUTCMinutes()).padStart(2, '0')}`;
    return { time, label: newDay ? day : clock };
  });
}

/** The place in a sorted list that is nearest to a value. */
export function nearest(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low > 0 && value - sorted[low - 1] <= sorted[low] - value
    ? low - 1
    : low;
}
