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
  /** Share of the row's nearest rows that are near it on the map, too; NaN where unknown. */
  readonly kept: Float32Array;
  /** Share of its nearest rows that are in its cluster; NaN for noise. */
  readonly within: Float32Array;
  /** Documents of a corpus on the same map, which are no rows of either set. */
  readonly documents: IDocuments | null;
  readonly extent: IExtent;
  /** The part of the extent that holds nearly all points: what is shown first. */
  readonly core: IExtent;
}

/** Documents as plain arrays. */
export interface IDocuments {
  readonly n: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Position in the corpus. */
  readonly row: Int32Array;
}

/**
 * Read the main table of an `EmbeddingMap`.
 *
 * @param corpus - Documents on the same map.
 * @param anchor - How many rows of each set the map is of, where the others were placed on it: what is shown first is that of these.
 */
export function readPoints(
  table: Table,
  corpus?: Table,
  anchor: Readonly<Record<'primary' | 'reference', number>> | null = null
): IMapPoints {
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
  const kept = shares(table, 'kept', n);
  const within = shares(table, 'within', n);
  const documents = corpus ? readDocuments(corpus) : null;
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
  const own = (_: number, i: number): boolean =>
    !anchor || row[i] < anchor[primary[i] ? 'primary' : 'reference'];
  return {
    n,
    nPrimary,
    x,
    y,
    row,
    primary,
    cluster,
    kept,
    within,
    documents,
    extent: extent(...everywhere({ x, y, documents })),
    core: coreOf(
      ...everywhere({ x: x.filter(own), y: y.filter(own), documents })
    )
  };
}

function readDocuments(table: Table): IDocuments {
  const n = table.numRows;
  const x = new Float32Array(n);
  const y = new Float32Array(n);
  const row = new Int32Array(n);
  fill(table, 'x', x);
  fill(table, 'y', y);
  fill(table, 'row', row);
  return { n, x, y, row };
}

/** The places of all that is drawn: rows, then documents. */
export function everywhere({
  x,
  y,
  documents
}: Pick<IMapPoints, 'x' | 'y' | 'documents'>): [Float32Array, Float32Array] {
  if (!documents) {
    return [x, y];
  }
  const joined = (a: Float32Array, b: Float32Array): Float32Array => {
    const all = new Float32Array(a.length + b.length);
    all.set(a);
    all.set(b, a.length);
    return all;
  };
  return [joined(x, documents.x), joined(y, documents.y)];
}

/** A column of shares, NaN where there is none. */
function shares(table: Table, name: string, n: number): Float32Array {
  const column = table.getChild(name);
  return Float32Array.from({ length: n }, (_, i) => {
    const value: unknown = column?.get(i);
    return typeof value === 'number' ? value : NaN;
  });
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

export function isSameExtent(a: IExtent, b: IExtent): boolean {
  return a.x0 === b.x0 && a.x1 === b.x1 && a.y0 === b.y0 && a.y1 === b.y1;
}

/** Part of the points that may lie outside of the core, at each end of an axis. */
const TAIL = 0.0075;
/** The core is widened by this part of its length, at each end. */
const AROUND = 0.06;
/** When the whole is not longer than this many cores, the core is the whole. */
const NEAR = 1.25;

/**
 * The part of a map where nearly all points are: a few far groups (rows that repeat each other) must not make all else small.
 */
export function coreOf(x: Float32Array, y: Float32Array): IExtent {
  const whole = extent(x, y);
  const [x0, x1] = middle(x);
  const [y0, y1] = middle(y);
  const dx = (x1 - x0) * AROUND;
  const dy = (y1 - y0) * AROUND;
  const core = {
    x0: Math.max(x0 - dx, whole.x0),
    x1: Math.min(x1 + dx, whole.x1),
    y0: Math.max(y0 - dy, whole.y0),
    y1: Math.min(y1 + dy, whole.y1)
  };
  const near =
    whole.x1 - whole.x0 <= NEAR * (core.x1 - core.x0) &&
    whole.y1 - whole.y0 <= NEAR * (core.y1 - core.y0);
  return near || !(core.x1 > core.x0) || !(core.y1 > core.y0) ? whole : core;
}

function middle(values: Float32Array): [number, number] {
  const sorted = values.slice().sort();
  const at = (q: number): number =>
    sorted[Math.round(q * (sorted.length - 1))] ?? 0;
  return [at(TAIL), at(1 - TAIL)];
}

/** How many points lie outside of a rectangle. */
export function outside(points: IMapPoints, rect: IExtent): number {
  let n = 0;
  for (let i = 0; i < points.n; i++) {
    const x = points.x[i];
    const y = points.y[i];
    if (x < rect.x0 || x > rect.x1 || y < rect.y0 || y > rect.y1) {
      n++;
    }
  }
  return n;
}

/** Whether two maps show the very same rows at the same places, in the same clusters. */
export function isSameMap(a: IMapPoints, b: IMapPoints): boolean {
  const isSame = (x: ArrayLike<number>, y: ArrayLike<number>): boolean => {
    for (let i = 0; i < a.n; i++) {
      if (x[i] !== y[i]) {
        return false;
      }
    }
    return true;
  };
  return (
    a.n === b.n &&
    isSame(a.row, b.row) &&
    isSame(a.primary, b.primary) &&
    isSame(a.x, b.x) &&
    isSame(a.y, b.y) &&
    isSame(a.cluster, b.cluster) &&
    a.documents?.n === b.documents?.n
  );
}
