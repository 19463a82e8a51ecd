import { toName } from './python';
import { CodeError, type ISetCode, operand } from './set-code';

/** Lines of code are no longer, where they can be broken. */
export const WIDTH = 88;

/** Break one long call at its commas, as far as nothing but numbers and the set that is wanted stands between them. */
export function wrap(line: string): string[] {
  if (line.length <= WIDTH || /["']/.test(line.replace(/set="\w+"\)$/, ''))) {
    return [line];
  }
  const lines: string[] = [];
  let rest = line;
  while (rest.length > WIDTH) {
    const at = rest.lastIndexOf(', ', WIDTH - 1);
    if (at < 8) {
      break;
    }
    lines.push(rest.slice(0, at + 1));
    rest = `    ${rest.slice(at + 2)}`;
  }
  return [...lines, rest];
}

/** The rows of a frame by position, in the way of its library. */
export function pick(frame: ISetCode, rows: readonly number[]): string[] {
  const open = {
    pandas: `${operand(frame)}.iloc[[`,
    polars: `${operand(frame)}[[`,
    pyarrow: `${operand(frame)}.take([`
  }[frame.library];
  if (open === undefined) {
    // The rows of a query have no order to count by.
    throw new CodeError('no-order', frame.name);
  }
  const close = frame.library === 'pyarrow' ? '])' : ']]';
  return listed(open, rows, close, 20);
}

/** Positions within something, on as many lines as they need. */
export function listed(
  open: string,
  rows: readonly number[],
  close: string,
  /** What else stands on the line. */
  beside = 0
): string[] {
  const items = positions(rows);
  const oneLine = `${open}${items.join(', ')}${close}`;
  if (oneLine.length + beside <= WIDTH) {
    return [oneLine];
  }
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line !== '' && line.length + item.length + 7 > WIDTH) {
      lines.push(`    ${line},`);
      line = '';
    }
    line += line === '' ? item : `, ${item}`;
  }
  return [open, ...lines, `    ${line},`, close];
}

/** Positions, with runs of five and more written as ranges. */
export function positions(rows: readonly number[]): string[] {
  const items: string[] = [];
  let i = 0;
  while (i < rows.length) {
    let end = i + 1;
    while (end < rows.length && rows[end] === rows[end - 1] + 1) {
      end += 1;
    }
    if (end - i >= 5) {
      items.push(`*range(${rows[i]}, ${rows[end - 1] + 1})`);
    } else {
      items.push(...rows.slice(i, end).map(String));
    }
    i = end;
  }
  return items;
}

/** What the rows of each set are called, beside a variable that holds those of both. */
export function partNames(
  variable: string,
  primary: string,
  reference: string
): readonly [string, string] {
  const [a, b] = [toName(primary, ''), toName(reference, '')];
  return a === '' || b === '' || a === b
    ? [`${variable}_primary`, `${variable}_reference`]
    : [`${variable}_${a}`, `${variable}_${b}`];
}

/** How frames of a library are put one under the other; null where code has no way to. */
export function stack({ library }: ISetCode): {
  name: string;
  wish: string;
  /** The call, given the module and the frames. */
  call: (module: string, frames: readonly string[]) => string;
} | null {
  const list = (frames: readonly string[]): string => `[${frames.join(', ')}]`;
  switch (library) {
    case 'pandas':
      return {
        name: 'pandas',
        wish: 'pd',
        call: (pd, frames) => `${pd}.concat(${list(frames)})`
      };
    case 'polars':
      return {
        name: 'polars',
        wish: 'pl',
        // Of the same columns it is the same as without.
        call: (pl, frames) =>
          `${pl}.concat(${list(frames)}, how="diagonal_relaxed")`
      };
    case 'pyarrow':
      return {
        name: 'pyarrow',
        wish: 'pa',
        call: (pa, frames) =>
          `${pa}.concat_tables(${list(frames)}, promote_options="permissive")`
      };
    default:
      return null;
  }
}
