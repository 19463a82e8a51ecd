import type { ColumnInfo, Schema } from '../../api/contract';
import type { IInspection, IWatching } from '../../tokens';
import type { IInsertion } from './insert';

/** AUC from which on vectors are called drifted: a customary one. */
const AUC = 0.6;

/** What has a column watched; null where there is nothing to hold it against, or some rows are shown alone. */
export function watcher(
  { primary, reference, where, limit, unit }: IInspection,
  { name, kind }: ColumnInfo,
  { insert }: IInsertion
): ((isInFile: boolean) => void) | null {
  if (reference === null || where.length > 0) {
    return null;
  }
  const isVector = kind === 'vector';
  return isInFile =>
    insert({
      kind: 'watch',
      watch: isVector ? 'embedding' : 'drift',
      column: name,
      limit: isVector ? AUC : limit,
      unit,
      valueKind: isVector ? null : saidOf(primary.schema, name),
      isInFile
    });
}

/** What a schema, or somebody by the panel, says that a column's values are. */
function saidOf(schema: Schema | null, column: string): IWatching['valueKind'] {
  return schema?.discrete_column_names?.includes(column)
    ? 'category'
    : schema?.continuous_column_names?.includes(column)
      ? 'number'
      : null;
}
