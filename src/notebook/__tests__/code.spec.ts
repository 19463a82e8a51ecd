import { generate, type ICodeOptions } from '../code';
import type { CodeError } from '../set-code';
import { both, map, prod, selection } from './cells';

describe('code for a kernel without phoenix_lab', () => {
  const plain: ICodeOptions = { ...both, isPlain: true };

  it('takes rows with the own library of the dataframes', () => {
    const { source, rows } = generate(selection(), plain);
    expect(source.split('\n').slice(2)).toEqual([
      'import pandas as pd',
      '',
      'iraq_prod = prod.iloc[[3, 5]]',
      'iraq_train = train.iloc[[1]]',
      'iraq = pd.concat([iraq_prod, iraq_train])',
      'iraq'
    ]);
    expect(source).not.toContain('phoenix_lab');
    expect(rows).toBe(3);
    const polars = { ...prod, library: 'polars' };
    expect(
      generate(selection({ rows: [{ set: 'primary', rows: [3, 5] }] }), {
        ...plain,
        primary: polars
      }).source
    ).toContain('iraq = prod[[3, 5]]');
  });

  it('says where there is none', () => {
    const reasonOf = (what: Parameters<typeof generate>[0]): string => {
      try {
        return generate(what, plain).source;
      } catch (error) {
        return (error as CodeError).reason;
      }
    };
    expect(reasonOf(map)).toBe('no-package');
    expect(
      reasonOf(selection({ rows: [{ set: 'primary', rows: [], n: 9 }] }))
    ).toBe('no-package');
  });
});
