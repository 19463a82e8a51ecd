import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { TimeSeries } from '../../api/contract';
import type { Stretch } from '../../charts/brush';
import {
  count,
  estimate,
  interval,
  measure,
  pValue,
  share
} from '../../charts/format';
import { MissingSeries } from '../../charts/missing-series';
import {
  overlapping,
  Series,
  type IBand,
  type IPoint
} from '../../charts/series';
import { zones } from '../../charts/zone';
import type { IInspection } from '../../tokens';
import {
  AnalysisProblem,
  ChartTable,
  Glyph,
  JobStrip,
  Picker,
  PinButton,
  Popup,
  TableSwitch,
  timeRemedy,
  useAnalysis,
  useSize,
  type IAnchor
} from '../parts';
import { pointsOf, seriesFacts, type ISeriesFacts } from './facts';
import { spanIn, stretchText } from './words';

/** What is followed: a column, or predictions. */
export interface ISubject {
  readonly column: string | null;
  readonly predictions: TimeSeries['predictions'];
  readonly retrieval?: TimeSeries['retrieval'];
  /** In a label: "PSI of age through time". */
  readonly name: string;
  readonly form: (metric: string) => (value: number | null) => string;
  readonly detail: (metric: string) => string | undefined;
  /** What a metric is called, where the answer's own word will not do. */
  readonly text?: (metric: string) => string;
  /** What rows lack that are counted as missing. */
  readonly missing: string;
  /** Whether values are what they are, rather than lengths from 0 on; each then has its interval drawn. */
  readonly free: boolean;
}

export interface IThroughProps {
  inspection: IInspection;
  subject: ISubject;
  value: Stretch | null;
  onChange: (value: Stretch | null, facts: ISeriesFacts) => void;
  onInsert: (recipe: TimeSeries) => void;
  trans: TranslationBundle;
}

type Metric = TimeSeries['metric'];

const ROOT: ReadonlySet<string> = new Set(['psi', 'wasserstein']);

/** A metric through time, and the window that one picks on it. */
export function ThroughTime(props: IThroughProps): React.ReactElement {
  const { inspection, subject, value, onChange, onInsert, trans } = props;
  const { unit } = inspection;
  const [metric, setMetric] = React.useState<Metric>(null);
  const [window, setWindow] = React.useState<string | null>(null);
  const [step, setStep] = React.useState<string | null>(null);
  const [zone, setZone] = React.useState<string | null>(null);
  const [asTable, setAsTable] = React.useState(false);
  const [measured, size] = useSize<HTMLDivElement>();

  const timed = inspection.primary.columns.some(
    info => info.role === 'timestamp' && info.problem === null
  );
  const recipe: TimeSeries = {
    kind: 'time_series',
    column: subject.column,
    metric,
    window,
    step,
    zone,
    unit,
    predictions: subject.predictions,
    ...(subject.retrieval ? { retrieval: subject.retrieval } : {})
  };
  const state = useAnalysis(inspection, timed ? recipe : null);
  const { result, error, pending } = state;
  const told = React.useMemo(
    () => (result ? seriesFacts(result) : null),
    [result]
  );
  const facts = told && {
    ...told,
    label: subject.text?.(told.metric) ?? told.label
  };
  const points = React.useMemo(
    () => (result ? pointsOf(result) : []),
    [result]
  );
  if (!timed) {
    return (
      <section className="px-column-lower">
        <h4>{trans.__('Through time')}</h4>
        <p className="px-column-none">
          {trans.__(
            '%1 has no column of time, so there is nothing to follow. If a column tells when the rows were, choose Time as its role in the panel’s Views.',
            inspection.primary.name
          )}
        </p>
      </section>
    );
  }

  const last = [...points]
    .reverse()
    .find(p => p.set === 'primary' && p.n + p.missing > 0);
  const change = (next: Stretch | null) => {
    if (facts) {
      onChange(next, facts);
    }
  };
  const windowLabel = facts ? labelOf(facts) : '';

  return (
    <section className="px-column-lower" aria-busy={pending}>
      <div className="px-column-pickers">
        <h4>{trans.__('Through time')}</h4>
        {facts && (
          <>
            <Picker<string>
              label={trans.__('Metric')}
              value={facts.metric}
              choices={facts.metrics.map(m => ({
                value: m.value,
                label: subject.text?.(m.value) ?? m.label,
                detail: subject.detail(m.value)
              }))}
              onChange={next => setMetric(next as Metric)}
            />
            <Picker<string>
              label={trans.__('Window')}
              value={facts.window}
              choices={facts.windows.map(w => ({
                ...w,
                detail:
                  w.value === facts.window
                    ? undefined
                    : trans.__('Each point is made of %1.', w.label)
              }))}
              onChange={next => {
                setWindow(next);
                setStep(null);
              }}
            />
            <Picker<string>
              label={trans.__('Step')}
              value={facts.step}
              choices={facts.windows
                .filter(
                  (_, i, all) =>
                    i <= all.findIndex(w => w.value === facts.window)
                )
                .map(w => ({
                  ...w,
                  detail:
                    w.value === facts.window
                      ? trans.__('Windows follow each other.')
                      : trans.__(
                          'Windows overlap: one begins every %1.',
                          w.label
                        )
                }))}
              onChange={next => {
                setWindow(facts.window);
                setStep(next);
              }}
            />
            {facts.zone !== null && facts.kind === 'instant' && (
              <Picker<string>
                label={trans.__('Zone')}
                value={facts.zone}
                choices={zones(facts.zone).map(name => ({
                  value: name,
                  label: name
                }))}
                onChange={setZone}
              />
            )}
            <span className="px-spacer" />
            <button
              type="button"
              className="px-button px-mod-quiet"
              aria-pressed={value === null}
              disabled={value === null}
              onClick={() => change(null)}
            >
              {trans.__('All')}
            </button>
            {last && (
              <button
                type="button"
                className="px-button px-mod-quiet"
                onClick={() => change([last.start, last.end])}
              >
                {trans.__('Last %1', windowLabel)}
              </button>
            )}
            <TableSwitch shown={asTable} onChange={setAsTable} trans={trans} />
            {!subject.retrieval && (
              <PinButton
                inspection={inspection}
                name={trans.__('Pin the series to a dashboard…')}
                pin={{
                  recipe: {
                    ...recipe,
                    metric: facts.metric as Metric,
                    window: facts.window,
                    step: facts.step,
                    zone
                  },
                  ...(subject.column === null ? { title: facts.label } : {})
                }}
                trans={trans}
              />
            )}
            <button
              type="button"
              className="px-icon-button"
              aria-label={trans.__('Insert the series into the notebook')}
              title={trans.__('Insert the series into the notebook')}
              onClick={() =>
                onInsert({
                  ...recipe,
                  metric: facts.metric as Metric,
                  window: facts.window,
                  step: facts.step,
                  zone
                })
              }
            >
              <Glyph name="insert" />
            </button>
          </>
        )}
      </div>
      {error && (
        <div className="px-column-problem">
          <AnalysisProblem
            error={error}
            retry={state.retry}
            remedy={
              timeRemedy(inspection, error, trans) ??
              (metric !== null ||
              window !== null ||
              step !== null ||
              zone !== null
                ? {
                    label: trans.__('Back to the default'),
                    onClick: () => {
                      setMetric(null);
                      setWindow(null);
                      setStep(null);
                      setZone(null);
                    }
                  }
                : null)
            }
            trans={trans}
          />
        </div>
      )}
      <div ref={measured} className={pending && result ? 'px-mod-old' : ''}>
        {!facts && !error && (
          <div className="px-column-wait">
            <JobStrip
              event={state.event}
              title={trans.__('Following %1 through time', subject.name)}
              onCancel={state.cancel}
              trans={trans}
            />
          </div>
        )}
        {facts && (
          <ThroughChart
            facts={facts}
            points={points}
            subject={subject}
            primary={inspection.primary.name}
            reference={inspection.reference?.name ?? null}
            asTable={asTable}
            width={size.width}
            value={value}
            onChange={change}
            trans={trans}
          />
        )}
      </div>
    </section>
  );
}

