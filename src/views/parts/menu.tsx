import * as React from 'react';

import { Glyph } from './icons';
import { Popup, type IAnchor } from './popup';

export interface IChoice<T> {
  readonly value: T;
  readonly label: string;
  /** What the choice means, in one line. */
  readonly detail?: string;
  readonly disabled?: boolean;
  /** Whether it holds now; the menu's value tells without it. */
  readonly checked?: boolean;
  /** Whether it stands below a line: the first of another kind of choices. */
  readonly apart?: boolean;
}

/** A choice with what it does. */
export interface IVerb {
  readonly label: string;
  readonly detail?: string;
  readonly disabled?: boolean;
  readonly apart?: boolean;
  readonly onChoose: () => void;
}

/** Verbs as choices beside others. */
export function verbChoices(
  verbs: readonly IVerb[]
): IChoice<{ readonly onChoose: () => void }>[] {
  return verbs.map(({ onChoose, ...choice }) => ({
    ...choice,
    value: { onChoose },
    checked: false
  }));
}

/** Whether a key asks for the menu of what has the focus. */
export function isMenuKey({
  key,
  shiftKey
}: Pick<React.KeyboardEvent, 'key' | 'shiftKey'>): boolean {
  return key === 'ContextMenu' || (key === 'F10' && shiftKey);
}

/** The place of the pointer, for the menu that it asks for. */
export function atPointer(
  event: Pick<React.MouseEvent, 'clientX' | 'clientY' | 'currentTarget'>
): IAnchor {
  const { clientX, clientY, currentTarget } = event;
  return {
    contextElement: currentTarget as Element,
    getBoundingClientRect: () => new DOMRect(clientX, clientY, 0, 0)
  };
}

/** What opens the menu of a row: a right-click anywhere on it, and the Menu key on what of it has the focus. */
export function asking(open: (anchor: IAnchor) => void): {
  readonly onContextMenu: React.MouseEventHandler;
  readonly onKeyDown: React.KeyboardEventHandler;
} {
  return {
    onContextMenu: event => {
      // What is in a popup of the row is a part of it to React, but not on the page.
      if (event.currentTarget.contains(event.target as Element)) {
        event.preventDefault();
        event.stopPropagation();
        open(atPointer(event));
      }
    },
    onKeyDown: event => {
      if (isMenuKey(event)) {
        event.preventDefault();
        event.stopPropagation();
        open(event.target as HTMLElement);
      }
    }
  };
}

export interface IMenuProps<T> {
  anchor: IAnchor;
  label: string;
  choices: readonly IChoice<T>[];
  value?: T;
  /** What is said above the choices. */
  note?: React.ReactNode;
  onChoose: (value: T) => void;
  onClose: () => void;
}

/** A list of choices beside its anchor: arrows, Home, End, letters, Enter, Escape. */
export function Menu<T>(props: IMenuProps<T>): React.ReactElement {
  const { anchor, label, choices, value, note, onChoose, onClose } = props;
  const list = React.useRef<HTMLUListElement>(null);
  const isChecked = (choice: IChoice<T>): boolean =>
    choice.checked ?? choice.value === value;
  const initial = choices.findIndex(c => isChecked(c) && !c.disabled);
  const [active, setActive] = React.useState(
    initial >= 0 ? initial : choices.findIndex(c => !c.disabled)
  );
  const id = React.useId();

  // The popup is invisible until it is placed, and what is invisible takes no focus.
  React.useEffect(() => {
    const frame = requestAnimationFrame(() =>
      list.current?.focus({ preventScroll: true })
    );
    return () => cancelAnimationFrame(frame);
  }, []);
  React.useEffect(() => {
    const item = list.current?.children[active] as HTMLElement | undefined;
    item?.scrollIntoView?.({ block: 'nearest' });
  }, [active]);

  const move = (from: number, step: number) => {
    for (let i = from; i >= 0 && i < choices.length; i += step) {
      if (!choices[i].disabled) {
        setActive(i);
        return;
      }
    }
  };
  const choose = (index: number) => {
    const choice = choices[index];
    if (choice && !choice.disabled) {
      onChoose(choice.value);
      onClose();
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const { key } = event;
    if (key === 'ArrowDown') {
      move(active + 1, 1);
    } else if (key === 'ArrowUp') {
      move(active - 1, -1);
    } else if (key === 'Home') {
      move(0, 1);
    } else if (key === 'End') {
      move(choices.length - 1, -1);
    } else if (key === 'Enter' || key === ' ') {
      choose(active);
    } else if (key === 'Tab') {
      onClose();
      return;
    } else if (key.length === 1 && !event.ctrlKey && !event.metaKey) {
      const wanted = key.toLowerCase();
      const order = choices.map((_, i) => (active + 1 + i) % choices.length);
      const found = order.find(
        i =>
          !choices[i].disabled &&
          choices[i].label.toLowerCase().startsWith(wanted)
      );
      if (found !== undefined) {
        setActive(found);
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <Popup anchor={anchor} onClose={onClose} className="px-menu">
      {note && (
        <div className="px-menu-note" id={`${id}-note`}>
          {note}
        </div>
      )}
      <ul
        ref={list}
        role="listbox"
        tabIndex={-1}
        aria-label={label}
        aria-describedby={note ? `${id}-note` : undefined}
        aria-activedescendant={`${id}-${active}`}
        onKeyDown={onKeyDown}
      >
        {choices.map((choice, i) => (
          <li
            key={i}
            id={`${id}-${i}`}
            role="option"
            aria-selected={isChecked(choice)}
            aria-disabled={choice.disabled ? true : undefined}
            className={`${i === active ? 'px-mod-active' : ''} ${
              choice.apart ? 'px-mod-apart' : ''
            }`}
            onPointerMove={() => !choice.disabled && setActive(i)}
            onClick={() => choose(i)}
          >
            <span className="px-menu-mark">
              {isChecked(choice) && <Glyph name="check" size={12} />}
            </span>
            <span className="px-menu-label">{choice.label}</span>
            {choice.detail && (
              <span className="px-menu-detail">{choice.detail}</span>
            )}
          </li>
        ))}
      </ul>
    </Popup>
  );
}
