import type { IExtent } from './points';

/** What part of the map is seen: its middle, and how many pixels a unit of the map takes. */
export interface ICamera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface ISize {
  readonly width: number;
  readonly height: number;
}

/** How far one may come closer than the whole map, and move away from it. */
const CLOSEST = 80;
const FARTHEST = 0.2;

/** The camera that shows a rectangle whole, with a margin in pixels around it. */
export function fit(extent: IExtent, size: ISize, margin = 24): ICamera {
  const width = Math.max(size.width - 2 * margin, 16);
  const height = Math.max(size.height - 2 * margin, 16);
  const scale = Math.min(
    width / Math.max(extent.x1 - extent.x0, 1e-6),
    height / Math.max(extent.y1 - extent.y0, 1e-6)
  );
  return {
    x: (extent.x0 + extent.x1) / 2,
    y: (extent.y0 + extent.y1) / 2,
    scale
  };
}

/** From the map to pixels; y grows upwards on the map and downwards on screen. */
export function toScreen(
  camera: ICamera,
  size: ISize,
  x: number,
  y: number
): [number, number] {
  return [
    size.width / 2 + (x - camera.x) * camera.scale,
    size.height / 2 - (y - camera.y) * camera.scale
  ];
}

export function toMap(
  camera: ICamera,
  size: ISize,
  sx: number,
  sy: number
): [number, number] {
  return [
    camera.x + (sx - size.width / 2) / camera.scale,
    camera.y - (sy - size.height / 2) / camera.scale
  ];
}

/** Come closer (factor above 1) or move away, so that the place under a pixel stays there. */
export function zoom(
  camera: ICamera,
  size: ISize,
  factor: number,
  sx: number,
  sy: number,
  whole: ICamera
): ICamera {
  const scale = Math.min(
    Math.max(camera.scale * factor, whole.scale * FARTHEST),
    whole.scale * CLOSEST
  );
  const [x, y] = toMap(camera, size, sx, sy);
  return {
    x: x - (sx - size.width / 2) / scale,
    y: y + (sy - size.height / 2) / scale,
    scale
  };
}

export function pan(camera: ICamera, dx: number, dy: number): ICamera {
  return {
    x: camera.x - dx / camera.scale,
    y: camera.y + dy / camera.scale,
    scale: camera.scale
  };
}

/** Between two cameras, `t` from 0 to 1; the scale changes evenly to the eye. */
export function between(a: ICamera, b: ICamera, t: number): ICamera {
  if (t >= 1) {
    return b;
  }
  const eased = 1 - (1 - t) ** 3;
  return {
    x: a.x + (b.x - a.x) * eased,
    y: a.y + (b.y - a.y) * eased,
    scale: a.scale * (b.scale / a.scale) ** eased
  };
}
