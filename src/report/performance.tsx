import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { readPerformance } from '../views/performance/answer';
import { Confusions } from '../views/performance/confusion';
import { confusionsAt } from '../views/performance/confusion-facts';
import { Plots } from '../views/performance/curves';
import { MetricsHead, MetricTable } from '../views/performance/metrics';
import { thresholdText } from '../views/performance/threshold';
import { sentenceOf } from '../views/performance/words';
import type { IAnswered } from './contents';

/** How good the predictions are in both sets. */
export function PerformanceSection({
  answered,
  trans
}: {
  answered: IAnswered;
  trans: TranslationBundle;
}): React.ReactElement {
  const read = React.useMemo(
    () => readPerformance(answered.result),
    [answered]
  );
  const { facts, metrics } = read;
  // A click on a curve shows what another threshold would have given.
  const [threshold, setThreshold] = React.useState<number | null>(null);
  const confusion = React.useMemo(
    () => confusionsAt(read, threshold),
    [read, threshold]
  );
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
        <Plots
          {...read}
          confusion={confusion}
          onThreshold={setThreshold}
          trans={trans}
        />
        {(confusion.primary ?? confusion.reference) && (
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
            <Confusions
              confusion={confusion}
              facts={facts}
              onPick={null}
              trans={trans}
            />
          </section>
        )}
      </div>
      <section
        className="px-performance-left px-report-scroll"
        aria-label={trans.__('Metrics')}
        tabIndex={0}
      >
        <MetricsHead facts={facts} rows={trans.__('rows')} trans={trans} />
        <MetricTable
          metrics={metrics}
          isOld={() => false}
          limitOf={({ limit }) => limit}
          facts={facts}
          trans={trans}
        />
      </section>
    </div>
  );
}
