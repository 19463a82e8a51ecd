import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { directionTo, promptOf, vectorsOf } from '../../model/after';
import { restOf } from '../../model/combine';
import { countRows, isListed, outdated } from '../../model/selection';
import type { IAfter, IInspection, ISelection } from '../../tokens';
import { type IChoice, type IVerb, Menu } from './menu';
import type { IAnchor } from './popup';

/** To look for the direction to rows, or to make a prompt of them; of the direction other rows are chosen next. */
export function steeringChoices(
  inspection: IInspection,
  selection: ISelection | null,
  trans: TranslationBundle
): IChoice<IAfter | 'direction'>[] {
  const column = selection && vectorsOf(inspection, selection);
  const prompt = selection && promptOf(inspection, selection, column);
  return [
    {
      value: 'direction',
      label: trans.__('Steering direction…'),
      detail:
        selection && column === null
          ? trans.__('No column of vectors: embed a column first')
          : trans.__('From other rows to these, as a cell and a column'),
      disabled: column === null,
      apart: true
    },
    {
      value: prompt ?? 'direction',
      label: trans.__('Steering prompt…'),
      detail:
        selection && prompt === null
          ? trans.__(
              'Needs a prompt or text, and an actual label or response: roles in the list of columns'
            )
          : trans.__('A rule and examples for a prompt, as a cell'),
      disabled: prompt === null
    }
  ];
}

/** The same as verbs beside others. */
export function steeringVerbs(
  inspection: IInspection,
  selection: ISelection,
  onAfter: (after: IAfter) => void,
  onDirection: () => void,
  trans: TranslationBundle
): IVerb[] {
  return steeringChoices(inspection, selection, trans).map(
    ({ value, ...choice }) => ({
      ...choice,
      onChoose: () => (value === 'direction' ? onDirection() : onAfter(value))
    })
  );
}

/** The rows that a direction may lead from: all others, or those of another selection. */
export function DirectionMenu(props: {
  readonly anchor: IAnchor;
  readonly inspection: IInspection;
  readonly selection: ISelection;
  readonly onAfter: (after: IAfter) => void;
  readonly onClose: () => void;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { inspection, selection, trans } = props;
  const column = vectorsOf(inspection, selection);
  const rest = React.useMemo(
    () => restOf(selection, inspection, trans),
    [selection, inspection, trans]
  );
  const amount = (rows: ISelection): string => {
    const n = countRows(rows);
    return trans._n('%2 row', '%2 rows', n, count(n));
  };
  const others = inspection.selections.filter(
    other =>
      other.id !== selection.id &&
      isListed(other) &&
      countRows(other) > 0 &&
      outdated(other, inspection) === null
  );
  const choices: IChoice<ISelection | null>[] = [
    {
      value: rest,
      label: trans.__('All other rows'),
      detail: rest
        ? amount(rest)
        : trans.__('These are too scattered to name the others by code'),
      disabled: rest === null || countRows(rest) === 0,
      checked: false
    },
    ...others.map((other, i) => ({
      value: other,
      label: other.label,
      detail: amount(other),
      apart: i === 0,
      checked: false
    }))
  ];
  const words = trans.__('Direction to %1, from', selection.label);
  return (
    <Menu<ISelection | null>
      anchor={props.anchor}
      label={words}
      note={words}
      choices={choices}
      onChoose={other => {
        if (other !== null && column !== null) {
          props.onAfter(directionTo(inspection, selection, other, column));
        }
      }}
      onClose={props.onClose}
    />
  );
}
