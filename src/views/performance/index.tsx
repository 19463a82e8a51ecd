import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { isoSpan } from '../../charts/format';
import {
  hasScores,
  predictionColumns,
  scoreColumns
} from '../../model/predictions';
import type { Performance } from '../../api/contract';
import { type IInspection, PERFORMANCE, type SetName } from '../../tokens';
import {
  AnalysisProblem,
  Banner,
  Glyph,
  JobStrip,
  Picker,
  StaleBanner,
  useAnalysis,
  useAttempt,
  useInsertion,
  useLanding,
  usePointed,
  useRested,
  useSignal,
  RowsMenu
} from '../parts';
import { ViewHead } from '../column/head';
import { ThroughTime } from '../column/through';
import { useWindow } from '../column/window';
import { useCorrelated } from '../overview/correlated';
import { correlatedText } from '../overview/unit-note';
import { readPerformance } from './answer';
import { Attributed } from './attributed';
import { segmentMap, simpler } from './by-segment';
import { Classes } from './classes';
import { Confusions } from './confusion';
import {
  confusionsAt,
  type IConfusion,
  impliedThreshold
} from './confusion-facts';
import { Plots } from './curves';
import { Estimated, lacksLabels } from './estimated';
import { classesOf, type MetricName, segmentsOf } from './facts';
import { confusedRows, judgedRows } from './judged-rows';
import { judged, type Limits } from './limits';
import { Metrics } from './metrics';
import { Segments } from './segments';
import { Worst } from './slices';
import { Threshold } from './threshold';
import { useSubject } from './through';
import { goodOf, sentenceOf } from './words';

export interface IPerformanceProps {
  inspection: IInspection;
  trans: TranslationBundle;
}

/** A threshold that rests this long is asked for, in milliseconds. */
const REST = 350;

