import type { ISelection } from '../../tokens';
import { generate, type ICodeOptions } from '../code';
import { CodeError } from '../set-code';
import { assigned, both, map, prod, selection, train } from './cells';

describe('code with a corpus', () => {
  const options: ICodeOptions = {
    ...both,
    corpus: { ...prod, name: 'docs', expression: 'docs' }
  };

  it('makes the same map, for clusters and for conditions', () => {
    expect(generate(selection(), options).source).toContain('corpus=docs');
    const conditions = [
      { kind: 'in_cluster' as const, map, cluster: 3, set: null }
    ];
    const code = generate(selection({ conditions, source: null }), options);
    expect(code.source).toContain('corpus=docs');
    expect(assigned(code)).toContain('iraq');
  });
});

describe('the cell of a cluster', () => {
  it('reads as a person would write it', () => {
    expect(generate(selection(), both)).toEqual({
      source: [
        '# Phoenix: cluster "iraq · terrorists" of text_vector',
        '# 2 rows of prod, 1 of train',
        'import pandas as pd',
        'import phoenix_lab as px',
        '',
        'areas = px.run(',
        '    px.EmbeddingMap(',
        '        "text_vector",',
        '        n_neighbors=20,',
        '        min_cluster_size=40,',
        '    ),',
        '    prod, reference=train,',
        ')',
        'iraq_prod, iraq_train = areas.cluster(18, n=(2, 1), set="each")',
        'iraq = pd.concat([iraq_prod, iraq_train])',
        'iraq'
      ].join('\n'),
      variable: 'iraq',
      rows: 3
    });
  });

  it('says how many rows it must have', () => {
    const calls = (change: Partial<ISelection>, options = both): string =>
      generate(selection(change), options).source.split('\n').slice(-2)[0];
    const one = [{ set: 'primary' as const, rows: [3, 5] }];
    expect(calls({ rows: one })).toBe('iraq = areas.cluster(18, n=(2, 0))');
    expect(calls({ rows: one }, { ...both, reference: null })).toBe(
      'iraq = areas.cluster(18, n=2)'
    );
    const call = '.lasso([(0, 0), (1, 0), (1, 1)], set="primary")';
    expect(calls({ rows: one, source: { recipe: map, call } })).toBe(
      'iraq = areas.lasso([(0, 0), (1, 0), (1, 1)], set="primary", n=2)'
    );
  });

  it('asks for the neighbours of a row by its place', () => {
    const similar = selection({
      source: {
        recipe: {
          kind: 'neighbors',
          embedding: 'text_vector',
          row: 17,
          set: 'reference',
          k: 50
        },
        call: '.neighbors(set="primary")'
      },
      rows: [{ set: 'primary', rows: [3, 5] }],
      variable: 'similar_rows'
    });
    expect(generate(similar, both).source.split('\n').slice(2)).toEqual([
      'import phoenix_lab as px',
      '',
      'similar = px.run(',
      '    px.Neighbors("text_vector", 17, set="reference", k=50),',
      '    prod, reference=train,',
      ')',
      'similar_rows = similar.neighbors(set="primary")',
      'similar_rows'
    ]);
  });

  it('asks for the rows whose response moved by both columns', () => {
    const moved = selection({
      source: {
        recipe: {
          kind: 'response_drift',
          prompt: 'prompt_vector',
          response: 'response_vector',
          unit: 'talk'
        },
        call: '.carriers()'
      },
      rows: [{ set: 'primary', rows: [3, 5] }],
      variable: 'drifted'
    });
    const { source } = generate(moved, both);
    expect(source).toContain('    px.ResponseDrift(\n');
    expect(source).toContain('        prompt="prompt_vector",\n');
    expect(source).toContain('        response="response_vector",\n');
    expect(source).toContain('drifted = answers.carriers()');
  });

  it('tells the rows of each set from those of the other', () => {
    const lines = (
      change: Partial<ISelection>,
      options: Partial<ICodeOptions> = {}
    ): string[] =>
      generate(selection(change), { ...both, ...options })
        .source.split('\n')
        .slice(-4, -1);
    const other = { ...prod, library: 'polars' };
    expect(
      lines({}, { primary: other, reference: { ...other, name: 'train' } })
    ).toContain(
      'iraq = pl.concat([iraq_prod, iraq_train], how="diagonal_relaxed")'
    );
    // A name that is taken is no name for a part.
    expect(lines({}, { taken: ['iraq_train'] })).toContain(
      'iraq_2_prod, iraq_2_train = areas.cluster(18, n=(2, 1), set="each")'
    );
    expect(lines({}, { reference: { ...train, name: 'prod' } })).toContain(
      'iraq_primary, iraq_reference = areas.cluster(18, n=(2, 1), set="each")'
    );
    const query = { ...prod, library: 'query' };
    expect(lines({}, { primary: query, reference: query }).slice(1)).toEqual([
      'iraq_primary, iraq_reference = areas.cluster(18, n=(2, 1), set="each")',
      'iraq = areas.cluster(18, n=(2, 1))'
    ]);
    expect(
      lines({ rows: [{ set: 'primary', rows: [3, 5] }] }).join()
    ).not.toContain('each');
    expect(() => lines({}, { primary: other })).toThrow(CodeError);
  });

  it('takes the expression where there is no variable', () => {
    const code = generate(selection(), {
      ...both,
      primary: { ...prod, name: 'df.head()', expression: 'df.head(9)' },
      reference: null
    });
    expect(code.source).toContain('df.head(9)');
    assigned(code);
  });

  it('says so where there is not even an expression', () => {
    const nameless = { ...both, primary: { ...prod, expression: null } };
    expect(() => generate(selection(), nameless)).toThrow(CodeError);
  });

  it('takes any column name, and any comment', () => {
    for (const nasty of [
      'a"b',
      "it's",
      'back\\',
      'new\nline',
      '""" # x',
      '🔥'
    ]) {
      const code = generate(
        selection({
          source: {
            recipe: { ...map, embedding: nasty, unit: nasty },
            call: '.cluster(0)'
          },
          comment: [`cluster ${nasty}`, nasty]
        }),
        both
      );
      expect(assigned(code).at(-1)).toBe('iraq');
    }
  });

  it('breaks a long polygon at its commas', () => {
    const polygon = Array.from({ length: 40 }, (_, i) => `(${i}.123, -${i}.5)`);
    const code = generate(
      selection({
        source: { recipe: map, call: `.lasso([${polygon.join(', ')}])` }
      }),
      both
    );
    expect(assigned(code).at(-1)).toBe('iraq');
    // The corners stand there once.
    expect(code.source.match(/\(39\.123/g)).toHaveLength(1);
    for (const line of code.source.split('\n')) {
      expect(line.length).toBeLessThanOrEqual(88);
    }
  });
});

describe('rows written out', () => {
  const rows = (change: Partial<ISelection>): ISelection =>
    selection({ source: null, ...change });

  it('are picked by position, in the way of the library', () => {
    const one = rows({ rows: [{ set: 'primary', rows: [3, 5] }] });
    const of = (library: string): string | undefined =>
      generate(one, { ...both, primary: { ...prod, library } })
        .source.split('\n')
        .find(line => line.startsWith('iraq = '));
    expect(of('pandas')).toBe('iraq = prod.iloc[[3, 5]]');
    expect(of('polars')).toBe('iraq = prod[[3, 5]]');
    expect(of('pyarrow')).toBe('iraq = prod.take([3, 5])');
    expect(() => of('duckdb')).toThrow(CodeError);
  });

  it('are stacked when they are of both sets', () => {
    const code = generate(rows({}), {
      ...both,
      sources: ['import pandas as pd']
    });
    expect(code.source.split('\n').slice(2)).toEqual([
      'import pandas as pd',
      '',
      'iraq_prod = prod.iloc[[3, 5]]',
      'iraq_train = train.iloc[[1]]',
      'iraq = pd.concat([iraq_prod, iraq_train])',
      'iraq'
    ]);
    expect(code.rows).toBe(3);
  });

  it('fill lines of code that can be read', () => {
    const many = Array.from({ length: 300 }, (_, i) => i * 37);
    const code = generate(
      rows({ rows: [{ set: 'reference', rows: many }] }),
      both
    );
    expect(assigned(code)).toEqual(['iraq']);
    expect(code.source.split('\n').every(line => line.length <= 88)).toBe(true);
  });

  it('are refused when they would fill pages, and when there are none', () => {
    const many = Array.from({ length: 9000 }, (_, i) => i * 3);
    expect(() =>
      generate(rows({ rows: [{ set: 'primary', rows: many }] }), both)
    ).toThrow(expect.objectContaining({ reason: 'too-long' }));
    expect(() =>
      generate(rows({ rows: [{ set: 'primary', rows: [] }] }), both)
    ).toThrow(expect.objectContaining({ reason: 'no-rows' }));
  });
});
