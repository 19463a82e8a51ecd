import type { ILabels, Mark } from '../tokens';
import type { ICode, ICodeOptions } from './code';
import { comment, quote } from './python';
import { listed } from './rows-code';
import type { Scope } from './scope';
import { CodeError, type ISetCode, operand } from './set-code';

type Marks = ILabels['sets'][number]['marks'];

/** How the labels of rows are written in a library. */
interface ILibrary {
  readonly module: string;
  readonly wish: string;
  /** What makes them a column of the dataframe's own index. */
  readonly lines: (
    to: string,
    column: Mark,
    frame: string,
    module: string,
    marks: Marks
  ) => string[];
  /** The rows that have one, as an expression. */
  readonly shown: (from: string, column: Mark, frame: string) => string;
}

const LIBRARIES: Readonly<Partial<Record<string, ILibrary>>> = {
  pandas: {
    module: 'pandas',
    wish: 'pd',
    // By place: a label of the index may stand there twice.
    lines: (to, column, frame, pd, marks) => [
      `${to} = ${pd}.Series(index=${frame}.index, name="${column}", dtype="string")`,
      ...marks.flatMap(({ text, rows }) =>
        listed(`${to}.iloc[[`, rows, `]] = ${quote(text)}`)
      )
    ],
    shown: (from, column, frame) =>
      `${frame}.assign(${column}=${from})[${from}.notna()]`
  },
  polars: {
    module: 'polars',
    wish: 'pl',
    lines: (to, column, frame, pl, marks) => [
      `${to} = ${pl}.select(`,
      `    ${column}=${pl}.repeat(None, ${frame}.height, dtype=${pl}.String)`,
      ')',
      ...marks.flatMap(({ text, rows }) =>
        listed(`${to}[[`, rows, `], "${column}"] = ${quote(text)}`)
      )
    ],
    shown: from => `${from}.with_row_index("row").drop_nulls()`
  },
  pyarrow: {
    module: 'pyarrow',
    wish: 'pa',
    lines: (to, column, frame, pa, marks) => [
      `${to} = {}`,
      ...marks.flatMap(({ text, rows }) =>
        listed(`${to} |= dict.fromkeys([`, rows, `], ${quote(text)})`)
      ),
      `${to} = [*map(${to}.get, range(${frame}.num_rows))]`,
      `${to} = ${pa}.table({"${column}": ${pa}.array(${to}, ${pa}.string())})`
    ],
    shown: from => from
  }
};

/** The library of a dataframe; raises `CodeError` where rows have no place to count by. */
function libraryOf({ library, name }: ISetCode): ILibrary {
  const found = LIBRARIES[library];
  if (!found) {
    throw new CodeError('no-order', name);
  }
  return found;
}

/** The labels of rows as a column of each dataframe's own index; notes are a column beside. */
export function labelsCell(
  { sets }: ILabels,
  options: ICodeOptions,
  scope: Scope
): ICode {
  const imports = new Map<string, { name: string; line: string }>();
  const lines: string[] = [];
  const names: string[] = [];
  const shown: string[] = [];
  const heads: string[] = [];
  for (const { set, marks } of sets) {
    const frame = options[set] ?? options.primary;
    const { module, wish, ...library } = libraryOf(frame);
    const known = imports.get(module) ?? scope.module(module, wish);
    imports.set(module, known);
    for (const mark of ['label', 'note'] as const) {
      const mine = marks.filter(one => one.mark === mark);
      if (mine.length > 0) {
        const wished = sets.length > 1 ? `${mark}s_${frame.name}` : `${mark}s`;
        const name = scope.add(wished, `${mark}s`);
        lines.push(
          ...library.lines(name, mark, operand(frame), known.name, mine),
          ''
        );
        names.push(name);
        shown.push(library.shown(name, mark, operand(frame)));
      }
    }
    heads.push(frame.name);
  }
  return {
    source: [
      ...comment(`Phoenix: labels of rows of ${heads.join(' and ')}`),
      ...[...imports.values()].map(({ line }) => line),
      '',
      ...lines.slice(0, -1),
      shown[0]
    ].join('\n'),
    variable: names[0],
    rows: null
  };
}
