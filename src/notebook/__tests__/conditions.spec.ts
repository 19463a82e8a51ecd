import type { Condition, IChosen, ISelection, Recipe } from '../../tokens';
import { generate, type ICodeOptions } from '../code';
import type { ISetCode } from '../set-code';
import { conditionsCode } from '../conditions';
import { readRecipe, readWhere } from '../recipes';
import { load, save } from '../state';
import { runPython } from './run-python';

const NASTY = [
  'plain',
  'O\'Brien said "no"',
  '"""',
  "'); import os; os.abort() #",
  'a\\nb\\',
  'line\nbreak\ttab\r',
  '\u202eright to left\u2066',
  '\u0000',
  '{x}%s',
  '',
  '<script>alert(1)</script>',
  'é𝒳'
];
const map = { kind: 'embedding_map', embedding: 'text "v"', seed: 3 } as const;
const ALL: readonly Condition[] = [
  { kind: 'values', column: NASTY[1], values: [...NASTY, null, true, 1.5, -3] },
  { kind: 'values', column: 'a', values: [null], negated: true },
  { kind: 'range', column: 'id', low: '9007199254740993', high: 1e21 },
  {
    kind: 'range',
    column: 'when',
    high: '2021-05-31T00:00:00',
    set: 'primary'
  },
  { kind: 'length', column: 'note', low: 3, high: null },
  { kind: 'missing', column: 'x', negated: true },
  {
    kind: 'repeated',
    columns: [NASTY[1], 'b'],
    first: true,
    among: [{ kind: 'missing', column: 'x' }],
    set: 'reference'
  },
  { kind: 'in_cluster', map, cluster: -1 },
  {
    kind: 'in_lasso',
    map,
    polygon: [
      [0, -1.5],
      [1e-7, 2],
      [3, 0.1]
    ]
  }
];

/** What Python makes of a call of the module: its name, arguments and keywords, as JSON. */
function parsed(code: string): unknown {
  const script = [
    'import ast, json, sys',
    'def told(node):',
    '    if isinstance(node, ast.Tuple): return [told(item) for item in node.elts]',
    '    if isinstance(node, ast.Call):',
    '        assert node.func.value.id == "px"',
    '        words = {word.arg: told(word.value) for word in node.keywords}',
    '        return {"call": node.func.attr, "args": [told(a) for a in node.args], **words}',
    '    value = ast.literal_eval(node)',
    '    return str(value) if isinstance(value, int) and abs(value) > 2**53 else value',
    'print(json.dumps(told(ast.parse(sys.stdin.read(), mode="eval").body)))'
  ];
  return runPython(script, code);
}

const code = (conditions: readonly Condition[]): string =>
  conditionsCode(conditions, 'px', ({ embedding, seed }) =>
    parsedMap(embedding, seed ?? 0)
  );

function parsedMap(embedding: string, seed: number): string {
  return `px.EmbeddingMap(${JSON.stringify(embedding)}, seed=${seed})`;
}

describe('conditions as Python', () => {
  it('are the same values for Python, whatever they hold', () => {
    const EmbeddingMap = {
      call: 'EmbeddingMap',
      args: [map.embedding],
      seed: 3
    };
    expect(parsed(code(ALL))).toEqual([
      {
        call: 'Values',
        args: [NASTY[1], [...NASTY, null, true, 1.5, -3]]
      },
      { call: 'Values', args: ['a', [null]], negated: true },
      { call: 'Range', args: ['id'], low: '9007199254740993', high: 1e21 },
      {
        call: 'Range',
        args: ['when'],
        high: '2021-05-31T00:00:00',
        set: 'primary'
      },
      { call: 'Length', args: ['note'], low: 3 },
      { call: 'Missing', args: ['x'], negated: true },
      {
        call: 'Repeated',
        args: [[NASTY[1], 'b']],
        first: true,
        among: [{ call: 'Missing', args: ['x'] }],
        set: 'reference'
      },
      { call: 'InCluster', args: [EmbeddingMap, -1] },
      {
        call: 'InLasso',
        args: [
          EmbeddingMap,
          [
            [0, -1.5],
            [1e-7, 2],
            [3, 0.1]
          ]
        ]
      }
    ]);
  });
});

const prod: ISetCode = {
  name: 'prod',
  expression: 'prod',
  library: 'pandas',
  schema: null
};
const both: ICodeOptions = {
  primary: prod,
  reference: { ...prod, name: 'train', expression: 'train' },
  sources: [],
  taken: ['prod', 'train']
};

function rows(
  conditions: readonly Condition[],
  ...sets: ISelection['rows']
): ISelection {
  return {
    id: '1',
    label: 'carrier: AA',
    rows: sets,
    variable: 'AA',
    comment: ['carrier: AA', '3 rows of prod'],
    source: null,
    conditions
  };
}

const carrier: Condition = {
  kind: 'values',
  column: 'carrier',
  values: ['AA']
};

