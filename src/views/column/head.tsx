import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IInspection, Recipe, SetName } from '../../tokens';
import {
  type IAttempt,
  type IInsertion,
  InsertButton,
  PinButton,
  SetPair
} from '../parts';
import { type IWindowed, WindowChip } from './window';

export interface IViewHeadProps {
  inspection: IInspection;
  /** What the view is called, and what is chosen for the whole of it. */
  children: React.ReactNode;
  window: IWindowed;
  /** Primary rows of the window, where they are counted. */
  n?: number | null;
  /** From when to when the rows of a set are. */
  spanOf?: (set: SetName) => string | null;
  /** What stands beside the sets. */
  also?: React.ReactNode;
  swapping: IAttempt;
  insertion: IInsertion;
  /** The question that the whole view answers. */
  recipe: Recipe;
  /** The answer in one sentence; null while there is none. */
  sentence: React.ReactNode;
  /** Stands there meanwhile. */
  waiting: string;
  trans: TranslationBundle;
}

/** The head of a view through a window of time: its name, the window, the sets, the way into the notebook, and the answer in a sentence. */
export function ViewHead(props: IViewHeadProps): React.ReactElement {
  const { inspection, window, insertion, swapping, trans } = props;
  const { primary, reference } = inspection;
  const { spanOf = () => null } = props;
  return (
    <header className="px-view-head">
      <div className="px-view-line">
        {props.children}
        <WindowChip
          window={window}
          inspection={inspection}
          n={props.n}
          onInsert={insertion.insert}
          trans={trans}
        />
        <span className="px-spacer" />
        <SetPair
          primary={{ name: primary.name, span: spanOf('primary') }}
          reference={
            reference && { name: reference.name, span: spanOf('reference') }
          }
          onSwap={() => {
            // It is a window of the set that is the reference then.
            window.clear();
            swapping.attempt(inspection.swap());
          }}
          trans={trans}
        />
        {props.also}
        {isPinnable(props.recipe) && (
          <PinButton
            inspection={inspection}
            pin={{ recipe: props.recipe }}
            trans={trans}
          />
        )}
        <InsertButton
          primary
          busy={insertion.busy}
          onInsert={() => insertion.insert(props.recipe)}
          trans={trans}
        />
      </div>
      <div className="px-sentence" role="status">
        {props.sentence ?? <span className="px-muted">{props.waiting}</span>}
      </div>
    </header>
  );
}

/** Whether a dashboard draws it. */
function isPinnable({ kind }: Recipe): boolean {
  return kind === 'distribution' || kind === 'performance';
}
