import * as React from 'react';

import { Glyph, type GlyphName } from './icons';
import { Menu, type IChoice } from './menu';

export interface IPickerProps<T> {
  /** What is picked: "Metric". */
  label: string;
  value: T;
  choices: readonly IChoice<T>[];
  onChange: (value: T) => void;
  icon?: GlyphName;
  /** Shown instead of the chosen one's label. */
  shown?: string;
  disabled?: boolean;
  /** Without a ground of its own. */
  quiet?: boolean;
  /** The value is a name from the data. */
  code?: boolean;
  /** Set to what opens the menu, for a shortcut. */
  opener?: React.MutableRefObject<(() => void) | null>;
}

/** A choice in one word that opens a menu which explains each of them. */
export function Picker<T>(props: IPickerProps<T>): React.ReactElement {
  const { label, value, choices, onChange } = props;
  const button = React.useRef<HTMLButtonElement>(null);
  const [open, setOpen] = React.useState(false);
  const close = React.useCallback(() => {
    setOpen(false);
    button.current?.focus({ preventScroll: true });
  }, []);
  const { opener } = props;
  React.useEffect(() => {
    if (opener) {
      opener.current = () => setOpen(true);
      return () => {
        opener.current = null;
      };
    }
  }, [opener]);
  const chosen = choices.find(c => c.value === value);
  const shown = props.shown ?? chosen?.label ?? String(value ?? '');
  return (
    <>
      <button
        ref={button}
        type="button"
        className={`px-button px-picker ${props.quiet ? 'px-mod-quiet' : ''}`}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={`${label}: ${shown}`}
        title={chosen?.detail}
        disabled={props.disabled}
        onClick={() => setOpen(!open)}
        onKeyDown={event => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            setOpen(true);
          }
        }}
      >
        {props.icon && <Glyph name={props.icon} />}
        <span>{props.quiet ? `${label}:` : label}</span>
        <b className={props.code ? 'px-code' : ''}>{shown}</b>
        <Glyph name="down" size={11} />
      </button>
      {open && button.current && (
        <Menu
          anchor={button.current}
          label={label}
          choices={choices}
          value={value}
          onChoose={onChange}
          onClose={close}
        />
      )}
    </>
  );
}
