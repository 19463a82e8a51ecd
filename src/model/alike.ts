import type { TranslationBundle } from '@jupyterlab/translation';

import type { FrameListing, InferencesModel } from '../api/contract';
import { count } from '../charts/format';
import { namesIn } from '../notebook/python';
import { shape } from './shape';

/** Fewer columns apart than this share, and two frames look like two samples of one thing. */
const NEAR = 0.1;

/** What tells samples of one thing from other things. */
interface ILook extends Pick<
  FrameListing,
  'ref' | 'n_rows' | 'n_columns' | 'embeddings' | 'columns'
> {
  /** The expression that made an object without a name: `new.head()`. */
  readonly expression?: string;
  readonly names?: readonly string[];
}

/** Parts of names that say that others are compared with it. */
const REFERENCE =
  /^(train|training|ref|reference|base|baseline|last|old|previous|prev|before|past|historical)\d*$/;
/** A frame with less than this share of the rows rather is a part of the other, or of something else. */
const SMALL = 0.1;

/** How unlike two frames are; 0 is the same shape. Rows do not count, columns and embeddings do. */
function unlikeness(a: ILook, b: ILook): number {
  const columns =
    Math.abs(a.n_columns - b.n_columns) / Math.max(a.n_columns, b.n_columns, 1);
  const shared = a.embeddings.filter(name => b.embeddings.includes(name));
  const all = new Set([...a.embeddings, ...b.embeddings]).size;
  return columns + (all === 0 ? 0 : 1 - shared.length / all);
}

/** A set as it would be listed. */
export function lookOf(model: InferencesModel): ILook {
  return {
    ref: model.ref,
    n_rows: model.n_rows,
    n_columns: model.n_columns,
    columns: model.columns.map(({ name }) => name),
    embeddings: model.columns
      .filter(({ kind }) => kind === 'vector')
      .map(({ name }) => name),
    names: model.variable === null ? [] : [model.variable],
    // An object without a variable is called by the expression that showed it.
    expression: model.variable === null ? model.name : undefined
  };
}

/** How many columns two frames have in common; null where that is not known of one. */
export function inCommon(
  a: Pick<ILook, 'columns'>,
  b: Pick<ILook, 'columns'>
): number | null {
  if (a.columns.length === 0 || b.columns.length === 0) {
    return null;
  }
  const names = new Set(a.columns);
  return b.columns.filter(name => names.has(name)).length;
}

/** How many columns another frame has in common with one, in words; nothing where it has all of them. */
export function commonText(
  frame: Pick<ILook, 'columns'>,
  look: Pick<ILook, 'columns'>,
  trans: TranslationBundle
): string | null {
  const n = inCommon(frame, look);
  return n === null || n === look.columns.length
    ? null
    : n === 0
      ? trans.__('no column in common')
      : trans.__(
          '%1 of %2 columns in common',
          count(n),
          count(look.columns.length)
        );
}

/** Whether a frame is called after another, as what was cut from that is: `prod_late` of `prod`. */
function isNamedAfter(frame: FrameListing, look: ILook): boolean {
  const root = look.expression === undefined ? null : rootOf(look.expression);
  const names = [...(look.names ?? []), ...(root === null ? [] : [root])];
  return frame.names.some(name => {
    const parts = name.toLowerCase().split('_');
    return names.some(own => name !== own && parts.includes(own.toLowerCase()));
  });
}

/** How unlikely a frame is the reference, by its name and size. */
function rankOf(frame: FrameListing, look: ILook): number {
  if (isSource(frame, look)) {
    return 4;
  }
  const own = (look.names ?? []).map(snake);
  const says = frame.names.some(name =>
    snake(name)
      .split('_')
      .some(part => !own.includes(part) && REFERENCE.test(part))
  );
  if (says) {
    return 0;
  }
  if (isNamedAfter(frame, look)) {
    return 3;
  }
  const isSmall =
    frame.n_rows !== null &&
    look.n_rows !== null &&
    frame.n_rows < SMALL * look.n_rows;
  return isSmall ? 2 : 1;
}

/** `prodOld` → `prod_old`. */
function snake(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
}

