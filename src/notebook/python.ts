/** Python as text: literals, names, comments. Nothing of a dataframe gets into code but through here. */

const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda match nonlocal not or pass raise return try type while with yield case'
  ).split(' ')
);

const BUILTINS = new Set(
  (
    'abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex ' +
    'copyright credits delattr dict dir display divmod enumerate eval exec exit filter float format frozenset getattr ' +
    'get_ipython globals hasattr hash help hex id In input int isinstance issubclass iter len license list locals map ' +
    'max memoryview min next object oct open ord Out pow print property quit range repr reversed round set setattr ' +
    'slice sorted staticmethod str sum super tuple vars zip'
  ).split(' ')
);

/** Characters that are not seen, or turn what is seen around, and so must not stand in code as they are. */
const UNSEEN =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff]|\p{Cs}/gu;

/** A string literal. */
export function quote(text: string): string {
  const body = text
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(UNSEEN, escaped);
  return `"${body}"`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** A literal of a plain value; arrays become tuples. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) {
      throw new RangeError(`${value} has no Python literal`);
    }
    return String(value);
  }
  if (typeof value === 'string') {
    return quote(value);
  }
  if (Array.isArray(value)) {
    const items = value.map(literal);
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
  }
  if (typeof value === 'object') {
    const items = Object.entries(value).map(
      ([key, item]) => `${quote(key)}: ${literal(item)}`
    );
    return `{${items.join(', ')}}`;
  }
  throw new TypeError(`A ${typeof value} has no Python literal`);
}

/** Whether a text is a name that can be assigned to. */
export function isName(text: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text) && !KEYWORDS.has(text);
}

/** A comment of one or more lines, none longer than `width` if it can be helped. */
export function comment(text: string, width = 79): string[] {
  const words = text
    .replace(/\s/g, ' ')
    .replace(UNSEEN, '')
    .split(' ')
    .filter(word => word !== '');
  const lines: string[] = [];
  let line = '#';
  for (const word of words) {
    if (line !== '#' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  lines.push(line);
  return lines;
}

/** Turn words into a name: ASCII where it can be had, never a keyword or a builtin. */
export function toName(text: string, fallback: string): string {
  const ascii = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '');
  const name = ascii.slice(0, 40).replace(/_+$/, '');
  if (name === '') {
    return fallback;
  }
  return KEYWORDS.has(name) || BUILTINS.has(name) ? `${name}_rows` : name;
}

/** The name itself, or with the first number that makes it free. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  const used = (candidate: string): boolean =>
    taken.has(candidate) || KEYWORDS.has(candidate) || BUILTINS.has(candidate);
  if (!used(name)) {
    return name;
  }
  let n = 2;
  while (used(`${name}_${n}`)) {
    n += 1;
  }
  return `${name}_${n}`;
}

/** Comments and strings of Python source, so that what remains are names, numbers and signs. */
const TEXT =
  /#[^\n]*|[rbuf]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\[\s\S]|[^"\\\n])*(?:"|$)|'(?:\\[\s\S]|[^'\\\n])*(?:'|$))/gi;

/** Every name that stands in some source. */
export function namesIn(source: string): Set<string> {
  const code = source.replace(TEXT, ' ');
  return new Set(code.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
}

/** What a module is called in some source (`import plotly.express as px` calls it `px`), or null. */
export function aliasOf(source: string, module: string): string | null {
  const code = source.replace(TEXT, ' ');
  const found = [
    ...code.matchAll(
      /(?:^|[\n;])\s*import\s+([\w.]+)(?:\s+as\s+([\p{L}_][\p{L}\p{N}_]*))?/gu
    )
  ];
  const match = found.reverse().find(([, name]) => name === module);
  return match ? (match[2] ?? match[1]) : null;
}

/** Whether code gives a variable a value: `prod = …`, `train, prod = …`, `prod: DataFrame = …`; not `prod["x"] = …` nor `f(prod=…)`. */
export function assigns(source: string, name: string): boolean {
  const target = name.replace(/[$]/g, '\\$&');
  return new RegExp(
    String.raw`^[ \t]*\(?[ \t]*(?:[\p{L}\p{N}_*.]+[ \t]*,[ \t]*)*\*?${target}[ \t]*(?:,[^=\n]*|:[^=\n]*|\)[ \t]*)?=(?!=)`,
    'mu'
  ).test(source);
}
