import { numbers, strings } from '../../api/arrow';
import type { Performance } from '../../api/contract';
import type { IResult, SetName } from '../../tokens';
import type { ISetFacts } from '../overview/facts';

/** What segments can be compared by. */
export type MetricName = NonNullable<Performance['metric']>;

/** A p below this is a change that chance does not explain. */
const ALPHA = 0.05;

/** What a test says of a change. "moved" is the part of the server's "undecided" that is sure to have changed, and not whether by more than the limit. */
export type Change =
  'worse' | 'better' | 'changed' | 'moved' | 'none' | 'undecided' | 'untested';

/** What is better: a high number, a low one, or one near 0. */
export type Good = 'high' | 'low' | 'zero';

/** A number about one set. */
export interface IValue {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly n: number | null;
  readonly reason: string | null;
}

/** By how much a number changed. */
export interface IDifference {
  readonly difference: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** A number in both sets, and its change. */
export interface ICompared extends IDifference {
  readonly primary: IValue;
  readonly reference: IValue;
  readonly p: number | null;
  readonly change: Change;
  /** How many more primary rows, or units, would decide at the server's limit; null where nothing tells. */
  readonly needed: number | null;
  readonly reason: string | null;
}

export interface IMetric extends ICompared {
  readonly name: MetricName | 'calibration_error';
  readonly label: string;
  readonly average: string | null;
  readonly good: Good;
  /** How much it has to change before that matters; null where nothing tells. */
  readonly limit: number | null;
  /** Whether it moves with the threshold. */
  readonly isThresholded: boolean;
}

export interface ISegmentRow extends ICompared {
  readonly name: string;
  readonly kind: string;
  /** The number of a cluster, or null. */
  readonly cluster: number | null;
  /** Where it starts and ends, exactly, or its value. */
  readonly low: string | null;
  readonly high: string | null;
}

/** One number of one class. */
export interface IClassRow extends ICompared {
  readonly name: string;
  readonly metric: 'precision' | 'recall' | 'f1';
  readonly limit: number | null;
}

interface IRowCounts {
  readonly rows: number;
  readonly used: number;
  readonly missing_actual: number;
  readonly missing_prediction: number;
  readonly zero_actual: number;
}

interface ICalibration {
  readonly mean_score: number;
  readonly share: number;
  readonly error: number | null;
  readonly error_by_chance: number | null;
}

export type OfSets<T> = Readonly<Record<SetName, T | null>>;

/** The sets in the order in which they are drawn: what is compared with first. */
export const SETS = ['reference', 'primary'] as const;

/** Whether the sets are compared row by row, and why. */
export interface IPairing {
  readonly paired: boolean;
  readonly possible: boolean;
  /** How many rows are in both. */
  readonly rows: number;
  readonly text: string;
}

const APART: IPairing = { paired: false, possible: false, rows: 0, text: '' };

/** What the answer says about the whole. */
export interface IPerformanceFacts {
  readonly task: 'classification' | 'regression';
  readonly classes: readonly string[];
  readonly positive: string | null;
  readonly columns: {
    readonly prediction: string | null;
    readonly actual: string | null;
    readonly score: string | null;
  };
  readonly predicted_from: 'labels' | 'score' | 'numbers';
  readonly threshold: number | null;
  readonly probabilities: boolean;
  readonly absent: OfSets<string>;
  readonly rows: OfSets<IRowCounts>;
  readonly calibration: OfSets<ICalibration>;
  readonly notes: readonly string[];
  readonly segment: {
    readonly column: string;
    /** They are the clusters of its map. */
    readonly clusters: boolean;
    readonly metric: string;
    readonly limit: number | null;
    readonly adjusted: string | null;
    readonly left_out: number;
  } | null;
  readonly alpha: number;
  readonly adjusted: string | null;
  readonly unit: { readonly column: string } | null;
  readonly pairing: IPairing;
  /** How precision, recall and F1 are averaged over the classes; null is of the positive one of two. */
  readonly average: NonNullable<Performance['average']> | null;
  readonly of_classes: { readonly adjusted: string | null } | null;
  /** The primary rows are those of this time. */
  readonly window: readonly [string, string] | null;
  readonly primary: ISetFacts | null;
  readonly reference: ISetFacts | null;
}

/** Of a set without an answer there is none. */
export const NEITHER = { primary: null, reference: null };

export function performanceFacts(result: IResult): IPerformanceFacts {
  const meta = result.meta as Partial<IPerformanceFacts>;
  return {
    task: meta.task ?? 'classification',
    classes: meta.classes ?? [],
    positive: meta.positive ?? null,
    columns: meta.columns ?? { prediction: null, actual: null, score: null },
    predicted_from: meta.predicted_from ?? 'labels',
    threshold: meta.threshold ?? null,
    probabilities: meta.probabilities ?? false,
    absent: meta.absent ?? NEITHER,
    rows: meta.rows ?? NEITHER,
    calibration: meta.calibration ?? NEITHER,
    notes: meta.notes ?? [],
    segment: meta.segment ?? null,
    alpha: meta.alpha ?? 0.05,
    adjusted: meta.adjusted ?? null,
    unit: meta.unit ?? null,
    pairing: meta.pairing ?? APART,
    average: meta.average ?? null,
    of_classes: meta.of_classes ?? null,
    window: meta.window ?? null,
    primary: meta.primary ?? null,
    reference: meta.reference ?? null
  };
}

type Table = IResult['table'];

/** What the rows of a table say of a set, or of a way to come by its numbers. */
export function valuesOf(table: Table, name: string): IValue[] {
  const value = numbers(table, `value_${name}`);
  const lower = numbers(table, `lower_${name}`);
  const upper = numbers(table, `upper_${name}`);
  const n = numbers(table, `n_${name}`);
  const reason = strings(table, `reason_${name}`);
  return value.map((v, i) => ({
    value: v ?? null,
    lower: lower[i] ?? null,
    upper: upper[i] ?? null,
    n: n[i] ?? null,
    reason: reason[i] ?? null
  }));
}

/** The changes that the rows of a table tell. */
export function differencesOf(table: Table): IDifference[] {
  const difference = numbers(table, 'difference');
  const lower = numbers(table, 'difference_lower');
  const upper = numbers(table, 'difference_upper');
  return Array.from({ length: table.numRows }, (_, i) => ({
    difference: difference[i] ?? null,
    lower: lower[i] ?? null,
    upper: upper[i] ?? null
  }));
}

function compared(table: Table): ICompared[] {
  const primary = valuesOf(table, 'primary');
  const reference = valuesOf(table, 'reference');
  const differences = differencesOf(table);
  const p = numbers(table, 'p_adjusted');
  const verdict = strings(table, 'verdict');
  const needed = numbers(table, 'needed');
  const reason = strings(table, 'reason');
  return primary.map((value, i) => ({
    primary: value,
    reference: reference[i],
    ...differences[i],
    p: p[i] ?? null,
    change:
      verdict[i] === 'undecided' && (p[i] ?? 1) < ALPHA
        ? 'moved'
        : ((verdict[i] ?? 'untested') as Change),
    needed: needed[i] ?? null,
    reason: reason[i] ?? null
  }));
}

/** The metrics, the headline first. */
export function metricsOf({ table }: IResult): IMetric[] {
  const name = strings(table, 'metric');
  const label = strings(table, 'label');
  const average = strings(table, 'average');
  const good = strings(table, 'good');
  const limit = numbers(table, 'limit');
  const isThresholded = table.getChild('thresholded');
  return compared(table).map((row, i) => ({
    ...row,
    name: (name[i] ?? 'accuracy') as IMetric['name'],
    label: label[i] ?? '',
    average: average[i] ?? null,
    good: (good[i] ?? 'high') as Good,
    limit: limit[i] ?? null,
    isThresholded: isThresholded?.get(i) === true
  }));
}

/** Precision, recall and F1 of every class. */
export function classesOf(result: IResult): IClassRow[] {
  const table = result.parts.get('classes');
  if (!table) {
    return [];
  }
  const name = strings(table, 'class');
  const metric = strings(table, 'metric');
  const limit = numbers(table, 'limit');
  return compared(table).map((row, i) => ({
    ...row,
    name: name[i] ?? '',
    metric: (metric[i] ?? 'f1') as IClassRow['metric'],
    limit: limit[i] ?? null
  }));
}

/** The segments, those whose change is surest first; of a set alone the worst first, and those without a value last. */
export function segmentsOf(result: IResult, good: Good): ISegmentRow[] {
  const table = result.parts.get('segments');
  if (!table) {
    return [];
  }
  const name = strings(table, 'segment');
  const kind = strings(table, 'kind');
  const cluster = table.getChild('cluster') ? numbers(table, 'cluster') : [];
  const low = strings(table, 'low');
  const high = strings(table, 'high');
  const rows = compared(table).map((row, i) => ({
    ...row,
    cluster: cluster[i] ?? null,
    name: name[i] ?? '',
    kind: kind[i] ?? 'category',
    low: low[i] ?? null,
    high: high[i] ?? null
  }));
  // A change without an interval is of too few rows to be called large.
  const size = (row: ISegmentRow): number =>
    row.lower === null ? -1 : Math.abs(row.difference ?? 0);
  const badness = (row: ISegmentRow): number => {
    const value = row.primary.value ?? row.reference.value;
    return value === null
      ? -Infinity
      : good === 'zero'
        ? Math.abs(value)
        : good === 'low'
          ? value
          : -value;
  };
  return rows.some(row => row.p !== null)
    ? rows.sort((a, b) => (a.p ?? 2) - (b.p ?? 2) || size(b) - size(a))
    : rows.sort((a, b) => badness(b) - badness(a) || 0);
}

/** What came of the rows of a range of scores, or how far predicted numbers of a range were off. */
export interface IBinned {
  readonly lower: number | null;
  readonly upper: number | null;
  readonly n: number;
  readonly x: number | null;
  readonly y: number | null;
  readonly yLower: number | null;
  readonly yUpper: number | null;
}

function binned(
  table: Table | undefined,
  names: Readonly<Record<'x' | 'y' | 'yLower' | 'yUpper', string>>
): Readonly<Record<SetName, readonly IBinned[]>> {
  if (!table) {
    return { primary: [], reference: [] };
  }
  const sets = strings(table, 'set');
  const column = (name: string) => numbers(table, name);
  const lower = column('lower');
  const upper = column('upper');
  const n = column('n');
  const x = column(names.x);
  const y = column(names.y);
  const yLower = column(names.yLower);
  const yUpper = column(names.yUpper);
  const read = (set: SetName): IBinned[] =>
    sets.flatMap((name, i) =>
      name === set
        ? [
            {
              lower: lower[i] ?? null,
              upper: upper[i] ?? null,
              n: n[i] ?? 0,
              x: x[i] ?? null,
              y: y[i] ?? null,
              yLower: yLower[i] ?? null,
              yUpper: yUpper[i] ?? null
            }
          ]
        : []
    );
  return { primary: read('primary'), reference: read('reference') };
}

/** Mean score and share of positives by tenths of the score. */
export function reliabilityOf(
  result: IResult
): Readonly<Record<SetName, readonly IBinned[]>> {
  return binned(result.parts.get('reliability'), {
    x: 'mean_score',
    y: 'share',
    yLower: 'share_lower',
    yUpper: 'share_upper'
  });
}

/** Errors by tenths of the predicted numbers: their mean, and where the middle half of them lies. */
export function residualsOf(
  result: IResult
): Readonly<Record<SetName, readonly IBinned[]>> {
  return binned(result.parts.get('residuals'), {
    x: 'mean_predicted',
    y: 'q50',
    yLower: 'q25',
    yUpper: 'q75'
  });
}
