import { canonical } from '../model/analyses';
import { added } from '../model/cohort';
import type { Condition, IChosen, Recipe } from '../tokens';
import type { IBetween, IDashboard } from './document';

/** The condition that a shared stretch of time is. */
export function betweenCondition(
  { column, low, high }: IBetween,
  isCompared: boolean
): Condition {
  return {
    kind: 'range',
    column,
    low,
    high,
    ...(isCompared ? { set: 'primary' as const } : {})
  };
}

/** A tile's recipe as it is asked: of the rows that all tiles are of. */
export function askedOf(
  recipe: Recipe,
  dashboard: Pick<IDashboard, 'where' | 'between' | 'reference'>
): Recipe {
  const { where, between, reference } = dashboard;
  const shared: IChosen[] = [
    ...where,
    ...(between
      ? [{ condition: betweenCondition(between, reference !== null) }]
      : [])
  ];
  const own = (recipe.where ?? []).map(condition => ({ condition }));
  // None is said, too: an inspection adds its own conditions to what says nothing.
  return {
    ...recipe,
    where: added(own, shared).map(({ condition }) => condition)
  };
}

/** Whether two recipes ask the same. */
export function isSameQuestion(a: Recipe, b: Recipe): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf(recipe: Recipe): string {
  return canonical({
    ...recipe,
    where: recipe.where?.length ? recipe.where : undefined
  });
}
