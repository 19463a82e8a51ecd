import { hasRows } from '../model/selection';
import type {
  IEmbedding,
  Insertable,
  IReporting,
  ISelection,
  IWatching,
  Recipe
} from '../tokens';
import { afterCell, afterName } from './after-lines';
import { asArgument, bindSchemas, run } from './call-code';
import { embedLines } from './embed-lines';
import { renamingCell } from './renaming-code';
import { labelsCell } from './labels-code';
import { comment } from './python';
import { headOf, variableOf } from './recipe-code';
import { Scope } from './scope';
import { conditionsCell, rowsCell, sourceCell } from './selection-cells';
import { CodeError, type ISetCode } from './set-code';
import { watchedName } from './watch';

/** A cell with more text than this is no longer something to read. */
const MOST_TEXT = 20_000;
/** Labels have no other way out of the panel: as many as a notebook keeps. */
const MOST_LABELS_TEXT = 200_000;

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
  /** Rows that the last line has in the sets as they were read, whether or not anybody was shown the number; null for a whole result. */
  readonly rows: number | null;
}

/** Write the cell that gives a selection, or the answer to a recipe, again. */
export function generate(what: Insertable, options: ICodeOptions): ICode {
  const scope = new Scope(options);
  const isPlain = options.isPlain === true;
  const isRows = !('kind' in what) && hasRows(what);
  const isLabels = 'kind' in what && what.kind === 'labels';
  const isRenaming = 'kind' in what && what.kind === 'renaming';
  if (isPlain && !isRows && !isLabels && !isRenaming) {
    throw new CodeError('no-package', options.primary.name);
  }
  const code =
    'kind' in what
      ? what.kind === 'embedding'
        ? embedCell(what, options, scope)
        : what.kind === 'labels'
          ? labelsCell(what, options, scope)
          : what.kind === 'renaming'
            ? renamingCell(what, options)
            : recipeCell(what, options, scope)
      : selectionCell(what, options, scope);
  if (code.source.length > (isLabels ? MOST_LABELS_TEXT : MOST_TEXT)) {
    throw new CodeError('too-long', options.primary.name);
  }
  const after = 'kind' in what ? undefined : what.after;
  if (!after) {
    return code;
  }
  if (isPlain) {
    throw new CodeError('no-package', options.primary.name);
  }
  const other =
    after.kind === 'direction'
      ? selectionCell(after.other, options, scope)
      : undefined;
  const made = afterCell(code, after, scope.add(afterName(after), 'found'), {
    px: scope.product(),
    sets: { primary: options.primary, reference: options.reference },
    other
  });
  if (made.source.length > MOST_TEXT) {
    throw new CodeError('too-long', options.primary.name);
  }
  return made;
}

/** The rows of a selection, by what gave them. */
function selectionCell(
  what: ISelection,
  options: ICodeOptions,
  scope: Scope
): ICode {
  return what.conditions
    ? conditionsCell(what, what.conditions, options, scope)
    : what.source && options.isPlain !== true
      ? sourceCell(what, what.source, options, scope)
      : rowsCell(what, options, scope);
}

function recipeCell(
  recipe: Recipe | IWatching | IReporting,
  options: ICodeOptions,
  scope: Scope
): ICode {
  const px = scope.product();
  const schemas = bindSchemas(options, px.name, scope);
  const { name: result, lines } = scope.bind(nameOf(recipe), 'result', wish =>
    run(recipe, wish, px.name, options, schemas.names)
  );
  const sets = [options.primary, options.reference]
    .flatMap(set => (set ? [set.name] : []))
    .join(' against ');
  const head =
    recipe.kind === 'watch'
      ? `watches ${watchedName(recipe)}`
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
  const px = scope.product();
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
