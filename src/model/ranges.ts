/** Row positions as text: `3-10,15`. */
export function toRanges(rows: readonly number[]): string {
  const sorted = [...new Set(rows)].sort((a, b) => a - b);
  const parts: string[] = [];
  let start = 0;
  for (let i = 1; i <= sorted.length; i++) {
    if (i === sorted.length || sorted[i] !== sorted[i - 1] + 1) {
      const [first, last] = [sorted[start], sorted[i - 1]];
      parts.push(first === last ? `${first}` : `${first}-${last}`);
      start = i;
    }
  }
  return parts.join(',');
}

/**
 * Read such text.
 *
 * @returns the positions, rising; null unless the text is one that `toRanges` writes, of no more than `most` positions, all less than `below`.
 */
export function fromRanges(
  text: string,
  below: number,
  most: number
): number[] | null {
  const rows: number[] = [];
  for (const part of text.split(',')) {
    const found = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part);
    if (!found) {
      return null;
    }
    const first = Number(found[1]);
    const last = Number(found[2] ?? found[1]);
    const before = rows.length > 0 ? rows[rows.length - 1] : -1;
    // The length is looked at before anything is made of it.
    if (
      first <= before ||
      last < first ||
      last >= below ||
      rows.length + last - first + 1 > most
    ) {
      return null;
    }
    for (let row = first; row <= last; row++) {
      rows.push(row);
    }
  }
  return rows;
}
