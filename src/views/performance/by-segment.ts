import type { TranslationBundle } from '@jupyterlab/translation';

import type { EmbeddingMap } from '../../api/contract';
import type { IInspection } from '../../tokens';
import type { IWindowed } from '../column/window';
import type { IBannerAction } from '../parts';

/** The map whose clusters are the segments, where rows are segmented by a column of vectors. */
export function segmentMap(
  { primary, unit }: IInspection,
  segment: string | null
): EmbeddingMap | null {
  const isMapped =
    segment !== null &&
    primary.columns.some(
      ({ name, kind }) => name === segment && kind === 'vector'
    );
  return isMapped ? { kind: 'embedding_map', embedding: segment, unit } : null;
}

/** What may help an analysis that failed: to ask for less of it. */
export function simpler(
  segment: string | null,
  onSegment: (segment: null) => void,
  window: IWindowed,
  trans: TranslationBundle
): IBannerAction | null {
  if (segment !== null) {
    return {
      label: trans.__('Without segments'),
      onClick: () => onSegment(null)
    };
  }
  return (
    window.iso && { label: trans.__('Clear the window'), onClick: window.clear }
  );
}
