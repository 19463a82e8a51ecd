import type { TranslationBundle } from '@jupyterlab/translation';

import { count, measure, points } from '../../charts/format';
import { verdictText } from '../parts';
import { changeText } from '../performance/words';
import {
  ALPHA,
  CLUSTER_LIMIT,
  clusterVerdict,
  type ICluster,
  NOISE
} from './facts';

export interface IClusterGroup {
  readonly label: string;
  readonly title?: string;
  readonly rows: readonly ICluster[];
}

/** How many there are, without the rows in none: "12 clusters". */
export function clusterCount(
  clusters: readonly ICluster[],
  trans: TranslationBundle
): string {
  const n = clusters.filter(({ cluster }) => cluster !== NOISE).length;
  return trans._n('%2 cluster', '%2 clusters', n, count(n));
}

/** The clusters by what is known of their change, in the words of the other views. */
export function groupsOf(
  sorted: readonly ICluster[],
  windowed: boolean,
  testing: boolean,
  trans: TranslationBundle
): IClusterGroup[] {
  const clusters = sorted.filter(c => c.cluster !== NOISE);
  const at = points(CLUSTER_LIMIT).replace('+', '');
  const of = (verdict: ReturnType<typeof clusterVerdict>): ICluster[] =>
    testing ? [] : clusters.filter(c => clusterVerdict(c) === verdict);
  const groups: IClusterGroup[] = [
    {
      label: windowed
        ? trans.__('Changed in this window')
        : trans.__('Changed'),
      title: trans.__(
        'adjusted p below %1, and the whole interval beyond %2',
        measure(ALPHA),
        at
      ),
      rows: of('changed')
    },
    {
      label: verdictText('moved', trans),
      title: trans.__(
        'adjusted p below %1; the interval spans %2',
        measure(ALPHA),
        at
      ),
      rows: of('moved')
    },
    {
      label: verdictText('undecided', trans),
      title: trans.__(
        'adjusted p is not below %1, and the interval is not within %2',
        measure(ALPHA),
        at
      ),
      rows: of('undecided')
    },
    {
      label: changeText('none', trans),
      title: trans.__('the whole interval lies within %1', at),
      rows: of('none')
    },
    {
      label: trans.__('Testing this window…'),
      rows: testing ? clusters : []
    },
    {
      label: trans.__('In no cluster'),
      rows: sorted.filter(c => c.cluster === NOISE)
    }
  ];
  return groups.filter(({ rows }) => rows.length > 0);
}
