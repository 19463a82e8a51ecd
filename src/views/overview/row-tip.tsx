import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Kbd, Popup } from '../parts';
import type { IJudged } from './arrange';
import type { ISummaryFacts } from './facts';
import {
  beyondText,
  countsText,
  missingText,
  namesOf,
  neededText,
  whyText
} from './words';

interface IRowPopupProps {
  judged: IJudged;
  row: () => Element | null;
  facts: ISummaryFacts;
  compared: boolean;
  limit: number;
  /** Called when the row is no longer to be seen. */
  onHidden: () => void;
  trans: TranslationBundle;
}

const POPUP = 318;
const INSERT_KEY = 'I';
const UNIT_KEY = 'U';
const ROLE_KEY = 'R';

/** The reason for a row's verdict, and what would decide. */
export function RowPopup(props: IRowPopupProps): React.ReactElement | null {
  const { judged, facts, compared, limit, trans } = props;
  const { row, verdict } = judged;
  const element = props.row();
  const anchor = React.useMemo(
    () =>
      element && {
        contextElement: element,
        getBoundingClientRect: () => {
          const box = element.getBoundingClientRect();
          const left = Math.max(box.left + 40, box.right - POPUP - 60);
          return new DOMRect(left, box.top, POPUP, box.height);
        }
      },
    [element]
  );
  if (!anchor) {
    return null;
  }
  const needed =
    compared && (verdict === 'undecided' || verdict === 'moved')
      ? neededText(row, facts, trans)
      : null;
  const names = namesOf(facts, trans);
  const missing = missingText(row, names, trans);
  const beyond = compared ? beyondText(row, facts.alpha, names, trans) : null;
  return (
    <Popup
      anchor={anchor}
      className="px-tip px-row-tip"
      role="tooltip"
      onHidden={props.onHidden}
      passive
    >
      <p>
        <b className="px-code">{row.column}</b>{' '}
        <span className="px-muted">{row.dtype}</span>
      </p>
      {(compared || row.problem) && (
        <p>{whyText(row, verdict, limit, trans)}</p>
      )}
      {needed && (
        <p>
          <b>{needed}</b>
        </p>
      )}
      {missing && <p className="px-muted">{missing}</p>}
      {beyond && <p className="px-muted">{beyond}</p>}
      {compared && !row.problem && (
        <p className="px-muted">{countsText(row, names, trans)}</p>
      )}
      <p className="px-keys">
        <Kbd>{trans.__('Enter')}</Kbd> {trans.__('open')}{' '}
        <Kbd>{INSERT_KEY}</Kbd> {trans.__('insert a cell')}{' '}
        <Kbd>{ROLE_KEY}</Kbd> {trans.__('role')}
        {compared && (
          <>
            {' '}
            <Kbd>{UNIT_KEY}</Kbd> {trans.__('unit')}
          </>
        )}
      </p>
    </Popup>
  );
}
