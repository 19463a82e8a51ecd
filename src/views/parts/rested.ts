import * as React from 'react';

/** A value once it has stood still for some milliseconds; nothing comes, and goes, at once. */
export function useRested<T>(value: T | null, delay: number): T | null {
  const [rested, setRested] = React.useState(value);
  React.useEffect(() => {
    if (value === null) {
      setRested(null);
      return;
    }
    const timer = window.setTimeout(() => setRested(value), delay);
    return () => window.clearTimeout(timer);
  }, [value, delay]);
  return value === null ? null : rested;
}
