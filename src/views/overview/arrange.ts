import type { Verdict } from '../parts';
import type { ISummaryFacts } from './facts';
import { missingShare, type ISummaryRow } from './rows';

/**
 * The verdict on a row at a limit; the same rule as the server's, whose "undecided" is told in two.
 *
 * Drift: the whole interval lies beyond the limit and the adjusted p is below alpha. None: it lies below the limit. Otherwise
 * moved where the adjusted p is below alpha all the same, and undecided where it is not.
 */
export function judge(
  row: Pick<
    ISummaryRow,
    'verdict' | 'estimate' | 'lower' | 'upper' | 'pAdjusted'
  >,
  limit: number,
  alpha: number
): Verdict {
  const { lower, upper, pAdjusted } = row;
  if (row.verdict === 'untested' || row.estimate === null) {
    return 'untested';
  }
  if (
    lower !== null &&
    lower > limit &&
    pAdjusted !== null &&
    pAdjusted < alpha
  ) {
    return 'drift';
  }
  if (upper !== null && upper < limit) {
    return 'none';
  }
  return pAdjusted !== null &&
    pAdjusted < alpha &&
    (lower === null || lower <= limit)
    ? 'moved'
    : 'undecided';
}

/** By what the rows are ordered. "drift" is the order of the groups. */
export type SortKey =
  'verdict' | 'column' | 'missing' | 'distinct' | 'estimate' | 'p' | 'n';

export interface ISort {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** Group by group, the surest drift first. */
export const BY_VERDICT: ISort = { key: 'verdict', descending: true };

/** Which rows are shown: a verdict, or for one frame alone a property. */
export type Filter = 'all' | Verdict | 'missing' | 'constant';

export interface IJudged {
  readonly row: ISummaryRow;
  readonly verdict: Verdict;
  /** The limit that it was judged at. */
  readonly limit: number;
}

/** The verdicts on all rows but those that stand among what was not tested; what could not be read stands in the table, with its problem. */
export function judgeAll(
  rows: readonly ISummaryRow[],
  { untested, alpha }: Pick<ISummaryFacts, 'untested' | 'alpha'>,
  limit: number,
  compared: boolean
): IJudged[] {
  const named = new Set(compared ? untested.map(({ column }) => column) : []);
  return rows
    .filter(row => row.problem !== null || !named.has(row.column))
    .map(row => ({ row, verdict: judge(row, limit, alpha), limit }));
}

/** How many rows have each verdict. */
export function totalsOf(judged: readonly IJudged[]): Record<Verdict, number> {
  const totals: Record<Verdict, number> = {
    drift: 0,
    moved: 0,
    undecided: 0,
    none: 0,
    untested: 0
  };
  for (const { verdict } of judged) {
    totals[verdict] += 1;
  }
  return totals;
}

/** One line of the table: the head of a group, or a column. */
export type Line =
  | {
      readonly type: 'group';
      readonly verdict: Verdict;
      readonly count: number;
      readonly members: readonly IJudged[];
      readonly folded: boolean;
    }
  | { readonly type: 'row'; readonly judged: IJudged };

export interface IArrangement {
  readonly lines: readonly Line[];
  /** Columns that pass the search, by filter. */
  readonly counts: Readonly<Record<Filter, number>>;
}

const GROUPS: readonly Verdict[] = [
  'drift',
  'moved',
  'undecided',
  'none',
  'untested'
];

/** Whether there are rows, and nothing varies in either set. */
export function isConstant(row: ISummaryRow): boolean {
  const { primary, reference } = row.distinct;
  const rows = (row.n.primary ?? 0) + (row.missing.primary ?? 0);
  return rows > 0 && primary !== null && primary <= 1 && (reference ?? 0) <= 1;
}

/** Whether a value is missing in either set. */
export function hasMissing(row: ISummaryRow): boolean {
  return (row.missing.primary ?? 0) > 0 || (row.missing.reference ?? 0) > 0;
}

function passes(judged: IJudged, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'missing':
      return hasMissing(judged.row);
    case 'constant':
      return isConstant(judged.row);
    default:
      return judged.verdict === filter;
  }
}

function sortValue(judged: IJudged, key: SortKey): number | string | null {
  const { row } = judged;
  switch (key) {
    case 'column':
      return row.column.toLocaleLowerCase();
    case 'missing': {
      const shares = [
        missingShare(row, 'primary'),
        missingShare(row, 'reference')
      ].filter((s): s is number => s !== null);
      return shares.length ? Math.max(...shares) : null;
    }
    case 'distinct':
      return row.distinct.primary;
    case 'p':
      return row.pAdjusted;
    case 'n':
      return row.n.primary;
    case 'estimate':
    case 'verdict':
      return row.estimate;
  }
}

/** Compare two values; what is not there comes last in either direction. */
function compare(
  a: number | string | null,
  b: number | string | null,
  descending: boolean
): number {
  if (a === null || b === null) {
    return a === b ? 0 : a === null ? 1 : -1;
  }
  const order =
    typeof a === 'string' && typeof b === 'string'
      ? a.localeCompare(b)
      : Number(a) - Number(b);
  return descending ? -order : order;
}

/** Which rows are in the table, in which order, under which heads. */
export function arrange(
  judged: readonly IJudged[],
  search: string,
  filter: Filter,
  sort: ISort,
  folded: ReadonlySet<Verdict>,
  grouped: boolean
): IArrangement {
  const wanted = search.trim().toLocaleLowerCase();
  const found = wanted
    ? judged.filter(({ row }) =>
        row.column.toLocaleLowerCase().includes(wanted)
      )
    : judged;
  const counts: Record<Filter, number> = {
    all: found.length,
    drift: 0,
    moved: 0,
    undecided: 0,
    none: 0,
    untested: 0,
    missing: 0,
    constant: 0
  };
  for (const item of found) {
    counts[item.verdict] += 1;
    counts.missing += hasMissing(item.row) ? 1 : 0;
    counts.constant += isConstant(item.row) ? 1 : 0;
  }
  const kept = found.filter(item => passes(item, filter));
  const byFrame = !grouped && sort.key === 'verdict';
  const sorted = [...kept].sort(
    (a, b) =>
      (byFrame
        ? 0
        : compare(
            sortValue(a, sort.key),
            sortValue(b, sort.key),
            sort.descending
          )) || a.row.position - b.row.position
  );
  const lines: Line[] = [];
  if (!grouped || sort.key !== 'verdict') {
    for (const item of sorted) {
      lines.push({ type: 'row', judged: item });
    }
    return { lines, counts };
  }
  const groups = sort.descending ? GROUPS : [...GROUPS].reverse();
  for (const verdict of groups) {
    const members = sorted.filter(item => item.verdict === verdict);
    if (members.length === 0) {
      continue;
    }
    const isFolded = folded.has(verdict);
    lines.push({
      type: 'group',
      verdict,
      count: members.length,
      members,
      folded: isFolded
    });
    if (!isFolded) {
      for (const item of members) {
        lines.push({ type: 'row', judged: item });
      }
    }
  }
  return { lines, counts };
}
