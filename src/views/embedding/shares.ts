import type { TranslationBundle } from '@jupyterlab/translation';

import { count, interval, percent, share } from '../../charts/format';
import type { ICluster, IShare } from './facts';
import { clusterOf } from './picking';
import type { IPicked } from './state';

interface ICounts {
  readonly primary: number;
  readonly reference: number;
}

export interface ISharesContext {
  readonly clusters: readonly ICluster[];
  /** Points that were picked and are shown. */
  readonly counts: ICounts;
  readonly totals: ICounts;
  /** Names of the sets; that of the primary is a window's where there is one. */
  readonly primary: string;
  readonly reference: string | null;
  readonly trans: TranslationBundle;
}

/**
 * What share of each set was picked, the primary first: "8.7 % of prod [6.2, 11.5]", ".2 % of train [.1, .5]".
 */
export function sharesOf(
  picked: IPicked | null,
  context: ISharesContext
): string[] {
  const { clusters, counts, totals, primary, reference, trans } = context;
  if (!picked) {
    return [];
  }
  const id = clusterOf(picked);
  const cluster = clusters.find(c => c.cluster === id);
  const [first, second] = cluster
    ? [
        ofCluster(cluster.primary, primary, trans),
        ofCluster(cluster.reference, reference ?? '', trans)
      ]
    : [
        ofRows(counts.primary, totals.primary, primary, trans),
        ofRows(counts.reference, totals.reference, reference ?? '', trans)
      ];
  return reference === null ? [first] : [first, second];
}

function ofCluster(
  { value, lower, upper }: IShare,
  set: string,
  trans: TranslationBundle
): string {
  const text = trans.__('%1 of %2', share(value), set);
  return lower === null ? text : `${text} ${interval(lower, upper, percent)}`;
}

/** What was picked by eye has counts, but no interval that would be honest. */
function ofRows(
  n: number,
  total: number,
  set: string,
  trans: TranslationBundle
): string {
  return total > 0
    ? trans.__('%1 of the %2 rows of %3', share(n / total), count(total), set)
    : trans.__('no rows of %1', set);
}
