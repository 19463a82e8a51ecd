import type { ICamera, ISize } from './camera';

/** Forms of a point. */
export enum Shape {
  Ring = 0,
  Disc = 1,
  /** A larger disc with a thin rim of the ground: rows of a window. */
  Large = 2
}

/** How strongly a point is drawn. */
export enum Weight {
  Hidden = 0,
  Dim = 1,
  Full = 2,
  /** Outlined in ink. */
  Outlined = 3
}

/** Bytes a point in the array of its look: place in the palette, shape, weight, spare. */
export const STYLE_BYTES = 4;

/** Places in the palette that are not for data. */
export const SLOT_INK = 254;
export const SLOT_CANVAS = 255;

/** What is true of a whole frame. */
export interface IFrame {
  readonly camera: ICamera;
  readonly size: ISize;
  /** Device pixels a pixel. */
  readonly ratio: number;
  /** Of a point, in pixels. */
  readonly radius: number;
  readonly opacity: number;
}

/**
 * What draws points on a canvas. The geometry is given once; afterwards only looks, colours and the camera change.
 */
export interface IPointLayer {
  readonly kind: 'webgl' | 'canvas';
  setPoints(x: Float32Array, y: Float32Array): void;
  /** `STYLE_BYTES` a point. */
  setStyle(style: Uint8Array): void;
  /** 256 colours, four bytes each. */
  setPalette(palette: Uint8Array): void;
  draw(frame: IFrame): void;
  dispose(): void;
}

/** Radius of a point, by how many there are: 1.8 at 5 000 and 1 at 100 000. */
export function radiusFor(n: number): number {
  const radius = 1.8 - (0.8 * Math.log(Math.max(n, 1) / 5000)) / Math.log(20);
  return Math.min(Math.max(radius, 0.7), 3);
}

/** Opacity of a point, by how many there are. */
export function opacityFor(n: number): number {
  const opacity = 0.9 - 0.12 * Math.log10(Math.max(n, 1) / 5000);
  return Math.min(Math.max(opacity, 0.45), 0.95);
}
