import type { Table } from 'apache-arrow';

import { numbers, strings } from '../api/arrow';
import type { Recipe } from '../tokens';

/** What a value of an answer may be; null is always one. */
export type Shape =
  | 'number'
  | 'text'
  | 'yes'
  | 'time'
  | 'numbers'
  | 'texts'
  | { readonly list: Shape }
  | { readonly of: Fields };

export type Fields = Readonly<Record<string, Shape>>;

interface IKeptTable {
  readonly columns: Fields;
  /** Rows that a file may hold at most. */
  readonly most: number;
  /** Which rows are kept, in order. */
  readonly rows: (table: Table) => number[];
}

/** The recipes whose answers tiles draw. */
export type Drawn =
  | 'distribution'
  | 'time_series'
  | 'summary'
  | 'quality'
  | 'performance'
  | 'embedding_map';

const SET: Shape = { of: { name: 'text', rows: 'number', span: 'texts' } };
const SETS: Fields = { primary: SET, reference: SET };
const UNIT: Shape = {
  of: { column: 'text', n_primary: 'number', n_reference: 'number' }
};
const CHOICES: Shape = { list: { of: { value: 'text', label: 'text' } } };

/** How many rows a table has of which only some are kept. */
const OF: Fields = { kept_of: 'number' };

/** The facts about the whole that a tile's drawing reads. */
export const FACTS: Readonly<Record<Drawn, Fields>> = {
  distribution: {
    column: 'text',
    kind: 'text',
    role: 'text',
    statistic: 'text',
    estimate: 'number',
    lower: 'number',
    upper: 'number',
    p_value: 'number',
    p_adjusted: 'number',
    verdict: 'text',
    reason: 'text',
    needed: 'number',
    missing: {
      of: {
        difference: 'number',
        lower: 'number',
        upper: 'number',
        p_value: 'number'
      }
    },
    window: 'texts',
    unit: UNIT,
    limit: 'number',
    ...SETS
  },
  time_series: {
    column: 'text',
    metric: 'text',
    label: 'text',
    window: 'text',
    step: 'text',
    windows: CHOICES,
    band: { of: { lower: 'number', upper: 'number', text: 'text' } },
    change: { of: { start: 'text', p_value: 'number' } },
    time: { of: { column: 'text', kind: 'text', zone: 'text' } },
    boundary: 'text',
    overlap: 'yes',
    ...OF
  },
  summary: {
    ...OF,
    limit: 'number',
    alpha: 'number',
    confidence: 'number',
    adjusted: 'text',
    unit: UNIT,
    ...SETS
  },
  quality: {
    ...OF,
    limit: 'number',
    n_checks: 'number',
    adjusted: 'text',
    unit: UNIT,
    ...SETS
  },
  performance: {
    task: 'text',
    classes: 'texts',
    positive: 'text',
    columns: { of: { prediction: 'text', actual: 'text', score: 'text' } },
    predicted_from: 'text',
    threshold: 'number',
    probabilities: 'yes',
    alpha: 'number',
    adjusted: 'text',
    unit: UNIT,
    average: 'text',
    window: 'texts',
    ...SETS
  },
  embedding_map: {
    ...OF,
    n_rows: 'number',
    n_fitted: 'number',
    sampled: 'yes',
    noise_share: 'number',
    adjusted: 'text',
    unit: UNIT,
    drift: {
      of: {
        auc: 'number',
        statistic: 'text',
        estimate: 'number',
        lower: 'number',
        upper: 'number',
        p_value: 'number',
        p_adjusted: 'number',
        verdict: 'text',
        reason: 'text'
      }
    },
    ...SETS
  }
};

function all(table: Table, most: number): number[] {
  return Array.from({ length: Math.min(table.numRows, most) }, (_, i) => i);
}

/** A table of which the first rows are kept. */
function first(columns: Fields, most: number): IKeptTable {
  return { columns, most, rows: table => all(table, most) };
}

/** A table of windows, in order of set and time, of which the last of each set are kept. */
function latest(columns: Fields, most: number): IKeptTable {
  return {
    columns,
    most,
    rows: table => {
      const sets = strings(table, 'set');
      const rows = all(table, table.numRows);
      return [...new Set(sets)].flatMap(set =>
        rows.filter(i => sets[i] === set).slice(-Math.floor(most / 2))
      );
    }
  };
}

