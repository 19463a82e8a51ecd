import { areOnMap, plainOf } from '../model/conditions';
import { countOf, countRows, hasRows } from '../model/selection';
import type {
  Condition,
  IEmbedding,
  ILabels,
  Insertable,
  ISelection,
  IReporting,
  IWatching,
  Recipe
} from '../tokens';
import { conditionCode } from './conditions';
import { embedLines } from './embed-lines';
import { labelLines, labelsModule } from './labels-code';
import {
  aliasOf,
  comment,
  freeName,
  isName,
  literal,
  namesIn,
  toName
} from './python';
import { afterCell, afterName } from './after-lines';
import { headOf, inner, NARROW, recipeText, variableOf } from './recipe-code';
import { partNames, pick, stack, wrap } from './rows-code';
import { schemaLines, schemaText } from './schema';
import { reportArguments } from './report-code';
import { CodeError, expression, type ISetCode } from './set-code';
import { monitorText } from './watch';

/** A cell with more text than this is no longer something to read. */
const MOST_TEXT = 20_000;

const MODULE = 'phoenix_lab';

/** What code is written from. */
export interface ICodeOptions {
  readonly primary: ISetCode;
  readonly reference: ISetCode | null;
  /** Documents, which are on the maps of the others. */
  readonly corpus?: ISetCode | null;
  /** The source of all the code cells of the notebook. */
  readonly sources: readonly string[];
  /** Names that the kernel is known to hold. */
  readonly taken: Iterable<string>;
  /** Whether code must do with the dataframe's own library, for the kernel has no phoenix_lab. */
  readonly isPlain?: boolean;
}

/** A cell, and what running it must show. */
export interface ICode {
  readonly source: string;
  /** The variable with the rows or the result. */
  readonly variable: string;
  /** Rows that the last line must have; null for a whole result. */
  readonly rows: number | null;
}

/** Write the cell that gives a selection, or the answer to a recipe, again. */
export function generate(what: Insertable, options: ICodeOptions): ICode {
  const scope = new Scope(options);
  const isPlain = options.isPlain === true;
  const isRows = !('kind' in what) && hasRows(what);
  const isLabels = 'kind' in what && what.kind === 'labels';
  if (isPlain && !isRows && !isLabels) {
    throw new CodeError('no-package', options.primary.name);
  }
  const code =
    'kind' in what
      ? what.kind === 'embedding'
        ? embedCell(what, options, scope)
        : what.kind === 'labels'
          ? labelsCell(what, options, scope)
          : recipeCell(what, options, scope)
      : what.conditions
        ? conditionsCell(what, what.conditions, options, scope)
        : what.source && !isPlain
          ? sourceCell(what, what.source, options, scope)
          : rowsCell(what, options, scope);
  if (code.source.length > MOST_TEXT) {
    throw new CodeError('too-long', options.primary.name);
  }
  const after = 'kind' in what ? undefined : what.after;
  if (!after) {
    return code;
  }
  if (isPlain) {
    throw new CodeError('no-package', options.primary.name);
  }
  const px = scope.module(MODULE, 'px');
  return afterCell(code, after, px, scope.add(afterName(after), 'found'));
}

/** The names that a cell makes beside a name. */
type Beside = (name: string) => readonly string[];

/** The names of the notebook, and those that this cell adds. */
class Scope {
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
   * The name of a value that is made by `lines`; the name that it has already where the notebook has the very same lines.
   */
  bind(
    wish: string,
    fallback: string,
    lines: (name: string) => string[],
    beside?: Beside
  ): { name: string; lines: string[] } {
    const known = isName(wish) ? wish : toName(wish, fallback);
    const same = lines(known);
    if (this._sources.some(source => source.includes(same.join('\n')))) {
      return { name: known, lines: same };
    }
    const name = this.add(wish, fallback, beside);
    return { name, lines: lines(name) };
  }

  /** The line that imports a module, and what it is then called. */
  module(module: string, wish: string): { name: string; line: string } {
    const alias = aliasOf(this._text, module);
    const name =
      alias ?? (this._taken.has(wish) ? freeName(module, new Set()) : wish);
    this._taken.add(name);
    const line =
      name === module ? `import ${module}` : `import ${module} as ${name}`;
    return { name, line };
  }

  private readonly _sources: readonly string[];
  private readonly _text: string;
  private readonly _taken: Set<string>;
}

