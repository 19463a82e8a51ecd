import type { FrameListing } from '../api/contract';
import { count, NONE } from '../charts/format';

/** Rows and columns: `1 650 × 22`; of what has no rows yet, `lazy × 22`. */
export function shape({ n_rows, n_columns, query }: FrameListing): string {
  if (query !== null) {
    return `lazy × ${count(n_columns)}`;
  }
  return `${n_rows === null ? NONE : count(n_rows)} × ${count(n_columns)}`;
}
