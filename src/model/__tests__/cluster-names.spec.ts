import type { EmbeddingMap, InferencesModel } from '../../api/contract';
import { inferences } from '../../api/__tests__/server';
import { load, loadKept, save } from '../../notebook/state';
import type { ISelection } from '../../tokens';
import {
  givenName,
  movedTo,
  nameOfCluster,
  placeNames,
  settled
} from '../cluster-names';
import { assign } from '../matching';
import { stamp } from '../selection';

const map: EmbeddingMap = { kind: 'embedding_map', embedding: 'v' };
const sets: { primary: InferencesModel; reference: InferencesModel | null } = {
  primary: inferences({ n_rows: 100, look: 'as it was' }),
  reference: null
};
const upTo = (n: number, from = 0): number[] =>
  Array.from({ length: n }, (_, i) => from + i);
const named = (cluster: number, label: string, rows: number[]): ISelection =>
  stamp(
    nameOfCluster('v', map, cluster, label, { primary: rows, reference: [] }),
    sets
  );

describe('the best assignment', () => {
  const total = (gain: number[][]): number =>
    assign(gain).reduce((sum, j, i) => sum + (j < 0 ? 0 : gain[i][j]), 0);

  // The totals are those of scipy.optimize.linear_sum_assignment(gain, maximize=True).
  it.each([
    [
      416,
      [
        [94, 62, 68, 89, 57],
        [77, 83, 22, 5, 30],
        [28, 87, 91, 0, 49],
        [82, 13, 79, 11, 46],
        [81, 30, 34, 27, 71]
      ]
    ],
    [
      374,
      [
        [25, 99, 44, 47, 50, 58, 55],
        [50, 99, 80, 79, 70, 62, 34],
        [98, 46, 21, 84, 16, 85, 61],
        [11, 4, 44, 3, 14, 51, 97]
      ]
    ],
    [
      361,
      [
        [46, 80, 91, 82],
        [62, 44, 51, 26],
        [49, 37, 24, 99],
        [1, 9, 19, 96],
        [69, 88, 20, 72],
        [36, 48, 0, 61],
        [83, 66, 15, 53]
      ]
    ]
  ])('is worth %d', (best, gain) => {
    expect(total(gain)).toBe(best);
    const used = assign(gain).filter(j => j >= 0);
    expect(new Set(used).size).toBe(used.length);
  });

  it('leaves who shares nothing with anybody', () => {
    expect(
      assign([
        [0, 0],
        [3, 4]
      ])
    ).toEqual([-1, 1]);
    expect(assign([])).toEqual([]);
    expect(assign([[], []])).toEqual([-1, -1]);
  });
});

describe('names of clusters', () => {
  it('go with the rows, not with the number', () => {
    const names = [named(0, 'a', upTo(50)), named(1, 'b', upTo(50, 50))];
    const found = placeNames(names, (_, row) => (row < 50 ? 7 : 3));
    expect([...found]).toEqual([
      [7, 0],
      [3, 1]
    ]);
  });

  it('are let go where most of the rows went apart, and never two of one cluster', () => {
    const names = [named(0, 'a', upTo(40)), named(1, 'b', upTo(40, 40))];
    expect(placeNames(names, () => 2).size).toBe(1);
    expect(placeNames(names.slice(0, 1), (_, row) => row % 3).size).toBe(0);
    // Rows that are not looked at now say nothing.
    const part = placeNames(names, (_, row) => (row < 3 ? 5 : undefined));
    expect([...part]).toEqual([[5, 0]]);
  });

  it('hold for their map and these rows alone', () => {
    const clusterNames = [named(3, 'mine', upTo(40))];
    const of = { ...sets, clusterNames };
    expect(givenName(of, { ...map, unit: 'u', window: null }, 3)).toBe('mine');
    // As the server writes a recipe: all of its fields.
    expect(
      givenName(of, { ...map, n_components: 2, seed: 0, sample: null }, 3)
    ).toBe('mine');
    expect(givenName(of, map, 2)).toBeNull();
    expect(givenName(of, { ...map, min_cluster_size: 9 }, 3)).toBeNull();
    const primary = inferences({ n_rows: 101 });
    expect(givenName({ ...of, primary }, map, 3)).toBeNull();
    const moved = stamp(movedTo(clusterNames[0], map, 5), {
      primary,
      reference: null
    });
    expect(
      givenName({ primary, reference: null, clusterNames: [moved] }, map, 5)
    ).toBe('mine');
  });

  it('settle at once on a map that has lost the cluster of one', () => {
    const names = [named(3, 'a', upTo(30)), named(5, 'b', upTo(40, 40))];
    const primary = inferences({ n_rows: 101 });
    const now = { primary, reference: null };
    // One cluster has the rows of both, and the number of the first.
    const places = placeNames(names, (_, row) => (row < 80 ? 3 : -1));
    expect([...places]).toEqual([[3, 1]]);
    const told = settled(names, places, map, now)?.map(name =>
      stamp(name, now)
    );
    const clusterNames = told ?? [];
    expect(givenName({ ...now, clusterNames }, map, 3)).toBe('b');
    expect(givenName({ ...now, clusterNames }, map, 5)).toBeNull();
    // Nobody's rows are forgotten.
    expect(clusterNames.map(({ label }) => label)).toEqual(['a', 'b']);
    expect(settled(clusterNames, places, map, now)).toBeNull();
  });

  it('stay with the notebook when rows that they are known by are gone for a time', () => {
    const fewer = { ...sets, primary: inferences({ n_rows: 80 }) };
    // Known by rows up to the last one, and found by most of them on the map of fewer rows.
    const name = named(3, 'mine', upTo(50, 50));
    const found = placeNames([name], (_, row) => (row < 80 ? 5 : undefined));
    expect([...found]).toEqual([[5, 0]]);
    const moved = stamp(movedTo(name, map, 5), fewer);
    const kept = [
      { primary: 'prod', reference: null, selections: [], clusters: [moved] }
    ];
    const saved: unknown = JSON.parse(JSON.stringify(save([], 0.1, kept)));
    const [back] = loadKept(saved)[0].clusters ?? [];
    expect(back.label).toBe('mine');
    expect(givenName({ ...fewer, clusterNames: [back] }, map, 5)).toBe('mine');
    const all = placeNames([back], (_, row) => (row < 50 ? 1 : 2));
    expect([...all]).toEqual([[2, 0]]);
  });

  it('stay with the notebook, and a file may hold anything', () => {
    const clusters = [named(3, '<b>"mine"</b>', upTo(100))];
    const kept = [
      { primary: 'prod', reference: null, selections: [], clusters }
    ];
    const saved: unknown = JSON.parse(JSON.stringify(save([], 0.1, kept)));
    expect(loadKept(saved)).toEqual(kept);
    expect(load(saved, 'a.ipynb', 0.1)).toEqual([]);
    const hostile = {
      inspections: [
        {
          primary: 'prod',
          clusters: [
            { ...clusters[0], rows: undefined, label: 7 },
            {
              label: 'x',
              primary: { rows: '0-9', of: 100 },
              source: { recipe: map, call: '.cluster(3); import os' }
            }
          ]
        }
      ]
    };
    expect(loadKept(hostile)[0].clusters).toMatchObject([
      { label: 'x', source: null }
    ]);
  });
});