function recipeCell(
  recipe: Recipe | IWatching | IReporting,
  options: ICodeOptions,
  scope: Scope
): ICode {
  const px = scope.module(MODULE, 'px');
  const schemas = bindSchemas(options, px.name, scope);
  const { name: result, lines } = scope.bind(nameOf(recipe), 'result', wish =>
    run(recipe, wish, px.name, options, schemas.names)
  );
  const sets = [options.primary, options.reference]
    .flatMap(set => (set ? [set.name] : []))
    .join(' against ');
  const head =
    recipe.kind === 'watch'
      ? `watches ${recipe.column}`
      : recipe.kind === 'report'
        ? 'report'
        : headOf(recipe);
  return {
    source: [
      ...comment(`Phoenix: ${head} of ${sets}`),
      px.line,
      '',
      ...schemas.lines,
      ...lines,
      result
    ].join('\n'),
    variable: result,
    rows: null
  };
}

/** What the value that a cell makes is usually called. */
function nameOf(what: Recipe | IWatching | IReporting): string {
  switch (what.kind) {
    case 'watch':
      return 'checked';
    case 'report':
      return 'report';
    default:
      return variableOf(what);
  }
}

function embedCell(
  what: IEmbedding,
  options: ICodeOptions,
  scope: Scope
): ICode {
  const px = scope.module(MODULE, 'px');
  const { primary, reference } = options;
  const sets = (reference ? [reference, primary] : [primary]).filter(
    (set, i, all) =>
      all.findIndex(other => other.expression === set.expression) === i
  );
  const schemas =
    what.column === null
      ? bindSchemas(options, px.name, scope)
      : { lines: [], names: new Map<string, string>() };
  const of = what.column ?? 'the rows';
  const by = what.model ?? 'an endpoint, which the texts are sent to';
  return {
    source: [
      ...comment(
        `Phoenix: embeds ${of} of ${sets.map(({ name }) => name).join(' and ')} by ${by}`
      ),
      px.line,
      '',
      ...schemas.lines,
      ...embedLines(what, sets, px.name, set =>
        asArgument(set, px.name, schemas.names)
      )
    ].join('\n'),
    variable: primary.expression ?? '',
    rows: null
  };
}

/** The labels of rows as a column of each dataframe's own index; notes are a column beside. */
function labelsCell(
  { sets }: ILabels,
  options: ICodeOptions,
  scope: Scope
): ICode {
  const imports = new Map<string, { name: string; line: string }>();
  const lines: string[] = [];
  const names: string[] = [];
  const heads: string[] = [];
  for (const { set, marks } of sets) {
    const frame = options[set] ?? options.primary;
    const { module, wish } = labelsModule(frame);
    const known = imports.get(module) ?? scope.module(module, wish);
    imports.set(module, known);
    for (const mark of ['label', 'note'] as const) {
      const mine = marks.filter(one => one.mark === mark);
      if (mine.length > 0) {
        const wished = sets.length > 1 ? `${mark}s_${frame.name}` : `${mark}s`;
        const name = scope.add(wished, `${mark}s`);
        lines.push(...labelLines(name, mark, frame, known.name, mine), '');
        names.push(name);
      }
    }
    heads.push(frame.name);
  }
  return {
    source: [
      ...comment(`Phoenix: labels of rows of ${heads.join(' and ')}`),
      ...[...imports.values()].map(({ line }) => line),
      '',
      ...lines.slice(0, -1),
      names[0]
    ].join('\n'),
    variable: names[0],
    rows: null
  };
}

function sourceCell(
  selection: ISelection,
  source: { readonly recipe: Recipe; readonly call: string },
  options: ICodeOptions,
  scope: Scope
): ICode {
  const px = scope.module(MODULE, 'px');
  const schemas = bindSchemas(options, px.name, scope);
  const result = scope.bind(variableOf(source.recipe), 'result', wish =>
    run(source.recipe, wish, px.name, options, schemas.names)
  );
  // The nearest rows come by distance, whichever set they are of.
  const parts = partsOf(
    selection,
    options,
    scope,
    source.recipe.kind !== 'neighbors'
  );
  const variable = scope.bind(
    selection.variable,
    'rows',
    name =>
      parts.lines(name, (to, each) =>
        wrap(
          `${to} = ${result.name}${each ? eachOf(source.call) : source.call}`
        )
      ),
    parts.names
  );
  return {
    source: [
      ...head(selection),
      ...parts.imports,
      px.line,
      '',
      ...schemas.lines,
      ...result.lines,
      ...variable.lines,
      variable.name
    ].join('\n'),
    variable: variable.name,
    rows: countRows(selection)
  };
}

