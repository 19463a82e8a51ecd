import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import { act } from 'react';

import type { IInspection, IPhoenix } from '../../tokens';
import { PartNotice } from '../part-notice';
import { host, root } from '../../__tests__/host';

const trans = nullTranslator.load('phoenix_lab');

const PROD = { ref: 'p', names: ['prod'], n_rows: 1650 };
const TRAIN = { ref: 't', names: ['train'], n_rows: 3206 };

/** An inspection of an output, as far as the notice knows it. */
class Fake {
  readonly changed = new Signal<unknown, void>(this);
  readonly path = 'a.ipynb';
  primary = { id: 'i1', name: 'prod.head()', variable: null, n_rows: 5 } as {
    id: string;
    name: string;
    variable: string | null;
    n_rows: number;
  };
  reference: unknown = {
    id: 'i2',
    name: 'train',
    variable: 'train',
    n_rows: 3206
  };
  stale: unknown = null;
  older: readonly string[] = [];
  taken: unknown[] = [];
  take(...what: unknown[]): Promise<void> {
    this.taken.push(what);
    this.primary = { id: 'i3', name: 'prod', variable: 'prod', n_rows: 1650 };
    this.changed.emit();
    return Promise.resolve();
  }
}

const text = (): string => (host.textContent ?? '').replace(/\s/g, ' ');

function show(fake: Fake, frames: unknown[] | null): { look: () => void } {
  const phoenix = { frames, framesOf: () => phoenix.frames };
  const changed = new Signal<unknown, void>(phoenix);
  act(() =>
    root.render(
      <PartNotice
        phoenix={Object.assign(phoenix, { changed }) as unknown as IPhoenix}
        inspection={fake as unknown as IInspection}
        trans={trans}
      />
    )
  );
  return {
    look: () =>
      act(() => {
        phoenix.frames = [PROD, TRAIN];
        changed.emit();
      })
  };
}

it('a view says that it is of an output, once the kernel is known to hold the whole, and takes that', async () => {
  const fake = new Fake();
  const { look } = show(fake, null);
  expect(text()).toBe('');
  look();
  expect(text()).toContain(
    'This is prod.head() with its 5 rows, not prod with its 1 650.'
  );
  const button = host.querySelector('button');
  expect(button?.textContent).toBe('Compare all of prod');
  await act(async () => button?.click());
  expect(fake.taken).toEqual([['primary', { ref: 'p', name: 'prod' }]]);
  expect(text()).toBe('');
});

it('a view says that its output is older, and of an earlier kernel says nothing, for that is said above', () => {
  const fake = new Fake();
  const { look } = show(fake, null);
  look();
  expect(text()).not.toContain('older');
  act(() => {
    fake.older = ['primary'];
    fake.changed.emit();
  });
  expect(text()).toContain('It is older: prod has changed since.');
  act(() => {
    fake.stale = { instead: [] };
    fake.changed.emit();
  });
  expect(text()).toBe('');
});

it('its button is named by what it does', () => {
  const fake = new Fake();
  fake.reference = null;
  show(fake, [PROD]);
  expect(host.querySelector('button')?.textContent).toBe('Inspect all of prod');
});

it('nothing is said of a variable, nor where there is no whole', () => {
  const fake = new Fake();
  fake.primary = { ...fake.primary, name: 'pd.concat([prod])' };
  show(fake, [PROD, TRAIN]);
  expect(text()).toBe('');
  // an output that is older than what its variable holds now
  fake.primary = { ...fake.primary, name: 'prod' };
  act(() => fake.changed.emit());
  expect(text()).toBe('');
});