export interface IThroughChartProps {
  facts: ISeriesFacts;
  points: readonly IPoint[];
  subject: Pick<ISubject, 'name' | 'form' | 'missing' | 'free'>;
  /** Names of the sets. */
  primary: string;
  reference: string | null;
  asTable: boolean;
  /** In pixels; 0 where it is not known yet. */
  width: number;
  value: Stretch | null;
  /** A window was picked; without it none can be. */
  onChange?: (value: Stretch | null) => void;
  trans: TranslationBundle;
}

const NOTHING = (): void => undefined;

/** A series as a chart or as its table; what it says of a point beside that. */
export function ThroughChart(props: IThroughChartProps): React.ReactElement {
  const { facts, points, subject, reference, asTable, width, trans } = props;
  const [look, setLook] = React.useState<{
    point: IPoint;
    anchor: DOMRect;
  } | null>(null);
  const anchor = React.useMemo<IAnchor | null>(
    () => look && { getBoundingClientRect: () => look.anchor },
    [look]
  );
  const onLook = React.useCallback(
    (point: IPoint | null, at: DOMRect | null) =>
      setLook(point && at ? { point, anchor: at } : null),
    []
  );
  const form = subject.form(facts.metric);
  const anyMissing =
    facts.metric !== 'missing' && points.some(p => p.missing > 0);
  const band = facts.band
    ? { ...facts.band, text: bandText(facts.band, form, trans) }
    : null;
  const windowLabel = labelOf(facts);
  if (points.length === 0) {
    return <p className="px-column-none">{trans.__('No row has a time.')}</p>;
  }
  return (
    <>
      {asTable && (
        <ChartTable
          label={trans.__('%1 of %2 through time', facts.label, subject.name)}
          table={{
            heads: [
              trans.__('Window'),
              trans.__('Set'),
              facts.label,
              trans.__('90 % interval'),
              trans.__('n'),
              trans.__('Missing')
            ],
            rows: points.map(p => [
              spanIn(facts.zone, p.start, p.end, facts.kind, true),
              p.set === 'primary' ? props.primary : (reference ?? ''),
              form(p.value),
              interval(p.lower, p.upper, form),
              count(p.n),
              p.n + p.missing > 0 ? share(p.missing / (p.n + p.missing)) : '—'
            ])
          }}
        />
      )}
      {!asTable && width > 0 && (
        <>
          <Series
            points={points}
            band={band}
            boundary={facts.boundary}
            root={ROOT.has(facts.metric)}
            fromZero={!subject.free && facts.metric !== 'mean'}
            intervals={subject.free}
            form={form}
            tickForm={facts.metric === 'psi' ? measure : form}
            title={
              reference !== null && ROOT_OR_DISTANCE.has(facts.metric)
                ? trans.__('%1 against %2', facts.label, reference)
                : facts.label
            }
            subtitle={subtitle(facts, points, windowLabel, trans)}
            label={trans.__(
              '%1 of %2 in windows of %3',
              facts.label,
              subject.name,
              windowLabel
            )}
            width={Math.floor(width)}
            value={props.value}
            onChange={props.onChange ?? NOTHING}
            onLook={onLook}
            text={stretch => stretchText(stretch, facts.kind, facts.zone)}
            zone={facts.zone}
            trans={trans}
          />
          {anyMissing && (
            <MissingSeries
              points={points}
              boundary={facts.boundary}
              width={Math.floor(width)}
              title={subject.missing}
              label={trans.__(
                'Share of missing values of %1 through time',
                subject.name
              )}
            />
          )}
        </>
      )}
      <div className="px-hidden" aria-live="polite">
        {look ? pointText(look.point, facts, form, trans).join(', ') : ''}
      </div>
      {look && anchor && (
        <Popup
          anchor={anchor}
          className="px-tip"
          role="tooltip"
          placement="above"
          passive
        >
          {pointText(look.point, facts, form, trans).map((text, i) => (
            <p key={i} className={i === 2 ? 'px-muted' : ''}>
              {i === 1 ? <b>{text}</b> : text}
            </p>
          ))}
          {props.onChange &&
            look.point.set === 'primary' &&
            look.point.n > 0 && (
              <p className="px-faint">
                {trans.__('Click to look at this window.')}
              </p>
            )}
        </Popup>
      )}
    </>
  );
}

