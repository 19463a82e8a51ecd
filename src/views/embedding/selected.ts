import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IMapPoints } from '../../charts/map';
import type { IInspection, ISelection, Recipe, SetName } from '../../tokens';
import { areaOf, areaText, useUnitOf } from './area';
import type { ICluster } from './facts';
import { countSets, indicesOf, labelOf, ofSet, toSelection } from './picked';
import { sharesOf } from './shares';
import type { IPicked, IWindow } from './state';

export interface ISelectedContext {
  readonly inspection: IInspection;
  readonly embedding: string;
  readonly recipe: Recipe;
  readonly map: IMapPoints;
  /** The clusters with the numbers of the window, when there is one. */
  readonly clusters: readonly ICluster[];
  /** Indices of the points that the picked cluster is best known by. */
  readonly typical: readonly number[] | undefined;
  /** Whether the rows at the edge of a cluster come first, not those that it is best known by. */
  readonly borderline: boolean;
  readonly visible: Uint8Array;
  readonly window: IWindow | null;
  /** 1 for primary points inside of the window; null without one. */
  readonly inside: Uint8Array | null;
  readonly insideRows: number;
  /** The set whose rows alone are wanted; null for both. */
  readonly only: SetName | null;
  readonly trans: TranslationBundle;
}

export interface ISelected {
  readonly label: string;
  /** Indices of the points of the wanted set, in the order of the list: neighbours by distance; else those of the primary set first, the most typical of a cluster before all. */
  readonly indices: Int32Array;
  /** How many there are in each set, wanted or not. */
  readonly counts: { readonly primary: number; readonly reference: number };
  /** What share of each set that is, in words. */
  readonly shares: readonly string[];
  /** How an area that was drawn differs between the sets, in words; null where none was. */
  readonly area: string | null;
  /** The rows as all others see them; null when nothing was chosen. */
  readonly selection: ISelection | null;
}

/** The rows that were picked and are shown; without a pick those of the window, or all. */
export function useSelected(
  picked: IPicked | null,
  context: ISelectedContext
): ISelected {
  const { inspection, embedding, recipe, map, clusters, trans } = context;
  const { typical, borderline, visible, window, inside, only } = context;
  const effective = React.useMemo(
    (): IPicked =>
      picked ?? {
        indices: indicesOf(map.n, i => (inside ? inside[i] === 1 : true)),
        how: { kind: 'rows' }
      },
    [map, picked, inside]
  );
  const shown = React.useMemo(
    () => effective.indices.filter(i => visible[i] === 1),
    [effective, visible]
  );
  const wanted = React.useMemo(
    () => ofSet(map, shown, only),
    [map, shown, only]
  );
  const indices = React.useMemo(
    () =>
      picked?.how.kind === 'neighbors' || picked?.how.kind === 'carriers'
        ? ofThem(picked.how.order, wanted)
        : borderline
          ? fromTheEdge(map, wanted)
          : inOrder(map, wanted, typical ?? []),
    [map, wanted, typical, picked, borderline]
  );
  const counts = React.useMemo(() => countSets(map, shown), [map, shown]);
  const isArea = picked?.how.kind === 'lasso' && inspection.reference !== null;
  const unitOf = useUnitOf(inspection, map, isArea);
  const area = React.useMemo(() => {
    if (!isArea || unitOf === undefined) {
      return null;
    }
    const marked = new Uint8Array(map.n);
    shown.forEach(i => (marked[i] = 1));
    return areaOf(map, marked, inside, unitOf);
  }, [isArea, unitOf, map, shown, inside]);
  const chosen = picked !== null || inside !== null;
  const selection = React.useMemo(
    () =>
      chosen && wanted.length > 0
        ? toSelection(effective, {
            inspection,
            embedding,
            map,
            clusters,
            recipe,
            window,
            only,
            shown: wanted,
            trans
          })
        : null,
    [
      chosen,
      effective,
      wanted,
      only,
      inspection,
      embedding,
      map,
      clusters,
      recipe,
      window,
      trans
    ]
  );
  const { primary, reference } = inspection;
  return {
    label: picked
      ? labelOf(picked, clusters, trans)
      : (window?.label ?? trans.__('All rows')),
    indices,
    counts,
    shares: sharesOf(picked, {
      clusters,
      counts,
      totals: {
        primary: inside ? context.insideRows : map.nPrimary,
        reference: map.n - map.nPrimary
      },
      primary: inside ? trans.__('the window') : primary.name,
      reference: reference?.name ?? null,
      trans
    }),
    area:
      area &&
      areaText(
        area,
        {
          primary: inside ? trans.__('the window') : primary.name,
          reference: reference?.name ?? ''
        },
        trans
      ),
    selection
  };
}

/** Those of some points that are among others, in their own order. */
function ofThem(order: Int32Array, wanted: Int32Array): Int32Array {
  const members = new Set(wanted);
  return order.filter(i => members.has(i));
}

/** The rows of a cluster from its edge inwards: those first whose nearest rows are in others. */
function fromTheEdge(map: IMapPoints, rows: Int32Array): Int32Array {
  const inside = (i: number): number =>
    Number.isNaN(map.within[i]) ? 1 : map.within[i];
  return rows.slice().sort((a, b) => inside(a) - inside(b) || a - b);
}

export function inOrder(
  map: IMapPoints,
  shown: Int32Array,
  typical: readonly number[]
): Int32Array {
  const members = new Set(shown);
  const first = typical.filter(i => members.has(i));
  first.forEach(i => members.delete(i));
  const rest = shown.filter(i => members.has(i));
  return Int32Array.from([
    ...first,
    ...rest.filter(i => map.primary[i]),
    ...rest.filter(i => !map.primary[i])
  ]);
}
