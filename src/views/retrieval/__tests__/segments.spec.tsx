import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';

import { inferences } from '../../../api/__tests__/server';
import type { ColumnInfo, EmbeddingMap } from '../../../api/contract';
import { nameOfCluster } from '../../../model/cluster-names';
import { stamp } from '../../../model/selection';
import type { IInspection, ISelection } from '../../../tokens';
import type { IPerformanceFacts, ISegmentRow } from '../../performance/facts';
import { windowChosen } from '../../parts';
import { Segments } from '../segments';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const trans = nullTranslator.load('phoenix_lab');

const MAP: EmbeddingMap = { kind: 'embedding_map', embedding: 'vec' };
const columns = [
  { name: 'topic', kind: 'category', dtype: 'str', problem: null },
  { name: 'vec', kind: 'vector', dtype: 'list', problem: null }
] as ColumnInfo[];
const primary = inferences({ columns, n_rows: 9 });
const sets = { primary, reference: null };
const number = { value: 0.2, lower: 0.1, upper: 0.3, n: 9, reason: null };
const segment = (name: string, cluster: number | null): ISegmentRow => ({
  name,
  kind: 'value',
  cluster,
  low: null,
  high: null,
  primary: number,
  reference: number,
  difference: null,
  lower: null,
  upper: null,
  p: null,
  change: 'untested',
  needed: null,
  reason: null
});

let host: HTMLElement;
let root: Root;
let inserted: ISelection[];

beforeEach(() => {
  host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
  inserted = [];
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

function show(
  column: 'topic' | 'vec',
  row: ISegmentRow,
  clusterNames: readonly ISelection[] = []
): void {
  const facts = {
    primary: { name: 'prod' },
    reference: null,
    segment: {
      column,
      clusters: column === 'vec',
      metric: 'precision',
      limit: null,
      adjusted: null,
      left_out: 2
    }
  } as unknown as IPerformanceFacts;
  act(() =>
    root.render(
      <Segments
        inspection={
          { ...sets, where: [], clusterNames } as unknown as IInspection
        }
        rows={[row]}
        metrics={[]}
        facts={facts}
        column={column}
        onColumn={() => undefined}
        metric={null}
        onMetric={() => undefined}
        map={column === 'vec' ? MAP : null}
        within={[windowChosen('day', ['2024-01-01', '2024-02-01'], false)]}
        waits={false}
        onInsert={selection => inserted.push(selection)}
        trans={trans}
      />
    )
  );
}

const pick = (): HTMLElement | null => host.querySelector('.px-row-pick');

it('give rows of the window alone, and the focus back', async () => {
  show('topic', segment('AA', null));
  act(() => pick()?.click());
  const option = [
    ...document.querySelectorAll<HTMLElement>('[role="option"]')
  ].find(one => one.textContent?.startsWith('Insert into notebook'));
  act(() => option?.click());
  expect(inserted).toHaveLength(1);
  expect(inserted[0].conditions).toEqual([
    { kind: 'values', column: 'topic', values: ['AA'] },
    { kind: 'range', column: 'day', low: '2024-01-01', high: '2024-02-01' }
  ]);
  expect(document.activeElement).toBe(pick());
});

it('are called as a person called the clusters, and say what is left out', () => {
  const name = stamp(
    nameOfCluster('vec', MAP, 3, 'mine', { primary: [1, 2], reference: [] }),
    sets
  );
  show('vec', segment('found 3', 3), [name]);
  expect(pick()?.textContent).toBe('mine');
  expect(host.textContent).toContain('2 rarer values are left out.');
  show('vec', { ...segment('', null), kind: 'missing' });
  expect(host.querySelector('tbody th')?.textContent).toBe('(not on the map)');
});
