import { numberLists, numbers, stringLists, strings } from '../api/arrow';
import type { TimeKind } from '../charts/format';
import {
  type Condition,
  type IChosen,
  type IInspection,
  type IResult,
  type ISelection,
  PERFORMANCE,
  type SetName
} from '../tokens';
import { givenName } from './cluster-names';
import { conditionsIn } from './cohort';

/** What a part of a sentence is: our own words, or a name, a value or a number of the data. */
export type Mark = '' | 'column' | 'name' | 'value' | 'number';

/** Something that stands out, or one of its faces. */
export interface IFinding {
  /** Which finding it is, from 1. */
  readonly finding: number;
  /** Whether it is sure, or more data would have to say whether it matters. */
  readonly stands: boolean;
  readonly kind: string;
  readonly words: readonly { readonly mark: Mark; readonly text: string }[];
  readonly sentence: string;
  /** "psi", "points", "share", or the name of a metric. */
  readonly effect: string;
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** How much of a change matters. */
  readonly limit: number | null;
  readonly n: Readonly<Record<SetName, number | null>>;
  readonly pAdjusted: number | null;
  readonly opens: string;
  readonly column: string | null;
  readonly cluster: number | null;
  readonly segment: string | null;
  readonly window: readonly [string, string] | null;
  readonly time: TimeKind;
  /** The conditions that its rows meet, or their positions in the primary set where none says it. */
  readonly where: readonly Condition[];
  /** What all rows on screen have to meet for its numbers to be seen; null where nothing but the usual. */
  readonly cohort: readonly Condition[] | null;
  readonly rows: readonly number[] | null;
  readonly counts: Readonly<Record<SetName, number | null>>;
}

/** What is said of the whole. */
export interface IFindingsFacts {
  readonly looked: number;
  readonly stand: number;
  readonly adjusted: string | null;
  readonly leftOut: readonly { readonly what: string; readonly why: string }[];
  /** A likely unit of which rows are alike, where none was taken. */
  readonly correlated: string | null;
}

/** The findings, the faces of each in order. */
export function readFindings(result: IResult): IFinding[][] {
  const table = result.parts.get('faces');
  if (!table) {
    return [];
  }
  const text = (name: string) => strings(table, name);
  const number = (name: string) => numbers(table, name);
  const [status, kind, effect, opens, time] = [
    text('status'),
    text('kind'),
    text('effect'),
    text('opens'),
    text('time')
  ];
  const [column, segment, where, cohort, sentence] = [
    text('column'),
    text('segment'),
    text('where'),
    text('cohort'),
    text('sentence')
  ];
  const [finding, cluster, estimate, lower, upper, limit, p] = [
    number('finding'),
    number('cluster'),
    number('estimate'),
    number('lower'),
    number('upper'),
    number('limit'),
    number('p_adjusted')
  ];
  const [n, m, mine, theirs] = [
    number('n_primary'),
    number('n_reference'),
    number('rows_primary'),
    number('rows_reference')
  ];
  const [words, marks, window] = [
    stringLists(table, 'words'),
    stringLists(table, 'marks'),
    stringLists(table, 'window')
  ];
  const rows = numberLists(table, 'rows');
  const found: IFinding[][] = [];
  finding.forEach((which, i) => {
    const ends = window[i];
    const one: IFinding = {
      finding: which ?? 0,
      stands: status[i] === 'stands',
      kind: kind[i] ?? '',
      words: (words[i] ?? []).map((part, k) => ({
        mark: (marks[i]?.[k] ?? '') as Mark,
        text: part
      })),
      sentence: sentence[i] ?? '',
      effect: effect[i] ?? '',
      estimate: estimate[i] ?? null,
      lower: lower[i] ?? null,
      upper: upper[i] ?? null,
      limit: limit[i] ?? null,
      n: { primary: n[i] ?? null, reference: m[i] ?? null },
      pAdjusted: p[i] ?? null,
      opens: opens[i] ?? '',
      column: column[i] ?? null,
      cluster: cluster[i] ?? null,
      segment: segment[i] ?? null,
      window: ends ? [ends[0], ends[1]] : null,
      time: (time[i] ?? 'instant') as TimeKind,
      where: conditionsIn(where[i]),
      cohort: cohort[i] ? conditionsIn(cohort[i]) : null,
      rows: rows[i]?.flatMap(row => row ?? []) ?? null,
      counts: { primary: mine[i] ?? null, reference: theirs[i] ?? null }
    };
    (found[one.finding - 1] ??= []).push(one);
  });
  return found.filter(Boolean);
}

