import type { TranslationBundle } from '@jupyterlab/translation';

import type { ColumnInfo, Schema } from '../../api/contract';
import { exact, shareLimit } from '../../charts/format';
import { areListed, areOnMap } from '../../model/conditions';
import type {
  Condition,
  IChosen,
  IInspection,
  Insertable,
  IWatching
} from '../../tokens';
import { conditionText } from './condition';
import type { IVerb } from './menu';

/** AUC from which on vectors are called drifted: a customary one. */
const AUC = 0.6;
/** Limits of a share of rows, the largest first. */
const LIMITS = [0.01, 0.001];

/** Kinds of columns whose drift can be watched. */
const DRIFTING: ReadonlySet<string> = new Set([
  'number',
  'category',
  'boolean',
  'text',
  'vector'
]);

/** What can be watched of something on screen. */
export interface IWatched {
  readonly watch: IWatching['watch'];
  readonly column: string | null;
  readonly limit: IWatching['limit'];
  /** Of performance: its name, and how it is called on screen. */
  readonly metric?: string;
  readonly label?: string;
  /** Conditions beside those of the view; of a share those that are counted. */
  readonly where?: readonly Condition[];
}

/** The limit of a share that what was seen is beyond: one row in a hundred, or fewer where fewer were seen. */
export function limitBelow(seen: number | null): number {
  return LIMITS.find(limit => Math.abs(seen ?? 1) > limit) ?? 0;
}

/** What a column's values can be watched for: its drift, and that they are there. */
export function ofColumn(
  { name, kind, problem }: ColumnInfo,
  limit: number
): IWatched[] {
  if (problem !== null || !DRIFTING.has(kind)) {
    return [];
  }
  const isVector = kind === 'vector';
  return [
    {
      watch: isVector ? 'embedding' : 'drift',
      column: name,
      limit: isVector ? AUC : limit
    },
    { watch: 'missing', column: name, limit: { change: limitBelow(null) } }
  ];
}

/** Two verbs for each of what can be watched: a cell, and a line of the suite beside the notebook. */
export function watchVerbs(
  inspection: IInspection,
  watched: readonly IWatched[],
  insert: (what: Insertable) => void,
  trans: TranslationBundle,
  /** The conditions of the rows that it is said of. */
  base = inspection.where
): IVerb[] {
  const { reference } = inspection;
  return watched.flatMap((one, i) => {
    const why = whyNot(reference === null, base, one, trans);
    const does = (isInFile: boolean) => (): void =>
      insert(watching(inspection, one, base, isInFile, trans));
    const [label, labelOfFile] = labelsOf(one, trans);
    return [
      {
        label,
        detail: why ?? detailOf(one, reference?.name ?? '', trans),
        disabled: why !== null,
        apart: i === 0,
        onChoose: does(false)
      },
      {
        label: labelOfFile,
        detail:
          why === null
            ? trans.__('A suite beside the notebook, for phoenix-lab check.')
            : undefined,
        disabled: why !== null,
        onChoose: does(true)
      }
    ];
  });
}

/** The monitor of something on screen. */
export function watching(
  inspection: IInspection,
  one: IWatched,
  /** The conditions of the rows that it is said of. */
  base: readonly IChosen[],
  isInFile: boolean,
  trans: TranslationBundle
): IWatching {
  const { primary, unit } = inspection;
  const where = [
    ...base.map(({ condition }) => condition),
    ...(one.where ?? [])
  ];
  return {
    kind: 'watch',
    watch: one.watch,
    column: one.column,
    metric: one.metric ?? null,
    limit: one.limit,
    where,
    name: nameOf(one, where, inspection, trans),
    unit,
    valueKind:
      one.column !== null &&
      ['drift', 'range', 'new_categories'].includes(one.watch)
        ? saidOf(primary.schema, one.column)
        : null,
    isInFile
  };
}

