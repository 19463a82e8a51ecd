import { numbers, stringLists, strings } from '../../api/arrow';
import type { ColumnInfo, Quality } from '../../api/contract';
import type { Condition, IResult } from '../../tokens';
import { plain } from '../parts/condition';
import { type IWatched, limitBelow, ofColumn } from '../parts/watch';
import type { ISetFacts } from '../overview/facts';

/** What a check comes to. */
export type Status = 'changed' | 'moved' | 'undecided' | 'fact' | 'same';

const ALPHA = 0.05;

export const STATUSES: readonly Status[] = [
  'changed',
  'moved',
  'undecided',
  'fact',
  'same'
];

/** How many rows of a set a check counted, and among how many. */
export interface ICounted {
  readonly count: number;
  readonly rows: number;
}

/** One check of one column, or of whole rows. */
export interface IQualityRow {
  /** null where it is about whole rows. */
  readonly column: string | null;
  readonly kind: ColumnInfo['kind'] | null;
  readonly check: string;
  readonly status: Status;
  readonly primary: ICounted | null;
  readonly reference: ICounted | null;
  readonly difference: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly pAdjusted: number | null;
  readonly examples: readonly string[];
  /** What the rows hold, where a condition can say it. */
  readonly low: string | null;
  readonly high: string | null;
  readonly values: readonly string[];
  readonly note: string | null;
}

/** What a look at the quality says about the whole. */
export interface IQualityFacts {
  readonly limit: number;
  readonly checks: number;
  readonly adjusted: string | null;
  readonly unit: Quality['unit'];
  readonly primary: ISetFacts | null;
  readonly reference: ISetFacts | null;
}

/** Read the facts. */
export function qualityFacts(result: IResult): IQualityFacts {
  const meta = result.meta as {
    limit?: number;
    n_checks?: number;
    adjusted?: string | null;
    unit?: { column: string } | null;
    primary?: ISetFacts | null;
    reference?: ISetFacts | null;
  };
  return {
    limit: meta.limit ?? 0.01,
    checks: meta.n_checks ?? 0,
    adjusted: meta.adjusted ?? null,
    unit: meta.unit?.column ?? null,
    primary: meta.primary ?? null,
    reference: meta.reference ?? null
  };
}

/** What is sure to have moved, and not whether by more than the limit, is not said to be undecided. */
function statusOf(status: string | null, p: number): Status {
  const known = STATUSES.find(one => one === status) ?? 'fact';
  return known === 'undecided' && p < ALPHA ? 'moved' : known;
}

/** The rows of the table, in its order. */
export function qualityRows(result: IResult): IQualityRow[] {
  const { table } = result;
  const column = strings(table, 'column');
  const kind = strings(table, 'kind');
  const check = strings(table, 'check');
  const status = strings(table, 'status');
  const number = (name: string) => numbers(table, name);
  const counts = {
    primary: [number('count_primary'), number('rows_primary')],
    reference: [number('count_reference'), number('rows_reference')]
  };
  const counted = (set: 'primary' | 'reference', i: number) => {
    const [k, n] = counts[set].map(values => values[i] ?? null);
    return k === null || n === null ? null : { count: k, rows: n };
  };
  const difference = number('difference');
  const lower = number('lower');
  const upper = number('upper');
  const p = number('p_adjusted');
  const examples = stringLists(table, 'examples');
  const low = strings(table, 'low');
  const high = strings(table, 'high');
  const values = stringLists(table, 'values');
  const note = strings(table, 'note');
  return check.map((name, i) => ({
    column: column[i] ?? null,
    kind: (kind[i] ?? null) as ColumnInfo['kind'] | null,
    check: name ?? '',
    status: statusOf(status[i], p[i] ?? 1),
    primary: counted('primary', i),
    reference: counted('reference', i),
    difference: difference[i] ?? null,
    lower: lower[i] ?? null,
    upper: upper[i] ?? null,
    pAdjusted: p[i] ?? null,
    examples: (examples[i] ?? []).filter(
      (text): text is string => text !== null
    ),
    low: low[i] ?? null,
    high: high[i] ?? null,
    values: values[i] ?? [],
    note: note[i] ?? null
  }));
}

