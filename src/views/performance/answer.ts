import type { IResult } from '../../tokens';
import {
  confusionOf,
  type IConfusion,
  type IScores,
  scoresOf
} from './confusion-facts';
import {
  type IMetric,
  type IPerformanceFacts,
  metricsOf,
  type OfSets,
  performanceFacts,
  reliabilityOf,
  residualsOf
} from './facts';

/** What an answer says of the predictions, but for classes and segments. */
export interface IPerformance {
  readonly facts: IPerformanceFacts;
  readonly metrics: readonly IMetric[];
  readonly confusion: OfSets<IConfusion>;
  readonly scores: OfSets<IScores>;
  readonly reliability: ReturnType<typeof reliabilityOf>;
  readonly residuals: ReturnType<typeof residualsOf>;
}

export function readPerformance(result: IResult): IPerformance {
  const facts = performanceFacts(result);
  return {
    facts,
    metrics: metricsOf(result),
    confusion: confusionOf(result, facts.classes),
    scores: scoresOf(result),
    reliability: reliabilityOf(result),
    residuals: residualsOf(result)
  };
}
