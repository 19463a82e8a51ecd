import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import { inferences } from '../../../api/__tests__/server';
import type { EmbeddingMap } from '../../../api/contract';
import type { IMapPoints } from '../../../charts/map';
import { nameOfCluster } from '../../../model/cluster-names';
import { stamp } from '../../../model/selection';
import type { IChosen, IInspection, ISelection } from '../../../tokens';
import type { ICluster } from '../facts';
import { type INamed, useNamed } from '../named';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const WHOLE: EmbeddingMap = { kind: 'embedding_map', embedding: 'v' };
const N = 80;
const upTo = (n: number, from = 0): number[] =>
  Array.from({ length: n }, (_, i) => from + i);

/** A map of rows of one set, each in the cluster that is told of it. */
function mapOf(clusterOf: (row: number) => number, rows = upTo(N)): IMapPoints {
  return {
    n: rows.length,
    row: Int32Array.from(rows),
    primary: new Uint8Array(rows.length).fill(1),
    cluster: Int32Array.from(rows, clusterOf)
  } as unknown as IMapPoints;
}

function clustersOf(map: IMapPoints): ICluster[] {
  return [...new Set(map.cluster)].map(
    cluster => ({ cluster, name: `found ${cluster}` }) as ICluster
  );
}

/** An inspection of one set in which clusters are named. */
function setUp(names: readonly ISelection[]): {
  show: (map: IMapPoints, where?: readonly IChosen[], n?: number) => void;
  said: () => string[];
  named: () => INamed;
  close: () => void;
} {
  const root = createRoot(document.createElement('div'));
  const sets = { primary: inferences({ n_rows: N }), reference: null };
  let shown: IMapPoints | null = null;
  let named: INamed | undefined;
  let times = 0;
  const inspection = {
    ...sets,
    where: [] as readonly IChosen[],
    clusterNames: names.map(name => stamp(name, sets)),
    nameClusters(_: string, next: readonly ISelection[]) {
      times += 1;
      if (times > 5) {
        throw new Error('named again and again');
      }
      inspection.clusterNames = next.map(name => stamp(name, inspection));
      draw();
    }
  };
  function View(): null {
    const map = shown as IMapPoints;
    const clusters = React.useMemo(() => clustersOf(map), [map]);
    named = useNamed(
      inspection as unknown as IInspection,
      'v',
      WHOLE,
      map,
      clusters
    );
    return null;
  }
  const draw = (): void => act(() => root.render(<View />));
  return {
    show: (map, where = [], n = N) => {
      shown = map;
      inspection.where = where;
      inspection.primary = inferences({ n_rows: n });
      draw();
    },
    said: () =>
      (named?.clusters ?? []).map(({ cluster, name }) => `${cluster} ${name}`),
    named: () => named as INamed,
    close: () => act(() => root.unmount())
  };
}

const nameOf = (
  cluster: number,
  label: string,
  primary: number[]
): ISelection =>
  nameOfCluster('v', WHOLE, cluster, label, { primary, reference: [] });

it('of clusters that became one is the one with more rows, and nothing is named again and again', () => {
  const { show, said, close } = setUp([
    nameOf(3, 'a', upTo(30)),
    nameOf(5, 'b', upTo(40, 40))
  ]);
  show(mapOf(row => (row < 40 ? 3 : 5)));
  expect(said()).toEqual(['3 a', '5 b']);
  show(
    mapOf(() => 3),
    [],
    N + 1
  );
  expect(said()).toEqual(['3 b']);
  close();
});

it('given to a part of the rows holds for all of them', () => {
  const { show, said, named, close } = setUp([nameOf(3, 'a', upTo(40))]);
  const some: IChosen[] = [{ condition: { kind: 'missing', column: 'x' } }];
  show(mapOf(row => (row < 40 ? 3 : 5)));
  expect(said()).toEqual(['3 a', '5 found 5']);
  // None of the rows that the name was given by.
  show(
    mapOf(() => 3, [100, 101, 102]),
    some
  );
  expect(said()).toEqual(['3 a']);
  act(() => named().rename(3, 'mine'));
  expect(said()).toEqual(['3 mine']);
  show(
    mapOf(row => (row < 40 || row >= 100 ? 3 : 5), [...upTo(N), 100, 101, 102])
  );
  expect(said()).toEqual(['3 mine', '5 found 5']);
  close();
});
