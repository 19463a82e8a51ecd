import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Retrieval } from '../../api/contract';
import { measure } from '../../charts/format';
import { type IInspection, RETRIEVAL } from '../../tokens';
import { ViewHead } from '../column/head';
import { ThroughTime, type ISubject } from '../column/through';
import { useWindow } from '../column/window';
import { segmentMap, simpler } from '../performance/by-segment';
import { metricsOf, performanceFacts, segmentsOf } from '../performance/facts';
import { ComparedTable, MetricsHead } from '../performance/metrics';
import {
  AnalysisProblem,
  Banner,
  Glyph,
  JobStrip,
  Picker,
  SetChip,
  StaleBanner,
  useAnalysis,
  useAttempt,
  useInsertion,
  useLanding,
  usePointed,
  useSignal
} from '../parts';
import { Alone } from './alone';
import { retrievalFacts } from './facts';
import { Segments } from './segments';
import { metricDetail, metricForm, sentenceOf } from './words';

export interface IRetrievalProps {
  inspection: IInspection;
  trans: TranslationBundle;
}

const CUTS = [1, 3, 5, 10, 20];

/** How well queries are served by a corpus of documents, in both sets. */
export function RetrievalView(props: IRetrievalProps): React.ReactElement {
  const { inspection, trans } = props;
  useSignal(inspection.changed);
  return inspection.corpus ? (
    <Served {...props} />
  ) : (
    <div className="px-view px-empty" role="status">
      <b>{trans.__('No corpus')}</b>
      <span>
        {trans.__(
          'Choose the dataframe of the documents: “Corpus” in the list of dataframes, or px.inspect(queries, corpus=documents).'
        )}
      </span>
    </div>
  );
}

function Served({ inspection, trans }: IRetrievalProps): React.ReactElement {
  const { corpus, unit } = inspection;
  const root = React.useRef<HTMLDivElement>(null);
  useLanding(root);
  const window = useWindow(inspection);
  usePointed(inspection, RETRIEVAL, () => window.clear());
  const swapping = useAttempt(inspection, trans);
  const insertion = useInsertion(inspection, trans);
  const [k, setK] = React.useState(5);
  const [segment, setSegment] = React.useState<string | null>(null);
  const [metric, setMetric] = React.useState<Retrieval['metric']>(null);
  const map = segmentMap(inspection, segment);
  const plain: Retrieval = { kind: 'retrieval', k };
  const recipe: Retrieval = {
    ...plain,
    segment: map ?? segment,
    metric: segment === null ? null : metric,
    window: window.iso,
    unit
  };
  const state = useAnalysis(inspection, recipe);
  const { result, error } = state;
  const read = React.useMemo(
    () =>
      result && {
        facts: performanceFacts(result),
        own: retrievalFacts(result),
        metrics: metricsOf(result),
        segments: segmentsOf(result, 'high')
      },
    [result]
  );
  const subject = React.useMemo(
    (): ISubject => ({
      column: null,
      predictions: null,
      retrieval: { kind: 'retrieval', k },
      name: trans.__('the queries'),
      form: name => metricForm(name).value,
      detail: name => metricDetail(name, k, trans),
      missing: trans.__('Without a vector, or not judged'),
      free: true
    }),
    [k, trans]
  );
  return (
    <div
      ref={root}
      className="px-view px-performance px-retrieval"
      tabIndex={-1}
      aria-busy={state.pending}
    >
      <StaleBanner inspection={inspection} trans={trans} />
      {swapping.notice}
      <div className="px-performance-scroll">
        <ViewHead
          inspection={inspection}
          window={window}
          also={
            corpus && (
              <SetChip
                set="corpus"
                name={corpus.name}
                rows={corpus.n_rows}
                trans={trans}
              />
            )
          }
          swapping={swapping}
          insertion={insertion}
          recipe={recipe}
          sentence={
            read && (
              <>
                <b>{sentenceOf(read.metrics, read.own, inspection, trans)}</b>{' '}
                {read.own.limit !== null && (
                  <span className="px-muted">
                    {trans.__(
                      'Near is up to %1: %2.',
                      measure(read.own.limit),
                      read.own.limit_source
                    )}
                  </span>
                )}
              </>
            )
          }
          waiting={
            error
              ? trans.__('No numbers yet.')
              : trans.__('Comparing queries with documents…')
          }
          trans={trans}
        >
          <Glyph name="search" size={16} />
          <h2>{trans.__('Retrieval')}</h2>
          <Picker<number>
            label={trans.__('At')}
            value={k}
            choices={CUTS.map(value => ({ value, label: String(value) }))}
            onChange={setK}
          />
        </ViewHead>
        {error && (
          <AnalysisProblem
            error={error}
            retry={state.retry}
            remedy={simpler(segment, setSegment, window, trans)}
            trans={trans}
          />
        )}
        {read &&
          read.own.notes(inspection, trans).map(note => (
            <Banner key={note} tone="info">
              {note}
            </Banner>
          ))}
        {read ? (
          <div className="px-performance-tables">
            <div className="px-performance-left">
              <section className="px-performance-metrics">
                <MetricsHead
                  facts={read.facts}
                  rows={trans.__('queries')}
                  trans={trans}
                />
                <ComparedTable
                  rows={read.metrics}
                  head={trans.__('metric')}
                  label={trans.__('Metrics')}
                  nameOf={row => row.label}
                  titleOf={row => metricDetail(row.name, read.own.k, trans)}
                  formOf={row => metricForm(row.name)}
                  isDrawn={row => String(row.name) !== 'nearest'}
                  isOld={() => state.pending}
                  limitOf={row => row.limit}
                  facts={read.facts}
                  trans={trans}
                />
              </section>
              <ThroughTime
                inspection={inspection}
                subject={subject}
                value={window.stretch}
                onChange={window.onChange}
                onInsert={insertion.insert}
                trans={trans}
              />
            </div>
            <div className="px-performance-right">
              <Segments
                inspection={inspection}
                rows={read.segments}
                metrics={read.metrics}
                facts={read.facts}
                column={segment}
                onColumn={setSegment}
                metric={metric ?? null}
                onMetric={setMetric}
                map={map}
                within={window.withinOf(window.iso)}
                waits={state.pending}
                onInsert={insertion.insert}
                trans={trans}
              />
              {result && (
                <Alone
                  inspection={inspection}
                  result={result}
                  facts={read.own}
                  onInsert={insertion.insert}
                  trans={trans}
                />
              )}
            </div>
          </div>
        ) : (
          !error && (
            <div className="px-performance-wait">
              <JobStrip
                event={state.event}
                title={trans.__('Retrieval')}
                onCancel={state.cancel}
                trans={trans}
              />
            </div>
          )
        )}
      </div>
      {insertion.notice}
    </div>
  );
}
