import type { TranslationBundle } from '@jupyterlab/translation';

import type { FrameListing, InferencesModel } from '../api/contract';
import type { IStaleness } from '../tokens';

type SetName = IStaleness['set'];

/** Compare a set that was read with what the kernel holds now. */
export function staleness(
  set: SetName,
  model: InferencesModel,
  frames: readonly FrameListing[],
  /** Whether the very object holds other values now. */
  isEdited: boolean,
  trans: TranslationBundle
): IStaleness | null {
  const { variable, ref } = model;
  const now =
    variable === null
      ? frames.find(frame => frame.ref === ref)
      : frames.find(frame => frame.names.includes(variable));
  if (!now) {
    // An object without a name may live on outside of the list.
    return variable === null
      ? null
      : {
          set,
          message: trans.__(
            '%1 is no longer in the kernel. Run the cell that makes it, then refresh.',
            variable
          )
        };
  }
  const changes = [rows(now, model, trans), columns(now, model, trans)].filter(
    text => text !== null
  );
  if (changes.length > 0) {
    return {
      set,
      message: trans.__(
        '%1 has changed: %2.',
        model.name,
        changes.join(trans.__(', '))
      )
    };
  }
  if (now.ref !== ref) {
    return { set, message: trans.__('%1 was made anew.', model.name) };
  }
  return isEdited
    ? { set, message: trans.__('Values of %1 have changed.', model.name) }
    : null;
}

/** What is said when the kernel that held the sets is no more. */
export function lost(
  primary: InferencesModel,
  reference: InferencesModel | null,
  trans: TranslationBundle
): IStaleness {
  return {
    set: 'primary',
    message: reference
      ? trans.__(
          'The kernel has restarted: %1 and %2 are gone. Run the cells that make them, then refresh.',
          primary.name,
          reference.name
        )
      : trans.__(
          'The kernel has restarted: %1 is gone. Run the cells that make it, then refresh.',
          primary.name
        )
  };
}

function rows(
  now: FrameListing,
  model: InferencesModel,
  trans: TranslationBundle
): string | null {
  if (now.n_rows === null || now.n_rows === model.n_rows) {
    return null;
  }
  const n = now.n_rows - model.n_rows;
  return trans._n('%2%1 row', '%2%1 rows', Math.abs(n), n > 0 ? '+' : '−');
}

function columns(
  now: FrameListing,
  model: InferencesModel,
  trans: TranslationBundle
): string | null {
  const n = now.n_columns - model.n_columns;
  return n === 0
    ? null
    : trans._n('%2%1 column', '%2%1 columns', Math.abs(n), n > 0 ? '+' : '−');
}
