import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { numbers, strings } from '../../api/arrow';
import type {
  Attribution,
  ColumnInfo,
  EmbeddingDrift,
  EmbeddingMap,
  ResponseDrift
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

interface IDrift {
  readonly estimate: number | null;
  readonly p_adjusted: number | null;
  readonly reason: string | null;
}

interface IMeta {
  readonly mmd?: {
    readonly value: number | null;
    readonly p_adjusted: number | null;
    readonly reason: string | null;
    readonly n_reference: number;
    readonly n_primary: number;
  };
  readonly prompts?: IDrift;
  readonly responses?: IDrift;
  readonly given?: IDrift;
  readonly far?: {
    readonly share_primary: number | null;
    readonly share_reference: number | null;
    readonly lower: number | null;
    readonly upper: number | null;
    readonly p_adjusted: number | null;
  };
  readonly new_prompts?: { readonly primary: number } | null;
  readonly pairs?: number;
  readonly carriers?: {
    readonly threshold: number | null;
    readonly n_primary: number;
    readonly share_primary: number | null;
    readonly share_reference: number | null;
    readonly reason: string | null;
  };
}

/** The columns of the vectors of prompts and of their responses, where there are both; null otherwise. */
export function conversationOf(
  columns: readonly ColumnInfo[]
): { readonly prompt: string; readonly response: string } | null {
  const [prompt, response] = (['prompt', 'response'] as const).map(role => {
    const texts = columns.filter(c => c.role === role).map(c => c.name);
    return columns.find(
      ({ kind, problem, raw_data: raw }) =>
        kind === 'vector' && !problem && !!raw && texts.includes(raw)
    )?.name;
  });
  return prompt && response ? { prompt, response } : null;
}

/** Ask for the scores of the rows on a map; nothing is asked while nobody wants them. */
export function useCarriers(
  inspection: IInspection,
  mapped: EmbeddingMap,
  map: IMapPoints,
  wanted: 'drift' | 'response' | null,
  window: IWindow | null,
  series: ISeries | null,
  trans: TranslationBundle
): {
  readonly carriers: ICarriers | null;
  readonly error: Error | null;
  readonly pending: boolean;
} {
  const { embedding, unit, where } = mapped;
  const among: Pick<
    EmbeddingDrift,
    'window' | 'picked_from' | 'unit' | 'where'
  > = {
    window: window && [window.iso[0], window.iso[1]],
    picked_from: window && (series?.step ?? null),
    unit,
    ...(where?.length ? { where } : {})
  };
  const talk = conversationOf(inspection.primary.columns);
  const recipe: EmbeddingDrift | ResponseDrift | null =
    wanted === 'drift'
      ? { kind: 'embedding_drift', embedding, ...among }
      : wanted && talk
        ? { kind: 'response_drift', ...talk, ...among }
        : null;
  const { result, answered, error, pending } = useAnalysis(inspection, recipe);
  const parts: Attribution = {
    kind: 'attribution',
    by: { ...mapped, window: null, picked_from: null, where: [] },
    metric: 'drift',
    unit,
    ...(where?.length ? { where } : {})
  };
  // The parts are those of all rows: a window has none of its own.
  const split = useAnalysis(
    inspection,
    wanted === 'drift' && !window ? parts : null
  );
  const made =
    wanted === 'drift' &&
    !window &&
    split.result &&
    partsText(split.result, trans);
  const found = React.useMemo(
    () =>
      result &&
      (answered?.kind === 'embedding_drift' ||
        answered?.kind === 'response_drift')
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
  recipe: EmbeddingDrift | ResponseDrift,
  map: IMapPoints,
  { primary, reference }: IInspection,
  trans: TranslationBundle
): ICarriers {
  const places = new Map<number, number>();
  for (let i = 0; i < map.n; i++) {
    places.set(2 * map.row[i] + map.primary[i], i);
  }
  const { mmd, carriers } = meta as IMeta;
  const isResponse = recipe.kind === 'response_drift';
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
  const told = isResponse
    ? responsesText(meta as IMeta, trans)
    : mmd?.value === null || mmd?.value === undefined
      ? (mmd?.reason ?? '')
      : trans.__('MMD² %1, p %2', estimate(mmd.value), pValue(mmd.p_adjusted));
  return {
    scores,
    told,
    title: isResponse
      ? responsesTitle(
          meta as IMeta,
          primary.name,
          reference?.name ?? '',
          trans
        )
      : carriers?.reason
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

/** How far prompts, responses, and responses to like prompts drifted: "prompts PSI .04, p .88 · responses …". */
function responsesText(
  { prompts, responses, given }: IMeta,
  trans: TranslationBundle
): string {
  const one = (what: string, drift: IDrift | undefined): string =>
    drift?.estimate === null || drift?.estimate === undefined
      ? `${what}: ${drift?.reason ?? '–'}`
      : trans.__(
          '%1 PSI %2, p %3',
          what,
          estimate(drift.estimate),
          pValue(drift.p_adjusted)
        );
  return [
    one(trans.__('prompts'), prompts),
    one(trans.__('responses'), responses),
    one(trans.__('responses to like prompts'), given)
  ].join(' · ');
}

function responsesTitle(
  { carriers, far, new_prompts: fresh, pairs }: IMeta,
  primary: string,
  reference: string,
  trans: TranslationBundle
): string {
  const lines = [
    carriers?.reason ??
      trans.__(
        '%1 of %2 and %3 of %4 score %5 or more, by classifiers that have not seen the row they score.',
        share(carriers?.share_primary),
        primary,
        share(carriers?.share_reference),
        reference,
        measure(carriers?.threshold)
      ),
    trans.__(
      '%1 rows of %2 are each compared with a row of %3 whose prompt is like theirs; for %4 there is none. p is corrected over 4 tests (Holm).',
      count(pairs),
      primary,
      reference,
      count(fresh?.primary)
    )
  ];
  if (far && far.lower !== null && far.upper !== null) {
    lines.push(
      trans.__(
        '%1 of the responses of %2, and %3 of those of %4, lie farther from the responses to like prompts than is usual: difference [%5, %6], p %7.',
        share(far.share_primary),
        primary,
        share(far.share_reference),
        reference,
        share(far.lower),
        share(far.upper),
        pValue(far.p_adjusted)
      )
    );
  }
  return lines.join('\n');
}
