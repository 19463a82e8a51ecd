import type { ILabels, Mark } from '../tokens';
import { quote } from './python';
import { listed } from './rows-code';
import { CodeError, type ISetCode, operand } from './set-code';

type Marks = ILabels['sets'][number]['marks'];

/** How the labels of rows are written in a library: its module, and the lines that make a column as long as the dataframe. */
const LIBRARIES: Readonly<
  Record<
    string,
    {
      readonly module: string;
      readonly wish: string;
      readonly lines: (
        to: string,
        column: Mark,
        frame: string,
        module: string,
        marks: Marks
      ) => string[];
    }
  >
> = {
  pandas: {
    module: 'pandas',
    wish: 'pd',
    // By place: a label of the index may stand there twice.
    lines: (to, column, frame, pd, marks) => [
      `${to} = ${pd}.Series(index=${frame}.index, name="${column}", dtype="string")`,
      ...marks.flatMap(({ text, rows }) =>
        listed(`${to}.iloc[[`, rows, `]] = ${quote(text)}`)
      )
    ]
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
    ]
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
    ]
  }
};

/** The module that the labels of a dataframe are made with; raises `CodeError` where rows have no place to count by. */
export function labelsModule({ library, name }: ISetCode): {
  readonly module: string;
  readonly wish: string;
} {
  const found = LIBRARIES[library] as (typeof LIBRARIES)[string] | undefined;
  if (!found) {
    throw new CodeError('no-order', name);
  }
  return found;
}

/** The lines that make the labels, or the notes, of a dataframe's rows a column of its own index. */
export function labelLines(
  to: string,
  column: Mark,
  frame: ISetCode,
  module: string,
  marks: Marks
): string[] {
  return LIBRARIES[frame.library].lines(
    to,
    column,
    operand(frame),
    module,
    marks
  );
}
