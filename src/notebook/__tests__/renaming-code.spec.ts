import { generate } from '../code';
import { runPython } from './run-python';

const set = (library: string) => ({
  name: 'prod',
  expression: 'prod',
  library,
  schema: null
});
const NASTY = 'a "b\\\n';

it.each([
  ['pandas', 'import pandas as pd', 'pd.DataFrame', 'list(prod.columns)'],
  ['polars', 'import polars as pl', 'pl.DataFrame', 'prod.columns'],
  ['pyarrow', 'import pyarrow as pa', 'pa.table', 'prod.column_names']
])(
  'gives columns of %s the names that they had',
  (library, line, make, names) => {
    const { source } = generate(
      {
        kind: 'renaming',
        set: 'primary',
        names: [
          ['amount_usd', 'amount'],
          ['n', NASTY]
        ]
      },
      {
        primary: set(library),
        reference: null,
        sources: [],
        taken: ['prod'],
        isPlain: true
      }
    );
    expect(source).not.toContain('phoenix_lab');
    const told = runPython(
      [
        line,
        `prod = ${make}({"amount_usd": [1], "n": [2], "kept": [3]})`,
        source,
        `import json; print(json.dumps(${names}))`
      ],
      ''
    );
    expect(told).toEqual(['amount', NASTY, 'kept']);
  }
);
