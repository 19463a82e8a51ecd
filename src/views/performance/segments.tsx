import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { EmbeddingMap } from '../../api/contract';
import { count } from '../../charts/format';
import { givenName } from '../../model/cluster-names';
import type { IChosen, IInspection, ISelection } from '../../tokens';
import { Picker, RowsMenu } from '../parts';
import type {
  IMetric,
  IPerformanceFacts,
  ISegmentRow,
  MetricName
} from './facts';
import { judgedRows } from './judged-rows';
import { limitText } from './limits';
import { ComparedTable } from './metrics';
import { segmentChosen } from './segment-rows';
import { metricDetail, metricForm, metricText } from './words';

export interface ISegmentsProps {
  inspection: IInspection;
  segments: readonly ISegmentRow[];
  metrics: readonly IMetric[];
  facts: IPerformanceFacts;
  column: string | null;
  metric: MetricName | null;
  onColumn: (column: string | null) => void;
  onMetric: (metric: MetricName) => void;
  /** How much the metric has to change before that matters. */
  limit: number | null;
  /** Whether the numbers are on their way. */
  waits: boolean;
  /** The map whose clusters are the segments. */
  map: EmbeddingMap | null;
  /** What the window leaves of the rows. */
  within: readonly IChosen[];
  onInsert: (selection: ISelection) => void;
  /** Rises when somebody pointed at the segments from elsewhere: they come into sight. */
  pointed: number;
  trans: TranslationBundle;
}

/** One metric by the values of a column, those whose change is surest first. */
export function Segments(props: ISegmentsProps): React.ReactElement {
  const { inspection, segments, metrics, facts, column, trans } = props;
  const metric = props.metric ?? (metrics[0]?.name as MetricName);
  const columns = inspection.primary.columns.filter(
    ({ name, kind, problem }) =>
      problem === null &&
      ['number', 'category', 'boolean', 'vector'].includes(kind) &&
      !Object.values(facts.columns).includes(name)
  );
  const { segment } = facts;
  const [picked, setPicked] = React.useState<{
    row: ISegmentRow;
    anchor: Element;
  } | null>(null);
  const info = inspection.primary.columns.find(
    ({ name }) => name === segment?.column
  );
  const clusterName = ({ cluster, name }: ISegmentRow): string =>
    (cluster !== null &&
      props.map &&
      givenName(inspection, props.map, cluster)) ||
    name;
  const chosenOf = (row: ISegmentRow): IChosen | null =>
    info
      ? segmentChosen(
          { ...row, name: clusterName(row) },
          segments,
          info,
          props.map
        )
      : null;
  const chosen = picked && chosenOf(picked.row);
  const isThere = segment !== null && segment.column === column;
  const section = React.useRef<HTMLElement>(null);
  const seen = React.useRef(0);
  React.useEffect(() => {
    if (isThere && props.pointed !== seen.current) {
      seen.current = props.pointed;
      section.current?.scrollIntoView({ block: 'start' });
    }
  }, [isThere, props.pointed]);
  return (
    <section
      ref={section}
      className="px-performance-segments"
      aria-busy={props.waits}
    >
      <h4>
        {trans.__('By segment')}
        {isThere && (
          <span>
            {[
              facts.reference
                ? trans.__('surest change first')
                : trans.__('worst first'),
              segment.adjusted,
              facts.reference && props.limit !== null
                ? trans.__(
                    'matters from %1',
                    limitText(metricForm(segment.metric), props.limit)
                  )
                : null
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        )}
        <span className="px-spacer" />
        {column !== null && (
          <Picker<MetricName>
            label={trans.__('Metric')}
            value={metric}
            choices={metrics
              .filter(({ name }) => name !== 'calibration_error')
              .map(({ name }) => ({
                value: name as MetricName,
                label: metricText(name, facts, trans),
                detail: metricDetail(name, facts, trans)
              }))}
            onChange={props.onMetric}
          />
        )}
        <Picker<string>
          label={trans.__('Segment')}
          value={column ?? ''}
          shown={column ?? trans.__('none')}
          code={column !== null}
          choices={[
            { value: '', label: trans.__('none') },
            ...columns.map(({ name, kind, dtype }) => ({
              value: name,
              label: name,
              detail:
                kind === 'vector' ? trans.__('the clusters of its map') : dtype
            }))
          ]}
          onChange={value => props.onColumn(value === '' ? null : value)}
        />
      </h4>
      {column === null ? (
        <p className="px-muted">
          {facts.reference
            ? trans.__(
                'Choose a column to see where the predictions changed most.'
              )
            : trans.__(
                'Choose a column to see where the predictions are worst.'
              )}
        </p>
      ) : isThere ? (
        <div className={props.waits ? 'px-mod-old' : ''}>
          <ComparedTable
            rows={segments}
            head={
              segment.clusters
                ? trans.__('cluster of %1', segment.column)
                : segment.column
            }
            label={trans.__('By segment')}
            nameOf={row =>
              row.kind !== 'missing'
                ? clusterName(row)
                : segment.clusters
                  ? trans.__('(not on the map)')
                  : trans.__('(missing)')
            }
            formOf={() => metricForm(segment.metric)}
            isDrawn={() => true}
            limitOf={() => props.limit}
            isOld={() => false}
            facts={{ ...facts, adjusted: segment.adjusted }}
            canPick={row => chosenOf(row) !== null}
            onPick={(row, anchor) => setPicked({ row, anchor })}
            trans={trans}
          />
          {picked && chosen && (
            <RowsMenu
              anchor={picked.anchor}
              inspection={inspection}
              chosen={[chosen, ...judgedRows(facts), ...props.within]}
              // Some metrics are of a part of these rows.
              counts={{ primary: null, reference: null }}
              onInsert={props.onInsert}
              onClose={() => {
                setPicked(null);
                (picked.anchor as HTMLElement).focus({ preventScroll: true });
              }}
              trans={trans}
            />
          )}
          {segment.left_out > 0 && (
            <p className="px-muted">
              {trans._n(
                '%2 rarer value is left out.',
                '%2 rarer values are left out.',
                segment.left_out,
                count(segment.left_out)
              )}
            </p>
          )}
        </div>
      ) : null}
    </section>
  );
}
