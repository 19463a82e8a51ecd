import type { IContents } from './contents';

/** Where a column's section is, by its place among them: names of columns are no ids. */
export function columnId(place: number): string {
  return `column-${place}`;
}

/** The same of an embedding's map. */
export function mapId(place: number): string {
  return `map-${place}`;
}

/** Where the report says more about a column; null where it does not. */
export function placeOf(
  { columns, maps }: IContents,
  column: string | null
): string | null {
  const place = columns.findIndex(one => one.column === column);
  if (place >= 0) {
    return columnId(place);
  }
  const map = maps.findIndex(one => one.embedding === column);
  return map >= 0 ? mapId(map) : null;
}
