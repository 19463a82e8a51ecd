import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, estimate, span, type TimeKind } from '../../charts/format';
import type { IInspection } from '../../tokens';
import { SetMark } from '../parts';
import { Picture } from '../images';
import type { Look } from '../images/reader';
import { useDocumentTexts } from './documents';
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
  /** Its picture; null while it is read, absent where rows have none. */
  look?: Look | null;
  timeKind: TimeKind;
  trans: TranslationBundle;
}

const WIDTH = 250;
const AWAY = 16;

/** Where a tip lies beside a place. */
function beside(
  at: readonly [number, number],
  size: { readonly width: number; readonly height: number }
): React.CSSProperties {
  const right = at[0] + AWAY + WIDTH < size.width;
  const low = at[1] > size.height / 2;
  return {
    left: right ? at[0] + AWAY : Math.max(at[0] - AWAY - WIDTH, 4),
    width: WIDTH,
    ...(low
      ? { bottom: Math.max(size.height - at[1] - 20, 4) }
      : { top: Math.max(at[1] - 20, 4) })
  };
}

/** What a document is, beside it. */
export function DocumentTip(
  props: Pick<IPointTipProps, 'at' | 'size' | 'row' | 'trans'> & {
    inspection: IInspection;
  }
): React.ReactElement {
  const { at, size, row, inspection, trans } = props;
  const rows = React.useMemo(() => [row], [row]);
  const text = useDocumentTexts(inspection, rows).get(row);
  return (
    <div className="px-map-tip" role="tooltip" style={beside(at, size)}>
      <div className="px-map-tip-head">
        <span className="px-chip px-mod-small px-mod-corpus">
          <SetMark set="corpus" />
          <span className="px-code">{inspection.corpus?.name}</span>
        </span>
        <span className="px-muted">{trans.__('row %1', count(row))}</span>
      </div>
      {text && <div className="px-map-tip-text">{text}</div>}
    </div>
  );
}

/** What a point is, beside it. */
export function PointTip(props: IPointTipProps): React.ReactElement {
  const { at, size, set, setName, row, index, cluster } = props;
  const { detail, timeKind, trans } = props;
  const style = beside(at, size);
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
      {props.look !== undefined && (
        <Picture
          look={props.look}
          label={trans.__('%1, row %2', setName, row)}
          className="px-map-tip-picture"
        />
      )}
      {detail?.text && <div className="px-map-tip-text">{detail.text}</div>}
      {props.look === undefined && detail && !detail.text && (
        <div className="px-muted">{trans.__('No text.')}</div>
      )}
      {prediction && <div className="px-map-tip-foot">{prediction}</div>}
    </div>
  );
}
