import type { TranslationBundle } from '@jupyterlab/translation';

import type { Change, FrameListing, InferencesModel } from '../api/contract';
import { count } from '../charts/format';
import type { IStaleness, SetName } from '../tokens';
import { wholeOf } from './alike';

/** Names of columns that are said; of more, how many. */
const MOST_NAMES = 3;

/** Say what is no longer as it was read; null where everything is. */
export function staleness(
  primary: InferencesModel,
  reference: InferencesModel | null,
  changes: readonly Change[],
  trans: TranslationBundle
): IStaleness | null {
  const found = (
    [
      ['primary', primary],
      ['reference', reference]
    ] as const
  ).flatMap(([set, model]) => {
    const change = changes.find(other => other.set === model?.id);
    return model && change ? [{ set, model, change }] : [];
  });
  if (found.length === 0) {
    return null;
  }
  const gone = found.filter(({ change }) => change.what === 'gone');
  const others = found.filter(({ change }) => change.what !== 'gone');
  return {
    sets: found.map(({ set }) => set),
    moved: found.flatMap(({ set, model, change }) =>
      isMoved(model, change) ? [set] : []
    ),
    message: [
      ...(gone.length > 0
        ? [
            goneText(
              gone.map(({ model }) => nameOf(model)),
              trans
            )
          ]
        : []),
      ...others.map(({ model, change }) => changeText(model, change, trans))
    ].join(' ')
  };
}

/** What is said, until they are read again, of sets whose kernel is no more; what is listed now holds other objects. */
export function lost(
  primary: InferencesModel,
  reference: InferencesModel | null,
  frames: readonly FrameListing[],
  trans: TranslationBundle
): IStaleness {
  const sets = reference
    ? ([
        ['primary', primary],
        ['reference', reference]
      ] as const)
    : ([['primary', primary]] as const);
  const outputs = sets.filter(([, { variable }]) => variable === null);
  if (outputs.length > 0) {
    return lostOutputs(sets, outputs, frames, trans);
  }
  const there = sets.filter(([, { variable }]) =>
    frames.some(({ names }) => variable !== null && names.includes(variable))
  );
  const gone = sets.filter(one => !there.includes(one));
  const said = (gone.length > 0 ? gone : there).map(([, { name }]) => name);
  return {
    sets: sets.map(([set]) => set),
    // Nobody knows whether they hold the same rows.
    moved: there.map(([set]) => set),
    message:
      gone.length > 0
        ? said.length > 1
          ? trans.__(
              'The kernel has restarted: %1 and %2 are gone. Run the cells that make them, then refresh.',
              said[0],
              said[1]
            )
          : trans.__(
              'The kernel has restarted: %1 is gone. Run the cells that make it, then refresh.',
              said[0]
            )
        : said.length > 1
          ? trans.__(
              'The kernel has restarted, and %1 and %2 were made anew. These numbers are of before: refresh to see theirs.',
              said[0],
              said[1]
            )
          : trans.__(
              'The kernel has restarted, and %1 was made anew. These numbers are of before: refresh to see its own.',
              said[0]
            )
  };
}

/** What is said of outputs such as `df.head()` whose kernel is no more: the very objects are gone, and no variable has them. */
function lostOutputs(
  sets: readonly (readonly [SetName, InferencesModel])[],
  outputs: readonly (readonly [SetName, InferencesModel])[],
  frames: readonly FrameListing[],
  trans: TranslationBundle
): IStaleness {
  const found = outputs.flatMap(([set, model]) => {
    const name = wholeOf(frames, model)?.name;
    return name === undefined ? [] : [{ set, name }];
  });
  // The other set is read again with it.
  const isThere = sets.every(
    ([, { variable }]) =>
      variable === null || frames.some(({ names }) => names.includes(variable))
  );
  const names = outputs.map(([, { name }]) => name).join(trans.__(', '));
  return {
    sets: sets.map(([set]) => set),
    moved: [],
    instead: found.length === outputs.length && isThere ? found : [],
    message: trans.__(
      '%1 is an output of an earlier kernel, and cannot be read again; these numbers are of then. Run its cell again and inspect what it shows then.',
      names
    )
  };
}

/** Whether rows came, went, or hold other values; new columns and names leave every row where it is. */
function isMoved({ n_rows }: InferencesModel, change: Change): boolean {
  const { what, edited, n_rows: now } = change;
  return what !== 'gone' && (now !== n_rows || edited.length > 0);
}

function nameOf({ variable, name }: InferencesModel): string {
  return variable ?? name;
}

function goneText(names: readonly string[], trans: TranslationBundle): string {
  return names.length > 1
    ? trans.__(
        '%1 and %2 are no longer in the kernel. Run the cells that make them, then refresh.',
        names[0],
        names[1]
      )
    : trans.__(
        '%1 is no longer in the kernel. Run the cell that makes it, then refresh.',
        names[0]
      );
}

function changeText(
  model: InferencesModel,
  change: Change,
  trans: TranslationBundle
): string {
  const parts = partsOf(model, change, trans);
  const name = nameOf(model);
  if (change.what === 'renamed') {
    return parts.length > 0
      ? trans.__(
          '%1 is called %2 now, and has changed: %3.',
          name,
          change.name ?? '',
          parts.join(trans.__(', '))
        )
      : trans.__('%1 is called %2 now.', name, change.name ?? '');
  }
  if (parts.length > 0) {
    return trans.__(
      '%1 has changed: %2.',
      model.name,
      parts.join(trans.__(', '))
    );
  }
  return change.n_rows === null
    ? trans.__('%1 is another query now.', model.name)
    : trans.__('%1 was made anew, and looks the same.', model.name);
}

/** "+120 rows", "column age became string", … */
function partsOf(
  model: InferencesModel,
  change: Change,
  trans: TranslationBundle
): string[] {
  const parts: string[] = [];
  const n = (change.n_rows ?? model.n_rows) - model.n_rows;
  if (n !== 0) {
    parts.push(
      trans
        ._n('%2%1 row', '%2%1 rows', Math.abs(n), n > 0 ? '+' : '−')
        .replace(String(Math.abs(n)), count(Math.abs(n)))
    );
  }
  const { added, removed, renamed, retyped, edited } = change;
  if (added.length > 0) {
    parts.push(
      added.length > MOST_NAMES
        ? trans.__('%1 new columns', count(added.length))
        : trans._n('new column %2', 'new columns %2', added.length, list(added))
    );
  }
  if (removed.length > 0) {
    parts.push(
      removed.length > MOST_NAMES
        ? trans.__('%1 columns are gone', count(removed.length))
        : trans._n(
            'column %2 is gone',
            'columns %2 are gone',
            removed.length,
            list(removed)
          )
    );
  }
  parts.push(
    ...(renamed.length > MOST_NAMES
      ? [trans.__('%1 columns were renamed', count(renamed.length))]
      : renamed.map(([from, to]) =>
          trans.__('column %1 is called %2', from, to)
        )),
    ...(retyped.length > MOST_NAMES
      ? [trans.__('%1 columns have other types', count(retyped.length))]
      : retyped.map(([name, from, to]) =>
          trans.__('column %1 became %3, it was %2', name, from, to)
        ))
  );
  if (edited.length > 0) {
    parts.push(
      edited.length > MOST_NAMES
        ? trans.__('other values in %1 columns', count(edited.length))
        : trans.__('other values in %1', list(edited))
    );
  }
  return parts;
}

function list(names: readonly string[]): string {
  return names.join(', ');
}
