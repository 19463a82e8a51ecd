import { labelOf, markOf } from '../mark';

const written = {
  ref: 'abc',
  names: [],
  root: 'df',
  expr: 'df.head(2)',
  library: 'pandas',
  type: 'DataFrame',
  n_rows: 2,
  n_columns: 4,
  session: 's'
};

describe('markOf', () => {
  it('reads what the bridge wrote', () => {
    expect(markOf({ phoenix_lab: written })).toEqual({
      ref: 'abc',
      names: [],
      root: 'df',
      expr: 'df.head(2)',
      session: 's',
      rows: 2
    });
  });

  it('is nothing on other outputs', () => {
    for (const metadata of [
      undefined,
      null,
      {},
      { phoenix_lab: null },
      { phoenix_lab: 'x' },
      { phoenix_lab: {} },
      { phoenix_lab: { ref: 3 } },
      { phoenix_lab: { ref: '' } }
    ]) {
      expect(markOf(metadata)).toBeNull();
    }
  });

  it('takes no rubbish out of a file', () => {
    expect(
      markOf({
        phoenix_lab: { ref: 'a', names: [1, 'df', null], n_rows: '3', root: 7 }
      })
    ).toEqual({
      ref: 'a',
      names: ['df'],
      root: null,
      expr: null,
      session: null,
      rows: null
    });
  });
});

describe('labelOf', () => {
  it('prefers the variable, then what was shown', () => {
    const mark = markOf({ phoenix_lab: written });
    expect(mark && labelOf(mark)).toBe('df.head(2)');
    const named = markOf({ phoenix_lab: { ...written, names: ['df'] } });
    expect(named && labelOf(named)).toBe('df');
  });
});
