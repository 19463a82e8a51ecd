import type { IAfter } from '../tokens';
import type { ICode } from './code';
import { literal, quote } from './python';

/** What the value of the lines that follow rows is best called. */
export function afterName({ kind }: IAfter): string {
  return kind === 'similar' ? 'similar' : 'written';
}

/** A cell that goes on with its rows where it would have shown them. */
export function afterCell(
  { source, variable }: ICode,
  after: IAfter,
  px: { readonly name: string; readonly line: string },
  /** A free name for what comes of it. */
  name: string
): ICode {
  const lines = source.split('\n').slice(0, -1);
  if (!lines.includes(px.line)) {
    const at = lines.findIndex(line => !line.startsWith('#'));
    const isImport = /^(import|from) /.test(lines[at] ?? '');
    lines.splice(at, 0, px.line, ...(isImport ? [] : ['']));
  }
  return {
    source: [
      ...lines,
      ...afterLines(after, variable, name, px.name),
      name
    ].join('\n'),
    variable: name,
    rows: null
  };
}

/** The call that does something with rows that a cell has made. */
function afterLines(
  after: IAfter,
  rows: string,
  name: string,
  px: string
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
