import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Stretch } from '../../charts/brush';
import { instant, isoSpan, measure, type TimeKind } from '../../charts/format';
import { predictionColumns, scoreColumns } from '../../model/predictions';
import type { EmbeddingMap, Performance } from '../../api/contract';
import { type IInspection, PERFORMANCE, type SetName } from '../../tokens';
import {
  AnalysisProblem,
  Banner,
  Glyph,
  InsertButton,
  JobStrip,
  Picker,
  ProblemBanner,
  RemovableChip,
  RowsMenu,
  SetPair,
  StaleBanner,
  useAnalysis,
  useInsertion,
  useLanding,
  usePointed,
  useRested,
  useSignal,
  windowChosen
} from '../parts';
import { isoOf, type ISeriesFacts } from '../column/facts';
import { ThroughTime } from '../column/through';
import { stretchText } from '../column/words';
import { Classes } from './classes';
import { Confusion } from './confusion';
import { Curves, Reliability, Residuals } from './curves';
import {
  classesOf,
  confusionAt,
  confusionOf,
  impliedThreshold,
  type IScores,
  metricsOf,
  type MetricName,
  performanceFacts,
  reliabilityOf,
  residualsOf,
  scoresOf,
  segmentsOf
} from './facts';
import { judged, type Limits } from './limits';
import { Metrics } from './metrics';
import { Segments } from './segments';
import { Threshold } from './threshold';
import { useSubject } from './through';
import { useLikelyUnit } from './unit';
import { isLowGood, sentenceOf } from './words';

export interface IPerformanceProps {
  inspection: IInspection;
  trans: TranslationBundle;
}

interface IWindow {
  readonly iso: [string, string];
  readonly kind: TimeKind;
}

/** A threshold that rests this long is asked for, in milliseconds. */
const REST = 350;
const SETS = ['reference', 'primary'] as const;

