import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { SetName } from '../tokens';
import { Confusion } from '../views/performance/confusion';
import { Reliability, Residuals } from '../views/performance/curves';
import {
  confusionOf,
  metricsOf,
  performanceFacts,
  reliabilityOf,
  residualsOf
} from '../views/performance/facts';
import { ComparedTable } from '../views/performance/metrics';
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
  const { facts, metrics, confusion, reliability, residuals } =
    React.useMemo(() => {
      const { result } = answered;
      const facts = performanceFacts(result);
      return {
        facts,
        metrics: metricsOf(result),
        confusion: confusionOf(result, facts.classes),
        reliability: reliabilityOf(result),
        residuals: residualsOf(result)
      };
    }, [answered]);
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
      <div className="px-report-scroll" tabIndex={0}>
        <ComparedTable
          rows={metrics}
          head={trans.__('metric')}
          label={trans.__('Metrics')}
          nameOf={row => metricText(row.name, facts, trans)}
          titleOf={row => metricDetail(row.name, facts, trans)}
          besideOf={row => besideText(row.name, facts, trans)}
          formOf={row => metricForm(row.name)}
          isDrawn={row =>
            facts.task === 'classification' && row.name !== 'log_loss'
          }
          isOld={() => false}
          limitOf={({ limit }) => limit}
          facts={facts}
          trans={trans}
        />
      </div>
      <div className="px-report-plots">
        {(confusion.primary ?? confusion.reference) && (
          <section>
            <h4>
              {trans.__('Confusion')}
              <span>{trans.__('share of each truth')}</span>
            </h4>
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
                      onPick={null}
                      trans={trans}
                    />
                  )
                );
              })}
            </div>
          </section>
        )}
        {facts.probabilities && (
          <Reliability reliability={reliability} facts={facts} trans={trans} />
        )}
        {facts.task === 'regression' && (
          <Residuals residuals={residuals} facts={facts} trans={trans} />
        )}
      </div>
    </div>
  );
}
