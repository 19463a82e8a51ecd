import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, type TimeKind } from '../../charts/format';
import {
  type IMapHandle,
  type IMapLabel,
  type IMapPoints,
  MapView,
  type Tool
} from '../../charts/map';
import type { IInspection } from '../../tokens';
import { Banner, useSize } from '../parts';
import type { ImageReader } from '../images';
import type { IDrawing } from './drawing';
import type { IPicking } from './picking';
import { type IPointing, useDocumentAt } from './pointing';
import { labelIn, type RowLabels } from './row-labels';
import type { IRowDetail, RowReader } from './rows';
import { DocumentTip, PointTip, predictionText } from './tip';

export interface IMapFrameProps {
  inspection: IInspection;
  map: IMapPoints;
  /** What the map is, for those who do not see it. */
  label: string;
  /** Id of the list that says the same in words, if it is there. */
  listId: string | undefined;
  drawing: IDrawing;
  labels: readonly IMapLabel[];
  tool: Tool;
  handle: React.RefObject<IMapHandle>;
  picking: IPicking;
  pointing: IPointing;
  /** Points whose retrieved documents are joined to them. */
  links: readonly (readonly [number, number, number, number])[];
  onMenu: (index: number, x: number, y: number) => void;
  onHoverCluster: (cluster: number | null) => void;
  /** Name of the cluster of a point. */
  clusterName: (index: number) => string | null;
  reader: RowReader;
  images: ImageReader | null;
  rowLabels: RowLabels;
  timeKind: TimeKind;
  /** What went wrong, said over the map. */
  problem: Error | null;
  /** What lies over the foot of the map. */
  children: React.ReactNode;
  trans: TranslationBundle;
}

/** The map, and what is said of the point that the pointer rests on. */
export function MapFrame(props: IMapFrameProps): React.ReactElement {
  const { inspection, map, drawing, picking, pointing, trans } = props;
  const [frame, size] = useSize<HTMLDivElement>();
  const [kind, setKind] = React.useState<'webgl' | 'canvas' | null>('webgl');
  const { rested } = pointing;
  const set = rested && (map.primary[rested.index] ? 'primary' : 'reference');
  const row = rested ? map.row[rested.index] : -1;
  const detail = set && props.reader.get(set, row);
  const { document, onDocument } = useDocumentAt(map.documents?.n ?? 0);
  return (
    <>
      {kind !== 'webgl' && (
        <Banner tone="info">
          {kind === 'canvas'
            ? trans.__(
                'Drawn without the graphics card: all %1 rows, slower to pan.',
                count(map.n)
              )
            : trans.__(
                'This browser cannot draw the map. The clusters say the same in words.'
              )}
        </Banner>
      )}
      <div ref={frame} className="px-map-frame">
        <MapView
          points={map}
          {...drawing}
          links={props.links}
          onHoverDocument={onDocument}
          labels={props.labels}
          point={pointing.point}
          tool={props.tool}
          label={props.label}
          describedBy={props.listId}
          handle={props.handle}
          onHover={pointing.onHover}
          onHoverLabel={props.onHoverCluster}
          onPick={(index, mode) =>
            picking.pickIndices(Int32Array.of(index), { kind: 'rows' }, mode)
          }
          onPickLabel={picking.pickCluster}
          onShape={(polygon, indices, mode) =>
            picking.pickIndices(indices, { kind: 'lasso', polygon }, mode)
          }
          onClear={() => picking.picked && picking.pick(null)}
          onMenu={props.onMenu}
          onKind={setKind}
          trans={trans}
        />
        {rested && set && (
          <PointTip
            at={rested.at}
            size={size}
            set={set}
            setName={inspection[set]?.name ?? ''}
            row={row}
            index={labelIn(props.rowLabels.get(set, row))}
            cluster={props.clusterName(rested.index)}
            detail={detail}
            look={props.images ? props.images.get(set, row) : undefined}
            timeKind={props.timeKind}
            trans={trans}
          />
        )}
        {document && map.documents && !rested && (
          <DocumentTip
            at={document.at}
            size={size}
            inspection={inspection}
            row={map.documents.row[document.index]}
            trans={trans}
          />
        )}
        {props.problem && (
          <div className="px-map-problem" data-covers="">
            <Banner tone="error">{props.problem.message}</Banner>
          </div>
        )}
        {props.children}
        <div className="px-hidden" aria-live="polite">
          {set ? spoken(inspection[set]?.name ?? '', row, detail, trans) : ''}
        </div>
      </div>
    </>
  );
}

/** "prod, row 17, We have broken…, predicted Dem., rightly". */
function spoken(
  set: string,
  row: number,
  detail: IRowDetail | null,
  trans: TranslationBundle
): string {
  return [
    set,
    trans.__('row %1', row),
    detail?.text?.slice(0, 160),
    predictionText(detail, trans)
  ]
    .filter(Boolean)
    .join(', ');
}
