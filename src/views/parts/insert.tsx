import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { asProblem } from '../../api/problem';
import type { Insertable, IInserted, IInspection } from '../../tokens';
import { Glyph } from './icons';

export interface IInsertion {
  /** Put the cell into the notebook. What keeps it away is said, unless somebody else takes care of that and says so with true. */
  readonly insert: (
    what: Insertable,
    isCaredFor?: (reason: unknown) => boolean
  ) => void;
  readonly busy: boolean;
  /** What was done, with its Undo; stands for 10 s. */
  readonly notice: React.ReactElement | null;
}

/** Insert cells, and say what was done, with an Undo for 10 s. */
export function useInsertion(
  inspection: IInspection,
  trans: TranslationBundle
): IInsertion {
  const [busy, setBusy] = React.useState(false);
  const [done, setDone] = React.useState<IInserted | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);

  React.useEffect(() => {
    if (!done && !problem) {
      return;
    }
    const timer = window.setTimeout(() => {
      setDone(null);
      setProblem(null);
    }, 10_000);
    return () => window.clearTimeout(timer);
  }, [done, problem]);

  const insert = React.useCallback(
    (what: Insertable, isCaredFor?: (reason: unknown) => boolean) => {
      setBusy(true);
      setProblem(null);
      inspection
        .insert(what)
        .then(setDone, (reason: unknown) => {
          if (isCaredFor?.(reason)) {
            return;
          }
          const { message, hint } = asProblem(reason);
          setProblem([message, hint].filter(Boolean).join(' '));
        })
        .finally(() => setBusy(false));
    },
    [inspection]
  );

  let notice: React.ReactElement | null = null;
  if (problem) {
    notice = (
      <div className="px-notice px-mod-error" role="alert">
        <Glyph name="warning" size={13} />
        <span>{problem}</span>
      </div>
    );
  } else if (done) {
    const { undo } = done;
    notice = (
      <div
        className={`px-notice ${done.isAsPromised ? '' : 'px-mod-error'}`}
        role={done.isAsPromised ? 'status' : 'alert'}
      >
        <Glyph name={done.isAsPromised ? 'check' : 'warning'} size={13} />
        <span>{done.message}</span>
        {done.open && (
          <button type="button" className="px-link" onClick={done.open}>
            {trans.__('Open')}
          </button>
        )}
        {done.show && (
          <button type="button" className="px-link" onClick={done.show}>
            {trans.__('Show')}
          </button>
        )}
        {undo && (
          <button
            type="button"
            className="px-link"
            onClick={() => {
              const undone = undo();
              setDone(null);
              if (!undone) {
                setProblem(
                  trans.__('The cell was changed since, so it stays.')
                );
              }
            }}
          >
            {trans.__('Undo')}
          </button>
        )}
      </div>
    );
  }
  return { insert, busy, notice };
}

export interface IInsertButtonProps {
  /** How much: "152 rows". */
  amount?: string;
  label?: string;
  /** Its name where the view has another one. */
  name?: string;
  primary?: boolean;
  busy?: boolean;
  onInsert: () => void;
  trans: TranslationBundle;
}

/** Puts a cell below the active one. */
export function InsertButton(props: IInsertButtonProps): React.ReactElement {
  const { amount, label, primary, busy, onInsert, trans } = props;
  return (
    <button
      type="button"
      className={`px-button ${primary ? 'px-mod-primary' : ''}`}
      aria-label={
        amount
          ? trans.__('Insert into notebook, %1', amount)
          : (props.name ?? trans.__('Insert into notebook'))
      }
      title={trans.__('Insert a cell with this, below the active one')}
      // A disabled button would lose the focus of whoever pressed it by a key.
      aria-disabled={busy}
      onClick={busy ? undefined : onInsert}
    >
      <Glyph name="insert" />
      {label ?? trans.__('Insert')}
      {amount && <span className="px-button-amount">{amount}</span>}
    </button>
  );
}
