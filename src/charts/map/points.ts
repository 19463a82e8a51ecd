import type { Table } from 'apache-arrow';

/** The rectangle that holds all points, in the map's own coordinates. */
export interface IExtent {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/**
 * The points of a map as plain arrays, one entry a point, in the order of the result's table.
 */
export interface IMapPoints {
  readonly n: number;
  readonly nPrimary: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Position of the row in its set. */
  readonly row: Int32Array;
  /** 1 for rows of the primary set, 0 for the reference. */
  readonly primary: Uint8Array;
  /** Cluster of the point, −1 for noise. */
  readonly cluster: Int32Array;
  readonly extent: IExtent;
}

/** Read the main table of an `EmbeddingMap`. */
export function readPoints(table: Table): IMapPoints {
  const n = table.numRows;
  const x = new Float32Array(n);
  const y = new Float32Array(n);
  const row = new Int32Array(n);
  const primary = new Uint8Array(n);
  const cluster = new Int32Array(n);
  fill(table, 'x', x);
  fill(table, 'y', y);
  fill(table, 'row', row);
  fill(table, 'cluster', cluster);
  let nPrimary = 0;
  const sets = table.getChild('set');
  if (sets) {
    let i = 0;
    for (const set of sets as Iterable<unknown>) {
      if (set === 'primary') {
        primary[i] = 1;
        nPrimary++;
      }
      i++;
    }
  }
  return { n, nPrimary, x, y, row, primary, cluster, extent: extent(x, y) };
}

function fill(
  table: Table,
  name: string,
  into: Float32Array | Int32Array
): void {
  const column = table.getChild(name);
  if (!column) {
    return;
  }
  let at = 0;
  for (const chunk of column.data) {
    const values = chunk.values as ArrayLike<number | bigint>;
    for (let i = 0; i < chunk.length; i++) {
      // Positions come as 64-bit integers, and none is beyond 2³¹.
      into[at++] = Number(values[i]);
    }
  }
}

/** The rectangle around some points; a unit square when there are none. */
export function extent(x: Float32Array, y: Float32Array): IExtent {
  let x0 = Infinity;
  let x1 = -Infinity;
  let y0 = Infinity;
  let y1 = -Infinity;
  for (let i = 0; i < x.length; i++) {
    x0 = Math.min(x0, x[i]);
    x1 = Math.max(x1, x[i]);
    y0 = Math.min(y0, y[i]);
    y1 = Math.max(y1, y[i]);
  }
  if (!(x1 >= x0)) {
    return { x0: 0, x1: 1, y0: 0, y1: 1 };
  }
  const pad = x1 > x0 || y1 > y0 ? 0 : 0.5;
  return { x0: x0 - pad, x1: x1 + pad, y0: y0 - pad, y1: y1 + pad };
}
