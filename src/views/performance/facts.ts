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

/** A number in both sets, and its change. */
export interface ICompared {
  readonly primary: IValue;
  readonly reference: IValue;
  readonly difference: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
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

type OfSets<T> = Readonly<Record<SetName, T | null>>;

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

const NEITHER = { primary: null, reference: null };

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

function compared(table: Table): ICompared[] {
  const set = (name: SetName): IValue[] => {
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
  };
  const primary = set('primary');
  const reference = set('reference');
  const difference = numbers(table, 'difference');
  const lower = numbers(table, 'difference_lower');
  const upper = numbers(table, 'difference_upper');
  const p = numbers(table, 'p_adjusted');
  const verdict = strings(table, 'verdict');
  const needed = numbers(table, 'needed');
  const reason = strings(table, 'reason');
  return primary.map((value, i) => ({
    primary: value,
    reference: reference[i],
    difference: difference[i] ?? null,
    lower: lower[i] ?? null,
    upper: upper[i] ?? null,
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
  const size = (row: ISegmentRow): number => Math.abs(row.difference ?? 0);
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

/** How often each class was said to be each, by truth and prediction. */
export interface IConfusion {
  readonly classes: readonly string[];
  /** Rows by actual class, then by predicted class. */
  readonly counts: readonly (readonly number[])[];
}

export function confusionOf(
  result: IResult,
  classes: readonly string[]
): OfSets<IConfusion> {
  const table = result.parts.get('confusion');
  if (!table) {
    return NEITHER;
  }
  const sets = strings(table, 'set');
  const n = numbers(table, 'n');
  const k = classes.length;
  const read = (set: SetName): IConfusion | null => {
    const first = sets.indexOf(set);
    const counts = classes.map((_, i) =>
      classes.map((__, j) => n[first + i * k + j] ?? 0)
    );
    return first < 0 || counts.flat().every(count => count === 0)
      ? null
      : { classes, counts };
  };
  return { primary: read('primary'), reference: read('reference') };
}

/** What each threshold gives. */
export interface IScores {
  /** Thresholds, rising; counts are exact at each of them. */
  readonly cuts: readonly number[];
  /** Rows of the positive class with a score from the cut on. */
  readonly hits: readonly number[];
  /** Rows of the negative class with a score from the cut on. */
  readonly falseAlarms: readonly number[];
}

export function scoresOf(result: IResult): OfSets<IScores> {
  const table = result.parts.get('scores');
  if (!table) {
    return NEITHER;
  }
  const cuts = numbers(table, 'score').map(cut => cut ?? 0);
  const fromHereOn = (name: string): number[] | null => {
    const counts = numbers(table, name);
    if (counts.length === 0 || counts.some(count => count === null)) {
      return null;
    }
    const sums = new Array<number>(counts.length);
    let sum = 0;
    for (let i = counts.length - 1; i >= 0; i--) {
      sum += counts[i] ?? 0;
      sums[i] = sum;
    }
    return sums;
  };
  const read = (set: SetName): IScores | null => {
    const hits = fromHereOn(`${set}_positive`);
    const falseAlarms = fromHereOn(`${set}_negative`);
    return hits && falseAlarms ? { cuts, hits, falseAlarms } : null;
  };
  return { primary: read('primary'), reference: read('reference') };
}

/** The cut that a threshold stands for: the lowest that is not below it, but for what float32 cannot tell. */
export function cutAt(cuts: readonly number[], threshold: number): number {
  let low = 0;
  let high = cuts.length;
  const from = threshold - Math.abs(threshold) * 1e-7;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle] < from) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The confusion that a threshold gives. */
export function confusionAt(
  { cuts, hits, falseAlarms }: IScores,
  threshold: number,
  classes: readonly string[]
): IConfusion {
  const at = cutAt(cuts, threshold);
  const hit = hits[at] ?? 0;
  const wrong = falseAlarms[at] ?? 0;
  return {
    classes,
    counts: [
      [(falseAlarms[0] ?? 0) - wrong, wrong],
      [(hits[0] ?? 0) - hit, hit]
    ]
  };
}

/** Shares of a confusion of two classes. */
export interface IRates {
  readonly falseAlarms: number | null;
  readonly recall: number | null;
  readonly precision: number | null;
}

export function ratesOf({ counts }: IConfusion): IRates {
  const [[rightNo, falseYes], [falseNo, rightYes]] = counts;
  const part = (k: number, n: number): number | null => (n > 0 ? k / n : null);
  return {
    falseAlarms: part(falseYes, rightNo + falseYes),
    recall: part(rightYes, falseNo + rightYes),
    precision: part(rightYes, falseYes + rightYes)
  };
}

/** The threshold that the predicted labels were made with, as far as the counts of all sets agree with one; .5 before others. */
export function impliedThreshold(
  scores: OfSets<IScores>,
  confusion: OfSets<IConfusion>
): number | null {
  const sets = (['primary', 'reference'] as const).filter(
    set => scores[set] && confusion[set]
  );
  const cuts = sets.length > 0 ? (scores[sets[0]]?.cuts ?? []) : [];
  const fits = (i: number): boolean =>
    sets.every(set => {
      const counts = confusion[set]?.counts;
      const { hits, falseAlarms } = scores[set] as IScores;
      return (
        counts?.[1]?.[1] === (hits[i] ?? 0) &&
        counts[0]?.[1] === (falseAlarms[i] ?? 0)
      );
    });
  const half = cutAt(cuts, 0.5);
  if (Math.abs((cuts[half] ?? 0) - 0.5) < 1e-6 && fits(half)) {
    return 0.5;
  }
  const found = cuts.findIndex((_, i) => fits(i));
  return found < 0 ? null : cuts[found];
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
