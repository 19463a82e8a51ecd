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
