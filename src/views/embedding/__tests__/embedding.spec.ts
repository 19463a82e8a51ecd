import { nullTranslator } from '@jupyterlab/translation';
import {
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  vectorFromArray,
  TimestampMillisecond,
  Table,
  DateDay,
  Int64
} from 'apache-arrow';

import {
  coreOf,
  extent,
  type IMapPoints,
  readPoints
} from '../../../charts/map';
import type { IInspection } from '../../../tokens';
import { stepped } from '../brush';
import { colourByCategory, colourByCluster, colourByNumber } from '../colour';
import { groupsOf } from '../cluster-groups';
import {
  changed,
  clusterVerdict,
  type ICluster,
  mapFacts,
  NOISE,
  readClusters,
  sortClusters,
  verdictAt,
  windowShares
} from '../facts';
import {
  combine,
  pickAgain,
  pickOf,
  pickOfClusters,
  rowsOf,
  toSelection
} from '../picked';
import { inverse, nextCluster } from '../picking';
import { finder, mark } from '../search';
import { isoOf, times } from '../series';
import { areaOf, areaText, type IArea } from '../area';
import { sharesOf } from '../shares';
import { history, type IPicked, START } from '../state';
import { readTimes } from '../times';

const trans = nullTranslator.load('phoenix_lab');

function points(primary: number[], cluster: number[]): IMapPoints {
  const n = primary.length;
  const x = Float32Array.from({ length: n }, (_, i) => i);
  const y = new Float32Array(n);
  const seen = [0, 0];
  return {
    n,
    nPrimary: primary.reduce((a, b) => a + b, 0),
    x,
    y,
    row: Int32Array.from(primary, p => seen[p]++),
    primary: Uint8Array.from(primary),
    cluster: Int32Array.from(cluster),
    documents: null,
    kept: new Float32Array(n).fill(NaN),
    within: new Float32Array(n).fill(NaN),
    extent: extent(x, y),
    core: coreOf(x, y)
  };
}

const NONE = { value: null, lower: null, upper: null };

function cluster(id: number, change: Partial<ICluster> = {}): ICluster {
  return {
    cluster: id,
    name: `c${id}`,
    terms: [`c${id}`],
    n: 10,
    nPrimary: 5,
    nReference: 5,
    nCorpus: null,
    primary: NONE,
    reference: NONE,
    difference: NONE,
    pAdjusted: null,
    accuracy: null,
    x: 0,
    y: 0,
    prototypes: [],
    within: null,
    stability: null,
    ...change
  };
}

describe('reading a map', () => {
  it('takes points as they come over the wire', () => {
    const sent = tableFromIPC(
      tableToIPC(
        new Table({
          row: vectorFromArray([0n, 1n, 0n], new Int64()),
          set: vectorFromArray(['reference', 'reference', 'primary']),
          x: vectorFromArray(Float32Array.of(1, 2, 3)),
          y: vectorFromArray(Float32Array.of(4, 5, 6)),
          cluster: vectorFromArray(Int32Array.of(-1, 0, 0))
        })
      )
    );
    const map = readPoints(sent);
    expect(map.n).toBe(3);
    expect(map.nPrimary).toBe(1);
    expect(Array.from(map.row)).toEqual([0, 1, 0]);
    expect(Array.from(map.primary)).toEqual([0, 0, 1]);
    expect(Array.from(map.y)).toEqual([4, 5, 6]);
    expect(Array.from(map.cluster)).toEqual([-1, 0, 0]);
  });

  it('takes facts and clusters, with what is missing as null', () => {
    const result = {
      table: tableFromArrays({ row: Int32Array.of(0) }),
      parts: new Map([
        [
          'clusters',
          tableFromArrays({
            cluster: Int32Array.of(0, -1),
            name: ['a · b', ''],
            n: Int32Array.of(3, 1)
          })
        ]
      ]),
      meta: {
        n_rows: 4,
        drift: {
          auc: 0.8,
          statistic: 'psi',
          estimate: 1,
          lower: 0.5,
          upper: 2,
          p_value: 0.01,
          p_adjusted: 0.01,
          verdict: 'drift'
        }
      }
    };
    const facts = mapFacts(result);
    expect(facts.nRows).toBe(4);
    expect(facts.drift?.auc).toBe(0.8);
    expect(facts.drift && verdictAt(facts.drift, 0.1)).toBe('drift');
    expect(facts.drift && verdictAt(facts.drift, 1)).toBe('moved');
    expect(
      facts.drift && verdictAt({ ...facts.drift, pAdjusted: 0.3 }, 0.1)
    ).toBe('undecided');
    expect(facts.drift && verdictAt(facts.drift, 3)).toBe('none');
    const [first, noise] = readClusters(result);
    expect(first).toMatchObject({
      cluster: 0,
      name: 'a · b',
      n: 3,
      pAdjusted: null
    });
    expect(noise.cluster).toBe(NOISE);
  });
});

