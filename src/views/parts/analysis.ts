import * as React from 'react';

import type { AnalysisEvent } from '../../api/contract';
import type { IAnalysis, IInspection, IResult, Recipe } from '../../tokens';
import { type SetIds, setIds } from './gather';
import { useSignal } from './signal';

/** Where an analysis stands, as a view shows it. */
export interface IAnalysisState {
  /** Where the work stands; null before it was asked for. */
  readonly event: AnalysisEvent | null;
  /** The newest answer; while another recipe is under way, that of the recipe before. */
  readonly result: IResult | null;
  /** The recipe that `result` answers. */
  readonly answered: Recipe | null;
  /** The sets that `result` is of; after they were read again, those before until there is another. */
  readonly sets: SetIds | null;
  /** Why there is no answer. */
  readonly error: Error | null;
  /** Whether an answer is on its way. */
  readonly pending: boolean;
  readonly cancel: () => void;
  /** Ask again, after a failure or a cancel. */
  readonly retry: () => void;
}

interface IState {
  analysis: IAnalysis | null;
  event: AnalysisEvent | null;
  result: IResult | null;
  answered: Recipe | null;
  sets: SetIds | null;
  error: Error | null;
  pending: boolean;
}

const NOTHING: IState = {
  analysis: null,
  event: null,
  result: null,
  answered: null,
  sets: null,
  error: null,
  pending: false
};

/**
 * Ask a recipe and follow its answer. Asks again when the recipe or the inspection's sets change; old numbers stay until the new ones are there.
 *
 * @param recipe - The question; null asks nothing.
 */
export function useAnalysis(
  inspection: IInspection,
  recipe: Recipe | null
): IAnalysisState {
  const [state, setState] = React.useState<IState>({
    ...NOTHING,
    pending: recipe !== null
  });
  const [tries, setTries] = React.useState(0);
  const ticks = useSignal(inspection.changed);
  const key = recipe === null ? null : JSON.stringify(recipe);
  const current = React.useRef<{
    key: string | null;
    analysis: IAnalysis;
  } | null>(null);

  React.useEffect(() => {
    if (key === null) {
      current.current = null;
      setState(NOTHING);
      return;
    }
    if (inspection.isDisposed) {
      return;
    }
    const asked = JSON.parse(key) as Recipe;
    const sets = setIds(inspection);
    let analysis: IAnalysis;
    try {
      analysis = inspection.run(asked);
    } catch (reason) {
      setState(old => ({ ...old, error: asError(reason), pending: false }));
      return;
    }
    let live = true;
    const show = (change: Partial<IState>) => {
      if (live) {
        setState(old => ({ ...old, ...change }));
      }
    };
    const follow = (_: IAnalysis, event: AnalysisEvent) => show({ event });
    const same = current.current?.analysis === analysis;
    current.current = { key, analysis };
    if (!same) {
      show({ analysis, event: analysis.event, error: null, pending: true });
    }
    analysis.changed.connect(follow);
    analysis.done.then(
      result =>
        show({
          analysis,
          event: analysis.event,
          result,
          answered: asked,
          sets,
          error: null,
          pending: false
        }),
      (reason: unknown) =>
        show({
          analysis,
          event: analysis.event,
          error: asError(reason),
          pending: false
        })
    );
    return () => {
      live = false;
      analysis.changed.disconnect(follow);
    };
  }, [inspection, key, ticks, tries]);

  const { analysis } = state;
  const cancel = React.useCallback(() => analysis?.cancel(), [analysis]);
  const retry = React.useCallback(() => setTries(n => n + 1), []);
  const { event, result, answered, sets, error, pending } = state;
  return { event, result, answered, sets, error, pending, cancel, retry };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
