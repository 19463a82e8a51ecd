import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import { useDocumentAt } from '../pointing';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

it('asks for the document that the pointer rests on, not for all that it passes', () => {
  jest.useFakeTimers();
  const root = createRoot(document.createElement('div'));
  const seen = new Set<number>();
  let at: ReturnType<typeof useDocumentAt> | undefined;
  function View({ n }: { n: number }): null {
    at = useDocumentAt(n);
    if (at.document) {
      seen.add(at.document.index);
    }
    return null;
  }
  const move = (index: number): void =>
    act(() => at?.onDocument(index, index < 0 ? null : [index, 0]));
  const wait = (): void =>
    act(() => {
      jest.advanceTimersByTime(100);
    });
  act(() => root.render(<View n={9} />));
  [3, 4, 5].forEach(move);
  wait();
  expect([...seen]).toEqual([5]);
  // Another map has fewer documents.
  act(() => root.render(<View n={2} />));
  expect(at?.document).toBeNull();
  move(-1);
  wait();
  expect(at?.document).toBeNull();
  act(() => root.unmount());
  jest.useRealTimers();
});
