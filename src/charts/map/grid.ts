import type { IMapPoints } from './points';
import { inside, type Polygon } from './polygon';

/** Whether a point may be found. */
export type Allowed = (index: number) => boolean;

/**
 * Points sorted into square cells, to find the ones near a place without looking at all of them.
 */
/** Whatever has places in a rectangle. */
type Placed = Pick<IMapPoints, 'n' | 'x' | 'y' | 'extent'>;

export class PointGrid {
  constructor(points: Placed) {
    this._points = points;
    const { extent, n } = points;
    const width = Math.max(extent.x1 - extent.x0, 1e-6);
    const height = Math.max(extent.y1 - extent.y0, 1e-6);
    // About four points in a cell.
    this._cell = Math.max(
      Math.sqrt((width * height * 4) / Math.max(n, 1)),
      Math.max(width, height) / 1024
    );
    this._columns = Math.floor(width / this._cell) + 1;
    this._rows = Math.floor(height / this._cell) + 1;
    const starts = new Int32Array(this._columns * this._rows + 1);
    const cells = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      const cell =
        this._row(points.y[i]) * this._columns + this._column(points.x[i]);
      cells[i] = cell;
      starts[cell + 1]++;
    }
    for (let c = 0; c < starts.length - 1; c++) {
      starts[c + 1] += starts[c];
    }
    const next = starts.slice();
    this._items = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      this._items[next[cells[i]]++] = i;
    }
    this._starts = starts;
  }

  /** The nearest allowed point within a distance, or −1. */
  nearest(x: number, y: number, distance: number, allowed: Allowed): number {
    let best = -1;
    let least = distance * distance;
    this._visit(x - distance, y - distance, x + distance, y + distance, i => {
      const dx = this._points.x[i] - x;
      const dy = this._points.y[i] - y;
      const square = dx * dx + dy * dy;
      // Of equals the later one lies on top.
      if (square <= least && allowed(i)) {
        least = square;
        best = i;
      }
    });
    return best;
  }

  /** The allowed points inside a shape, in order of their index. */
  within(polygon: Polygon, allowed: Allowed): Int32Array {
    let x0 = Infinity;
    let y0 = Infinity;
    let x1 = -Infinity;
    let y1 = -Infinity;
    for (const [x, y] of polygon) {
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x);
      y0 = Math.min(y0, y);
      y1 = Math.max(y1, y);
    }
    const found: number[] = [];
    const { x, y } = this._points;
    this._visit(x0, y0, x1, y1, i => {
      if (inside(polygon, x[i], y[i]) && allowed(i)) {
        found.push(i);
      }
    });
    return Int32Array.from(found).sort();
  }

  /** The nearest allowed point in a direction (a unit vector), or −1: what an arrow key goes to. */
  towards(from: number, dx: number, dy: number, allowed: Allowed): number {
    const { x, y, n } = this._points;
    let best = -1;
    let least = Infinity;
    for (let i = 0; i < n; i++) {
      const along = (x[i] - x[from]) * dx + (y[i] - y[from]) * dy;
      const across = Math.abs((x[i] - x[from]) * dy - (y[i] - y[from]) * dx);
      if (along > across && along > 0 && along + 2 * across < least) {
        if (i !== from && allowed(i)) {
          least = along + 2 * across;
          best = i;
        }
      }
    }
    return best;
  }

  private _visit(
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    each: (index: number) => void
  ): void {
    const c0 = this._column(x0);
    const c1 = this._column(x1);
    const r1 = this._row(y1);
    for (let r = this._row(y0); r <= r1; r++) {
      const from = this._starts[r * this._columns + c0];
      const to = this._starts[r * this._columns + c1 + 1];
      for (let k = from; k < to; k++) {
        each(this._items[k]);
      }
    }
  }

  private _column(x: number): number {
    const column = Math.floor((x - this._points.extent.x0) / this._cell);
    return Math.min(Math.max(column, 0), this._columns - 1);
  }

  private _row(y: number): number {
    const row = Math.floor((y - this._points.extent.y0) / this._cell);
    return Math.min(Math.max(row, 0), this._rows - 1);
  }

  private readonly _points: Placed;
  private readonly _cell: number;
  private readonly _columns: number;
  private readonly _rows: number;
  private readonly _starts: Int32Array;
  private readonly _items: Int32Array;
}
