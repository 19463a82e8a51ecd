import * as React from 'react';

import { Glyph } from '../parts';
import type { ISort, SortKey } from './arrange';

const ASCENDING_FIRST: ReadonlySet<SortKey> = new Set(['column', 'p']);

/** What a press on the head of a column sorts by: it, the other way round, then the groups again. */
function nextSort(sort: ISort, key: SortKey): ISort {
  const first = !ASCENDING_FIRST.has(key);
  if (sort.key !== key) {
    return { key, descending: first };
  }
  if (sort.descending === first) {
    return { key, descending: !first };
  }
  return { key: 'verdict', descending: true };
}

/** How a table is sorted by one of its columns; undefined where it is sorted by another. */
export function ariaSort(
  sort: ISort,
  key: SortKey | null
): 'ascending' | 'descending' | undefined {
  return key !== sort.key
    ? undefined
    : sort.descending
      ? 'descending'
      : 'ascending';
}

/** The name of a column, by which one sorts. */
export function SortButton({
  by,
  sort,
  onSort,
  children
}: {
  by: SortKey;
  sort: ISort;
  onSort: (sort: ISort) => void;
  children: string;
}): React.ReactElement {
  const isSorted = by === sort.key;
  return (
    <button
      type="button"
      tabIndex={0}
      className={`px-sort ${isSorted ? 'px-mod-sorted' : ''}`}
      onClick={() => onSort(nextSort(sort, by))}
    >
      {children}
      {isSorted && <Glyph name={sort.descending ? 'down' : 'up'} size={11} />}
    </button>
  );
}
