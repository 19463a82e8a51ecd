import type { TranslationBundle } from '@jupyterlab/translation';

import type { EmbeddingMap } from '../../api/contract';
import { count, points, pointsInterval } from '../../charts/format';
import type { IMapPoints, PickMode } from '../../charts/map';
import { clustersIn, countRows, hasRows } from '../../model/selection';
import { toName } from '../../notebook/python';
import type {
  IChosen,
  IInspection,
  IRows,
  ISelection,
  Recipe,
  SetName
} from '../../tokens';
import { windowChosen } from '../parts/condition';
import { type ICluster, NOISE } from './facts';
import type { IPicked, IWindow } from './state';

/** Indices of `a` with those of `b` added or taken away; both rising. */
export function combine(
  a: Int32Array | null,
  b: Int32Array,
  mode: PickMode
): Int32Array {
  if (mode === 'replace' || (mode === 'add' && !a)) {
    return b;
  }
  const set = new Set(a ?? []);
  for (const index of b) {
    if (mode === 'add') {
      set.add(index);
    } else {
      set.delete(index);
    }
  }
  return Int32Array.from(set).sort();
}

/** All points for which something holds. */
export function indicesOf(
  n: number,
  keep: (index: number) => boolean
): Int32Array {
  const found: number[] = [];
  for (let i = 0; i < n; i++) {
    if (keep(i)) {
      found.push(i);
    }
  }
  return Int32Array.from(found);
}

/** How many of some points are of each set. */
export function countSets(
  map: IMapPoints,
  indices: Int32Array
): { primary: number; reference: number } {
  let primary = 0;
  for (const index of indices) {
    primary += map.primary[index];
  }
  return { primary, reference: indices.length - primary };
}

/** Points as rows of the two sets. */
export function rowsOf(map: IMapPoints, indices: Int32Array): IRows[] {
  const primary: number[] = [];
  const reference: number[] = [];
  for (const index of indices) {
    (map.primary[index] ? primary : reference).push(map.row[index]);
  }
  const rows: IRows[] = [];
  if (primary.length > 0) {
    rows.push({ set: 'primary', rows: primary });
  }
  if (reference.length > 0) {
    rows.push({ set: 'reference', rows: reference });
  }
  return rows;
}

/** What a pick is called. */
export function labelOf(
  picked: IPicked,
  clusters: readonly ICluster[],
  trans: TranslationBundle
): string {
  switch (picked.how.kind) {
    case 'cluster': {
      const { cluster } = picked.how;
      return cluster === NOISE
        ? trans.__('In no cluster')
        : (clusters.find(c => c.cluster === cluster)?.name ?? '');
    }
    case 'clusters': {
      const chosen = picked.how.clusters;
      const names = clusters
        .filter(({ cluster }) => chosen.includes(cluster))
        .map(({ name }) => name);
      return names.length === 2
        ? names.join(trans.__(' and '))
        : trans.__('%1 clusters', count(chosen.length));
    }
    case 'search':
      return trans.__('“%1”', picked.how.query);
    case 'lasso':
      return trans.__('Area on the map');
    case 'neighbors':
      return trans.__(
        'Nearest to row %1 of %2',
        count(picked.how.recipe.row),
        picked.how.name
      );
    case 'carriers':
      return trans.__('Rows that carry the drift');
    case 'rows':
      return trans._n('Picked row', 'Picked rows', picked.indices.length);
  }
}

/** The words that a pick is about, to be marked in its texts. */
export function termsOf(
  picked: IPicked | null,
  clusters: readonly ICluster[]
): readonly string[] {
  if (picked?.how.kind !== 'cluster') {
    return [];
  }
  const { cluster } = picked.how;
  return clusters.find(c => c.cluster === cluster)?.terms ?? [];
}

/** A pick with what is needed to name it and to write it as code. */
export interface IPickedContext {
  readonly inspection: IInspection;
  readonly embedding: string;
  readonly map: IMapPoints;
  readonly clusters: readonly ICluster[];
  readonly recipe: Recipe;
  readonly window: IWindow | null;
  /** The set whose rows alone are wanted; null for both. */
  readonly only: SetName | null;
  /** The points of the pick that are shown, of that set. */
  readonly shown: Int32Array;
  readonly trans: TranslationBundle;
}

