import { nullTranslator } from '@jupyterlab/translation';
import {
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  vectorFromArray,
  Table,
  Int64
} from 'apache-arrow';

import { readPoints } from '../../../charts/map';
import { groupsOf } from '../cluster-groups';
import {
  changed,
  clusterVerdict,
  mapFacts,
  NOISE,
  readClusters,
  sortClusters,
  verdictAt,
  windowShares
} from '../facts';
import { leastText } from '../head';
import { cluster, NONE, points } from './points';

const trans = nullTranslator.load('phoenix_lab');

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
          least: { other: { share: 0.21 }, beyond: { share: 0 } },
          verdict: 'drift'
        }
      }
    };
    const facts = mapFacts(result);
    expect(facts.drift && leastText(facts.drift, 'train', trans)).toBe(
      'at least 21.0\u202f% other than in train'
    );
    expect(
      leastText({ leastOther: 0.21, leastBeyond: 0.08 }, 'train', trans)
    ).toBe('at least 8.0\u202f% from where train has next to none');
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
