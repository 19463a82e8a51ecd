import { execFileSync } from 'child_process';

import type {
  EmbeddingMap,
  RetrievalEmbeddingColumnNames,
  Schema
} from '../../api/contract';
import type { ISelection } from '../../tokens';
import { generate, type ICode, type ICodeOptions } from '../code';
import { positions } from '../rows-code';
import { CodeError, type ISetCode } from '../set-code';

const prod: ISetCode = {
  name: 'prod',
  expression: 'prod',
  library: 'pandas',
  schema: null
};
const train: ISetCode = { ...prod, name: 'train', expression: 'train' };
const both: ICodeOptions = {
  primary: prod,
  reference: train,
  sources: [],
  taken: ['prod', 'train']
};

const map: EmbeddingMap = {
  kind: 'embedding_map',
  embedding: 'text_vector',
  n_neighbors: 20,
  min_cluster_size: 40,
  min_dist: 0.1,
  seed: 0,
  window: null
};

function selection(change: Partial<ISelection> = {}): ISelection {
  return {
    id: '1',
    label: 'iraq · terrorists',
    rows: [
      { set: 'primary', rows: [3, 5] },
      { set: 'reference', rows: [1] }
    ],
    variable: 'iraq',
    comment: [
      'cluster "iraq · terrorists" of text_vector',
      '2 rows of prod, 1 of train'
    ],
    source: { recipe: map, call: '.cluster(18)' },
    ...change
  };
}