describe('the cell of rows that meet conditions', () => {
  it('reads as a person would write it', () => {
    const one = generate(
      rows([carrier], { set: 'primary', rows: [], n: 3 }),
      both
    );
    expect(one).toEqual({
      source: [
        '# Phoenix: carrier: AA',
        '# 3 rows of prod',
        'import phoenix_lab as px',
        '',
        'AA = px.rows(prod, px.Values("carrier", "AA"))',
        'AA'
      ].join('\n'),
      variable: 'AA',
      rows: 3
    });
    const two = generate(
      rows(
        [carrier, { kind: 'range', column: 'temp', low: 20, high: 30 }],
        { set: 'primary', rows: [], n: 3 },
        { set: 'reference', rows: [], n: 4 }
      ),
      both
    );
    expect(two.rows).toBe(7);
    expect(two.source).toContain(
      [
        'AA_prod, AA_train = px.rows(',
        '    prod,',
        '    px.Values("carrier", "AA"),',
        '    px.Range("temp", low=20, high=30),',
        '    reference=train,',
        '    set="each",',
        ')',
        'AA = pd.concat([AA_prod, AA_train])'
      ].join('\n')
    );
  });

  it('takes the reference where the rows are of that, and promises no number that nobody knows', () => {
    const { source, rows: n } = generate(
      rows([carrier, { ...carrier, column: 'b', set: 'primary' }], {
        set: 'reference',
        rows: []
      }),
      both
    );
    expect(source).toContain('AA = px.rows(train, px.Values("carrier", "AA"))');
    expect(n).toBeNull();
  });

  it('asks a map of both sets, also for the rows of one', () => {
    const { source } = generate(
      rows([{ kind: 'in_cluster', map, cluster: 7 }], {
        set: 'reference',
        rows: [],
        n: 2
      }),
      both
    );
    expect(source).toContain(
      [
        '    prod,',
        '    px.InCluster(px.EmbeddingMap("text \\"v\\"", seed=3), 7),',
        '    reference=train,',
        '    set="reference",'
      ].join('\n')
    );
  });

  it('passes the conditions of a recipe', () => {
    const { source } = generate({ kind: 'summary', where: [carrier] }, both);
    expect(source).toContain('px.Summary(');
    expect(source).toContain('where=(px.Values("carrier", "AA"),)');
  });
});

describe('conditions in the file', () => {
  const chosen: IChosen[] = ALL.map((condition, i) =>
    i === 6 ? { condition, label: 'noise' } : { condition }
  );
  const state = {
    path: 'a.ipynb',
    primary: { name: 'prod', variable: 'prod', id: null },
    reference: null,
    unit: null,
    limit: 0.1,
    where: chosen
  };

  it('come back, in recipes too', () => {
    const kept = JSON.parse(
      JSON.stringify(save([{ state, column: null }], 0.1))
    ) as unknown;
    const [{ state: back }] = load(kept, 'a.ipynb', 0.1);
    // What is null is left out, as everywhere in the file.
    expect(back.where).toEqual(
      JSON.parse(JSON.stringify(chosen).replace(',"high":null', ''))
    );
    const recipe = { kind: 'summary', where: ALL.slice(0, 4) };
    expect(readRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
  });

  it('do not cost a recipe any of its other fields', () => {
    const performance: Recipe = {
      kind: 'performance',
      prediction: 'p',
      actual: 'y',
      scores: ['p_a', 'p_b', 'p_c'],
      threshold: 0.4,
      segment: map,
      average: 'weighted',
      metric: 'f1',
      window: ['2013-01-01', '2013-02-01'],
      paired: false,
      limits: { f1: 0.05 },
      where: ALL.slice(0, 1)
    };
    const series: Recipe = {
      kind: 'time_series',
      metric: 'f1',
      predictions: performance
    };
    for (const recipe of [performance, series]) {
      expect(readRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
    }
    expect(readRecipe({ kind: 'performance', limits: { f1: 'x' } })).toBeNull();
  });

  it.each([
    [{ kind: 'code', column: 'x' }],
    [{ kind: 'values', column: 'x', values: [{ a: 1 }] }],
    [{ kind: 'values', column: 7, values: [] }],
    [{ kind: 'range', column: 'x' }],
    [{ kind: 'range', column: 'x', low: ['a'] }],
    [{ kind: 'range', column: 'x', low: 1, set: 'corpus' }],
    [{ kind: 'in_cluster', map: { kind: 'summary' }, cluster: 1 }],
    [{ kind: 'in_cluster', map, cluster: '1); import os' }],
    [{ kind: 'in_lasso', map, polygon: [[0, 0]] }],
    [null]
  ])('are all left out when one makes no sense: %j', wrong => {
    const good = { condition: carrier };
    expect(readWhere([good])).toEqual([good]);
    expect(readWhere([good, { condition: wrong }])).toEqual([]);
    expect(readRecipe({ kind: 'summary', where: [wrong] })).toBeNull();
  });

  it('are not deeper than a person would go', () => {
    let deep: unknown = carrier;
    for (let i = 0; i < 13; i++) {
      deep = { kind: 'in_cluster', map: { ...map, where: [deep] }, cluster: 1 };
    }
    expect(readWhere([{ condition: deep }])).toEqual([]);
  });
});
