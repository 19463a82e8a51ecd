import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { tableFromArrays } from 'apache-arrow';
import * as React from 'react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';

import type { IInspection, IResult, Recipe } from '../../../tokens';
import { bandText, ThroughTime } from '../through';
import { metricForm } from '../words';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

let host: HTMLDivElement;
let root: Root;
let asked: Recipe[];
let inserted: Recipe[];

beforeEach(() => {
  host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
  asked = [];
  inserted = [];
});
afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

async function draw(zone: string | null): Promise<void> {
  const answer = (recipe: Recipe): IResult => ({
    table: tableFromArrays({
      set: ['primary', 'primary'],
      start: Float64Array.of(0, 86_400_000),
      end: Float64Array.of(86_400_000, 172_800_000),
      n: Float64Array.of(5, 5),
      missing: Float64Array.of(0, 0),
      value: Float64Array.of(0.1, 0.2)
    }),
    parts: new Map(),
    meta: {
      metric: 'psi',
      label: 'PSI',
      window: '1d',
      step: '1d',
      windows: [{ value: '1d', label: '1 day' }],
      metrics: [{ value: 'psi', label: 'PSI' }],
      time: {
        column: 'at',
        kind: 'instant',
        zone: (recipe as { zone?: string | null }).zone ?? zone
      }
    }
  });
  const inspection = {
    primary: {
      name: 'prod',
      columns: [{ name: 'at', role: 'timestamp', problem: null }]
    },
    reference: null,
    unit: null,
    isDisposed: false,
    run: (recipe: Recipe) => {
      asked.push(recipe);
      return {
        done: Promise.resolve(answer(recipe)),
        changed: new Signal({}),
        event: null,
        dispose: () => undefined,
        cancel: () => Promise.resolve()
      };
    }
  } as unknown as IInspection;
  Object.assign(inspection, { changed: new Signal(inspection) });
  await act(async () =>
    root.render(
      <ThroughTime
        inspection={inspection}
        subject={{
          column: 'x',
          predictions: null,
          name: 'x',
          form: () => String,
          detail: () => undefined,
          missing: 'Missing',
          free: false
        }}
        value={null}
        onChange={() => undefined}
        onInsert={recipe => inserted.push(recipe)}
        trans={nullTranslator.load('phoenix_lab')}
      />
    )
  );
}

const button = (name: RegExp) =>
  [...host.querySelectorAll('button')].find(one =>
    name.test(one.getAttribute('aria-label') ?? one.textContent ?? '')
  );

describe('the zone of a series', () => {
  it('is that of the data, and a choice is asked for and inserted', async () => {
    await draw('Asia/Tokyo');
    const zone = button(/^Zone: Asia\/Tokyo$/);
    await act(async () => zone?.click());
    const options = [...document.querySelectorAll('[role="option"]')];
    expect(options.length).toBeGreaterThan(100);
    const berlin = options.find(one => one.textContent === 'Europe/Berlin');
    await act(async () => (berlin as HTMLElement).click());
    expect(asked[asked.length - 1]).toMatchObject({ zone: 'Europe/Berlin' });
    expect(button(/^Zone: Europe\/Berlin$/)).toBeDefined();
    await act(async () => button(/^Insert the series/)?.click());
    expect(inserted[0]).toMatchObject({ zone: 'Europe/Berlin', step: '1d' });
  });

  it('is not to be chosen where times have none', async () => {
    await draw(null);
    expect(button(/^Metric/)).toBeDefined();
    expect(button(/^Zone/)).toBeUndefined();
  });
});

it('what the reference does by itself has its limit as it is, however small', () => {
  const said = (upper: number, metric = 'psi'): string =>
    bandText(
      { lower: null, upper, text: '95 % of windows' },
      metricForm(metric),
      nullTranslator.load('phoenix_lab')
    );
  expect(said(0.0031)).toBe('95 % of windows lie below .0031');
  expect(said(0.00042)).toBe('95 % of windows lie below 4.2e\u22124');
  expect(said(0.0834)).toBe('95 % of windows lie below .083');
  expect(said(0.4567)).toBe('95 % of windows lie below .46');
  expect(said(0.0214, 'missing')).toMatch(/below 2\.1\s%$/);
});