function rowsCell(
  selection: ISelection,
  options: ICodeOptions,
  scope: Scope
): ICode {
  const picks = selection.rows
    .filter(({ rows }) => rows.length > 0)
    .map(({ set, rows }) => {
      const frame = set === 'primary' ? options.primary : options.reference;
      return { frame: frame ?? options.primary, rows };
    });
  if (picks.length === 0) {
    throw new CodeError('no-rows', options.primary.name);
  }
  const parts = partsOf(selection, options, scope, true);
  const variable = scope.add(selection.variable, 'rows', parts.names);
  const names = parts.names(variable);
  const lines = picks.flatMap(({ frame, rows }, i) => {
    const [first, ...rest] = pick(frame, rows);
    return [`${names[i] ?? variable} = ${first}`, ...rest];
  });
  if (parts.stacked) {
    lines.push(`${variable} = ${parts.stacked(names)}`);
  }
  return {
    source: [
      ...head(selection),
      ...parts.imports,
      ...(parts.imports.length > 0 ? [''] : []),
      ...lines,
      variable
    ].join('\n'),
    variable,
    rows: countRows(selection)
  };
}

/** How the rows of each set stand beside those of both; of a selection of one set there is nothing to tell apart. */
interface IParts {
  readonly imports: readonly string[];
  readonly names: Beside;
  /** One under the other, in the dataframes' own library. */
  readonly stacked: ((frames: readonly string[]) => string) | null;
  /** Lines that make them all; `assign` gives those for one value, or for one of each set. */
  readonly lines: (
    name: string,
    assign: (to: string, each: boolean) => string[]
  ) => string[];
}

function partsOf(
  { rows, conditions }: ISelection,
  { primary, reference }: ICodeOptions,
  scope: Scope,
  /** Whether both are the one after the other. */
  inOrder: boolean
): IParts {
  const found = rows.filter(part =>
    // Of conditions nobody may have counted the rows.
    conditions ? part.n !== 0 : countOf(part) > 0
  );
  if (reference === null || found.length < 2) {
    return {
      imports: [],
      names: () => [],
      stacked: null,
      lines: (name, assign) => assign(name, false)
    };
  }
  const libraries = [primary.library, reference.library];
  if (libraries[0] !== libraries[1] && !libraries.includes('query')) {
    throw new CodeError('two-kinds', reference.name);
  }
  const names: Beside = name => partNames(name, primary.name, reference.name);
  const way =
    inOrder && primary.library === reference.library ? stack(primary) : null;
  const module = way && scope.module(way.name, way.wish);
  const stacked =
    way && module
      ? (frames: readonly string[]) => way.call(module.name, frames)
      : null;
  return {
    imports: module ? [module.line] : [],
    names,
    stacked,
    lines: (name, assign) => [
      ...assign(names(name).join(', '), true),
      ...(stacked ? [`${name} = ${stacked(names(name))}`] : assign(name, false))
    ]
  };
}

/** The call that gives a pair: the rows of each set. */
function eachOf(call: string): string {
  return call.replace(/(\(?)\)$/, (_, open: string) =>
    open ? '(set="each")' : ', set="each")'
  );
}

