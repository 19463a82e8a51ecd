import { nullTranslator } from '@jupyterlab/translation';

import { colourByCategory, colourByCluster, colourByNumber } from '../colour';
import { NOISE } from '../facts';
import { cluster, points } from './points';

const trans = nullTranslator.load('phoenix_lab');

describe('colours', () => {
  const map = points([0, 0, 1, 1, 1], [0, 1, 0, 1, NOISE]);

  it('go to the most frequent values', () => {
    const values = ['b', 'a', 'b', null, 'b'];
    const { entries, entry, slots } = colourByCategory(
      map,
      i => values[i],
      trans
    );
    expect(entries.map(e => [e.label, e.n])).toEqual([
      ['b', 3],
      ['a', 1],
      ['missing', 1]
    ]);
    expect(slots[0]).toBe(slots[2]);
    expect(slots[0]).not.toBe(slots[1]);
    expect(entry[0]).toBe(0);
  });

  it('go to clusters by rank', () => {
    const { slots } = colourByCluster(
      map,
      [cluster(1), cluster(0), cluster(NOISE)],
      trans
    );
    expect(slots[1]).toBeLessThan(slots[0]);
    expect(slots[4]).not.toBe(slots[0]);
  });

  it('follow numbers, and leave what is none grey', () => {
    const values = [0, 50, 100, NaN, 25];
    const { slots, entries } = colourByNumber(map, i => values[i], null, trans);
    expect(slots[0]).toBeLessThan(slots[4]);
    expect(slots[4]).toBeLessThan(slots[1]);
    expect(entries.reduce((sum, e) => sum + e.n, 0)).toBe(5);
    expect(entries[entries.length - 1]).toMatchObject({ key: 'missing', n: 1 });
  });

  it('write years as years', () => {
    const years = [1961, 1990, 2000, 2010, 2021];
    const { entries } = colourByNumber(map, i => years[i], null, trans);
    expect(entries[0].label).toMatch(/^1961 – \d{4}$/);
  });
});
