import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { type IMapPoints, inside } from '../../charts/map';
import { assign } from '../../model/matching';
import type { SetName } from '../../tokens';
import { clusterSlots } from './colour';
import { type ICluster, NOISE, sortClusters } from './facts';
import { indicesOf, pickOfClusters } from './picked';
import type { IPicked } from './state';

/** A map that was shown, and what its clusters were called and coloured. */
export interface IShownMap {
  readonly map: IMapPoints;
  readonly clusters: readonly ICluster[];
  readonly slots: ReadonlyMap<number, number>;
}

/** What became of the clusters of the map before. */
export interface IFollowed {
  readonly clusters: readonly ICluster[];
  /** By cluster before: the one that it is now. */
  readonly now: ReadonlyMap<number, number>;
  /** In words; null where nothing is to be said. */
  readonly said: string | null;
}

/** Part of the rows of a cluster that makes what has it a part of it. */
const HALF = 0.5;
/** Part of the rows from which a cluster counts among those that another split into, or that became one. */
const SOME = 0.2;

/** The point of each row. */
export function pointsOf(
  map: IMapPoints
): (set: SetName, row: number) => number | undefined {
  const found = {
    primary: new Map<number, number>(),
    reference: new Map<number, number>()
  };
  map.row.forEach((row, i) =>
    found[map.primary[i] ? 'primary' : 'reference'].set(row, i)
  );
  return (set, row) => found[set].get(row);
}

/** Of each point of a map the point of the same row on another, or −1. */
function pairs(from: IMapPoints, to: IMapPoints): Int32Array {
  const at = pointsOf(to);
  return Int32Array.from(
    from.row,
    (row, i) => at(from.primary[i] ? 'primary' : 'reference', row) ?? -1
  );
}

/** Whether rows that are on both maps are at the very same place and in the same cluster. */
export function isUnmoved(before: IMapPoints, now: IMapPoints): boolean {
  return pairs(before, now).every(
    (j, i) =>
      j < 0 ||
      (before.x[i] === now.x[j] &&
        before.y[i] === now.y[j] &&
        before.cluster[i] === now.cluster[j])
  );
}

/** Whether a map is all of the other one, and perhaps more. */
export function isPart(before: IMapPoints, now: IMapPoints): boolean {
  return isUnmoved(before, now) && !pairs(before, now).includes(-1);
}

/** The clusters of a map under the names and colours of those of the map before that they have most rows in common with. */
export function follow(
  before: IShownMap,
  map: IMapPoints,
  clusters: readonly ICluster[],
  trans: TranslationBundle
): IFollowed {
  const groups = (list: readonly ICluster[]): number[] =>
    list.map(c => c.cluster).filter(cluster => cluster !== NOISE);
  const [old, fresh] = [groups(before.clusters), groups(clusters)];
  const row = new Map(old.map((cluster, i) => [cluster, i]));
  const column = new Map(fresh.map((cluster, i) => [cluster, i]));
  const shared = old.map(() => fresh.map(() => 0));
  const [was, is] = [old.map(() => 0), fresh.map(() => 0)];
  pairs(before.map, map).forEach((j, point) => {
    if (j >= 0) {
      const a = row.get(before.map.cluster[point]);
      const b = column.get(map.cluster[j]);
      if (a !== undefined) {
        was[a]++;
      }
      if (b !== undefined) {
        is[b]++;
      }
      if (a !== undefined && b !== undefined) {
        shared[a][b]++;
      }
    }
  });
  const kept = assign(shared).map((b, a) =>
    b >= 0 && shared[a][b] >= HALF * Math.min(was[a], is[b]) ? b : -1
  );
  const now = new Map(
    kept.flatMap((b, a) => (b < 0 ? [] : [[old[a], fresh[b]] as const]))
  );
  const named = carryNames(before, clusters, now);
  return { clusters: named, now, said: says() };

  function says(): string | null {
    const name = (list: readonly ICluster[], cluster: number): string =>
      trans.__('“%1”', list.find(c => c.cluster === cluster)?.name ?? '');
    const nameNow = (cluster: number): string => {
      const from = [...now].find(([, to]) => to === cluster)?.[0];
      return from === undefined
        ? name(named, cluster)
        : name(before.clusters, from);
    };
    const parts: string[] = [];
    const told = new Set<number>();
    const splits: string[] = [];
    const other = new Set<number>();
    old.forEach((cluster, a) => {
      const into = fresh.filter(
        (_, b) => shared[a][b] >= SOME * was[a] && shared[a][b] >= HALF * is[b]
      );
      if (into.length > 1) {
        into.forEach(part => told.add(part));
        other.add(cluster);
        splits.push(
          trans.__(
            '%1 split into %2',
            name(before.clusters, cluster),
            count(into.length)
          )
        );
      }
    });
    parts.push(
      ...(splits.length > MOST_TOLD
        ? [trans.__('%1 split', count(splits.length))]
        : splits)
    );
    const merged = new Set<number>();
    const joined: string[] = [];
    fresh.forEach((cluster, b) => {
      const from = old.filter(
        (_, a) => shared[a][b] >= SOME * is[b] && shared[a][b] >= HALF * was[a]
      );
      if (from.length > 1) {
        from.forEach(part => merged.add(part));
        joined.push(
          trans.__(
            '%1 are one now, %2',
            from.map(part => name(before.clusters, part)).join(', '),
            nameNow(cluster)
          )
        );
      }
    });
    parts.push(
      ...(joined.length > MOST_TOLD
        ? [trans.__('%1 became %2', count(merged.size), count(joined.length))]
        : joined)
    );
    const same = [...now.keys()].filter(c => !other.has(c) && !merged.has(c));
    const followed = new Set(now.values());
    const born = fresh.filter(c => !followed.has(c) && !told.has(c));
    if (born.length > 0) {
      parts.push(
        trans._n(
          '%2 is new: %3',
          '%2 are new: %3',
          born.length,
          count(born.length),
          listed(born.map(nameNow))
        )
      );
    }
    const gone = old.filter(c => !now.has(c) && !merged.has(c));
    if (gone.length > 0) {
      parts.push(
        trans._n(
          '%2 is gone: %3',
          '%2 are gone: %3',
          gone.length,
          count(gone.length),
          listed(gone.map(cluster => name(before.clusters, cluster)))
        )
      );
    }
    return old.length === 0
      ? null
      : [
          trans._n(
            '%2 of %3 cluster is as before',
            '%2 of %3 clusters are as before',
            old.length,
            count(same.length),
            count(old.length)
          ),
          ...parts
        ].join('; ') + '.';
  }
}

