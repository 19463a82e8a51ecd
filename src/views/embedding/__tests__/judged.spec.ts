import { nullTranslator } from '@jupyterlab/translation';
import { tableFromArrays } from 'apache-arrow';

import type { ColumnInfo } from '../../../api/contract';
import type { IInspection } from '../../../tokens';
import { averagedBy, readAveraged } from '../judged';

const trans = nullTranslator.load('phoenix_lab');

describe('Clusters by the mean of a column', () => {
  it('can be those of a judge, and of any other numbers or categories', () => {
    const column = (
      name: string,
      kind: ColumnInfo['kind'],
      more: Partial<ColumnInfo> = {}
    ): ColumnInfo =>
      ({ name, kind, role: 'tag', problem: null, ...more }) as ColumnInfo;
    const inspection = {
      primary: {
        columns: [
          column('label', 'category'),
          column('score', 'number'),
          column('text', 'text'),
          column('id', 'number', { role: 'prediction_id' }),
          column('bad', 'number', { problem: 'mixed' })
        ]
      }
    } as unknown as IInspection;
    expect(
      averagedBy(inspection, trans).map(({ value, label }) => [value, label])
    ).toEqual([
      ['mean:label', 'share of label'],
      ['mean:score', 'mean of score']
    ]);
  });

  it('tell the share with its interval, that of all other rows, and are ranked by it', () => {
    const table = tableFromArrays({
      cluster: Int32Array.of(3, 7),
      n_primary: [120, 0],
      primary: [0.62, NaN],
      lower: [0.55, NaN],
      upper: [0.69, NaN],
      n_others: [900, 910],
      others: [0.09, 0.1],
      others_lower: [0.08, 0.09],
      others_upper: [0.1, 0.11],
      difference: [0.53, NaN],
      difference_lower: [0.46, NaN],
      difference_upper: [0.6, NaN],
      p_adjusted: [0.0001, NaN],
      n_reference: [100, 9],
      reference: [0.11, 0.2],
      reference_lower: [0.07, 0.1],
      reference_upper: [0.17, 0.4]
    });
    const meta = { column: 'label', value: 'hallucinated', share: true };
    const found = readAveraged({ table, meta }, 'prod', 'train', trans);
    const top = found.get(3);
    expect(top?.rank).toBeCloseTo(-0.62);
    expect(top?.isSure).toBe(true);
    expect(top?.text).toBe('62.0 %');
    expect(top?.title.split('\n').slice(0, 3)).toEqual([
      'share of label = hallucinated',
      'prod: 62.0 % [55.0 %, 69.0 %], of 120 rows',
      'elsewhere: 9.0 % [8.0 %, 10.0 %], of 900 rows'
    ]);
    expect(top?.title).toContain('train: 11.0 %');
    expect(found.get(7)?.rank).toBeNull();
    expect(found.get(7)?.isSure).toBe(false);
  });
});