/** How good the predictions are in both sets. */
export function PerformanceView({
  inspection,
  trans
}: IPerformanceProps): React.ReactElement {
  useSignal(inspection.changed);
  const root = React.useRef<HTMLDivElement>(null);
  useLanding(root);
  const { primary, reference, unit } = inspection;
  const [problem, setProblem] = React.useState<Error | null>(null);
  const [positive, setPositive] = React.useState<string | null>(null);
  const [threshold, setThreshold] = React.useState<number | null>(null);
  const [segment, setSegment] = React.useState<string | null>(null);
  const [metric, setMetric] = React.useState<MetricName | null>(null);
  const [window, setWindow] = React.useState<IWindow | null>(null);
  const [average, setAverage] = React.useState<Performance['average']>(null);
  const [scores, setScores] = React.useState<Performance['scores']>(null);
  const [limits, setLimits] = React.useState<Limits>({});
  const [isApart, setApart] = React.useState(false);
  const likely = useLikelyUnit(inspection);
  usePointed(inspection, PERFORMANCE, at => {
    setWindow(null);
    setSegment(at.segment ?? null);
  });
  const insertion = useInsertion(inspection, trans);

  const asked = useRested(threshold, REST);
  const isMapped =
    segment !== null &&
    primary.columns.some(
      ({ name, kind }) => name === segment && kind === 'vector'
    );
  const map: EmbeddingMap | null = isMapped
    ? { kind: 'embedding_map', embedding: segment, unit }
    : null;
  const recipe: Performance = {
    kind: 'performance',
    ...predictionColumns({ primary, reference }),
    scores,
    positive,
    threshold: asked,
    segment: map ?? segment,
    average,
    metric: segment === null ? null : metric,
    window: window?.iso ?? null,
    unit,
    paired: isApart ? false : null
  };
  const state = useAnalysis(inspection, recipe);
  const { result, error, pending } = state;
  const read = React.useMemo(() => {
    if (!result) {
      return null;
    }
    const facts = performanceFacts(result);
    return {
      facts,
      metrics: metricsOf(result),
      confusion: confusionOf(result, facts.classes),
      scores: scoresOf(result),
      reliability: reliabilityOf(result),
      residuals: residualsOf(result),
      classes: classesOf(result),
      segments: segmentsOf(result, isLowGood(facts.segment?.metric ?? ''))
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
  const stretch = React.useMemo<Stretch | null>(
    () => window && [instant(window.iso[0]), instant(window.iso[1])],
    [window]
  );
  const stretchWords =
    stretch && window ? stretchText(stretch, window.kind) : null;
  const onLimit = React.useCallback(
    (name: string, limit: number | null) =>
      setLimits(({ [name]: _, ...others }) =>
        limit === null ? others : { ...others, [name]: limit }
      ),
    []
  );
  const time = primary.columns.find(
    item => item.role === 'timestamp' && item.problem === null
  );
  const within =
    window && time
      ? [windowChosen(time.name, window.iso, reference !== null)]
      : [];
  const [windowMenu, setWindowMenu] = React.useState<Element | null>(null);
  const onWindow = React.useCallback(
    (next: Stretch | null, series: ISeriesFacts) =>
      setWindow(
        next && {
          iso: [isoOf(next[0], series.zone), isoOf(next[1], series.zone)],
          kind: series.kind
        }
      ),
    []
  );

  // The threshold of the labels themselves, where one gives them.
  const implied = React.useMemo(
    () =>
      read && read.facts.threshold === null
        ? impliedThreshold(read.scores, read.confusion)
        : (read?.facts.threshold ?? null),
    [read]
  );
  const confusion = React.useMemo(() => {
    if (!read) {
      return { primary: null, reference: null };
    }
    const of = (set: SetName) => {
      const scores: IScores | null = read.scores[set];
      return threshold !== null && scores
        ? confusionAt(scores, threshold, read.facts.classes)
        : read.confusion[set];
    };
    return { primary: of('primary'), reference: of('reference') };
  }, [read, threshold]);
  const isScored =
    read !== null && (read.scores.primary ?? read.scores.reference) !== null;
  const waits = pending || threshold !== asked;

  const onSwap = () => {
    setWindow(null);
    inspection.swap().then(
      () => setProblem(null),
      (reason: unknown) =>
        setProblem(reason instanceof Error ? reason : new Error(String(reason)))
    );
  };
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
      {problem && (
        <ProblemBanner
          error={problem}
          actions={[
            { label: trans.__('Dismiss'), onClick: () => setProblem(null) }
          ]}
        />
      )}
      <div className="px-performance-scroll">
        <header className="px-view-head">
          <div className="px-view-line">
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
            {stretchWords && (
              <RemovableChip
                label={stretchWords}
                remove={trans.__('Clear the window %1', stretchWords)}
                onRemove={() => setWindow(null)}
                pick={trans.__('Rows of %1', stretchWords)}
                onPick={setWindowMenu}
              />
            )}
            {windowMenu && within.length > 0 && (
              <RowsMenu
                anchor={windowMenu}
                inspection={inspection}
                chosen={within}
                counts={{ primary: null, reference: null }}
                only="primary"
                onInsert={insertion.insert}
                onClose={() => setWindowMenu(null)}
                trans={trans}
              />
            )}
            <span className="px-spacer" />
            <SetPair
              primary={{ name: primary.name, span: spanOf('primary') }}
              reference={
                reference && {
                  name: reference.name,
                  span: spanOf('reference')
                }
              }
              onSwap={onSwap}
              trans={trans}
            />
            <InsertButton
              primary
              busy={insertion.busy}
              onInsert={() =>
                insertion.insert(
                  Object.keys(limits).length > 0
                    ? { ...recipe, limits }
                    : recipe
                )
              }
              trans={trans}
            />
          </div>
          <div className="px-sentence" role="status">
            {sentence ? (
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
            ) : (
              <span className="px-muted">
                {error
                  ? trans.__('No numbers yet.')
                  : trans.__('Comparing predictions with what came…')}
              </span>
            )}
          </div>
        </header>
        {error && (
          <AnalysisProblem
            error={error}
            retry={state.retry}
            remedy={
              segment === null
                ? window && {
                    label: trans.__('Clear the window'),
                    onClick: () => setWindow(null)
                  }
                : {
                    label: trans.__('Without segments'),
                    onClick: () => setSegment(null)
                  }
            }
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
            {trans.__(
              'Rows of one %1 are alike (correlation %2). Without it as unit intervals are too narrow and p-values too small.',
              likely.column,
              measure(likely.icc)
            )}
          </Banner>
        )}
        {facts?.notes.map(note => (
          <Banner key={note} tone="info">
            {`${note}.`}
          </Banner>
        ))}
        {read && facts ? (
          <>
            <div className="px-performance-charts">
              <div
                className={`px-performance-plots ${isScored ? '' : 'px-mod-one'}`}
              >
                {isScored && (
                  <Curves
                    scores={read.scores}
                    confusion={confusion}
                    onThreshold={setThreshold}
                    metrics={metrics}
                    facts={facts}
                    trans={trans}
                  />
                )}
                {facts.probabilities && (
                  <Reliability
                    reliability={read.reliability}
                    facts={facts}
                    trans={trans}
                  />
                )}
                {facts.task === 'regression' && (
                  <Residuals
                    residuals={read.residuals}
                    facts={facts}
                    trans={trans}
                  />
                )}
              </div>
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
                  <div className="px-confusions">
                    {SETS.map(set => {
                      const found = confusion[set];
                      return (
                        found && (
                          <Confusion
                            key={set}
                            confusion={found}
                            set={set}
                            name={facts[set]?.name ?? set}
                            trans={trans}
                          />
                        )
                      );
                    })}
                  </div>
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
                  onLimit={onLimit}
                  waits={waits}
                  isApart={isApart}
                  onApart={setApart}
                  trans={trans}
                />
                <ThroughTime
                  inspection={inspection}
                  subject={subject}
                  value={stretch}
                  onChange={onWindow}
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
                  waits={waits}
                  map={map}
                  within={within}
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
