import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, estimate, span, type TimeKind } from '../../charts/format';
import { SetMark } from '../parts';
import type { IRowDetail } from './rows';

/** What a prediction was worth, in words; null without one. */
export function predictionText(
  detail: IRowDetail | null,
  trans: TranslationBundle
): string | null {
  if (!detail || detail.predicted === null) {
    return null;
  }
  const { predicted, actual, score } = detail;
  const said =
    actual === null
      ? trans.__('predicted %1', predicted)
      : actual === predicted
        ? trans.__('predicted %1, rightly', predicted)
        : trans.__('predicted %1, in truth %2', predicted, actual);
  return score === null
    ? said
    : trans.__('%1 · score %2', said, estimate(score));
}

export interface IPointTipProps {
  /** Place of the point in the map, in pixels. */
  at: readonly [number, number];
  size: { readonly width: number; readonly height: number };
  set: 'primary' | 'reference';
  setName: string;
  /** Its place in the set. */
  row: number;
  /** What the dataframe's own index calls it; null where that is not known. */
  index: string | null;
  cluster: string | null;
  detail: IRowDetail | null;
  timeKind: TimeKind;
  trans: TranslationBundle;
}

const WIDTH = 250;
const AWAY = 16;

/** What a point is, beside it. */
export function PointTip(props: IPointTipProps): React.ReactElement {
  const { at, size, set, setName, row, index, cluster } = props;
  const { detail, timeKind, trans } = props;
  const right = at[0] + AWAY + WIDTH < size.width;
  const low = at[1] > size.height / 2;
  const left = right ? at[0] + AWAY : Math.max(at[0] - AWAY - WIDTH, 4);
  const style: React.CSSProperties = {
    left,
    width: WIDTH,
    ...(low
      ? { bottom: Math.max(size.height - at[1] - 20, 4) }
      : { top: Math.max(at[1] - 20, 4) })
  };
  const prediction = predictionText(detail, trans);
  const time = detail && Number.isFinite(detail.time) ? detail.time : null;
  return (
    <div className="px-map-tip" role="tooltip" style={style}>
      <div className="px-map-tip-head">
        <span className={`px-chip px-mod-small px-mod-${set}`}>
          <SetMark set={set} />
          {time === null ? (
            <span className="px-code">{setName}</span>
          ) : (
            span(time, time, timeKind, true)
          )}
        </span>
        <span className="px-muted">
          {index === null || index === `${row}`
            ? trans.__('row %1', count(row))
            : trans.__('row %1, index %2', count(row), index)}
        </span>
        <span className="px-spacer" />
        {cluster && (
          <span className="px-muted px-map-tip-cluster">{cluster}</span>
        )}
      </div>
      {detail?.text && <div className="px-map-tip-text">{detail.text}</div>}
      {detail && !detail.text && (
        <div className="px-muted">{trans.__('No text.')}</div>
      )}
      {prediction && <div className="px-map-tip-foot">{prediction}</div>}
    </div>
  );
}
