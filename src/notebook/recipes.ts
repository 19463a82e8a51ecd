import { fromRanges } from '../model/ranges';
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

/** The recipe of a kind, and its fields. */
type Of<K extends Recipe['kind']> = Extract<Recipe, { kind: K }>;
type Fields<K extends Recipe['kind']> = Exclude<keyof Of<K>, 'kind' | 'where'>;

interface IField {
  readonly fits: Check;
  /** Whether there is no recipe without it; others may be null or absent. */
  readonly isNeeded?: boolean;
}

const may = (fits: Check): IField => ({ fits });
const must = (fits: Check): IField => ({ fits, isNeeded: true });
const yesNo: Check = value => typeof value === 'boolean';
const isPredictions: Check = value => readRecipe(value)?.kind === 'performance';
const isRetrieval: Check = value => readRecipe(value)?.kind === 'retrieval';
const isMap: Check = value => readRecipe(value)?.kind === 'embedding_map';
const numbersByName: Check = value =>
  Object.keys(fieldsOf(value)).length <= MOST_NAMES &&
  Object.entries(fieldsOf(value)).every(
    ([name, number]) => text(name) && finite(number)
  );
const MOST_NAMES = 100;

/** Every field of every recipe: a new one does not compile until it is here. */
const RECIPES: {
  readonly [K in Recipe['kind']]: Readonly<Record<Fields<K>, IField>>;
} = {
  summary: { columns: may(texts), unit: may(text) },
  quality: { columns: may(texts), unit: may(text) },
  findings: { limit: may(finite), budget: may(finite), unit: may(text) },
  distribution: {
    column: must(text),
    window: may(span),
    unit: may(text),
    picked_from: may(text)
  },
  time_series: {
    column: may(text),
    metric: may(text),
    window: may(text),
    step: may(text),
    zone: may(text),
    unit: may(text),
    predictions: may(isPredictions),
    retrieval: may(isRetrieval)
  },
  performance: {
    prediction: may(text),
    actual: may(text),
    score: may(text),
    scores: may(texts),
    positive: may(text),
    threshold: may(finite),
    segment: may(value => text(value) || isMap(value)),
    average: may(text),
    metric: may(text),
    window: may(span),
    unit: may(text),
    task: may(text),
    paired: may(yesNo),
    picked_from: may(text),
    limits: may(numbersByName)
  },
  estimated_performance: {
    predictions: may(isPredictions),
    features: may(texts),
    outside: may(finite),
    window: may(span),
    seed: may(whole),
    unit: may(text)
  },
  attribution: {
    by: must(value => text(value) || isMap(value)),
    metric: may(text),
    column: may(text),
    predictions: may(isPredictions),
    unit: may(text)
  },
  slices: {
    metric: may(text),
    column: may(text),
    direction: may(text),
    columns: may(texts),
    map: may(isMap),
    conditions: may(whole),
    least: may(finite),
    predictions: may(isPredictions),
    unit: may(text),
    seed: may(whole)
  },
  retrieval: {
    embedding: may(text),
    documents: may(text),
    retrieved: may(text),
    relevance: may(text),
    relevant: may(text),
    k: may(whole),
    limit: may(finite),
    beyond: may(finite),
    segment: may(value => text(value) || isMap(value)),
    metric: may(text),
    window: may(span),
    unit: may(text)
  },
  embedding_drift: {
    embedding: must(text),
    window: may(span),
    seed: may(whole),
    unit: may(text),
    picked_from: may(text)
  },
  response_drift: {
    prompt: may(text),
    response: may(text),
    k: may(whole),
    window: may(span),
    seed: may(whole),
    unit: may(text),
    picked_from: may(text)
  },
  neighbors: {
    embedding: must(text),
    row: must(whole),
    set: may(text),
    k: may(whole)
  },
  cluster_rules: { map: must(isMap) },
  cluster_means: { map: must(isMap), column: must(text), value: may(text) },
  cohort: {},
  embedding_map: {
    embedding: must(text),
    n_components: may(whole),
    n_neighbors: may(whole),
    min_dist: may(finite),
    min_cluster_size: may(whole),
    sample: may(whole),
    window: may(span),
    anchor: may(
      value =>
        value === 'reference' ||
        (Array.isArray(value) && value.length === 2 && value.every(whole))
    ),
    seed: may(whole),
    resamples: may(whole),
    unit: may(text),
    picked_from: may(text)
  }
};

