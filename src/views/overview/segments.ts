import type { TranslationBundle } from '@jupyterlab/translation';

import { type ISegment, verdictText } from '../parts';
import type { Filter } from './arrange';

export function segmentsOf(
  counts: Readonly<Record<Filter, number>>,
  compared: boolean,
  trans: TranslationBundle
): ISegment<Filter>[] {
  const all = {
    value: 'all' as const,
    label: trans.__('All'),
    count: counts.all
  };
  if (!compared) {
    return [
      all,
      {
        value: 'missing',
        label: trans.__('With missing values'),
        count: counts.missing
      },
      { value: 'constant', label: trans.__('Constant'), count: counts.constant }
    ];
  }
  return [
    all,
    { value: 'drift', label: trans.__('Drift'), count: counts.drift },
    ...(counts.moved > 0
      ? [
          {
            value: 'moved' as const,
            label: verdictText('moved', trans),
            count: counts.moved
          }
        ]
      : []),
    {
      value: 'undecided',
      label: verdictText('undecided', trans),
      count: counts.undecided
    },
    { value: 'none', label: trans.__('No drift'), count: counts.none },
    ...(counts.untested > 0
      ? [
          {
            value: 'untested' as const,
            label: trans.__('Not tested'),
            count: counts.untested
          }
        ]
      : [])
  ];
}