/** How good the predictions are in both sets. */
export function PerformanceView({
  inspection,
  trans
}: IPerformanceProps): React.ReactElement {
  useSignal(inspection.changed);
  const root = React.useRef<HTMLDivElement>(null);
  useLanding(root);
  const { primary, reference, unit } = inspection;
  const swapping = useAttempt(inspection, trans);
  const [positive, setPositive] = React.useState<string | null>(null);
  const [threshold, setThreshold] = React.useState<number | null>(null);
  const [segment, setSegment] = React.useState<string | null>(null);
  const [metric, setMetric] = React.useState<MetricName | null>(null);
  const window = useWindow(inspection);
  const [average, setAverage] = React.useState<Performance['average']>(null);
  const [scores, setScores] = React.useState<Performance['scores']>(null);
  const [limits, setLimits] = React.useState<Limits>({});
  const [isApart, setApart] = React.useState(false);
  const [pointedSegments, setPointedSegments] = React.useState(0);
  const [pointedMetric, setPointedMetric] = React.useState<{
    readonly metric: string | null;
    readonly times: number;
  }>({ metric: null, times: 0 });
  const likely = useCorrelated(inspection);
  usePointed(inspection, PERFORMANCE, at => {
    window.clear();
    setSegment(at.segment ?? null);
    setPointedMetric(({ times }) => ({
      metric: at.metric ?? null,
      times: times + 1
    }));
    setPointedSegments(n => (at.segment === undefined ? n : n + 1));
  });
  const insertion = useInsertion(inspection, trans);

  const asked = useRested(threshold, REST);
  const map = segmentMap(inspection, segment);
  const predictions: Performance = {
    kind: 'performance',
    ...predictionColumns({ primary, reference }),
    scores,
    positive,
    threshold: asked
  };
  const recipe: Performance = {
    ...predictions,
    segment: map ?? segment,
    average,
    metric: segment === null ? null : metric,
    window: window.iso,
    picked_from: window.step,
    unit,
    paired: isApart ? false : null
  };
  const state = useAnalysis(inspection, recipe);
  const { result, error, pending } = state;
  const read = React.useMemo(() => {
    if (!result) {
      return null;
    }
    const known = readPerformance(result);
    const { segment } = known.facts;
    return {
      ...known,
      classes: classesOf(result),
      segments: segmentsOf(result, goodOf(segment?.metric ?? ''))
    };
  }, [result]);
  const facts = read?.facts ?? null;
  const segmentLimit = facts?.segment
    ? (limits[facts.segment.metric] ?? facts.segment.limit)
    : null;
  const metrics = React.useMemo(
    () =>
      read
        ? judged(
            read.metrics,
            ({ name, good, limit }) => ({ good, limit: limits[name] ?? limit }),
            read.facts.alpha
          )
        : [],
    [read, limits]
  );
  const segments = React.useMemo(() => {
    const of = read?.metrics.find(
      ({ name }) => name === read.facts.segment?.metric
    );
    return read && of
      ? judged(
          read.segments,
          () => ({ good: of.good, limit: segmentLimit }),
          read.facts.alpha
        )
      : [];
  }, [read, segmentLimit]);
  const subject = useSubject(
    inspection,
    { positive, threshold: asked, scores, average },
    facts,
    trans
  );
  // Only an answer says which classes there are, and so which columns are their scores.
  const found = facts && scoreColumns(facts.classes, primary.columns);
  const foundKey = found?.join('\n') ?? null;
  React.useEffect(() => {
    setScores(
      foundKey === null
        ? null
        : (foundKey.split('\n') as [string, string, ...string[]])
    );
  }, [foundKey]);
  const onLimit = React.useCallback(
    (name: string, limit: number | null) =>
      setLimits(({ [name]: _, ...others }) =>
        limit === null ? others : { ...others, [name]: limit }
      ),
    []
  );
  const [confused, setConfused] = React.useState<{
    was: string;
    said: string;
    anchor: Element;
  } | null>(null);
  const confusedOf = (was: string, said: string) =>
    facts && confusedRows(was, said, facts, threshold, { primary, reference });
  const confusedNow = confused && confusedOf(confused.was, confused.said);

  // The threshold of the labels themselves, where one gives them.
  const implied = React.useMemo(
    () =>
      read && read.facts.threshold === null
        ? impliedThreshold(read.scores, read.confusion)
        : (read?.facts.threshold ?? null),
    [read]
  );
  const confusion = React.useMemo(
    () => read && confusionsAt(read, threshold),
    [read, threshold]
  );
  const isScored =
    read !== null && (read.scores.primary ?? read.scores.reference) !== null;
  const waits = pending || threshold !== asked;

  const spanOf = (set: SetName) =>
    isoSpan(facts?.[set]?.span ?? inspection[set]?.span ?? null);
  const sentence =
    read && metrics.length > 0 ? sentenceOf(read.facts, metrics, trans) : null;
  const { columns } = facts ?? {};
  const against =
    columns &&
    trans.__(
      '%1 against %2',
      columns.prediction ?? columns.score ?? '',
      columns.actual ?? ''
    );

  return (
    <div ref={root} className="px-view px-performance" tabIndex={-1}>
      <StaleBanner inspection={inspection} trans={trans} />
      {swapping.notice}
      <div className="px-performance-scroll">
        <ViewHead
          inspection={inspection}
          window={window}
          spanOf={spanOf}
          swapping={swapping}
          insertion={insertion}
          recipe={
            Object.keys(limits).length > 0 ? { ...recipe, limits } : recipe
          }
          sentence={
            sentence && (
              <>
                <b>{sentence.lead}</b>
                {sentence.rest}{' '}
                <span className="px-muted">
                  {[
                    ...sentence.notes,
                    ...(facts?.window
                      ? [
                          trans.__(
                            'The window was picked by eye; p is not corrected for that.'
                          )
                        ]
                      : [])
                  ].join(' ')}
                </span>
              </>
            )
          }
          waiting={
            error
              ? trans.__('No numbers yet.')
              : trans.__('Comparing predictions with what came…')
          }
          trans={trans}
        >
          <Glyph name="performance" size={17} />
          <h2>{trans.__('Performance')}</h2>
          {against && <span className="px-muted px-code">{against}</span>}
          {facts && facts.positive !== null && (
            <Picker<string>
              label={trans.__('Looked for')}
              value={facts.positive}
              choices={facts.classes.map(name => ({
                value: name,
                label: name
              }))}
              onChange={value => {
                setPositive(value);
                setThreshold(null);
              }}
            />
          )}
        </ViewHead>
        {error && (
          <AnalysisProblem
            error={error}
            retry={state.retry}
            remedy={simpler(segment, setSegment, window, trans)}
            trans={trans}
          />
        )}
        {facts && likely && (
          <Banner
            tone="warn"
            actions={[
              {
                label: trans.__('Take %1 as the unit', likely.column),
                onClick: () => {
                  inspection.unit = likely.column;
                }
              }
            ]}
          >
            {correlatedText(likely, trans)}
          </Banner>
        )}
        {facts?.notes.map(note => (
          <Banner key={note} tone="info">
            {`${note}.`}
          </Banner>
        ))}
        {read && facts && confusion ? (
          <>
            <div className="px-performance-charts">
              <Plots
                {...read}
                confusion={confusion}
                onThreshold={setThreshold}
                metrics={metrics}
                trans={trans}
              />
              {(confusion.primary ?? confusion.reference) && (
                <section className="px-performance-confusion">
                  <h4>
                    {trans.__('Confusion')}
                    <span>{trans.__('share of each truth')}</span>
                  </h4>
                  {isScored && facts.positive !== null && (
                    <Threshold
                      value={threshold ?? implied}
                      cuts={
                        (read.scores.primary ?? read.scores.reference)?.cuts ??
                        []
                      }
                      probabilities={facts.probabilities}
                      positive={facts.positive}
                      isMoved={threshold !== null}
                      onMove={setThreshold}
                      onReset={() => setThreshold(null)}
                      trans={trans}
                    />
                  )}
                  <Confusions
                    confusion={confusion}
                    facts={facts}
                    onPick={
                      confusedOf('', '') &&
                      ((was, said, anchor) =>
                        setConfused({ was, said, anchor }))
                    }
                    trans={trans}
                  />
                  {confused && confusedNow && (
                    <RowsMenu
                      anchor={confused.anchor}
                      inspection={inspection}
                      chosen={[...confusedNow, ...window.withinOf(window.iso)]}
                      counts={{
                        primary: cellOf(confusion.primary, confused),
                        reference: cellOf(confusion.reference, confused)
                      }}
                      onInsert={insertion.insert}
                      onClose={() => {
                        setConfused(null);
                        (confused.anchor as HTMLElement).focus({
                          preventScroll: true
                        });
                      }}
                      trans={trans}
                    />
                  )}
                </section>
              )}
            </div>
            <div className="px-performance-tables">
              <div className="px-performance-left">
                <Metrics
                  metrics={metrics}
                  facts={facts}
                  onAverage={setAverage}
                  limits={limits}
                  pointed={pointedMetric}
                  onLimit={onLimit}
                  waits={waits}
                  isApart={isApart}
                  onApart={setApart}
                  trans={trans}
                />
                {reference !== null &&
                  lacksLabels(
                    facts,
                    scores !== null || hasScores({ primary, reference })
                  ) && (
                    <Estimated
                      inspection={inspection}
                      predictions={predictions}
                      window={window.iso}
                      onInsert={insertion.insert}
                      trans={trans}
                    />
                  )}
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
                {facts.classes.length > 2 && (
                  <Classes
                    rows={read.classes}
                    limits={limits}
                    facts={facts}
                    trans={trans}
                  />
                )}
                <Segments
                  inspection={inspection}
                  segments={segments}
                  metrics={metrics}
                  limit={segmentLimit}
                  facts={facts}
                  column={segment}
                  metric={metric}
                  onColumn={setSegment}
                  onMetric={setMetric}
                  pointed={pointedSegments}
                  waits={waits}
                  map={map}
                  within={window.withinOf(window.iso)}
                  onInsert={insertion.insert}
                  trans={trans}
                />
                {segment !== null &&
                  reference !== null &&
                  window.iso === null &&
                  ['accuracy', 'mae'].includes(facts.segment?.metric ?? '') && (
                    <Attributed
                      inspection={inspection}
                      predictions={predictions}
                      by={map ?? segment}
                      trans={trans}
                    />
                  )}
                <Worst
                  inspection={inspection}
                  predictions={predictions}
                  judged={judgedRows(facts)}
                  within={window.withinOf(window.iso)}
                  onInsert={insertion.insert}
                  trans={trans}
                />
              </div>
            </div>
          </>
        ) : (
          !error && (
            <div className="px-performance-wait">
              <JobStrip
                event={state.event}
                title={trans.__('Performance')}
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

/** How many rows a cell of a confusion counts; null where there is none. */
function cellOf(
  confusion: IConfusion | null,
  { was, said }: { readonly was: string; readonly said: string }
): number | null {
  const { classes, counts } = confusion ?? { classes: [], counts: [] };
  return counts[classes.indexOf(was)]?.[classes.indexOf(said)] ?? null;
}
