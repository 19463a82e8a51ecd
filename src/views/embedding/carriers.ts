import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { numbers, strings } from '../../api/arrow';
import type {
  Attribution,
  EmbeddingDrift,
  EmbeddingMap
} from '../../api/contract';
import { count, estimate, measure, pValue, share } from '../../charts/format';
import type { IMapPoints } from '../../charts/map';
import type { IInspection, IResult } from '../../tokens';
import { useAnalysis } from '../parts';
import { metricForm, partText } from '../performance/words';
import type { ISeries } from './series';
import type { IPicked, IWindow } from './state';

/** How much every point is like the primary set, and which rows carry the drift. */
export interface ICarriers {
  /** Of each point; NaN where the row has none. */
  readonly scores: Float64Array;
  /** The rows that carry the drift; null where nothing drifted for sure. */
  readonly picked: IPicked | null;
  /** What the tests say: "MMD .024, p <.001". */
  readonly told: string;
  /** Which rows carry it, or why none does. */
  readonly title: string;
}

interface IMeta {
  readonly mmd?: {
    readonly value: number | null;
    readonly p_adjusted: number | null;
    readonly reason: string | null;
    readonly n_reference: number;
    readonly n_primary: number;
  };
  readonly carriers?: {
    readonly threshold: number | null;
    readonly n_primary: number;
    readonly share_primary: number | null;
    readonly share_reference: number | null;
    readonly reason: string | null;
  };
}

/** Ask for the scores of the rows on a map; nothing is asked while nobody wants them. */
export function useCarriers(
  inspection: IInspection,
  mapped: EmbeddingMap,
  map: IMapPoints,
  wanted: boolean,
  window: IWindow | null,
  series: ISeries | null,
  trans: TranslationBundle
): {
  readonly carriers: ICarriers | null;
  readonly error: Error | null;
  readonly pending: boolean;
} {
  const { embedding, unit, where } = mapped;
  const recipe: EmbeddingDrift = {
    kind: 'embedding_drift',
    embedding,
    window: window && [window.iso[0], window.iso[1]],
    picked_from: window && (series?.step ?? null),
    unit,
    ...(where?.length ? { where } : {})
  };
  const { result, answered, error, pending } = useAnalysis(
    inspection,
    wanted ? recipe : null
  );
  const parts: Attribution = {
    kind: 'attribution',
    by: { ...mapped, window: null, picked_from: null, where: [] },
    metric: 'drift',
    unit,
    ...(where?.length ? { where } : {})
  };
  // The parts are those of all rows: a window has none of its own.
  const split = useAnalysis(inspection, wanted && !window ? parts : null);
  const made =
    wanted && !window && split.result && partsText(split.result, trans);
  const found = React.useMemo(
    () =>
      result && answered?.kind === 'embedding_drift'
        ? read(result, answered, map, inspection, trans)
        : null,
    [result, answered, map, inspection, trans]
  );
  const carriers = React.useMemo(
    () =>
      found && made
        ? {
            ...found,
            told: [found.told, made].filter(Boolean).join(' · '),
            title: [found.title, made].join('\n')
          }
        : found,
    [found, made]
  );
  return { carriers, error, pending };
}

function read(
  { table, meta }: IResult,
  recipe: EmbeddingDrift,
  map: IMapPoints,
  { primary, reference }: IInspection,
  trans: TranslationBundle
): ICarriers {
  const places = new Map<number, number>();
  for (let i = 0; i < map.n; i++) {
    places.set(2 * map.row[i] + map.primary[i], i);
  }
  const { mmd, carriers } = meta as IMeta;
  const rows = numbers(table, 'row');
  const sets = strings(table, 'set');
  const score = numbers(table, 'score');
  const scores = new Float64Array(map.n).fill(NaN);
  const order: number[] = [];
  let left = carriers?.n_primary ?? 0;
  rows.forEach((row, i) => {
    const isPrimary = sets[i] === 'primary';
    const at = places.get(2 * (row ?? -1) + (isPrimary ? 1 : 0));
    if (at !== undefined) {
      scores[at] = score[i] ?? NaN;
    }
    // The primary rows come with the surest first.
    if (isPrimary && left-- > 0 && at !== undefined) {
      order.push(at);
    }
  });
  const told =
    mmd?.value === null || mmd?.value === undefined
      ? (mmd?.reason ?? '')
      : trans.__('MMD² %1, p %2', estimate(mmd.value), pValue(mmd.p_adjusted));
  return {
    scores,
    told,
    title: carriers?.reason
      ? carriers.reason
      : trans.__(
          '%1 of %2 and %3 of %4 score %5 or more, by classifiers that have not seen the row they score. MMD² compares %6 and %7 rows.',
          share(carriers?.share_primary),
          primary.name,
          share(carriers?.share_reference),
          reference?.name ?? '',
          measure(carriers?.threshold),
          count(mmd?.n_primary),
          count(mmd?.n_reference)
        ),
    picked:
      order.length === 0
        ? null
        : {
            indices: Int32Array.from(order).sort(),
            how: {
              kind: 'carriers',
              recipe,
              order: Int32Array.from(order),
              scores: Float64Array.from(order, i => scores[i]),
              isWhole: order.length === carriers?.n_primary
            }
          }
  };
}

/** What a drift is made of: "likeness +.31: clusters +.20 [.15, .25], within clusters +.11 [.06, .16], without a vector 0". */
export function partsText(
  { meta }: Pick<IResult, 'meta'>,
  trans: TranslationBundle
): string | null {
  if (typeof meta.total !== 'number') {
    return null;
  }
  const form = metricForm('roc_auc');
  const part = (name: string): string => partText(meta, name, form);
  return trans.__(
    'drift %1: other shares of clusters %2, change within clusters %3, missing vectors %4',
    part('total'),
    part('mix'),
    part('within'),
    part('missing')
  );
}
