import type { TranslationBundle } from '@jupyterlab/translation';

import type { InferencesModel } from '../api/contract';
import { count } from '../charts/format';
import {
  type IInspection,
  type IRows,
  type ISelection,
  PERFORMANCE,
  RETRIEVAL,
  type SetName
} from '../tokens';
import { areOnMap } from './conditions';

/** A notebook keeps the rows of a selection up to this many; of a larger one it keeps the code alone, if there is any. */
export const MOST_KEPT_ROWS = 2_000;
/** Labels are somebody's work, and there is no code that gives them again. */
export const MOST_MARKED_ROWS = 20_000;

/** How many rows of a selection a notebook keeps. */
export function mostKept({ mark }: Pick<ISelection, 'mark'>): number {
  return mark === undefined ? MOST_KEPT_ROWS : MOST_MARKED_ROWS;
}

type ISets = Pick<IInspection, 'primary' | 'reference'>;

/** How many rows a part of a selection has, whether or not they are known one by one. */
export function countOf({ rows, n }: IRows): number {
  return n ?? rows.length;
}

export function countRows({ rows }: ISelection): number {
  return rows.reduce((sum, part) => sum + countOf(part), 0);
}

/**
 * How many rows of a selection a person was shown; null where nobody has counted them, or they were counted of sets that have other rows now.
 *
 * It is that of the selection as a view hands it over: one whose rows were asked for anew (`ISelections.whole`) has a number that nobody has seen.
 */
export function shownRows(selection: ISelection, sets: ISets): number | null {
  const isUncounted = selection.rows.some(
    ({ n, rows }) => n === undefined && rows.length === 0
  );
  return isUncounted || outdated(selection, sets) !== null
    ? null
    : countRows(selection);
}

/** "12 rows of prod, then 3 rows of train": for the comment of a cell. */
export function sizesText(
  rows: readonly IRows[],
  sets: ISets,
  trans: TranslationBundle
): string {
  return rows
    .map(part => [countOf(part), sets[part.set]?.name ?? ''] as const)
    .map(([n, name]) =>
      trans._n('%2 row of %3', '%2 rows of %3', n, count(n), name)
    )
    .join(trans.__(', then '));
}

/** Whether it stands in the list of selections; a note is beside its row. */
export function isListed({ mark }: Pick<ISelection, 'mark'>): boolean {
  return mark !== 'note';
}

/** Whether every row is known, not only how many there are. */
export function hasRows({ rows }: ISelection): boolean {
  return rows.every(
    part => part.n === undefined || part.n === part.rows.length
  );
}

/** Whether it is known which rows they are, or that there are none. */
export function isCounted(selection: ISelection): boolean {
  return (
    hasRows(selection) &&
    selection.rows.every(({ rows, n }) => rows.length > 0 || n === 0)
  );
}

/** The clusters that the code of a selection names, and the set that it wants them of. */
export function clustersIn({ source }: Pick<ISelection, 'source'>): {
  readonly clusters: readonly number[];
  readonly only: SetName | null;
} {
  const [, list, only] =
    /^\.cluster\(\[?(-?\d+(?:, -?\d+)*)\]?(?:, set="(primary|reference)")?\)$/.exec(
      source?.call ?? ''
    ) ?? [];
  return {
    clusters: list?.split(', ').map(Number) ?? [],
    only: (only ?? null) as SetName | null
  };
}

/** Why a notebook cannot keep a selection, or null when it does. */
export function unkept(
  selection: ISelection,
  { primary, reference }: ISets
): { readonly reason: 'no-name' | 'too-large'; readonly set: string } | null {
  const nameless = [primary, reference].find(set => set?.variable === null);
  if (nameless) {
    return { reason: 'no-name', set: nameless.name };
  }
  return selection.source === null &&
    selection.conditions === undefined &&
    countRows(selection) > mostKept(selection)
    ? { reason: 'too-large', set: primary.name }
    : null;
}

/** A set that is another than the one that a selection was made of; as many rows as before have other values. */
export interface IOutdated {
  readonly name: string;
  readonly was: number;
  readonly is: number;
}

/** The set that had other rows when the selection was made, so that positions in it mean something else now. */
export function outdated(selection: ISelection, sets: ISets): IOutdated | null {
  for (const { set, of, print } of selection.rows) {
    const model = sets[set];
    if (!model) {
      continue;
    }
    const now = printOf(model, selection, sets);
    const differs = print !== undefined && now !== undefined && print !== now;
    if ((of !== undefined && of !== model.n_rows) || differs) {
      return { name: model.name, was: of ?? model.n_rows, is: model.n_rows };
    }
  }
  return null;
}

