import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, words } from '../../charts/format';
import { Picker } from '../parts';
import type { IPerformanceFacts } from './facts';

export interface IPairingProps {
  facts: IPerformanceFacts;
  /** Whether rows are taken as independent though they are the same. */
  isApart: boolean;
  onApart: (isApart: boolean) => void;
  trans: TranslationBundle;
}

/** Whether the sets are the same rows, so that the differences are tested by row; why not, where they are not. */
export function Pairing(props: IPairingProps): React.ReactElement | null {
  const { facts, isApart, onApart, trans } = props;
  const { reference } = facts;
  const pairing = { ...facts.pairing, text: words(facts.pairing.text) };
  if (reference === null) {
    return null;
  }
  if (!pairing.possible) {
    return (
      <span title={trans.__('Not paired: %1.', pairing.text)}>
        {trans.__('not paired: %1', pairing.text)}
      </span>
    );
  }
  return (
    <Picker<'paired' | 'apart'>
      label={trans.__('%1 rows, the same in both', count(pairing.rows))}
      quiet
      value={isApart ? 'apart' : 'paired'}
      choices={[
        {
          value: 'paired',
          label: trans.__('paired'),
          detail: trans.__(
            'What both have in common cancels, row by row: %1.',
            pairing.text
          )
        },
        {
          value: 'apart',
          label: trans.__('as if independent'),
          detail: trans.__(
            'As for two sets of different rows: changes are less sure.'
          )
        }
      ]}
      onChange={value => onApart(value === 'apart')}
    />
  );
}