/** A window's length in words. */
function labelOf({ windows, window }: ISeriesFacts): string {
  return windows.find(w => w.value === window)?.label ?? window;
}

const ROOT_OR_DISTANCE: ReadonlySet<string> = new Set([
  'psi',
  'js',
  'ks',
  'wasserstein',
  'euclidean',
  'cosine'
]);

function subtitle(
  facts: ISeriesFacts,
  points: readonly IPoint[],
  windowLabel: string,
  trans: TranslationBundle
): string {
  const parts = [
    overlapping(points)
      ? trans.__('each point the %1 before it', windowLabel)
      : trans.__('each point one window of %1', windowLabel)
  ];
  if (ROOT.has(facts.metric)) {
    parts.push(trans.__('√ scale'));
  }
  if (facts.kind === 'instant') {
    parts.push(
      facts.zone === null
        ? trans.__('times as they are, without a zone')
        : trans.__('times in %1', facts.zone)
    );
  }
  if (facts.change && facts.change.p < 0.05) {
    parts.push(
      trans.__(
        'level changes most at %1, p %2',
        spanIn(
          facts.zone,
          facts.change.start,
          facts.change.start + 1,
          facts.kind === 'year' ? 'year' : 'date',
          true
        ),
        pValue(facts.change.p)
      )
    );
  }
  return parts.join(', ');
}

/** What the reference does by itself, with its ends. */
export function bandText(
  band: IBand,
  form: (value: number | null) => string,
  trans: TranslationBundle
): string {
  const { text, lower, upper } = band;
  if (lower !== null && upper !== null) {
    return trans.__('%1 lie between %2 and %3', text, form(lower), form(upper));
  }
  // A bound is told as it is: of a small distance two decimals would leave nothing, or "below less than".
  return upper === null
    ? text
    : trans.__(
        '%1 lie below %2',
        text,
        form === estimate && upper < 0.1
          ? measure(Number(upper.toPrecision(2)))
          : form(upper)
      );
}

/** A point in words: when, how much, of how many. */
function pointText(
  point: IPoint,
  facts: ISeriesFacts,
  form: (value: number | null) => string,
  trans: TranslationBundle
): string[] {
  const when = spanIn(facts.zone, point.start, point.end, facts.kind);
  if (point.n + point.missing === 0) {
    return [when, trans.__('No rows. Not zero, not drift.')];
  }
  const value =
    point.value === null
      ? trans.__('%1 cannot be told', facts.label)
      : point.lower !== null && point.upper !== null
        ? trans.__(
            '%1 %2, 90 % interval %3',
            facts.label,
            form(point.value),
            interval(point.lower, point.upper, form)
          )
        : `${facts.label} ${form(point.value)}`;
  const rows =
    point.missing > 0
      ? trans.__(
          'n %1, %2 missing',
          count(point.n),
          share(point.missing / (point.n + point.missing))
        )
      : trans.__('n %1', count(point.n));
  return [when, value, rows];
}
