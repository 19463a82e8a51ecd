import type { IReporting, IWatching, Recipe } from '../tokens';
import type { ICodeOptions } from './code';
import { NARROW, recipeText } from './recipe-code';
import { schemaLines, schemaText } from './schema';
import type { Scope } from './scope';
import { expression, type ISetCode } from './set-code';
import { reportArguments } from './report-code';
import { monitorText } from './watch';

/** The call that answers a recipe, or checks a monitor, and gives its answer a name. */
export function run(
  recipe: Recipe | IWatching | IReporting,
  result: string,
  px: string,
  { primary, reference, corpus }: ICodeOptions,
  /** By the text of a schema: its variable. */
  schemas: ReadonlyMap<string, string>
): string[] {
  const [verb, recipeLines] =
    recipe.kind === 'watch'
      ? ['check', monitorText(recipe, px)]
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
export function asArgument(
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
export function bindSchemas(
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
