import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { InferencesModel } from '../../api/contract';
import { count } from '../../charts/format';
import { type IMapPoints, isSameMap } from '../../charts/map';
import type { IInspection } from '../../tokens';
import type { ICluster, IMapFacts } from './facts';
import { carryPick, type IFollowing, isPart, listed } from './follow';
import type { HistoryAction, IPicked } from './state';
import type { IMapParameters } from './toolbar';

type Anchor = IMapParameters['anchor'];
type Sets = Pick<IInspection, 'primary' | 'reference'>;
type SetParameters = React.Dispatch<React.SetStateAction<IMapParameters>>;

/** What the map is of after the sets have changed: where they only grew, of the rows that it was of. */
export function anchorAfter(anchor: Anchor, before: Sets, now: Sets): Anchor {
  if (anchor === 'reference') {
    return now.reference === null ? null : anchor;
  }
  const grows = (a: InferencesModel | null, b: InferencesModel | null) =>
    a === null || b === null
      ? a === b
      : a.name === b.name && a.variable === b.variable && b.n_rows >= a.n_rows;
  const isGrown =
    grows(before.primary, now.primary) &&
    grows(before.reference, now.reference);
  const rows = ({ primary, reference }: Sets): [number, number] => [
    primary.n_rows,
    reference?.n_rows ?? 0
  ];
  return !isGrown
    ? null
    : rows(before).join() === rows(now).join()
      ? anchor
      : (anchor ?? rows(before));
}

/**
 * Keep to the rows that the map is of, where the sets only grew.
 *
 * @returns Whether the next map is to be the one before, with more rows.
 */
export function useAnchor(
  inspection: IInspection,
  parameters: IMapParameters,
  setParameters: SetParameters
): React.MutableRefObject<boolean> {
  const { primary, reference } = inspection;
  const [sets, setSets] = React.useState<Sets>({ primary, reference });
  const isWaiting = React.useRef(false);
  // Before anything is asked about the new sets.
  if (sets.primary.id !== primary.id || sets.reference?.id !== reference?.id) {
    const anchor = anchorAfter(parameters.anchor, sets, inspection);
    isWaiting.current = Array.isArray(anchor);
    setSets({ primary, reference });
    setParameters({ ...parameters, anchor });
  }
  return isWaiting;
}

/**
 * Go on from one map to the next: with what was picked, where it is there.
 *
 * @returns The map, where it is the one before with more rows.
 */
export function useOnward(
  map: IMapPoints | null,
  context: {
    readonly followed: IFollowing;
    readonly picked: IPicked | null;
    readonly isWaiting: React.MutableRefObject<boolean>;
    readonly setParameters: SetParameters;
    readonly dispatch: React.Dispatch<HistoryAction>;
  }
): IMapPoints | null {
  const { isWaiting, setParameters, dispatch } = context;
  const latest = React.useRef(context);
  latest.current = context;
  const drawn = React.useRef<IMapPoints | null>(null);
  const [grown, setGrown] = React.useState<IMapPoints | null>(null);
  // Before any other effect: what is picked on the new map at once must not be cleared by this.
  React.useLayoutEffect(() => {
    const before = drawn.current;
    drawn.current = map ?? before;
    const waited = isWaiting.current;
    if (map) {
      isWaiting.current = false;
    }
    // What was read again and is the same leaves everything as it is.
    if (!map || (before && isSameMap(before, map))) {
      return;
    }
    const isGrown = before !== null && waited && isPart(before, map);
    if (before && waited && !isGrown) {
      // Not the rows that the map was of: it is made of all rows again.
      setParameters(old => ({ ...old, anchor: null }));
    }
    setGrown(isGrown ? map : null);
    const { followed, picked } = latest.current;
    dispatch({
      type: 'points',
      isGrown,
      kept:
        before && (isGrown || followed.isOther)
          ? carryPick(picked, before, map, followed.now)
          : null
    });
  }, [map, isWaiting, setParameters, dispatch]);
  return grown;
}

/** Say what was placed on a map that did not change. */
export function placedText(
  { placed, fresh }: NonNullable<IMapFacts['anchor']>,
  clusters: readonly ICluster[],
  trans: TranslationBundle
): string {
  const areas = clusters.filter(({ cluster }) => fresh.includes(cluster));
  const rows = areas.reduce((sum, { n }) => sum + n, 0);
  return [
    trans._n(
      '%2 row was placed on the map; none of its points moved.',
      '%2 rows were placed on the map; none of its points moved.',
      placed,
      count(placed)
    ),
    ...(areas.length > 0
      ? [
          trans._n(
            '%2 of them lie far from it, in %1 area that it never had: %3.',
            '%2 of them lie far from it, in %1 areas that it never had: %3.',
            areas.length,
            count(rows),
            listed(areas.map(({ name }) => `“${name}”`))
          )
        ]
      : [])
  ].join(' ');
}
