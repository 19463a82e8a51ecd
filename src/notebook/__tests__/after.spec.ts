import { nullTranslator } from '@jupyterlab/translation';

import { restOf } from '../../model/combine';
import { poolsOf, rowSelection, trainingOf } from '../../model/after';
import type { IAfter, IInspection, ISelection } from '../../tokens';
import { generate, type ICodeOptions } from '../code';
import { CodeError, type ISetCode } from '../set-code';
import { runPython } from './run-python';

const prod: ISetCode = {
  name: 'prod',
  expression: 'prod',
  library: 'pandas',
  schema: null
};
const options: ICodeOptions = {
  primary: prod,
  reference: { ...prod, name: 'train', expression: 'train' },
  sources: ['similar = 1'],
  taken: ['prod', 'train']
};
const rows: ISelection = {
  id: '1',
  label: 'a row',
  rows: [{ set: 'primary', rows: [3, 5] }],
  variable: 'iraq',
  comment: ['2 rows of prod'],
  source: null
};
const similar: IAfter = {
  kind: 'similar',
  pool: 'train',
  column: 'text_vector'
};
const column = (name: string, role = 'feature', kind = 'text'): object => ({
  name,
  role,
  kind
});
const inspection = (
  columns: readonly object[],
  change: object = {}
): IInspection =>
  ({
    primary: {
      ref: 'a',
      name: 'prod',
      variable: 'prod',
      n_rows: 9,
      columns
    },
    reference: {
      ref: 'b',
      name: 'train',
      variable: 'train',
      n_rows: 20,
      columns
    },
    candidates: [
      { ref: 'b', names: ['train'], embeddings: ['v'], n_rows: 20 },
      { ref: 'c', names: ['pool'], embeddings: ['v'], n_rows: null },
      { ref: 'd', names: ['other'], embeddings: [], n_rows: 5 }
    ],
    unit: null,
    ...change
  }) as unknown as IInspection;

