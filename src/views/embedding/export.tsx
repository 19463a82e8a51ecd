import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IExported, IInspection, ISelection } from '../../tokens';
import { Glyph } from '../parts';

/** How long it is said what was done, in milliseconds. */
const STANDS = 10_000;

export interface IExport {
  /** Under a name, or under that which suggests itself. */
  readonly start: (selection: ISelection, name?: string) => void;
  readonly busy: boolean;
  /** What was done, or why it was not; for a while. */
  readonly notice: React.ReactElement | null;
}

type Outcome =
  | ({ readonly kind: 'done' } & IExported)
  | { readonly kind: 'failed'; readonly message: string };

/** Make rows a variable of the kernel, and say so. */
export function useExport(
  inspection: IInspection,
  trans: TranslationBundle
): IExport {
  const [busy, setBusy] = React.useState(false);
  const [outcome, setOutcome] = React.useState<Outcome | null>(null);
  React.useEffect(() => {
    if (outcome) {
      const timer = window.setTimeout(() => setOutcome(null), STANDS);
      return () => window.clearTimeout(timer);
    }
  }, [outcome]);
  const start = React.useCallback(
    (selection: ISelection, name?: string) => {
      setBusy(true);
      setOutcome(null);
      inspection
        .exportRows(selection, name)
        .then(
          done => setOutcome({ kind: 'done', ...done }),
          (reason: unknown) =>
            setOutcome({
              kind: 'failed',
              message: reason instanceof Error ? reason.message : String(reason)
            })
        )
        .finally(() => setBusy(false));
    },
    [inspection]
  );
  let notice: React.ReactElement | null = null;
  if (outcome?.kind === 'done') {
    notice = (
      <div className="px-notice" role="status">
        <Glyph name="check" size={13} />
        <span>
          {outcome.wasThere
            ? trans.__('These rows are in the kernel already, as ')
            : trans.__('The rows are now in the kernel, as ')}
          <span className="px-code">{outcome.name}</span>
          {outcome.parts.length > 0 && (
            <>
              {trans.__(', by set ')}
              <span className="px-code">{outcome.parts.join(', ')}</span>
            </>
          )}
        </span>
      </div>
    );
  } else if (outcome) {
    notice = (
      <div className="px-notice px-mod-error" role="alert">
        <Glyph name="warning" size={13} />
        <span>{outcome.message}</span>
      </div>
    );
  }
  return { start, busy, notice };
}
