import type { IAfter } from '../tokens';
import { literal, quote } from './python';

/** What the value of the lines that follow rows is best called. */
export function afterName({ kind }: IAfter): string {
  return kind === 'similar' ? 'similar' : 'written';
}

/** The call that does something with rows that a cell has made. */
export function afterLines(
  after: IAfter,
  rows: string,
  name: string,
  px: string
): string[] {
  switch (after.kind) {
    case 'similar': {
      const { pool, column } = after;
      return [
        `${name} = ${px}.similar(${rows}, ${pool}, ${quote(column)}, k=50)`
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
