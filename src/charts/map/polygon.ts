/** Corners of a closed shape, in the coordinates of the map. */
export type Polygon = readonly (readonly [number, number])[];

/**
 * Whether a point lies inside, by the even-odd rule: a ray to the right crosses the edges an odd number of times.
 *
 * `Result.lasso` in Python does the same operations in the same order, so that both give the same rows.
 */
export function inside(polygon: Polygon, x: number, y: number): boolean {
  let odd = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i];
    const [xj, yj] = polygon[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) {
      odd = !odd;
    }
  }
  return odd;
}

/** The shape with fewer corners: those that lie within `tolerance` of the line between their neighbours go (Douglas and Peucker, 1973). */
export function simplify(polygon: Polygon, tolerance: number): Polygon {
  if (polygon.length < 5) {
    return polygon;
  }
  const keep = new Uint8Array(polygon.length);
  const last = polygon.length - 1;
  keep[0] = keep[last] = 1;
  const todo: [number, number][] = [[0, last]];
  while (todo.length > 0) {
    const [from, to] = todo.pop() as [number, number];
    let worst = tolerance;
    let at = -1;
    for (let i = from + 1; i < to; i++) {
      const distance = toSegment(polygon[i], polygon[from], polygon[to]);
      if (distance > worst) {
        worst = distance;
        at = i;
      }
    }
    if (at > 0) {
      keep[at] = 1;
      todo.push([from, at], [at, to]);
    }
  }
  return polygon.filter((_, i) => keep[i]);
}

function toSegment(
  [px, py]: readonly [number, number],
  [ax, ay]: readonly [number, number],
  [bx, by]: readonly [number, number]
): number {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy;
  const t =
    length > 0
      ? Math.min(Math.max(((px - ax) * dx + (py - ay) * dy) / length, 0), 1)
      : 0;
  return Math.hypot(px - ax - t * dx, py - ay - t * dy);
}

/** Corners with a few decimals, as they are written into code: what is tested is what is written. */
export function round(polygon: Polygon, decimals: number): Polygon {
  const rounded = polygon.map(
    ([x, y]) =>
      [Number(x.toFixed(decimals)), Number(y.toFixed(decimals))] as const
  );
  return rounded.filter(
    ([x, y], i) => i === 0 || x !== rounded[i - 1][0] || y !== rounded[i - 1][1]
  );
}

/** The four corners of a rectangle. */
export function rectangle(
  x0: number,
  y0: number,
  x1: number,
  y1: number
): Polygon {
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1]
  ];
}
