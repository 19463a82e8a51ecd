import * as React from 'react';

const PLAIN = new Set([...'[]lrnxiesm0123456789', 'F2', 'Escape']);
/** Keys that do something with the row that is pointed at. */
const OF_ROW = new Set([...'nm0123456789']);
const TYPED = 'input, textarea, select, [contenteditable]';

/**
 * Keys that hold in the whole view, but not while one types.
 *
 * @param isPointed - Whether a row is pointed at: its keys hold too when the focus is still in the panel, or nowhere.
 */
export function useKeys(
  scope: React.RefObject<HTMLElement>,
  onKey: (key: string) => void,
  isPointed: boolean
): void {
  const latest = React.useRef({ onKey, isPointed });
  latest.current = { onKey, isPointed };
  React.useEffect(() => {
    const element = scope.current;
    if (!element) {
      return;
    }
    const keyOf = (event: KeyboardEvent): string =>
      event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = (event: KeyboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      latest.current.onKey(keyOf(event));
    };
    const listen = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (target.matches(TYPED)) {
        return;
      }
      const key = keyOf(event);
      const command = event.ctrlKey || event.metaKey;
      // In the list it is another name for the cluster that is walked over.
      const isTheirs = key === 'F2' && target.matches('[role=listbox]');
      const wanted = command
        ? key === 'z' && !event.shiftKey
        : !event.altKey && PLAIN.has(key) && !isTheirs;
      if (wanted) {
        act(event);
      }
    };
    const listenElsewhere = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      // Whoever is in a notebook or another view means that one.
      const isFree =
        target === document.body || target.closest('.px-panel') !== null;
      if (
        latest.current.isPointed &&
        isFree &&
        !event.defaultPrevented &&
        !(event.ctrlKey || event.metaKey || event.altKey) &&
        OF_ROW.has(keyOf(event)) &&
        !target.matches(TYPED)
      ) {
        act(event);
      }
    };
    element.addEventListener('keydown', listen);
    document.addEventListener('keydown', listenElsewhere);
    return () => {
      element.removeEventListener('keydown', listen);
      document.removeEventListener('keydown', listenElsewhere);
    };
  }, [scope]);
}
