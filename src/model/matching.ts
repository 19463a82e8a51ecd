/**
 * The assignment of rows to columns with the largest sum, each used once at most: the Hungarian method with potentials (Kuhn 1955, as
 * `scipy.optimize.linear_sum_assignment` solves it).
 *
 * @param gain - What each pair is worth, not negative; all rows as long as the first.
 * @returns Of each row its column, or −1 where it is left without, or with one worth nothing.
 */
export function assign(gain: readonly (readonly number[])[]): number[] {
  const width = gain[0]?.length ?? 0;
  const size = Math.max(gain.length, width);
  const cost = (row: number, column: number): number =>
    -(gain[row]?.[column] ?? 0);
  // One row after the other takes the shortest way to a free column; index 0 stands for none.
  const u = new Float64Array(size + 1);
  const v = new Float64Array(size + 1);
  const rowOf = new Int32Array(size + 1);
  const way = new Int32Array(size + 1);
  for (let row = 1; row <= size; row++) {
    const least = new Float64Array(size + 1).fill(Infinity);
    const used = new Uint8Array(size + 1);
    let column = 0;
    rowOf[0] = row;
    do {
      used[column] = 1;
      const from = rowOf[column];
      let delta = Infinity;
      let next = 0;
      for (let j = 1; j <= size; j++) {
        if (used[j]) {
          continue;
        }
        const reduced = cost(from - 1, j - 1) - u[from] - v[j];
        if (reduced < least[j]) {
          least[j] = reduced;
          way[j] = column;
        }
        if (least[j] < delta) {
          delta = least[j];
          next = j;
        }
      }
      for (let j = 0; j <= size; j++) {
        if (used[j]) {
          u[rowOf[j]] += delta;
          v[j] -= delta;
        } else {
          least[j] -= delta;
        }
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      rowOf[column] = rowOf[way[column]];
      column = way[column];
    }
  }
  const found = gain.map(() => -1);
  for (let j = 1; j <= width; j++) {
    const row = rowOf[j] - 1;
    if (row < gain.length && (gain[row]?.[j - 1] ?? 0) > 0) {
      found[row] = j - 1;
    }
  }
  return found;
}
