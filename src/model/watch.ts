import type { TranslationBundle } from '@jupyterlab/translation';

import type { FrameListing } from '../api/contract';
import { askHeld } from '../notebook/held';
import type { Source } from '../notebook/source';
import type { IStaleness } from '../tokens';
import type { Inspection } from './inspection';
import type { Readings } from './readings';
import { staleness } from './staleness';

/** Look whether the sets of what is open still are what was read, and mark those that are not. */
export async function compare(
  inspections: readonly Inspection[],
  source: Source,
  frames: readonly FrameListing[],
  readings: Readings,
  trans: TranslationBundle
): Promise<void> {
  const { kernel } = source;
  const refs = inspections.flatMap(({ primary, reference }) =>
    reference ? [primary.ref, reference.ref] : [primary.ref]
  );
  // Busy, it would answer after the cell, and then there is another look.
  const now =
    kernel?.status === 'idle' && refs.length > 0
      ? await askHeld(kernel, [...new Set(refs)]).catch(() => null)
      : null;
  for (const inspection of inspections) {
    const { primary, reference } = inspection;
    const sets = [
      ['primary', primary],
      ['reference', reference]
    ] as const;
    let stale: IStaleness | null = null;
    for (const [set, model] of sets) {
      if (!model || stale) {
        continue;
      }
      const before = await readings.held(model.id);
      const after = now?.get(model.ref);
      const isEdited =
        before !== undefined && after !== undefined && before !== after;
      stale = staleness(set, model, frames, isEdited, trans);
    }
    if (
      !inspection.isDisposed &&
      inspection.primary === primary &&
      inspection.reference === reference &&
      source.kernel === kernel
    ) {
      inspection.markStale(stale);
    }
  }
}
