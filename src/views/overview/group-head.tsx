import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { Glyph, verdictText } from '../parts';
import type { Line } from './arrange';
import type { ISummaryFacts } from './facts';
import { changedOtherwise } from './tally';
import { groupText } from './words';

/** The head of the rows of a verdict: a press folds them. */
export function GroupHead({
  group: { verdict, count: n, members, folded },
  facts,
  isBrief,
  tabIndex,
  onFold,
  trans
}: {
  group: Line & { type: 'group' };
  facts: ISummaryFacts;
  /** Without the words on what the verdict means. */
  isBrief: boolean;
  tabIndex?: number;
  onFold: () => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const otherwise = changedOtherwise(members, facts.alpha);
  return (
    <>
      <button
        type="button"
        className="px-group-fold"
        tabIndex={tabIndex}
        aria-expanded={!folded}
        onClick={onFold}
      >
        <Glyph name={folded ? 'right' : 'down'} size={11} />
        {verdictText(verdict, trans)}
        <span>{count(n)}</span>
      </button>
      {!isBrief && (
        <em className="px-group-text">{groupText(verdict, facts, trans)}</em>
      )}
      {otherwise > 0 && (
        <em className="px-group-otherwise">
          {trans.__('%1 changed in missing values or range', count(otherwise))}
        </em>
      )}
    </>
  );
}
