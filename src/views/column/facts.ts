import { numbers, strings, times } from '../../api/arrow';
import type { ColumnInfo } from '../../api/contract';
import type { IBin } from '../../charts/bins';
import { instant, measure, type TimeKind } from '../../charts/format';
import { knownZone } from '../../charts/zone';
import type { IBand, IPoint } from '../../charts/series';
import type { IResult } from '../../tokens';
import type { ISetFacts } from '../overview/facts';
import type { ISummaryRow } from '../overview/rows';
import type { Verdict } from '../parts';

/** A distance between the sets, beside the headline. */
export interface IMetricFacts {
  readonly name: string;
  readonly label: string;
  readonly value: number | null;
  readonly lower?: number | null;
  readonly upper?: number | null;
  readonly p_value: number | null;
  readonly reason: string | null;
}

/** The windows that one was picked from on a series, and how p is corrected for them. */
export interface IPickedFrom {
  readonly windows: number;
  readonly adjusted: string;
}

/** A p below this is a change that chance does not explain. */
export const ALPHA = 0.05;

/** What a distribution says about the whole. */
export interface IDistributionFacts {
  readonly kind: ColumnInfo['kind'];
  readonly role: string;
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly p_value: number | null;
  /** That p, corrected for the windows that theirs was picked from. */
  readonly p_adjusted: number | null;
  readonly picked: IPickedFrom | null;
  readonly verdict: Verdict;
  readonly reason: string | null;
  readonly needed: number | null;
  readonly missing: {
    readonly difference: number | null;
    readonly lower: number | null;
    readonly upper: number | null;
    readonly p_value: number | null;
  };
  readonly metrics: readonly IMetricFacts[];
  readonly window: readonly [string, string] | null;
  readonly unit: {
    readonly column: string;
    readonly n_primary: number;
    readonly n_reference: number | null;
  } | null;
  readonly limit: number;
  readonly note: string | null;
  readonly primary: ISetFacts | null;
  readonly reference: ISetFacts | null;
}

const NO_MISSING = {
  difference: null,
  lower: null,
  upper: null,
  p_value: null
};

/** Read the facts of a distribution. */
export function distributionFacts(result: IResult): IDistributionFacts {
  const meta = result.meta as Partial<IDistributionFacts>;
  return {
    kind: meta.kind ?? 'other',
    role: meta.role ?? 'feature',
    estimate: meta.estimate ?? null,
    lower: meta.lower ?? null,
    upper: meta.upper ?? null,
    p_value: meta.p_value ?? null,
    p_adjusted: meta.p_adjusted ?? null,
    picked: meta.picked ?? null,
    verdict: meta.verdict ?? 'untested',
    reason: meta.reason ?? null,
    needed: meta.needed ?? null,
    missing: meta.missing ?? NO_MISSING,
    metrics: meta.metrics ?? [],
    window: meta.window ?? null,
    unit: meta.unit ?? null,
    limit: meta.limit ?? 0.1,
    note: meta.note ?? null,
    primary: meta.primary ?? null,
    reference: meta.reference ?? null
  };
}

/** The bins of a distribution. */
export function binsOf(result: IResult): IBin[] {
  const { table } = result;
  const label = strings(table, 'label');
  const lower = numbers(table, 'lower');
  const upper = numbers(table, 'upper');
  const kind = strings(table, 'kind');
  const reference = numbers(table, 'reference');
  const primary = numbers(table, 'primary');
  const referenceShare = numbers(table, 'reference_share');
  const primaryShare = numbers(table, 'primary_share');
  const contribution = numbers(table, 'contribution');
  const low = strings(table, 'low');
  const high = strings(table, 'high');
  return label.map((text, i) => ({
    label: text ?? '',
    lower: lower[i] ?? null,
    upper: upper[i] ?? null,
    kind: kind[i] ?? 'range',
    reference: reference[i] ?? null,
    primary: primary[i] ?? null,
    referenceShare: referenceShare[i] ?? null,
    primaryShare: primaryShare[i] ?? null,
    contribution: contribution[i] ?? null,
    low: low[i] ?? null,
    high: high[i] ?? null
  }));
}

/**
 * The bins of a set that stands alone, even ones from the summary: its own tenths would all be equally high.
 *
 * @returns null where the summary has no counts in even bins.
 */