/** Say that rows which were saved cannot be found again by their places. */
export function outdatedText(
  { name, was, is }: IOutdated,
  trans: TranslationBundle
): string {
  return was === is
    ? trans.__('%1 has other values now than when these were saved.', name)
    : trans.__(
        '%1 had %2 rows when these were saved, and has %3 now.',
        name,
        count(was),
        count(is)
      );
}

/** What a set looks like in the column that a selection was picked by, or in all columns. */
function printOf(
  { look, digests }: InferencesModel,
  selection: ISelection,
  sets: ISets
): string | undefined {
  const column = viewOf(selection, sets);
  return (column ? digests[column] : undefined) || look || undefined;
}

/** The column of the view that a selection came from, null for the overview; undefined when that cannot be opened. */
export function viewOf(
  { view, source }: ISelection,
  { primary }: ISets
): string | null | undefined {
  let column = view;
  if (column === undefined && source) {
    const { recipe } = source;
    column =
      recipe.kind === 'summary' ||
      recipe.kind === 'quality' ||
      recipe.kind === 'findings'
        ? null
        : recipe.kind === 'embedding_map' ||
            recipe.kind === 'embedding_drift' ||
            recipe.kind === 'neighbors'
          ? recipe.embedding
          : recipe.kind === 'response_drift'
            ? (recipe.response ?? null)
            : recipe.kind === 'cluster_rules' || recipe.kind === 'cluster_means'
              ? recipe.map.embedding
              : recipe.kind === 'retrieval'
                ? RETRIEVAL
                : recipe.kind === 'performance' ||
                    recipe.kind === 'estimated_performance'
                  ? PERFORMANCE
                  : recipe.kind === 'cohort'
                    ? undefined
                    : (recipe.column ?? PERFORMANCE);
  }
  return column === null ||
    column === PERFORMANCE ||
    column === RETRIEVAL ||
    primary.columns.some(({ name }) => name === column)
    ? column
    : undefined;
}

/** The selection with what its sets look like, by which it is seen later whether they are the same. */
export function stamp(selection: ISelection, sets: ISets): ISelection {
  const printed = (set: IRows['set']) => {
    const model = sets[set];
    return model ? printOf(model, selection, sets) : undefined;
  };
  return {
    ...selection,
    rows: selection.rows.map(part => ({
      ...part,
      of: part.of ?? sets[part.set]?.n_rows,
      print: part.print ?? printed(part.set)
    }))
  };
}

/**
 * A selection after the sets were replaced: its rows under their new side, or null when the frame that they are positions in is gone.
 */
export function carry(
  selection: ISelection,
  before: ISets,
  now: ISets
): ISelection | null {
  const isSame =
    isFrame(before.primary, now.primary) &&
    (before.reference === null
      ? now.reference === null
      : isFrame(before.reference, now.reference));
  const { conditions } = selection;
  const isLasting = conditions !== undefined && !areOnMap(conditions);
  if (!isSame && isLasting) {
    return { ...selection, rows: uncounted(selection, now) };
  }
  const rows: IRows[] = [];
  for (const part of stamp(selection, before).rows) {
    // Its own side first: a set may be compared with itself.
    const other = part.set === 'primary' ? 'reference' : 'primary';
    const side = ([part.set, other] as const).find(set =>
      isFrame(before[part.set], now[set])
    );
    if (side === undefined) {
      return null;
    }
    rows.push({ ...part, set: side });
  }
  if (isSame) {
    return { ...selection, rows };
  }
  // What was asked was asked of the sets as they stood; without it there must be rows.
  return hasRows(selection)
    ? { ...selection, rows, source: null, conditions: undefined }
    : null;
}

/** The sets that a selection is of, as nobody has counted them yet: unlike whatever they hold. */
function uncounted({ rows }: ISelection, now: ISets): IRows[] {
  const isOfOne = rows.length === 1 && now.reference !== null;
  return (['primary', 'reference'] as const)
    .filter(set => now[set] !== null && (!isOfOne || rows[0].set === set))
    .map(set => ({ set, rows: [], n: 0, of: 0, print: 'other' }));
}

/** Whether a set is another, or what its variable holds now. */
function isFrame(
  before: InferencesModel | null,
  now: InferencesModel | null
): boolean {
  return (
    before !== null &&
    now !== null &&
    (before.id === now.id ||
      (before.variable !== null &&
        before.variable === now.variable &&
        before.name === now.name))
  );
}
