import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type {
  Attribution,
  EmbeddingMap,
  Performance
} from '../../api/contract';
import type { IInspection, IResult } from '../../tokens';
import { useAnalysis } from '../parts';
import { metricForm, partText } from './words';

export interface IAttributedProps {
  inspection: IInspection;
  /** Which predictions. */
  predictions: Performance;
  /** What makes the groups. */
  by: string | EmbeddingMap;
  trans: TranslationBundle;
}

/** One line: how much of a change of errors is that there are more rows of some groups, and how much that groups have changed themselves. */
export function Attributed(props: IAttributedProps): React.ReactElement | null {
  const { inspection, predictions, by, trans } = props;
  const recipe: Attribution = {
    kind: 'attribution',
    by,
    predictions,
    unit: inspection.unit
  };
  const { result, pending } = useAnalysis(inspection, recipe);
  const text = result && attributedText(result, trans);
  return text ? (
    <p className={`px-performance-parts ${pending ? 'px-mod-old' : ''}`}>
      {text}
    </p>
  ) : null;
}

/** The line in words; null where the answer has no change. */
export function attributedText(
  { meta }: Pick<IResult, 'meta'>,
  trans: TranslationBundle
): string | null {
  if (typeof meta.total !== 'number') {
    return null;
  }
  const isShare = meta.share === true;
  const form = metricForm(isShare ? 'accuracy' : 'mae');
  const part = (name: string): string => partText(meta, name, form);
  return trans.__(
    '%1 %2: %3 because groups have other shares of the rows, %4 because of change within groups (90 % intervals).',
    isShare ? trans.__('Wrong predictions') : trans.__('Mean absolute error'),
    part('total'),
    part('mix'),
    part('within')
  );
}
