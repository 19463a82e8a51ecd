import { PERFORMANCE, RETRIEVAL } from '../../tokens';
import { load, loadKept, save, withAnswersOf } from '../state';

const LIMIT = 0.1;

function state(
  primary: string | null,
  reference: string | null,
  limit = LIMIT
) {
  return {
    path: 'a.ipynb',
    primary: { name: primary ?? 'df.head()', variable: primary, id: 'i1' },
    reference: reference
      ? { name: reference, variable: reference, id: 'i2' }
      : null,
    unit: null,
    limit
  };
}

describe('what a notebook keeps', () => {
  it('is names, and only what is not usual', () => {
    const pair = state('prod', 'train');
    expect(
      save(
        [
          { state: pair, column: null },
          { state: pair, column: 'text_vector' },
          { state: state('prod', null, 0.2), column: null }
        ],
        LIMIT
      )
    ).toEqual({
      inspections: [
        { primary: 'prod', reference: 'train', views: [null, 'text_vector'] },
        { primary: 'prod', reference: null, limit: 0.2, views: [null] }
      ]
    });
  });

  it('is what open views were answered, and not what nobody looks at', () => {
    const answer = {
      recipe: { kind: 'summary' as const },
      data: 'd',
      code: 'c',
      result: 'r'
    };
    const kept = { primary: 'prod', selections: [], answers: [answer] };
    const view = { state: state('prod', 'train'), column: null };
    const one = save([view], LIMIT, [{ ...kept, reference: 'train' }]);
    expect(one?.inspections).toEqual([
      {
        primary: 'prod',
        reference: 'train',
        views: [null],
        answers: [answer]
      }
    ]);
    expect(loadKept(one)).toEqual([{ ...kept, reference: 'train' }]);
    // Until it is saved, a notebook has the answers that it had.
    const later = { ...answer, result: 'r2' };
    const now = save([view], LIMIT, [
      { ...kept, reference: 'train', answers: [later] }
    ]);
    expect(now?.inspections[0].answers).toEqual([later]);
    expect(withAnswersOf(now!, one)).toEqual(one);
    expect(withAnswersOf(now!, null).inspections[0].answers).toBeUndefined();
    const other = save([view], LIMIT, [{ ...kept, reference: null }]);
    expect(other?.inspections[0].answers).toBeUndefined();
    expect(save([], LIMIT, [{ ...kept, reference: 'train' }])).toBeNull();
  });

  it('is nothing when nothing could be found again', () => {
    expect(save([], LIMIT)).toBeNull();
    expect(
      save([{ state: state(null, null), column: null }], LIMIT)
    ).toBeNull();
  });

  it('names the view that is of no column, and knows it again', () => {
    const pair = state('prod', 'train');
    const kept = save([{ state: pair, column: PERFORMANCE }], LIMIT);
    expect(kept?.inspections[0].views).toEqual([{ view: 'performance' }]);
    const read = (views: unknown[]) =>
      load(
        { inspections: [{ primary: 'prod', reference: null, views }] },
        'a.ipynb',
        LIMIT
      ).map(({ column }) => column);
    // As a file holds it.
    const written = JSON.parse(
      JSON.stringify(kept?.inspections[0].views)
    ) as unknown[];
    expect(read(written)).toEqual([PERFORMANCE]);
    expect(read([{ view: 'secrets' }, 7, undefined, 'x', null])).toEqual([
      'x',
      null
    ]);
  });

  it('comes back', () => {
    const kept = save(
      [
        { state: state('prod', 'train', 0.3), column: null },
        { state: state('prod', 'train', 0.3), column: 'x' }
      ],
      LIMIT
    );
    const views = load(kept, 'b.ipynb', LIMIT);
    expect(views.map(({ column }) => column)).toEqual([null, 'x']);
    expect(views[0].state).toEqual({
      path: 'b.ipynb',
      primary: { name: 'prod', variable: 'prod', id: null },
      reference: { name: 'train', variable: 'train', id: null },
      unit: null,
      limit: 0.3
    });
  });

  it('tells the rows of a finding from those that somebody chose', () => {
    const where = [
      { condition: { kind: 'missing' as const, column: 'x' } },
      { condition: { kind: 'missing' as const, column: 'y' } }
    ];
    const of = (whereBefore?: (typeof where)[number][]) => {
      const pair = { ...state('prod', 'train'), where };
      const kept = save(
        [
          { state: whereBefore ? { ...pair, whereBefore } : pair, column: null }
        ],
        LIMIT
      );
      return load(JSON.parse(JSON.stringify(kept)), 'a.ipynb', LIMIT)[0].state;
    };
    expect(of().where).toHaveLength(2);
    expect(of().whereBefore).toBeUndefined();
    expect(of([]).whereBefore).toEqual([]);
    expect(of([where[0]]).whereBefore).toMatchObject([
      { condition: { kind: 'missing', column: 'x' } }
    ]);
  });

  it('is read with care: a file may hold anything', () => {
    for (const data of [
      undefined,
      null,
      3,
      'x',
      {},
      { inspections: 3 },
      { inspections: [null, 1, {}, { primary: 3, views: [] }] },
      { inspections: [{ primary: 'a', views: 'all' }] }
    ]) {
      expect(load(data, 'a.ipynb', LIMIT)).toEqual([]);
    }
    const [view] = load(
      {
        inspections: [
          { primary: 'a', reference: 4, unit: {}, limit: -1, views: [3, null] }
        ]
      },
      'a.ipynb',
      LIMIT
    );
    expect(view.state.reference).toBeNull();
    expect(view.state.unit).toBeNull();
    expect(view.state.limit).toBe(LIMIT);
  });
});

