import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { EmbeddingMap } from '../../api/contract';
import type { IMapPoints } from '../../charts/map';
import {
  givenName,
  movedTo,
  nameOfCluster,
  placeNames
} from '../../model/cluster-names';
import type { IInspection, SetName } from '../../tokens';
import { type IAnchor, TextPopup } from '../parts';
import type { ICluster } from './facts';
import { pointsOf } from './follow';
import { indicesOf, rowsOf } from './picked';

/** The longest name of a cluster. */
const LONGEST = 80;

export interface INamed {
  readonly clusters: readonly ICluster[];
  /** Give a cluster a name; null takes it back. */
  readonly rename: (cluster: number, name: string | null) => void;
}

/** The clusters under the names that a person gave them, wherever these are now. */
export function useNamed(
  inspection: IInspection,
  embedding: string,
  /** The map of all rows. */
  whole: EmbeddingMap,
  map: IMapPoints | null,
  clusters: readonly ICluster[]
): INamed {
  const all = inspection.clusterNames;
  const key = JSON.stringify(whole);
  const isWhole = inspection.where.length === 0;
  const names = React.useMemo(
    () => all.filter(({ view }) => view === embedding),
    [all, embedding]
  );
  const places = React.useMemo(
    () => placeNames(names, map && names.length > 0 ? finder(map) : nowhere),
    [names, map]
  );
  React.useEffect(() => {
    const recipe = JSON.parse(key) as EmbeddingMap;
    const isMoved = [...places].some(
      ([cluster, i]) =>
        givenName(inspection, recipe, cluster) !== names[i].label
    );
    if (isMoved && isWhole) {
      const at = new Map([...places].map(([cluster, i]) => [i, cluster]));
      inspection.nameClusters(
        embedding,
        names.map((name, i) => {
          const cluster = at.get(i);
          return cluster === undefined ? name : movedTo(name, recipe, cluster);
        })
      );
    }
  }, [inspection, embedding, key, isWhole, names, places]);

  const named = React.useMemo(() => {
    const recipe = JSON.parse(key) as EmbeddingMap;
    return clusters.map(cluster => {
      const place = places.get(cluster.cluster);
      const name =
        place === undefined
          ? givenName(inspection, recipe, cluster.cluster)
          : names[place].label;
      return name === null
        ? cluster
        : { ...cluster, name, found: cluster.name };
    });
  }, [inspection, key, clusters, places, names]);
  const rename = React.useCallback(
    (cluster: number, name: string | null) => {
      if (!map) {
        return;
      }
      const before = places.get(cluster);
      const recipe = JSON.parse(key) as EmbeddingMap;
      const others = names.filter((_, i) => i !== before);
      const members = indicesOf(map.n, i => map.cluster[i] === cluster);
      const rows = { primary: [] as number[], reference: [] as number[] };
      rowsOf(map, members).forEach(part => rows[part.set].push(...part.rows));
      inspection.nameClusters(
        embedding,
        name === null
          ? others
          : [...others, nameOfCluster(embedding, recipe, cluster, name, rows)]
      );
    },
    [inspection, embedding, key, map, names, places]
  );
  return { clusters: named, rename };
}

function nowhere(): undefined {
  return undefined;
}

/** The cluster of each row of a map. */
function finder(
  map: IMapPoints
): (set: SetName, row: number) => number | undefined {
  const at = pointsOf(map);
  return (set, row) => {
    const point = at(set, row);
    return point === undefined ? undefined : map.cluster[point];
  };
}

export interface IRenameProps {
  anchor: IAnchor;
  cluster: ICluster;
  onName: (name: string | null) => void;
  onClose: () => void;
  trans: TranslationBundle;
}

/** Asks what a cluster is to be called. */
export function RenamePopup({
  cluster: { name, found },
  onName,
  onClose,
  anchor,
  trans
}: IRenameProps): React.ReactElement {
  return (
    <TextPopup
      anchor={anchor}
      name={name}
      label={trans.__('Rename cluster')}
      field={
        found === undefined
          ? trans.__('Name of the cluster')
          : trans.__('Name of the cluster, found as %1', found)
      }
      action={trans.__('Rename')}
      read={text => text.replace(/\s+/g, ' ').trim()}
      isGood={text => text !== '' && text.length <= LONGEST}
      problem={trans.__('One to %1 characters.', LONGEST)}
      onName={text => onName(text === (found ?? name) ? null : text)}
      onClose={onClose}
    >
      {found !== undefined && (
        <button
          type="button"
          className="px-button px-mod-quiet"
          onClick={() => {
            onName(null);
            onClose();
          }}
        >
          {trans.__('Use the found name')}
        </button>
      )}
    </TextPopup>
  );
}
