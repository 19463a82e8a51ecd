import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';

import type { IEmbedders, IEmbedding, IInspection } from '../../../tokens';
import { EmbedDialog } from '../embed';

const OFFER: IEmbedders = {
  models: [
    { model: 'wordllama', dimension: 256, licence: 'MIT', note: 'fast' },
    { model: 'other', dimension: null, licence: 'not said', note: 'slow' }
  ],
  model: 'wordllama',
  seconds: 12.4,
  sample: 128,
  problem: null
};

const SET = {
  name: 'prod',
  columns: [
    { name: 'text' },
    { name: 'text_vector' },
    { name: 'photo', role: 'link_to_data' }
  ]
};

(
  globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
).IS_REACT_ACT_ENVIRONMENT = true;

describe('EmbedDialog', () => {
  let root: Root;
  const chosen: IEmbedding[] = [];
  const asked: (string | undefined)[] = [];

  async function open(
    answer: () => Promise<IEmbedders>,
    column = 'text'
  ): Promise<HTMLElement> {
    const inspection = {
      primary: SET,
      reference: null,
      embedders: (_: string, model?: string) => {
        asked.push(model);
        return answer();
      }
    } as unknown as IInspection;
    const place = document.body.appendChild(document.createElement('div'));
    root = createRoot(place);
    await act(async () => {
      root.render(
        <EmbedDialog
          inspection={inspection}
          column={column}
          anchor={place}
          trans={nullTranslator.load('phoenix_lab')}
          onEmbed={what => chosen.push(what)}
          onClose={() => undefined}
        />
      );
    });
    const dialog = document.querySelector<HTMLElement>('[role="dialog"]');
    if (!dialog) {
      throw new Error('no dialog');
    }
    return dialog;
  }

  const click = (node: Element | null | undefined): Promise<void> =>
    act(async () => (node as HTMLElement).click());
  const submit = (dialog: Element): Promise<void> =>
    click(dialog.querySelector('button[type="submit"]'));

  beforeEach(() => {
    chosen.length = 0;
    asked.length = 0;
  });
  afterEach(() => {
    act(() => root.unmount());
    document.body.innerHTML = '';
  });

  it('tells models, time and where the data stays, and embeds under a free name', async () => {
    const dialog = await open(() => Promise.resolve(OFFER));
    expect(dialog.getAttribute('aria-label')).toBe('Embed text');
    expect(dialog.textContent).toContain('256 dimensions · licence MIT');
    expect(dialog.textContent).toContain(
      'About 12 s, measured on 128 texts. The data stays in the kernel.'
    );
    await submit(dialog);
    expect(chosen).toEqual([
      {
        kind: 'embedding',
        column: 'text',
        isOfImages: false,
        model: 'wordllama',
        name: 'text_vector_2'
      }
    ]);
  });

  it('tells of images that a model for them is fetched, and sends them nowhere', async () => {
    const dialog = await open(() => Promise.resolve(OFFER), 'photo');
    expect(dialog.textContent).toContain('measured on 128 images');
    await click(dialog.querySelectorAll('input')[2]);
    expect(dialog.textContent).toContain('The model is fetched.');
    expect(dialog.textContent).not.toContain('endpoint');
    await submit(dialog);
    expect(chosen[0]).toEqual({
      kind: 'embedding',
      column: 'photo',
      isOfImages: true,
      model: null,
      name: 'photo_vector'
    });
  });

  it('measures another model when it is chosen', async () => {
    const dialog = await open(() => Promise.resolve(OFFER));
    await click(dialog.querySelectorAll('input')[1]);
    expect(asked).toEqual([undefined, 'other']);
    await submit(dialog);
    expect(chosen[0].model).toBe('other');
  });

  it('says that texts leave the machine for an endpoint, and asks nothing for it', async () => {
    const dialog = await open(() => Promise.resolve(OFFER));
    await click(dialog.querySelectorAll('input')[2]);
    expect(dialog.textContent).toContain('The texts leave this machine');
    expect(asked).toHaveLength(1);
    await submit(dialog);
    expect(chosen[0].model).toBeNull();
  });

  it('offers the endpoint and the line to install where there is no model', async () => {
    const dialog = await open(() =>
      Promise.resolve({ ...OFFER, models: [], model: null, seconds: null })
    );
    expect(dialog.textContent).toContain("%pip install 'phoenix_lab[text]'");
    await submit(dialog);
    expect(chosen[0].model).toBeNull();
  });

  it('says why the kernel has no answer', async () => {
    const dialog = await open(() => Promise.reject(new Error('no package')));
    expect(dialog.querySelector('[role="alert"]')?.textContent).toContain(
      'no package'
    );
    expect(
      dialog.querySelector<HTMLButtonElement>('button[type="submit"]')?.disabled
    ).toBe(true);
  });
});
