import type { TranslationBundle } from '@jupyterlab/translation';

import type { Change, FrameListing, InferencesModel } from '../api/contract';
import type { Inspection } from './inspection';
import { lost, staleness } from './staleness';

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

/** What a look into a kernel has told. */
export interface ISeen {
  /** The sets that were asked about; of others nothing is known. */
  readonly asked: readonly string[];
  readonly changes: readonly Change[];
  readonly frames: readonly FrameListing[];
  /** Sets whose kernel is no more: no server can tell what became of them. */
  readonly lost: { has(model: InferencesModel): boolean };
}

/** Mark what is open and no longer as it was read. */
export function compare(
  inspections: readonly Inspection[],
  seen: ISeen,
  trans: TranslationBundle
): void {
  for (const inspection of inspections) {
    if (
      !inspection.isDisposed &&
      idsOf([inspection]).every(id => seen.asked.includes(id))
    ) {
      const { primary, reference } = inspection;
      inspection.seeWholes(seen.frames);
      const isLost =
        seen.lost.has(primary) ||
        (reference !== null && seen.lost.has(reference));
      inspection.markStale(
        isLost
          ? lost(primary, reference, seen.frames, trans)
          : staleness(primary, reference, seen.changes, trans)
      );
    }
  }
}