/** A table of which the rows with the largest numbers, in any of some columns, are kept. */
function largest(
  columns: Fields,
  by: readonly string[],
  most: number
): IKeptTable {
  return {
    columns,
    most,
    rows: table => {
      const measures = by
        .filter(name => table.getChild(name))
        .map(name => numbers(table, name));
      const sizes = all(table, table.numRows).map(i =>
        Math.max(0, ...measures.map(values => Math.abs(values[i] ?? 0)))
      );
      return all(table, table.numRows)
        .sort((a, b) => sizes[b] - sizes[a] || a - b)
        .slice(0, most);
    }
  };
}

const COMPARED: Fields = Object.fromEntries(
  ['primary', 'reference'].flatMap(set => [
    [`value_${set}`, 'number'],
    [`lower_${set}`, 'number'],
    [`upper_${set}`, 'number'],
    [`n_${set}`, 'number'],
    [`reason_${set}`, 'text']
  ])
);

/** The tables that a tile's drawing reads, by recipe and name. */
export const TABLES: Readonly<
  Record<Drawn, Readonly<Record<string, IKeptTable>>>
> = {
  distribution: {
    '': first(
      {
        label: 'text',
        lower: 'number',
        upper: 'number',
        kind: 'text',
        reference: 'number',
        primary: 'number',
        reference_share: 'number',
        primary_share: 'number',
        contribution: 'number'
      },
      60
    ),
    values: first(
      {
        set: 'text',
        n: 'number',
        missing: 'number',
        distinct: 'number',
        mean: 'number',
        std: 'number',
        min: 'number',
        q05: 'number',
        q25: 'number',
        q50: 'number',
        q75: 'number',
        q95: 'number',
        max: 'number'
      },
      2
    )
  },
  time_series: {
    '': latest(
      {
        set: 'text',
        start: 'time',
        end: 'time',
        n: 'number',
        missing: 'number',
        value: 'number',
        lower: 'number',
        upper: 'number'
      },
      1000
    )
  },
  summary: {
    '': largest(
      {
        column: 'text',
        position: 'number',
        kind: 'text',
        role: 'text',
        n_primary: 'number',
        n_reference: 'number',
        missing_primary: 'number',
        missing_reference: 'number',
        estimate: 'number',
        lower: 'number',
        upper: 'number',
        p_adjusted: 'number',
        verdict: 'text',
        reason: 'text',
        needed: 'number',
        missing_difference: 'number',
        missing_lower: 'number',
        missing_upper: 'number',
        missing_p_adjusted: 'number',
        beyond: 'number',
        beyond_lower: 'number',
        beyond_p_adjusted: 'number'
      },
      ['estimate', 'missing_difference', 'beyond'],
      300
    )
  },
  quality: {
    '': first(
      {
        column: 'text',
        kind: 'text',
        check: 'text',
        status: 'text',
        count_primary: 'number',
        rows_primary: 'number',
        count_reference: 'number',
        rows_reference: 'number',
        difference: 'number',
        lower: 'number',
        upper: 'number',
        p_adjusted: 'number'
      },
      40
    )
  },
  performance: {
    '': first(
      {
        metric: 'text',
        label: 'text',
        good: 'text',
        average: 'text',
        thresholded: 'yes',
        ...COMPARED,
        difference: 'number',
        difference_lower: 'number',
        difference_upper: 'number',
        p_value: 'number',
        p_adjusted: 'number',
        limit: 'number',
        verdict: 'text',
        needed: 'number',
        reason: 'text'
      },
      40
    )
  },
  embedding_map: {
    // Where the points lie is of the rows; a tile draws the clusters, and none of them.
    '': first({}, 0),
    clusters: largest(
      {
        cluster: 'number',
        name: 'text',
        n: 'number',
        n_primary: 'number',
        n_reference: 'number',
        share_primary: 'number',
        share_primary_lower: 'number',
        share_primary_upper: 'number',
        share_reference: 'number',
        share_reference_lower: 'number',
        share_reference_upper: 'number',
        difference: 'number',
        difference_lower: 'number',
        difference_upper: 'number',
        p_adjusted: 'number'
      },
      ['difference'],
      60
    )
  }
};

export function isDrawn(kind: Recipe['kind']): kind is Drawn {
  return Object.hasOwn(TABLES, kind);
}
