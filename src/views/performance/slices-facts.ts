import { numbers, strings } from '../../api/arrow';
import { conditionsIn } from '../../model/cohort';
import type { Condition, IResult } from '../../tokens';

/** A group of rows in which something is worse than elsewhere. */
export interface ISlice {
  readonly words: string;
  readonly where: readonly Condition[];
  /** Its rows in the primary set. */
  readonly n: number;
  /** Those of them that what is said of it was measured on. */
  readonly measured: number;
  readonly inside: number | null;
  readonly outside: number | null;
  readonly difference: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Adjusted. */
  readonly p: number | null;
  /** The same group in the reference; null where that has none. */
  readonly before: number | null;
}

export interface ISlicesFacts {
  readonly slices: readonly ISlice[];
  readonly tried: number;
  /** What p-values are adjusted for. */
  readonly adjusted: string;
  /** A share of rows, not a mean. */
  readonly isShare: boolean;
}

/** Read a `Slices` result. */
export function slicesFacts({ table, meta }: IResult): ISlicesFacts {
  const where = strings(table, 'where');
  const n = numbers(table, 'n');
  const measured = numbers(table, 'n_judged');
  const of = (name: string) => numbers(table, name);
  const [inside, outside, difference] = ['inside', 'outside', 'difference'].map(
    of
  );
  const [lower, upper, p, before] = [
    'lower',
    'upper',
    'p_adjusted',
    'reference'
  ].map(of);
  return {
    slices: strings(table, 'slice').map((words, i) => ({
      words: words ?? '',
      where: conditionsIn(where[i]),
      n: n[i] ?? 0,
      measured: measured[i] ?? 0,
      inside: inside[i] ?? null,
      outside: outside[i] ?? null,
      difference: difference[i] ?? null,
      lower: lower[i] ?? null,
      upper: upper[i] ?? null,
      p: p[i] ?? null,
      before: before[i] ?? null
    })),
    tried: Number(meta.tried ?? 0),
    adjusted: String(meta.adjusted ?? ''),
    isShare: meta.share === true
  };
}
