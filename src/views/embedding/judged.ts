import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { interval, pValue } from '../../charts/format';
import { hasPredictions, predictionColumns } from '../../model/predictions';
import type { IInspection, Recipe } from '../../tokens';
import { useAnalysis } from '../parts';
import {
  type ISegmentRow,
  type MetricName,
  performanceFacts,
  segmentsOf
} from '../performance/facts';
import {
  changeText,
  goodOf,
  metricForm,
  metricText
} from '../performance/words';

/** Metrics of labels, which need no score, and of numbers. Accuracy comes with the map. */
const OF_LABELS: readonly MetricName[] = ['f1', 'precision', 'recall'];
const OF_SCORES: readonly MetricName[] = ['roc_auc', 'log_loss'];
const OF_NUMBERS: readonly MetricName[] = ['mae', 'bias'];

/** How good the predictions are in a cluster. */
export interface IJudgedCluster {
  /** Higher is better, for the order of the list. */
  readonly rank: number | null;
  readonly text: string;
  /** Both sets and what became of it, a line each. */
  readonly title: string;
  readonly isSure: boolean;
}

/** What clusters can be judged by, beside what comes with the map. */
export function judgedBy(
  inspection: IInspection,
  trans: TranslationBundle
): { value: MetricName; label: string }[] {
  if (!hasPredictions(inspection)) {
    return [];
  }
  const has = (role: string) =>
    inspection.primary.columns.some(column => column.role === role);
  const names = !has('actual_label')
    ? OF_NUMBERS
    : has('prediction_score')
      ? [...OF_LABELS, ...OF_SCORES]
      : OF_LABELS;
  const about = { positive: '', average: null };
  return names.map(value => ({
    value,
    label: metricText(value, about, trans).replace(/ of $/, '')
  }));
}

/** How good the predictions are in each cluster; null while nothing is asked or known. */
export function useJudged(
  inspection: IInspection,
  map: Recipe,
  metric: MetricName | null,
  trans: TranslationBundle
): ReadonlyMap<number, IJudgedCluster> | null {
  const { result } = useAnalysis(
    inspection,
    metric === null || map.kind !== 'embedding_map'
      ? null
      : {
          kind: 'performance',
          ...predictionColumns(inspection),
          segment: { ...map, window: null },
          metric,
          window: map.window ?? null,
          unit: inspection.unit
        }
  );
  return React.useMemo(() => {
    const facts = result && performanceFacts(result);
    if (!result || facts?.segment?.metric !== metric || metric === null) {
      return null;
    }
    const name = (set: 'primary' | 'reference') => facts?.[set]?.name ?? set;
    const form = metricForm(metric);
    const good = goodOf(metric);
    const line = (row: ISegmentRow, set: 'primary' | 'reference'): string =>
      `${name(set)}: ${form.value(row[set].value)} ${form.interval(row[set].lower, row[set].upper)}`;
    return new Map(
      segmentsOf(result, good).flatMap(row => {
        if (row.cluster === null) {
          return [];
        }
        const { value } = row.primary;
        const judged: IJudgedCluster = {
          rank:
            value === null
              ? null
              : good === 'zero'
                ? -Math.abs(value)
                : good === 'low'
                  ? -value
                  : value,
          text: form.value(value),
          isSure: ['worse', 'better', 'changed'].includes(row.change),
          title: [
            metricText(
              metric,
              { positive: facts?.positive ?? null, average: null },
              trans
            ),
            line(row, 'primary'),
            ...(facts?.reference
              ? [
                  line(row, 'reference'),
                  trans.__(
                    'change %1 %2, adjusted p %3: %4',
                    form.difference(row.difference),
                    interval(row.lower, row.upper, form.difference),
                    pValue(row.p),
                    changeText(row.change, trans)
                  )
                ]
              : [])
          ].join('\n')
        };
        return [[row.cluster, judged] as const];
      })
    );
  }, [result, metric, trans]);
}
