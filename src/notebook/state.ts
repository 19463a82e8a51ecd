import type { IInspectionState } from '../tokens';

/** Where a notebook keeps what was open. */
export const STATE_KEY = 'phoenix_lab';

/** What a notebook keeps of one inspection: names only, so that the file stays small and a difference readable. */
export interface ISavedInspection {
  readonly primary: string;
  readonly reference: string | null;
  readonly unit?: string;
  readonly limit?: number;
  /** The columns with a view; null is the overview. */
  readonly views: readonly (string | null)[];
}

interface IView {
  readonly state: IInspectionState;
  readonly column: string | null;
}

/** What is kept of the views that are open; null if there is nothing to keep. */
export function save(
  views: readonly IView[],
  usualLimit: number
): { inspections: ISavedInspection[] } | null {
  const inspections: (ISavedInspection & { views: (string | null)[] })[] = [];
  for (const { state, column } of views) {
    const { primary, reference, unit, limit } = state;
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
        views: []
      };
      inspections.push(saved);
    }
    if (!saved.views.includes(column)) {
      saved.views.push(column);
    }
  }
  return inspections.length > 0 ? { inspections } : null;
}

/** Read what a notebook keeps; a file may hold anything there. */
export function load(data: unknown, path: string, usualLimit: number): IView[] {
  const { inspections } = (data ?? {}) as { inspections?: unknown };
  if (!Array.isArray(inspections)) {
    return [];
  }
  return inspections.flatMap((saved: unknown): IView[] => {
    const { primary, reference, unit, limit, views } = (saved ?? {}) as Record<
      string,
      unknown
    >;
    if (typeof primary !== 'string' || !Array.isArray(views)) {
      return [];
    }
    const state: IInspectionState = {
      path,
      primary: { name: primary, variable: primary, id: null },
      reference:
        typeof reference === 'string'
          ? { name: reference, variable: reference, id: null }
          : null,
      unit: typeof unit === 'string' ? unit : null,
      limit: typeof limit === 'number' && limit > 0 ? limit : usualLimit
    };
    return views
      .filter(
        (column): column is string | null =>
          column === null || typeof column === 'string'
      )
      .map(column => ({ state, column }));
  });
}
