import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { EmbeddingMap, Retrieval } from '../../api/contract';
import type { IChosen, IInspection, ISelection } from '../../tokens';
import { Picker } from '../parts';
import type {
  IMetric,
  IPerformanceFacts,
  ISegmentRow
} from '../performance/facts';
import {
  canGroup,
  SegmentPicker,
  SegmentTable
} from '../performance/segment-table';
import { metricForm } from './words';

type MetricName = NonNullable<Retrieval['metric']>;

export interface ISegmentsProps {
  inspection: IInspection;
  rows: readonly ISegmentRow[];
  metrics: readonly IMetric[];
  facts: IPerformanceFacts;
  column: string | null;
  onColumn: (column: string | null) => void;
  metric: MetricName | null;
  onMetric: (metric: MetricName) => void;
  /** The map whose clusters are the segments. */
  map: EmbeddingMap | null;
  /** What the window leaves of the rows. */
  within: readonly IChosen[];
  waits: boolean;
  onInsert: (selection: ISelection) => void;
  trans: TranslationBundle;
}

/** One metric by the values of a column, or by the clusters of the map. */
export function Segments(props: ISegmentsProps): React.ReactElement {
  const { inspection, facts, column, trans } = props;
  const { segment } = facts;
  const metric =
    props.metric ?? ((props.metrics[0]?.name ?? '') as string as MetricName);
  const isThere = segment !== null && segment.column === column;
  return (
    <section className="px-performance-segments" aria-busy={props.waits}>
      <h4>
        {trans.__('By segment')}
        {isThere && <span>{segment.adjusted}</span>}
        <span className="px-spacer" />
        {column !== null && (
          <Picker<MetricName>
            label={trans.__('Metric')}
            value={metric}
            choices={props.metrics.map(({ name, label }) => ({
              value: name as string as MetricName,
              label
            }))}
            onChange={props.onMetric}
          />
        )}
        <SegmentPicker
          columns={inspection.primary.columns.filter(
            info => canGroup(info) && info.role !== 'excluded'
          )}
          column={column}
          onColumn={props.onColumn}
          trans={trans}
        />
      </h4>
      {isThere ? (
        <SegmentTable
          inspection={inspection}
          rows={props.rows}
          facts={facts}
          segment={segment}
          map={props.map}
          within={props.within}
          form={metricForm(segment.metric)}
          limit={segment.limit}
          waits={props.waits}
          onInsert={props.onInsert}
          trans={trans}
        />
      ) : (
        <p className="px-muted">
          {trans.__(
            'Choose a column, or the map, to see where queries are served worst.'
          )}
        </p>
      )}
    </section>
  );
}