/** Checks that count among the values, not among the rows. */
const OF_VALUES: ReadonlySet<string> = new Set([
  'above',
  'below',
  'new',
  'gone',
  'constant',
  'stuck'
]);

export function isOfValues({ check }: IQualityRow): boolean {
  return OF_VALUES.has(check);
}

/** The conditions that the rows of a check meet, beside those of all rows on screen; none where nothing says it. */
export function conditionsOf(
  row: IQualityRow,
  where: readonly Condition[] = []
): readonly Condition[] {
  const { column, check, values } = row;
  if ((row.primary?.count ?? 0) + (row.reference?.count ?? 0) === 0) {
    return [];
  }
  if (check === 'repeated') {
    const columns = column === null ? [...values] : [column];
    const among = where.length > 0 ? { among: [...where] } : {};
    return columns.length === 0
      ? []
      : [
          { kind: 'repeated', columns, ...among },
          // What is missing repeats nothing, in a column by itself.
          ...(column === null
            ? []
            : [{ kind: 'missing' as const, column, negated: true }])
        ];
  }
  const condition = column === null ? null : conditionOf(row, column);
  return condition === null ? [] : [condition];
}

function conditionOf(row: IQualityRow, column: string): Condition | null {
  const [low, high] = [plain(row.low), plain(row.high)];
  const values = row.kind === 'number' ? row.values.map(plain) : row.values;
  switch (row.check) {
    case 'missing':
      return { kind: 'missing', column };
    case 'above':
    case 'below':
      return low === null && high === null
        ? null
        : { kind: 'range', column, low, high, set: 'primary' };
    case 'new':
    case 'gone':
      return values.length === 0
        ? null
        : {
            kind: 'values',
            column,
            values: [...values],
            set: row.check === 'new' ? 'primary' : 'reference'
          };
    case 'stand_in':
    case 'spelling':
    case 'date_form':
      return values.length === 0
        ? null
        : { kind: 'values', column, values: [...values] };
    case 'stuck':
      return { kind: 'values', column, values: row.values.map(plain) };
    default:
      return null;
  }
}

/** What the column, or the rows, of a check can be watched for: what the check says, else the drift. */
export function watchedOf(
  row: IQualityRow,
  columns: readonly ColumnInfo[],
  limit: number
): IWatched[] {
  const { column, check } = row;
  const more = { change: limitBelow(row.difference) };
  const most = limitBelow(shareOf(row.primary));
  if (check === 'repeated') {
    return [{ watch: 'duplicates', column, limit: more }];
  }
  if (column === null) {
    return [];
  }
  switch (check) {
    case 'missing':
      return [{ watch: 'missing', column, limit: more }];
    case 'above':
    case 'below':
      return row.kind === 'number'
        ? [{ watch: 'range', column, limit: most }]
        : [];
    case 'new':
      return [{ watch: 'new_categories', column, limit: most }];
    case 'type':
    case 'only_reference':
      return [{ watch: 'type', column, limit: null }];
    case 'stand_in':
    case 'spelling':
    case 'date_form':
    case 'stuck': {
      const where = conditionsOf(row);
      return where.length > 0
        ? [{ watch: 'share', column: null, limit: more, where }]
        : [];
    }
    case 'only_primary':
    case 'unreadable':
      return [];
    default: {
      const info = columns.find(({ name }) => name === column);
      return info ? ofColumn(info, limit).slice(0, 1) : [];
    }
  }
}

/** The share of the rows that a check counted; null where it counted none at all. */
export function shareOf(counted: ICounted | null): number | null {
  return counted && counted.rows > 0 ? counted.count / counted.rows : null;
}
