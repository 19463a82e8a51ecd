import * as React from 'react';

import { type IAnchor, Popup } from './popup';

export interface IField {
  readonly label: string;
  readonly value: string;
  /** How long it may be. */
  readonly most: number;
  readonly placeholder?: string;
  /** On how many lines it is written. */
  readonly lines?: number;
  /** What others are, to choose from. */
  readonly choices?: readonly string[];
  /** Whether there is nothing to keep without it. */
  readonly isNeeded?: boolean;
}

export interface IFormPopupProps {
  anchor: IAnchor;
  /** What is asked for. */
  label: string;
  fields: readonly IField[];
  /** What is to be known before the button is pressed. */
  note?: React.ReactNode;
  /** What the button says. */
  done: string;
  /** Called with the text of each field, without white space around it. */
  onDone: (values: string[]) => void;
  onClose: () => void;
}

/** Asks for a few texts; the first is ready to be written over. */
export function FormPopup(props: IFormPopupProps): React.ReactElement {
  const { fields, onDone, onClose } = props;
  const [values, setValues] = React.useState(fields.map(({ value }) => value));
  const first = React.useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const id = React.useId();
  // The popup is invisible until it is placed, and what is invisible takes no focus.
  React.useEffect(() => {
    const frame = requestAnimationFrame(() => first.current?.select());
    return () => cancelAnimationFrame(frame);
  }, []);
  const isGood = fields.every(
    ({ isNeeded }, i) => !isNeeded || values[i].trim() !== ''
  );
  return (
    <Popup
      anchor={props.anchor}
      onClose={onClose}
      role="dialog"
      label={props.label}
      className="px-name-popup px-form-popup"
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          if (isGood) {
            onDone(values.map(value => value.trim()));
            onClose();
          }
        }}
      >
        {fields.map(({ label, most, placeholder, lines, choices }, i) => {
          const common = {
            ref: i === 0 ? first : undefined,
            id: `${id}-${i}`,
            value: values[i],
            maxLength: most,
            placeholder,
            onChange: (
              event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>
            ) => {
              const { value } = event.currentTarget;
              setValues(values.map((old, j) => (i === j ? value : old)));
            }
          };
          return (
            <React.Fragment key={i}>
              <label htmlFor={common.id}>{label}</label>
              {lines ? (
                <textarea {...common} rows={lines} />
              ) : (
                <input
                  {...common}
                  autoComplete="off"
                  list={`${id}-${i}-list`}
                />
              )}
              {choices && (
                <datalist id={`${id}-${i}-list`}>
                  {choices.map(one => (
                    <option key={one} value={one} />
                  ))}
                </datalist>
              )}
            </React.Fragment>
          );
        })}
        {props.note && (
          <p className="px-form-note" id={`${id}-note`}>
            {props.note}
          </p>
        )}
        <button
          type="submit"
          aria-describedby={props.note ? `${id}-note` : undefined}
          className="px-button px-mod-primary"
          disabled={!isGood}
        >
          {props.done}
        </button>
      </form>
    </Popup>
  );
}