/** The fields that are known and make sense; null when one of them does not, or one that is needed is not there. */
function pickFields(
  fields: Readonly<Record<string, unknown>>,
  kind: string,
  wanted: Readonly<Record<string, IField>>
): Record<string, unknown> | null {
  const known: Record<string, unknown> = { kind };
  for (const [name, { fits, isNeeded }] of Object.entries(wanted)) {
    const value = fields[name] ?? null;
    if (value === null ? isNeeded : !fits(value)) {
      return null;
    }
    if (value !== null) {
      known[name] = value;
    }
  }
  return known;
}

/** Conditions in one another are as deep as selections that were combined again and again. */
const MOST_DEEP = 12;

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

const side: Check = value => value === 'primary' || value === 'reference';
const ranges: Check = value =>
  isText(value, MOST_TEXT) &&
  (value === '' || fromRanges(value, Infinity, Infinity) !== null);
const names: Check = value =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= MOST_VALUES &&
  value.every(one => isText(one, MOST_TEXT));
const bound: Check = value => text(value) || finite(value);
const scalars: Check = value =>
  Array.isArray(value) &&
  value.length <= MOST_VALUES &&
  value.every(
    one => one === null || yesNo(one) || finite(one) || isText(one, MOST_TEXT)
  );
const corners: Check = value =>
  Array.isArray(value) &&
  value.length >= 3 &&
  value.length <= MOST_CORNERS &&
  value.every(
    corner =>
      Array.isArray(corner) && corner.length === 2 && corner.every(finite)
  );

/** Every field of every condition but the map that it speaks of and the conditions that it is made of, which are read by themselves. */
const CONDITIONS: {
  readonly [K in Condition['kind']]: Readonly<
    Record<
      Exclude<
        keyof Extract<Condition, { kind: K }>,
        'kind' | 'map' | 'conditions' | 'condition' | 'among'
      >,
      IField
    >
  >;
} = {
  values: {
    column: must(text),
    values: must(scalars),
    negated: may(yesNo),
    set: may(side)
  },
  range: {
    column: must(text),
    low: may(bound),
    high: may(bound),
    set: may(side)
  },
  length: {
    column: must(text),
    low: may(whole),
    high: may(whole),
    set: may(side)
  },
  missing: { column: must(text), negated: may(yesNo), set: may(side) },
  repeated: { columns: must(names), first: may(yesNo), set: may(side) },
  in_cluster: { cluster: must(whole), set: may(side) },
  in_lasso: { polygon: must(corners), set: may(side) },
  at_rows: { primary: may(ranges), reference: may(ranges), set: may(side) },
  of_set: { name: must(side), set: may(side) },
  all_of: { set: may(side) },
  any_of: { set: may(side) },
  not: { set: may(side) }
};

/** Read conditions; null when one of them makes no sense, for the others alone would be other rows. */
export function readConditions(data: unknown, depth = 0): Condition[] | null {
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
  if (kind === 'all_of' || kind === 'any_of') {
    const conditions = readConditions(fields.conditions, depth + 1);
    return conditions && ({ ...known, conditions } as unknown as Condition);
  }
  if (kind === 'repeated' && fields.among !== undefined) {
    const among = readConditions(fields.among, depth + 1);
    return among && ({ ...known, among } as unknown as Condition);
  }
  if (kind === 'not') {
    const found = readConditions([fields.condition], depth + 1);
    return found && ({ ...known, condition: found[0] } as unknown as Condition);
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
