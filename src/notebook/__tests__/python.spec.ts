import {
  aliasOf,
  assigns,
  comment,
  freeName,
  isName,
  literal,
  namesIn,
  quote,
  toName
} from '../python';
import { runPython } from './run-python';

/** What Python makes of some literals, as JSON. */
function evaluated(literals: readonly string[]): unknown {
  const code = [
    'import ast, json, sys',
    'print(json.dumps([ast.literal_eval(t) for t in json.load(sys.stdin)]))'
  ];
  return runPython(code, JSON.stringify(literals));
}

const NASTY = [
  'plain',
  '',
  'with "double" and \'single\'',
  '"""',
  'back\\slash \\n \\" end\\',
  'new\nline\r\ttab\0nul\x1b[0m',
  'ünïcödé 漢字 🔥',
  'line\u2028paragraph\u2029',
  'turned \u202e around \u2066 x \u2069',
  'zero\u200bwidth\ufeff',
  '{f-string} %s %(x)s $HOME `tick`',
  "'); __import__('os').system('true') #",
  '\ud800 lone',
  'a\u00a0b\u3000c'
];

describe('quote', () => {
  it('gives the same text back in Python, whatever it holds', () => {
    expect(evaluated(NASTY.map(quote))).toEqual(NASTY);
  });

  it('leaves nothing in the code that cannot be seen, and one line', () => {
    for (const text of NASTY) {
      expect(quote(text)).not.toMatch(
        // eslint-disable-next-line no-control-regex
        /[\u0000-\u001f\u00a0\u200b\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udbff](?![\udc00-\udfff])/
      );
    }
    expect(quote('ünïcödé 漢字 🔥')).toBe('"ünïcödé 漢字 🔥"');
  });
});

describe('literal', () => {
  it('writes plain values as Python does', () => {
    const values = [null, true, false, 0, -3, 0.1, 1e-7, 1e21, 'x', ['a', 1]];
    expect(evaluated(values.map(literal))).toEqual(values);
    expect(literal(['a'])).toBe('("a",)');
  });

  it('refuses what has no literal', () => {
    expect(() => literal(NaN)).toThrow(RangeError);
    expect(() => literal(Infinity)).toThrow(RangeError);
    expect(() => literal(() => 1)).toThrow(TypeError);
  });
});

describe('names', () => {
  it('tells names from keywords and from other text', () => {
    expect(isName('prod_2')).toBe(true);
    expect(isName('größe')).toBe(true);
    for (const text of ['2x', 'a b', 'class', 'None', '', 'a.b', 'a-b']) {
      expect(isName(text)).toBe(false);
    }
  });

  it('makes names of words', () => {
    expect(toName('iraq · terrorists · afghanistan', 'rows')).toBe(
      'iraq_terrorists_afghanistan'
    );
    expect(toName('Élysée 2024', 'rows')).toBe('elysee_2024');
    expect(toName('漢字', 'rows')).toBe('rows');
    expect(toName('2001 rows', 'x')).toBe('rows');
    expect(toName('list', 'rows')).toBe('list_rows');
    expect(toName('class', 'rows')).toBe('class_rows');
  });

  it('takes no name that is used, reserved or built in', () => {
    expect(freeName('iraq', new Set())).toBe('iraq');
    expect(freeName('iraq', new Set(['iraq', 'iraq_2']))).toBe('iraq_3');
    expect(freeName('print', new Set())).toBe('print_2');
  });

  it('sees names in code, but not in its comments and strings', () => {
    const source =
      "df = load(\"iraq.csv\")  # areas\nx = '''veterans\nof''' + f\"{y}\"\ndf.head(n=3)";
    const names = namesIn(source);
    for (const name of ['df', 'load', 'x', 'head', 'n']) {
      expect(names).toContain(name);
    }
    for (const name of ['iraq', 'areas', 'veterans']) {
      expect(names).not.toContain(name);
    }
  });

  it('sees what a module is called', () => {
    expect(aliasOf('import phoenix_lab as px', 'phoenix_lab')).toBe('px');
    expect(aliasOf('import os; import phoenix_lab', 'phoenix_lab')).toBe(
      'phoenix_lab'
    );
    expect(
      aliasOf('# import phoenix_lab as no\nimport pandas as pd', 'phoenix_lab')
    ).toBeNull();
    expect(aliasOf('import plotly.express as px', 'phoenix_lab')).toBeNull();
  });
});

describe('comment', () => {
  it('stays a comment, whatever the text', () => {
    const lines = comment('one\nimport os\r\u2028two \u202e three');
    expect(lines).toEqual(['# one import os two three']);
  });

  it('breaks long text between words', () => {
    const lines = comment('word '.repeat(40));
    expect(lines.length).toBeGreaterThan(1);
    expect(
      lines.every(line => line.startsWith('# ') && line.length <= 79)
    ).toBe(true);
  });
});

describe('what code assigns', () => {
  it.each([
    'prod = 1',
    'x = 2\nprod = pd.read_parquet("x")',
    'train, prod = split(df)',
    'prod, train = split(df)',
    '(train, prod) = split(df)',
    'if a:\n    prod = 1',
    'prod: pd.DataFrame = load()'
  ])('finds %j', source => {
    expect(assigns(source, 'prod')).toBe(true);
  });

  it.each([
    'prod',
    'prod == 1',
    'prod["x"] = 1',
    'prod.x = 1',
    'show(prod=1)',
    'product = 1',
    'my_prod = 1',
    'x = prod'
  ])('does not take %j for it', source => {
    expect(assigns(source, 'prod')).toBe(false);
  });
});
