import type { IRenaming } from '../tokens';
import type { ICode, ICodeOptions } from './code';
import { comment, quote } from './python';
import { CodeError, expression } from './set-code';

/** The libraries in which columns get other names by one call. */
const CALLS: Readonly<Record<string, (names: string) => string>> = {
  // else a name that is not there is passed over in silence
  pandas: names => `.rename(columns=${names}, errors="raise")`,
  polars: names => `.rename(${names})`,
  pyarrow: names => `.rename_columns(${names})`
};

/** Whether there is code that gives columns of a dataframe other names. */
export function canRename(
  set: { readonly variable: string | null; readonly library: string } | null
): boolean {
  return set !== null && set.variable !== null && set.library in CALLS;
}

/** The cell that gives columns the names that they had before. */
export function renamingCell(
  { set, names }: IRenaming,
  options: Pick<ICodeOptions, 'primary' | 'reference'>
): ICode {
  const frame = options[set] ?? options.primary;
  const variable = expression(frame);
  const call = CALLS[frame.library];
  if (call === undefined) {
    throw new CodeError('no-order', frame.name);
  }
  const pairs = names.map(([from, to]) => `${quote(from)}: ${quote(to)}`);
  return {
    source: [
      ...comment(
        `Phoenix: columns of ${frame.name} that perhaps had another name`
      ),
      `${variable} = ${variable}${call(`{${pairs.join(', ')}}`)}`,
      variable
    ].join('\n'),
    variable,
    rows: null
  };
}
