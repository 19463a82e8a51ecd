import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { type IPool, poolsOf, trainingOf } from '../../model/after';
import { countRows } from '../../model/selection';
import type { IAfter, IInspection, ISelection } from '../../tokens';
import {
  DirectionMenu,
  Glyph,
  type IChoice,
  Menu,
  steeringChoices
} from '../parts';

export interface IVerbsProps {
  inspection: IInspection;
  /** The column of vectors that rows are alike in. */
  embedding: string;
  /** What it is about: "152 rows". */
  amount: string;
  /** Null while none are picked. */
  selection: ISelection | null;
  busy: boolean;
  onAfter: (after: IAfter) => void;
  /** Put the clusters of the map on a dashboard. */
  onPin: (anchor: Element) => void;
  trans: TranslationBundle;
}

/** What else can be done with rows, by a cell. */
export function Verbs(props: IVerbsProps): React.ReactElement {
  const { inspection, embedding, amount, selection, onAfter, trans } = props;
  const [anchor, setAnchor] = React.useState<HTMLElement | null>(null);
  const button = React.useRef<HTMLButtonElement>(null);
  const [isDirection, setDirection] = React.useState(false);
  const training = trainingOf(inspection, embedding);
  const pools = poolsOf(
    inspection,
    embedding,
    selection ? countRows(selection) : 0
  );
  const isNone = selection === null || props.busy;
  const ofRows: IChoice<IAfter | 'direction'>[] = [
    ...similarChoices(pools, embedding, trans),
    ...(pools.length > 0
      ? []
      : [
          {
            value: training,
            label: trans.__('Find similar elsewhere'),
            detail: trans.__('No dataframe has more rows with %1', embedding),
            disabled: true
          }
        ]),
    {
      value: training,
      label: trans.__('Export to fine-tune…'),
      detail: trans.__(
        'A cell that writes training files; you name the folder'
      ),
      apart: true
    },
    {
      value: { kind: 'file' },
      label: trans.__('Write to a file…'),
      detail: trans.__('A cell that writes parquet or CSV; you name the file')
    },
    ...steeringChoices(inspection, selection, trans)
  ];
  const choices: IChoice<IAfter | 'direction' | null>[] = [
    ...ofRows.map(choice => ({
      ...choice,
      disabled: isNone || choice.disabled
    })),
    {
      value: null,
      label: trans.__('Pin to dashboard…'),
      detail: trans.__(
        'The clusters of this map, in a file that keeps what they were'
      ),
      apart: true
    }
  ];
  return (
    <>
      <button
        ref={button}
        type="button"
        className="px-icon-button"
        aria-label={trans.__('More to do with %1', amount)}
        title={trans.__(
          'Find similar rows elsewhere, write training files, steer'
        )}
        aria-haspopup="listbox"
        aria-expanded={anchor !== null}
        onClick={event => setAnchor(anchor ? null : event.currentTarget)}
      >
        <Glyph name="more" size={14} />
      </button>
      {anchor && (
        <Menu<IAfter | 'direction' | null>
          anchor={anchor}
          label={trans.__('More to do with %1', amount)}
          note={amount}
          choices={choices}
          onChoose={after => {
            if (after === null) {
              props.onPin(anchor);
            } else if (after === 'direction') {
              setDirection(true);
            } else {
              onAfter(after);
            }
          }}
          onClose={() => {
            setAnchor(null);
            anchor.focus({ preventScroll: true });
          }}
        />
      )}
      {isDirection && selection && button.current && (
        <DirectionMenu
          anchor={button.current}
          inspection={inspection}
          selection={selection}
          onAfter={onAfter}
          onClose={() => {
            setDirection(false);
            button.current?.focus({ preventScroll: true });
          }}
          trans={trans}
        />
      )}
    </>
  );
}

/** To look for the like of rows in each dataframe that can be looked in. */
export function similarChoices(
  pools: readonly IPool[],
  column: string,
  trans: TranslationBundle
): IChoice<IAfter>[] {
  return pools.map(({ name, rows }) => ({
    value: { kind: 'similar', pool: name, column },
    label: trans.__('Find similar in %1', name),
    detail:
      rows === null
        ? trans.__('The nearest by %1, as a cell', column)
        : trans.__('The nearest of %1 by %2, as a cell', count(rows), column)
  }));
}
