import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import { whyUnsure } from '../../parts';
import type { IMetric, IPerformanceFacts } from '../facts';
import { MetricTable } from '../metrics';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const trans = nullTranslator.load('phoenix_lab');
const value = { value: 0.8, lower: 0.7, upper: 0.9, n: 90, reason: null };
const metric = (name: IMetric['name'], change: Partial<IMetric>): IMetric => ({
  name,
  label: name,
  primary: value,
  reference: value,
  difference: -0.05,
  lower: -0.09,
  upper: -0.01,
  p: 0.12,
  change: 'undecided',
  needed: null,
  reason: null,
  average: null,
  good: 'high',
  limit: 0.02,
  isThresholded: false,
  ...change
});
const facts = {
  task: 'classification',
  adjusted: 'Benjamini-Hochberg over 9 metrics',
  unit: null,
  calibration: { primary: null, reference: null },
  primary: { name: 'prod' },
  reference: { name: 'train' },
  classes: ['no', 'yes'],
  positive: 'yes'
} as unknown as IPerformanceFacts;

describe('the metrics', () => {
  it('mark the one that a finding is about, and bring it into sight, each time', () => {
    const seen: string[] = [];
    Object.assign(Element.prototype, {
      scrollIntoView(this: Element) {
        seen.push(this.querySelector('th')?.textContent ?? '');
      }
    });
    const host = document.body.appendChild(document.createElement('div'));
    const root = createRoot(host);
    const draw = (name: string, times: number): void =>
      act(() =>
        root.render(
          <MetricTable
            metrics={[
              metric('accuracy', {}),
              metric('roc_auc', { lower: -0.2, upper: 0.2 })
            ]}
            facts={facts}
            isOld={() => false}
            limitOf={({ limit }) => limit}
            pointed={{ isOf: row => row.name === name, times }}
            trans={trans}
          />
        )
      );
    draw('roc_auc', 1);
    const marked = [...host.querySelectorAll('[aria-current]')];
    expect(marked.map(row => row.querySelector('th')?.textContent)).toEqual([
      'ROC AUC'
    ]);
    draw('roc_auc', 2);
    expect(seen).toEqual(['ROC AUC', 'ROC AUC']);
    // Why the first is not sure though its interval leaves out 0; the other's does not.
    expect(
      [...host.querySelectorAll('.px-change-why')].map(why => why.textContent)
    ).toEqual(['adjusted over 9 metrics']);
    act(() => root.unmount());
    host.remove();
  });

  it('say why nothing is said to have changed only where an interval leaves out 0', () => {
    const why = (lower: number, upper: number, p: number, isSaid = false) =>
      whyUnsure({ lower, upper, p }, isSaid, facts.adjusted, trans);
    expect(why(0.01, 0.2, 0.3)).toBe('adjusted over 9 metrics');
    expect(why(0.001, 0.004, 0.01)).toBe('less than matters');
    expect(why(-0.1, 0.2, 0.3)).toBeNull();
    expect(why(0.1, 0.2, 0.001, true)).toBeNull();
    expect(whyUnsure({ lower: 1, upper: 2, p: 0.2 }, false, null, trans)).toBe(
      'p is not below .05'
    );
  });
});
