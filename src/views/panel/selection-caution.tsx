import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { liveOf } from '../../model/combining';
import { areOnMap } from '../../model/conditions';
import {
  hasRows,
  mostKept,
  outdated,
  outdatedText,
  unkept
} from '../../model/selection';
import type { IInspection, ISelection } from '../../tokens';

interface IProps {
  readonly inspection: IInspection;
  readonly selection: ISelection;
  readonly trans: TranslationBundle;
}

/** Whether a selection follows its dataframes, or is a list of rows. */
export function Kind({
  selection,
  trans
}: Pick<IProps, 'selection' | 'trans'>): React.ReactElement {
  const [text, title] =
    selection.mark === 'label'
      ? [trans.__('label'), trans.__('Rows that were labelled one by one.')]
      : liveOf(selection)
        ? [
            trans.__('live'),
            trans.__(
              'Known by a recipe: found again when the dataframes are read again; on another map when you ask for it.'
            )
          ]
        : [
            trans.__('frozen'),
            trans.__('A list of rows of the dataframes as they were read.')
          ];
  return (
    <span className="px-selection-kind" title={title}>
      {text}
    </span>
  );
}

/** What a person must know before relying on a selection. */
export function Caution(props: IProps): React.ReactElement | null {
  const { inspection, selection, trans } = props;
  const old = outdated(selection, inspection);
  const lack = unkept(selection, inspection);
  const state = inspection.kept.state(selection.id);
  const live = liveOf(selection);
  const most = count(mostKept(selection));
  let text: string | null = null;
  let isWarning = false;
  if (state) {
    isWarning = state.problem !== null;
    text =
      state.problem === null
        ? trans.__('Counting its rows again…')
        : trans.__('Cannot be found again: %1', state.problem);
  } else if (old) {
    isWarning = true;
    text = `${outdatedText(old, trans)} ${
      live && areOnMap(live)
        ? trans.__(
            'Its clusters may be others: pick them again, or look for them again in its menu.'
          )
        : trans.__('Pick them again.')
    }`;
  } else if (lack) {
    text =
      lack.reason === 'no-name'
        ? trans.__(
            'Not kept with the notebook: %1 is no variable there.',
            lack.set
          )
        : trans.__(
            'Not kept with the notebook: more than %1 rows, and no code that gives them.',
            most
          );
  } else if (!hasRows(selection) && !selection.conditions) {
    text = trans.__(
      'More than %1 rows: the notebook keeps the code that gives them.',
      most
    );
  }
  return text === null ? null : (
    <span className={`px-selection-caution ${isWarning ? 'px-mod-warn' : ''}`}>
      {text}
    </span>
  );
}
