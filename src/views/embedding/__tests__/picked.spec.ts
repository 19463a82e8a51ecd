import { nullTranslator } from '@jupyterlab/translation';

import type { IInspection } from '../../../tokens';
import { stepped } from '../brush';
import { NOISE } from '../facts';
import {
  combine,
  pickAgain,
  pickOf,
  pickOfClusters,
  rowsOf,
  toSelection
} from '../picked';
import { inverse, nextCluster } from '../picking';
import { sharesOf } from '../shares';
import type { IPicked } from '../state';
import { cluster, NONE, points } from './points';

const trans = nullTranslator.load('phoenix_lab');

describe('picks', () => {
  const map = points([0, 0, 1, 1], [0, 1, 0, 1]);
  const inspection = {
    primary: { name: 'prod' },
    reference: { name: 'train' }
  } as unknown as IInspection;
  const context = {
    inspection,
    embedding: 'vector',
    map,
    clusters: [
      cluster(1, {
        name: 'iraq · war',
        terms: ['iraq', 'war'],
        difference: { value: 0.085, lower: 0.06, upper: 0.113 }
      })
    ],
    recipe: { kind: 'embedding_map', embedding: 'vector' } as const,
    window: null,
    only: null,
    shown: Int32Array.of(1, 3),
    trans
  };
  const whole: IPicked = {
    indices: Int32Array.of(1, 3),
    how: { kind: 'cluster', cluster: 1 }
  };

  it('add and take away', () => {
    const a = Int32Array.of(1, 5, 9);
    expect(Array.from(combine(a, Int32Array.of(2, 5), 'add'))).toEqual([
      1, 2, 5, 9
    ]);
    expect(Array.from(combine(a, Int32Array.of(2, 5), 'subtract'))).toEqual([
      1, 9
    ]);
    expect(Array.from(combine(a, Int32Array.of(2), 'replace'))).toEqual([2]);
    expect(Array.from(combine(null, Int32Array.of(2), 'subtract'))).toEqual([]);
  });

  it('become rows of their sets', () => {
    expect(rowsOf(map, Int32Array.of(1, 2, 3))).toEqual([
      { set: 'primary', rows: [0, 1] },
      { set: 'reference', rows: [1] }
    ]);
  });

  it('become code by cluster, with name and numbers', () => {
    const selection = toSelection(whole, context);
    expect(selection.source).toEqual({
      recipe: context.recipe,
      call: '.cluster(1)'
    });
    expect(selection.variable).toBe('iraq');
    expect(selection.label).toBe('iraq · war');
    expect(selection.comment[0]).toBe('cluster "iraq · war" of vector');
    expect(selection.comment[1]).toBe(
      '1 row of prod, then 1 of train · +8.5 pts [6.0, 11.3], 90 % interval'
    );
  });

  it('are found again from what was saved of them', () => {
    expect(pickOf(toSelection(whole, context), map)).toEqual(whole);
    const some: IPicked = {
      indices: Int32Array.of(0, 3),
      how: { kind: 'rows' }
    };
    const saved = toSelection(some, { ...context, shown: some.indices });
    expect(saved.view).toBe(context.embedding);
    expect(pickOf(saved, map)).toEqual(some);
  });

  it('are only called a cluster while they are all of it', () => {
    const saved = toSelection(whole, context);
    const other = { ...map, cluster: Int32Array.from(map.cluster, () => 1) };
    expect(pickOf(saved, other)?.how).toEqual({ kind: 'rows' });
    expect(pickOf({ ...saved, rows: [] }, map)).toBeNull();
  });

  it('of several clusters become code, are found again, and give one back', () => {
    const both = pickOfClusters(map, [1, 0]);
    expect(both?.how).toEqual({ kind: 'clusters', clusters: [1, 0] });
    if (!both) {
      return;
    }
    const selection = toSelection(both, { ...context, shown: both.indices });
    expect(selection.source?.call).toBe('.cluster([0, 1])');
    expect(selection.comment[0]).toContain('2 clusters of vector: iraq · war');
    expect(pickOf(selection, map)?.how).toEqual({
      kind: 'clusters',
      clusters: [0, 1]
    });
    expect(pickOfClusters(map, [1])).toEqual(whole);
    expect(pickOfClusters(map, [7])).toBeNull();
  });

  it('become code for one set alone, and are found again', () => {
    for (const only of ['primary', 'reference'] as const) {
      const shown = whole.indices.filter(
        i => (map.primary[i] === 1) === (only === 'primary')
      );
      const selection = toSelection(whole, { ...context, only, shown });
      const name = context.inspection[only]?.name;
      expect(selection.source?.call).toBe(`.cluster(1, set="${only}")`);
      expect(selection.label).toBe(`iraq · war, ${name} only`);
      expect(selection.comment[1]).toContain(`1 row of ${name} · +8.5`);
      expect(selection.rows.map(({ set }) => set)).toEqual([only]);
      const kept = { ...selection, rows: [{ set: only, rows: [], n: 1 }] };
      expect(Array.from(pickOf(kept, map)?.indices ?? [])).toEqual(
        Array.from(shown)
      );
      // The cluster itself is picked again, so that its code is that of one set, too.
      expect(pickAgain(kept, map)).toEqual({ picked: whole, only });
      expect(pickAgain(selection, map)).toEqual({ picked: whole, only });
    }
  });

  it('become the question that found them, named by the row', () => {
    const near: IPicked = {
      indices: Int32Array.of(1, 3),
      how: {
        kind: 'neighbors',
        recipe: { kind: 'neighbors', embedding: 'v', row: 2 },
        name: 'prod',
        point: 0,
        order: Int32Array.of(3, 1),
        distances: Float64Array.of(0.1, 0.2),
        metric: 'cosine'
      }
    };
    const saved = toSelection(near, { ...context, shown: near.indices });
    expect(saved.label).toBe('Nearest to row 2 of prod');
    expect(saved.source).toEqual({
      recipe: { kind: 'neighbors', embedding: 'v', row: 2 },
      call: '.neighbors()'
    });
    const one = toSelection(near, {
      ...context,
      only: 'primary',
      shown: near.indices.filter(i => map.primary[i] === 1)
    });
    expect(one.source?.call).toBe('.neighbors(set="primary")');
  });

  it('of rows that carry the drift become its question, but for those that are hidden', () => {
    const recipe = { kind: 'embedding_drift', embedding: 'v' } as const;
    const drifted: IPicked = {
      indices: Int32Array.of(1, 3),
      how: {
        kind: 'carriers',
        recipe,
        order: Int32Array.of(3, 1),
        scores: Float64Array.of(0.9, 0.8),
        isWhole: true
      }
    };
    const saved = toSelection(drifted, { ...context, shown: drifted.indices });
    expect(saved.label).toBe('Rows that carry the drift');
    expect(saved.source).toEqual({ recipe, call: '.carriers()' });
    const some = { ...context, shown: Int32Array.of(1) };
    expect(toSelection(drifted, some).source).toBeNull();
  });

  it('become code by polygon', () => {
    const lasso: IPicked = {
      indices: Int32Array.of(1, 3),
      how: {
        kind: 'lasso',
        polygon: [
          [0, 0.5],
          [1.25, 2],
          [-3, 4]
        ]
      }
    };
    expect(toSelection(lasso, context).source?.call).toBe(
      '.lasso([(0, 0.5), (1.25, 2), (-3, 4)])'
    );
  });

  it('are written out when a filter or window hides a part of them', () => {
    expect(
      toSelection(whole, { ...context, shown: Int32Array.of(3) }).source
    ).toBeNull();
    const window = {
      start: 0,
      end: 1,
      iso: ['2001', '2002'],
      label: '2001'
    } as const;
    const selection = toSelection(whole, { ...context, window });
    expect(selection.source).toBeNull();
    expect(selection.label).toContain('2001');
  });

  it('get a name that Python takes, whatever was searched', () => {
    const search: IPicked = {
      indices: Int32Array.of(1),
      how: { kind: 'search', query: '"; import os' }
    };
    expect(toSelection(search, context).variable).toMatch(/^[a-z_][a-z0-9_]*$/);
  });
});

