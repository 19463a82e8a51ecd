import type { TranslationBundle } from '@jupyterlab/translation';

import type { Change } from '../api/contract';
import type { Inspection } from './inspection';
import { staleness } from './staleness';

/** The sets of what is open, by their ids, as they are now. */
export function idsOf(inspections: readonly Inspection[]): string[] {
  return [
    ...new Set(
      inspections.flatMap(({ primary, reference }) =>
        reference ? [primary.id, reference.id] : [primary.id]
      )
    )
  ];
}

/** Mark what is open and no longer as it was read. */
export function compare(
  inspections: readonly Inspection[],
  /** The sets that were asked about; of others nothing is known. */
  asked: readonly string[],
  changes: readonly Change[],
  trans: TranslationBundle
): void {
  for (const inspection of inspections) {
    if (
      !inspection.isDisposed &&
      idsOf([inspection]).every(id => asked.includes(id))
    ) {
      const { primary, reference } = inspection;
      inspection.markStale(staleness(primary, reference, changes, trans));
    }
  }
}
