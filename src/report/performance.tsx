import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { SetName } from '../tokens';
import { Confusion } from '../views/performance/confusion';
import { Curves, Reliability, Residuals } from '../views/performance/curves';
import {
  confusionAt,
  confusionOf,
  metricsOf,
  performanceFacts,
  reliabilityOf,
  residualsOf,
  scoresOf
} from '../views/performance/facts';
import { ComparedTable } from '../views/performance/metrics';
import { thresholdText } from '../views/performance/threshold';
import {
  besideText,
  metricDetail,
  metricForm,
  metricText,
  sentenceOf
} from '../views/performance/words';
import type { IAnswered } from './contents';

const SETS: readonly SetName[] = ['reference', 'primary'];

/** How good the predictions are in both sets. */
export function PerformanceSection({
  answered,
  trans
}: {
  answered: IAnswered;
  trans: TranslationBundle;
}): React.ReactElement {
  const { facts, metrics, confusion, scores, reliability, residuals } =
    React.useMemo(() => {
      const { result } = answered;
      const facts = performanceFacts(result);
      return {
        facts,
        metrics: metricsOf(result),
        confusion: confusionOf(result, facts.classes),
        scores: scoresOf(result),
        reliability: reliabilityOf(result),
        residuals: residualsOf(result)
      };
    }, [answered]);
  // A click on a curve shows what another threshold would have given.
  const [threshold, setThreshold] = React.useState<number | null>(null);
  const confusionNow = React.useMemo(() => {
    const of = (set: SetName) => {
      const known = scores[set];
      return threshold !== null && known
        ? confusionAt(known, threshold, facts.classes)
        : confusion[set];
    };
    return { primary: of('primary'), reference: of('reference') };
  }, [threshold, scores, confusion, facts]);
  const sentence =
    metrics.length > 0 ? sentenceOf(facts, metrics, trans) : null;
  const { prediction, score, actual } = facts.columns;
  return (
    <div className="px-performance px-report-performance">
      <p className="px-sentence">
        {sentence && (
          <>
            <b>{sentence.lead}</b>
            {sentence.rest}{' '}
            <span className="px-muted">{sentence.notes.join(' ')}</span>
          </>
        )}{' '}
        <span className="px-muted px-code">
          {trans.__('%1 against %2', prediction ?? score ?? '', actual ?? '')}
        </span>
      </p>
      {facts.notes.map(note => (
        <p key={note} className="px-report-note">{`${note}.`}</p>
      ))}
      <div className="px-performance-charts">
        <div
          className={`px-performance-plots ${scores.primary || scores.reference ? '' : 'px-mod-one'}`}
        >
          {(scores.primary ?? scores.reference) && (
            <Curves
              scores={scores}
              confusion={confusionNow}
              onThreshold={setThreshold}
              metrics={metrics}
              facts={facts}
              trans={trans}
            />
          )}
          {facts.probabilities && (
            <Reliability
              reliability={reliability}
              facts={facts}
              trans={trans}
            />
          )}
          {facts.task === 'regression' && (
            <Residuals residuals={residuals} facts={facts} trans={trans} />
          )}
        </div>
        {(confusionNow.primary ?? confusionNow.reference) && (
          <section className="px-performance-confusion">
            <h4>
              {trans.__('Confusion')}
              <span>{trans.__('share of each truth')}</span>
            </h4>
            {threshold !== null && (
              <p className="px-report-note">
                {trans.__(
                  'As if %1 were predicted from a score of %2 on.',
                  facts.positive ?? '',
                  thresholdText(threshold, facts.probabilities)
                )}{' '}
                <button
                  type="button"
                  className="px-link"
                  onClick={() => setThreshold(null)}
                >
                  {trans.__('As predicted')}
                </button>
              </p>
            )}
            <div className="px-confusions">
              {SETS.map(set => {
                const found = confusionNow[set];
                return (
                  found && (
                    <Confusion
                      key={set}
                      confusion={found}
                      set={set}
                      name={facts[set]?.name ?? set}
                      onPick={null}
                      trans={trans}
                    />
                  )
                );
              })}
            </div>
          </section>
        )}
      </div>
      <section
        className="px-performance-left px-report-scroll"
        aria-label={trans.__('Metrics')}
        tabIndex={0}
      >
        <h4>
          {trans.__('Metrics')}
          <span>
            {[
              facts.unit
                ? trans.__('90 % intervals over %1', facts.unit.column)
                : trans.__('90 % intervals over rows'),
              facts.adjusted
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </h4>
        <ComparedTable
          rows={metrics}
          head={trans.__('metric')}
          label={trans.__('Metrics')}
          nameOf={row => metricText(row.name, facts, trans)}
          titleOf={row => metricDetail(row.name, facts, trans)}
          besideOf={row => besideText(row.name, facts, trans)}
          formOf={row => metricForm(row.name)}
          // Numbers from 0 to 1 share an axis; a loss or an error has a unit of its own.
          isDrawn={row =>
            facts.task === 'classification' && row.name !== 'log_loss'
          }
          isOld={() => false}
          limitOf={({ limit }) => limit}
          facts={facts}
          trans={trans}
        />
      </section>
    </div>
  );
}
