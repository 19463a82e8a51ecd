import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';

import { toName } from '../notebook/python';
import type { IInspection, ISelection } from '../tokens';
import { combined, conditionFor, type Way } from './combining';
import { sizesText } from './selection';

/** A selection that is made of others, whose rows are known. */
export function combine(
  way: Way,
  a: ISelection,
  b: ISelection | null,
  inspection: IInspection,
  trans: TranslationBundle
): ISelection {
  const label = {
    and: () => trans.__('%1 and %2', a.label, b?.label ?? ''),
    or: () => trans.__('%1 or %2', a.label, b?.label ?? ''),
    minus: () => trans.__('%1 without %2', a.label, b?.label ?? ''),
    not: () => trans.__('all but %1', a.label)
  }[way]();
  const id = UUID.uuid4();
  const variable = toName(
    way === 'not' ? `not_${a.variable}` : `${a.variable}_${way}_${b?.variable}`,
    'rows'
  );
  const made = combined(way, a, b, { id, label, variable, comment: [label] });
  return { ...made, comment: [label, sizesText(made.rows, inspection, trans)] };
}

/** The rows of its sets that a selection has not, by a condition: code that lists them would be long. Null where no condition can say which it has. */
export function restOf(
  selection: ISelection,
  inspection: IInspection,
  trans: TranslationBundle
): ISelection | null {
  const rows = selection.rows.map(part => ({
    ...part,
    // What was just picked has not been told how many rows there are.
    of: part.of ?? inspection[part.set]?.n_rows
  }));
  const rest = combine('not', { ...selection, rows }, null, inspection, trans);
  if (rest.conditions) {
    return rest;
  }
  const mine = conditionFor(selection, false);
  const [only, ...others] = rest.rows;
  return (
    mine && {
      ...rest,
      conditions: [
        { kind: 'not', condition: mine },
        ...(others.length === 0
          ? [{ kind: 'of_set' as const, name: only.set }]
          : [])
      ]
    }
  );
}
