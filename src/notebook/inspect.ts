import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { asProblem } from '../api/problem';
import type {
  IExported,
  IFrameName,
  IInserted,
  IInspection,
  IPhoenix
} from '../tokens';
import { isName } from './python';

/** A dataframe that an output shows: the very object, and the variables that it was. */
export interface IShown {
  readonly name: IFrameName;
  readonly variables: readonly string[];
}

/** Answers that may mean that an object is gone. */
const GONE = [404, 409, 410];

/**
 * Inspect the very objects that an output shows. Of an output from an earlier life of the kernel only the variables are left.
 */
export async function inspectShown(
  phoenix: IPhoenix,
  primary: IShown,
  reference: IShown | null,
  trans: TranslationBundle,
  {
    corpus,
    ...rest
  }: { readonly takesFocus?: boolean; readonly corpus?: IShown | null } = {}
): Promise<IInspection> {
  const options = {
    ...rest,
    corpus: corpus === undefined ? undefined : (corpus?.name ?? null)
  };
  try {
    return await phoenix.inspect(primary.name, reference?.name, options);
  } catch (error) {
    const sets = [primary, reference, corpus ?? null].flatMap(set => set ?? []);
    if (
      !GONE.includes(asProblem(error).status) ||
      sets.every(({ variables }) => variables.length === 0)
    ) {
      throw error;
    }
    await phoenix.refresh();
    const { frames } = phoenix;
    const now = sets.map(({ name, variables }): IFrameName | null => {
      if (frames.some(({ ref }) => ref === name.ref)) {
        return name;
      }
      // `df` shown again is `df`; what was made of it for the occasion (`df.head()`) is not.
      const variable = variables.find(
        wanted =>
          isName(wanted) && frames.some(({ names }) => names.includes(wanted))
      );
      return variable === undefined
        ? null
        : { expression: variable, name: variable, schema: name.schema };
    });
    if (
      now.some(name => name === null) ||
      now.every((n, i) => n === sets[i].name)
    ) {
      throw error;
    }
    Notification.info(
      trans.__(
        'This output is older than the kernel; %1 is inspected as it is now.',
        now.map(name => name?.name ?? '').join(', ')
      ),
      { autoClose: 6000 }
    );
    return phoenix.inspect(now[0] as IFrameName, reference ? now[1] : null, {
      ...rest,
      corpus: corpus ? now[now.length - 1] : corpus
    });
  }
}

/** How long, in ms, an insertion offers its own Undo. */
const UNDO = 10_000;

/** Tell the user what was inserted, where no view says it in its own place. */
export function tellInserted(
  { message, isAsPromised, undo, show }: IInserted,
  trans: TranslationBundle
): void {
  const say = isAsPromised ? Notification.success : Notification.warning;
  say(message, {
    autoClose: UNDO,
    actions: [
      ...(show
        ? [
            {
              label: trans.__('Show'),
              caption: trans.__('Bring the cell into sight'),
              callback: show
            }
          ]
        : []),
      {
        label: trans.__('Undo'),
        caption: trans.__('Remove the cell again'),
        callback: () => {
          if (undo?.() === false) {
            Notification.info(
              trans.__('The cell was changed since, so it stays.'),
              { autoClose: UNDO / 2 }
            );
          }
        }
      }
    ]
  });
}

/** Tell the user which variables hold the rows. */
export function tellExported(
  { name, parts, wasThere }: IExported,
  trans: TranslationBundle
): void {
  const all = [name, ...parts].map(one => `\`${one}\``).join(', ');
  Notification.success(
    wasThere
      ? trans.__('These rows are in the kernel already: %1.', all)
      : trans.__(
          'The rows are now in the kernel, and the last of `px.exports`: %1.',
          all
        ),
    { autoClose: 6000 }
  );
}

/** Tell the user why something failed, and what could be done. */
export function tell(error: unknown): void {
  const { message, hint } = asProblem(error);
  Notification.error([message, hint].filter(Boolean).join(' '), {
    autoClose: 8000
  });
}
