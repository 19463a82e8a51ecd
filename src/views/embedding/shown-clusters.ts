import * as React from 'react';

import type { EmbeddingMap } from '../../api/contract';
import type { IMapPoints } from '../../charts/map';
import type { IInspection } from '../../tokens';
import { useAnalysis } from '../parts';
import { RESAMPLES } from './clusters';
import { type ICluster, readClusters, windowShares } from './facts';
import type { IWindowed } from './window';

export interface IShownClusters {
  readonly shown: readonly ICluster[];
  /** How stable they are, asked for once somebody wants it. */
  readonly stability: {
    readonly ask: () => void;
    readonly pending: boolean;
    readonly error: Error | null;
  };
}

/** The clusters with the numbers of the window, and with their stability where that is known. */
export function useShownClusters(
  inspection: IInspection,
  /** The map of all rows, which is the one that is found again or not. */
  whole: EmbeddingMap,
  clusters: readonly ICluster[],
  map: IMapPoints,
  windowed: Pick<IWindowed, 'inside' | 'clusters'>
): IShownClusters {
  const { inside } = windowed;
  const counted = React.useMemo(
    () => (inside ? windowShares(clusters, map, inside) : null),
    [clusters, map, inside]
  );
  const [isAsked, setAsked] = React.useState(false);
  const { result, pending, error } = useAnalysis(
    inspection,
    isAsked ? { ...whole, resamples: RESAMPLES } : null
  );
  const stability = React.useMemo(
    () =>
      new Map(
        result && !pending
          ? readClusters(result).map(c => [c.cluster, c.stability])
          : []
      ),
    [result, pending]
  );
  const basis = windowed.clusters ?? counted ?? clusters;
  const shown = React.useMemo(() => {
    const names = new Map(clusters.map(c => [c.cluster, c]));
    return basis.map(c => ({
      ...c,
      name: names.get(c.cluster)?.name ?? c.name,
      found: names.get(c.cluster)?.found,
      stability: stability.get(c.cluster) ?? c.stability
    }));
  }, [basis, clusters, stability]);
  const ask = React.useCallback(() => setAsked(true), []);
  return { shown, stability: { ask, pending, error } };
}