/** A pick as everybody else sees it. */
export function toSelection(
  picked: IPicked,
  context: IPickedContext
): ISelection {
  const { inspection, embedding, map, clusters, window, only, shown, trans } =
    context;
  const label = labelOf(picked, clusters, trans);
  const sizes = sizesOf(countSets(map, shown), context);
  let what = label;
  let wish = label;
  let change = '';
  if (picked.how.kind === 'cluster') {
    const { cluster } = picked.how;
    const row = clusters.find(c => c.cluster === cluster);
    what =
      cluster === NOISE
        ? trans.__('rows in no cluster of %1', embedding)
        : trans.__('cluster "%1" of %2', label, embedding);
    wish =
      cluster === NOISE
        ? 'unclustered'
        : row?.found === undefined
          ? (row?.terms[0] ?? label)
          : label;
    const { value, lower, upper } = row?.difference ?? {};
    if (value !== null && value !== undefined) {
      change =
        lower === null || upper === null
          ? ` · ${points(value)}`
          : trans.__(
              ' · %1 %2, 90 % interval',
              points(value),
              pointsInterval(lower, upper)
            );
    }
  } else if (picked.how.kind === 'clusters') {
    what = trans.__(
      '%1 clusters of %2: %3',
      picked.how.clusters.length,
      embedding,
      picked.how.clusters
        .map(id => clusters.find(c => c.cluster === id)?.name ?? String(id))
        .join(' | ')
    );
    wish = 'clusters';
  } else if (picked.how.kind === 'search') {
    what = trans.__('rows whose text has "%1"', picked.how.query);
    wish = picked.how.query;
  } else if (picked.how.kind === 'neighbors') {
    what = trans.__(
      'rows nearest to row %1 of %2 by %3',
      picked.how.recipe.row,
      picked.how.name,
      embedding
    );
    wish = 'similar_rows';
  } else if (picked.how.kind === 'carriers') {
    what = trans.__('rows that carry the drift of %1', embedding);
    wish = 'drifted';
  } else if (picked.how.kind === 'lasso') {
    what = trans.__('an area on the map of %1', embedding);
    wish = 'area';
  } else {
    what = trans.__('rows picked on the map of %1', embedding);
    wish = 'picked';
  }
  const limits = [
    ...(window ? [window.label] : []),
    ...(only ? [trans.__('%1 only', inspection[only]?.name ?? '')] : [])
  ];
  what = [what, ...limits].join(', ');
  return {
    id: `${embedding}:${keyOf(picked.how)}:${limits.join(', ')}:${shown.length}:${shown[0] ?? ''}`,
    label: [label, ...limits].join(', '),
    rows: rowsOf(map, shown),
    variable: toName(wish, 'rows'),
    // One set after the other: so the rows can be told apart again.
    comment: [what, `${sizes.join(trans.__(', then '))}${change}`],
    source: sourceOf(picked, context),
    view: embedding
  };
}

/** The same text for the same way of picking. */
function keyOf(how: IPicked['how']): string {
  return JSON.stringify(
    how.kind === 'neighbors' || how.kind === 'carriers' ? how.recipe : how
  );
}

/** The pick that a selection came from, or null when its rows are not known or not on this map. */
export function pickOf(selection: ISelection, map: IMapPoints): IPicked | null {
  const { clusters, only } = clustersIn(selection);
  const whole = clusters.length > 0 ? pickOfClusters(map, clusters) : null;
  if (whole && !hasRows(selection)) {
    const indices = ofSet(map, whole.indices, only);
    return indices.length === countRows(selection)
      ? { ...whole, indices }
      : null;
  }
  const rows = { primary: new Set<number>(), reference: new Set<number>() };
  for (const part of selection.rows) {
    part.rows.forEach(row => rows[part.set].add(row));
  }
  const indices = indicesOf(map.n, i =>
    rows[map.primary[i] ? 'primary' : 'reference'].has(map.row[i])
  );
  if (indices.length === 0) {
    return null;
  }
  // The same rows need not be these clusters any more: another number of neighbours makes another map.
  return whole && isSameRows(whole.indices, indices)
    ? whole
    : { indices, how: { kind: 'rows' } };
}

