import type { TranslationBundle } from '@jupyterlab/translation';

import { numbers, strings } from '../../api/arrow';
import { count } from '../../charts/format';
import type { IInspection, IResult, SetName } from '../../tokens';

interface IListColumns {
  readonly retrieved: string | null;
  readonly relevance: string | null;
  readonly relevant: string | null;
}

/** What the answer says about the whole. */
export interface IRetrievalFacts {
  readonly embedding: string;
  readonly k: number;
  readonly limit: number | null;
  readonly limit_source: string;
  readonly columns: Readonly<Partial<Record<SetName, IListColumns>>>;
  readonly unknown_ids: Readonly<Partial<Record<SetName, number>>>;
  /** What a person should know of it. */
  readonly notes: (
    inspection: IInspection,
    trans: TranslationBundle
  ) => string[];
}

export function retrievalFacts(result: IResult): IRetrievalFacts {
  const meta = result.meta as unknown as Partial<
    Omit<IRetrievalFacts, 'notes'>
  >;
  const facts = {
    embedding: meta.embedding ?? '',
    k: meta.k ?? 5,
    limit: meta.limit ?? null,
    limit_source: meta.limit_source ?? '',
    columns: meta.columns ?? {},
    unknown_ids: meta.unknown_ids ?? {}
  };
  return { ...facts, notes: (...args) => notesOf(facts, ...args) };
}

function notesOf(
  { columns, unknown_ids }: Omit<IRetrievalFacts, 'notes'>,
  { primary, corpus }: IInspection,
  trans: TranslationBundle
): string[] {
  const notes: string[] = [];
  const own = columns.primary;
  if (own && own.relevance === null && own.relevant === null) {
    notes.push(
      trans.__(
        'Nothing in %1 says which documents are relevant, so there is no precision or NDCG: a column “relevance” (a list beside the retrieved ids) or “relevant_ids” would.',
        primary.name
      )
    );
  } else if (own?.retrieved === null) {
    notes.push(
      trans.__(
        'Nothing in %1 says what was retrieved: the documents nearest by their vectors stand for it.',
        primary.name
      )
    );
  }
  const unknown = (unknown_ids.primary ?? 0) + (unknown_ids.reference ?? 0);
  if (unknown > 0 && corpus) {
    notes.push(
      trans._n(
        '%2 retrieved id is not in %3.',
        '%2 retrieved ids are not in %3.',
        unknown,
        count(unknown),
        corpus.name
      )
    );
  }
  return notes;
}

/** A query without a near document. */
export interface ILonely {
  readonly set: SetName;
  readonly row: number;
  readonly distance: number;
  /** Its nearest document. */
  readonly document: number | null;
}

/** The queries without a near document, of the primary set first, the farthest first. */
export function lonely(result: IResult): ILonely[] {
  const queries = result.parts.get('queries');
  if (!queries?.getChild('no_near_document')) {
    return [];
  }
  const row = numbers(queries, 'row');
  const distance = numbers(queries, 'nearest');
  const document = numbers(queries, 'document');
  const flags = numbers(queries, 'no_near_document');
  return strings(queries, 'set')
    .flatMap((set, i) =>
      flags[i] === 1
        ? [
            {
              set: set as SetName,
              row: row[i] ?? 0,
              distance: distance[i] ?? NaN,
              document: document[i] ?? null
            }
          ]
        : []
    )
    .sort((a, b) => a.set.localeCompare(b.set) || b.distance - a.distance);
}