describe('the list of clusters', () => {
  const large = cluster(0, {
    n: 90,
    difference: { ...NONE, value: 0.01 },
    pAdjusted: 0.9
  });
  const down = cluster(1, {
    difference: { ...NONE, value: -0.2 },
    pAdjusted: 0.01,
    accuracy: 0.9
  });
  const up = cluster(2, {
    difference: { ...NONE, value: 0.1 },
    pAdjusted: 0.001,
    accuracy: 0.2
  });
  const noise = cluster(NOISE, {
    n: 500,
    difference: { ...NONE, value: 0.5 },
    pAdjusted: 0.001
  });
  const ids = (sort: 'change' | 'size' | 'accuracy' | 'name'): number[] =>
    sortClusters([noise, large, down, up], sort).map(c => c.cluster);

  it('has the shown changes first and noise last', () => {
    expect(ids('change')).toEqual([1, 2, 0, NOISE]);
    expect(ids('size')).toEqual([0, 1, 2, NOISE]);
    expect(ids('accuracy')).toEqual([2, 1, 0, NOISE]);
    expect(changed(noise)).toBe(false);
  });

  it('is told in the words of the other views', () => {
    const told = (lower: number, upper: number, pAdjusted: number) =>
      clusterVerdict(
        cluster(3, { difference: { value: 0, lower, upper }, pAdjusted })
      );
    expect(told(0.02, 0.05, 0.01)).toBe('changed');
    expect(told(0.002, 0.05, 0.01)).toBe('moved');
    expect(told(0.02, 0.05, 0.2)).toBe('undecided');
    expect(told(-0.02, 0.05, 0.5)).toBe('undecided');
    expect(told(0.001, 0.009, 0.01)).toBe('none');
    const groups = groupsOf([up, large, noise], false, false, trans);
    expect(groups.map(({ label }) => label)).toEqual([
      'Not enough data',
      'In no cluster'
    ]);
  });

  it('counts the shares of a window', () => {
    const map = points([0, 0, 1, 1, 1, 1], [0, 1, 0, 0, 1, NOISE]);
    const base = [
      cluster(0, { nReference: 1, reference: { ...NONE, value: 0.5 } }),
      cluster(1, { nReference: 1, reference: { ...NONE, value: 0.5 } })
    ];
    const [a, b] = windowShares(base, map, Uint8Array.of(0, 0, 1, 1, 0, 1));
    expect(a.primary.value).toBeCloseTo(2 / 3);
    expect(a.difference.value).toBeCloseTo(1 / 6);
    expect(a.n).toBe(3);
    expect(b.nPrimary).toBe(0);
    expect(b.primary.value).toBe(0);
    expect(
      windowShares(base, map, new Uint8Array(6))[0].primary.value
    ).toBeNull();
  });
});

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

describe('undo', () => {
  it('forgets with another pick that one set alone was wanted', () => {
    const start = { now: START, past: [], gesture: null };
    const only = history(start, { type: 'set', change: { only: 'primary' } });
    expect(only.now.only).toBe('primary');
    const next = history(only, {
      type: 'set',
      change: { picked: { indices: Int32Array.of(1), how: { kind: 'rows' } } }
    });
    expect(next.now.only).toBeNull();
    expect(history(next, { type: 'undo' }).now.only).toBe('primary');
  });

  it('walks back each change, and those of one gesture at once', () => {
    const pick = (i: number): IPicked => ({
      indices: Int32Array.of(i),
      how: { kind: 'rows' }
    });
    let state = { now: START, past: [], gesture: null } as Parameters<
      typeof history
    >[0];
    state = history(state, { type: 'set', change: { picked: pick(1) } });
    state = history(state, {
      type: 'set',
      change: { picked: pick(2) },
      gesture: 'g'
    });
    state = history(state, {
      type: 'set',
      change: { picked: pick(3) },
      gesture: 'g'
    });
    expect(state.now.picked?.indices[0]).toBe(3);
    state = history(state, { type: 'undo' });
    expect(state.now.picked?.indices[0]).toBe(1);
    state = history(state, { type: 'undo' });
    expect(state.now).toBe(START);
    expect(history(state, { type: 'undo' })).toBe(state);
  });
});

