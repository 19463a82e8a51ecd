import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { numbers, strings } from '../../api/arrow';
import type { Retrieval } from '../../api/contract';
import { count, interval, measure, percent, share } from '../../charts/format';
import type { IMapPoints } from '../../charts/map';
import { narrowed } from '../../model/cohort';
import type { IInspection, IResult } from '../../tokens';
import { useAnalysis } from '../parts';

/** A document that was retrieved for a query. */
export interface IRetrieved {
  readonly rank: number;
  /** Position in the corpus; null where it has none of that id. */
  readonly row: number | null;
  readonly distance: number | null;
  readonly relevance: number | null;
}

/** How the queries on a map are served by the corpus. */
export interface IServed {
  /** Of each point, how far its nearest document is; NaN where that is not known. */
  readonly nearest: Float64Array;
  /** Points without a near document, the farthest first. */
  readonly alone: Int32Array;
  readonly limit: number | null;
  /** What says which documents are near. */
  readonly source: string;
  /** "4.2 % of prod [3, 5.8], train 5 %". */
  readonly text: string;
  /** What was retrieved for a point. */
  readonly of: (point: number) => readonly IRetrieved[];
}

/** Ask how the queries of an embedding are served; null without a corpus, and while nobody knows. */
export function useServed(
  inspection: IInspection,
  embedding: string,
  map: IMapPoints,
  trans: TranslationBundle
): { served: IServed | null; error: Error | null } {
  const { unit } = inspection;
  const recipe: Retrieval = { kind: 'retrieval', embedding, unit };
  const { result, error } = useAnalysis(
    inspection,
    map.documents ? narrowed(recipe, inspection.where) : null
  );
  const served = React.useMemo(
    () =>
      result && map.documents ? read(result, map, inspection, trans) : null,
    [result, map, inspection, trans]
  );
  return { served, error };
}

function read(
  result: IResult,
  map: IMapPoints,
  inspection: IInspection,
  trans: TranslationBundle
): IServed {
  const points = new Map<string, number>();
  for (let i = 0; i < map.n; i++) {
    points.set(`${map.primary[i] ? 'primary' : 'reference'} ${map.row[i]}`, i);
  }
  const pointsOf = (part: IResult['table']): (number | undefined)[] => {
    const row = numbers(part, 'row');
    return strings(part, 'set').map((set, i) => points.get(`${set} ${row[i]}`));
  };
  const nearest = new Float64Array(map.n).fill(NaN);
  const alone: number[] = [];
  const queries = result.parts.get('queries');
  if (queries) {
    const distance = numbers(queries, 'nearest');
    const flags = numbers(queries, 'no_near_document');
    pointsOf(queries).forEach((point, i) => {
      if (point !== undefined) {
        nearest[point] = distance[i] ?? NaN;
        if (flags[i] === 1) {
          alone.push(point);
        }
      }
    });
  }
  const lists = new Map<number, IRetrieved[]>();
  const documents = result.parts.get('documents');
  if (documents) {
    const [rank, row, distance, relevance] = [
      'rank',
      'document',
      'distance',
      'relevance'
    ].map(name => numbers(documents, name));
    pointsOf(documents).forEach((point, i) => {
      if (point !== undefined) {
        const list = lists.get(point) ?? [];
        list.push({
          rank: rank[i] ?? 0,
          row: row[i] ?? null,
          distance: distance[i] ?? null,
          relevance: relevance[i] ?? null
        });
        lists.set(point, list);
      }
    });
  }
  const { limit, limit_source: source } = result.meta as {
    limit?: number | null;
    limit_source?: string;
  };
  return {
    nearest,
    alone: Int32Array.from(alone.sort((a, b) => nearest[b] - nearest[a])),
    limit: limit ?? null,
    source: source ?? '',
    text: textOf(result, inspection, trans),
    of: point => lists.get(point) ?? []
  };
}

/** "4.2 % of prod [3, 5.8] against 5 % of train have no document within .38". */
function textOf(
  { table, meta }: IResult,
  { primary, reference }: IInspection,
  trans: TranslationBundle
): string {
  const at = strings(table, 'metric').indexOf('no_near_document');
  const of = (name: string): number | null => numbers(table, name)[at] ?? null;
  const value = of('value_primary');
  if (at < 0 || value === null) {
    return trans.__('Nothing tells which documents are near.');
  }
  const within = measure(meta.limit as number);
  const first = trans.__(
    '%1 of %2 %3',
    share(value),
    primary.name,
    interval(of('lower_primary'), of('upper_primary'), percent)
  );
  const other = of('value_reference');
  return reference && other !== null
    ? trans.__(
        '%1 have no document within %2, against %3 of %4.',
        first,
        within,
        share(other),
        reference.name
      )
    : trans.__('%1 have no document within %2.', first, within);
}

/** How many rows lack a near document, for the button that picks them. */
export function aloneText(
  { alone }: IServed,
  trans: TranslationBundle
): string {
  const n = alone.length;
  return trans._n('Show this %2', 'Show these %2', n, count(n));
}

/** Lines from a point to the documents that were retrieved for it, of those that are on the map. */
export function useLinks(
  map: IMapPoints,
  served: IServed | null,
  point: number
): readonly (readonly [number, number, number, number])[] {
  const places = React.useMemo(
    () => new Map(Array.from(map.documents?.row ?? [], (row, i) => [row, i])),
    [map]
  );
  return React.useMemo(
    () =>
      served && point >= 0 && point < map.n && map.documents
        ? served.of(point).flatMap(({ row }) => {
            const at = row === null ? undefined : places.get(row);
            return at === undefined || !map.documents
              ? []
              : [
                  [
                    map.x[point],
                    map.y[point],
                    map.documents.x[at],
                    map.documents.y[at]
                  ] as const
                ];
          })
        : [],
    [map, served, point, places]
  );
}
