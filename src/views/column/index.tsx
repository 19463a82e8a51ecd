import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Recipe } from '../../tokens';
import { isoSpan } from '../../charts/format';
import type { IInspection } from '../../tokens';
import { judge } from '../overview/arrange';
import { summaryRows } from '../overview/rows';
import {
  AnalysisProblem,
  Banner,
  JobStrip,
  KindIcon,
  StaleBanner,
  StandingLink,
  standingOf,
  useAnalysis,
  useAnswered,
  useAttempt,
  useInsertion,
  useLanding,
  usePointed,
  useSignal,
  useStanding,
  VerdictMark
} from '../parts';
import { DistributionSection } from './distribution';
import { ALPHA, binsOf, distributionFacts, evenBins, valuesOf } from './facts';
import { ViewHead } from './head';
import { ThroughTime } from './through';
import { useWindow } from './window';
import { ColumnSentence, metricDetail, metricForm } from './words';

const isSummary = ({ kind }: Recipe): boolean => kind === 'summary';

export interface IColumnProps {
  inspection: IInspection;
  column: string;
  trans: TranslationBundle;
}

/** One column: its distribution in both sets, and a metric of it through time. */
export function ColumnView({
  inspection,
  column,
  trans
}: IColumnProps): React.ReactElement {
  useSignal(inspection.changed);
  const root = React.useRef<HTMLDivElement>(null);
  useLanding(root);
  const { primary, reference, unit, limit } = inspection;
  const info = primary.columns.find(item => item.name === column);
  const window = useWindow(inspection);
  const swapping = useAttempt(inspection, trans);
  const insertion = useInsertion(inspection, trans);
  usePointed(inspection, column, at => window.show(at.window ?? null));
  const unreadable = info?.problem ?? null;
  const there = info !== undefined && unreadable === null;

  const recipe: Recipe = {
    kind: 'distribution',
    column,
    window: window.iso,
    unit,
    picked_from: window.step
  };
  const state = useAnalysis(inspection, there ? recipe : null);
  const { result, error, pending, answered } = state;
  const facts = React.useMemo(
    () => (result ? distributionFacts(result) : null),
    [result]
  );
  const alone =
    reference === null &&
    (info?.kind === 'number' || info?.kind === 'text') &&
    window.iso === null;
  const summary = useAnalysis(
    inspection,
    there && alone ? { kind: 'summary', unit } : null
  ).result;
  const even = React.useMemo(() => {
    const row =
      alone && summary
        ? summaryRows(summary).find(item => item.column === column)
        : undefined;
    return row ? evenBins(row) : null;
  }, [alone, summary, column]);
  const bins = React.useMemo(
    () => even ?? (result ? binsOf(result) : []),
    [even, result]
  );
  const values = React.useMemo(
    () => (result ? valuesOf(result) : { primary: null, reference: null }),
    [result]
  );
  const verdict = facts
    ? judge(
        {
          verdict: facts.verdict,
          estimate: facts.estimate,
          lower: facts.lower,
          upper: facts.upper,
          pAdjusted: facts.p_adjusted
        },
        limit,
        ALPHA
      )
    : null;
  // The chart says the window that its numbers and bars are of, also while the next one is under way.
  const answeredWindow =
    answered?.kind === 'distribution' ? (answered.window ?? null) : null;
  const shown = window.wordsOf(answeredWindow);
  const answeredWithin = window.withinOf(answeredWindow);
  const inWindow =
    answeredWithin.length > 0 && shown === window.words && values.primary
      ? (values.primary.n ?? 0) + (values.primary.missing ?? 0)
      : null;

  const answeredSummary = useAnswered(inspection, isSummary);
  const summarised = React.useMemo(
    () =>
      answeredSummary && answeredWindow === null && reference
        ? (summaryRows(answeredSummary).find(row => row.column === column) ??
          null)
        : null,
    [answeredSummary, answeredWindow, reference, column]
  );
  const standing = standingOf(
    useStanding(inspection),
    column,
    verdict === 'drift'
  );

  const spanOf = (set: 'primary' | 'reference') =>
    isoSpan(facts?.[set]?.span ?? inspection[set]?.span ?? null);

  return (
    <div ref={root} className="px-view px-column" tabIndex={-1}>
      <StaleBanner inspection={inspection} trans={trans} />
      {swapping.notice}
      <div className="px-column-scroll">
        <ViewHead
          inspection={inspection}
          window={window}
          n={inWindow}
          spanOf={spanOf}
          swapping={swapping}
          insertion={insertion}
          recipe={recipe}
          sentence={
            facts &&
            verdict && (
              <ColumnSentence
                column={column}
                facts={facts}
                bins={bins}
                values={values}
                verdict={verdict}
                limit={limit}
                window={shown}
                summarised={summarised}
                onQuality={() =>
                  inspection.point({ view: null, quality: { column } })
                }
                standing={
                  standing.length > 0 && answeredWindow === null ? (
                    <StandingLink
                      standing={standing}
                      inspection={inspection}
                      trans={trans}
                    />
                  ) : undefined
                }
                trans={trans}
              />
            )
          }
          waiting={
            error || !there
              ? trans.__('No numbers yet.')
              : trans.__('Counting %1…', column)
          }
          trans={trans}
        >
          <KindIcon kind={info?.kind ?? 'other'} size={17} />
          <h2 className="px-code" title={column}>
            {column}
          </h2>
          {info && (
            <span className="px-muted px-column-kind">
              {kindText(info.kind, info.dtype, trans)}
            </span>
          )}
          {verdict && reference && (
            <VerdictMark verdict={verdict} trans={trans} />
          )}
        </ViewHead>
        {!info && (
          <Banner
            tone="error"
            actions={[
              {
                label: trans.__('Overview'),
                onClick: () => inspection.openOverview()
              }
            ]}
          >
            {trans.__('%1 has no column “%2” now.', primary.name, column)}
          </Banner>
        )}
        {unreadable && (
          <Banner tone="error">
            <b>{trans.__('%1 was not read.', column)}</b> {unreadable}
          </Banner>
        )}
        {error && (
          <AnalysisProblem
            error={error}
            retry={state.retry}
            remedy={
              window.iso && {
                label: trans.__('Clear the window'),
                onClick: window.clear
              }
            }
            trans={trans}
          />
        )}
        {facts && verdict ? (
          <div className={pending ? 'px-mod-old' : ''} aria-busy={pending}>
            <DistributionSection
              column={column}
              facts={facts}
              bins={bins}
              even={even !== null}
              values={values}
              verdict={verdict}
              limit={limit}
              window={shown}
              rows={{
                inspection,
                within: answeredWithin,
                onInsert: insertion.insert
              }}
              trans={trans}
            />
          </div>
        ) : (
          there &&
          !error && (
            <div className="px-column-wait px-column-first">
              <JobStrip
                event={state.event}
                title={trans.__('Distribution of %1', column)}
                onCancel={state.cancel}
                trans={trans}
              />
            </div>
          )
        )}
        {there && (
          <ThroughTime
            inspection={inspection}
            subject={{
              column,
              predictions: null,
              name: column,
              form: metricForm,
              detail: metric => metricDetail(metric, trans),
              missing: trans.__('Missing'),
              free: false
            }}
            value={window.stretch}
            onChange={window.onChange}
            onInsert={insertion.insert}
            trans={trans}
          />
        )}
      </div>
      {insertion.notice}
    </div>
  );
}

function kindText(
  kind: string,
  dtype: string,
  trans: TranslationBundle
): string {
  const words: Record<string, string> = {
    number: trans.__('number'),
    category: trans.__('category'),
    boolean: trans.__('yes or no'),
    text: trans.__('text'),
    time: trans.__('time'),
    vector: trans.__('vectors')
  };
  return words[kind] ? `${words[kind]}, ${dtype}` : dtype;
}
