import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { rootOf } from '../model/alike';
import type {
  IInspection,
  IInspectionState,
  IPhoenix,
  ISetState
} from '../tokens';
import { useSignal } from './parts';

interface IWaitingProps {
  readonly phoenix: IPhoenix;
  readonly state: IInspectionState;
  readonly trans: TranslationBundle;
  readonly onRead: (inspection: IInspection) => void;
}

/** A view of a notebook that was opened again: nothing is read until it is asked for. */
export function Waiting(props: IWaitingProps): React.ReactElement {
  const { phoenix, state, trans, onRead } = props;
  useSignal(phoenix.changed);
  const [problem, setProblem] = React.useState<Error | null>(null);
  const [busy, setBusy] = React.useState(false);
  const { primary, reference } = state;
  // An output such as `df.head()` went with its kernel; what it was made of may be there again.
  const part = [primary, reference].find(set => set?.variable === null);
  const whole = part ? rootOf(part.name) : null;
  const toRead: IInspectionState | null = part
    ? whole === null
      ? null
      : {
          ...state,
          primary: primary === part ? named(whole) : primary,
          reference: reference === part ? named(whole) : reference
        }
    : state;
  const isHere = phoenix.path === state.path;
  const isInKernel = [primary, reference].every(
    set =>
      set === null ||
      phoenix.frames.some(frame =>
        frame.names.includes(set.variable ?? whole ?? '')
      )
  );
  // What is waited for shall be looked for, also where no panel does.
  React.useEffect(() => {
    const watch = phoenix.watch();
    return () => watch.dispose();
  }, [phoenix]);
  // Until the kernel has answered nobody knows what it holds.
  const isUnknown =
    !isInKernel && (phoenix.state === 'starting' || phoenix.state === 'busy');
  const names = reference
    ? trans.__('%1 and %2', primary.name, reference.name)
    : primary.name;
  const read = (): void => {
    if (toRead === null) {
      return;
    }
    setBusy(true);
    setProblem(null);
    phoenix
      .reopen(toRead)
      .then(onRead, (error: Error) => setProblem(error))
      .finally(() => setBusy(false));
  };
  return (
    <div className="px-view px-empty" role="status">
      <b>
        {reference
          ? trans.__('%1 against %2', primary.name, reference.name)
          : primary.name}
      </b>
      <span>
        {isHere
          ? part
            ? whole === null
              ? trans.__(
                  '%1 was an output, which the kernel no longer holds: inspect it again from the cell that shows it.',
                  part.name
                )
              : trans.__(
                  '%1 was an output, which the kernel no longer holds. It was made of %2, of which all rows can be read.',
                  part.name,
                  whole
                )
            : isInKernel
              ? trans.__(
                  'This view is from before. The kernel holds %1: read again to see it.',
                  names
                )
              : isUnknown
                ? phoenix.state === 'busy'
                  ? trans.__(
                      'This view is from before. The kernel is busy; once it answers, %1 will be looked for in it.',
                      names
                    )
                  : trans.__(
                      'This view is from before. Looking for %1 in the kernel…',
                      names
                    )
                : trans.__(
                    'This view is from before, and the kernel does not hold what it shows. Run the cells that make %1, then read again.',
                    names
                  )
          : trans.__('This view belongs to %1. Open it first.', state.path)}
      </span>
      {problem && (
        <span className="px-mod-error" role="alert">
          {problem.message}
        </span>
      )}
      {toRead && (
        <button
          type="button"
          className="px-button px-mod-primary"
          disabled={busy || !isHere || (part !== undefined && !isInKernel)}
          onClick={read}
        >
          {busy
            ? trans.__('Reading…')
            : whole === null
              ? trans.__('Read again')
              : reference
                ? trans.__('Compare all of %1', whole)
                : trans.__('Inspect all of %1', whole)}
        </button>
      )}
    </div>
  );
}

function named(variable: string): ISetState {
  return { name: variable, variable, id: null };
}
