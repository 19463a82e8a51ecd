import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import { Banner } from '../banner';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const trans = nullTranslator.load('phoenix_lab');

it('shows the rest of a long text on demand, and of a short one offers none', () => {
  const host = document.createElement('div');
  const root = createRoot(host);
  // Nothing is laid out here: a text of more than ten letters is taken to be cut.
  const height = jest
    .spyOn(HTMLElement.prototype, 'scrollHeight', 'get')
    .mockImplementation(function (this: HTMLElement) {
      return (this.textContent ?? '').length > 10 ? 90 : 0;
    });
  const draw = (text: string): void =>
    act(() =>
      root.render(
        <Banner tone="info" brief={trans}>
          {text}
        </Banner>
      )
    );
  const text = (): Element | null => host.querySelector('.px-banner-text');
  const button = (): HTMLElement | null => host.querySelector('button');
  draw('4 of 5.');
  expect(button()).toBeNull();
  draw('40 of 50 clusters are as before; 7 are gone.');
  expect(button()?.textContent).toBe('Show all');
  expect(text()?.classList).toContain('px-mod-brief');
  act(() => button()?.click());
  expect(button()?.textContent).toBe('Show less');
  expect(text()?.classList).not.toContain('px-mod-brief');
  draw('39 of 50 clusters are as before; 8 are gone.');
  expect(text()?.classList).toContain('px-mod-brief');
  act(() => root.unmount());
  height.mockRestore();
});
