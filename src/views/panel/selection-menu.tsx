import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { combine } from '../../model/combine';
import { conditionFor, liveOf } from '../../model/combining';
import { countRows, isListed, outdated, viewOf } from '../../model/selection';
import type { IInspection, ISelection } from '../../tokens';
import { type IChoice, type IAnchor, Menu, steeringChoices } from '../parts';

export type Verb =
  | 'show'
  | 'only'
  | 'combine'
  | 'not'
  | 'edit'
  | 'freeze'
  | 'again'
  | 'remove'
  | 'direction'
  | 'prompt';

interface IProps {
  readonly anchor: IAnchor;
  readonly inspection: IInspection;
  readonly selection: ISelection;
  readonly onClose: () => void;
  readonly trans: TranslationBundle;
}

/** What can be done with a selection, beside having it in the notebook or the kernel. */
export function SelectionMenu(
  props: IProps & { readonly onVerb: (verb: Verb) => void }
): React.ReactElement {
  const { inspection, selection, trans } = props;
  const { label } = selection;
  const isOld = outdated(selection, inspection) !== null;
  const isLive = liveOf(selection) !== null;
  const isEmpty = countRows(selection) === 0;
  const isTooMuch =
    !isOld && conditionFor(selection, inspection.reference !== null) === null;
  const hasOthers = othersOf(selection, inspection).length > 0;
  const choices: IChoice<Verb>[] = [
    {
      value: 'show',
      label: trans.__('Show in its view'),
      disabled: viewOf(selection, inspection) === undefined
    },
    {
      value: 'only',
      label: trans.__('Only these rows'),
      detail: isTooMuch
        ? trans.__('Too many scattered rows to be looked at alone')
        : trans.__('In every view'),
      disabled: isOld || isEmpty || isTooMuch
    },
    {
      value: 'combine',
      label: trans.__('Combine with…'),
      detail: hasOthers ? undefined : trans.__('Keep another selection first'),
      disabled: isOld || !hasOthers
    },
    {
      value: 'not',
      label: trans.__('All other rows'),
      detail: trans.__('As a selection of its own'),
      disabled: isOld
    },
    ...steeringChoices(inspection, selection, trans).map(
      ({ value, disabled, ...choice }) => ({
        ...choice,
        value: value === 'direction' ? value : ('prompt' as const),
        disabled: disabled === true || isOld || isEmpty
      })
    ),
    {
      value: 'edit',
      label: trans.__('Name, tag and note…'),
      detail: 'F2',
      apart: true
    },
    ...(isLive && isOld
      ? [
          {
            value: 'again' as const,
            label: trans.__('Look for it again'),
            detail: trans.__(
              'On the map as it is now; the cluster of this number may be another group'
            )
          }
        ]
      : []),
    ...(isLive
      ? [
          {
            value: 'freeze' as const,
            label: trans.__('Freeze'),
            detail: trans.__('Keep the rows that it has now, as a list'),
            disabled: isOld || isEmpty
          }
        ]
      : []),
    {
      value: 'remove',
      label: trans.__('Remove'),
      detail: 'Delete',
      apart: true
    }
  ];
  return (
    <Menu<Verb>
      anchor={props.anchor}
      label={trans.__('What to do with %1', label)}
      choices={choices.map(choice => ({ ...choice, checked: false }))}
      onChoose={props.onVerb}
      onClose={props.onClose}
    />
  );
}

/** Those of the list that a selection can be combined with. */
function othersOf(
  { id }: ISelection,
  inspection: IInspection
): readonly ISelection[] {
  return inspection.selections.filter(
    other =>
      other.id !== id && isListed(other) && outdated(other, inspection) === null
  );
}

/** The selections that another can be combined with. */
export function OthersMenu(
  props: IProps & { readonly onOther: (selection: ISelection) => void }
): React.ReactElement {
  const { inspection, selection, trans } = props;
  return (
    <Menu<ISelection>
      anchor={props.anchor}
      label={trans.__('Combine %1 with', selection.label)}
      note={trans.__('Combine %1 with', selection.label)}
      choices={othersOf(selection, inspection).map(other => ({
        value: other,
        label: other.label,
        detail: rowsText(countRows(other), trans)
      }))}
      onChoose={props.onOther}
      onClose={props.onClose}
    />
  );
}

/** How two selections can be combined, and how many rows that is. */
export function WaysMenu(
  props: IProps & {
    readonly other: ISelection;
    readonly onSelection: (selection: ISelection) => void;
  }
): React.ReactElement {
  const { inspection, selection, other, trans } = props;
  const made = React.useMemo(
    () =>
      (
        [
          ['and', selection, other],
          ['or', selection, other],
          ['minus', selection, other],
          ['minus', other, selection]
        ] as const
      ).map(([way, a, b]) => combine(way, a, b, inspection, trans)),
    [selection, other, inspection, trans]
  );
  const [both, either] = made.map(countRows);
  const note =
    both === either
      ? trans.__('They have the same rows.')
      : both === 0
        ? trans.__('They share no row.')
        : trans._n(
            'They share %2 row.',
            'They share %2 rows.',
            both,
            count(both)
          );
  return (
    <Menu<ISelection>
      anchor={props.anchor}
      label={trans.__('Combine %1 with %2', selection.label, other.label)}
      note={note}
      choices={made.map(one => ({
        value: one,
        label: one.label,
        detail: rowsText(countRows(one), trans),
        disabled: countRows(one) === 0
      }))}
      onChoose={props.onSelection}
      onClose={props.onClose}
    />
  );
}

export function rowsText(n: number, trans: TranslationBundle): string {
  return n === 0
    ? trans.__('no rows')
    : trans._n('%2 row', '%2 rows', n, count(n));
}
