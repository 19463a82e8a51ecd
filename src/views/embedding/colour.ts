import type { TranslationBundle } from '@jupyterlab/translation';
import type { Vector } from 'apache-arrow';
import { ticks } from 'd3-array';

import { count, measure, span, type TimeKind } from '../../charts/format';
import {
  type IMapPoints,
  N_CATEGORIES,
  N_SEQUENCE,
  SLOT_CATEGORY,
  SLOT_NOISE,
  SLOT_PRIMARY,
  SLOT_REFERENCE,
  SLOT_SEQUENCE,
  SLOT_STRONG
} from '../../charts/map';
import { type ICluster, NOISE } from './facts';
import type { IServed } from './served';

/** An entry of the legend; a click hides or shows its points. */
export interface ILegendEntry {
  readonly key: string;
  readonly label: string;
  readonly slot: number;
  readonly n: number;
}

/** The colour of every point. */
export interface IColouring {
  /** Place in the palette, a point. */
  readonly slots: Uint8Array;
  /** Which legend entry a point belongs to. */
  readonly entry: Uint8Array;
  readonly entries: readonly ILegendEntry[];
  /** Whether the entries are steps of one scale. */
  readonly ordered: boolean;
}

function counted(
  entry: Uint8Array,
  entries: readonly Omit<ILegendEntry, 'n'>[]
): ILegendEntry[] {
  const counts = new Float64Array(entries.length);
  for (const place of entry) {
    counts[place]++;
  }
  return entries.map((item, i) => ({ ...item, n: counts[i] }));
}

/** Colour by set; the sets are legend entries of every colouring, so there are none of its own. */
export function colourBySet(map: IMapPoints): IColouring {
  const slots = map.primary.map(p => (p ? SLOT_PRIMARY : SLOT_REFERENCE));
  return { slots, entry: new Uint8Array(map.n), entries: [], ordered: false };
}

/** The colour of each cluster: that which it had, and the first twelve by rank have one of their own as far as there are any left. */
export function clusterSlots(
  ranked: readonly ICluster[]
): ReadonlyMap<number, number> {
  const groups = ranked.filter(({ cluster }) => cluster !== NOISE);
  const had = new Set(groups.map(({ slot }) => slot));
  const free = Array.from(
    { length: N_CATEGORIES },
    (_, i) => SLOT_CATEGORY + i
  ).filter(slot => !had.has(slot));
  return new Map(
    groups.flatMap(({ cluster, slot }) => {
      const colour = slot ?? free.shift();
      return colour === undefined ? [] : [[cluster, colour] as const];
    })
  );
}

export function colourByCluster(
  map: IMapPoints,
  ranked: readonly ICluster[],
  trans: TranslationBundle
): IColouring {
  const colours = clusterSlots(ranked);
  const entries: Omit<ILegendEntry, 'n'>[] = [];
  const places = new Map<number, number>();
  for (const { cluster, name } of ranked) {
    const slot = colours.get(cluster);
    if (slot !== undefined) {
      places.set(cluster, entries.length);
      entries.push({ key: `cluster:${cluster}`, label: name, slot });
    }
  }
  const others = entries.length;
  entries.push({
    key: 'cluster:others',
    label: trans.__('other clusters, noise'),
    slot: SLOT_NOISE
  });
  const slots = new Uint8Array(map.n);
  const entry = new Uint8Array(map.n);
  for (let i = 0; i < map.n; i++) {
    slots[i] = colours.get(map.cluster[i]) ?? SLOT_NOISE;
    entry[i] = places.get(map.cluster[i]) ?? others;
  }
  return { slots, entry, entries: counted(entry, entries), ordered: false };
}

/** How far the nearest document is, or whether any is near; null for any other key. */
export function colourByServed(
  key: string,
  map: IMapPoints,
  { nearest, alone }: Pick<IServed, 'nearest' | 'alone'>,
  trans: TranslationBundle
): IColouring | null {
  if (key === 'nearest') {
    return colourByNumber(map, i => nearest[i], null, trans);
  }
  if (key !== 'alone') {
    return null;
  }
  const entries = [
    {
      key: 'alone:none',
      label: trans.__('no near document'),
      slot: SLOT_STRONG
    },
    {
      key: 'alone:near',
      label: trans.__('near document'),
      slot: SLOT_CATEGORY + 8
    },
    { key: 'alone:unknown', label: trans.__('unknown'), slot: SLOT_NOISE }
  ];
  const entry = Uint8Array.from(nearest, d => (Number.isNaN(d) ? 2 : 1));
  alone.forEach(i => (entry[i] = 0));
  return {
    slots: entry.map(place => entries[place].slot),
    entry,
    entries: counted(entry, entries).filter((e, i) => i < 2 || e.n > 0),
    ordered: false
  };
}

/** The values of a column, for each point. */
export type Values = (index: number) => unknown;

/** Read the value of each point from the columns of its set. */
export function valuesOf(
  map: IMapPoints,
  primary: Vector | null,
  reference: Vector | null
): Values {
  return index => {
    const vector = map.primary[index] ? primary : reference;
    return vector ? (vector.get(map.row[index]) as unknown) : null;
  };
}