/** The names that a cell assigns or imports, in order; fails if it is not Python. */
function assigned({ source }: ICode): string[] {
  const code = [
    'import ast, json, sys',
    'tree = ast.parse(sys.stdin.read())',
    'names = []',
    'for node in tree.body:',
    '    if isinstance(node, ast.Assign): names += [n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)]',
    '    if isinstance(node, ast.Import): names += [a.asname or a.name for a in node.names]',
    'assert isinstance(tree.body[-1], ast.Expr)',
    'print(json.dumps(names))'
  ].join('\n');
  return JSON.parse(
    execFileSync('python3', ['-c', code], { input: source, encoding: 'utf8' })
  ) as string[];
}

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

  it('shadows nothing of the notebook or the kernel', () => {
    const code = generate(selection(), {
      ...both,
      sources: [
        'areas = 1',
        'import plotly.express as px',
        'df = prod[x == 2]'
      ],
      taken: ['prod', 'train', 'iraq']
    });
    expect(assigned(code)).toEqual([
      'pd',
      'phoenix_lab',
      'areas_2',
      'iraq_2_prod',
      'iraq_2_train',
      'iraq_2'
    ]);
    expect(code.source).toContain('phoenix_lab.run(');
  });

  it('keeps its names when the notebook has the very same lines', () => {
    const first = generate(selection(), both);
    const again = generate(selection(), {
      ...both,
      sources: [first.source],
      taken: ['prod', 'train', 'iraq']
    });
    expect(again.source).toBe(first.source);
    const other = generate(
      selection({
        variable: 'aids',
        source: { recipe: map, call: '.cluster(3)' }
      }),
      { ...both, sources: [first.source] }
    );
    expect(assigned(other)).toContain('areas');
    expect(assigned(other)).toContain('aids');
    const further = generate(
      selection({
        source: { recipe: { ...map, seed: 1 }, call: '.cluster(18)' }
      }),
      { ...both, sources: [first.source] }
    );
    expect(assigned(further)).toContain('areas_2');
    expect(assigned(further)).toContain('iraq_2');
  });

  it('uses the name that the notebook has for the module', () => {
    const code = generate(selection(), {
      ...both,
      sources: ['import phoenix_lab as phx']
    });
    expect(code.source).toContain('import phoenix_lab as phx');
    expect(code.source).toContain('phx.EmbeddingMap');
  });

  it('makes a name of whatever it is given', () => {
    const code = generate(selection({ variable: 'not a name!' }), both);
    expect(assigned(code).at(-1)).toBe('not_a_name');
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

describe('the cell of sets whose roles are not guessed', () => {
  const schema: Schema = {
    timestamp_column_name: 'epoch',
    tag_column_names: null,
    prompt_column_names: {
      vector_column_name: 'v',
      raw_data_column_name: 'q',
      link_to_data_column_name: null,
      context_retrieval_ids_column_name: 'ids'
    } as RetrievalEmbeddingColumnNames,
    response_column_names: 'answer',
    embedding_feature_column_names: {
      'a "b"': { vector_column_name: 'w', raw_data_column_name: 'text' }
    },
    discrete_column_names: ['grade']
  };

  it('passes the schema, once for sets that say the same', () => {
    const code = generate(
      { kind: 'summary' },
      {
        ...both,
        primary: { ...prod, schema },
        reference: { ...train, schema: { ...schema, tag_column_names: null } }
      }
    );
    expect(code.source).toBe(
      [
        '# Phoenix: Summary of prod against train',
        'import phoenix_lab as px',
        '',
        'schema = px.Schema(',
        '    timestamp_column_name="epoch",',
        '    prompt_column_names=px.RetrievalEmbeddingColumnNames(',
        '        "v",',
        '        raw_data_column_name="q",',
        '        context_retrieval_ids_column_name="ids",',
        '    ),',
        '    response_column_names="answer",',
        '    embedding_feature_column_names={',
        '        "a \\"b\\"": px.EmbeddingColumnNames("w", raw_data_column_name="text"),',
        '    },',
        '    discrete_column_names=("grade",),',
        ')',
        '',
        'columns = px.run(',
        '    px.Summary(),',
        '    px.Inferences(prod, schema),',
        '    reference=px.Inferences(train, schema),',
        ')',
        'columns'
      ].join('\n')
    );
    expect(assigned(code)).toEqual(['px', 'schema', 'columns']);
  });

  it('has one for each set where they differ, and none where roles are guessed', () => {
    const code = generate(selection(), {
      ...both,
      sources: ['schema = 3'],
      primary: { ...prod, schema },
      reference: { ...train, schema: { tag_column_names: ['t"\n'] } }
    });
    expect(assigned(code)).toEqual([
      'pd',
      'px',
      'schema_2',
      'reference_schema',
      'areas',
      'iraq_prod',
      'iraq_train',
      'iraq'
    ]);
    expect(code.source).toContain('px.Inferences(prod, schema_2)');
    expect(code.source).toContain('tag_column_names=("t\\"\\n",),');
    const half = generate(selection(), {
      ...both,
      reference: { ...train, schema: {} }
    });
    expect(half.source).toContain('schema = px.Schema()');
    expect(half.source).toContain('    prod,');
    expect(half.source).toContain('reference=px.Inferences(train, schema)');
  });

  it('keeps the name when the notebook has the very same lines', () => {
    const options = { ...both, primary: { ...prod, schema } };
    const first = generate({ kind: 'summary' }, options);
    const again = generate(
      { kind: 'distribution', column: 'x' },
      { ...options, sources: [first.source] }
    );
    expect(assigned(again)).toEqual(['px', 'schema', 'bins']);
  });

  it('that picks rows by position needs none', () => {
    const rows = generate(selection({ source: null }), {
      ...both,
      primary: { ...prod, schema }
    });
    expect(rows.source).not.toContain('Schema');
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

  it('are ranges where they run on', () => {
    expect(positions([0, 1, 2, 3, 4, 5, 9, 11, 12])).toEqual([
      '*range(0, 6)',
      '9',
      '11',
      '12'
    ]);
    expect(positions([])).toEqual([]);
  });
});

describe('the cell of a recipe', () => {
  it('is the question about the predictions, with what is not usual alone', () => {
    const code = generate(
      {
        kind: 'performance',
        prediction: 'said',
        actual: 'it "was"',
        score: null,
        threshold: 0.55,
        segment: null,
        task: 'classification'
      },
      both
    );
    expect(assigned(code)).toEqual(['px', 'performance']);
    expect(code.source).toContain('Phoenix: Performance of prod against train');
    expect(code.source).toContain('threshold=0.55,');
    expect(code.source).toContain(String.raw`actual="it \"was\"",`);
    expect(code.source).not.toMatch(/score|segment|positive/);
  });

  it('says only what is not usual', () => {
    expect(generate({ kind: 'summary', unit: null }, both).source).toBe(
      [
        '# Phoenix: Summary of prod against train',
        'import phoenix_lab as px',
        '',
        'columns = px.run(px.Summary(), prod, reference=train)',
        'columns'
      ].join('\n')
    );
    const { source } = generate(
      {
        kind: 'distribution',
        column: 'price ("net")',
        window: ['2024-01-01', '2024-02-01']
      },
      { ...both, reference: null }
    );
    expect(source).toContain('    "price (\\"net\\")",\n');
    expect(source).toContain('    window=("2024-01-01", "2024-02-01"),\n');
  });

  it('writes a recipe within a recipe, and limits as a dictionary', () => {
    const series = generate(
      {
        kind: 'time_series',
        column: null,
        metric: 'f1',
        predictions: { kind: 'performance', threshold: 0.4 }
      },
      both
    );
    expect(assigned(series)).toEqual(['px', 'series']);
    expect(series.source).toContain('Phoenix: TimeSeries of prod against');
    expect(series.source).toContain(
      'predictions=px.Performance(threshold=0.4)'
    );
    const { source } = generate(
      {
        kind: 'performance',
        segment: { kind: 'embedding_map', embedding: 'vector', unit: null },
        limits: { f1: 0.05 }
      },
      both
    );
    expect(source).toContain('segment=px.EmbeddingMap("vector")');
    expect(source).toContain('limits={"f1": 0.05}');
  });
});

describe('A report', () => {
  it('is of both sets, in a file beside the notebook', () => {
    const code = generate({ kind: 'report', unit: null, limit: 0.1 }, both);
    expect(code.source).toBe(
      [
        '# Phoenix: report of prod against train',
        'import phoenix_lab as px',
        '',
        'report = px.report(',
        '    prod, reference=train, path="report.html",',
        ')',
        'report'
      ].join('\n')
    );
    expect(assigned(code)).toEqual(['px', 'report']);
  });

  it('says the unit and the limit where they are not as usual, as literals', () => {
    const unit = 'a"b\n# c';
    const code = generate({ kind: 'report', unit, limit: 0.25 }, both);
    expect(code.source).toContain('unit="a\\"b\\n# c"');
    expect(code.source).toContain('limit=0.25');
    expect(assigned(code)).toEqual(['px', 'report']);
  });

  it('needs the package in the kernel', () => {
    expect(() =>
      generate(
        { kind: 'report', unit: null, limit: 0.1 },
        { ...both, isPlain: true }
      )
    ).toThrow(CodeError);
  });
});
