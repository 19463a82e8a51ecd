import type { Schema } from '../api/contract';
import {
  type IAnswer,
  type IChosen,
  type IInspectionState,
  type IKept,
  type IKeptRoles,
  PERFORMANCE,
  RETRIEVAL
} from '../tokens';
import { readAnswers, writeAnswers } from './answers';
import { type IKeptSelection, read, write } from './kept';
import { MOST_LABELS } from '../model/selections';
import { isText, MOST_LINE, readWhere } from './recipes';
import { readSchema, writeSchema } from './schema';
import { type ISavedRoles, readRoles, writeRoles } from './roles';

/** Where a notebook keeps what was open. */
export const STATE_KEY = 'phoenix_lab';

/** A view that is of no single column, as a file names it. */
interface INamedView {
  readonly view: 'performance' | 'retrieval';
}

/** What a notebook keeps of one inspection: names, and rows as ranges, so that the file stays small and a difference readable. */
export interface ISavedInspection {
  readonly primary: string;
  readonly reference: string | null;
  readonly corpus?: string;
  readonly unit?: string;
  readonly limit?: number;
  /** What the rows that all views show must meet. */
  readonly where?: readonly IChosen[];
  readonly where_before?: readonly IChosen[];
  /** The schemas that the sets were given. */
  readonly schema?: Schema;
  readonly reference_schema?: Schema;
  readonly corpus_schema?: Schema;
  /** The columns with a view; null is the overview. */
  readonly views: readonly (string | INamedView | null)[];
  readonly selections?: readonly IKeptSelection[];
  /** Names of clusters, each with some of its rows. */
  readonly clusters?: readonly IKeptSelection[];
  /** What the keys 1 to 9 label rows with. */
  readonly labels?: readonly string[];
  /** What the open views were answered, in digests. */
  readonly answers?: readonly IAnswer[];
}

type Saving = ISavedInspection & {
  views: (string | INamedView | null)[];
  selections?: readonly IKeptSelection[];
  clusters?: readonly IKeptSelection[];
  labels?: readonly string[];
  answers?: readonly IAnswer[];
};

const NAMED = new Map<string, INamedView>([
  [PERFORMANCE, { view: 'performance' }],
  [RETRIEVAL, { view: 'retrieval' }]
]);

interface IView {
  readonly state: IInspectionState;
  readonly column: string | null;
}

/** All that a notebook keeps. */
export interface ISaved {
  readonly inspections: readonly ISavedInspection[];
  /** What was said of the columns of dataframes. */
  readonly roles?: readonly ISavedRoles[];
}

/** What is kept of the views that are open, of what was saved in them and said of columns; null if there is nothing to keep. */
export function save(
  views: readonly IView[],
  usualLimit: number,
  kept: readonly IKept[] = [],
  said: readonly IKeptRoles[] = []
): ISaved | null {
  const inspections: Saving[] = [];
  for (const { state, column } of views) {
    const { primary, reference, corpus, unit, limit } = state;
    const { where, whereBefore } = state;
    if (primary.variable === null || reference?.variable === null) {
      // Without a name it cannot be found again.
      continue;
    }
    const other = reference?.variable ?? null;
    let saved = inspections.find(
      known => known.primary === primary.variable && known.reference === other
    );
    if (!saved) {
      saved = {
        primary: primary.variable,
        reference: other,
        ...(unit === null ? {} : { unit }),
        ...(limit === usualLimit ? {} : { limit }),
        ...(where && where.length > 0 ? { where } : {}),
        ...(whereBefore ? { where_before: whereBefore } : {}),
        ...(primary.schema ? { schema: writeSchema(primary.schema) } : {}),
        ...(reference?.schema
          ? { reference_schema: writeSchema(reference.schema) }
          : {}),
        ...(corpus?.variable ? { corpus: corpus.variable } : {}),
        ...(corpus?.variable && corpus.schema
          ? { corpus_schema: writeSchema(corpus.schema) }
          : {}),
        views: []
      };
      inspections.push(saved);
    }
    const view = NAMED.get(column ?? '') ?? column;
    if (!saved.views.includes(view)) {
      saved.views.push(view);
    }
  }
  for (const {
    primary,
    reference,
    selections,
    clusters = [],
    labels,
    answers = []
  } of kept) {
    const [written, names] = [selections, clusters].map(list =>
      list.flatMap(selection => write(selection) ?? [])
    );
    if (written.length + names.length > 0 || labels) {
      let saved = inspections.find(
        known => known.primary === primary && known.reference === reference
      );
      if (!saved) {
        saved = { primary, reference, views: [] };
        inspections.push(saved);
      }
      if (names.length > 0) {
        saved.clusters = names;
      }
      if (written.length > 0) {
        saved.selections = written;
      }
      if (labels) {
        saved.labels = labels;
      }
    }
    // They belong to views: of none that is open there is nothing to be held to.
    const open = inspections.find(
      known =>
        known.primary === primary &&
        known.reference === reference &&
        known.views.length > 0
    );
    if (open && answers.length > 0) {
      open.answers = writeAnswers([...(open.answers ?? []), ...answers]);
    }
  }
  const roles = writeRoles(said);
  return inspections.length > 0 || roles.length > 0
    ? { inspections, ...(roles.length > 0 ? { roles } : {}) }
    : null;
}

