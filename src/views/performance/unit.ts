import * as React from 'react';

import type { IInspection } from '../../tokens';
import { type ISummaryFacts, summaryFacts } from '../overview/facts';

/** The column whose rows the overview found to be alike, while no unit is chosen. */
export function useLikelyUnit(
  inspection: IInspection
): ISummaryFacts['correlated'] {
  const [found, setFound] = React.useState<ISummaryFacts['correlated']>(null);
  const summary = inspection.analyses.find(
    ({ recipe }) => recipe.kind === 'summary' && (recipe.unit ?? null) === null
  );
  React.useEffect(() => {
    let live = true;
    setFound(null);
    summary?.done.then(
      result => {
        if (live) {
          setFound(summaryFacts(result).correlated);
        }
      },
      // A summary that failed has found nothing.
      () => undefined
    );
    return () => {
      live = false;
    };
  }, [summary]);
  return inspection.unit === null ? found : null;
}
