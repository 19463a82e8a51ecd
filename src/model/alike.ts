import type { FrameListing, InferencesModel } from '../api/contract';

/** Fewer columns apart than this share, and two frames look like two samples of one thing. */
const NEAR = 0.1;

/** What tells samples of one thing from other things. */
type Look = Pick<FrameListing, 'ref' | 'n_columns' | 'embeddings'>;

/** How unlike two frames are; 0 is the same shape. Rows do not count, columns and embeddings do. */
function unlikeness(a: Look, b: Look): number {
  const columns =
    Math.abs(a.n_columns - b.n_columns) / Math.max(a.n_columns, b.n_columns, 1);
  const shared = a.embeddings.filter(name => b.embeddings.includes(name));
  const all = new Set([...a.embeddings, ...b.embeddings]).size;
  return columns + (all === 0 ? 0 : 1 - shared.length / all);
}

/** A set as it would be listed. */
export function lookOf(model: InferencesModel): Look {
  return {
    ref: model.ref,
    n_columns: model.columns.length,
    embeddings: model.columns
      .filter(({ kind }) => kind === 'vector')
      .map(({ name }) => name)
  };
}

/** The frames that could be compared with another, the most alike first. */
export function candidates(
  frames: readonly FrameListing[],
  look: Look
): FrameListing[] {
  return frames
    .filter(frame => frame.ref !== look.ref && frame.names.length > 0)
    .map((frame, i) => ({ frame, i, far: unlikeness(frame, look) }))
    .sort((a, b) => a.far - b.far || a.i - b.i)
    .map(({ frame }) => frame);
}

/** The frame that most likely is the other side of a comparison, or null when none looks like it. */
export function counterpart(
  frames: readonly FrameListing[],
  look: Look
): FrameListing | null {
  const [best] = candidates(frames, look);
  return best && unlikeness(best, look) <= NEAR ? best : null;
}