const MOST_LISTED = 3;
/** Splits, and clusters that became one, that are told one by one. */
const MOST_TOLD = 2;

/** The first of some names. */
export function listed(names: readonly string[]): string {
  return names.length > MOST_LISTED
    ? `${names.slice(0, MOST_LISTED).join(', ')}, …`
    : names.join(', ');
}

/** The clusters with what they were called and coloured; a name that goes with another cluster is not used twice. */
function carryNames(
  before: IShownMap,
  clusters: readonly ICluster[],
  now: ReadonlyMap<number, number>
): ICluster[] {
  const old = new Map(
    [...now].map(([from, to]) => [
      to,
      before.clusters.find(c => c.cluster === from)
    ])
  );
  const slots = new Map(
    [...now].map(([from, to]) => [to, before.slots.get(from)])
  );
  const nameOf = (c: ICluster | undefined): string | undefined =>
    c?.found ?? c?.name;
  const taken = new Set([...old.values()].map(nameOf));
  return clusters.map(cluster => {
    let name = nameOf(old.get(cluster.cluster));
    if (name === undefined) {
      name = cluster.name;
      for (let n = 2; taken.has(name); n++) {
        name = `${cluster.name} (${n})`;
      }
      taken.add(name);
    }
    return { ...cluster, name, slot: slots.get(cluster.cluster) };
  });
}

/** What was picked on the map before, on this one; null where it cannot be found. */
export function carryPick(
  picked: IPicked | null,
  before: IMapPoints,
  map: IMapPoints,
  now: ReadonlyMap<number, number>
): IPicked | null {
  switch (picked?.how.kind) {
    case 'cluster':
    case 'clusters': {
      const { how } = picked;
      const wanted = how.kind === 'cluster' ? [how.cluster] : how.clusters;
      const there = wanted.map(c => (c === NOISE ? c : now.get(c)));
      return there.some(c => c === undefined)
        ? null
        : pickOfClusters(map, there as number[]);
    }
    case 'lasso': {
      const { polygon } = picked.how;
      return isPart(before, map)
        ? {
            how: picked.how,
            indices: indicesOf(map.n, i => inside(polygon, map.x[i], map.y[i]))
          }
        : null;
    }
    case 'search':
    case 'rows': {
      const at = pairs(before, map);
      return isPart(before, map)
        ? {
            how: { kind: 'rows' },
            indices: picked.indices.map(i => at[i]).sort()
          }
        : null;
    }
    default:
      return null;
  }
}

export interface IFollowing extends IFollowed {
  /** Whether this is another map than the one before, not other rows of it. */
  readonly isOther: boolean;
  /** Remember what is shown, for the next map. */
  readonly show: (clusters: readonly ICluster[]) => void;
}

/** Follow the clusters from one map to the next. */
export function useFollowed(
  map: IMapPoints | null,
  found: readonly ICluster[],
  isCompared: boolean,
  trans: TranslationBundle
): IFollowing {
  const shown = React.useRef<IShownMap | null>(null);
  const answer = React.useMemo(() => {
    const before = shown.current;
    return before && map
      ? {
          ...follow(before, map, found, trans),
          isOther: !isUnmoved(before.map, map)
        }
      : { clusters: found, now: new Map(), said: null, isOther: false };
  }, [map, found, trans]);
  const show = React.useCallback(
    (clusters: readonly ICluster[]) => {
      const ranked = sortClusters(clusters, isCompared ? 'change' : 'size');
      shown.current = map && { map, clusters, slots: clusterSlots(ranked) };
    },
    [map, isCompared]
  );
  return { ...answer, show };
}
