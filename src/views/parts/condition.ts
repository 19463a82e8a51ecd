import type { TranslationBundle } from '@jupyterlab/translation';

import { count, exact } from '../../charts/format';
import { givenName } from '../../model/cluster-names';
import { added } from '../../model/cohort';
import type {
  Condition,
  IChosen,
  IInspection,
  ISelection,
  SetName
} from '../../tokens';

/** Values of a condition that its words name. */
const NAMED = 3;
const LONG = 40;

/** A condition in words: "temp: 20 – 30", "carrier: AA". */
export function conditionText(
  chosen: IChosen,
  inspection: Pick<IInspection, 'clusterNames' | 'primary' | 'reference'>,
  trans: TranslationBundle
): string {
  return conditionWords(
    chosen,
    set => inspection[set]?.name,
    one =>
      one.kind === 'in_cluster'
        ? givenName(inspection, one.map, one.cluster)
        : null,
    trans
  );
}

/**
 * The same where no inspection is open.
 *
 * @param setOf - How a set is called.
 * @param givenOf - What a person calls what a condition is about, or null.
 */
export function conditionWords(
  { condition, label }: IChosen,
  setOf: (set: SetName) => string | undefined,
  givenOf: (condition: Condition) => string | null,
  trans: TranslationBundle
): string {
  const inner = (one: Condition): string =>
    conditionWords({ condition: one }, setOf, givenOf, trans);
  const said =
    givenOf(condition) ?? label ?? saying(condition, setOf, inner, trans);
  const about =
    'map' in condition
      ? condition.map.embedding
      : 'column' in condition
        ? condition.column
        : null;
  const text = about === null ? said : trans.__('%1: %2', about, said);
  const name = condition.set && setOf(condition.set);
  return name ? trans.__('%1 · %2 only', text, name) : text;
}

function saying(
  condition: Condition,
  setOf: (set: SetName) => string | undefined,
  inner: (condition: Condition) => string,
  trans: TranslationBundle
): string {
  switch (condition.kind) {
    case 'values': {
      const shown = condition.values
        .slice(0, NAMED)
        .map(value => valueText(value, trans))
        .join(', ');
      const more = condition.values.length - NAMED;
      const all = more > 0 ? trans.__('%1, %2 more', shown, more) : shown;
      return condition.negated ? trans.__('not %1', all) : all;
    }
    case 'range':
      return rangeText(
        endText(condition.low ?? null),
        endText(condition.high ?? null),
        trans
      );
    case 'length':
      return trans.__(
        '%1 characters',
        rangeText(
          endText(condition.low ?? null),
          endText(condition.high ?? null),
          trans
        )
      );
    case 'missing':
      return condition.negated ? trans.__('not missing') : trans.__('missing');
    case 'repeated': {
      const { columns, first } = condition;
      const [only] = columns;
      return columns.length === 1
        ? first
          ? trans.__('%1 more than once', only)
          : trans.__('%1 as in a row before', only)
        : first
          ? trans._n(
              'equal to another row in %2 column',
              'equal to another row in %2 columns',
              columns.length,
              count(columns.length)
            )
          : trans._n(
              'equal to a row before in %2 column',
              'equal to a row before in %2 columns',
              columns.length,
              count(columns.length)
            );
    }
    case 'in_cluster':
      return condition.cluster < 0
        ? trans.__('no cluster')
        : trans.__('cluster %1', condition.cluster);
    case 'in_lasso':
      return trans.__('an area of the map');
    case 'at_rows':
      return trans.__('a list of rows');
    case 'of_set':
      return trans.__('%1 only', setOf(condition.name) ?? '');
    case 'all_of':
      return condition.conditions.map(inner).join(trans.__(' and '));
    case 'any_of':
      return condition.conditions.map(inner).join(trans.__(' or '));
    case 'not':
      return trans.__('not (%1)', inner(condition.condition));
  }
}

function valueText(
  value: string | number | boolean | null,
  trans: TranslationBundle
): string {
  if (value === null) {
    return trans.__('missing');
  }
  const text = String(value);
  return text === ''
    ? trans.__('(empty)')
    : text.length > LONG
      ? `${text.slice(0, LONG - 1)}…`
      : text;
}

function rangeText(
  low: string | null,
  high: string | null,
  trans: TranslationBundle
): string {
  return low === null
    ? trans.__('below %1', high ?? '')
    : high === null
      ? trans.__('%1 and above', low)
      : trans.__('%1 to below %2', low, high);
}

