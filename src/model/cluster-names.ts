import { UUID } from '@lumino/coreutils';

import type { EmbeddingMap } from '../api/contract';
import { inner } from '../notebook/recipe-code';
import type { IInspection, ISelection, Recipe, SetName } from '../tokens';
import { assign } from './matching';
import { outdated } from './selection';

/** Rows that a name keeps of its cluster: by them the cluster is found again on another map. */
const MARKS = 40;
/** Rows of the reference from which its rows are the marks: that set changes less. */
const ENOUGH = 10;

/** A name that a person gave to a cluster: a selection of some of its rows, labelled so. */
export function nameOfCluster(
  embedding: string,
  map: EmbeddingMap,
  cluster: number,
  label: string,
  rows: Readonly<Record<SetName, readonly number[]>>
): ISelection {
  const set = rows.reference.length >= ENOUGH ? 'reference' : 'primary';
  const all = rows[set].length > 0 ? rows[set] : rows.reference;
  const some = Math.min(MARKS, all.length);
  return {
    id: UUID.uuid4(),
    label,
    variable: 'rows',
    comment: [],
    view: embedding,
    rows: [
      {
        set: all === rows.primary ? 'primary' : 'reference',
        rows: Array.from(
          { length: some },
          (_, i) => all[Math.floor((i * all.length) / some)]
        )
      }
    ],
    source: { recipe: map, call: callOf(cluster) }
  };
}

/** What a person calls a cluster of a map; null where nobody said, or the map is of other rows by now. */
export function givenName(
  inspection: Pick<IInspection, 'clusterNames' | 'primary' | 'reference'>,
  map: EmbeddingMap,
  cluster: number
): string | null {
  const found = inspection.clusterNames.find(
    name => isNameOf(name, map, cluster) && !outdated(name, inspection)
  );
  return found?.label ?? null;
}

/** Whether a name was given to, or found again at, a cluster of a map. */
export function isNameOf(
  { source }: ISelection,
  map: EmbeddingMap,
  cluster: number
): boolean {
  return source?.call === callOf(cluster) && isOfMap(source.recipe, map);
}

function isOfMap(recipe: Recipe, map: EmbeddingMap): boolean {
  return recipe.kind === 'embedding_map' && keyOf(recipe) === keyOf(map);
}

function callOf(cluster: number): string {
  return `.cluster(${cluster})`;
}

/**
 * Which cluster of a map each name belongs to: the one with most of its rows, no two names the same.
 *
 * @param clusterAt - The cluster of a row, −1 for none; undefined where the row is not on the map.
 * @returns By cluster, the place of its name.
 */
export function placeNames(
  names: readonly ISelection[],
  clusterAt: (set: SetName, row: number) => number | undefined
): ReadonlyMap<number, number> {
  const known: number[] = [];
  const counts = names.map(({ rows }, i) => {
    known[i] = 0;
    const found = new Map<number, number>();
    for (const { set, rows: marks } of rows) {
      for (const row of marks) {
        const cluster = clusterAt(set, row);
        known[i] += cluster === undefined ? 0 : 1;
        if (cluster !== undefined && cluster >= 0) {
          found.set(cluster, (found.get(cluster) ?? 0) + 1);
        }
      }
    }
    return found;
  });
  const clusters = [...new Set(counts.flatMap(found => [...found.keys()]))];
  const places = assign(
    counts.map(found => clusters.map(cluster => found.get(cluster) ?? 0))
  );
  return new Map(
    places.flatMap((place, i) => {
      const has = counts[i].get(clusters[place]) ?? 0;
      return place >= 0 && 2 * has >= known[i] ? [[clusters[place], i]] : [];
    })
  );
}

/**
 * The names as a map has them: each that has a place is that of the cluster there, and of the others none is that of a cluster of this map.
 *
 * @param places - As `placeNames` has found them.
 * @returns Null where they are so already.
 */
export function settled(
  names: readonly ISelection[],
  places: ReadonlyMap<number, number>,
  map: EmbeddingMap,
  sets: Pick<IInspection, 'primary' | 'reference'>
): readonly ISelection[] | null {
  const at = new Map([...places].map(([cluster, i]) => [i, cluster]));
  const now = names.map((name, i) => {
    const cluster = at.get(i);
    if (cluster === undefined) {
      // Its rows may be a cluster of another map.
      return name.source && isOfMap(name.source.recipe, map)
        ? { ...name, source: null }
        : name;
    }
    return isNameOf(name, map, cluster) && !outdated(name, sets)
      ? name
      : movedTo(name, map, cluster);
  });
  return now.some((name, i) => name !== names[i]) ? now : null;
}

/** The name as that of a cluster of this map. */
export function movedTo(
  name: ISelection,
  map: EmbeddingMap,
  cluster: number
): ISelection {
  return {
    ...name,
    rows: name.rows.map(({ set, rows }) => ({ set, rows })),
    source: { recipe: map, call: callOf(cluster) }
  };
}

/** What the clusters of a map depend on. */
function keyOf(map: EmbeddingMap): string {
  return inner(
    {
      ...map,
      where: undefined,
      window: null,
      picked_from: null,
      unit: null,
      resamples: 0
    },
    ''
  );
}
