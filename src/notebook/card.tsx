import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Schema } from '../api/contract';
import { phoenixIcon } from '../icons';
import type { IFrameName } from '../tokens';
import { SetChip } from '../views/parts';
import type { IShown } from './inspect';

/** What `px.inspect(…)` displays. */
export const INSPECT_MIME = 'application/vnd.phoenix-lab.inspect+json';

/** The sets that a cell asked to be inspected. */
export interface IAsked {
  readonly primary: IAskedSet;
  readonly reference: IAskedSet | null;
  readonly corpus: IAskedSet | null;
}

export interface IAskedSet extends IShown {
  readonly rows: number | null;
}

/** Read what a cell displayed; a file may hold anything there. */
export function askedBy(data: unknown): IAsked | null {
  const { primary, reference, corpus } = (data ?? {}) as Record<
    string,
    unknown
  >;
  const first = setOf(primary);
  return (
    first && {
      primary: first,
      reference: setOf(reference),
      corpus: setOf(corpus)
    }
  );
}

function setOf(data: unknown): IAskedSet | null {
  if (typeof data !== 'object' || data === null) {
    return null;
  }
  const { ref, name, expression, n_rows, schema } = data as Record<
    string,
    unknown
  >;
  const variable = typeof expression === 'string' ? expression : undefined;
  const frame: IFrameName = {
    ref: typeof ref === 'string' ? ref : undefined,
    expression: variable,
    name: typeof name === 'string' ? name : variable,
    schema:
      typeof schema === 'object' && schema !== null
        ? (schema as Schema)
        : undefined
  };
  return frame.ref === undefined && variable === undefined
    ? null
    : {
        name: frame,
        variables: variable === undefined ? [] : [variable],
        rows: typeof n_rows === 'number' ? n_rows : null
      };
}

/** The card under such a cell: the sets, and the way to the panel. */
export class InspectCard extends ReactWidget implements IRenderMime.IRenderer {
  constructor(options: InspectCard.IOptions) {
    super();
    this.addClass('px-card-output');
    this._options = options;
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._asked = askedBy(model.data[INSPECT_MIME]);
    this.update();
    await this.renderPromise;
  }

  protected render(): React.ReactElement | null {
    const { trans, open } = this._options;
    const asked = this._asked;
    if (!asked) {
      return null;
    }
    const { primary, reference, corpus } = asked;
    const nameOf = (set: IAskedSet): string =>
      set.name.name ?? trans.__('a dataframe');
    return (
      <button
        type="button"
        className="px-card"
        aria-label={
          reference
            ? trans.__(
                'Open in Phoenix: %1 against %2',
                nameOf(primary),
                nameOf(reference)
              )
            : trans.__('Open in Phoenix: %1', nameOf(primary))
        }
        onClick={() => open(asked)}
      >
        <phoenixIcon.react tag="span" width="18px" height="18px" />
        <span className="px-card-title">{trans.__('Open in Phoenix')}</span>
        <span className="px-card-sets">
          <SetChip
            set="primary"
            name={nameOf(primary)}
            rows={primary.rows}
            small
            trans={trans}
          />
          {reference && (
            <SetChip
              set="reference"
              name={nameOf(reference)}
              rows={reference.rows}
              small
              trans={trans}
            />
          )}
          {corpus && (
            <SetChip
              set="corpus"
              name={nameOf(corpus)}
              rows={corpus.rows}
              small
              trans={trans}
            />
          )}
        </span>
      </button>
    );
  }

  private readonly _options: InspectCard.IOptions;
  private _asked: IAsked | null = null;
}

export namespace InspectCard {
  export interface IOptions {
    readonly trans: TranslationBundle;
    readonly open: (asked: IAsked) => void;
  }
}
