/** Columns of the grid. */
export const COLUMNS = 12;
/** Rows that a tile may begin and end at: a file may hold any number, a screen not. */
export const MOST_ROWS = 500;
export const LEAST = { w: 2, h: 3 } as const;
const MOST_H = 40;

/** Where a tile lies: its first column and row, from 0, and how many of them it takes. */
export interface IPlace {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A tile's place, by its id. */
export type Layout = ReadonlyMap<string, IPlace>;

/** The nearest place that the grid has. */
export function within({ x, y, w, h }: IPlace): IPlace {
  const wide = clamp(w, LEAST.w, COLUMNS);
  const high = clamp(h, LEAST.h, MOST_H);
  return {
    x: clamp(x, 0, COLUMNS - wide),
    y: clamp(y, 0, MOST_ROWS - high),
    w: wide,
    h: high
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(Math.round(value), high));
}

export function isSamePlace(a: IPlace, b: IPlace): boolean {
  return a.x === b.x && a.y === b.y && a.w === b.w && a.h === b.h;
}

/** Whether two tiles would lie on each other. */
export function overlap(a: IPlace, b: IPlace): boolean {
  return (
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
  );
}

/** By rows, then columns: the order in which they are read. */
export function inOrder(layout: Layout): string[] {
  return [...layout]
    .sort(([, a], [, b]) => a.y - b.y || a.x - b.x)
    .map(([id]) => id);
}

/**
 * Put a tile somewhere; those that it would lie on make room.
 *
 * One that is moved down onto another lets it pass to above, where there is room; otherwise the others go down, each as far as it has to. No row stays
 * empty.
 */
export function placed(layout: Layout, id: string, wanted: IPlace): Layout {
  const before = layout.get(id);
  const place = within(wanted);
  const next = new Map(layout);
  next.set(id, place);
  const goesDown = before !== undefined && place.y > before.y;
  const settled = new Set([id]);
  for (const other of inOrder(layout)) {
    const at = layout.get(other);
    if (other === id || !at) {
      continue;
    }
    const above = { ...at, y: place.y - at.h };
    if (
      goesDown &&
      overlap(at, place) &&
      above.y >= 0 &&
      isFree(next, above, [other])
    ) {
      next.set(other, above);
    } else {
      next.set(other, lowered(next, settled, at));
    }
    settled.add(other);
  }
  return closed(next);
}

/** Move a tile a step, or size it, as a key does: a step down goes on until the tile has passed what is in its way. */
export function stepped(
  layout: Layout,
  id: string,
  [dx, dy]: readonly [number, number],
  isSize: boolean
): Layout {
  const at = layout.get(id);
  if (!at) {
    return layout;
  }
  if (isSize) {
    return placed(layout, id, { ...at, w: at.w + dx, h: at.h + dy });
  }
  for (let n = 1; n <= MOST_H; n++) {
    const next = placed(layout, id, {
      ...at,
      x: at.x + dx,
      y: at.y + dy * n
    });
    // What only left a row empty is as it was.
    if (dy <= 0 || !isSame(next, layout)) {
      return next;
    }
  }
  return layout;
}

function isSame(a: Layout, b: Layout): boolean {
  return [...a].every(([id, place]) => {
    const other = b.get(id);
    return other && place.x === other.x && place.y === other.y;
  });
}

/** The place, or the first below it in the same columns, that none of the settled tiles lies on. */
function lowered(
  layout: Layout,
  settled: ReadonlySet<string>,
  at: IPlace
): IPlace {
  let place = at;
  for (;;) {
    const under = place;
    const hit = [...settled]
      .map(id => layout.get(id))
      .find(other => other && overlap(other, under));
    if (!hit) {
      return place;
    }
    place = { ...place, y: hit.y + hit.h };
  }
}

function isFree(
  layout: Layout,
  place: IPlace,
  without: readonly string[]
): boolean {
  return [...layout].every(
    ([id, other]) => without.includes(id) || !overlap(place, other)
  );
}

/** The same without rows that no tile is in. */
export function closed(layout: Layout): Layout {
  const spans = [...layout.values()].map(({ y, h }) => [y, y + h] as const);
  spans.sort(([a], [b]) => a - b);
  /** From a row on, how many rows above are empty. */
  const gaps: { readonly from: number; readonly empty: number }[] = [];
  let end = 0;
  let empty = 0;
  for (const [top, bottom] of spans) {
    if (top > end) {
      empty += top - end;
      gaps.push({ from: top, empty });
    }
    end = Math.max(end, bottom);
  }
  const above = (y: number): number =>
    gaps.reduce((most, gap) => (y >= gap.from ? gap.empty : most), 0);
  return new Map(
    [...layout].map(([id, place]) => [
      id,
      { ...place, y: place.y - above(place.y) }
    ])
  );
}

/** Where a new tile of this size has room: beside the last ones, or below them. */
export function freePlace(layout: Layout, w: number, h: number): IPlace {
  const places = [...layout.values()];
  const bottom = Math.max(0, ...places.map(({ y, h: high }) => y + high));
  const rows = [...new Set([0, ...places.flatMap(p => [p.y, p.y + p.h])])];
  for (const y of rows.sort((a, b) => a - b)) {
    for (let x = 0; x + w <= COLUMNS; x++) {
      const place = { x, y, w, h };
      if (places.every(other => !overlap(place, other))) {
        return within(place);
      }
    }
  }
  return within({ x: 0, y: bottom, w, h });
}

/** How many rows the tiles take. */
export function rowsOf(layout: Layout): number {
  return Math.max(0, ...[...layout.values()].map(({ y, h }) => y + h));
}