/** The rows that meet conditions, of the sets that the selection has rows of. */
function conditionsCell(
  selection: ISelection,
  conditions: readonly Condition[],
  options: ICodeOptions,
  scope: Scope
): ICode {
  const px = scope.module(MODULE, 'px');
  const { primary, reference } = options;
  const sets = selection.rows.map(({ set }) => set);
  const isOfMap = areOnMap(conditions);
  const isOfOne = ({ kind, ...rest }: Condition): boolean =>
    sets.length === 1 &&
    kind === 'of_set' &&
    'name' in rest &&
    rest.name === sets[0];
  const asked = conditions.filter(one => !isOfOne(one));
  // What only one set decides needs no other one; a map is that of both, and so is what speaks of sides within.
  const needsBoth =
    reference !== null &&
    (isOfMap ||
      sets.length > 1 ||
      plainOf(asked).some(
        one =>
          one.kind === 'of_set' ||
          one.kind === 'at_rows' ||
          (one.set && !asked.includes(one))
      ));
  const first = !needsBoth && sets[0] === 'reference' ? reference : primary;
  const used = needsBoth ? [primary, reference] : [first ?? primary];
  const schemas = isOfMap
    ? bindSchemas(options, px.name, scope)
    : { lines: [], names: new Map<string, string>() };
  const given = (set: ISetCode): string =>
    asArgument(set, px.name, schemas.names);
  const args = [
    given(used[0]),
    // Which side it is of was decided by taking that set.
    ...asked
      .filter(({ set }) => needsBoth || !set || set === sets[0])
      .map(condition =>
        conditionCode(
          needsBoth ? condition : { ...condition, set: null },
          px.name,
          map => inner(map, px.name)
        )
      ),
    ...(needsBoth && reference ? [`reference=${given(reference)}`] : []),
    ...(isOfMap && options.corpus ? [`corpus=${given(options.corpus)}`] : []),
    ...(needsBoth && sets.length === 1 ? [`set=${literal(sets[0])}`] : [])
  ];
  const parts = partsOf(selection, options, scope, true);
  const variable = scope.add(selection.variable, 'rows', parts.names);
  const lines = parts.lines(variable, (to, each) => {
    const given = each ? [...args, 'set="each"'] : args;
    const oneLine = `${to} = ${px.name}.rows(${given.join(', ')})`;
    return oneLine.length <= NARROW
      ? [oneLine]
      : [`${to} = ${px.name}.rows(`, ...given.map(arg => `    ${arg},`), ')'];
  });
  return {
    source: [
      ...head(selection),
      ...parts.imports,
      px.line,
      '',
      ...schemas.lines,
      ...lines,
      variable
    ].join('\n'),
    variable,
    // A set that nobody has counted promises nothing.
    rows: selection.rows.some(
      ({ n, rows }) => n === undefined && rows.length === 0
    )
      ? null
      : countRows(selection)
  };
}

function head(selection: ISelection): string[] {
  const [first, ...others] = selection.comment;
  return [
    ...comment(`Phoenix: ${first ?? selection.label}`),
    ...others.flatMap(line => comment(line))
  ];
}

function run(
  recipe: Recipe | IWatching | IReporting,
  result: string,
  px: string,
  { primary, reference, corpus }: ICodeOptions,
  /** By the text of a schema: its variable. */
  schemas: ReadonlyMap<string, string>
): string[] {
  const [verb, recipeLines] =
    recipe.kind === 'watch'
      ? ['check', [monitorText(recipe, px)]]
      : recipe.kind === 'report'
        ? ['report', []]
        : ['run', recipeText(recipe, px)];
  const call = recipeLines.length === 1 ? recipeLines[0] : null;
  const given = (set: ISetCode): string => asArgument(set, px, schemas);
  const sets = [
    given(primary),
    ...(reference ? [`reference=${given(reference)}`] : []),
    ...(recipe.kind === 'report'
      ? reportArguments(recipe)
      : corpus
        ? [`corpus=${given(corpus)}`]
        : [])
  ];
  const oneLine = `${result} = ${px}.${verb}(${[call, ...sets].join(', ')})`;
  if (call !== null && oneLine.length <= NARROW) {
    return [oneLine];
  }
  const together = `${sets.join(', ')},`;
  const setLines =
    together.length <= NARROW ? [together] : sets.map(set => `${set},`);
  return [
    `${result} = ${px}.${verb}(`,
    ...[...(recipeLines.length > 0 ? comma(recipeLines) : []), ...setLines].map(
      line => `    ${line}`
    ),
    ')'
  ];
}

/** A set as an argument, with the schema that it needs. */
function asArgument(
  set: ISetCode,
  px: string,
  schemas: ReadonlyMap<string, string>
): string {
  const schema = set.schema && schemas.get(schemaText(set.schema));
  return schema
    ? `${px}.Inferences(${expression(set)}, ${schema})`
    : expression(set);
}

/** The lines that name what columns are for, one variable for sets that say the same. */
function bindSchemas(
  { primary, reference, corpus }: ICodeOptions,
  px: string,
  scope: Scope
): { lines: string[]; names: ReadonlyMap<string, string> } {
  const names = new Map<string, string>();
  const lines: string[] = [];
  for (const set of [primary, reference, corpus]) {
    const { schema } = set ?? {};
    const text = schema ? schemaText(schema) : '';
    if (schema && !names.has(text)) {
      const wish =
        names.size === 0
          ? 'schema'
          : set === corpus
            ? 'corpus_schema'
            : 'reference_schema';
      const bound = scope.bind(wish, 'schema', name =>
        schemaLines(schema, name, px)
      );
      names.set(text, bound.name);
      lines.push(...bound.lines, '');
    }
  }
  return { lines, names };
}

function comma(lines: readonly string[]): string[] {
  return lines.map((line, i) => (i === lines.length - 1 ? `${line},` : line));
}
