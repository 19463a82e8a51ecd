import type { Table } from 'apache-arrow';

import { instant } from '../../charts/format';

/** Whole numbers between these are years. */
const YEARS = [1000, 3000] as const;

/**
 * Times of a column in milliseconds since 1970, NaN where there is none; read in the same way as `profiles/time.py`.
 */
export function readTimes(table: Table, column: string): Float64Array {
  const vector = table.getChild(column);
  const times = new Float64Array(table.numRows).fill(NaN);
  if (!vector) {
    return times;
  }
  let i = 0;
  let numeric = false;
  const temporal = /^(timestamp|date)/i.test(String(vector.type));
  for (const value of vector as Iterable<unknown>) {
    if (value instanceof Date) {
      times[i] = value.getTime();
    } else if (typeof value === 'number' || typeof value === 'bigint') {
      times[i] = Number(value);
      numeric = !temporal;
    } else if (typeof value === 'string') {
      times[i] = /^\d{4}$/.test(value.trim())
        ? Date.UTC(Number(value), 0, 1)
        : instant(value);
    }
    i++;
  }
  if (numeric) {
    fromNumbers(times);
  }
  return times;
}

function fromNumbers(times: Float64Array): void {
  const present = times.filter(Number.isFinite);
  const years =
    present.length > 0 &&
    present.every(
      value => Number.isInteger(value) && value >= YEARS[0] && value <= YEARS[1]
    );
  if (years) {
    for (let i = 0; i < times.length; i++) {
      times[i] = Number.isFinite(times[i]) ? Date.UTC(times[i], 0, 1) : NaN;
    }
    return;
  }
  const sizes = present.map(Math.abs).sort();
  const size = sizes.length > 0 ? sizes[Math.floor(sizes.length / 2)] : 0;
  // Seconds, milliseconds, microseconds or nanoseconds, told apart by their size.
  const perMilli =
    size < 1e11 ? 1e-3 : size < 1e14 ? 1 : size < 1e17 ? 1e3 : 1e6;
  for (let i = 0; i < times.length; i++) {
    times[i] /= perMilli;
  }
}
