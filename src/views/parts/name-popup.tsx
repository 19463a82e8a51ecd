import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { isName } from '../../notebook/python';
import { type IAnchor, Popup } from './popup';

interface IAskProps {
  anchor: IAnchor;
  /** What it is called unless something else is said. */
  name: string;
  onName: (name: string) => void;
  onClose: () => void;
}

export interface INamePopupProps extends IAskProps {
  trans: TranslationBundle;
}

export interface ITextPopupProps extends IAskProps {
  /** What the dialog is for. */
  label: string;
  field: string;
  action: string;
  /** Whether the text is one of code. */
  code?: boolean;
  /** What of the text counts. */
  read: (text: string) => string;
  isGood: (name: string) => boolean;
  /** What is wrong with a name that is not good. */
  problem: string;
  /** A second way out. */
  children?: React.ReactNode;
}

/** Asks for a short text. */
export function TextPopup(props: ITextPopupProps): React.ReactElement {
  const { anchor, onName, onClose, isGood } = props;
  const [text, setText] = React.useState(props.name);
  const input = React.useRef<HTMLInputElement>(null);
  const id = React.useId();
  // The popup is invisible until it is placed, and what is invisible takes no focus.
  React.useEffect(() => {
    const frame = requestAnimationFrame(() => input.current?.select());
    return () => cancelAnimationFrame(frame);
  }, []);
  const name = props.read(text);
  return (
    <Popup
      anchor={anchor}
      onClose={onClose}
      role="dialog"
      label={props.label}
      className="px-name-popup"
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          if (isGood(name)) {
            onName(name);
            onClose();
          }
        }}
      >
        <label htmlFor={id}>{props.field}</label>
        <input
          ref={input}
          id={id}
          className={props.code ? 'px-code' : undefined}
          value={text}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={!isGood(name)}
          onChange={event => setText(event.currentTarget.value)}
        />
        <button
          type="submit"
          className="px-button px-mod-primary"
          disabled={!isGood(name)}
        >
          {props.action}
        </button>
        {props.children}
      </form>
      {!isGood(name) && <p role="alert">{props.problem}</p>}
    </Popup>
  );
}

/** Asks what a variable is to be called. */
export function NamePopup({
  trans,
  ...props
}: INamePopupProps): React.ReactElement {
  return (
    <TextPopup
      {...props}
      label={trans.__('Export to kernel')}
      field={trans.__('Name of the variable')}
      action={trans.__('Export')}
      code
      read={text => text.trim()}
      isGood={name => isName(name) && !name.startsWith('_')}
      problem={trans.__(
        'Letters, digits and underscores, beginning with a letter.'
      )}
    />
  );
}
