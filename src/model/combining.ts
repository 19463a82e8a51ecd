import type { Condition, IRows, ISelection, SetName } from '../tokens';
import { areListed } from './conditions';
import { toRanges } from './ranges';
import { clustersIn, countOf, hasRows } from './selection';

/** How two selections make a third; "not" takes one alone. */
export type Way = 'and' | 'or' | 'minus' | 'not';

const SETS: readonly SetName[] = ['primary', 'reference'];

/** The condition that rows of a selection meet, whatever the sets hold then; null where it is a list of rows. */
export function liveOf(selection: ISelection): readonly Condition[] | null {
  const found = conditionsOf(selection);
  return found && !areListed(found) ? found : null;
}

/** The conditions that gave the rows of a selection. */
function conditionsOf({
  conditions,
  source
}: ISelection): readonly Condition[] | null {
  if (conditions) {
    return conditions;
  }
  const recipe = source?.recipe;
  if (recipe?.kind !== 'embedding_map') {
    return null;
  }
  const { where = [], ...map } = recipe;
  const { clusters, only } = clustersIn({ source });
  const inside = clusters.map((cluster): Condition => ({
    kind: 'in_cluster',
    map,
    cluster
  }));
  if (inside.length === 0) {
    return null;
  }
  return [
    ...where,
    inside.length === 1 ? inside[0] : { kind: 'any_of', conditions: inside },
    ...(only ? [{ kind: 'of_set' as const, name: only }] : [])
  ];
}

/** The rows of two selections together, and the condition that they meet where both have one; all rows of both must be known. */
export function combined(
  way: Way,
  a: ISelection,
  b: ISelection | null,
  words: Pick<ISelection, 'id' | 'label' | 'variable' | 'comment'>
): ISelection {
  const sides = SETS.filter(
    set => partIn(a, set) ?? (b && way !== 'minus' && partIn(b, set))
  );
  const rows = sides.map((set): IRows => {
    const [first, second] = [partIn(a, set), b && partIn(b, set)];
    const part = first ?? second;
    const found = merge(
      way,
      first?.rows ?? [],
      second?.rows ?? [],
      part?.of ?? 0
    );
    return {
      set,
      rows: found,
      of: part?.of,
      ...(found.length === 0 ? { n: 0 } : {})
    };
  });
  const [mine, others] = [liveOf(a), b ? liveOf(b) : []];
  const { tag, view } = a;
  return {
    ...words,
    rows,
    source: null,
    ...(view === undefined || (b && b.view !== view) ? {} : { view }),
    ...(tag !== undefined && tag === (b ?? a).tag && way !== 'not'
      ? { tag }
      : {}),
    ...(mine && others ? { conditions: joined(way, mine, others, sides) } : {})
  };
}

function joined(
  way: Way,
  a: readonly Condition[],
  b: readonly Condition[],
  sides: readonly SetName[]
): readonly Condition[] {
  switch (way) {
    case 'and':
      return [...a, ...b];
    case 'or':
      return [{ kind: 'any_of', conditions: [one(a), one(b)] }];
    case 'minus':
      return [...a, { kind: 'not', condition: one(b) }];
    case 'not':
      return [
        { kind: 'not', condition: one(a) },
        // All other rows of the set that it is of, not all of the other set.
        ...(sides.length === 1 && isOfOne(a)
          ? [{ kind: 'of_set' as const, name: sides[0] }]
          : [])
      ];
  }
}

function isOfOne(conditions: readonly Condition[]): boolean {
  return conditions.some(({ kind }) => kind === 'of_set');
}

/** Several conditions as one. */
export function one(conditions: readonly Condition[]): Condition {
  return conditions.length === 1
    ? conditions[0]
    : { kind: 'all_of', conditions: [...conditions] };
}

/** Positions in one set, rising, of two lists and of how many rows there are. */
export function merge(
  way: Way,
  a: readonly number[],
  b: readonly number[],
  of: number
): number[] {
  const [mine, others] = [new Set(a), new Set(b)];
  switch (way) {
    case 'and':
      return rising([...mine].filter(row => others.has(row)));
    case 'or':
      return rising([...new Set([...a, ...b])]);
    case 'minus':
      return rising([...mine].filter(row => !others.has(row)));
    case 'not':
      return Array.from({ length: of }, (_, row) => row).filter(
        row => !mine.has(row)
      );
  }
}

function rising(rows: number[]): number[] {
  return rows.sort((x, y) => x - y);
}

function partIn({ rows }: ISelection, side: SetName): IRows | undefined {
  return rows.find(({ set }) => set === side);
}

/** Text of positions that a condition may be long; more is no longer small enough to travel with every question. */
const MOST_TEXT = 20_000;

/** One condition for the rows of a selection, of which all views can show the rows alone; null where they are too many or too scattered to be listed. */
export function conditionFor(
  selection: ISelection,
  isCompared: boolean
): Condition | null {
  const live = liveOf(selection);
  const only =
    isCompared && selection.rows.length === 1 ? selection.rows[0].set : null;
  if (live) {
    const others = live.filter(
      ({ kind }) => kind !== 'of_set' || only === null
    );
    // The rows of one set are looked at beside the whole of the other.
    return only ? { ...one(others), set: only } : one(others);
  }
  if (!hasRows(selection)) {
    return null;
  }
  const texts = Object.fromEntries(
    selection.rows
      .filter(part => countOf(part) > 0)
      .map(({ set, rows }) => [set, toRanges(rows)])
  );
  return Object.values(texts).join('').length > MOST_TEXT
    ? null
    : { kind: 'at_rows', ...texts, ...(only ? { set: only } : {}) };
}
