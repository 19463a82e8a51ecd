import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { numbers, strings } from '../../api/arrow';
import type { EmbeddingMap, Neighbors } from '../../api/contract';
import type { IMapPoints } from '../../charts/map';
import type { IInspection, IResult, SetName } from '../../tokens';
import type { IPicking } from './picking';
import type { IPicked } from './state';

/** How many rows can be asked for; the first is what is asked without a wish. */
export const AMOUNTS = [25, 50, 100, 250] as const;

export interface ISimilar {
  /** Pick the rows nearest to a point's row. */
  readonly find: (point: number, k?: number) => void;
  /** Ask a question again that was asked before. */
  readonly ask: (recipe: Neighbors) => void;
  /** The point that is asked about now, or −1. */
  readonly busy: number;
  readonly error: Error | null;
}

/** Pick the rows nearest to a row in the original space: asked of the server, over all rows. */
export function useSimilar(
  inspection: IInspection,
  { embedding, where }: EmbeddingMap,
  map: IMapPoints,
  { pick }: IPicking,
  trans: TranslationBundle
): ISimilar {
  const [asked, setAsked] = React.useState<{
    map: IMapPoints;
    point: number;
    error: Error | null;
  } | null>(null);
  const latest = React.useRef(0);
  React.useEffect(
    () => () => {
      latest.current++;
    },
    [map, inspection]
  );
  const ask = React.useCallback(
    (recipe: Neighbors) => {
      const mine = ++latest.current;
      const set = recipe.set ?? 'primary';
      const point = pointOf(map, set, recipe.row);
      const name = inspection[set]?.name ?? '';
      const show = (change: { point: number; error: Error | null }): void => {
        if (mine === latest.current) {
          setAsked({ map, ...change });
        }
      };
      show({ point, error: null });
      inspection.run(recipe).done.then(
        result => {
          if (mine !== latest.current) {
            return;
          }
          show({ point: -1, error: null });
          const found = read(result, map, { recipe, name, point });
          if (found) {
            pick(found, `neighbors:${set}:${recipe.row}`);
          } else {
            show({
              point: -1,
              error: new Error(
                trans.__('No other row has a vector to compare.')
              )
            });
          }
        },
        (reason: unknown) =>
          show({
            point: -1,
            error: reason instanceof Error ? reason : new Error(String(reason))
          })
      );
    },
    [inspection, map, pick, trans]
  );
  const find = React.useCallback(
    (point: number, k?: number) => {
      if (point >= 0 && point < map.n) {
        ask({
          kind: 'neighbors',
          embedding,
          row: map.row[point],
          set: map.primary[point] ? 'primary' : 'reference',
          ...(k === undefined ? {} : { k }),
          ...(where?.length ? { where } : {})
        });
      }
    },
    // The conditions are others only when they say something else.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [ask, embedding, map, JSON.stringify(where)]
  );
  const now = asked?.map === map ? asked : null;
  return { find, ask, busy: now?.point ?? -1, error: now?.error ?? null };
}

/** Index of the point of a row, or −1 when it is not on the map. */
function pointOf(map: IMapPoints, set: SetName, row: number): number {
  const primary = set === 'primary' ? 1 : 0;
  for (let i = 0; i < map.n; i++) {
    if (map.row[i] === row && map.primary[i] === primary) {
      return i;
    }
  }
  return -1;
}

/** The answer as a pick; null when no row of it is on the map. */
function read(
  { table, meta }: IResult,
  map: IMapPoints,
  asked: { recipe: Neighbors; name: string; point: number }
): IPicked | null {
  const places = new Map<number, number>();
  for (let i = 0; i < map.n; i++) {
    places.set(2 * map.row[i] + map.primary[i], i);
  }
  const rows = numbers(table, 'row');
  const sets = strings(table, 'set');
  const far = numbers(table, 'distance');
  const order: number[] = [];
  const distances: number[] = [];
  rows.forEach((row, i) => {
    const at = places.get(2 * (row ?? -1) + (sets[i] === 'primary' ? 1 : 0));
    if (at !== undefined) {
      order.push(at);
      distances.push(far[i] ?? NaN);
    }
  });
  if (order.length === 0) {
    return null;
  }
  return {
    indices: Int32Array.from(order).sort(),
    how: {
      kind: 'neighbors',
      ...asked,
      order: Int32Array.from(order),
      distances: Float64Array.from(distances),
      metric: meta.metric === 'euclidean' ? 'euclidean' : 'cosine'
    }
  };
}
