import * as React from 'react';

import type { EmbeddingMap } from '../../api/contract';
import type { IMapPoints } from '../../charts/map';
import {
  givenName,
  isNameOf,
  nameOfCluster,
  placeNames,
  settled
} from '../../model/cluster-names';
import type { IInspection, SetName } from '../../tokens';
import type { ICluster } from './facts';
import { pointsOf } from './follow';
import { indicesOf, rowsOf } from './picked';

export interface INamed {
  readonly clusters: readonly ICluster[];
  /** Give a cluster a name; null takes it back. */
  readonly rename: (cluster: number, name: string | null) => void;
}

/** The clusters under the names that a person gave them, wherever these are now. */
export function useNamed(
  inspection: IInspection,
  embedding: string,
  /** The map of all rows. */
  whole: EmbeddingMap,
  map: IMapPoints | null,
  clusters: readonly ICluster[]
): INamed {
  const all = inspection.clusterNames;
  const key = JSON.stringify(whole);
  // The same object for the same question.
  const recipe = React.useMemo(() => JSON.parse(key) as EmbeddingMap, [key]);
  const isWhole = inspection.where.length === 0;
  const names = React.useMemo(
    () => all.filter(({ view }) => view === embedding),
    [all, embedding]
  );
  const places = React.useMemo(
    () => placeNames(names, map && names.length > 0 ? finder(map) : nowhere),
    [names, map]
  );
  React.useEffect(() => {
    if (!map || !isWhole) {
      return;
    }
    const now = settled(names, places, recipe, inspection);
    if (now) {
      inspection.nameClusters(embedding, now);
    }
  }, [inspection, embedding, recipe, isWhole, map, names, places]);

  const named = React.useMemo(() => {
    return clusters.map(cluster => {
      const place = places.get(cluster.cluster);
      const name =
        place === undefined
          ? givenName(inspection, recipe, cluster.cluster)
          : names[place].label;
      return name === null
        ? cluster
        : { ...cluster, name, found: cluster.name };
    });
  }, [inspection, recipe, clusters, places, names]);
  const rename = React.useCallback(
    (cluster: number, name: string | null) => {
      if (!map) {
        return;
      }
      const before = places.get(cluster);
      // The rows of the name before may be others than those that are looked at.
      const others = names.filter(
        (one, i) => i !== before && !isNameOf(one, recipe, cluster)
      );
      const members = indicesOf(map.n, i => map.cluster[i] === cluster);
      const rows = { primary: [] as number[], reference: [] as number[] };
      rowsOf(map, members).forEach(part => rows[part.set].push(...part.rows));
      inspection.nameClusters(
        embedding,
        name === null
          ? others
          : [...others, nameOfCluster(embedding, recipe, cluster, name, rows)]
      );
    },
    [inspection, embedding, recipe, map, names, places]
  );
  return { clusters: named, rename };
}

function nowhere(): undefined {
  return undefined;
}

/** The cluster of each row of a map. */
function finder(
  map: IMapPoints
): (set: SetName, row: number) => number | undefined {
  const at = pointsOf(map);
  return (set, row) => {
    const point = at(set, row);
    return point === undefined ? undefined : map.cluster[point];
  };
}
