import { SLOT_CANVAS, SLOT_INK } from './layer';

/** Red, green, blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The colours of a map, as the style sheet has them at the moment. */
export interface IMapTheme {
  readonly primary: Rgb;
  readonly reference: Rgb;
  readonly corpus: Rgb;
  readonly noise: Rgb;
  readonly ink: Rgb;
  readonly canvas: Rgb;
  readonly categories: readonly Rgb[];
  readonly sequence: readonly Rgb[];
  readonly dark: boolean;
  readonly font: string;
}

/** Places in the palette. */
export const SLOT_PRIMARY = 0;
export const SLOT_REFERENCE = 1;
export const SLOT_NOISE = 2;
export const SLOT_STRONG = 3;
export const SLOT_CATEGORY = 4;
export const N_CATEGORIES = 12;
export const SLOT_SEQUENCE = 16;
export const N_SEQUENCE = 64;
export const SLOT_CORPUS = 80;

const N_STOPS = 5;

/** Read a colour as style sheets write it; black when it cannot be read. */
export function parseColour(text: string): Rgb {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim());
  if (hex) {
    const digits = hex[1];
    const wide =
      digits.length === 3 ? [...digits].map(d => d + d).join('') : digits;
    const value = parseInt(wide, 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const numbers = text.match(/\d+(?:\.\d+)?/g)?.map(Number) ?? [];
  return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0];
}

/** The colours that hold for an element. */
export function readTheme(element: Element): IMapTheme {
  const style = getComputedStyle(element);
  const colour = (name: string): Rgb =>
    parseColour(style.getPropertyValue(name));
  const canvas = colour('--px-canvas');
  return {
    primary: colour('--px-primary'),
    reference: colour('--px-reference'),
    corpus: colour('--px-corpus'),
    noise: colour('--px-noise'),
    ink: colour('--px-ink'),
    canvas,
    categories: Array.from({ length: N_CATEGORIES }, (_, i) =>
      colour(`--px-cat-${i}`)
    ),
    sequence: Array.from({ length: N_STOPS }, (_, i) =>
      colour(`--px-seq-${i}`)
    ),
    dark: canvas[0] + canvas[1] + canvas[2] < 384,
    font: style.fontFamily || 'sans-serif'
  };
}

/** The colour at `t`, 0 to 1, between the stops of a sequence. */
export function along(stops: readonly Rgb[], t: number): Rgb {
  const place = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
  const i = Math.min(Math.floor(place), stops.length - 2);
  const part = place - i;
  const mix = (channel: 0 | 1 | 2): number =>
    Math.round(
      stops[i][channel] + (stops[i + 1][channel] - stops[i][channel]) * part
    );
  return [mix(0), mix(1), mix(2)];
}

/** All colours of points, four bytes each. */
export function paletteOf(theme: IMapTheme): Uint8Array {
  const palette = new Uint8Array(256 * 4);
  const put = (slot: number, [r, g, b]: Rgb): void => {
    palette.set([r, g, b, 255], 4 * slot);
  };
  put(SLOT_PRIMARY, theme.primary);
  put(SLOT_REFERENCE, theme.reference);
  put(SLOT_NOISE, theme.noise);
  put(SLOT_CORPUS, theme.corpus);
  put(SLOT_STRONG, theme.ink);
  theme.categories.forEach((rgb, i) => put(SLOT_CATEGORY + i, rgb));
  for (let i = 0; i < N_SEQUENCE; i++) {
    put(SLOT_SEQUENCE + i, along(theme.sequence, i / (N_SEQUENCE - 1)));
  }
  put(SLOT_INK, theme.ink);
  put(SLOT_CANVAS, theme.canvas);
  return palette;
}

export function css([r, g, b]: Rgb, alpha = 1): string {
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

/** The style-sheet name of a place in the palette, for swatches. */
export function slotVariable(slot: number): string {
  if (slot >= SLOT_SEQUENCE && slot < SLOT_SEQUENCE + N_SEQUENCE) {
    // A swatch shows the nearest pair of stops, mixed.
    const place = ((slot - SLOT_SEQUENCE) / (N_SEQUENCE - 1)) * (N_STOPS - 1);
    const i = Math.min(Math.floor(place), N_STOPS - 2);
    const part = Math.round((place - i) * 100);
    return `color-mix(in srgb, var(--px-seq-${i + 1}) ${part}%, var(--px-seq-${i}))`;
  }
  if (slot >= SLOT_CATEGORY && slot < SLOT_CATEGORY + N_CATEGORIES) {
    return `var(--px-cat-${slot - SLOT_CATEGORY})`;
  }
  switch (slot) {
    case SLOT_PRIMARY:
      return 'var(--px-primary)';
    case SLOT_REFERENCE:
      return 'var(--px-reference)';
    case SLOT_STRONG:
      return 'var(--px-ink)';
    default:
      return 'var(--px-noise)';
  }
}
