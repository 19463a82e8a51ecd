import { strings } from '../../api/arrow';
import type { IResult } from '../../tokens';
import {
  differencesOf,
  type IDifference,
  type IValue,
  type MetricName,
  valuesOf
} from './facts';

/** A metric that is estimated where labels are missing. */
export interface IEstimatedRow extends IDifference {
  readonly name: MetricName;
  readonly estimated: IValue;
  /** Of the labels that are there already. */
  readonly measured: IValue;
  readonly reference: IValue;
}

/** What the answer says about the whole. */
export interface IEstimatedFacts {
  /** Why nothing is estimated, or null. */
  readonly refused: string | null;
  readonly assumption: string;
  readonly positive: string | null;
  readonly average: null;
  readonly calibration: {
    readonly ways: readonly string[];
    readonly n: number;
  };
  readonly rows: { readonly scored: number; readonly labelled: number };
  /** Whether the labels that are there agree with what is expected; null where they are too few to tell. */
  readonly labels: {
    /** Shares of the rows of the positive class, or of those predicted right: whichever is off more. */
    readonly what: 'positive' | 'right';
    readonly n: number;
    readonly came: number;
    readonly expected: number;
    readonly p_value: number;
    readonly disagree: boolean;
  } | null;
  readonly unit: { readonly column: string } | null;
}

export function estimatedFacts({ meta }: IResult): IEstimatedFacts {
  const told = meta as Partial<IEstimatedFacts>;
  return {
    refused: told.refused ?? null,
    assumption: told.assumption ?? '',
    positive: told.positive ?? null,
    average: null,
    calibration: told.calibration ?? { ways: [], n: 0 },
    rows: told.rows ?? { scored: 0, labelled: 0 },
    labels: told.labels ?? null,
    unit: told.unit ?? null
  };
}

/** The metrics, the headline first. */
export function estimatedOf({ table }: IResult): IEstimatedRow[] {
  const estimated = valuesOf(table, 'estimated');
  const measured = valuesOf(table, 'measured');
  const reference = valuesOf(table, 'reference');
  const differences = differencesOf(table);
  return strings(table, 'metric').map((name, i) => ({
    name: (name ?? 'accuracy') as MetricName,
    estimated: estimated[i],
    measured: measured[i],
    reference: reference[i],
    ...differences[i]
  }));
}
