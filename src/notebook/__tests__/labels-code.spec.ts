import { execFileSync } from 'child_process';

import type { Condition, ILabels, ISelection } from '../../tokens';
import { generate, type ICodeOptions } from '../code';
import type { ISetCode } from '../set-code';

const set = (name: string, library: string): ISetCode => ({
  name,
  expression: name,
  library,
  schema: null
});

const options = (library: string): ICodeOptions => ({
  primary: set('prod', library),
  reference: set('train', library),
  sources: ['labels = 3'],
  taken: []
});

const labels: ILabels = {
  kind: 'labels',
  sets: [
    {
      set: 'primary',
      marks: [
        { mark: 'label', text: 'mislabelled', rows: [0, 3] },
        {
          mark: 'label',
          text: 'new "topic"\\',
          rows: Array.from({ length: 30 }, (_, i) => 5 + 2 * i)
        },
        { mark: 'note', text: 'odd', rows: [3] }
      ]
    }
  ]
};

/** Run code in a kernel's own way of things, with a dataframe whose index says the same of all rows. */
function run(lines: readonly string[]): unknown {
  const text = execFileSync('python3', ['-'], {
    input: lines.join('\n'),
    encoding: 'utf8'
  });
  return JSON.parse(text.trim().split('\n').pop() ?? '');
}

describe('the cell of labels', () => {
  it('is written for as many labels as a notebook keeps', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => 7 * i);
    const { source } = generate(
      {
        kind: 'labels',
        sets: [
          { set: 'primary', marks: [{ mark: 'label', text: 'odd', rows }] }
        ]
      },
      options('pandas')
    );
    expect(source).toContain('139993');
  });

  it('gives each row its label by place, whatever the index says, in each library', () => {
    const makes = {
      pandas: 'prod = pandas.DataFrame({"x": range(70)}, index=["same"] * 70)',
      polars: 'prod = polars.DataFrame({"x": range(70)})',
      pyarrow: 'prod = pyarrow.table({"x": range(70)})'
    };
    const shows = {
      pandas: 'shown = prod.assign(label=labels_2, note=notes)',
      polars: 'shown = prod.hstack(labels_2).hstack(notes).to_pandas()',
      pyarrow:
        'shown = prod.append_column("label", labels_2["label"]).append_column("note", notes["note"]).to_pandas()'
    };
    const all = Object.entries(makes).flatMap(([library, make]) => [
      make,
      generate(labels, options(library)).source,
      shows[library as keyof typeof shows],
      'shown = shown[["label", "note"]].reset_index(drop=True)',
      'told.append([{int(i): v for i, v in shown[c].dropna().items()} for c in shown])'
    ]);
    const told = run([
      'import json, pandas, polars, pyarrow',
      'told = []',
      ...all,
      'print(json.dumps(told))'
    ]);
    const expected = [
      Object.fromEntries([
        [0, 'mislabelled'],
        [3, 'mislabelled'],
        ...Array.from({ length: 30 }, (_, i) => [5 + 2 * i, 'new "topic"\\'])
      ]),
      { 3: 'odd' }
    ];
    expect(told).toEqual([expected, expected, expected]);
  });

  it('ends with the rows that have one, each once, whatever the index says', () => {
    const ends = ['pandas', 'polars', 'pyarrow'].map(
      library =>
        generate(labels, options(library)).source.split('\n').pop() ?? ''
    );
    expect(ends).toEqual([
      'prod.assign(label=labels_2)[labels_2.notna()]',
      'labels_2.with_row_index("row").drop_nulls()',
      'labels_2'
    ]);
    const told = run([
      'import json, pandas, polars',
      'prod = pandas.DataFrame({"x": range(70), "label": "own"}, index=["same"] * 70)',
      generate(labels, options('pandas')).source.replace(ends[0], ''),
      `a = ${ends[0]}`,
      'prod = polars.DataFrame({"x": range(70)})',
      generate(labels, options('polars')).source.replace(ends[1], ''),
      `b = ${ends[1]}`,
      'print(json.dumps([[int(x) for x in a["x"]] == b["row"].to_list(), list(a["label"]) == b["label"].to_list(), len(a)]))'
    ]);
    expect(told).toEqual([true, true, 32]);
  });

  it('needs no phoenix_lab, and rows that have a place', () => {
    const { source } = generate(labels, {
      ...options('pandas'),
      isPlain: true
    });
    expect(source).not.toContain('phoenix_lab');
    expect(() => generate(labels, options('query'))).toThrow(/no-order/);
  });
});

describe('the cell of combined selections', () => {
  const range: Condition = { kind: 'range', column: 'x', low: 1, high: 5 };
  const text: Condition = { kind: 'values', column: 'y', values: ["it's | "] };
  const combined: ISelection = {
    id: 'c',
    label: 'c',
    rows: [
      { set: 'primary', rows: [1, 2, 5] },
      { set: 'reference', rows: [], n: 0 }
    ],
    variable: 'both',
    comment: ['c'],
    source: null,
    conditions: [
      { kind: 'any_of', conditions: [range, text] },
      { kind: 'not', condition: { kind: 'all_of', conditions: [range, text] } },
      { kind: 'of_set', name: 'primary' }
    ]
  };

  it('gives the rows that the conditions say, and promises as many', () => {
    const code = generate(combined, { ...options('pandas'), sources: [] });
    expect(code.rows).toBe(3);
    expect(
      run([
        'import json, pandas as pd',
        `prod = pd.DataFrame({"x": [0, 1, 2, 3, 9, 9], "y": ["", "", "", "it's | ", "", "it's | "]})`,
        'train = prod.head(4)',
        code.source,
        'print(json.dumps([int(i) for i in both.index]))'
      ])
    ).toEqual([1, 2, 5]);
  });

  it('of one set takes that set alone', () => {
    const { source } = generate(
      {
        ...combined,
        rows: [{ set: 'reference', rows: [1] }],
        conditions: [range, { kind: 'of_set', name: 'reference' }]
      },
      options('pandas')
    );
    expect(source).toContain('px.rows(train, px.Range("x", low=1, high=5))');
  });
});