describe('a schema that a set was given', () => {
  const schema = {
    tag_column_names: ['note'],
    timestamp_column_name: 'when',
    embedding_feature_column_names: {
      text: { vector_column_name: 'v', raw_data_column_name: 't' }
    }
  };
  const state = {
    path: 'a.ipynb',
    primary: {
      name: 'prod',
      variable: 'prod',
      id: 'i1',
      schema: { ...schema, prompt_column_names: null }
    },
    reference: { name: 'train', variable: 'train', id: 'i2' },
    unit: null,
    limit: 0.1
  };

  it('is kept with the views, and comes back', () => {
    const saved = save([{ state, column: null }], 0.1);
    expect(saved?.inspections).toEqual([
      { primary: 'prod', reference: 'train', schema, views: [null] }
    ]);
    const [view] = load(JSON.parse(JSON.stringify(saved)), 'a.ipynb', 0.1);
    expect(view.state.primary.schema).toEqual(schema);
    expect(view.state.reference).toEqual({
      name: 'train',
      variable: 'train',
      id: null
    });
  });

  it('keeps the corpus and the view of retrieval', () => {
    const kept = {
      path: 'a.ipynb',
      primary: { name: 'prod', variable: 'prod', id: 'i1' },
      reference: null,
      unit: null,
      limit: LIMIT,
      corpus: { name: 'docs', variable: 'docs', id: 'i3' }
    };
    const saved = save([{ state: kept, column: RETRIEVAL }], 0.1);
    expect(saved?.inspections[0]).toEqual({
      primary: 'prod',
      reference: null,
      corpus: 'docs',
      views: [{ view: 'retrieval' }]
    });
    const [view] = load(saved, 'a.ipynb', 0.1);
    expect(view.column).toBe(RETRIEVAL);
    expect(view.state.corpus).toEqual({
      name: 'docs',
      variable: 'docs',
      id: null
    });
  });

  it('is read with care', () => {
    const read = (kept: unknown): unknown =>
      load(
        { inspections: [{ primary: 'p', views: [null], schema: kept }] },
        'a.ipynb',
        0.1
      )[0].state.primary.schema;
    for (const nonsense of [null, 5, 'x', [], {}, { other: 'x' }]) {
      expect(read(nonsense)).toBeUndefined();
    }
    expect(
      read({
        tag_column_names: ['a', 5, null],
        timestamp_column_name: 'x'.repeat(501),
        excluded_column_names: { vector_column_name: 3 },
        __proto__: { prediction_id_column_name: 'x' }
      })
    ).toEqual({ tag_column_names: ['a'] });
  });
});
