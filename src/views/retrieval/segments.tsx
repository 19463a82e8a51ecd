import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { EmbeddingMap, Retrieval } from '../../api/contract';
import type { IInspection, ISelection } from '../../tokens';
import { Picker, RowsMenu } from '../parts';
import type {
  IMetric,
  IPerformanceFacts,
  ISegmentRow
} from '../performance/facts';
import { ComparedTable } from '../performance/metrics';
import { segmentChosen } from '../performance/segment-rows';
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
  waits: boolean;
  onInsert: (selection: ISelection) => void;
  trans: TranslationBundle;
}

/** One metric by the values of a column, or by the clusters of the map. */
export function Segments(props: ISegmentsProps): React.ReactElement {
  const { inspection, rows, facts, column, map, trans } = props;
  const { segment } = facts;
  const metric =
    props.metric ?? ((props.metrics[0]?.name ?? '') as string as MetricName);
  const [picked, setPicked] = React.useState<{
    row: ISegmentRow;
    anchor: Element;
  } | null>(null);
  const info = inspection.primary.columns.find(
    ({ name }) => name === segment?.column
  );
  const chosenOf = (row: ISegmentRow) =>
    info ? segmentChosen(row, rows, info, map) : null;
  const chosen = picked && chosenOf(picked.row);
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
        <Picker<string>
          label={trans.__('Segment')}
          value={column ?? ''}
          shown={column ?? trans.__('none')}
          code={column !== null}
          choices={[
            { value: '', label: trans.__('none') },
            ...inspection.primary.columns
              .filter(
                ({ kind, role, problem }) =>
                  problem === null &&
                  role !== 'excluded' &&
                  ['number', 'category', 'boolean', 'vector'].includes(kind)
              )
              .map(({ name, kind, dtype }) => ({
                value: name,
                label: name,
                detail:
                  kind === 'vector'
                    ? trans.__('the clusters of its map')
                    : dtype
              }))
          ]}
          onChange={value => props.onColumn(value === '' ? null : value)}
        />
      </h4>
      {isThere ? (
        <ComparedTable
          rows={rows}
          head={
            segment.clusters
              ? trans.__('cluster of %1', segment.column)
              : segment.column
          }
          label={trans.__('By segment')}
          nameOf={row =>
            row.kind === 'missing' ? trans.__('(missing)') : row.name
          }
          formOf={() => metricForm(segment.metric)}
          isDrawn={() => true}
          limitOf={() => segment.limit}
          isOld={() => props.waits}
          facts={{ ...facts, adjusted: segment.adjusted }}
          canPick={row => chosenOf(row) !== null}
          onPick={(row, anchor) => setPicked({ row, anchor })}
          trans={trans}
        />
      ) : (
        <p className="px-muted">
          {trans.__(
            'Choose a column, or the map, to see where queries are served worst.'
          )}
        </p>
      )}
      {picked && chosen && (
        <RowsMenu
          anchor={picked.anchor}
          inspection={inspection}
          chosen={[chosen]}
          counts={{ primary: null, reference: null }}
          onInsert={props.onInsert}
          onClose={() => {
            setPicked(null);
            (picked.anchor as HTMLElement).focus({ preventScroll: true });
          }}
          trans={trans}
        />
      )}
    </section>
  );
}
