/** Shares and their intervals, as `phoenix_lab/stats/proportions.py` and `embeddings/shares.py` have them; 90 %, two-sided. */

/** The two-sided normal quantile of 90 %. */
const Z = 1.6448536269514722;

/** So many of so many rows; of rows that belong together, how many independent ones they are worth. */
export interface IPart {
  readonly count: number;
  readonly of: number;
  /** Rows that are worth one; 1 where rows are independent. */
  readonly effect?: number;
}

export interface IInterval {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** A share with Wilson's interval; null without rows. */
export function shareWithin({
  count,
  of,
  effect = 1
}: IPart): IInterval | null {
  if (of <= 0) {
    return null;
  }
  const n = of / effect;
  const value = count / of;
  const middle = (value + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n);
  const half =
    (Z / (1 + (Z * Z) / n)) *
    Math.sqrt((value * (1 - value)) / n + (Z * Z) / (4 * n * n));
  return {
    value,
    lower: count === 0 ? 0 : Math.max(0, middle - half),
    upper: count === of ? 1 : Math.min(1, middle + half)
  };
}

/** What a share is less another, with Newcombe's interval (method 10). */
export function shareDifference(
  primary: IInterval,
  reference: IInterval
): IInterval {
  const value = primary.value - reference.value;
  return {
    value,
    lower: Math.max(
      -1,
      value -
        Math.hypot(
          primary.value - primary.lower,
          reference.upper - reference.value
        )
    ),
    upper: Math.min(
      1,
      value +
        Math.hypot(
          primary.upper - primary.value,
          reference.value - reference.lower
        )
    )
  };
}

/**
 * How many rows of whole units are worth an independent one: the design effect of the ratio estimator, with Student's quantile.
 *
 * @param units - Of each unit, how many of its rows were counted, and how many it has.
 */
export function designEffect(
  units: readonly { readonly count: number; readonly of: number }[]
): number {
  const n = units.reduce((sum, unit) => sum + unit.of, 0);
  if (units.length < 2) {
    return Math.max(n, 1);
  }
  const count = units.reduce((sum, unit) => sum + unit.count, 0);
  const share = count / n;
  const squares = units.reduce(
    (sum, unit) => sum + (unit.count - unit.of * share) ** 2,
    0
  );
  const variance =
    ((squares / n ** 2) * units.length) / Math.max(units.length - 1, 1);
  const independent = (share * (1 - share)) / n;
  let effect = independent > 0 ? variance / independent : 1;
  if (units.filter(unit => unit.count > 0).length < 2) {
    // One unit shows no variance: it is taken that rows of a unit are all alike.
    effect = Math.max(
      effect,
      units.reduce((sum, unit) => sum + unit.of ** 2, 0) / n
    );
  }
  effect *= (student(units.length - 1) / Z) ** 2;
  return Math.min(Math.max(effect, 1), n);
}

/** Student's two-sided quantile of 90 %, by the expansion of Cornish and Fisher (Abramowitz and Stegun 26.7.5). */
function student(freedom: number): number {
  if (freedom < 3) {
    return freedom < 2 ? 6.3138 : 2.92;
  }
  const z = Z;
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  );
}
