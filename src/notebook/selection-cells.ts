import { areOnMap, plainOf } from '../model/conditions';
import { countOf, countRows } from '../model/selection';
import type { Condition, ISelection, Recipe } from '../tokens';
import { asArgument, bindSchemas, run } from './call-code';
import type { ICode, ICodeOptions } from './code';
import { conditionCode } from './conditions';
import { comment, literal } from './python';
import { inner, NARROW, variableOf } from './recipe-code';
import { partNames, pick, stack, wrap } from './rows-code';
import type { Beside, Scope } from './scope';
import { CodeError, type ISetCode } from './set-code';

/** The rows that an expression on the result of a recipe gives. */
export function sourceCell(
  selection: ISelection,
  source: { readonly recipe: Recipe; readonly call: string },
  options: ICodeOptions,
  scope: Scope
): ICode {
  const px = scope.product();
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
  const call = counted(source.call, selection, options);
  const variable = scope.bind(
    selection.variable,
    'rows',
    name =>
      parts.lines(name, (to, each) =>
        wrap(`${to} = ${result.name}${each ? eachOf(call) : call}`)
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

/** The rows by their places, in the way of the dataframe's own library. */
export function rowsCell(
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

/**
 * The call with the number of rows of each set: on a map of other data the number of a cluster, or an area, is another group's, and must not be taken for
 * this one.
 */
function counted(
  call: string,
  { rows }: ISelection,
  { reference }: ICodeOptions
): string {
  if (!/^\.(cluster|lasso)\(/.test(call)) {
    return call;
  }
  const of = (set: string): number =>
    rows
      .filter(part => part.set === set)
      .reduce((sum, part) => sum + countOf(part), 0);
  const n =
    reference !== null && !call.includes('set=')
      ? `(${of('primary')}, ${of('reference')})`
      : String(of('primary') + of('reference'));
  return call.replace(/\)$/, `, n=${n})`);
}

/** The call that gives a pair: the rows of each set. */
function eachOf(call: string): string {
  return call.replace(/(\(?)\)$/, (_, open: string) =>
    open ? '(set="each")' : ', set="each")'
  );
}

/** The rows that meet conditions, of the sets that the selection has rows of. */
export function conditionsCell(
  selection: ISelection,
  conditions: readonly Condition[],
  options: ICodeOptions,
  scope: Scope
): ICode {
  const px = scope.product();
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
    const all = each ? [...args, 'set="each"'] : args;
    const oneLine = `${to} = ${px.name}.rows(${all.join(', ')})`;
    return oneLine.length <= NARROW
      ? [oneLine]
      : [`${to} = ${px.name}.rows(`, ...all.map(arg => `    ${arg},`), ')'];
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
