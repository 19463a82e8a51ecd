import { numberLists, numbers, stringLists, strings } from '../../api/arrow';
import type { ColumnInfo } from '../../api/contract';
import type { ISpark } from '../../charts/spark';
import type { IResult } from '../../tokens';
import type { Verdict } from '../parts';

/** A value in both sets. */
export interface IPair {
  readonly primary: number | null;
  readonly reference: number | null;
}

/** One column of the frames, as the summary found it. */
export interface ISummaryRow {
  readonly column: string;
  readonly position: number;
  readonly kind: ColumnInfo['kind'];
  readonly role: string;
  readonly dtype: string;
  readonly rawData: string | null;
  readonly dimension: number | null;
  readonly n: IPair;
  readonly missing: IPair;
  readonly distinct: IPair;
  readonly mean: IPair;
  readonly median: IPair;
  readonly min: IPair;
  readonly max: IPair;
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly pAdjusted: number | null;
  readonly reason: string | null;
  /** What the server said, at its own limit. */
  readonly verdict: Verdict;
  readonly needed: number | null;
  readonly auc: number | null;
  readonly missingDifference: number | null;
  readonly missingLower: number | null;
  readonly missingUpper: number | null;
  readonly missingPAdjusted: number | null;
  /** Share of the primary's numbers above or below all of the reference's. */
  readonly beyond: number | null;
  readonly beyondLower: number | null;
  readonly beyondPAdjusted: number | null;
  readonly spark: ISpark;
  readonly problem: string | null;
}

/** Whether a column is not compared because it holds pictures, which is as it should be. */
export function isImages({
  role,
  problem
}: {
  readonly role: string;
  readonly problem: string | null;
}): boolean {
  return problem !== null && role === 'link_to_data';
}

const VERDICTS: readonly string[] = ['drift', 'none', 'undecided', 'untested'];

/** The rows of a summary's table, in the frame's order. */
export function summaryRows(result: IResult): ISummaryRow[] {
  const { table } = result;
  const number = (name: string) => {
    const values = numbers(table, name);
    return (i: number) => {
      const value = values[i] ?? null;
      return value !== null && Number.isFinite(value) ? value : null;
    };
  };
  const text = (name: string) => {
    const values = strings(table, name);
    return (i: number) => values[i] ?? null;
  };
  const pair = (name: string) => {
    const primary = number(`${name}_primary`);
    const reference = number(`${name}_reference`);
    return (i: number): IPair => ({
      primary: primary(i),
      reference: reference(i)
    });
  };
  const column = text('column');
  const position = number('position');
  const kind = text('kind');
  const role = text('role');
  const dtype = text('dtype');
  const rawData = text('raw_data');
  const dimension = number('dimension');
  const n = pair('n');
  const missing = pair('missing');
  const distinct = pair('distinct');
  const mean = pair('mean');
  const median = pair('median');
  const min = pair('min');
  const max = pair('max');
  const estimate = number('estimate');
  const lower = number('lower');
  const upper = number('upper');
  const pAdjusted = number('p_adjusted');
  const reason = text('reason');
  const verdict = text('verdict');
  const needed = number('needed');
  const auc = number('auc');
  const missingDifference = number('missing_difference');
  const missingLower = number('missing_lower');
  const missingUpper = number('missing_upper');
  const missingPAdjusted = number('missing_p_adjusted');
  const beyond = number('beyond');
  const beyondLower = number('beyond_lower');
  const beyondPAdjusted = number('beyond_p_adjusted');
  const problem = text('problem');
  const edges = numberLists(table, 'spark_edges');
  const labels = stringLists(table, 'spark_labels');
  const sparkReference = numberLists(table, 'spark_reference');
  const sparkPrimary = numberLists(table, 'spark_primary');
  const counts = (list: (number | null)[] | null | undefined) =>
    list ? list.map(value => value ?? 0) : null;

  return Array.from({ length: table.numRows }, (_, i) => {
    const said = verdict(i) ?? 'untested';
    return {
      column: column(i) ?? '',
      position: position(i) ?? i,
      kind: (kind(i) ?? 'other') as ColumnInfo['kind'],
      role: role(i) ?? 'feature',
      dtype: dtype(i) ?? '',
      rawData: rawData(i),
      dimension: dimension(i),
      n: n(i),
      missing: missing(i),
      distinct: distinct(i),
      mean: mean(i),
      median: median(i),
      min: min(i),
      max: max(i),
      estimate: estimate(i),
      lower: lower(i),
      upper: upper(i),
      pAdjusted: pAdjusted(i),
      reason: reason(i) || null,
      verdict: (VERDICTS.includes(said) ? said : 'untested') as Verdict,
      needed: needed(i),
      auc: auc(i),
      missingDifference: missingDifference(i),
      missingLower: missingLower(i),
      missingUpper: missingUpper(i),
      missingPAdjusted: missingPAdjusted(i),
      beyond: beyond(i),
      beyondLower: beyondLower(i),
      beyondPAdjusted: beyondPAdjusted(i),
      spark: {
        edges: counts(edges[i]),
        labels: labels[i] ?? null,
        reference: counts(sparkReference[i]),
        primary: counts(sparkPrimary[i])
      },
      problem: problem(i) || null
    };
  });
}

/** Share of a set's rows in which a column is missing, or null when the set has no rows or is not there. */
export function missingShare(
  row: ISummaryRow,
  set: keyof IPair
): number | null {
  const missing = row.missing[set];
  const present = row.n[set];
  if (missing === null || present === null || missing + present === 0) {
    return null;
  }
  return missing / (missing + present);
}
