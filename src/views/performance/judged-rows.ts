import type { IChosen, IInspection } from '../../tokens';
import { barCondition } from '../parts';
import type { IPerformanceFacts } from './facts';

/** What the rows meet that were one class and were said to be another; null where no condition says it. */
export function confusedRows(
  was: string,
  said: string,
  facts: IPerformanceFacts,
  /** What was moved to, where it was. */
  moved: number | null,
  { primary, reference }: Pick<IInspection, 'primary' | 'reference'>
): readonly IChosen[] | null {
  const is = (column: string | null, label: string): IChosen | null => {
    const info = [primary, reference]
      .flatMap(set => set?.columns ?? [])
      .find(({ name }) => name === column);
    const bar = { label, kind: 'category', low: null, high: null };
    const condition = info && barCondition(info.name, bar, [], info);
    return condition ? { condition } : null;
  };
  const { columns, positive } = facts;
  const threshold = moved ?? facts.threshold;
  const predicted: IChosen | null =
    threshold === null
      ? is(columns.prediction, said)
      : columns.score === null || positive === null
        ? null
        : {
            condition: {
              kind: 'range',
              column: columns.score,
              ...(said === positive ? { low: threshold } : { high: threshold })
            }
          };
  const actual = is(columns.actual, was);
  return actual && predicted ? [actual, predicted] : null;
}

/** That rows can be judged: what the tables count, where some have no label. */
export function judgedRows({ columns, rows }: IPerformanceFacts): IChosen[] {
  const some = (
    what: 'missing_actual' | 'missing_prediction',
    column: string | null
  ): IChosen[] =>
    column !== null &&
    [rows.primary, rows.reference].some(set => set !== null && set[what] > 0)
      ? [{ condition: { kind: 'missing', column, negated: true } }]
      : [];
  return [
    ...some('missing_actual', columns.actual),
    ...some('missing_prediction', columns.prediction ?? columns.score)
  ];
}