/** An end of a range; a time without the midnight that it starts at. */
function endText(value: string | number | null): string | null {
  if (value === null) {
    return null;
  }
  const number = typeof value === 'number' ? value : Number(value);
  if (Number.isFinite(number) && String(value).trim() !== '') {
    return Number.isSafeInteger(number) || !Number.isInteger(number)
      ? exact(number)
      : String(value);
  }
  return String(value).replace(/T00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?$/, '');
}

/** Rows of a window of time: of the primary set, which is compared with the whole reference. */
export function windowChosen(
  column: string,
  [low, high]: readonly [string, string],
  isCompared: boolean
): IChosen {
  return {
    condition: {
      kind: 'range',
      column,
      low,
      high,
      ...(isCompared ? { set: 'primary' as const } : {})
    }
  };
}

/** What a bar of a column stands for: as the answers tell of it. */
export interface IBarOf {
  readonly label: string;
  readonly kind: string;
  /** Where a range starts and ends, exactly; the value of an atom. */
  readonly low: string | null;
  readonly high: string | null;
}

/** The condition that the rows of a bar meet; null where nothing says it. */
export function barCondition(
  column: string,
  bar: IBarOf,
  bars: readonly IBarOf[],
  info: { readonly kind: string; readonly dtype: string }
): Condition | null {
  const ofText = info.kind === 'text';
  switch (bar.kind) {
    case 'range':
      if (bar.low === null && bar.high === null) {
        return { kind: 'missing', column, negated: true };
      }
      return ofText
        ? {
            kind: 'length',
            column,
            low: bar.low === null ? null : Math.ceil(Number(bar.low)),
            high: bar.high === null ? null : Math.ceil(Number(bar.high))
          }
        : { kind: 'range', column, low: plain(bar.low), high: plain(bar.high) };
    case 'atom': {
      if (bar.low === null) {
        return null;
      }
      const n = Number(bar.low);
      return ofText
        ? { kind: 'length', column, low: n, high: n + 1 }
        : { kind: 'values', column, values: [plain(bar.low)] };
    }
    case 'missing':
      return { kind: 'missing', column };
    case 'rest':
      return {
        kind: 'values',
        column,
        values: [
          ...bars
            .filter(({ kind }) => kind !== 'rest' && kind !== 'missing')
            .map(({ label }) => typed(label, info)),
          null
        ],
        negated: true
      };
    default:
      return { kind: 'values', column, values: [typed(bar.label, info)] };
  }
}

/** A number as JSON has it where it says the very same, else as its text. */
export function plain(text: string): number | string;
export function plain(text: string | null): number | string | null;
export function plain(text: string | null): number | string | null {
  if (text === null) {
    return null;
  }
  const number = Number(text);
  return /^-?\d+$/.test(text)
    ? Number.isSafeInteger(number)
      ? number
      : text
    : Number.isFinite(number)
      ? number
      : text;
}

/** A label as the value that it is of; the server reads text as what the column holds. */
function typed(
  label: string,
  { kind, dtype }: { readonly kind: string; readonly dtype: string }
): string | number | boolean {
  if (kind === 'boolean' && (label === 'True' || label === 'False')) {
    return label === 'True';
  }
  return /^(u?int|float|double)\d*$/i.test(dtype) ? plain(label) : label;
}

/** The rows that meet conditions, as something to insert. */
export function conditionRows(
  chosen: readonly IChosen[],
  sets: readonly { readonly set: SetName; readonly n: number | null }[],
  inspection: IInspection,
  trans: TranslationBundle,
  /** More for the comment: how sure it is. */
  sure: readonly string[] = [],
  /** The conditions that they are counted under. */
  base: readonly IChosen[] = inspection.where
): ISelection {
  const all = added(base, chosen);
  const words = all.map(one => conditionText(one, inspection, trans));
  const sizes = sets.map(({ set, n }) => {
    const name = inspection[set]?.name ?? '';
    return n === null
      ? name
      : trans._n('%2 row of %3', '%2 rows of %3', n, count(n), name);
  });
  const last = all[all.length - 1]?.condition;
  const wish =
    last?.kind === 'values' && !last.negated && last.values.length === 1
      ? String(last.values[0] ?? '')
      : '';
  return {
    id: `where:${JSON.stringify(all.map(({ condition }) => condition))}`,
    label: words.join(', '),
    rows: sets.map(({ set, n }) => ({
      set,
      rows: [],
      of: inspection[set]?.n_rows,
      ...(n === null ? {} : { n })
    })),
    variable: /^[A-Za-z_ -]{2,30}$/.test(wish) ? wish : 'rows',
    comment: [words.join(', '), sizes.join(trans.__(', then ')), ...sure],
    source: null,
    conditions: all.map(({ condition }) => condition)
  };
}
