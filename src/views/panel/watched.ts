import type { IFinding } from '../../model/findings';
import type { Condition, IInspection } from '../../tokens';
import { type IWatched, limitBelow, ofColumn } from '../parts';

/** What of a finding can be watched: what it says has changed, among the rows that it says it of. */
export function watchedOf(
  found: IFinding,
  sets: Pick<IInspection, 'primary' | 'reference' | 'limit'>
): IWatched[] {
  const { cohort } = found;
  const all = ofAll(found, sets);
  return cohort === null
    ? all
    : all
        // The share of some rows among others is no monitor.
        .filter(({ watch }) => watch !== 'share')
        .map(one => ({ ...one, where: [...cohort, ...(one.where ?? [])] }));
}

function ofAll(
  found: IFinding,
  {
    primary,
    reference,
    limit
  }: Pick<IInspection, 'primary' | 'reference' | 'limit'>
): IWatched[] {
  const { kind, column, where, effect, words } = found;
  const info = primary.columns.find(({ name }) => name === column);
  const drift = info ? ofColumn(info, limit).slice(0, 1) : [];
  switch (kind) {
    case 'quality':
      // What is certain without a test is about a column as a whole.
      return found.estimate === null &&
        reference?.columns.some(({ name }) => name === column)
        ? [{ watch: 'type', column, limit: null }]
        : (ofValues(found, where[0]) ?? drift);
    case 'performance':
    case 'segment':
      return [
        {
          watch: 'performance',
          column: null,
          metric: effect,
          label: words.find(({ mark }) => mark === 'name')?.text ?? effect,
          limit: { change: found.limit ?? 0 },
          ...(kind === 'segment' ? { where } : {})
        }
      ];
    case 'outlying':
    case 'labels':
      return [];
    default:
      return drift;
  }
}

/** What is wrong with values, by the condition that these meet; null where none says it. */
function ofValues(
  { column, estimate }: IFinding,
  condition: Condition | undefined
): IWatched[] | null {
  const limit = limitBelow(estimate);
  switch (condition?.kind) {
    case 'missing':
      return [{ watch: 'missing', column, limit: { change: limit } }];
    case 'range':
      return [{ watch: 'range', column, limit }];
    case 'values':
      return condition.set === 'reference'
        ? null
        : condition.set === 'primary'
          ? [{ watch: 'new_categories', column, limit }]
          : [
              {
                watch: 'share',
                column: null,
                limit: { change: limit },
                where: [condition]
              }
            ];
    default:
      return column === null
        ? [{ watch: 'duplicates', column, limit: { change: limit } }]
        : null;
  }
}
