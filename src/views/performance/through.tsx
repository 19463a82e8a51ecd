import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Performance } from '../../api/contract';
import { predictionColumns } from '../../model/predictions';
import type { IInspection } from '../../tokens';
import type { ISubject } from '../column/through';
import type { IPerformanceFacts } from './facts';
import { metricDetail, metricForm, metricText } from './words';

/** What is followed through time: the predictions as they are judged on the screen. */
export function useSubject(
  { primary, reference }: IInspection,
  judged: Pick<Performance, 'positive' | 'threshold' | 'scores' | 'average'>,
  facts: IPerformanceFacts | null,
  trans: TranslationBundle
): ISubject {
  const { positive, threshold, scores, average } = judged;
  return React.useMemo(() => {
    const said = {
      ...predictionColumns({ primary, reference }),
      positive,
      threshold,
      scores,
      average
    };
    const about = {
      positive: facts?.positive ?? null,
      average: facts?.average ?? null,
      calibration: facts?.calibration ?? { primary: null, reference: null }
    };
    return {
      column: null,
      // What needs not be said is not written into a cell either.
      predictions: Object.values(said).some(
        value => value !== null && value !== undefined
      )
        ? { kind: 'performance', ...said }
        : null,
      name: trans.__('the predictions'),
      form: metric => metricForm(metric).value,
      detail: metric => metricDetail(metric, about, trans),
      text: metric => metricText(metric, about, trans),
      missing: trans.__('Without a prediction or an actual value'),
      free: true
    };
  }, [primary, reference, positive, threshold, scores, average, facts, trans]);
}
