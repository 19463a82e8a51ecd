import { numbers, strings } from '../../api/arrow';
import { finite } from '../../charts/format';
import type { IMapPoints } from '../../charts/map';
import type { IResult } from '../../tokens';
import { judge } from '../overview/arrange';
import type { Verdict } from '../parts';

/** Id of the rows that are in no cluster. */
export const NOISE = -1;

/** A share of a set with its interval. */
export interface IShare {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** One cluster, as the list shows it. */
export interface ICluster {
  readonly cluster: number;
  readonly name: string;
  /** What it is called without the name that a person gave it; absent where nobody did. */
  readonly found?: string;
  /** The colour that it had on the map before; absent where it had none. */
  readonly slot?: number;
  readonly terms: readonly string[];
  readonly n: number;
  readonly nPrimary: number;
  readonly nReference: number;
  /** Documents of the corpus on the map; null without one. */
  readonly nCorpus: number | null;
  readonly primary: IShare;
  readonly reference: IShare;
  readonly difference: IShare;
  readonly pAdjusted: number | null;
  readonly accuracy: number | null;
  readonly x: number | null;
  readonly y: number | null;
  readonly prototypes: readonly number[];
  /** Share of the nearest rows of its rows that are in it, too; null for noise. */
  readonly within: number | null;
  /** How alike the clusters found in parts of the rows are, where that was asked. */
  readonly stability: number | null;
}

/** The cluster of a point; null where it is in none. */
export function clusterAt(
  clusters: readonly ICluster[],
  map: IMapPoints,
  index: number
): ICluster | null {
  const id = map.cluster[index];
  return (
    (id !== NOISE && clusters.find(({ cluster }) => cluster === id)) || null
  );
}

/** What a map says about the whole. */
export interface IMapFacts {
  readonly nRows: number;
  readonly nFitted: number;
  readonly sampled: boolean;
  /** How many rows were placed on the map that it is not of, and the clusters of those that lie far from it; null of a map of all rows. */
  readonly anchor: {
    /** Rows of each set that the map is of. */
    readonly primary: number;
    readonly reference: number;
    readonly placed: number;
    readonly fresh: readonly number[];
  } | null;
  readonly nNeighbors: number | null;
  readonly minDist: number | null;
  readonly minClusterSize: number | null;
  readonly seed: number;
  readonly dimension: number | null;
  readonly noiseShare: number | null;
  readonly skipped: {
    readonly missing: number;
    readonly nonfinite: number;
    readonly zero: number;
  };
  /** Mean share of a row's nearest rows that are near it on the map, too. */
  readonly kept: number | null;
  readonly keptByChance: number | null;
  readonly trust: IShare & { readonly n: number };
  readonly drift: IDrift | null;
  readonly unit: { readonly column: string } | null;
  readonly adjusted: string | null;
  readonly rawData: string | null;
}

export interface IDrift {
  readonly auc: number | null;
  readonly statistic: string;
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly pValue: number | null;
  /** That p, corrected for the windows that theirs was picked from. */
  readonly pAdjusted: number | null;
  /** How many those are; null where none was picked. */
  readonly windows: number | null;
  /** The share of the primary rows, at the least, that are not as the reference would have them; null where nothing is sure. */
  readonly leastOther: number | null;
  /** The same of those that come from where the reference has next to none. */
  readonly leastBeyond: number | null;
  readonly verdict: Verdict | null;
  readonly reason: string | null;
}

type Bag = Readonly<Record<string, unknown>>;

function bag(value: unknown): Bag {
  return typeof value === 'object' && value !== null ? (value as Bag) : {};
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? finite(value) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Read the facts of a map. */
export function mapFacts(result: IResult): IMapFacts {
  const meta = result.meta;
  const skipped = bag(meta.skipped);
  const unit = bag(meta.unit);
  const trust = bag(meta.trustworthiness);
  const nRows = number(meta.n_rows) ?? result.table.numRows;
  return {
    nRows,
    nFitted: number(meta.n_fitted) ?? nRows,
    sampled: meta.sampled === true,
    anchor: meta.anchor
      ? {
          primary: number(bag(meta.anchor).primary) ?? 0,
          reference: number(bag(meta.anchor).reference) ?? 0,
          placed: number(bag(meta.anchor).placed) ?? 0,
          fresh: (bag(meta.anchor).new ?? []) as number[]
        }
      : null,
    nNeighbors: number(meta.n_neighbors),
    minDist: number(meta.min_dist),
    minClusterSize: number(meta.min_cluster_size),
    seed: number(meta.seed) ?? 0,
    dimension: number(meta.dimension),
    noiseShare: number(meta.noise_share),
    skipped: {
      missing: number(skipped.missing) ?? 0,
      nonfinite: number(skipped.nonfinite) ?? 0,
      zero: number(skipped.zero) ?? 0
    },
    kept: number(meta.kept),
    keptByChance: number(meta.kept_by_chance),
    trust: {
      value: number(trust.value),
      lower: number(trust.lower),
      upper: number(trust.upper),
      n: number(trust.n) ?? 0
    },
    drift: meta.drift ? readDrift(bag(meta.drift)) : null,
    unit: typeof unit.column === 'string' ? { column: unit.column } : null,
    adjusted: text(meta.adjusted),
    rawData: text(meta.raw_data)
  };
}

function readDrift(drift: Bag): IDrift {
  return {
    auc: number(drift.auc),
    statistic: text(drift.statistic) ?? 'psi',
    estimate: number(drift.estimate),
    lower: number(drift.lower),
    upper: number(drift.upper),
    pValue: number(drift.p_value),
    pAdjusted: number(drift.p_adjusted),
    windows: number(bag(drift.picked).windows),
    leastOther: number(bag(bag(drift.least).other).share) || null,
    leastBeyond: number(bag(bag(drift.least).beyond).share) || null,
    verdict: text(drift.verdict) as Verdict | null,
    reason: text(drift.reason)
  };
}

/** The verdict at a limit; what the server said when it had no interval. */
export function verdictAt(drift: IDrift, limit: number): Verdict | null {
  const { lower, upper, pAdjusted } = drift;
  if (drift.verdict === 'untested' || lower === null || upper === null) {
    return drift.verdict;
  }
  return judge(
    {
      verdict: drift.verdict ?? 'undecided',
      estimate: drift.estimate ?? lower,
      lower,
      upper,
      pAdjusted
    },
    limit,
    ALPHA
  );
}

/** Read the clusters of a map, noise last. */
export function readClusters(result: IResult): ICluster[] {
  const table = result.parts.get('clusters');
  if (!table) {
    return [];
  }
  const ids = numbers(table, 'cluster');
  const names = strings(table, 'name');
  const column = (name: string): ((i: number) => number | null) => {
    const values = numbers(table, name);
    return i => finite(values[i]);
  };
  const share = (name: string): ((i: number) => IShare) => {
    const value = column(name);
    const lower = column(`${name}_lower`);
    const upper = column(`${name}_upper`);
    return i => ({ value: value(i), lower: lower(i), upper: upper(i) });
  };
  const lists = (name: string): ((i: number) => unknown[]) => {
    const values = table.getChild(name);
    return i => {
      const value: unknown = values?.get(i);
      return value === null || value === undefined
        ? []
        : Array.from(value as Iterable<unknown>);
    };
  };
  const n = column('n');
  const nPrimary = column('n_primary');
  const nReference = column('n_reference');
  const nCorpus = column('n_corpus');
  const primary = share('share_primary');
  const reference = share('share_reference');
  const difference = share('difference');
  const pAdjusted = column('p_adjusted');
  const accuracy = column('accuracy');
  const x = column('x');
  const y = column('y');
  const within = column('within');
  const stability = column('stability');
  const terms = lists('terms');
  const prototypes = lists('prototypes');
  return ids.map((id, i) => ({
    cluster: id ?? NOISE,
    name: names[i] ?? '',
    terms: terms(i).map(String),
    n: n(i) ?? 0,
    nPrimary: nPrimary(i) ?? 0,
    nReference: nReference(i) ?? 0,
    nCorpus: nCorpus(i),
    primary: primary(i),
    reference: reference(i),
    difference: difference(i),
    pAdjusted: pAdjusted(i),
    accuracy: accuracy(i),
    x: x(i),
    y: y(i),
    prototypes: prototypes(i).map(Number),
    within: within(i),
    stability: stability(i)
  }));
}

/** Below this share of neighbours in the same cluster, one is found again in other rows less than half of the time. */
const LOOSE = 0.4;
/** Below this a cluster counts as dissolved (Hennig 2007). */
const DISSOLVED = 0.5;

/** Whether a cluster is hardly one in the vectors: by its stability where that is known, else by the neighbours of its rows. */
export function doubtful({ cluster, stability, within }: ICluster): boolean {
  return (
    cluster !== NOISE &&
    (stability !== null
      ? stability < DISSOLVED
      : within !== null && within < LOOSE)
  );
}

/** Adjusted p below which a cluster counts as changed. */
export const ALPHA = 0.05;

export function changed({ cluster, pAdjusted }: ICluster): boolean {
  return cluster !== NOISE && pAdjusted !== null && pAdjusted < ALPHA;
}

/** A change of the share by this much matters. */
export const CLUSTER_LIMIT = 0.01;

/** What is known of a cluster's change, in the words of the other views. */
export function clusterVerdict(
  cluster: ICluster
): 'changed' | 'moved' | 'none' | 'undecided' {
  const { lower, upper } = cluster.difference;
  if (lower === null || upper === null) {
    return 'undecided';
  }
  if (-CLUSTER_LIMIT < lower && upper < CLUSTER_LIMIT) {
    return 'none';
  }
  const beyond = lower > CLUSTER_LIMIT || upper < -CLUSTER_LIMIT;
  return !changed(cluster) ? 'undecided' : beyond ? 'changed' : 'moved';
}

/**
 * The clusters with the shares of a window, as counted here; intervals and tests are the server's.
 */
export function windowShares(
  clusters: readonly ICluster[],
  map: IMapPoints,
  inWindow: Uint8Array
): ICluster[] {
  const counts = new Map<number, number>();
  let total = 0;
  for (let i = 0; i < map.n; i++) {
    if (inWindow[i]) {
      const cluster = map.cluster[i];
      counts.set(cluster, (counts.get(cluster) ?? 0) + 1);
      total++;
    }
  }
  const only = (value: number | null): IShare => ({
    value,
    lower: null,
    upper: null
  });
  return clusters.map(c => {
    const nPrimary = counts.get(c.cluster) ?? 0;
    const value = total > 0 ? nPrimary / total : null;
    return {
      ...c,
      n: nPrimary + c.nReference,
      nPrimary,
      primary: only(value),
      difference: only(
        value === null || c.reference.value === null
          ? null
          : value - c.reference.value
      ),
      pAdjusted: null,
      accuracy: null
    };
  });
}

/** How the list of clusters is sorted. */
export type ClusterSort = 'change' | 'size' | 'name' | 'accuracy' | 'stability';

/** The clusters in order, noise last whatever the order. */
export function sortClusters(
  clusters: readonly ICluster[],
  sort: ClusterSort
): ICluster[] {
  const size = (c: ICluster): number => Math.abs(c.difference.value ?? 0);
  const compare: Record<ClusterSort, (a: ICluster, b: ICluster) => number> = {
    change: (a, b) =>
      Number(changed(b)) - Number(changed(a)) || size(b) - size(a) || b.n - a.n,
    size: (a, b) => b.n - a.n,
    name: (a, b) => a.name.localeCompare(b.name),
    stability: (a, b) =>
      (a.stability ?? Infinity) - (b.stability ?? Infinity) || b.n - a.n,
    accuracy: (a, b) =>
      (a.accuracy ?? Infinity) - (b.accuracy ?? Infinity) || b.n - a.n
  };
  return [...clusters].sort(
    (a, b) =>
      Number(a.cluster === NOISE) - Number(b.cluster === NOISE) ||
      compare[sort](a, b) ||
      a.cluster - b.cluster
  );
}
