import type { TranslationBundle } from '@jupyterlab/translation';

import type { FrameListing, InferencesModel } from '../api/contract';
import { count } from '../charts/format';
import { namesIn } from '../notebook/python';

/** Fewer columns apart than this share, and two frames look like two samples of one thing. */
const NEAR = 0.1;

/** What tells samples of one thing from other things. */
interface ILook extends Pick<
  FrameListing,
  'ref' | 'n_rows' | 'n_columns' | 'embeddings' | 'columns'
> {
  /** The expression that made an object without a name: `new.head()`. */
  readonly expression?: string;
}

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

/** The frames that could be compared with another: those with most columns in common first, then the most alike; among those, what it was cut from last. */
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
      whole: isSource(frame, look) ? 2 : Number(isWhole(frame, look, alike))
    }))
    .sort(
      (a, b) =>
        b.common - a.common || a.far - b.far || a.whole - b.whole || a.i - b.i
    )
    .map(({ frame }) => frame);
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