/** Whether the prediction was right. */
export function colourByCorrect(
  map: IMapPoints,
  predicted: Values,
  actual: Values,
  trans: TranslationBundle
): IColouring {
  const entries = [
    { key: 'correct:wrong', label: trans.__('wrong'), slot: SLOT_STRONG },
    { key: 'correct:right', label: trans.__('right'), slot: SLOT_CATEGORY + 8 },
    { key: 'correct:unknown', label: trans.__('unknown'), slot: SLOT_NOISE }
  ];
  const slots = new Uint8Array(map.n);
  const entry = new Uint8Array(map.n);
  for (let i = 0; i < map.n; i++) {
    const p = predicted(i);
    const a = actual(i);
    const known =
      p !== null && p !== undefined && a !== null && a !== undefined;
    entry[i] = known ? (String(p) === String(a) ? 1 : 0) : 2;
    slots[i] = entries[entry[i]].slot;
  }
  return {
    slots,
    entry,
    entries: counted(entry, entries).filter((e, i) => i < 2 || e.n > 0),
    ordered: false
  };
}

/** Colour by the values of a category, the most frequent first. */
export function colourByCategory(
  map: IMapPoints,
  values: Values,
  trans: TranslationBundle
): IColouring {
  const counts = new Map<string, number>();
  const texts: (string | null)[] = new Array<string | null>(map.n);
  for (let i = 0; i < map.n; i++) {
    const value = values(i);
    const text = value === null || value === undefined ? null : String(value);
    texts[i] = text;
    if (text !== null) {
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  const ranked = [...counts].sort(
    (a, b) => b[1] - a[1] || a[0].localeCompare(b[0])
  );
  const entries: Omit<ILegendEntry, 'n'>[] = ranked
    .slice(0, N_CATEGORIES)
    .map(([value], i) => ({
      key: `value:${value}`,
      label: value,
      slot: SLOT_CATEGORY + i
    }));
  const places = new Map(entries.map(({ label }, i) => [label, i]));
  const others = entries.length;
  entries.push({
    key: 'others',
    label: trans._n(
      '%2 other',
      '%2 others',
      Math.max(ranked.length - N_CATEGORIES, 0),
      count(ranked.length - N_CATEGORIES)
    ),
    slot: SLOT_NOISE
  });
  entries.push({
    key: 'missing',
    label: trans.__('missing'),
    slot: SLOT_NOISE
  });
  const slots = new Uint8Array(map.n);
  const entry = new Uint8Array(map.n);
  for (let i = 0; i < map.n; i++) {
    const text = texts[i];
    entry[i] = text === null ? others + 1 : (places.get(text) ?? others);
    slots[i] = entries[entry[i]].slot;
  }
  return {
    slots,
    entry,
    entries: counted(entry, entries).filter((e, i) => i < others || e.n > 0),
    ordered: false
  };
}

/** Colour by a number (or a time in milliseconds): a scale in round steps, and a continuous colour along it. */
export function colourByNumber(
  map: IMapPoints,
  values: (index: number) => number,
  time: TimeKind | null,
  trans: TranslationBundle
): IColouring {
  const numbers = new Float64Array(map.n);
  for (let i = 0; i < map.n; i++) {
    numbers[i] = values(i);
  }
  const sorted = numbers.filter(Number.isFinite).sort();
  const slots = new Uint8Array(map.n).fill(SLOT_NOISE);
  const entry = new Uint8Array(map.n);
  const missing = {
    key: 'missing',
    label: trans.__('missing'),
    slot: SLOT_NOISE
  };
  if (sorted.length === 0) {
    return { slots, entry, entries: counted(entry, [missing]), ordered: false };
  }
  // The ends are left to the last colours, so that one far value doesn't grey all others.
  const at = (q: number): number => sorted[Math.floor(q * (sorted.length - 1))];
  const low = at(0.02);
  const high = Math.max(at(0.98), low);
  const inner =
    high > low ? ticks(low, high, 5).filter(t => t > low && t < high) : [];
  const edges = [sorted[0], ...inner, sorted[sorted.length - 1]];
  // Years are not counted in thousands.
  const years =
    sorted[0] >= 1000 &&
    sorted[sorted.length - 1] <= 3000 &&
    sorted.every(Number.isInteger);
  const write = (from: number, to: number): string =>
    years && !time
      ? `${from} – ${to}`
      : time
        ? span(from, to, time)
        : from === to
          ? measure(from)
          : `${measure(from)} – ${measure(to)}`;
  const entries: Omit<ILegendEntry, 'n'>[] = edges.slice(1).map((edge, i) => {
    const middle = (Math.max(edges[i], low) + Math.min(edge, high)) / 2;
    return {
      key: `step:${i}`,
      label: write(edges[i], edge),
      slot: slotAt(middle, low, high)
    };
  });
  const absent = entries.length;
  entries.push(missing);
  for (let i = 0; i < map.n; i++) {
    const value = numbers[i];
    if (Number.isFinite(value)) {
      slots[i] = slotAt(value, low, high);
      entry[i] = inner.filter(edge => value >= edge).length;
    } else {
      entry[i] = absent;
    }
  }
  return {
    slots,
    entry,
    entries: counted(entry, entries).filter((e, i) => i < absent || e.n > 0),
    ordered: true
  };
}

function slotAt(value: number, low: number, high: number): number {
  const t = high > low ? (value - low) / (high - low) : 0.5;
  const step = Math.round(Math.min(Math.max(t, 0), 1) * (N_SEQUENCE - 1));
  return SLOT_SEQUENCE + step;
}
