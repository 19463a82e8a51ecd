import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { numbers } from '../../api/arrow';
import {
  count,
  finite,
  interval,
  measure,
  percent,
  pValue
} from '../../charts/format';
import { hasPredictions, predictionColumns } from '../../model/predictions';
import type { IInspection, IResult, Recipe } from '../../tokens';
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

/** The mean of a column in a cluster, as a choice of the list. */
export type MeanOf = `mean:${string}`;

export const isMean = (value: string): value is MeanOf =>
  value.startsWith('mean:');

/** The columns whose mean, or share, clusters can be ordered by: a judge's, and any other of numbers or categories. */
export function averagedBy(
  { primary }: Pick<IInspection, 'primary'>,
  trans: TranslationBundle
): { value: MeanOf; label: string; detail: string }[] {
  return primary.columns
    .filter(
      ({ kind, role, problem }) =>
        problem === null &&
        ['number', 'boolean', 'category'].includes(kind) &&
        !['excluded', 'prediction_id', 'link_to_data'].includes(role)
    )
    .map(({ name, kind }) => ({
      value: `mean:${name}` as const,
      label:
        kind === 'number'
          ? trans.__('mean of %1', name)
          : trans.__('share of %1', name),
      detail:
        kind === 'category'
          ? trans.__(
              'Highest first; of the value that is the most frequent but one.'
            )
          : trans.__('Highest first.')
    }));
}

/** The mean or share of a column in each cluster; null while nothing is asked or known. */
export function useAveraged(
  inspection: IInspection,
  map: Recipe,
  chosen: MeanOf | null,
  trans: TranslationBundle
): ReadonlyMap<number, IJudgedCluster> | null {
  const column = chosen?.slice('mean:'.length) ?? null;
  const { result } = useAnalysis(
    inspection,
    column === null || map.kind !== 'embedding_map'
      ? null
      : {
          kind: 'cluster_means',
          map: { ...map, window: null, picked_from: null, where: [] },
          column,
          ...(map.where?.length ? { where: map.where } : {})
        }
  );
  const { primary, reference } = inspection;
  return React.useMemo(
    () =>
      result && column !== null && result.meta.column === column
        ? readAveraged(result, primary.name, reference?.name ?? null, trans)
        : null,
    [result, column, primary, reference, trans]
  );
}

/** "62 %", and in the title "share of label = hallucinated · prod: 62 % [55, 69] of 120 · elsewhere 9 % [8, 10] of 1,400 · difference … · train: …". */
export function readAveraged(
  { table, meta }: Pick<IResult, 'table' | 'meta'>,
  primary: string,
  reference: string | null,
  trans: TranslationBundle
): ReadonlyMap<number, IJudgedCluster> {
  const isShare = meta.share === true;
  const write = (v: number | null): string =>
    isShare ? `${percent(v)} %` : measure(v);
  const values = Object.fromEntries(
    table.schema.fields
      .filter(({ name }) => name !== 'name')
      .map(({ name }) => [name, numbers(table, name)])
  );
  const what =
    typeof meta.value === 'string'
      ? trans.__('share of %1 = %2', String(meta.column), meta.value)
      : isShare
        ? trans.__('share of %1', String(meta.column))
        : trans.__('mean of %1', String(meta.column));
  return new Map(
    Array.from(values.cluster, (cluster, i) => {
      const at = (name: string): number | null => finite(values[name][i]);
      const line = (set: string, n: string, v: string, ends: string): string =>
        trans.__(
          '%1: %2 %3, of %4 rows',
          set,
          write(at(v)),
          interval(at(`${ends}lower`), at(`${ends}upper`), write),
          count(at(n))
        );
      const p = at('p_adjusted');
      const mean = at('primary');
      return [
        cluster ?? NaN,
        {
          // The list puts low ranks first.
          rank: mean === null ? null : -mean,
          text: write(mean),
          isSure: p !== null && p < 0.05,
          title: [
            what,
            line(primary, 'n_primary', 'primary', ''),
            line(trans.__('elsewhere'), 'n_others', 'others', 'others_'),
            trans.__(
              'difference %1 %2, adjusted p %3',
              write(at('difference')),
              interval(at('difference_lower'), at('difference_upper'), write),
              pValue(p)
            ),
            ...(reference === null || at('n_reference') === null
              ? []
              : [line(reference, 'n_reference', 'reference', 'reference_')]),
            trans.__('in brackets 90 % intervals, two-sided')
          ].join('\n')
        }
      ] as const;
    })
  );
}
