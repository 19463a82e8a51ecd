import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  interval,
  percent,
  points,
  pointsInterval,
  share
} from '../../charts/format';
import type { IMapPoints } from '../../charts/map';
import type { IInspection } from '../../tokens';
import {
  designEffect,
  type IInterval,
  shareDifference,
  shareWithin
} from '../parts/proportions';
import { valuesOf } from './colour';

/** What share of each set lies in an area, and how far they differ. */
export interface IArea {
  readonly primary: IInterval;
  readonly reference: IInterval;
  readonly difference: IInterval;
}

/**
 * Count an area in both sets.
 *
 * @param chosen - 1 for points in it.
 * @param among - 1 for points that count at all; null for all.
 * @param unit - The unit of each point; null where rows are independent.
 */
export function areaOf(
  map: IMapPoints,
  chosen: Uint8Array,
  among: Uint8Array | null,
  unit: ((index: number) => unknown) | null
): IArea | null {
  const sides = [0, 1].map(set => {
    const units = new Map<unknown, { count: number; of: number }>();
    const all = { count: 0, of: 0 };
    for (let i = 0; i < map.n; i++) {
      if (map.primary[i] !== set || (among && set === 1 && !among[i])) {
        continue;
      }
      all.count += chosen[i];
      all.of += 1;
      if (unit) {
        const key = unit(i);
        const mine = units.get(key) ?? { count: 0, of: 0 };
        mine.count += chosen[i];
        mine.of += 1;
        units.set(key, mine);
      }
    }
    return shareWithin(
      unit ? { ...all, effect: designEffect([...units.values()]) } : all
    );
  });
  const [reference, primary] = sides;
  return reference && primary
    ? { primary, reference, difference: shareDifference(primary, reference) }
    : null;
}

/** The area in one line, as clusters are told, with the reason why it has no p. */
export function areaText(
  { primary, reference, difference }: IArea,
  names: { readonly primary: string; readonly reference: string },
  trans: TranslationBundle
): string {
  const side = ({ value, lower, upper }: IInterval, name: string): string =>
    trans.__(
      '%1 of %2 %3',
      share(value),
      name,
      interval(lower, upper, percent)
    );
  return trans.__(
    '%1, %2: %3 %4, 90 % intervals. No p: the area was chosen by looking.',
    side(primary, names.primary),
    side(reference, names.reference),
    points(difference.value),
    pointsInterval(difference.lower, difference.upper)
  );
}

/** The unit of each point, read when it is first wanted; null without a unit, undefined while it is not known. */
export function useUnitOf(
  inspection: IInspection,
  map: IMapPoints,
  isWanted: boolean
): ((index: number) => unknown) | null | undefined {
  const { unit, primary, reference } = inspection;
  const [read, setRead] = React.useState<{
    readonly unit: string;
    readonly map: IMapPoints;
    readonly of: (index: number) => unknown;
  } | null>(null);
  React.useEffect(() => {
    if (!isWanted || unit === null || reference === null) {
      return;
    }
    let live = true;
    Promise.all([
      inspection.columns('primary', [unit]),
      inspection.columns('reference', [unit])
    ]).then(
      ([p, r]) => {
        if (live) {
          const of = valuesOf(map, p.getChild(unit), r.getChild(unit));
          setRead({ unit, map, of });
        }
      },
      // Without it the area has its counts and nothing more.
      () => undefined
    );
    return () => {
      live = false;
    };
  }, [inspection, primary, reference, unit, map, isWanted]);
  return unit === null
    ? null
    : read?.unit === unit && read.map === map
      ? read.of
      : undefined;
}
