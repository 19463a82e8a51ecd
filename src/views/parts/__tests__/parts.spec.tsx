import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Table } from 'apache-arrow';
import * as React from 'react';
import { act } from 'react';

import type { AnalysisEvent } from '../../../api/contract';
import type { IAnalysis, IInspection, IResult, Recipe } from '../../../tokens';
import { JobStrip, readingLabel } from '../job';
import { Picker } from '../picker';
import { Segmented } from '../segmented';
import { useAnalysis } from '../analysis';
import { host, root } from '../../../__tests__/host';

const trans = nullTranslator.load('phoenix_lab');

const render = (element: React.ReactElement) => act(() => root.render(element));
const press = (target: Element, key: string) =>
  act(() => {
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  });
const running: AnalysisEvent = {
  state: 'running',
  stage: 'layout',
  fraction: 0.64,
  remaining: 1.2,
  elapsed: 2,
  cached: false,
  reading: null,
  parts: [],
  problem: null,
  trace: null
};

/** An analysis whose end is in the test's hands. */
class Held implements IAnalysis {
  constructor(readonly recipe: Recipe) {
    this.done = new Promise((resolve, reject) => {
      this.finish = name =>
        resolve({ table: new Table(), parts: new Map(), meta: { name } });
      this.fail = reject;
    });
  }
  readonly event = running;
  readonly changed: Signal<IAnalysis, AnalysisEvent> = new Signal(this);
  readonly done: Promise<IResult>;
  finish!: (name: string) => void;
  fail!: (error: Error) => void;
  cancel(): void {
    this.fail(new Error('cancelled'));
  }
}

describe('an analysis in a view', () => {
  const asked: Held[] = [];
  const inspection = {
    isDisposed: false,
    primary: { id: 'p' },
    reference: null,
    changed: new Signal<unknown, void>({}),
    run: (recipe: Recipe) => {
      const known = asked.find(
        a => JSON.stringify(a.recipe) === JSON.stringify(recipe)
      );
      const analysis = known ?? new Held(recipe);
      if (!known) {
        asked.push(analysis);
      }
      return analysis;
    }
  } as unknown as IInspection;

  function View({ column }: { column: string }): React.ReactElement {
    const { result, error, pending } = useAnalysis(inspection, {
      kind: 'distribution',
      column
    });
    return (
      <p>{`${String(result?.meta.name)} ${pending ? 'pending' : 'settled'} ${error?.message ?? ''}`}</p>
    );
  }
  const text = () => host.textContent?.trim();

  it('keeps the old numbers until the new ones are there', async () => {
    render(<View column="a" />);
    expect(text()).toBe('undefined pending');
    await act(async () => asked[0].finish('A'));
    expect(text()).toBe('A settled');
    render(<View column="b" />);
    expect(text()).toBe('A pending');
    // The first question's answer is known, and a late one to the second is not shown for it.
    render(<View column="a" />);
    await act(async () => asked[1].finish('B'));
    expect(text()).toBe('A settled');
    expect(asked).toHaveLength(2);
  });

  it('says why there is no answer', async () => {
    render(<View column="c" />);
    await act(async () => asked[2].fail(new Error('no rows')));
    expect(text()).toBe('undefined settled no rows');
  });
});

describe('a picker', () => {
  it('opens by key, moves past what is off, and chooses', () => {
    const onChange = jest.fn();
    render(
      <Picker
        label="Metric"
        value="psi"
        choices={[
          { value: 'psi', label: 'PSI', detail: 'How far the shares moved.' },
          { value: 'ks', label: 'KS', disabled: true },
          { value: 'mean', label: 'Mean' }
        ]}
        onChange={onChange}
      />
    );
    const button = host.querySelector('button')!;
    expect(button.getAttribute('aria-label')).toBe('Metric: PSI');
    press(button, 'ArrowDown');
    const list = document.querySelector('[role=listbox]')!;
    expect(list.textContent).toContain('How far the shares moved.');
    press(list, 'ArrowDown');
    press(list, 'Enter');
    expect(onChange).toHaveBeenCalledWith('mean');
    expect(document.querySelector('[role=listbox]')).toBeNull();
  });
});

describe('segments', () => {
  it('are one tab stop, with arrows within', () => {
    const onChange = jest.fn();
    render(
      <Segmented
        label="Show"
        value="all"
        segments={[
          { value: 'all', label: 'All', count: 4856 },
          { value: 'drift', label: 'Drift', count: 2 }
        ]}
        onChange={onChange}
      />
    );
    const radios = [...host.querySelectorAll('[role=radio]')];
    expect(radios.map(radio => (radio as HTMLElement).tabIndex)).toEqual([
      0, -1
    ]);
    expect(radios[0].textContent).toMatch(/All4\s856/);
    press(radios[0], 'ArrowLeft');
    expect(onChange).toHaveBeenCalledWith('drift');
  });
});

describe('work under way', () => {
  it('says the stage, how far, what remains, and can be cancelled', () => {
    const onCancel = jest.fn();
    render(
      <JobStrip
        event={running}
        title="Map of text"
        stages={[
          { name: 'neighbors', label: 'Neighbours' },
          { name: 'layout', label: 'Map' },
          { name: 'clusters', label: 'Clusters' }
        ]}
        onCancel={onCancel}
        trans={trans}
      />
    );
    const bar = host.querySelector('[role=progressbar]')!;
    expect(bar.getAttribute('aria-valuenow')).toBe('64');
    expect(
      [...host.querySelectorAll('li')].map(item => item.className)
    ).toEqual(['px-mod-done', 'px-mod-now', 'px-mod-next']);
    expect(host.textContent).toContain('about 1.2 s left');
    act(() => host.querySelector('button')!.click());
    expect(onCancel).toHaveBeenCalled();
  });

  it('says how much of which dataframe has been read', () => {
    const reading = { name: 'prod', done: 191.4e6, total: 308e6 };
    render(
      <JobStrip
        event={{ ...running, stage: 'reading', remaining: null, reading }}
        title="Map of text"
        trans={trans}
      />
    );
    expect(host.textContent).toMatch(/Reading prod · 191 of 308\sMB/);
    expect(readingLabel({ ...running, reading }, trans)).toBe('');
    const start = { ...reading, done: 0, total: 2.5e9 };
    expect(
      readingLabel({ ...running, stage: 'reading', reading: start }, trans)
    ).toMatch(/Reading prod · 0.0 of 2.5\sGB/);
  });
});
