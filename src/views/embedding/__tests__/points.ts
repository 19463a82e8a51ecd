import { coreOf, extent, type IMapPoints } from '../../../charts/map';
import type { ICluster } from '../facts';

/** Points in a row, each of a set and a cluster. */
export function points(primary: number[], cluster: number[]): IMapPoints {
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

/** A share that nobody knows. */
export const NONE = { value: null, lower: null, upper: null };

/** A cluster of whom nothing is known but its size. */
export function cluster(id: number, change: Partial<ICluster> = {}): ICluster {
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
