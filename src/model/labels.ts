import type { IInspection, ILabels, IRows, Mark, SetName } from '../tokens';
import { outdated } from './selection';

const SETS: readonly SetName[] = ['primary', 'reference'];

/** The labels and notes of rows, as far as they are of the sets as they stand. */
export function labelsOf(
  inspection: Pick<IInspection, 'primary' | 'reference' | 'selections'>
): ILabels {
  const marked = inspection.selections.filter(
    one => one.mark && outdated(one, inspection) === null
  );
  const sets = SETS.map(set => ({
    set,
    marks: marked.flatMap(({ mark, label, rows }) => {
      const mine = rows.find(part => part.set === set)?.rows ?? [];
      return mark && mine.length > 0 ? [{ mark, text: label, rows: mine }] : [];
    })
  }));
  return { kind: 'labels', sets: sets.filter(({ marks }) => marks.length > 0) };
}

/** What a row was labelled with, and what was noted of it. */
export type MarksOf = (
  set: SetName,
  row: number
) => Partial<Record<Mark, string>>;

const NONE: Partial<Record<Mark, string>> = {};

/** What was said of each row. */
export function marksOf({ sets }: ILabels): MarksOf {
  const known = {
    primary: new Map<number, Partial<Record<Mark, string>>>(),
    reference: new Map<number, Partial<Record<Mark, string>>>()
  };
  for (const { set, marks } of sets) {
    for (const { mark, text, rows } of marks) {
      for (const row of rows) {
        known[set].set(row, { ...known[set].get(row), [mark]: text });
      }
    }
  }
  return (set, row) => known[set].get(row) ?? NONE;
}

/** Rows of points by set, rising. */
export function rowsBySet(
  rows: Iterable<{ readonly set: SetName; readonly row: number }>
): IRows[] {
  const all = [...rows];
  return SETS.flatMap(set => {
    const mine = all
      .filter(one => one.set === set)
      .map(({ row }) => row)
      .sort((a, b) => a - b);
    return mine.length > 0 ? [{ set, rows: mine }] : [];
  });
}
