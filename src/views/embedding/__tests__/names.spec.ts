import type { IInspection } from '../../../tokens';
import { namesOn } from '../drawing';
import { type ICluster, NOISE } from '../facts';
import { RowLabels } from '../row-labels';
import { setIds } from '../../parts';

const NONE = { value: null, lower: null, upper: null };

function cluster(id: number, n: number, difference = 0): ICluster {
  return {
    cluster: id,
    name: `c${id}`,
    terms: [`c${id}`],
    n,
    nPrimary: n,
    nReference: n,
    nCorpus: null,
    primary: NONE,
    reference: NONE,
    difference: { value: difference, lower: difference, upper: difference },
    pAdjusted: difference === 0 ? 1 : 0.001,
    accuracy: null,
    x: 0,
    y: 0,
    prototypes: [],
    within: null,
    stability: null
  };
}

describe('names on the map', () => {
  const clusters = [
    cluster(NOISE, 99),
    cluster(0, 50),
    cluster(1, 20, 0.1),
    cluster(2, 10)
  ];

  it('give the one that is picked its place before all others', () => {
    const names = (...picked: number[]) =>
      namesOn(clusters, picked).map(({ id, strong }) => [id, strong]);
    expect(names()).toEqual([
      [1, true],
      [0, false],
      [2, false]
    ]);
    expect(names(2)).toEqual([
      [2, true],
      [1, true],
      [0, false]
    ]);
  });
});

describe('labels of rows', () => {
  const labelsOf = (inspection: object, onRead: () => void): RowLabels =>
    new RowLabels(
      inspection as IInspection,
      setIds(inspection as IInspection),
      onRead
    );

  it('are asked of the set that the rows are of, never of the one that it became', async () => {
    const asked: unknown[] = [];
    const inspection = {
      primary: { id: 'i1' },
      reference: null,
      labelsOf: async (set: 'primary', rows: readonly number[]) => {
        asked.push([inspection[set].id, rows]);
        return rows.map(row => `day ${row}`);
      }
    };
    const labels = labelsOf(inspection, () => undefined);
    labels.get('primary', 3);
    await new Promise(resolve => setTimeout(resolve, 60));
    labels.get('primary', 4);
    inspection.primary = { id: 'i3' };
    labels.get('primary', 4855);
    await new Promise(resolve => setTimeout(resolve, 60));
    expect(asked).toEqual([['i1', [3]]]);
    expect(labels.get('primary', 3)).toEqual({ label: 'day 3' });
    expect(labels.get('primary', 4855)).toBeNull();
  });

  it('that could not be read say so, and are not places', async () => {
    const inspection = {
      primary: { id: 'i1' },
      reference: null,
      labelsOf: () => Promise.reject(new Error('The kernel is busy.'))
    };
    const labels = labelsOf(inspection, () => undefined);
    labels.get('primary', 3);
    await new Promise(resolve => setTimeout(resolve, 60));
    expect(labels.get('primary', 3)).toEqual({
      problem: 'The kernel is busy.'
    });
  });

  it('are asked at once for all rows that are looked at, once each, and again never', async () => {
    const asked: (readonly number[])[] = [];
    const inspection = {
      primary: { id: 'i1' },
      reference: { id: 'i2' },
      labelsOf: async (set: string, rows: readonly number[]) => {
        asked.push(rows);
        return set === 'primary' ? rows.map(row => `day ${row}`) : null;
      }
    };
    const drawn = jest.fn();
    const labels = labelsOf(inspection, drawn);
    expect(labels.get('primary', 3)).toBeNull();
    labels.get('primary', 5);
    labels.get('primary', 3);
    labels.get('reference', 0);
    await new Promise(resolve => setTimeout(resolve, 60));
    expect(asked).toEqual([[3, 5], [0]]);
    expect(drawn).toHaveBeenCalledTimes(2);
    expect(labels.get('primary', 5)).toEqual({ label: 'day 5' });
    // An index that only counts has no label for it, nor for any other.
    expect(labels.get('reference', 0)).toEqual({ label: null });
    expect(labels.get('reference', 7)).toEqual({ label: null });
    await new Promise(resolve => setTimeout(resolve, 60));
    expect(asked).toHaveLength(2);
  });
});
