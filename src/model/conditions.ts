import type { Condition, SetName } from '../tokens';

/** A condition that is not made of others. */
export type Plain = Exclude<
  Condition,
  { readonly kind: 'all_of' | 'any_of' | 'not' }
>;

/** The conditions that others are made of, and that rows must meet to be repeated: those that are asked of rows. */
export function plainOf(conditions: readonly Condition[]): Plain[] {
  return conditions.flatMap(condition => {
    switch (condition.kind) {
      case 'all_of':
      case 'any_of':
        return plainOf(condition.conditions);
      case 'not':
        return plainOf([condition.condition]);
      case 'repeated':
        return [condition, ...plainOf(condition.among ?? [])];
      default:
        return [condition];
    }
  });
}

/** Whether they say something else once a map is another one. */
export function areOnMap(conditions: readonly Condition[]): boolean {
  return plainOf(conditions).some(
    ({ kind }) => kind === 'in_cluster' || kind === 'in_lasso'
  );
}

/** Whether they name rows by their places. */
export function areListed(conditions: readonly Condition[]): boolean {
  return plainOf(conditions).some(({ kind }) => kind === 'at_rows');
}

/** The same condition after the sets have changed sides. */
export function turned(condition: Condition): Condition {
  const set = condition.set && other(condition.set);
  switch (condition.kind) {
    case 'all_of':
    case 'any_of':
      return {
        ...condition,
        ...(set ? { set } : {}),
        conditions: condition.conditions.map(turned)
      };
    case 'not':
      return {
        ...condition,
        ...(set ? { set } : {}),
        condition: turned(condition.condition)
      };
    case 'repeated':
      return {
        ...condition,
        ...(set ? { set } : {}),
        ...(condition.among ? { among: condition.among.map(turned) } : {})
      };
    case 'of_set':
      return {
        ...condition,
        ...(set ? { set } : {}),
        name: other(condition.name)
      };
    default:
      return set ? { ...condition, set } : condition;
  }
}

function other(set: SetName): SetName {
  return set === 'primary' ? 'reference' : 'primary';
}
