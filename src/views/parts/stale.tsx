import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IInspection } from '../../tokens';
import { Banner } from './banner';
import { useSignal } from './signal';

/** Says that a frame changed since it was read; the old numbers stay until Refresh. */
export function StaleBanner({
  inspection,
  trans
}: {
  inspection: IInspection;
  trans: TranslationBundle;
}): React.ReactElement | null {
  useSignal(inspection.changed);
  const [busy, setBusy] = React.useState(false);
  const [problem, setProblem] = React.useState<string | null>(null);
  const { stale, primary, reference } = inspection;
  // Once sets were read again, an earlier failure is history.
  React.useEffect(() => setProblem(null), [primary.id, reference?.id]);
  if (problem) {
    return (
      <Banner
        tone="error"
        actions={[
          { label: trans.__('Dismiss'), onClick: () => setProblem(null) }
        ]}
      >
        {problem}
      </Banner>
    );
  }
  if (!stale) {
    return null;
  }
  return (
    <Banner
      tone="warn"
      actions={[
        ...(stale.instead?.length === 0
          ? []
          : [
              {
                label: busy
                  ? trans.__('Reading…')
                  : stale.instead
                    ? trans.__(
                        'Take all of %1',
                        stale.instead
                          .map(({ name }) => name)
                          .join(trans.__(', '))
                      )
                    : trans.__('Refresh'),
                primary: true,
                onClick: () => {
                  if (busy) {
                    return;
                  }
                  setBusy(true);
                  inspection
                    .refresh()
                    .catch((reason: unknown) =>
                      setProblem(
                        reason instanceof Error
                          ? reason.message
                          : String(reason)
                      )
                    )
                    .finally(() => setBusy(false));
                }
              }
            ]),
        {
          label: trans.__('Keep these numbers'),
          onClick: () => inspection.dismissStale()
        }
      ]}
    >
      {stale.message}
    </Banner>
  );
}
