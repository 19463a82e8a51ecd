import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { EmbeddingMap } from '../../api/contract';
import type { IChosen, IInspection, ISelection } from '../../tokens';
import { Picker } from '../parts';
import type {
  IMetric,
  IPerformanceFacts,
  ISegmentRow,
  MetricName
} from './facts';
import { judgedRows } from './judged-rows';
import { limitText } from './limits';
import { canGroup, SegmentPicker, SegmentTable } from './segment-table';
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
    info => canGroup(info) && !Object.values(facts.columns).includes(info.name)
  );
  const { segment } = facts;
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
        <SegmentPicker
          columns={columns}
          column={column}
          onColumn={props.onColumn}
          trans={trans}
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
        <SegmentTable
          inspection={inspection}
          rows={segments}
          facts={facts}
          segment={segment}
          map={props.map}
          within={[...judgedRows(facts), ...props.within]}
          form={metricForm(segment.metric)}
          limit={props.limit}
          waits={props.waits}
          onInsert={props.onInsert}
          trans={trans}
        />
      ) : null}
    </section>
  );
}
