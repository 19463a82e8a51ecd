import * as React from 'react';

/**
 * Take the focus that the tab around a view is given, so that the view's keys work as soon as it comes to the front.
 *
 * @param root - The view; it has a `tabIndex` of -1.
 */
export function useLanding(root: React.RefObject<HTMLElement>): void {
  React.useEffect(() => {
    const view = root.current;
    const tab = view?.closest<HTMLElement>('.px-tab');
    if (!view || !tab) {
      return;
    }
    const land = (event: FocusEvent) => {
      if (event.target === tab) {
        view.focus({ preventScroll: true });
      }
    };
    tab.addEventListener('focus', land);
    // It came to the front before it was drawn.
    if (document.activeElement === tab) {
      view.focus({ preventScroll: true });
    }
    return () => tab.removeEventListener('focus', land);
  }, [root]);
}
