import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Glyph } from './icons';

export interface ISearchBoxProps {
  value: string;
  onChange: (value: string) => void;
  /** What is looked for: "Find a column". */
  label: string;
  /** The view whose `/` puts the cursor here. */
  scope?: React.RefObject<HTMLElement>;
  /** Enter or the down arrow: go on to what was found. */
  onLeave?: () => void;
  trans: TranslationBundle;
}

/** A field that narrows a list while one types. */
export function SearchBox(props: ISearchBoxProps): React.ReactElement {
  const { value, onChange, label, scope, onLeave, trans } = props;
  const input = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => {
    const element = scope?.current;
    if (!element) {
      return;
    }
    const key = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const typing = target.matches('input, textarea, [contenteditable]');
      if (
        event.key === '/' &&
        !typing &&
        !event.ctrlKey &&
        !event.metaKey &&
        !event.altKey
      ) {
        event.preventDefault();
        event.stopPropagation();
        input.current?.focus();
        input.current?.select();
      }
    };
    element.addEventListener('keydown', key);
    return () => element.removeEventListener('keydown', key);
  }, [scope]);
  return (
    <div className="px-search">
      <Glyph name="search" size={13} />
      <input
        ref={input}
        type="text"
        role="searchbox"
        value={value}
        placeholder={label}
        aria-label={label}
        aria-keyshortcuts="/"
        spellCheck={false}
        autoComplete="off"
        onChange={event => onChange(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape' && value) {
            event.preventDefault();
            event.stopPropagation();
            onChange('');
          } else if (
            onLeave &&
            (event.key === 'ArrowDown' || event.key === 'Enter')
          ) {
            event.preventDefault();
            onLeave();
          }
        }}
      />
      {value ? (
        <button
          type="button"
          className="px-chip-remove"
          aria-label={trans.__('Clear the search')}
          title={trans.__('Clear the search')}
          onClick={() => {
            onChange('');
            input.current?.focus();
          }}
        >
          <Glyph name="close" size={11} />
        </button>
      ) : (
        <Kbd>/</Kbd>
      )}
    </div>
  );
}

/** A key. */
export function Kbd({
  children
}: {
  children: React.ReactNode;
}): React.ReactElement {
  return (
    <kbd className="px-kbd" aria-hidden="true">
      {children}
    </kbd>
  );
}
