import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import type { IChosen, IInspection, ISelection, SetName } from '../../tokens';
import { conditionRows, conditionText } from './condition';
import { type IChoice, type IVerb, Menu, verbChoices } from './menu';
import type { IAnchor } from './popup';

export interface IRowsMenuProps {
  anchor: IAnchor;
  inspection: IInspection;
  /** What the rows that were pointed at meet, beside what all rows on screen do. */
  chosen: readonly IChosen[];
  /** How many they are in each set; null where nobody has counted. */
  counts: Readonly<Record<SetName, number | null>>;
  /** What the rows were counted under, where that is not what all rows on screen meet. */
  base?: readonly IChosen[];
  /** Only the rows of this set are meant. */
  only?: SetName;
  /** How sure it is that they changed, for the comment of a cell. */
  sure?: readonly string[];
  /** What else can be done with what was pointed at. */
  verbs?: readonly IVerb[];
  /** What it is, where it is no rows. */
  about?: string;
  onInsert: (selection: ISelection) => void;
  onClose: () => void;
  trans: TranslationBundle;
}

type What =
  'only' | 'not' | 'keep' | SetName | 'both' | Pick<IVerb, 'onChoose'>;

/** What can be done with the rows behind something: look at them alone, or have them in the notebook. */
export function RowsMenu(props: IRowsMenuProps): React.ReactElement {
  const { inspection, chosen, counts, trans } = props;
  const { primary, reference } = inspection;
  // Of a set that no condition is about all rows are left, which nobody pointed at.
  const told = setOf(chosen);
  const only = props.only ?? told ?? undefined;
  const sets = (['primary', 'reference'] as const).filter(
    set => inspection[set] !== null && (only === undefined || only === set)
  );
  const isEmpty = sets.every(set => counts[set] === 0);
  const opposite = negated(chosen);
  const amount = (n: number | null): string =>
    n === null
      ? trans.__('as a cell')
      : trans._n('%2 row, as a cell', '%2 rows, as a cell', n, count(n));
  const both =
    counts.primary === null || counts.reference === null
      ? null
      : counts.primary + counts.reference;
  const ofRows: IChoice<What>[] = [
    {
      value: 'only',
      label: trans.__('Only these rows'),
      detail: !reference
        ? trans.__('In every view of %1', primary.name)
        : told
          ? trans.__(
              'In every view; %1 stays whole',
              (told === 'primary' ? reference : primary).name
            )
          : trans.__(
              'In every view of %1 and %2',
              primary.name,
              reference.name
            ),
      disabled: isEmpty,
      checked: false
    },
    ...(opposite
      ? [
          {
            value: 'not' as const,
            label: trans.__('All but these rows'),
            checked: false
          }
        ]
      : []),
    {
      value: 'keep',
      label: trans.__('Keep as selection'),
      detail: trans.__('Named and combined in the panel'),
      disabled: isEmpty,
      checked: false
    },
    ...sets.map((set, i) => ({
      value: set,
      label: trans.__('Insert into notebook: %1', inspection[set]?.name ?? ''),
      detail: amount(counts[set]),
      disabled: counts[set] === 0,
      apart: i === 0,
      checked: false
    })),
    ...(sets.length === 2
      ? [
          {
            value: 'both' as const,
            label: trans.__('Insert into notebook: both'),
            detail: amount(both),
            disabled: both === 0,
            checked: false
          }
        ]
      : [])
  ];
  const choices: IChoice<What>[] = [
    ...(chosen.length > 0 ? ofRows : []),
    ...verbChoices(props.verbs ?? [])
  ];
  const onChoose = (what: What): void => {
    if (typeof what === 'object') {
      what.onChoose();
    } else if (what === 'only' || what === 'not') {
      if (props.base) {
        inspection.visit(null);
      }
      inspection.narrow(what === 'only' ? chosen : (opposite ?? []));
    } else {
      const wanted = what === 'both' || what === 'keep' ? sets : [what];
      const rows = conditionRows(
        chosen,
        wanted.map(set => ({ set, n: counts[set] })),
        inspection,
        trans,
        props.sure,
        props.base
      );
      if (what === 'keep') {
        inspection.save(rows);
      } else {
        props.onInsert(rows);
      }
    }
  };
  const words =
    chosen.length > 0
      ? chosen.map(one => conditionText(one, inspection, trans)).join(', ')
      : (props.about ?? '');
  return (
    <Menu<What>
      anchor={props.anchor}
      label={
        chosen.length > 0
          ? trans.__('Rows of %1', words)
          : trans.__('What to do with %1', words)
      }
      note={words}
      choices={choices}
      onChoose={onChoose}
      onClose={props.onClose}
    />
  );
}

/** The one set that all conditions are about; null where there is none. */
function setOf(chosen: readonly IChosen[]): SetName | null {
  const sets = new Set(chosen.map(({ condition }) => condition.set ?? null));
  const [set] = sets;
  return sets.size === 1 ? (set ?? null) : null;
}

/** The opposite of one condition on values or repeats; ranges have none, for a missing value is in neither. */
function negated(chosen: readonly IChosen[]): readonly IChosen[] | null {
  const [first, ...others] = chosen;
  if (!first || others.length > 0) {
    return null;
  }
  const { condition } = first;
  if (condition.kind === 'repeated') {
    return [{ condition: { kind: 'not', condition } }];
  }
  if (condition.kind !== 'values' && condition.kind !== 'missing') {
    return null;
  }
  return [{ condition: { ...condition, negated: !condition.negated } }];
}
