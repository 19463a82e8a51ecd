import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IInspection } from '../../tokens';
import { ProblemBanner } from './banner';

export interface IAttempt {
  readonly attempt: (work: Promise<void>) => void;
  /** Why it failed, until that is dismissed, another attempt succeeds, or the sets are others. */
  readonly notice: React.ReactElement | null;
}

/** Try what may be refused, such as taking other sets. */
export function useAttempt(
  { primary, reference }: IInspection,
  trans: TranslationBundle
): IAttempt {
  const [problem, setProblem] = React.useState<Error | null>(null);
  React.useEffect(() => setProblem(null), [primary.id, reference?.id]);
  const attempt = React.useCallback((work: Promise<void>) => {
    work.then(
      () => setProblem(null),
      (reason: unknown) =>
        setProblem(reason instanceof Error ? reason : new Error(String(reason)))
    );
  }, []);
  return {
    attempt,
    notice: problem && (
      <ProblemBanner
        error={problem}
        actions={[
          { label: trans.__('Dismiss'), onClick: () => setProblem(null) }
        ]}
      />
    )
  };
}
