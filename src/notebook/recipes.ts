import type { Condition, IChosen, Recipe } from '../tokens';

/** A file may hold anything, but not any amount of it. */
export const MOST_LINE = 500;
const MOST_TEXT = 20_000;
const MOST_LABEL = 200;

type Check = (value: unknown) => boolean;

const text: Check = value => isText(value, MOST_LINE);
const whole: Check = value => Number.isSafeInteger(value);
const finite: Check = value => Number.isFinite(value);
const texts: Check = value => Array.isArray(value) && value.every(text);
const span: Check = value => texts(value) && (value as unknown[]).length === 2;

/** The fields of each recipe; those of the second kind may be null or absent. */
const RECIPES: Readonly<
  Record<
    Recipe['kind'],
    {
      readonly needs: Readonly<Record<string, Check>>;
      readonly takes: Readonly<Record<string, Check>>;
    }
  >
> = {
  summary: { needs: {}, takes: { columns: texts, unit: text } },
  quality: { needs: {}, takes: { columns: texts, unit: text } },
  distribution: {
    needs: { column: text },
    takes: { window: span, unit: text }
  },
  time_series: {
    needs: { column: text },
    takes: { metric: text, window: text, step: text, unit: text }
  },
  performance: {
    needs: {},
    takes: {
      prediction: text,
      actual: text,
      score: text,
      positive: text,
      threshold: finite,
      segment: text,
      metric: text,
      unit: text,
      task: text
    }
  },
  embedding_map: {
    needs: { embedding: text },
    takes: {
      n_components: whole,
      n_neighbors: whole,
      min_dist: finite,
      min_cluster_size: whole,
      sample: whole,
      window: span,
      seed: whole,
      unit: text
    }
  }
};

/** The fields that are known and make sense; null when one that is needed does not. */
function pickFields(
  fields: Readonly<Record<string, unknown>>,
  kind: string,
  { needs, takes }: (typeof RECIPES)[Recipe['kind']]
): Record<string, unknown> | null {
  const known: Record<string, unknown> = { kind };
  for (const [name, fits] of Object.entries(needs)) {
    if (!fits(fields[name])) {
      return null;
    }
    known[name] = fields[name];
  }
  for (const [name, fits] of Object.entries(takes)) {
    const value = fields[name] ?? null;
    if (value !== null && !fits(value)) {
      return null;
    }
    if (value !== null) {
      known[name] = value;
    }
  }
  return known;
}

/** Conditions in one another are as deep as that a map is of a cohort of a map. */
const MOST_DEEP = 4;

/** Read a recipe; null for what makes no sense. */
export function readRecipe(data: unknown, depth = 0): Recipe | null {
  const fields = fieldsOf(data);
  const { kind } = fields;
  if (typeof kind !== 'string' || !Object.hasOwn(RECIPES, kind)) {
    return null;
  }
  const known = pickFields(fields, kind, RECIPES[kind as Recipe['kind']]);
  if (!known) {
    return null;
  }
  if (fields.where !== undefined && fields.where !== null) {
    const where = readConditions(fields.where, depth);
    if (!where) {
      return null;
    }
    if (where.length > 0) {
      known.where = where;
    }
  }
  return known as unknown as Recipe;
}

const MOST_CONDITIONS = 50;
const MOST_VALUES = 1000;
const MOST_CORNERS = 2000;

const flag: Check = value => typeof value === 'boolean';
const side: Check = value => value === 'primary' || value === 'reference';
const bound: Check = value => text(value) || finite(value);
const scalars: Check = value =>
  Array.isArray(value) &&
  value.length <= MOST_VALUES &&
  value.every(
    one => one === null || flag(one) || finite(one) || isText(one, MOST_TEXT)
  );
const corners: Check = value =>
  Array.isArray(value) &&
  value.length >= 3 &&
  value.length <= MOST_CORNERS &&
  value.every(
    corner =>
      Array.isArray(corner) && corner.length === 2 && corner.every(finite)
  );

/** The fields of each condition, as of a recipe. */
const CONDITIONS: Readonly<
  Record<Condition['kind'], (typeof RECIPES)[Recipe['kind']]>
> = {
  values: {
    needs: { column: text, values: scalars },
    takes: { negated: flag, set: side }
  },
  range: {
    needs: { column: text },
    takes: { low: bound, high: bound, set: side }
  },
  length: {
    needs: { column: text },
    takes: { low: whole, high: whole, set: side }
  },
  missing: { needs: { column: text }, takes: { negated: flag, set: side } },
  in_cluster: { needs: { cluster: whole }, takes: { set: side } },
  in_lasso: { needs: { polygon: corners }, takes: { set: side } }
};

/** Read conditions; null when one of them makes no sense, for the others alone would be other rows. */
function readConditions(data: unknown, depth: number): Condition[] | null {
  if (
    !Array.isArray(data) ||
    data.length > MOST_CONDITIONS ||
    depth > MOST_DEEP
  ) {
    return null;
  }
  const found = data.flatMap((one: unknown) => readCondition(one, depth) ?? []);
  return found.length === data.length ? found : null;
}

function readCondition(data: unknown, depth: number): Condition | null {
  const fields = fieldsOf(data);
  const { kind } = fields;
  if (typeof kind !== 'string' || !Object.hasOwn(CONDITIONS, kind)) {
    return null;
  }
  const known = pickFields(fields, kind, CONDITIONS[kind as Condition['kind']]);
  if (!known) {
    return null;
  }
  if (kind === 'in_cluster' || kind === 'in_lasso') {
    const map = readRecipe(fields.map, depth + 1);
    return map?.kind === 'embedding_map'
      ? ({ ...known, map } as unknown as Condition)
      : null;
  }
  if (kind === 'range' && known.low === undefined && known.high === undefined) {
    return null;
  }
  return known as unknown as Condition;
}

/** Read the conditions that the rows of an inspection must meet; a file may hold anything there. */
export function readWhere(data: unknown): IChosen[] {
  if (!Array.isArray(data)) {
    return [];
  }
  const found = (data as unknown[]).map(one => {
    const { condition, label } = fieldsOf(one);
    return [readConditions([condition], 0)?.[0], label] as const;
  });
  // Some of the conditions would be other rows than those that were looked at.
  return found.length <= MOST_CONDITIONS && found.every(([one]) => one)
    ? found.map(([condition, label]) => ({
        condition: condition as Condition,
        ...(isText(label, MOST_LABEL) ? { label } : {})
      }))
    : [];
}

export function fieldsOf(data: unknown): Record<string, unknown> {
  return typeof data === 'object' && data !== null
    ? (data as Record<string, unknown>)
    : {};
}

export function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most;
}
