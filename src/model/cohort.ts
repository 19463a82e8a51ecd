import type {
  Condition,
  IChosen,
  ICohortCount,
  IResult,
  Recipe,
  SetName
} from '../tokens';

/** The recipe of the rows that meet the conditions; one that has its own keeps them. */
export function narrowed<T extends Recipe>(
  recipe: T,
  where: readonly IChosen[]
): T {
  return where.length === 0 || recipe.where !== undefined
    ? recipe
    : { ...recipe, where: where.map(({ condition }) => condition) };
}

/** The conditions with more of them, none twice. */
export function added(
  where: readonly IChosen[],
  more: readonly IChosen[]
): readonly IChosen[] {
  const known = new Set(where.map(keyOf));
  const fresh = more.filter(chosen => !known.has(keyOf(chosen)));
  return fresh.length === 0 ? where : [...where, ...fresh];
}

export function isSame(a: readonly IChosen[], b: readonly IChosen[]): boolean {
  return (
    a.length === b.length && a.every((one, i) => keyOf(one) === keyOf(b[i]))
  );
}

/** The conditions that still say the same after the sets were replaced: a cluster of another map is another one. */
export function carried(
  where: readonly IChosen[],
  isSwapped: boolean,
  /** Whether the map is the one that it was, for the data look the same. */
  isSameMap = false
): readonly IChosen[] {
  return where.flatMap(chosen => {
    const { condition } = chosen;
    if (condition.kind === 'in_cluster' || condition.kind === 'in_lasso') {
      return isSameMap ? [chosen] : [];
    }
    const { set } = condition;
    return isSwapped && set
      ? [
          {
            ...chosen,
            condition: {
              ...condition,
              set: set === 'primary' ? 'reference' : 'primary'
            } satisfies Condition
          }
        ]
      : [chosen];
  });
}

/** How many rows of each set an answer is of; null when it is of all. */
export function cohortOf({
  meta
}: IResult): Record<SetName, ICohortCount | null> | null {
  return (
    (meta.cohort as Record<SetName, ICohortCount | null> | undefined) ?? null
  );
}

function keyOf({ condition }: IChosen): string {
  return JSON.stringify(
    Object.entries(condition)
      .filter(([, value]) => value !== null && value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  );
}
