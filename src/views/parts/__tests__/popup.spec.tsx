import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import { Popup } from '../popup';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

describe('a popup that closes', () => {
  let host: HTMLElement;
  let before: HTMLElement;
  let other: HTMLElement;

  beforeEach(() => {
    host = document.body.appendChild(document.createElement('div'));
    [before, other] = ['button', 'button'].map(name =>
      host.appendChild(document.createElement(name))
    );
    before.focus();
  });

  afterEach(() => host.remove());

  /** Open it, have something happen meanwhile, close it. */
  function pass(meanwhile: (inside: HTMLElement) => void, passive = false) {
    const root = createRoot(host.appendChild(document.createElement('div')));
    act(() =>
      root.render(
        <Popup anchor={before} passive={passive} onClose={() => undefined}>
          <button className="inside" />
        </Popup>
      )
    );
    meanwhile(document.querySelector('.inside') as HTMLElement);
    act(() => root.unmount());
  }

  it('gives the focus back to what had it', () => {
    pass(inside => inside.focus());
    expect(document.activeElement).toBe(before);
    // A press on its words takes the focus from all.
    pass(inside => {
      inside.focus();
      inside.blur();
    });
    expect(document.activeElement).toBe(before);
  });

  it('takes it from nobody', () => {
    pass(() => other.focus());
    expect(document.activeElement).toBe(other);
    pass(() => other.blur(), true);
    expect(document.activeElement).toBe(document.body);
  });
});