describe('picking with keys', () => {
  const far = cluster(3, {
    difference: { ...NONE, value: 0.3 },
    pAdjusted: 0.01
  });
  const near = cluster(4, {
    difference: { ...NONE, value: 0.1 },
    pAdjusted: 0.01
  });
  const noise = cluster(NOISE, { difference: { ...NONE, value: 0.9 } });
  const list = [noise, near, far];
  const of = (id: number): IPicked => ({
    indices: Int32Array.of(0),
    how: { kind: 'cluster', cluster: id }
  });

  it('walks the clusters in their order, never to noise nor beyond the ends', () => {
    expect(nextCluster(null, list, true, 1)).toBe(3);
    expect(nextCluster(null, list, true, -1)).toBe(4);
    expect(nextCluster(of(3), list, true, 1)).toBe(4);
    expect(nextCluster(of(4), list, true, 1)).toBeNull();
    expect(nextCluster(of(3), list, true, -1)).toBeNull();
    expect(nextCluster(null, [noise], true, 1)).toBeNull();
  });

  it('inverts what is shown, and nothing when all of it is picked', () => {
    const map = points([1, 1, 0, 0], [0, 0, 0, 0]);
    const visible = Uint8Array.of(1, 1, 1, 0);
    const two: IPicked = {
      indices: Int32Array.of(0, 2),
      how: { kind: 'rows' }
    };
    expect(Array.from(inverse(map, two, visible)?.indices ?? [])).toEqual([1]);
    const all = inverse(map, null, visible);
    expect(Array.from(all?.indices ?? [])).toEqual([0, 1, 2]);
    expect(inverse(map, all, visible)).toBeNull();
  });

  it('moves and stretches a window, and stops at the ends', () => {
    expect(stepped(null, 1, false, 5)).toEqual({ from: 0, to: 1 });
    expect(stepped(null, -1, false, 5)).toEqual({ from: 4, to: 5 });
    expect(stepped({ from: 1, to: 3 }, 1, false, 5)).toEqual({
      from: 2,
      to: 4
    });
    expect(stepped({ from: 3, to: 5 }, 1, false, 5)).toBeNull();
    expect(stepped({ from: 3, to: 5 }, 1, true, 5)).toEqual({
      from: 3,
      to: 5
    });
    expect(stepped({ from: 1, to: 3 }, -1, true, 5)).toEqual({
      from: 0,
      to: 3
    });
  });
});