/** What is picked when a selection is picked again: clusters as such, though the rows of one set alone are wanted. */
export function pickAgain(
  selection: ISelection,
  map: IMapPoints
): { readonly picked: IPicked; readonly only: SetName | null } | null {
  const picked = pickOf(selection, map);
  const { clusters, only } = clustersIn(selection);
  const whole = picked && only && pickOfClusters(map, clusters);
  const part = whole && ofSet(map, whole.indices, only);
  return (
    picked &&
    (whole && part && isSameRows(part, picked.indices)
      ? { picked: whole, only }
      : { picked, only: null })
  );
}

function isSameRows(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((index, i) => b[i] === index);
}

/** All points of some clusters; null where they have none. */
export function pickOfClusters(
  map: IMapPoints,
  clusters: readonly number[]
): IPicked | null {
  const indices = indicesOf(map.n, i => clusters.includes(map.cluster[i]));
  return indices.length === 0
    ? null
    : {
        indices,
        how:
          clusters.length === 1
            ? { kind: 'cluster', cluster: clusters[0] }
            : { kind: 'clusters', clusters }
      };
}

/** "169 rows of prod", "11 of train": of the sets that are wanted. */
function sizesOf(
  counts: Record<SetName, number>,
  { inspection, only, trans }: IPickedContext
): string[] {
  const sets = (['primary', 'reference'] as const).filter(
    set => inspection[set] !== null && (only === null || only === set)
  );
  return sets.map((set, i) => {
    const name = inspection[set]?.name ?? '';
    const n = counts[set];
    return i === 0
      ? trans._n('%2 row of %3', '%2 rows of %3', n, count(n), name)
      : trans.__('%1 of %2', count(n), name);
  });
}

/** The conditions that the rows of a cluster, of an area or of a window meet; null where nothing but their places says it. */
export function chosenOf(
  picked: IPicked | null,
  label: string,
  map: EmbeddingMap,
  {
    window,
    time,
    isCompared
  }: {
    readonly window: IWindow | null;
    readonly time: string | null;
    readonly isCompared: boolean;
  }
): IChosen[] | null {
  const within =
    window && time ? [windowChosen(time, window.iso, isCompared)] : [];
  switch (picked?.how.kind) {
    case 'cluster':
      return [
        {
          condition: { kind: 'in_cluster', map, cluster: picked.how.cluster },
          label
        },
        ...within
      ];
    case 'lasso':
      return [
        {
          condition: {
            kind: 'in_lasso',
            map,
            polygon: picked.how.polygon.map(([x, y]) => [x, y])
          }
        },
        ...within
      ];
    case undefined:
      return within.length > 0 ? within : null;
    default:
      return null;
  }
}

/** The points of one set, or all of them. */
export function ofSet(
  map: IMapPoints,
  indices: Int32Array,
  only: SetName | null
): Int32Array {
  return only === null
    ? indices
    : indices.filter(i => (map.primary[i] === 1) === (only === 'primary'));
}

/** The expression that gives the rows again, when there is one that gives exactly these. */
function sourceOf(
  picked: IPicked,
  { map, recipe, shown, window, only }: IPickedContext
): ISelection['source'] {
  // Its recipe knows of the window.
  if (picked.how.kind === 'carriers') {
    return picked.how.isWhole && shown.length === picked.indices.length
      ? { recipe: picked.how.recipe, call: '.carriers()' }
      : null;
  }
  // Filters and windows are not part of the map that the recipe gives.
  if (window || shown.length !== ofSet(map, picked.indices, only).length) {
    return null;
  }
  const set = only ? `, set="${only}"` : '';
  if (picked.how.kind === 'cluster') {
    return { recipe, call: `.cluster(${picked.how.cluster}${set})` };
  }
  if (picked.how.kind === 'clusters') {
    const list = [...picked.how.clusters].sort((a, b) => a - b).join(', ');
    return { recipe, call: `.cluster([${list}]${set})` };
  }
  if (picked.how.kind === 'neighbors') {
    const alone = only ? `set="${only}"` : '';
    return { recipe: picked.how.recipe, call: `.neighbors(${alone})` };
  }
  if (picked.how.kind === 'lasso') {
    const corners = picked.how.polygon.map(([x, y]) => `(${x}, ${y})`);
    return { recipe, call: `.lasso([${corners.join(', ')}]${set})` };
  }
  return null;
}
