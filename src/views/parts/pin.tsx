import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ColumnInfo } from '../../api/contract';
import type { IInspection, IPin } from '../../tokens';
import { Glyph } from './icons';

/** What of a column is pinned: its distribution, or of vectors the clusters of their map. */
export function columnPin(
  { name, kind }: Pick<ColumnInfo, 'name' | 'kind'>,
  { unit }: Pick<IInspection, 'unit'>
): IPin {
  return {
    recipe:
      kind === 'vector'
        ? { kind: 'embedding_map', embedding: name, unit }
        : { kind: 'distribution', column: name, unit }
  };
}

/** Puts what a view shows on a dashboard. */
export function PinButton(props: {
  readonly inspection: IInspection;
  readonly pin: IPin;
  /** With an icon alone, where a name says what is pinned. */
  readonly name?: string;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { inspection, pin, name, trans } = props;
  const label = name ?? trans.__('Pin to dashboard…');
  return (
    <button
      type="button"
      className={name === undefined ? 'px-button' : 'px-icon-button'}
      aria-haspopup="menu"
      aria-label={label}
      title={label}
      onClick={event => inspection.pin(pin, event.currentTarget)}
    >
      <Glyph name="pin" />
      {name === undefined && trans.__('Pin')}
    </button>
  );
}
