import type { ColumnInfo } from '../../api/contract';
import type { IInspection } from '../../tokens';
import type { IInsertion } from './insert';

/** AUC from which on vectors are called drifted: a customary one. */
const AUC = 0.6;

/** What has a column watched; null where there is nothing to hold it against, or some rows are shown alone. */
export function watcher(
  { reference, where, limit }: IInspection,
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
      isInFile
    });
}
