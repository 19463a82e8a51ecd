import * as React from 'react';

import type { Neighbors } from '../../api/contract';
import type { IMapPoints, PickMode } from '../../charts/map';
import { type ICluster, NOISE, sortClusters } from './facts';
import { outdated } from '../../model/selection';
import type { IInspection, ISelection, Recipe } from '../../tokens';
import { isMapOf, mapOf } from './asked-map';
import { combine, indicesOf, pickAgain, pickOfClusters } from './picked';
import type { HistoryAction, IPicked } from './state';

export interface IPicking {
  readonly picked: IPicked | null;
  /** `gesture` is the same for all picks that one Undo takes back. */
  readonly pick: (next: IPicked | null, gesture?: string) => void;
  readonly pickIndices: (
    indices: Int32Array,
    how: IPicked['how'],
    mode: PickMode
  ) => void;
  readonly pickCluster: (cluster: number, mode: PickMode) => void;
}

/** Pick points by hand, by shape or by cluster. */
export function usePicking(
  map: IMapPoints,
  picked: IPicked | null,
  dispatch: React.Dispatch<HistoryAction>
): IPicking {
  const pick = React.useCallback(
    (next: IPicked | null, gesture?: string) =>
      dispatch({ type: 'set', change: { picked: next }, gesture }),
    [dispatch]
  );
  return React.useMemo((): IPicking => {
    const current = picked?.indices ?? null;
    const pickIndices: IPicking['pickIndices'] = (indices, how, mode) => {
      const combined = combine(current, indices, mode);
      if (combined.length === 0) {
        pick(null);
      } else if (mode === 'replace' || (mode === 'add' && !current)) {
        pick({ indices, how });
      } else {
        pick({ indices: combined, how: { kind: 'rows' } });
      }
    };
    const pickCluster: IPicking['pickCluster'] = (cluster, mode) => {
      const before = clustersOf(picked);
      if (mode === 'replace' && clusterOf(picked) === cluster) {
        pick(null);
      } else if (mode === 'add' && before.length > 0) {
        // What is in already is taken out again.
        pick(
          pickOfClusters(
            map,
            before.includes(cluster)
              ? before.filter(other => other !== cluster)
              : [...before, cluster]
          )
        );
      } else {
        const members = indicesOf(map.n, i => map.cluster[i] === cluster);
        pickIndices(members, { kind: 'cluster', cluster }, mode);
      }
    };
    return { picked, pick, pickIndices, pickCluster };
  }, [map, picked, pick]);
}

/** Pick again what the panel asks to be shown. */
export function useShown(
  { shown }: IInspection,
  embedding: string,
  map: IMapPoints,
  /** What the map answers. */
  answered: Recipe | null,
  dispatch: React.Dispatch<HistoryAction>,
  ask: (recipe: Neighbors) => void
): void {
  const followed = React.useRef<typeof shown>(null);
  React.useEffect(() => {
    if (!shown || shown === followed.current || shown.view !== embedding) {
      return;
    }
    const wanted = mapOf(shown);
    if (wanted && !isMapOf(answered, wanted)) {
      // It is on its way: here the cluster of that number is another one.
      return;
    }
    followed.current = shown;
    const recipe = shown.source?.recipe;
    if (recipe?.kind === 'neighbors') {
      // Distances are not kept: the question is.
      return ask(recipe);
    }
    const again = pickAgain(shown, map);
    if (again) {
      dispatch({ type: 'set', change: again });
    }
  }, [shown, embedding, map, answered, dispatch, ask]);
}

/** Have the inspection know what is picked, and pick it again in a view that comes back: the page was loaded again. */
export function usePickedAgain(
  inspection: IInspection,
  embedding: string,
  map: IMapPoints,
  selection: ISelection | null,
  dispatch: React.Dispatch<HistoryAction>
): void {
  const isBack = React.useRef(false);
  React.useEffect(() => {
    const before = isBack.current ? null : inspection.picked.get(embedding);
    isBack.current = true;
    const again =
      before && !selection && !outdated(before, inspection)
        ? pickAgain(before, map)
        : null;
    if (again) {
      dispatch({ type: 'set', change: again });
    } else {
      inspection.pick(embedding, selection);
    }
  }, [inspection, embedding, map, selection, dispatch]);
}

/** The cluster that was picked as such, or null. */
export function clusterOf(picked: IPicked | null): number | null {
  return picked?.how.kind === 'cluster' ? picked.how.cluster : null;
}

/** The clusters that were picked as such, one or several. */
export function clustersOf(picked: IPicked | null): readonly number[] {
  return picked?.how.kind === 'cluster'
    ? [picked.how.cluster]
    : picked?.how.kind === 'clusters'
      ? picked.how.clusters
      : [];
}

/** The cluster before or after that which is picked; the first or last without one. */
export function nextCluster(
  picked: IPicked | null,
  clusters: readonly ICluster[],
  compared: boolean,
  by: -1 | 1
): number | null {
  const order = sortClusters(clusters, compared ? 'change' : 'size')
    .map(({ cluster }) => cluster)
    .filter(cluster => cluster !== NOISE);
  const at = order.indexOf(clusterOf(picked) ?? NOISE);
  return (at < 0 ? order.at(by > 0 ? 0 : -1) : order[at + by]) ?? null;
}

/** All that is visible and was not picked; null when that is nothing. */
export function inverse(
  map: IMapPoints,
  picked: IPicked | null,
  visible: Uint8Array
): IPicked | null {
  const set = new Set(picked?.indices ?? []);
  const indices = indicesOf(map.n, i => visible[i] === 1 && !set.has(i));
  return indices.length > 0 ? { indices, how: { kind: 'rows' } } : null;
}