/** Why something cannot be watched; null where it can. */
export function whyNot(
  isAlone: boolean,
  where: readonly IChosen[],
  { watch, where: own = [] }: IWatched,
  trans: TranslationBundle
): string | null {
  const asked = [...where.map(({ condition }) => condition), ...own];
  if (isAlone) {
    return trans.__('Needs a reference to hold new rows against.');
  }
  if (areListed(asked)) {
    return trans.__(
      'Not of rows by their places: in new data these are others.'
    );
  }
  if (areOnMap(asked)) {
    return trans.__(
      'Not of a part of a map: the map of new data has other clusters and places.'
    );
  }
  if (watch === 'share' && where.length > 0) {
    return trans.__(
      'Not among some rows alone: show all rows, and the share is of all.'
    );
  }
  return null;
}

/** A name for what would be called as the same of all rows. */
function nameOf(
  { watch, column, metric }: IWatched,
  where: readonly Condition[],
  inspection: IInspection,
  trans: TranslationBundle
): string | null {
  if (where.length === 0) {
    return null;
  }
  const words = where
    .map(condition => conditionText({ condition }, inspection, trans))
    .join(', ');
  if (watch === 'share') {
    return trans.__('share of %1', words);
  }
  const what = metric ?? watch.replace(/_/g, ' ');
  return `${column === null ? what : `${column}: ${what}`} (${words})`;
}

function labelsOf(
  { watch, label }: IWatched,
  trans: TranslationBundle
): readonly [string, string] {
  switch (watch) {
    case 'missing':
      return [
        trans.__('Watch its missing values'),
        trans.__('Watch its missing values in a file')
      ];
    case 'range':
      return [
        trans.__('Watch for values out of range'),
        trans.__('Watch for values out of range in a file')
      ];
    case 'new_categories':
      return [
        trans.__('Watch for new values'),
        trans.__('Watch for new values in a file')
      ];
    case 'duplicates':
      return [
        trans.__('Watch for repeats'),
        trans.__('Watch for repeats in a file')
      ];
    case 'type':
      return [trans.__('Watch its type'), trans.__('Watch its type in a file')];
    case 'share':
      return [
        trans.__('Watch the share of these rows'),
        trans.__('Watch the share of these rows in a file')
      ];
    case 'performance':
      return [
        trans.__('Watch %1', label ?? ''),
        trans.__('Watch %1 in a file', label ?? '')
      ];
    case 'drift':
    case 'embedding':
      return [trans.__('Watch this column'), trans.__('Watch it in a file')];
  }
}

/** From where on it is an alarm. */
function detailOf(
  { watch, limit }: IWatched,
  reference: string,
  trans: TranslationBundle
): string {
  if (watch === 'drift' || watch === 'embedding') {
    return trans.__('A cell that says when it drifts.');
  }
  if (limit === null) {
    return trans.__('A cell that says when it is another one.');
  }
  const text = (size: number): string =>
    watch === 'performance' ? exact(size) : shareLimit(size);
  return typeof limit === 'number'
    ? limit === 0
      ? trans.__('A cell that says when there are any.')
      : trans.__('A cell that says when they are more than %1.', text(limit))
    : watch === 'performance'
      ? trans.__(
          'A cell that says when it is worse than in %1 by %2.',
          reference,
          text(limit.change)
        )
      : watch === 'share'
        ? trans.__(
            'A cell that says when it is another than in %1 by %2 of the rows.',
            reference,
            text(limit.change)
          )
        : trans.__(
            'A cell that says when they are more than in %1 by %2 of the rows.',
            reference,
            text(limit.change)
          );
}

/** What a schema, or somebody by the panel, says that a column's values are. */
function saidOf(schema: Schema | null, column: string): IWatching['valueKind'] {
  return schema?.discrete_column_names?.includes(column)
    ? 'category'
    : schema?.continuous_column_names?.includes(column)
      ? 'number'
      : null;
}
