import { numbers, strings } from '../../api/arrow';
import { finite, type TimeKind } from '../../charts/format';
import type { IResult } from '../../tokens';
import { readTimes } from './times';

/** A window of a series. */
export interface ISeriesPoint {
  readonly set: 'primary' | 'reference';
  /** Milliseconds, half-open. */
  readonly start: number;
  readonly end: number;
  readonly n: number;
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface ISeries {
  readonly points: readonly ISeriesPoint[];
  readonly label: string;
  readonly kind: TimeKind;
  readonly zone: string | null;
  readonly band: {
    readonly lower: number | null;
    readonly upper: number | null;
    /** The share of what the reference does by itself that lies within. */
    readonly level: number;
    readonly text: string;
  } | null;
  readonly overlap: boolean;
  /** Distance of the windows, such as "1y". */
  readonly step: string | null;
}

/** Read the answer to a `TimeSeries`. */
export function readSeries(result: IResult): ISeries {
  const { table, meta } = result;
  const sets = strings(table, 'set');
  const starts = readTimes(table, 'start');
  const ends = readTimes(table, 'end');
  const n = numbers(table, 'n');
  const value = numbers(table, 'value');
  const lower = numbers(table, 'lower');
  const upper = numbers(table, 'upper');
  const time = meta.time as
    { kind?: TimeKind; zone?: string | null } | undefined;
  return {
    points: sets.map((set, i) => ({
      set: set === 'reference' ? 'reference' : 'primary',
      start: starts[i],
      end: ends[i],
      n: n[i] ?? 0,
      value: finite(value[i]),
      lower: finite(lower[i]),
      upper: finite(upper[i])
    })),
    label: typeof meta.label === 'string' ? meta.label : '',
    kind: time?.kind ?? 'instant',
    zone: time?.zone ?? null,
    band: (meta.band as ISeries['band'] | undefined) ?? null,
    overlap: meta.overlap === true,
    step: typeof meta.step === 'string' ? meta.step : null
  };
}

/** An instant as a recipe takes it: without a zone where the data has none, as a date where it is midnight. */
export function isoOf(time: number, zone: string | null): string {
  const iso = new Date(time).toISOString();
  if (zone !== null) {
    return iso.replace('.000Z', 'Z');
  }
  return iso.replace(/T00:00:00\.000Z$/, '').replace(/(\.000)?Z$/, '');
}

/** So many steps as one length of time: three of "1y" are "3y"; null for what cannot be read. */
export function times(step: string, n: number): string | null {
  const parts = /^(\d+)\s*([a-z]+)$/i.exec(step);
  return parts ? `${n * Number(parts[1])}${parts[2]}` : null;
}
