import type { IAfter, SetName } from '../tokens';
import type { ICode } from './code';
import { columnLine } from './column-line';
import { comment, literal, quote } from './python';
import { WIDTH } from './rows-code';
import { expression, type ISetCode } from './set-code';

/** What the lines that follow rows are written from. */
export interface IAfterOptions {
  readonly px: { readonly name: string; readonly line: string };
  readonly sets: Readonly<Record<SetName, ISetCode | null>>;
  /** The cell of other rows that they are put beside. */
  readonly other?: ICode;
}

/** What the value of the lines that follow rows is best called. */
export function afterName(after: IAfter): string {
  switch (after.kind) {
    case 'similar':
      return 'similar';
    case 'direction':
      return 'direction';
    case 'prompt':
      return 'prompt';
    default:
      return 'written';
  }
}

/** A cell that goes on with its rows where it would have shown them. */
export function afterCell(
  code: ICode,
  after: IAfter,
  /** A free name for what comes of it. */
  name: string,
  options: IAfterOptions
): ICode {
  const { px, other } = options;
  const lines = shown(code);
  const theirs = other ? shown(other) : [];
  const imports = theirs.filter(line => IMPORT.test(line));
  addImports(
    lines,
    [...imports, px.line].filter((one, i, all) => all.indexOf(one) === i)
  );
  return {
    source: [
      ...lines,
      ...theirs.filter(line => line !== '' && !IMPORT.test(line)),
      ...afterLines(after, code.variable, name, options),
      name
    ].join('\n'),
    variable: name,
    rows: null
  };
}

const IMPORT = /^(import|from) /;

/** The lines of a cell without the one that shows what it made. */
function shown({ source }: ICode): string[] {
  return source.split('\n').slice(0, -1);
}

/** Put imports that are missing below the comment, beside those that are there. */
function addImports(lines: string[], wanted: readonly string[]): void {
  const missing = wanted.filter(line => !lines.includes(line));
  if (missing.length > 0) {
    const at = lines.findIndex(line => !line.startsWith('#'));
    const isImport = IMPORT.test(lines[at] ?? '');
    lines.splice(at, 0, ...missing, ...(isImport ? [] : ['']));
  }
}

/** The call that does something with rows that a cell has made. */
function afterLines(
  after: IAfter,
  rows: string,
  name: string,
  { px: { name: px }, sets, other }: IAfterOptions
): string[] {
  switch (after.kind) {
    case 'similar': {
      const { pool, column } = after;
      return [
        '# beyond=0: not the very rows that are looked for, nor their copies.',
        `${name} = ${px}.similar(${rows}, ${pool}, ${quote(column)}, k=50, beyond=0)`
      ];
    }
    case 'file':
      return [
        '# The file: .parquet or .csv; one that is there stays.',
        `${name} = ${px}.write_rows(${rows}, ${quote(`${rows}.parquet`)})`
      ];
    case 'direction': {
      const from = other?.variable ?? '';
      return [
        ...comment(`From ${from}, −1 at its mean, to ${rows}, 1 at its own.`),
        ...call(name, `${px}.steering_vector`, [
          rows,
          from,
          quote(after.column),
          ...(after.unit === null ? [] : [`unit=${literal(after.unit)}`])
        ]),
        ...after.sets.flatMap(side => {
          const set = sets[side];
          return set
            ? [
                columnLine(
                  set,
                  after.name,
                  `${name}.project(${expression(set)}, ${quote(after.column)})`
                )
              ]
            : [];
        })
      ];
    }
    case 'prompt': {
      const among = sets[after.among];
      return [
        '# Nothing is sent: a rule and examples of one part of the rows, the other to try it on.',
        ...call(name, `${px}.steering_prompt`, [
          rows,
          ...(among ? [expression(among)] : []),
          `text=${quote(after.text)}`,
          `label=${quote(after.label)}`,
          ...(after.unit === null ? [] : [`unit=${literal(after.unit)}`]),
          ...(after.embedding === null
            ? []
            : [`embedding=${literal(after.embedding)}`])
        ]),
        ...comment(
          `${name}.edit() puts the text into a cell; ${name}.try_it("Which …? {${after.text}}", model="…") compares it with an old prompt.`
        )
      ];
    }
    case 'finetune': {
      const columns = Object.entries(after.columns)
        .map(([place, column]) => `${quote(place)}: ${quote(column)}`)
        .join(', ');
      return [
        '# The folder to make; one that is there stays.',
        `${name} = ${px}.finetune(`,
        `    ${rows},`,
        `    ${quote(`fine_tune/${rows}`)},`,
        `    ${quote(after.format)},`,
        `    columns={${columns}},`,
        ...(after.unit === null
          ? []
          : [`    keep_together=${literal(after.unit)},`]),
        ...(after.embedding === null
          ? []
          : [`    embedding=${literal(after.embedding)},`]),
        ')'
      ];
    }
  }
}

/** A call on one line where it is short, else with a line for each argument. */
function call(name: string, verb: string, args: readonly string[]): string[] {
  const line = `${name} = ${verb}(${args.join(', ')})`;
  return line.length <= WIDTH
    ? [line]
    : [`${name} = ${verb}(`, ...args.map(arg => `    ${arg},`), ')'];
}