describe('texts', () => {
  it('are found and marked', () => {
    expect(finder(' Border ')('the BORDERS')).toBe(true);
    const pieces = mark(
      'Iraqi forces left Iraq, not the Iranian (war)',
      ['iraq', 'war'],
      ''
    );
    expect(pieces.filter(p => p.marked).map(p => p.text)).toEqual([
      'Iraqi',
      'Iraq',
      'war'
    ]);
    expect(pieces.map(p => p.text).join('')).toBe(
      'Iraqi forces left Iraq, not the Iranian (war)'
    );
  });

  it('begin near the first mark', () => {
    const [first] = mark(`${'word '.repeat(80)}target here`, [], 'target');
    expect(first.text.startsWith('… ')).toBe(true);
    expect(first.text.length).toBeLessThan(70);
  });

  it('take what is searched literally', () => {
    expect(mark('a.b axb', [], 'a.b').filter(p => p.marked)).toHaveLength(1);
    expect(mark('x', [], '(')).toEqual([{ text: 'x', marked: false }]);
  });
});

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

describe('times', () => {
  const read = (
    values: Parameters<typeof vectorFromArray>[0],
    type?: TimestampMillisecond | DateDay
  ): number[] =>
    Array.from(
      readTimes(
        new Table({
          t: type
            ? vectorFromArray(values as number[], type)
            : vectorFromArray(values as number[])
        }),
        't'
      )
    );
  const noon = Date.UTC(2002, 4, 6, 12);

  it('are read from years, epochs, timestamps, dates and texts alike', () => {
    expect(read([2001, 2002])).toEqual([
      Date.UTC(2001, 0, 1),
      Date.UTC(2002, 0, 1)
    ]);
    expect(read([noon / 1000])).toEqual([noon]);
    expect(read([noon])).toEqual([noon]);
    expect(read([noon * 1000])).toEqual([noon]);
    expect(read([noon], new TimestampMillisecond())).toEqual([noon]);
    expect(read([Date.UTC(2002, 4, 6)], new DateDay())).toEqual([
      Date.UTC(2002, 4, 6)
    ]);
    expect(read(['2002-05-06T12:00:00'])).toEqual([noon]);
    expect(read(['2002-05-06 12:00', null])).toEqual([noon, NaN]);
  });

  it('are written as the recipes take them', () => {
    expect(isoOf(Date.UTC(2002, 0, 1), null)).toBe('2002-01-01');
    expect(isoOf(noon, null)).toBe('2002-05-06T12:00:00');
    expect(isoOf(noon, 'UTC')).toBe('2002-05-06T12:00:00Z');
    expect(times('1y', 3)).toBe('3y');
    expect(times('?', 3)).toBeNull();
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

describe('an area that was drawn', () => {
  // of the primary set 3 of 4 rows, of the reference 1 of 6
  const map = points([1, 1, 1, 1, 0, 0, 0, 0, 0, 0], Array(10).fill(0));
  const chosen = Uint8Array.of(1, 1, 1, 0, 1, 0, 0, 0, 0, 0);
  const wide = (area: IArea | null) =>
    (area?.difference.upper ?? 0) - (area?.difference.lower ?? 0);

  it('has its share of each set and their difference, with intervals and the reason why no p', () => {
    const area = areaOf(map, chosen, null, null);
    expect(area?.primary.value).toBe(0.75);
    expect(area?.reference.value).toBeCloseTo(1 / 6);
    expect(area?.difference.value).toBeCloseTo(0.75 - 1 / 6);
    const names = { primary: 'prod', reference: 'train' };
    const text = area && areaText(area, names, trans).replace(/\s/g, ' ');
    expect(text).toMatch(/^75\.0 % of prod \[.+\], 16\.7 % of train \[/);
    expect(text).toMatch(/: \+58\.3 pts \[.+\], 90 % intervals\./);
    expect(text).toContain('No p: the area was chosen by looking');
  });

  it('counts what the window leaves, and is less sure where rows belong together', () => {
    const among = Uint8Array.of(1, 0, 0, 1, 1, 1, 1, 1, 1, 1);
    expect(areaOf(map, chosen, among, null)?.primary.value).toBe(0.5);
    const alike = (i: number) =>
      ['a', 'a', 'a', 'b', 'c', 'c', 'd', 'd', 'e', 'e'][i];
    expect(wide(areaOf(map, chosen, null, alike))).toBeGreaterThan(
      wide(areaOf(map, chosen, null, null))
    );
    expect(areaOf(map, chosen, new Uint8Array(10), null)).toBeNull();
  });
});
