import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import type { EmbeddingMap } from '../../../api/contract';
import type { IInspection, ISelection } from '../../../tokens';
import { type IAskedMap, isMapOf, useAskedMap } from '../asked-map';
import { useShown } from '../picking';
import { points } from './points';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const trans = nullTranslator.load('phoenix_lab');
const FITTED: EmbeddingMap = { kind: 'embedding_map', embedding: 'v' };
const ANCHORED: EmbeddingMap = { ...FITTED, anchor: [4856, 1650] };

const finding = (map: EmbeddingMap): ISelection => ({
  id: 'finding',
  label: 'terrorists grew',
  rows: [{ set: 'primary', rows: [], n: 2 }],
  variable: 'found',
  comment: [],
  view: 'v',
  source: { recipe: map, call: '.cluster(1)' }
});

it('of a finding is opened where the map shown is anchored, and its cluster is picked there alone', () => {
  const root = createRoot(document.createElement('div'));
  const inspection: { shown: ISelection | null } = { shown: null };
  const open = jest.fn();
  const dispatch = jest.fn();
  let said: IAskedMap | null = null;
  const map = points([1, 1, 0, 1], [0, 1, 1, 2]);
  function View({ current }: { current: EmbeddingMap }): null {
    said = useAskedMap(inspection, 'v', current, open, trans);
    useShown(inspection as IInspection, 'v', map, current, dispatch, () => {
      throw new Error('nothing is alike');
    });
    return null;
  }
  const draw = (current: EmbeddingMap): void =>
    act(() => root.render(<View current={current} />));
  draw(ANCHORED);
  inspection.shown = finding(FITTED);
  draw(ANCHORED);
  draw(ANCHORED);
  expect(open.mock.calls).toEqual([
    [
      { n_neighbors: 15, min_dist: 0.1, min_cluster_size: null, anchor: null },
      null
    ]
  ]);
  // On this map the cluster of that number is another one.
  expect(dispatch).not.toHaveBeenCalled();
  draw(FITTED);
  expect(said).toMatchObject({
    text: expect.stringMatching(/^Fitted again on all rows: “terrorists grew”/)
  });
  expect(dispatch.mock.calls).toMatchObject([
    [{ change: { picked: { how: { kind: 'cluster', cluster: 1 } } } }]
  ]);
  // The next one is of the map that is shown.
  inspection.shown = finding(FITTED);
  draw(FITTED);
  expect(open).toHaveBeenCalledTimes(1);
  expect(said).toBeNull();
  act(() => root.unmount());
});

it('is the same with other tests, windows and conditions', () => {
  const same = { ...FITTED, n_neighbors: 15, unit: 'address', resamples: 9 };
  expect(isMapOf(same, FITTED)).toBe(true);
  expect(isMapOf({ ...FITTED, min_cluster_size: 9 }, FITTED)).toBe(false);
  expect(isMapOf({ ...FITTED, sample: 2000 }, FITTED)).toBe(false);
  expect(isMapOf(null, FITTED)).toBe(false);
});
