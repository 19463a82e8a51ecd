import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { FormPopup } from '../parts';

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
  // The popup takes the focus once it is placed.
  const [from] = React.useState(() => document.activeElement);
  const label = trans.__('Note of row %1', row);
  return (
    <FormPopup
      anchor={anchor}
      label={label}
      fields={[{ label, value: note, most: 200 }]}
      done={trans.__('Keep')}
      onDone={([text]) => onNote(text)}
      onClose={() => {
        onNote(null);
        if (from instanceof HTMLElement) {
          from.focus({ preventScroll: true });
        }
      }}
    />
  );
}
