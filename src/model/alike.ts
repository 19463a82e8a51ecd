import type { FrameListing, InferencesModel } from '../api/contract';

/** Fewer columns apart than this share, and two frames look like two samples of one thing. */
const NEAR = 0.1;

/** How unlike a frame is to a set; 0 is the same shape. Rows do not count, columns and embeddings do. */
export function unlikeness(
  frame: FrameListing,
  model: InferencesModel
): number {
  const n = model.columns.length;
  const columns =
    Math.abs(frame.n_columns - n) / Math.max(frame.n_columns, n, 1);
  const mine = model.columns
    .filter(({ kind }) => kind === 'vector')
    .map(({ name }) => name);
  const shared = mine.filter(name => frame.embeddings.includes(name)).length;
  const all = new Set([...mine, ...frame.embeddings]).size;
  return columns + (all === 0 ? 0 : 1 - shared / all);
}

/** The frames that could be compared with a set, the most alike first. */
export function candidates(
  frames: readonly FrameListing[],
  model: InferencesModel
): FrameListing[] {
  return frames
    .filter(frame => frame.ref !== model.ref && frame.names.length > 0)
    .map((frame, i) => ({ frame, i, far: unlikeness(frame, model) }))
    .sort((a, b) => a.far - b.far || a.i - b.i)
    .map(({ frame }) => frame);
}

/** The frame that most likely is the other side of a set, or null when none looks like it. */
export function counterpart(
  frames: readonly FrameListing[],
  model: InferencesModel
): FrameListing | null {
  const [best] = candidates(frames, model);
  return best && unlikeness(best, model) <= NEAR ? best : null;
}
