import type { ICodeOptions } from './code';
import { aliasOf, freeName, isName, namesIn, toName } from './python';

/** The names that a cell makes beside a name. */
export type Beside = (name: string) => readonly string[];

/** The names of the notebook, and those that this cell adds. */
export class Scope {
  constructor(options: ICodeOptions) {
    this._sources = options.sources;
    this._text = options.sources.join('\n');
    this._taken = new Set([...options.taken, ...namesIn(this._text)]);
    for (const set of [options.primary, options.reference, options.corpus]) {
      if (set?.expression) {
        namesIn(set.expression).forEach(name => this._taken.add(name));
      }
    }
  }

  /** Make a new name, and with it those that go `beside` it. */
  add(wish: string, fallback: string, beside: Beside = () => []): string {
    const used = new Set(this._taken);
    const first = isName(wish) ? wish : toName(wish, fallback);
    let name = freeName(first, used);
    while (beside(name).some(other => this._taken.has(other))) {
      used.add(name);
      name = freeName(first, used);
    }
    [name, ...beside(name)].forEach(made => this._taken.add(made));
    return name;
  }

  /**
   * The name of a value that is made by `lines`; the name that it has already where the notebook has the very same lines, and no lines where this cell has them.
   */
  bind(
    wish: string,
    fallback: string,
    lines: (name: string) => string[],
    beside?: Beside
  ): { name: string; lines: string[] } {
    const known = isName(wish) ? wish : toName(wish, fallback);
    const same = lines(known);
    const text = same.join('\n');
    const made = this._made.get(text);
    if (made !== undefined) {
      return { name: made, lines: [] };
    }
    const isThere = this._sources.some(source => source.includes(text));
    const name = isThere ? known : this.add(wish, fallback, beside);
    this._made.set(text, name);
    return { name, lines: isThere ? same : lines(name) };
  }

  /** The line that imports a module, and what it is then called. */
  module(module: string, wish: string): { name: string; line: string } {
    const known = this._modules.get(module);
    if (known) {
      return known;
    }
    const alias = aliasOf(this._text, module);
    const name =
      alias ?? (this._taken.has(wish) ? freeName(module, new Set()) : wish);
    this._taken.add(name);
    const line =
      name === module ? `import ${module}` : `import ${module} as ${name}`;
    const made = { name, line };
    this._modules.set(module, made);
    return made;
  }

  /** The same for phoenix_lab. */
  product(): { name: string; line: string } {
    return this.module('phoenix_lab', 'px');
  }

  private readonly _sources: readonly string[];
  private readonly _text: string;
  private readonly _taken: Set<string>;
  private readonly _modules = new Map<string, { name: string; line: string }>();
  /** By its lines: the name of what this cell has made. */
  private readonly _made = new Map<string, string>();
}
