import type { ISize } from './camera';

/** A name to be written on the map. */
export interface IMapLabel {
  readonly id: number;
  /** From the longest form to the shortest. */
  readonly forms: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly strong: boolean;
  /** Whether it is written even where it hides another. */
  readonly pinned?: boolean;
}

/** A name with its place on screen: the middle of its line. */
export interface IPlacedLabel {
  readonly id: number;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly strong: boolean;
}

/** A rectangle on screen by its middle. */
export interface IBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a name may go, beside its own place: nearest first. */
const OFFSETS: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, -15],
  [0, 15],
  [0, -28],
  [0, 28],
  [-38, -8],
  [38, -8],
  [-38, 10],
  [38, 10]
];

const EDGE = 4;
/** Pixels that a name takes from the picture, for names that are not strong: there are no more than fit without hiding the points. */
const ROOM = 12_000;

/**
 * Put names where they hide no other name, the most important first; a name without a place is left out.
 *
 * @param project - From the map to pixels.
 * @param measure - Width of a text in pixels.
 * @param covered - Places that something else covers.
 * @param before - What was shown last, so that names do not jump while the camera moves.
 */
export function placeLabels(
  labels: readonly IMapLabel[],
  size: ISize,
  project: (x: number, y: number) => readonly [number, number],
  measure: (text: string, strong: boolean) => number,
  before: ReadonlyMap<number, readonly [number, number]>,
  covered: readonly IBox[] = []
): { placed: IPlacedLabel[]; offsets: Map<number, readonly [number, number]> } {
  const placed: IPlacedLabel[] = [];
  const offsets = new Map<number, readonly [number, number]>();
  const most = Math.max((size.width * size.height) / ROOM, 6);
  for (const label of labels) {
    const [px, py] = project(label.x, label.y);
    if (px < 0 || py < 0 || px > size.width || py > size.height) {
      continue;
    }
    if (!label.strong && placed.length >= most) {
      continue;
    }
    const height = label.strong ? 17 : 15;
    const kept = before.get(label.id);
    const tries = kept ? [kept, ...OFFSETS] : [...OFFSETS];
    if (label.pinned) {
      tries.push([0, 0]);
    }
    search: for (const text of label.forms) {
      const width = measure(text, label.strong) + 8;
      for (const offset of tries) {
        const x = clamp(
          px + offset[0],
          EDGE + width / 2,
          size.width - EDGE - width / 2
        );
        const y = clamp(
          py + offset[1],
          EDGE + height / 2,
          size.height - EDGE - height / 2
        );
        const free = [...covered, ...placed].every(
          other =>
            Math.abs(other.x - x) >= (other.width + width) / 2 ||
            Math.abs(other.y - y) >= (other.height + height) / 2
        );
        const isLast = text === label.forms.at(-1) && offset === tries.at(-1);
        if (free || (label.pinned && isLast)) {
          placed.push({
            id: label.id,
            text,
            x,
            y,
            width,
            height,
            strong: label.strong
          });
          offsets.set(label.id, offset);
          break search;
        }
      }
    }
  }
  return { placed, offsets };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** The name under a place on screen, or null. */
export function labelAt(
  placed: readonly IPlacedLabel[],
  x: number,
  y: number
): IPlacedLabel | null {
  return (
    placed.find(
      label =>
        Math.abs(label.x - x) <= label.width / 2 &&
        Math.abs(label.y - y) <= label.height / 2
    ) ?? null
  );
}
