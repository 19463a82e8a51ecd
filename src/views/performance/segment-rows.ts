import type { ColumnInfo, EmbeddingMap } from '../../api/contract';
import type { IChosen } from '../../tokens';
import { barCondition, type IBarOf } from '../parts';
import type { ISegmentRow } from './facts';

/** What the rows of a segment meet; null for those that are not on a map. */
export function segmentChosen(
  row: ISegmentRow,
  segments: readonly ISegmentRow[],
  info: ColumnInfo,
  map: EmbeddingMap | null
): IChosen | null {
  if (info.kind === 'vector') {
    return map === null || row.cluster === null
      ? null
      : {
          condition: { kind: 'in_cluster', map, cluster: row.cluster },
          label: row.name
        };
  }
  const condition = barCondition(
    info.name,
    barOf(row),
    segments.map(barOf),
    info
  );
  return condition && { condition };
}

function barOf({ name, kind, low, high }: ISegmentRow): IBarOf {
  return { label: name, kind, low, high };
}