describe('a cell that goes on with rows', () => {
  it('looks for similar ones, under a name that is free', () => {
    const code = generate({ ...rows, after: similar }, options);
    expect(code.source.split('\n').slice(1)).toEqual([
      'import phoenix_lab as px',
      '',
      'iraq = prod.iloc[[3, 5]]',
      '# beyond=0: not the very rows that are looked for, nor their copies.',
      'similar_2 = px.similar(iraq, train, "text_vector", k=50, beyond=0)',
      'similar_2'
    ]);
    expect(code.rows).toBeNull();
  });

  it('writes training files, and no name of a column gets out of its literal', () => {
    const hostile = 'a"], __import__("os").system("x") #\n';
    const after: IAfter = {
      kind: 'finetune',
      format: 'classification',
      columns: { text: hostile, label: 'party' },
      unit: 'address',
      embedding: null
    };
    const { source } = generate({ ...rows, after }, options);
    const call = [
      'import ast, json, sys',
      'tree = ast.parse(sys.stdin.read())',
      'call = [n.value for n in tree.body if isinstance(n, ast.Assign)][-1]',
      'print(json.dumps({k.arg: ast.literal_eval(k.value) for k in call.keywords}))'
    ];
    expect(runPython(call, source)).toEqual({
      columns: { text: hostile, label: 'party' },
      keep_together: 'address'
    });
    expect(source).toContain('"fine_tune/iraq"');
  });

  const other: ISelection = {
    ...rows,
    label: 'all but iraq',
    variable: 'not_iraq',
    comment: ['all but iraq'],
    rows: [{ set: 'primary', rows: [0, 1, 2, 4] }],
    conditions: [
      { kind: 'not', condition: { kind: 'at_rows', primary: '3,5' } },
      { kind: 'of_set', name: 'primary' }
    ]
  };
  const direction: IAfter = {
    kind: 'direction',
    other,
    column: 'text_vector',
    unit: 'address',
    name: 'toward_iraq',
    sets: ['primary', 'reference']
  };

  it('finds the direction to them, and says of every row how far along it lies', () => {
    const code = generate({ ...rows, after: direction }, options);
    expect(code.source.split('\n')).toEqual([
      '# Phoenix: 2 rows of prod',
      'import phoenix_lab as px',
      '',
      'iraq = prod.iloc[[3, 5]]',
      '# Phoenix: all but iraq',
      'not_iraq = px.rows(',
      '    prod,',
      '    ~px.AtRows(primary="3,5"),',
      '    reference=train,',
      '    set="primary",',
      ')',
      '# From not_iraq, −1 at its mean, to iraq, 1 at its own.',
      'direction = px.steering_vector(iraq, not_iraq, "text_vector", unit="address")',
      'prod["toward_iraq"] = direction.project(prod, "text_vector")',
      'train["toward_iraq"] = direction.project(train, "text_vector")',
      'direction'
    ]);
  });

  it('makes a map once, though both selections are of it', () => {
    const map = { kind: 'embedding_map' as const, embedding: 'v' };
    const cluster = (n: number) => ({
      ...rows,
      variable: `cluster_${n}`,
      source: { recipe: map, call: `.cluster(${n})` }
    });
    const after = { ...direction, other: cluster(2) };
    const { source } = generate({ ...cluster(1), after }, options);
    expect(source.match(/px\.run\(/g)).toHaveLength(1);
    expect(source.match(/^import /gm)).toHaveLength(1);
    expect(source).toContain('cluster_2 = areas.cluster(2, n=(2, 0))');
    expect(source).toContain('px.steering_vector(cluster_1, cluster_2,');
  });

  it('makes a prompt of them', () => {
    const after: IAfter = {
      kind: 'prompt',
      among: 'primary',
      text: 'text',
      label: 'party',
      unit: null,
      embedding: 'text_vector'
    };
    const { source } = generate({ ...rows, after }, options);
    expect(source).toContain(
      [
        'prompt = px.steering_prompt(',
        '    iraq,',
        '    prod,',
        '    text="text",',
        '    label="party",',
        '    embedding="text_vector",',
        ')'
      ].join('\n')
    );
  });

  it.each(['pandas', 'polars', 'pyarrow'])(
    'lets no name of a column out of its literal, in %s',
    library => {
      const hostile = 'a"], __import__("os").system("x") #\n"""\u202e';
      const set = { ...prod, library };
      const named = {
        ...options,
        primary: set,
        reference: { ...set, name: 'train', expression: 'train' }
      };
      const afters: IAfter[] = [
        {
          ...direction,
          other: { ...other, conditions: undefined },
          column: hostile,
          unit: hostile,
          name: hostile
        },
        {
          kind: 'prompt',
          among: 'primary',
          text: hostile,
          label: hostile,
          unit: hostile,
          embedding: hostile
        }
      ];
      const strings = [
        'import ast, json, sys',
        'tree = ast.parse(sys.stdin.read())',
        'names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}',
        'assert "__import__" not in names, names',
        'print(json.dumps([n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]))'
      ];
      for (const after of afters) {
        const { source } = generate({ ...rows, after }, named);
        const found = runPython(strings, source) as string[];
        expect(found.filter(one => one === hostile).length).toBeGreaterThan(3);
        expect(source).not.toContain('\u202e');
      }
    }
  );

  it('gives a column only to what has a name', () => {
    const nameless = { ...prod, expression: 'df.head()' };
    expect(() =>
      generate(
        { ...rows, after: { ...direction, sets: ['primary'] } },
        { ...options, primary: nameless }
      )
    ).toThrow(CodeError);
  });

  it('needs phoenix_lab in the kernel', () => {
    expect(() =>
      generate({ ...rows, after: similar }, { ...options, isPlain: true })
    ).toThrow(CodeError);
  });
});

describe('what can be done with rows', () => {
  const vectors = inspection([column('v', 'embedding', 'vector')]);

  it('is to look in dataframes with the vectors and more rows, the reference first', () => {
    const names = (n: number, ...without: ('primary' | 'reference')[]) =>
      poolsOf(vectors, 'v', n, without).map(({ name }) => name);
    expect(names(3)).toEqual(['train', 'prod', 'pool']);
    expect(names(15)).toEqual(['train', 'pool']);
    expect(names(1, 'primary')).toEqual(['train', 'pool']);
    expect(poolsOf(vectors, 'w', 0)).toEqual([]);
  });

  it('is to write the file that the columns lend themselves to', () => {
    const chat = inspection([
      column('q', 'prompt'),
      column('a', 'response'),
      column('l', 'actual_label')
    ]);
    expect(trainingOf(chat, null)).toMatchObject({
      format: 'chat',
      columns: { prompt: 'q', response: 'a' }
    });
    const classes = inspection([column('t'), column('l', 'actual_label')], {
      unit: 'user'
    });
    expect(trainingOf(classes, 'v')).toEqual({
      kind: 'finetune',
      format: 'classification',
      columns: { text: 't', label: 'l' },
      unit: 'user',
      embedding: 'v'
    });
    const images = inspection([
      column('p', 'link_to_data', 'category'),
      column('l', 'actual_label', 'category')
    ]);
    expect(trainingOf(images, null)).toMatchObject({ format: 'images' });
  });

  it('is to be set against all other rows, of which none are listed', () => {
    const rest = restOf(rows, vectors, nullTranslator.load('phoenix_lab'));
    expect(rest).toMatchObject({
      rows: [{ set: 'primary', rows: [0, 1, 2, 4, 6, 7, 8], of: 9 }],
      conditions: [
        { kind: 'not', condition: { kind: 'at_rows', primary: '3,5' } },
        { kind: 'of_set', name: 'primary' }
      ]
    });
  });

  it('starts from one row, too', () => {
    expect(rowSelection(vectors, 'reference', 7)).toMatchObject({
      rows: [{ set: 'reference', rows: [7], of: 20 }],
      comment: ['row 7 of train']
    });
  });
});