/** The same with the answers that are kept already: those of now are written when the notebook is saved, for an answer alone does not change it. */
export function withAnswersOf(state: ISaved, before: unknown): ISaved {
  const kept = entries(before);
  return {
    ...state,
    inspections: state.inspections.map(({ answers: _, ...inspection }) => {
      const { primary, reference } = inspection;
      const same = kept.find(
        one => one.primary === primary && (one.reference ?? null) === reference
      );
      const answers = readAnswers(same?.answers);
      return { ...inspection, ...(answers.length > 0 ? { answers } : {}) };
    })
  };
}

/** Read the selections and the names of clusters that a notebook keeps; a file may hold anything there. */
export function loadKept(data: unknown): IKept[] {
  return entries(data).flatMap(saved => {
    const { primary, reference } = saved;
    const selections = read(saved.selections);
    const clusters = read(saved.clusters);
    const labels = readLabels(saved.labels);
    const answers = readAnswers(saved.answers);
    return typeof primary === 'string' &&
      (selections.length + clusters.length + answers.length > 0 || labels)
      ? [
          {
            primary,
            reference: typeof reference === 'string' ? reference : null,
            selections,
            ...(clusters.length > 0 ? { clusters } : {}),
            ...(labels ? { labels } : {}),
            ...(answers.length > 0 ? { answers } : {})
          }
        ]
      : [];
  });
}

function readLabels(data: unknown): string[] | null {
  const found = Array.isArray(data)
    ? data.filter((one): one is string => isText(one, MOST_LINE) && one !== '')
    : [];
  return found.length > 0 ? found.slice(0, MOST_LABELS) : null;
}

/** Read what a notebook keeps of what was said of columns; a file may hold anything there. */
export function loadRoles(data: unknown): IKeptRoles[] {
  return readRoles((data as { roles?: unknown } | null | undefined)?.roles);
}

/** Read the views that a notebook keeps; a file may hold anything there. */
export function load(data: unknown, path: string, usualLimit: number): IView[] {
  return entries(data).flatMap((saved): IView[] => {
    const { primary, reference, corpus, unit, limit, views } = saved;
    const where = readWhere(saved.where);
    const isVisited = where.length > 0 && Array.isArray(saved.where_before);
    const schema = readSchema(saved.schema);
    const other = readSchema(saved.reference_schema);
    const third = readSchema(saved.corpus_schema);
    if (typeof primary !== 'string' || !Array.isArray(views)) {
      return [];
    }
    const state: IInspectionState = {
      path,
      primary: {
        name: primary,
        variable: primary,
        id: null,
        ...(schema ? { schema } : {})
      },
      reference:
        typeof reference === 'string'
          ? {
              name: reference,
              variable: reference,
              id: null,
              ...(other ? { schema: other } : {})
            }
          : null,
      ...(typeof corpus === 'string'
        ? {
            corpus: {
              name: corpus,
              variable: corpus,
              id: null,
              ...(third ? { schema: third } : {})
            }
          }
        : {}),
      unit: typeof unit === 'string' ? unit : null,
      limit: typeof limit === 'number' && limit > 0 ? limit : usualLimit,
      ...(where.length > 0 ? { where } : {}),
      ...(isVisited ? { whereBefore: readWhere(saved.where_before) } : {})
    };
    return views.flatMap(view => {
      const column = columnOf(view);
      return column === undefined ? [] : [{ state, column }];
    });
  });
}

/** The column that a kept view is of, null for the overview; undefined for what is no view. */
function columnOf(view: unknown): string | null | undefined {
  if (view === null || typeof view === 'string') {
    return view;
  }
  const name = (view as { view?: unknown } | undefined)?.view;
  return [...NAMED].find(([, named]) => named.view === name)?.[0];
}

function entries(data: unknown): Record<string, unknown>[] {
  const { inspections } = (data ?? {}) as { inspections?: unknown };
  return Array.isArray(inspections)
    ? inspections.map(
        (saved: unknown) => (saved ?? {}) as Record<string, unknown>
      )
    : [];
}
