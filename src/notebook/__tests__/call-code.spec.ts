import type { RetrievalEmbeddingColumnNames, Schema } from '../../api/contract';
import { generate } from '../code';
import { CodeError } from '../set-code';
import { assigned, both, prod, selection, train } from './cells';

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

const REPORT = {
  kind: 'report',
  file: 'report.html',
  isReplacing: false
} as const;

describe('A report', () => {
  it('is of both sets, in a file beside the notebook', () => {
    const code = generate({ ...REPORT, unit: null, limit: 0.1 }, both);
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
    const code = generate({ ...REPORT, unit, limit: 0.25 }, both);
    expect(code.source).toContain('unit="a\\"b\\n# c"');
    expect(code.source).toContain('limit=0.25');
    expect(assigned(code)).toEqual(['px', 'report']);
  });

  it('needs the package in the kernel', () => {
    expect(() =>
      generate(
        { ...REPORT, unit: null, limit: 0.1 },
        { ...both, isPlain: true }
      )
    ).toThrow(CodeError);
  });
});
