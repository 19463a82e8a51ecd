import { freeName } from '../notebook/python';
import type { IAfter, IInspection, ISelection, SetName } from '../tokens';
import { countOf, viewOf } from './selection';

const SETS: readonly SetName[] = ['primary', 'reference'];

/** A dataframe to look for rows in. */
export interface IPool {
  /** Its variable. */
  readonly name: string;
  readonly rows: number | null;
}

/**
 * The dataframes with the same column of vectors in which there is more than `n` rows that are looked for: the reference first, then the primary one, then
 * others, the largest first, for the small ones are what was taken out of these.
 */
export function poolsOf(
  inspection: IInspection,
  column: string,
  n: number,
  /** Sets that are looked in by other means. */
  without: readonly SetName[] = []
): readonly IPool[] {
  const { primary, reference, candidates } = inspection;
  const others = candidates
    .filter(({ embeddings }) => embeddings.includes(column))
    .map(({ ref, names, n_rows }) => ({ ref, name: names[0], rows: n_rows }))
    .sort((a, b) => (b.rows ?? Infinity) - (a.rows ?? Infinity));
  const inspected = [reference, primary].flatMap(set =>
    set?.variable && set.columns.some(({ name }) => name === column)
      ? [{ ref: set.ref, name: set.variable, rows: set.n_rows }]
      : []
  );
  const own = without.map(set => inspection[set]?.ref);
  const pools = [...inspected, ...others].filter(
    ({ ref, rows }) => !own.includes(ref) && (rows === null || rows > n)
  );
  return pools.filter(
    ({ ref }, i) => pools.findIndex(pool => pool.ref === ref) === i
  );
}

/** One row as a selection. */
export function rowSelection(
  inspection: IInspection,
  set: SetName,
  row: number
): ISelection {
  const name = inspection[set]?.name ?? set;
  return {
    id: `row:${set}:${row}`,
    label: `${name}, row ${row}`,
    rows: [{ set, rows: [row], of: inspection[set]?.n_rows }],
    variable: `row_${row}`,
    comment: [`row ${row} of ${name}`],
    source: null
  };
}

/** The column of vectors that a direction to rows is looked for in: that of their view, or the first; null where there is none. */
export function vectorsOf(
  inspection: IInspection,
  selection: ISelection
): string | null {
  const { columns } = inspection.primary;
  const have = columns
    .filter(({ kind, problem }) => kind === 'vector' && !problem)
    .map(({ name }) => name);
  const view = viewOf(selection, inspection);
  return have.find(name => name === view) ?? have[0] ?? null;
}

/** The direction that leads from other rows to these, and the column that says how far along it every row lies. */
export function directionTo(
  inspection: IInspection,
  { variable }: ISelection,
  other: ISelection,
  column: string
): IAfter {
  const sets = SETS.filter(set =>
    inspection[set]?.columns.some(({ name }) => name === column)
  );
  const taken = new Set(
    sets.flatMap(set => inspection[set]?.columns.map(({ name }) => name) ?? [])
  );
  return {
    kind: 'direction',
    other,
    column,
    unit: inspection.unit,
    name: freeName(`toward_${variable}`, taken),
    sets
  };
}

/** The prompt that the columns of a dataframe lend themselves to; null where they hold no text, or nothing that is right. */
export function promptOf(
  inspection: IInspection,
  selection: ISelection,
  embedding: string | null
): IAfter | null {
  const { primary, unit } = inspection;
  const inRole = (...roles: string[]): string | undefined =>
    primary.columns.find(({ role }) => roles.includes(role))?.name;
  const label = inRole('actual_label') ?? inRole('response');
  const text =
    inRole('prompt') ??
    inRole('raw_data', 'document') ??
    primary.columns.find(({ kind, name }) => kind === 'text' && name !== label)
      ?.name;
  if (text === undefined || label === undefined) {
    return null;
  }
  const isOfPrimary = selection.rows.some(
    part => part.set === 'primary' && countOf(part) > 0
  );
  return {
    kind: 'prompt',
    among: isOfPrimary || !inspection.reference ? 'primary' : 'reference',
    text,
    label,
    unit,
    embedding
  };
}

/** The training file that the columns of a dataframe lend themselves to, by what they are for. */
export function trainingOf(
  { primary, unit }: IInspection,
  embedding: string | null
): IAfter {
  const inRole = (...roles: string[]): string | undefined =>
    primary.columns.find(({ role }) => roles.includes(role))?.name;
  const prompt = inRole('prompt');
  const response = inRole('response');
  const label = inRole('actual_label');
  const text =
    inRole('raw_data', 'document') ??
    primary.columns.find(({ kind }) => kind === 'text')?.name;
  const image = inRole('link_to_data');
  const rest = { kind: 'finetune', unit, embedding } as const;
  if (label !== undefined && (text ?? image) !== undefined && !response) {
    return text === undefined
      ? { ...rest, format: 'images', columns: { image: image ?? '', label } }
      : { ...rest, format: 'classification', columns: { text, label } };
  }
  return {
    ...rest,
    format: 'chat',
    columns: { prompt: prompt ?? text ?? '', response: response ?? '' }
  };
}
