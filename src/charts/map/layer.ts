import type { ICamera, ISize } from './camera';

/** Forms of a point. */
export enum Shape {
  Ring = 0,
  Disc = 1,
  /** A larger disc with a thin rim of the ground: rows of a window. */
  Large = 2,
  /** Documents of a corpus. */
  Triangle = 3
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
  /** @param order - Indices of the points, the lowest first. */
  setPoints(x: Float32Array, y: Float32Array, order: Uint32Array): void;
  /** `STYLE_BYTES` a point. */
  setStyle(style: Uint8Array): void;
  /** 256 colours, four bytes each. */
  setPalette(palette: Uint8Array): void;
  draw(frame: IFrame): void;
  dispose(): void;
}

/** From so many points on, one set would hide the other. */
const CROWD = 20_000;

/**
 * The order of drawing: as given, the reference below the primary set; in a crowd mixed, in the same way every time.
 */
export function orderFor(n: number, below = 0): Uint32Array {
  // What comes behind the rows, documents, lies below them.
  const order = Uint32Array.from({ length: n + below }, (_, i) =>
    i < below ? n + i : i - below
  );
  if (n > CROWD) {
    let state = 1;
    for (let i = n + below - 1; i > below; i--) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const j = below + Math.floor((state / 2 ** 32) * (i - below + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
  }
  return order;
}

/** Radius of a point, by how many there are: 1.8 at 5 000 and .8 at 100 000. */
export function radiusFor(n: number): number {
  const radius = 1.8 - Math.log(Math.max(n, 1) / 5000) / Math.log(20);
  return Math.min(Math.max(radius, 0.7), 3);
}

/** Opacity of a point, by how many there are. */
export function opacityFor(n: number): number {
  const opacity = 0.9 - 0.2 * Math.log10(Math.max(n, 1) / 5000);
  return Math.min(Math.max(opacity, 0.45), 0.95);
}
