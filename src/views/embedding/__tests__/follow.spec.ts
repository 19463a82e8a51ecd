import { nullTranslator } from '@jupyterlab/translation';
import { Table, vectorFromArray } from 'apache-arrow';

import { inferences } from '../../../api/__tests__/server';
import { type IMapPoints, readPoints } from '../../../charts/map';
import { clusterSlots } from '../colour';
import { type ICluster, NOISE } from '../facts';
import { anchorAfter, placedText } from '../anchored';
import { carryPick, follow, isPart } from '../follow';

const trans = nullTranslator.load('phoenix_lab');

/** The map of a set, each row's cluster, all at places of their own. */
function mapOf(
  cluster: readonly number[],
  shift = 0,
  anchor: { primary: number; reference: number } | null = null
): IMapPoints {
  const rows = cluster.map((_, i) => i);
  return readPoints(
    new Table({
      row: vectorFromArray(Int32Array.from(rows)),
      set: vectorFromArray(rows.map(() => 'primary')),
      x: vectorFromArray(Float32Array.from(rows, i => i + shift)),
      y: vectorFromArray(Float32Array.from(rows)),
      cluster: vectorFromArray(Int32Array.from(cluster))
    }),
    undefined,
    anchor
  );
}

const named = (...names: string[]): ICluster[] =>
  names.map(
    (name, cluster) =>
      ({ cluster, name, terms: [name], n: 10 - cluster }) as unknown as ICluster
  );
const shown = (map: IMapPoints, clusters: readonly ICluster[]) => ({
  map,
  clusters,
  slots: clusterSlots(clusters)
});
const times = (n: number, cluster: number): number[] =>
  Array.from({ length: n }, () => cluster);

describe('clusters from one map to the next', () => {
  const before = mapOf([...times(20, 0), ...times(10, 1), ...times(8, 2)]);
  const old = shown(before, named('bread', 'fish', 'rice'));

  it('keep name and colour by the rows that they share, whatever their numbers', () => {
    const map = mapOf([
      ...times(19, 2),
      NOISE,
      ...times(10, 0),
      ...times(8, 1)
    ]);
    const { clusters, said, now } = follow(
      old,
      map,
      named('sole', 'corn', 'bun'),
      trans
    );
    expect(clusters.map(({ name }) => name)).toEqual(['fish', 'rice', 'bread']);
    expect([...now]).toEqual([
      [0, 2],
      [1, 0],
      [2, 1]
    ]);
    const [fish, rice, bread] = [0, 1, 2].map(c =>
      clusterSlots(clusters).get(c)
    );
    expect([bread, fish, rice]).toEqual([0, 1, 2].map(c => old.slots.get(c)));
    expect(said).toBe('3 of 3 clusters are as before.');
  });

  it('say what split, what became one, what is new and what is gone', () => {
    const split = mapOf([
      ...times(12, 0),
      ...times(8, 3),
      ...times(10, 1),
      ...times(8, 2)
    ]);
    const parts = follow(old, split, named('bun', 'a', 'b', 'roll'), trans);
    expect(parts.said).toBe(
      '2 of 3 clusters are as before; “bread” split into 2.'
    );
    const merged = mapOf([...times(20, 0), ...times(18, 1)]);
    expect(follow(old, merged, named('a', 'b'), trans).said).toBe(
      '1 of 3 clusters are as before; “fish”, “rice” are one now, “fish”.'
    );
    const other = mapOf([
      ...times(20, 0),
      ...times(10, 1),
      ...times(8, NOISE),
      ...times(9, 2)
    ]);
    // What is new does not take the name that another one goes on with.
    const fresh = follow(old, other, named('a', 'b', 'fish'), trans);
    expect(fresh.said).toBe(
      '2 of 3 clusters are as before; 1 is new: “fish (2)”; 1 is gone: “rice”.'
    );
  });

  it('go by the name that a person gave, and forget none that was found', () => {
    const [bread, ...others] = named('bread', 'fish', 'rice');
    const given = shown(before, [
      { ...bread, name: 'mine', found: 'bread' },
      ...others
    ]);
    const { clusters, said } = follow(
      given,
      mapOf([...times(12, 0), ...times(8, 1)]),
      named('bun', 'roll'),
      trans
    );
    expect(clusters[0].name).toBe('bread');
    expect(said).toContain('“mine” split into 2');
  });
});

describe('a map that further rows are placed on', () => {
  const before = mapOf([0, 0, 1, 1]);

  it('is known by every point being where it was', () => {
    expect(isPart(before, mapOf([0, 0, 1, 1, 1]))).toBe(true);
    expect(isPart(before, mapOf([0, 0, 1, 0, 1]))).toBe(false);
    expect(isPart(before, mapOf([0, 0, 1, 1, 1], 1e-6))).toBe(false);
    expect(isPart(before, mapOf([0, 0, 1]))).toBe(false);
  });

  it('is looked at from where it was', () => {
    const more = [0, 0, 1, 1, 1, 1];
    const own = { primary: 4, reference: 0 };
    expect(mapOf(more, 0, own).core).toEqual(before.core);
    expect(mapOf(more).core).not.toEqual(before.core);
  });

  it('keeps what was picked, with the rows that came into it', () => {
    const now = mapOf([0, 0, 1, 1, 1]);
    const same = new Map([
      [0, 0],
      [1, 1]
    ]);
    const carried = (how: object, ...indices: number[]) =>
      carryPick(
        { indices: Int32Array.from(indices), how } as never,
        before,
        now,
        same
      );
    expect([
      ...(carried({ kind: 'cluster', cluster: 1 }, 2, 3)?.indices ?? [])
    ]).toEqual([2, 3, 4]);
    expect([...(carried({ kind: 'rows' }, 1, 3)?.indices ?? [])]).toEqual([
      1, 3
    ]);
    const polygon = [
      [2.5, 2],
      [9, 2],
      [9, 9],
      [2.5, 9]
    ];
    expect([
      ...(carried({ kind: 'lasso', polygon }, 3)?.indices ?? [])
    ]).toEqual([3, 4]);
    const moved = mapOf([1, 1, 0, 0], 5);
    expect(
      carryPick(
        { indices: Int32Array.of(1), how: { kind: 'rows' } },
        before,
        moved,
        same
      )
    ).toBeNull();
  });

  it('is that of the rows before where the sets only grew', () => {
    const sets = (n: number, variable = 'prod') => ({
      primary: inferences({ n_rows: n, variable }),
      reference: inferences({ n_rows: 50, variable: 'train' })
    });
    expect(anchorAfter(null, sets(100), sets(120))).toEqual([100, 50]);
    expect(anchorAfter([100, 50], sets(120), sets(130))).toEqual([100, 50]);
    expect(anchorAfter(null, sets(100), sets(100))).toBeNull();
    expect(anchorAfter(null, sets(100), sets(90))).toBeNull();
    expect(anchorAfter([80, 50], sets(100), sets(200, 'other'))).toBeNull();
    expect(anchorAfter('reference', sets(100), sets(7, 'other'))).toBe(
      'reference'
    );
    const alone = { ...sets(100), reference: null };
    expect(anchorAfter('reference', sets(100), alone)).toBeNull();
  });

  it('says how many rows were placed, and where it never had any', () => {
    const clusters = named('bread', 'fish');
    expect(
      placedText(
        { primary: 4, reference: 0, placed: 30, fresh: [1] },
        clusters,
        trans
      )
    ).toBe(
      '30 rows were placed on the map; none of its points moved. 9 of them lie far from it, in 1 area that it never had: “fish”.'
    );
  });
});
