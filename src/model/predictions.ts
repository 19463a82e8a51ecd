import type { ColumnInfo, Performance } from '../api/contract';
import type { IInspection } from '../tokens';

type Sets = Pick<IInspection, 'primary' | 'reference'>;

/** The column in a role: of the primary set, or else of the reference. */
function inRole(
  { primary, reference }: Sets,
  role: ColumnInfo['role']
): ColumnInfo | null {
  for (const set of [primary, reference]) {
    const found = set?.columns.find(column => column.role === role);
    if (found) {
      return found;
    }
  }
  return null;
}

/** Whether the roles of the columns say what was predicted, and what came of it. */
export function hasPredictions(sets: Sets): boolean {
  const has = (role: ColumnInfo['role']) => inRole(sets, role) !== null;
  return (
    (has('actual_label') &&
      (has('prediction_label') || has('prediction_score'))) ||
    (has('prediction_score') && has('actual_score'))
  );
}

/** Whether there are scores, which say something of predictions whose labels have not come. */
export function hasScores(sets: Sets): boolean {
  return inRole(sets, 'prediction_score') !== null;
}

/**
 * The columns as a recipe names them. Those whose roles were guessed from their names are guessed again in a cell;
 * what only a schema says is written out.
 */
export function predictionColumns(
  sets: Sets
): Pick<Performance, 'prediction' | 'actual' | 'score' | 'task'> {
  const label = inRole(sets, 'actual_label');
  const score = inRole(sets, 'prediction_score');
  const used = label
    ? {
        prediction: inRole(sets, 'prediction_label'),
        actual: label,
        score
      }
    : { prediction: score, actual: inRole(sets, 'actual_score'), score: null };
  const isGuessed = Object.values(used).every(
    column => column === null || column.reason.startsWith('guessed')
  );
  return isGuessed
    ? {}
    : {
        prediction: used.prediction?.name ?? null,
        actual: used.actual?.name ?? null,
        score: used.score?.name ?? null,
        task: label ? 'classification' : 'regression'
      };
}

/**
 * The columns of the scores of several classes: numbers that are called by the classes, after what all begin with
 * ("p_cat", "p_dog").
 *
 * @returns null where there are none.
 */
export function scoreColumns(
  classes: readonly string[],
  columns: readonly ColumnInfo[]
): string[] | null {
  if (classes.length < 3) {
    return null;
  }
  const numbers = columns.filter(
    ({ kind, problem }) => kind === 'number' && problem === null
  );
  for (const { name } of numbers) {
    if (name.endsWith(classes[0]) && name.length > classes[0].length) {
      const prefix = name.slice(0, name.length - classes[0].length);
      const found = classes.map(label => prefix + label);
      if (found.every(wanted => numbers.some(own => own.name === wanted))) {
        return found;
      }
    }
  }
  return null;
}
