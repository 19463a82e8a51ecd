import { numbers, strings } from '../../api/arrow';
import type { IResult, SetName } from '../../tokens';
import { type IPerformanceFacts, NEITHER, type OfSets } from './facts';

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

/** The confusions that a threshold gives; those of the predictions themselves without one, or where no scores are known. */
export function confusionsAt(
  {
    scores,
    confusion,
    facts
  }: {
    readonly scores: OfSets<IScores>;
    readonly confusion: OfSets<IConfusion>;
    readonly facts: Pick<IPerformanceFacts, 'classes'>;
  },
  threshold: number | null
): OfSets<IConfusion> {
  const of = (set: SetName): IConfusion | null => {
    const known = scores[set];
    return threshold !== null && known
      ? confusionAt(known, threshold, facts.classes)
      : confusion[set];
  };
  return { primary: of('primary'), reference: of('reference') };
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
