import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

/**
 * Draw the component again whenever a signal is emitted.
 *
 * @returns how often it was, for dependencies of effects.
 */
export function useSignal<S, A>(
  signal: ISignal<S, A> | null | undefined
): number {
  const [ticks, setTicks] = React.useState(0);
  React.useEffect(() => {
    if (!signal) {
      return;
    }
    const slot = () => setTicks(n => n + 1);
    signal.connect(slot);
    return () => {
      signal.disconnect(slot);
    };
  }, [signal]);
  return ticks;
}
