import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { isName } from '../../notebook/python';
import { type IAnchor, Popup } from './popup';

export interface INamePopupProps {
  anchor: IAnchor;
  /** What it is called unless something else is said. */
  name: string;
  onName: (name: string) => void;
  onClose: () => void;
  trans: TranslationBundle;
}

/** Asks what a variable is to be called. */
export function NamePopup(props: INamePopupProps): React.ReactElement {
  const { anchor, onName, onClose, trans } = props;
  const [name, setName] = React.useState(props.name);
  const input = React.useRef<HTMLInputElement>(null);
  const id = React.useId();
  // The popup is invisible until it is placed, and what is invisible takes no focus.
  React.useEffect(() => {
    const frame = requestAnimationFrame(() => input.current?.select());
    return () => cancelAnimationFrame(frame);
  }, []);
  const isGood = isName(name) && !name.startsWith('_');
  return (
    <Popup
      anchor={anchor}
      onClose={onClose}
      role="dialog"
      label={trans.__('Export to kernel')}
      className="px-name-popup"
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          if (isGood) {
            onName(name);
            onClose();
          }
        }}
      >
        <label htmlFor={id}>{trans.__('Name of the variable')}</label>
        <input
          ref={input}
          id={id}
          className="px-code"
          value={name}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={!isGood}
          onChange={event => setName(event.currentTarget.value.trim())}
        />
        <button
          type="submit"
          className="px-button px-mod-primary"
          disabled={!isGood}
        >
          {trans.__('Export')}
        </button>
      </form>
      {!isGood && (
        <p role="alert">
          {trans.__(
            'Letters, digits and underscores, beginning with a letter.'
          )}
        </p>
      )}
    </Popup>
  );
}