describe('the shares of a pick', () => {
  const known = cluster(0, {
    primary: { value: 0.087, lower: 0.062, upper: 0.115 },
    reference: { value: 0.002, lower: 0.001, upper: 0.005 }
  });
  const context = {
    clusters: [known],
    counts: { primary: 3, reference: 1 },
    totals: { primary: 12, reference: 0 },
    primary: 'prod',
    reference: 'train' as string | null,
    trans
  };
  const plain = (texts: string[]): string[] =>
    texts.map(text => text.replace(/\s/g, ' '));

  it('have the intervals of a cluster', () => {
    const picked: IPicked = {
      indices: Int32Array.of(0),
      how: { kind: 'cluster', cluster: 0 }
    };
    expect(plain(sharesOf(picked, context))).toEqual([
      '8.7 % of prod [6.2, 11.5]',
      '.2 % of train [.1, .5]'
    ]);
    expect(sharesOf(picked, { ...context, reference: null })).toHaveLength(1);
  });

  it('have totals and no interval where rows were picked by eye', () => {
    const picked: IPicked = {
      indices: Int32Array.of(0),
      how: { kind: 'rows' }
    };
    expect(plain(sharesOf(picked, context))).toEqual([
      '25.0 % of the 12 rows of prod',
      'no rows of train'
    ]);
    expect(sharesOf(null, context)).toEqual([]);
  });
});
