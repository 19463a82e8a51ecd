import * as React from 'react';

import { useRested } from '../parts';

/** How long a pointer rests before the tip comes, in milliseconds. */
const REST = 50;

/** A point that is pointed at. */
interface IPointed {
  readonly index: number;
  /** Place in the map; null when it was pointed at elsewhere. */
  readonly at: readonly [number, number] | null;
}

/** A point, or a document, that the pointer rests on in the map. */
export interface IRested {
  readonly index: number;
  readonly at: readonly [number, number];
}

export interface IPointing {
  /** Index of the point that is pointed at anywhere in the view, or −1. */
  readonly point: number;
  readonly rested: IRested | null;
  readonly onHover: (
    index: number,
    at: readonly [number, number] | null
  ) => void;
  readonly onPoint: (index: number) => void;
}

/** Which of so many points is pointed at. */
export function usePointing(n: number): IPointing {
  const [pointed, setPointed] = React.useState<IPointed | null>(null);
  const onHover = React.useCallback(
    (index: number, at: readonly [number, number] | null) =>
      setPointed(old =>
        index < 0
          ? null
          : old?.index === index && old.at !== null
            ? old
            : { index, at }
      ),
    []
  );
  const onPoint = React.useCallback(
    (index: number) =>
      setPointed(old =>
        index < 0
          ? null
          : old?.index === index && old.at === null
            ? old
            : { index, at: null }
      ),
    []
  );
  const rested = useRested(pointed?.at ? (pointed as IRested) : null, REST);
  return {
    point: pointed?.index ?? -1,
    // Another map may have fewer points.
    rested: rested && rested.index < n ? rested : null,
    onHover,
    onPoint
  };
}

/** The document that the pointer rests on, of so many: each is asked for its text. */
export function useDocumentAt(n: number): {
  readonly document: IRested | null;
  readonly onDocument: (
    index: number,
    at: readonly [number, number] | null
  ) => void;
} {
  const [pointed, setPointed] = React.useState<IRested | null>(null);
  const onDocument = React.useCallback(
    (index: number, at: readonly [number, number] | null) =>
      setPointed(old =>
        at === null ? null : old?.index === index ? old : { index, at }
      ),
    []
  );
  const rested = useRested(pointed, REST);
  // Another map may have fewer of them.
  return { document: rested && rested.index < n ? rested : null, onDocument };
}
