import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  count,
  percent,
  points,
  pointsInterval,
  pValue,
  share
} from '../charts/format';
import type { IMapPoints } from '../charts/map';
import { type ICluster, NOISE } from '../views/embedding/facts';
import { countSets } from '../views/embedding/picked';
import { clusterOf } from '../views/embedding/picking';
import { inOrder } from '../views/embedding/selected';
import type { IPicked } from '../views/embedding/state';
import { SetMark } from '../views/parts';
import type { IContents, IMapSection } from './contents';
import { More } from './more';

/** Rows that are listed at first. */
const LISTED = 12;

/** What is picked on the map: how many of each set, and their texts where the file has them. */
export const Picked = React.memo(
  ({
    picked,
    section,
    map,
    clusters,
    contents,
    onClear,
    trans
  }: {
    picked: IPicked | null;
    section: IMapSection;
    map: IMapPoints;
    clusters: readonly ICluster[];
    contents: IContents;
    onClear: () => void;
    trans: TranslationBundle;
  }): React.ReactElement => {
    const { texts } = section;
    const { primary, reference } = contents;
    // Of which pick all rows are listed.
    const [whole, setWhole] = React.useState<IPicked | null>(null);
    const id = clusterOf(picked);
    const cluster = clusters.find(c => c.cluster === id);
    const ordered = React.useMemo(
      () =>
        picked
          ? inOrder(map, picked.indices, cluster?.prototypes ?? [])
          : new Int32Array(),
      [map, picked, cluster]
    );
    if (!picked) {
      return (
        <p className="px-report-note px-report-hint" role="status">
          {trans.__(
            'Choose a cluster to see its rows alone; in its list by click, arrow keys and Enter, on the map by a click or the lasso.'
          )}
        </p>
      );
    }
    const shown = whole === picked ? ordered : ordered.slice(0, LISTED);
    const n = picked.indices.length;
    const counts = countSets(map, picked.indices);
    const part = (some: number, all: number): string =>
      share(all > 0 ? some / all : null);
    return (
      <section
        className="px-report-picked"
        aria-label={trans.__('Picked rows')}
      >
        <p role="status">
          <b>
            {cluster
              ? cluster.cluster === NOISE
                ? trans.__('In no cluster')
                : cluster.name
              : trans._n('%2 row', '%2 rows', n, count(n))}
          </b>{' '}
          {cluster ? (
            <ClusterFacts cluster={cluster} contents={contents} trans={trans} />
          ) : (
            <>
              {trans.__(
                '%1 of %2',
                part(counts.primary, map.nPrimary),
                primary.name
              )}
              {reference &&
                trans.__(
                  ', %1 of %2, of the rows drawn',
                  part(counts.reference, map.n - map.nPrimary),
                  reference.name
                )}
            </>
          )}{' '}
          <button type="button" className="px-link" onClick={onClear}>
            {trans.__('Show all')}
          </button>
        </p>
        {texts ? (
          <>
            <ul className="px-report-rows">
              {Array.from(shown, i => (
                <li key={i}>
                  <SetMark set={map.primary[i] ? 'primary' : 'reference'} />
                  <span className="px-muted">
                    {trans.__(
                      '%1, row %2',
                      contents[map.primary[i] ? 'primary' : 'reference']
                        ?.name ?? '',
                      count(map.row[i])
                    )}
                  </span>
                  <span>{texts[i] ?? '—'}</span>
                </li>
              ))}
            </ul>
            <More
              n={ordered.length - shown.length}
              onShow={() => setWhole(picked)}
              trans={trans}
            />
          </>
        ) : (
          <p className="px-muted">
            {trans.__(
              'The texts of rows are not in this file; texts=True puts them in.'
            )}
          </p>
        )}
      </section>
    );
  }
);

function ClusterFacts({
  cluster,
  contents,
  trans
}: {
  cluster: ICluster;
  contents: IContents;
  trans: TranslationBundle;
}): React.ReactElement {
  const { primary, reference } = contents;
  const of = (
    n: number,
    { value, lower, upper }: ICluster['primary'],
    name: string
  ): string =>
    lower === null || upper === null
      ? trans.__('%1 rows, %2 % of %3', count(n), percent(value), name)
      : trans.__(
          '%1 rows, %2 % [%3, %4] of %5',
          count(n),
          percent(value),
          percent(lower),
          percent(upper),
          name
        );
  const { value, lower, upper } = cluster.difference;
  return (
    <>
      {of(cluster.nPrimary, cluster.primary, primary.name)}
      {reference &&
        trans.__(
          '; %1; change %2 %3, adjusted p %4',
          of(cluster.nReference, cluster.reference, reference.name),
          points(value),
          lower === null || upper === null ? '' : pointsInterval(lower, upper),
          pValue(cluster.pAdjusted)
        )}
      {'.'}
    </>
  );
}
