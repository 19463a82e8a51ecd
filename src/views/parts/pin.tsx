import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ColumnInfo } from '../../api/contract';
import type { IInspection, IPin } from '../../tokens';
import { Glyph } from './icons';
import type { IVerb } from './menu';

/** What of a column is pinned: its distribution, or of vectors the clusters of their map. */
function columnPin(
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

/** Kinds of columns that a dashboard has a drawing for. */
const DRAWN: ReadonlySet<string> = new Set([
  'number',
  'category',
  'boolean',
  'text',
  'vector'
]);

/** That a column is put on a dashboard, in its menu. */
export function pinVerbs(
  column: ColumnInfo,
  inspection: IInspection,
  anchor: Element,
  trans: TranslationBundle
): IVerb[] {
  if (column.problem !== null || !DRAWN.has(column.kind)) {
    return [];
  }
  return [
    {
      label: trans.__('Pin to dashboard…'),
      detail:
        column.kind === 'vector'
          ? trans.__('Its clusters, in a file that keeps what they were.')
          : trans.__('Its distribution, in a file that keeps what it was.'),
      apart: true,
      onChoose: () => inspection.pin(columnPin(column, inspection), anchor)
    }
  ];
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
