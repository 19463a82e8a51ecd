import * as React from 'react';

const PLAIN = new Set([...'[]lrnxiesm0123456789', 'F2', 'Escape']);

/** Keys that hold in the whole view, but not while one types. */
export function useKeys(
  scope: React.RefObject<HTMLElement>,
  onKey: (key: string) => void
): void {
  const latest = React.useRef(onKey);
  latest.current = onKey;
  React.useEffect(() => {
    const element = scope.current;
    if (!element) {
      return;
    }
    const listen = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (target.matches('input, textarea, select, [contenteditable]')) {
        return;
      }
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const command = event.ctrlKey || event.metaKey;
      // In the list it is another name for the cluster that is walked over.
      const isTheirs = key === 'F2' && target.matches('[role=listbox]');
      const wanted = command
        ? key === 'z' && !event.shiftKey
        : !event.altKey && PLAIN.has(key) && !isTheirs;
      if (wanted) {
        event.preventDefault();
        event.stopPropagation();
        latest.current(key);
      }
    };
    element.addEventListener('keydown', listen);
    return () => element.removeEventListener('keydown', listen);
  }, [scope]);
}
