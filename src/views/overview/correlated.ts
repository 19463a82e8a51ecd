import * as React from 'react';

import type { IInspection } from '../../tokens';
import { useSignal } from '../parts';
import { summaryFacts, type ISummaryFacts } from './facts';

/** The column whose rows are alike, as the overview found it, while no unit is chosen; null where the overview was not asked. */
export function useCorrelated(
  inspection: IInspection
): ISummaryFacts['correlated'] {
  useSignal(inspection.changed);
  const summary = inspection.analyses.find(
    ({ recipe }) => recipe.kind === 'summary' && (recipe.unit ?? null) === null
  );
  const [found, setFound] = React.useState<ISummaryFacts['correlated']>(null);
  React.useEffect(() => {
    let live = true;
    // What was found in other sets says nothing of these.
    setFound(null);
    summary?.done.then(
      result => live && setFound(summaryFacts(result).correlated),
      () => undefined
    );
    return () => {
      live = false;
    };
  }, [summary]);
  return inspection.unit === null && inspection.reference ? found : null;
}