/** What there is to know of a frame that may be compared with another, in a menu. */
export function aboutText(
  frame: FrameListing,
  look: ILook,
  trans: TranslationBundle
): string {
  return [
    shape(frame),
    commonText(frame, look, trans),
    isSource(frame, look)
      ? trans.__('has these rows')
      : isNamedAfter(frame, look)
        ? trans.__('perhaps a part of it')
        : null
  ]
    .filter(Boolean)
    .join(' · ');
}

/**
 * The frames that could be compared with another. First those with at least half of its columns: what is called like a reference, then what is
 * not called after it and not small beside it; among those the ones with most columns in common, then the most alike, and what it was cut from last.
 */
export function candidates(
  frames: readonly FrameListing[],
  look: ILook
): FrameListing[] {
  const alike = frames.filter(frame => unlikeness(frame, look) <= NEAR);
  return frames
    .filter(frame => frame.ref !== look.ref && frame.names.length > 0)
    .map((frame, i) => ({
      frame,
      i,
      far: unlikeness(frame, look),
      common: inCommon(frame, look) ?? 0,
      isFar: isOther(frame, look),
      rank: rankOf(frame, look),
      whole: isSource(frame, look) ? 2 : Number(isWhole(frame, look, alike))
    }))
    .sort(
      (a, b) =>
        Number(a.isFar) - Number(b.isFar) ||
        (a.isFar ? 0 : a.rank - b.rank) ||
        b.common - a.common ||
        a.far - b.far ||
        a.whole - b.whole ||
        a.i - b.i
    )
    .map(({ frame }) => frame);
}

/** Whether a frame is of other things: it has less than half of the columns, or another shape where these are not known. */
function isOther(frame: FrameListing, look: ILook): boolean {
  const common = inCommon(frame, look);
  return common === null
    ? unlikeness(frame, look) > NEAR
    : common < look.columns.length / 2;
}

/** The frame that most likely is the other side of a comparison, or null when none with rows looks like it. */
export function counterpart(
  frames: readonly FrameListing[],
  look: ILook
): FrameListing | null {
  return (
    candidates(frames, look).find(
      frame =>
        frame.n_rows !== 0 &&
        unlikeness(frame, look) <= NEAR &&
        !isSource(frame, look)
    ) ?? null
  );
}

/** The variable that an expression starts from: `prod` of `prod.head()`; null where it is a variable itself, or starts with something else. */
export function rootOf(expression: string): string | null {
  const [root] = /^[\p{ID_Start}_][\p{ID_Continue}]*/u.exec(expression) ?? [];
  return root === undefined || root === expression ? null : root;
}

/** The dataframe that an output without a variable was made of, as long as the kernel holds it: `prod` of `prod.head()`. */
export function wholeOf(
  frames: readonly FrameListing[],
  { variable, name }: Pick<InferencesModel, 'variable' | 'name'>
): { readonly frame: FrameListing; readonly name: string } | null {
  const root = variable === null ? rootOf(name) : null;
  const frame =
    root === null
      ? undefined
      : frames.find(({ names }) => names.includes(root));
  return root !== null && frame ? { frame, name: root } : null;
}

/** Whether a frame is one that the expression of another starts from or mentions: its rows would be compared with themselves. */
function isSource({ names }: FrameListing, { expression }: ILook): boolean {
  if (expression === undefined) {
    return false;
  }
  const mentioned = namesIn(expression);
  return names.some(name => mentioned.has(name));
}

/**
 * Whether a frame likely holds the rows of another and more: it is larger, was listed before, and has as many rows as two of the
 * alike frames after it together. So does what is cut in two, as `train` and `prod`. A listing says no more than numbers, so chance
 * can be wrong, and what was cut in three is not seen.
 */
function isWhole(
  frame: FrameListing,
  look: ILook,
  alike: readonly FrameListing[]
): boolean {
  const { n_rows } = frame;
  const at = alike.indexOf(frame);
  if (at < 0 || n_rows === null || n_rows <= (look.n_rows ?? n_rows)) {
    return false;
  }
  const seen = new Set<number>();
  for (const { n_rows: part } of alike.slice(at + 1)) {
    if (part !== null && part > 0) {
      if (seen.has(n_rows - part)) {
        return true;
      }
      seen.add(part);
    }
  }
  return false;
}
