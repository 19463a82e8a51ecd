import { isName, quote } from './python';
import { CodeError, type ISetCode } from './set-code';

/** The variable of a set that is to get a column; raises `CodeError` where it has none. */
export function columnOwner(set: ISetCode): string {
  const frame = set.expression;
  if (frame === null || !isName(frame)) {
    throw new CodeError('no-name', set.name);
  }
  return frame;
}

/** The line that gives a dataframe a column, in the way of its library. */
export function columnLine(set: ISetCode, name: string, call: string): string {
  const frame = columnOwner(set);
  switch (set.library) {
    case 'pandas':
      return `${frame}[${quote(name)}] = ${call}`;
    case 'polars':
      return `${frame} = ${frame}.with_columns(${call}.alias(${quote(name)}))`;
    case 'pyarrow':
      return `${frame} = ${frame}.append_column(${quote(name)}, ${call})`;
    default:
      throw new CodeError('no-order', set.name);
  }
}
