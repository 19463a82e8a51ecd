import * as React from 'react';

import {
  groundOf,
  type IGround,
  type IMapLabel,
  type IMapPoints,
  outlineOf,
  type Polygon,
  Shape,
  SLOT_CORPUS,
  STYLE_BYTES,
  Weight
} from '../../charts/map';
import type { IColouring } from './colour';
import { changed, type ICluster, NOISE } from './facts';
import { clusterOf } from './picking';
import type { IPicked } from './state';

/** Which points are shown: 1 for those of the window, if any, that no legend entry hides. */
export function useVisible(
  map: IMapPoints,
  colouring: IColouring | null,
  hidden: ReadonlySet<string>,
  inside: Uint8Array | null
): Uint8Array {
  return React.useMemo(() => {
    const entries = colouring?.entries ?? [];
    return Uint8Array.from(map.primary, (primary, i) => {
      const entry = entries[colouring?.entry[i] ?? 0];
      const shown =
        (!inside || !primary || inside[i] === 1) &&
        !hidden.has(primary ? 'set:primary' : 'set:reference') &&
        !(entry && hidden.has(entry.key));
      return shown ? 1 : 0;
    });
  }, [map, colouring, hidden, inside]);
}

export interface IDrawing {
  /** Look of each point, `STYLE_BYTES` each. */
  readonly style: Uint8Array;
  readonly ground: IGround | null;
  readonly selected: readonly Polygon[];
  readonly hovered: readonly Polygon[];
}

/** What the map draws of the points, of what was picked and of the cluster that is pointed at. */
export function useDrawing(
  map: IMapPoints,
  look: {
    readonly colouring: IColouring | null;
    readonly visible: Uint8Array;
    readonly inside: Uint8Array | null;
    readonly picked: IPicked | null;
    /** Whether the ground compares the sets. */
    readonly comparing: boolean;
    readonly hoveredCluster: number | null;
    /** Whether the documents of a corpus are shown. */
    readonly hasDocuments: boolean;
  }
): IDrawing {
  const { colouring, visible, inside, picked, comparing, hasDocuments } = look;
  const style = React.useMemo(
    () => styleOf(map, colouring, visible, inside, picked, hasDocuments),
    [map, colouring, visible, inside, picked, hasDocuments]
  );
  const ground = React.useMemo(
    () => groundOf(map, i => visible[i] === 1, comparing),
    [map, visible, comparing]
  );
  const outlines = React.useMemo(() => outliner(map), [map]);
  const selected = React.useMemo((): readonly Polygon[] => {
    const cluster = clusterOf(picked);
    if (cluster !== null) {
      return outlines(cluster);
    }
    return picked?.how.kind === 'lasso' ? [picked.how.polygon] : [];
  }, [picked, outlines]);
  const { hoveredCluster } = look;
  const hovered = React.useMemo(
    () => (hoveredCluster === null ? [] : outlines(hoveredCluster)),
    [hoveredCluster, outlines]
  );
  return { style, ground, selected, hovered };
}

function styleOf(
  map: IMapPoints,
  colouring: IColouring | null,
  visible: Uint8Array,
  inside: Uint8Array | null,
  picked: IPicked | null,
  hasDocuments: boolean
): Uint8Array {
  const below = map.documents?.n ?? 0;
  const bytes = new Uint8Array(STYLE_BYTES * (map.n + below));
  const rest = picked ? Weight.Dim : Weight.Full;
  for (let i = 0; i < map.n; i++) {
    const at = STYLE_BYTES * i;
    bytes[at] = colouring?.slots[i] ?? 0;
    bytes[at + 1] = map.primary[i]
      ? inside
        ? Shape.Large
        : Shape.Disc
      : Shape.Ring;
    bytes[at + 2] = visible[i]
      ? inside && !map.primary[i]
        ? Weight.Dim
        : rest
      : Weight.Hidden;
  }
  for (let at = STYLE_BYTES * map.n; at < bytes.length; at += STYLE_BYTES) {
    bytes.set(
      [SLOT_CORPUS, Shape.Triangle, hasDocuments ? rest : Weight.Hidden],
      at
    );
  }
  // An area has an outline of its own; points that lie anywhere have one each.
  const scattered =
    picked?.how.kind === 'search' ||
    picked?.how.kind === 'neighbors' ||
    picked?.how.kind === 'carriers' ||
    picked?.how.kind === 'rows';
  for (const i of picked?.indices ?? []) {
    if (visible[i]) {
      bytes[STYLE_BYTES * i + 2] = scattered ? Weight.Outlined : Weight.Full;
    }
  }
  return bytes;
}

/** The outlines of clusters, each found when it is first asked for. */
function outliner(map: IMapPoints): (cluster: number) => readonly Polygon[] {
  const known = new Map<number, readonly Polygon[]>();
  return cluster => {
    let outline = known.get(cluster);
    if (!outline) {
      outline =
        cluster === NOISE
          ? []
          : outlineOf(map, i => map.cluster[i] === cluster);
      known.set(cluster, outline);
    }
    return outline;
  };
}

/** Names of clusters for the map: those that are picked first, then changed ones, both bold, then by size. */
export function namesOn(
  clusters: readonly ICluster[],
  picked: readonly number[]
): IMapLabel[] {
  const weight = (c: ICluster): number =>
    2 * Number(picked.includes(c.cluster)) + Number(changed(c));
  return clusters
    .filter(c => c.cluster !== NOISE && c.x !== null && c.y !== null)
    .sort((a, b) => weight(b) - weight(a) || b.n - a.n)
    .map(c => {
      const isGiven = c.found !== undefined || c.terms.length === 0;
      const terms = isGiven ? [c.name] : c.terms;
      return {
        id: c.cluster,
        forms: [terms.slice(0, 2).join(' · '), terms[0]],
        x: c.x as number,
        y: c.y as number,
        strong: weight(c) > 0,
        pinned: picked.includes(c.cluster)
      };
    });
}
