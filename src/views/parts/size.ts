import * as React from 'react';
import { flushSync } from 'react-dom';

export interface ISize {
  readonly width: number;
  readonly height: number;
}

const UNKNOWN: ISize = { width: 0, height: 0 };

/**
 * Follow the size of an element.
 *
 * @returns a callback for its `ref`, and the size, 0 × 0 until it is known.
 */
export function useSize<T extends Element>(): [
  (element: T | null) => void,
  ISize
] {
  const [element, setElement] = React.useState<T | null>(null);
  const [size, setSize] = React.useState<ISize>(UNKNOWN);
  React.useLayoutEffect(() => {
    if (!element) {
      return;
    }
    const measure = () => {
      const { width, height } = element.getBoundingClientRect();
      // A hidden tab has no size; keeping the last one saves drawing twice.
      if (width > 0 || height > 0) {
        setSize(old =>
          Math.abs(old.width - width) < 0.5 &&
          Math.abs(old.height - height) < 0.5
            ? old
            : { width, height }
        );
      }
    };
    measure();
    if (typeof ResizeObserver === 'undefined') {
      return;
    }
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // What goes to paper is drawn before an observer would be told.
    const print = () => flushSync(measure);
    window.addEventListener('beforeprint', print);
    return () => {
      observer.disconnect();
      window.removeEventListener('beforeprint', print);
    };
  }, [element]);
  return [setElement, size];
}
