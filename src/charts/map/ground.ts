import { blur2 } from 'd3-array';
import { contours } from 'd3-contour';

import type { IExtent, IMapPoints } from './points';
import type { Polygon } from './polygon';
import type { IMapTheme } from './theme';

/** A density on a regular raster over a part of the map; row 0 is the lowest y. */
export interface IField {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
  /** Place of the raster's corner, and the side of a cell, in map units. */
  readonly x0: number;
  readonly y0: number;
  readonly cell: number;
}

/** What lies under the points: where they are dense, and which set is over-represented. */
export interface IGround {
  readonly all: IField;
  /**
   * −1 to 1 a cell: (p − r) / (p + r) of the densities of both sets, each divided by the size of its set; null with one set.
   */
  readonly balance: Float64Array | null;
  readonly contours: readonly Polygon[];
}

/** Cells along the longer side of the core, and at most along the longer side of the whole. */
const CELLS = 200;
const MOST_CELLS = 600;
/** Bandwidth of the kernel as a part of the core's longer side. */
const BANDWIDTH = 0.02;
/** Heights of the contours, as parts of the highest density. */
const LEVELS = [0.035, 0.16, 0.42];
/** Height of the outline of one cluster. */
const OUTLINE = 0.04;

function longer(extent: IExtent): number {
  return Math.max(extent.x1 - extent.x0, extent.y1 - extent.y0, 1e-6);
}

function raster(extent: IExtent, cell: number, margin: number): IField {
  const x0 = extent.x0 - margin;
  const y0 = extent.y0 - margin;
  const width = Math.ceil((extent.x1 + margin - x0) / cell) + 1;
  const height = Math.ceil((extent.y1 + margin - y0) / cell) + 1;
  return {
    width,
    height,
    values: new Float64Array(width * height),
    x0,
    y0,
    cell
  };
}

function count(
  field: IField,
  points: IMapPoints,
  keep: (i: number) => boolean
): number {
  let total = 0;
  for (let i = 0; i < points.n; i++) {
    if (keep(i)) {
      const column = Math.floor((points.x[i] - field.x0) / field.cell);
      const row = Math.floor((points.y[i] - field.y0) / field.cell);
      field.values[row * field.width + column]++;
      total++;
    }
  }
  return total;
}

function smooth(field: IField, bandwidth: number): void {
  blur2(
    { data: field.values, width: field.width, height: field.height },
    bandwidth / field.cell
  );
}

function highest(values: Float64Array): number {
  let max = 0;
  for (const value of values) {
    max = Math.max(max, value);
  }
  return max;
}

function lines(field: IField, thresholds: number[]): Polygon[] {
  const shapes = contours()
    .size([field.width, field.height])
    .thresholds(thresholds)(Array.from(field.values));
  return shapes.flatMap(({ coordinates }) =>
    coordinates.flatMap(polygon =>
      polygon.map(ring =>
        ring.map(
          ([column, row]) =>
            [
              field.x0 + column * field.cell,
              field.y0 + row * field.cell
            ] as const
        )
      )
    )
  );
}

/**
 * The ground of a map.
 *
 * @param visible - Which points count.
 * @param compare - Whether the two sets are set against each other.
 */
export function groundOf(
  points: IMapPoints,
  visible: (i: number) => boolean,
  compare: boolean
): IGround {
  const bandwidth = longer(points.core) * BANDWIDTH;
  const cell = Math.max(
    longer(points.core) / CELLS,
    longer(points.extent) / MOST_CELLS
  );
  const margin = 5 * bandwidth;
  const make = (keep: (i: number) => boolean): [IField, number] => {
    const field = raster(points.extent, cell, margin);
    const n = count(field, points, keep);
    smooth(field, bandwidth);
    return [field, n];
  };
  // The outline of the whole stays where it is, whatever is filtered.
  const [all] = make(() => true);
  const max = highest(all.values);
  const shapes =
    max > 0
      ? lines(
          all,
          LEVELS.map(level => level * max)
        )
      : [];
  if (!compare) {
    return { all, balance: null, contours: shapes };
  }
  const [primary, nPrimary] = make(i => points.primary[i] === 1 && visible(i));
  const [reference, nReference] = make(
    i => points.primary[i] === 0 && visible(i)
  );
  if (nPrimary === 0 || nReference === 0) {
    return { all, balance: null, contours: shapes };
  }
  // Keeps places with next to no rows from looking decided.
  const little = (0.02 * max) / Math.max(nPrimary + nReference, 1);
  const balance = primary.values.map((value, i) => {
    const p = value / nPrimary;
    const r = reference.values[i] / nReference;
    return (p - r) / (p + r + 2 * little);
  });
  return { all, balance, contours: shapes };
}

/** The ground as a picture, one pixel a cell, the highest y first. */
export function paintGround(ground: IGround, theme: IMapTheme): ImageData {
  const { all, balance } = ground;
  const image = new ImageData(all.width, all.height);
  const max = highest(all.values) || 1;
  const strength = theme.dark ? 0.42 : 0.36;
  for (let row = 0; row < all.height; row++) {
    for (let column = 0; column < all.width; column++) {
      const i = row * all.width + column;
      const at = 4 * ((all.height - 1 - row) * all.width + column);
      const dense = all.values[i] / max;
      let rgb = theme.noise;
      let alpha = (theme.dark ? 0.13 : 0.11) * dense ** 0.55;
      if (balance) {
        rgb = balance[i] > 0 ? theme.primary : theme.reference;
        alpha =
          strength *
          Math.abs(balance[i]) ** 1.25 *
          Math.min(1, (3 * dense) ** 0.6);
      }
      image.data[at] = rgb[0];
      image.data[at + 1] = rgb[1];
      image.data[at + 2] = rgb[2];
      image.data[at + 3] = Math.round(255 * alpha);
    }
  }
  return image;
}

/** The outline of some points (a cluster): the line around their own density. */
export function outlineOf(
  points: IMapPoints,
  keep: (i: number) => boolean
): readonly Polygon[] {
  let x0 = Infinity;
  let x1 = -Infinity;
  let y0 = Infinity;
  let y1 = -Infinity;
  for (let i = 0; i < points.n; i++) {
    if (keep(i)) {
      x0 = Math.min(x0, points.x[i]);
      x1 = Math.max(x1, points.x[i]);
      y0 = Math.min(y0, points.y[i]);
      y1 = Math.max(y1, points.y[i]);
    }
  }
  if (!(x1 >= x0)) {
    return [];
  }
  const bandwidth = longer(points.core) * BANDWIDTH * 0.8;
  const extent = { x0, x1, y0, y1 };
  const cell = Math.max(bandwidth / 4, (longer(extent) + 8 * bandwidth) / 240);
  const field = raster(extent, cell, 4 * bandwidth);
  count(field, points, keep);
  smooth(field, bandwidth);
  return lines(field, [OUTLINE * highest(field.values)]);
}
