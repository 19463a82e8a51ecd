import type { IInspection } from '../../../tokens';
import { namesOn } from '../drawing';
import { type ICluster, NOISE } from '../facts';
import { RowLabels } from '../row-labels';

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
  it('are asked at once for all rows that are looked at, once each, and again never', async () => {
    const asked: (readonly number[])[] = [];
    const inspection = {
      labelsOf: async (set: string, rows: readonly number[]) => {
        asked.push(rows);
        return set === 'primary' ? rows.map(row => `day ${row}`) : null;
      }
    };
    const drawn = jest.fn();
    const labels = new RowLabels(inspection as unknown as IInspection, drawn);
    expect(labels.get('primary', 3)).toBeNull();
    labels.get('primary', 5);
    labels.get('primary', 3);
    labels.get('reference', 0);
    await new Promise(resolve => setTimeout(resolve, 60));
    expect(asked).toEqual([[3, 5], [0]]);
    expect(drawn).toHaveBeenCalledTimes(1);
    expect(labels.get('primary', 5)).toBe('day 5');
    // An index that only counts has no label for it.
    expect(labels.get('reference', 0)).toBeNull();
    await new Promise(resolve => setTimeout(resolve, 60));
    expect(asked).toHaveLength(2);
  });
});
