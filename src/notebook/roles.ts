import type { ColumnInfo, Correction } from '../api/contract';
import type { IKeptRoles } from '../tokens';
import { isName } from './python';
import { fieldsOf } from './recipes';

/** What a notebook keeps of what was said of a dataframe's columns. */
export interface ISavedRoles {
  readonly variable: string;
  readonly unit?: string;
  readonly columns: readonly {
    readonly column: string;
    readonly role?: string;
    readonly kind?: string;
    readonly raw_data?: string;
    readonly link_to_data?: string;
  }[];
}

/** A file may hold anything, but not any amount of it. */
const MOST_VARIABLES = 200;
const MOST_COLUMNS = 2000;
const MOST_NAME = 500;

const ROLES: Readonly<Record<ColumnInfo['role'], true>> = {
  prediction_id: true,
  timestamp: true,
  feature: true,
  tag: true,
  prediction_label: true,
  prediction_score: true,
  actual_label: true,
  actual_score: true,
  prompt: true,
  response: true,
  document: true,
  embedding: true,
  raw_data: true,
  link_to_data: true,
  excluded: true
};

/** What is kept, in an order that does not depend on when it was said. */
export function writeRoles(kept: readonly IKeptRoles[]): ISavedRoles[] {
  return kept
    .filter(
      ({ corrections, unit }) => corrections.length > 0 || unit !== undefined
    )
    .map(({ variable, corrections, unit }) => ({
      variable,
      ...(unit === undefined ? {} : { unit }),
      columns: [...corrections]
        .sort((a, b) => (a.column < b.column ? -1 : 1))
        .map(({ column, role, kind, raw_data, link_to_data }) => ({
          column,
          ...(role ? { role } : {}),
          ...(kind ? { kind } : {}),
          // an empty one says that there is none
          ...(typeof raw_data === 'string' ? { raw_data } : {}),
          ...(typeof link_to_data === 'string' ? { link_to_data } : {})
        }))
    }))
    .sort((a, b) => (a.variable < b.variable ? -1 : 1));
}

/** Read what a notebook keeps; what makes no sense is left out. */
export function readRoles(data: unknown): IKeptRoles[] {
  if (!Array.isArray(data)) {
    return [];
  }
  const found = new Map<string, Omit<IKeptRoles, 'variable'>>();
  for (const saved of data.slice(0, MOST_VARIABLES) as unknown[]) {
    const { variable, columns, unit } = fieldsOf(saved);
    if (
      typeof variable !== 'string' ||
      variable.length > MOST_NAME ||
      !isName(variable) ||
      !Array.isArray(columns)
    ) {
      continue;
    }
    const corrections = new Map<string, Correction>();
    for (const one of columns.slice(0, MOST_COLUMNS) as unknown[]) {
      const correction = readOne(one);
      if (correction) {
        corrections.set(correction.column, correction);
      }
    }
    const isUnit = typeof unit === 'string' && unit.length <= MOST_NAME;
    if (corrections.size > 0 || isUnit) {
      found.set(variable, {
        corrections: [...corrections.values()],
        ...(isUnit ? { unit } : {})
      });
    }
  }
  return [...found].map(([variable, said]) => ({ variable, ...said }));
}

function readOne(data: unknown): Correction | null {
  const { column, role, kind, raw_data, link_to_data } = fieldsOf(data);
  if (typeof column !== 'string' || column.length > MOST_NAME) {
    return null;
  }
  const correction: Correction = {
    column,
    role: isRole(role) ? role : null,
    kind: kind === 'number' || kind === 'category' ? kind : null,
    ...partner('raw_data', raw_data),
    ...partner('link_to_data', link_to_data)
  };
  return Object.keys(correction).length > 3 ||
    correction.role ||
    correction.kind
    ? correction
    : null;
}

function partner(
  field: 'raw_data' | 'link_to_data',
  value: unknown
): Partial<Correction> {
  return typeof value === 'string' && value.length <= MOST_NAME
    ? { [field]: value }
    : {};
}

function isRole(value: unknown): value is ColumnInfo['role'] {
  return typeof value === 'string' && Object.hasOwn(ROLES, value);
}
