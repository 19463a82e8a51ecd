import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IMapPoints } from '../../charts/map';
import { FormPopup } from '../parts';

export interface INoting {
  /** Index of the point that something is being noted of; null for none. */
  readonly noting: number | null;
  /** Called with what was noted; null for nothing new. */
  readonly onNote: (text: string | null) => void;
}

/** Note something of the rows of a map, one at a time. */
export function useNoting(
  map: IMapPoints,
  /** Called with a point and what was noted of it. */
  note: (point: number, text: string) => void
): INoting & {
  /** Ask what is to be noted of a point; −1 is none. */
  readonly ask: (point: number) => void;
} {
  const [asked, setAsked] = React.useState<{
    readonly map: IMapPoints;
    readonly point: number;
  } | null>(null);
  // On another map the point is of another row.
  const noting = asked?.map === map ? asked.point : null;
  return {
    noting,
    onNote: text => {
      if (noting !== null && text !== null) {
        note(noting, text);
      }
      setAsked(null);
    },
    ask: point => setAsked(point >= 0 ? { map, point } : null)
  };
}

/** Asks what is to be noted of a row. */
export function RowNote(props: {
  readonly row: number;
  /** What was noted of it before. */
  readonly note: string;
  readonly anchor: HTMLElement;
  /** Called with what was noted; null for nothing new. */
  readonly onNote: (text: string | null) => void;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { row, note, anchor, onNote, trans } = props;
  const label = trans.__('Note of row %1', row);
  return (
    <FormPopup
      anchor={anchor}
      label={label}
      fields={[{ label, value: note, most: 200 }]}
      done={trans.__('Keep')}
      onDone={([text]) => onNote(text)}
      onClose={() => onNote(null)}
    />
  );
}
