import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import { useKeys } from '../keys';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

it('of a row that is pointed at hold with the focus in the panel, never in a notebook', () => {
  document.body.innerHTML =
    '<div id="view"></div><div class="px-panel"><button></button><input></div><div class="jp-Notebook" tabindex="0"></div>';
  const pressed: string[] = [];
  function View(props: { isPointed: boolean }): React.ReactElement {
    const scope = React.useRef<HTMLDivElement>(null);
    useKeys(scope, key => pressed.push(key), props.isPointed);
    return <div ref={scope} className="in-view" />;
  }
  const root = createRoot(document.querySelector('#view') as HTMLElement);
  const press = (where: string, key: string): void => {
    document
      .querySelector(where)
      ?.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
      );
  };
  act(() => root.render(<View isPointed={false} />));
  press('.px-panel button', '1');
  press('.in-view', '2');
  expect(pressed).toEqual(['2']);
  act(() => root.render(<View isPointed />));
  press('.px-panel button', '1');
  press('body', '3');
  press('.in-view', '2');
  press('.px-panel input', '4');
  press('.jp-Notebook', '5');
  press('.px-panel button', 's');
  expect(pressed).toEqual(['2', '1', '3', '2']);
  act(() => root.unmount());
  document.body.innerHTML = '';
});
