import type { TranslationBundle } from '@jupyterlab/translation';

import type { IInspection } from '../../tokens';
import type { IMetric } from '../performance/facts';
import {
  type IMetricForm,
  metricForm as formOfPredictions
} from '../performance/words';
import type { IRetrievalFacts } from './facts';

/** How the numbers of a metric are written: shares of queries in per cent. */
export function metricForm(name: string): IMetricForm {
  // As the other shares; NDCG and reciprocal ranks are no shares of anything.
  return formOfPredictions(
    ['no_near_document', 'precision', 'hit_rate', 'recall'].includes(name)
      ? 'accuracy'
      : 'mcc'
  );
}

/** What a metric is. */
export function metricDetail(
  name: string,
  k: number,
  trans: TranslationBundle
): string {
  switch (name) {
    case 'no_near_document':
      return trans.__(
        'Share of the queries whose nearest document is farther than the limit.'
      );
    case 'nearest':
      return trans.__('Mean distance from a query to its nearest document.');
    case 'precision':
      return trans.__(
        'Share of the first %1 documents that is relevant; it divides by %1, however few came back.',
        k
      );
    case 'hit_rate':
      return trans.__(
        'Share of the queries with a relevant document among the first %1.',
        k
      );
    case 'mrr':
      return trans.__(
        'Mean of 1 / rank of the first relevant document, 0 where none is among the first %1.',
        k
      );
    case 'ndcg':
      return trans.__(
        'Gain of the first %1 documents, discounted by rank, against that of the best order: 1 is the best.',
        k
      );
    default:
      return trans.__(
        'Share of all relevant documents that is among the first %1.',
        k
      );
  }
}

/** "16.7 % of the queries of prod have no near document, against 5 % of train." */
export function sentenceOf(
  metrics: readonly IMetric[],
  { limit }: IRetrievalFacts,
  { primary, reference }: IInspection,
  trans: TranslationBundle
): string {
  const [first] = metrics;
  if (limit === null || !first || first.primary.value === null) {
    return trans.__('Nothing tells which documents are near.');
  }
  const { value } = metricForm('no_near_document');
  return reference && first.reference.value !== null
    ? trans.__(
        '%1 of the queries of %2 have no near document, against %3 of %4.',
        value(first.primary.value),
        primary.name,
        value(first.reference.value),
        reference.name
      )
    : trans.__(
        '%1 of the queries of %2 have no near document.',
        value(first.primary.value),
        primary.name
      );
}
