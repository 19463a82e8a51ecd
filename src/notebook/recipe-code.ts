import type { Recipe } from '../tokens';
import { conditionsCode } from './conditions';
import { literal } from './python';

/** A call that is longer is written over several lines: a notebook beside a view is narrow. */
export const NARROW = 56;

/** How a recipe is written: the class, its leading arguments by place, and the others with the value that needs not be said. */
const RECIPES: Record<
  Recipe['kind'],
  {
    readonly name: string;
    readonly variable: string;
    readonly leading: readonly string[];
    readonly defaults: Readonly<Record<string, unknown>>;
  }
> = {
  summary: {
    name: 'Summary',
    variable: 'columns',
    leading: [],
    defaults: { columns: null, unit: null }
  },
  quality: {
    name: 'Quality',
    variable: 'checks',
    leading: [],
    defaults: { columns: null, unit: null }
  },
  findings: {
    name: 'Findings',
    variable: 'findings',
    leading: [],
    defaults: { limit: 0.1, budget: 60, unit: null }
  },
  distribution: {
    name: 'Distribution',
    variable: 'bins',
    leading: ['column'],
    defaults: { window: null, unit: null, picked_from: null }
  },
  time_series: {
    name: 'TimeSeries',
    variable: 'series',
    leading: ['column'],
    defaults: {
      metric: null,
      window: null,
      step: null,
      zone: null,
      unit: null,
      predictions: null,
      retrieval: null
    }
  },
  retrieval: {
    name: 'Retrieval',
    variable: 'retrieval',
    leading: [],
    defaults: {
      embedding: null,
      documents: null,
      retrieved: null,
      relevance: null,
      relevant: null,
      k: 5,
      limit: null,
      beyond: 0.05,
      segment: null,
      metric: null,
      window: null,
      unit: null
    }
  },
  performance: {
    name: 'Performance',
    variable: 'performance',
    leading: [],
    defaults: {
      prediction: null,
      actual: null,
      score: null,
      scores: null,
      positive: null,
      threshold: null,
      segment: null,
      average: null,
      metric: null,
      window: null,
      picked_from: null,
      unit: null,
      task: null,
      paired: null,
      limits: null
    }
  },
  estimated_performance: {
    name: 'EstimatedPerformance',
    variable: 'estimated',
    leading: [],
    defaults: {
      predictions: null,
      features: null,
      outside: 0.1,
      window: null,
      seed: 0,
      unit: null
    }
  },
  attribution: {
    name: 'Attribution',
    variable: 'parts',
    leading: ['by'],
    defaults: { metric: 'error', column: null, predictions: null, unit: null }
  },
  slices: {
    name: 'Slices',
    variable: 'slices',
    leading: [],
    defaults: {
      metric: 'error',
      column: null,
      direction: 'high',
      columns: null,
      map: null,
      conditions: 2,
      least: 0.01,
      predictions: null,
      unit: null,
      seed: 0
    }
  },
  embedding_drift: {
    name: 'EmbeddingDrift',
    variable: 'drift',
    leading: ['embedding'],
    defaults: { window: null, picked_from: null, seed: 0, unit: null }
  },
  response_drift: {
    name: 'ResponseDrift',
    variable: 'answers',
    leading: [],
    defaults: {
      prompt: null,
      response: null,
      k: 10,
      window: null,
      picked_from: null,
      seed: 0,
      unit: null
    }
  },
  neighbors: {
    name: 'Neighbors',
    variable: 'similar',
    leading: ['embedding', 'row'],
    defaults: { set: 'primary', k: 25 }
  },
  cluster_means: {
    name: 'ClusterMeans',
    variable: 'means',
    leading: ['map', 'column'],
    defaults: { value: null }
  },
  cluster_rules: {
    name: 'ClusterRules',
    variable: 'rules',
    leading: ['map'],
    defaults: {}
  },
  cohort: { name: 'Cohort', variable: 'cohort', leading: [], defaults: {} },
  embedding_map: {
    name: 'EmbeddingMap',
    variable: 'areas',
    leading: ['embedding'],
    defaults: {
      n_components: 2,
      n_neighbors: 15,
      min_dist: 0.1,
      min_cluster_size: null,
      sample: null,
      window: null,
      anchor: null,
      picked_from: null,
      seed: 0,
      resamples: 0,
      unit: null
    }
  }
};

function fieldsOf(recipe: Recipe): Record<string, unknown> {
  return recipe as unknown as Record<string, unknown>;
}

/** The arguments of a recipe that are not as usual; one that is a recipe itself is written out. */
function argumentsOf(recipe: Recipe, px: string): string[] {
  const { leading, defaults } = RECIPES[recipe.kind];
  const fields = fieldsOf(recipe);
  const said = (value: unknown): string =>
    typeof value === 'object' && value !== null && 'kind' in value
      ? inner(value as Recipe, px)
      : literal(value);
  const args = leading.flatMap(key =>
    (fields[key] ?? null) === null ? [] : [said(fields[key])]
  );
  for (const [key, usual] of Object.entries(defaults)) {
    const value = fields[key] ?? null;
    if (value !== null && value !== usual) {
      args.push(`${key}=${said(value)}`);
    }
  }
  if (recipe.where && recipe.where.length > 0) {
    const where = conditionsCode(recipe.where, px, map => inner(map, px));
    args.push(`where=${where}`);
  }
  return args;
}

/** A recipe as Python: on one line, or an argument a line. */
export function recipeText(recipe: Recipe, px: string): string[] {
  const { name } = RECIPES[recipe.kind];
  const args = argumentsOf(recipe, px);
  const call = `${px}.${name}(${args.join(', ')})`;
  return call.length <= NARROW
    ? [call]
    : [`${px}.${name}(`, ...args.map(arg => `    ${arg},`), ')'];
}

/** A recipe within something else. */
export function inner(recipe: Recipe, px: string): string {
  return `${px}.${RECIPES[recipe.kind].name}(${argumentsOf(recipe, px).join(', ')})`;
}

/** The variable that the answer of a recipe is usually called. */
export function variableOf({ kind }: Recipe): string {
  return RECIPES[kind].variable;
}

/** What a recipe is about, for the comment above its code: "Distribution temp". */
export function headOf(recipe: Recipe): string {
  const { name, leading } = RECIPES[recipe.kind];
  const about = leading.flatMap(key => fieldsOf(recipe)[key] ?? []).map(String);
  return [name, ...about].join(' ');
}