export function findingsFacts({ meta }: IResult): IFindingsFacts {
  const facts = meta as {
    n_looked?: number;
    n_stand?: number;
    adjusted?: string | null;
    left_out?: { what: string; why: string }[];
    correlated?: { column: string } | null;
  };
  return {
    looked: facts.n_looked ?? 0,
    stand: facts.n_stand ?? 0,
    adjusted: facts.adjusted ?? null,
    leftOut: facts.left_out ?? [],
    correlated: facts.correlated?.column ?? null
  };
}

/** The finding with the name that a person gave to its cluster. */
export function underGivenName(
  found: IFinding,
  inspection: IInspection
): IFinding {
  const [condition] = found.where;
  const name =
    condition?.kind === 'in_cluster'
      ? givenName(inspection, condition.map, condition.cluster)
      : null;
  if (name === null) {
    return found;
  }
  // Names that come later are those of sets.
  const at = found.words.findIndex(({ mark }) => mark === 'name');
  const words = found.words.map((word, i) =>
    i === at ? { ...word, text: name } : word
  );
  return { ...found, words, sentence: words.map(({ text }) => text).join('') };
}

/** Open what shows a finding, with its window, cluster or group selected. */
export function openFinding(found: IFinding, inspection: IInspection): void {
  const { column, window, segment } = found;
  inspection.visit(
    found.cohort?.map(condition => chosenOf(found, condition)) ?? null
  );
  const picked = pickedOf(found, inspection);
  if (picked) {
    inspection.show(picked);
  } else if (found.opens === 'performance') {
    inspection.point({
      view: PERFORMANCE,
      ...(segment === null ? { metric: found.effect } : { segment })
    });
  } else if (found.opens === 'column' && column !== null) {
    inspection.point({
      view: column,
      ...(window ? { window: { iso: window, kind: found.time } } : {})
    });
  } else {
    inspection.point({
      view: null,
      ...(found.opens === 'quality' ? { quality: { column } } : {})
    });
  }
}

/** A condition of a finding, under the name that the finding has for it. */
export function chosenOf(found: IFinding, condition: Condition): IChosen {
  const name = found.words.find(({ mark }) => mark === 'name')?.text;
  return condition.kind === 'in_cluster' && name !== undefined
    ? { condition, label: name }
    : { condition };
}

/** The rows on a map that a finding speaks of, as if they had been picked there; null where it speaks of no rows on a map. */
function pickedOf(
  found: IFinding,
  { primary, reference }: IInspection
): ISelection | null {
  const { column, cluster, rows, where, counts, sentence } = found;
  if (found.opens !== 'column' || column === null) {
    return null;
  }
  const common = {
    id: `finding:${sentence}`,
    label: sentence,
    variable: 'found',
    comment: [sentence],
    view: column
  };
  if (rows) {
    return { ...common, rows: [{ set: 'primary', rows }], source: null };
  }
  const [condition] = where;
  if (cluster === null || condition?.kind !== 'in_cluster') {
    return null;
  }
  return {
    ...common,
    rows: [
      { set: 'primary', rows: [], n: counts.primary ?? 0, of: primary.n_rows },
      ...(reference
        ? [
            {
              set: 'reference' as const,
              rows: [],
              n: counts.reference ?? 0,
              of: reference.n_rows
            }
          ]
        : [])
    ],
    source: { recipe: condition.map, call: `.cluster(${cluster})` }
  };
}
