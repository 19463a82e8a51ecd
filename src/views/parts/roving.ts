import * as React from 'react';

/** What can be reached in a row, in order. */
const STOPS = 'button, a[href]';

export interface IRoving {
  readonly onKeyDown: (event: React.KeyboardEvent<HTMLElement>) => void;
  readonly onFocus: (event: React.FocusEvent<HTMLElement>) => void;
}

/**
 * One tab stop for a table whose rows hold buttons: Up and Down go from row to row, Left and Right within one, as in a grid.
 *
 * Every button of the table belongs to it; which one Tab comes to is the one that had the focus last.
 *
 * @param table - The table.
 */
export function useRoving(table: React.RefObject<HTMLElement>): IRoving {
  const last = React.useRef<HTMLElement | null>(null);
  const stop = React.useCallback(
    (element: HTMLElement | null) => {
      const all = stopsOf(table.current);
      const one = element && all.includes(element) ? element : all[0];
      last.current = one ?? null;
      all.forEach(other => (other.tabIndex = other === one ? 0 : -1));
    },
    [table]
  );
  // Rows that were just drawn are stops of their own until then.
  React.useLayoutEffect(() => stop(last.current));
  return {
    onFocus: event => {
      if (event.target.matches(STOPS)) {
        stop(event.target);
      }
    },
    onKeyDown: event => {
      const { target, key, ctrlKey, metaKey, altKey } = event;
      if (!(target instanceof HTMLElement) || ctrlKey || metaKey || altKey) {
        return;
      }
      const rows = [...(table.current?.querySelectorAll('tr') ?? [])]
        .map(row => stopsOf(row))
        .filter(stops => stops.length > 0);
      const at = rows.findIndex(stops => stops.includes(target));
      if (at < 0) {
        return;
      }
      const place = rows[at].indexOf(target);
      const rowBy: Record<string, number> = {
        ArrowDown: at + 1,
        ArrowUp: at - 1,
        PageDown: at + PAGE,
        PageUp: at - PAGE,
        Home: 0,
        End: rows.length - 1
      };
      const next =
        key in rowBy
          ? atPlace(rows[clamp(rowBy[key], rows.length)], place)
          : key === 'ArrowRight'
            ? rows[at][place + 1]
            : key === 'ArrowLeft'
              ? rows[at][place - 1]
              : null;
      if (next === null) {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      next?.focus();
    }
  };
}

const PAGE = 10;

function stopsOf(part: Element | null): HTMLElement[] {
  return [...(part?.querySelectorAll<HTMLElement>(STOPS) ?? [])];
}

function atPlace(stops: readonly HTMLElement[], place: number): HTMLElement {
  return stops[clamp(place, stops.length)];
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(index, length - 1));
}