export function evenBins(row: ISummaryRow): IBin[] | null {
  const { edges, primary } = row.spark;
  if (!edges || !primary || edges.length !== primary.length + 1) {
    return null;
  }
  const total = primary.reduce((sum, n) => sum + n, 0);
  const last = primary.length - 1;
  // Few whole numbers have a bin each, whose ends lie half-way between them.
  const whole = edges.every(edge => Number.isInteger(edge + 0.5));
  return primary.map((n, i) => {
    // The outer bins count the tails as well.
    const open =
      (i === 0 && (row.min.primary ?? edges[0]) < edges[0]) ||
      (i === last && (row.max.primary ?? edges[i + 1]) > edges[i + 1]);
    const lower = open && i === 0 ? null : edges[i];
    const upper = open && i === last ? null : edges[i + 1];
    return {
      label: whole
        ? measure(edges[i] + 0.5)
        : `${lower === null ? '…' : measure(lower)} – ${upper === null ? '…' : measure(upper)}`,
      lower: whole ? edges[i] + 0.5 : lower,
      upper: whole ? edges[i] + 0.5 : upper,
      kind: whole ? 'atom' : 'range',
      reference: null,
      primary: n,
      referenceShare: null,
      primaryShare: total > 0 ? n / total : null,
      contribution: null,
      // Whole numbers have theirs; of others, cut evenly, the outer ones count all that lies beyond.
      low: whole ? String(edges[i] + 0.5) : i === 0 ? null : String(edges[i]),
      high: whole || i === last ? null : String(edges[i + 1])
    };
  });
}

export type ValueName =
  | 'n'
  | 'missing'
  | 'distinct'
  | 'mean'
  | 'std'
  | 'min'
  | 'q05'
  | 'q25'
  | 'q50'
  | 'q75'
  | 'q95'
  | 'max';

/** The values of a column in one set. */
export type Values = Readonly<Record<ValueName, number | null>>;

const NAMES: readonly ValueName[] = [
  'n',
  'missing',
  'distinct',
  'mean',
  'std',
  'min',
  'q05',
  'q25',
  'q50',
  'q75',
  'q95',
  'max'
];

/** What the values of both sets are like. */
export function valuesOf(result: IResult): {
  primary: Values | null;
  reference: Values | null;
} {
  const table = result.parts.get('values');
  if (!table) {
    return { primary: null, reference: null };
  }
  const sets = strings(table, 'set');
  const columns = NAMES.map(name => numbers(table, name));
  const read = (set: string): Values | null => {
    const row = sets.indexOf(set);
    return row < 0
      ? null
      : (Object.fromEntries(
          NAMES.map((name, i) => [name, columns[i][row] ?? null])
        ) as Record<ValueName, number | null>);
  };
  return { primary: read('primary'), reference: read('reference') };
}

interface IOption {
  readonly value: string;
  readonly label: string;
}

/** What a series says about the whole. */
export interface ISeriesFacts {
  readonly metric: string;
  readonly label: string;
  readonly window: string;
  readonly step: string;
  readonly windows: readonly IOption[];
  readonly metrics: readonly IOption[];
  readonly band: IBand | null;
  /** Where the level changed most. */
  readonly change: { readonly start: number; readonly p: number } | null;
  readonly kind: TimeKind;
  readonly zone: string | null;
  readonly timeColumn: string | null;
  readonly boundary: number | null;
  readonly overlap: boolean;
}

interface ISeriesMeta {
  metric: string;
  label: string;
  window: string;
  step: string;
  windows: IOption[];
  metrics: IOption[];
  band: { lower: number | null; upper: number | null; text: string } | null;
  change: { start: string; p_value: number } | null;
  time: { column: string | null; kind: TimeKind; zone: string | null };
  boundary: string | null;
  overlap: boolean;
}

/** Read the facts of a series. */
export function seriesFacts(result: IResult): ISeriesFacts {
  const meta = result.meta as Partial<ISeriesMeta>;
  return {
    metric: meta.metric ?? '',
    label: meta.label ?? meta.metric ?? '',
    window: meta.window ?? '',
    step: meta.step ?? '',
    windows: meta.windows ?? [],
    metrics: meta.metrics ?? [],
    band: meta.band ?? null,
    change: meta.change
      ? { start: instant(meta.change.start), p: meta.change.p_value }
      : null,
    kind: meta.time?.kind ?? 'instant',
    zone: knownZone(meta.time?.zone ?? null),
    timeColumn: meta.time?.column ?? null,
    boundary: meta.boundary ? instant(meta.boundary) : null,
    overlap: meta.overlap ?? false
  };
}

/** The points of a series, in order of set and time. */
export function pointsOf(result: IResult): IPoint[] {
  const { table } = result;
  const set = strings(table, 'set');
  const start = times(table, 'start');
  const end = times(table, 'end');
  const n = numbers(table, 'n');
  const missing = numbers(table, 'missing');
  const value = numbers(table, 'value');
  const lower = numbers(table, 'lower');
  const upper = numbers(table, 'upper');
  return set.map((name, i) => ({
    set: name === 'reference' ? 'reference' : 'primary',
    start: start[i] ?? 0,
    end: end[i] ?? 0,
    n: n[i] ?? 0,
    missing: missing[i] ?? 0,
    value: value[i] ?? null,
    lower: lower[i] ?? null,
    upper: upper[i] ?? null
  }));
}

/** A time as recipes take it: without an offset where the data has none. */
export function isoOf(time: number, zone: string | null): string {
  const text = new Date(time).toISOString().replace(/\.000Z$/, 'Z');
  return zone === null ? text.replace(/Z$/, '') : text;
}
