import { inferences } from '../../api/__tests__/server';
import type { ColumnInfo } from '../../api/contract';
import { hasPredictions, hasScores, predictionColumns } from '../predictions';

const GUESSED = 'guessed: name and categories';
const NAMED = 'named in the schema: actual_label_column_name';

function set(
  roles: Readonly<Record<string, ColumnInfo['role']>>,
  reason = GUESSED
) {
  return inferences({
    columns: Object.entries(roles).map(([name, role], position) => ({
      name,
      position,
      dtype: 'str',
      kind: 'category',
      role,
      reason,
      raw_data: null,
      link_to_data: null,
      retrieved: null,
      dimension: null,
      problem: null,
      carrier: 'text'
    }))
  });
}

const labels = set({ said: 'prediction_label', was: 'actual_label' });

describe('the view of the predictions', () => {
  it.each([
    ['labels of both sorts', labels, null, true],
    [
      'a score beside labels',
      set({ p: 'prediction_score', was: 'actual_label' }),
      null,
      true
    ],
    [
      'numbers of both sorts',
      set({ p: 'prediction_score', y: 'actual_score' }),
      null,
      true
    ],
    [
      'predictions alone',
      set({ said: 'prediction_label', p: 'prediction_score' }),
      null,
      false
    ],
    [
      'actual labels alone',
      set({ was: 'actual_label', y: 'actual_score' }),
      null,
      false
    ],
    [
      'what only the reference has',
      set({ said: 'prediction_label' }),
      labels,
      true
    ],
    ['nothing', set({ x: 'feature' }), null, false]
  ])('is there for %s: %#', (_, primary, reference, there) => {
    expect(hasPredictions({ primary, reference })).toBe(there);
  });

  it('is there for scores whose labels have not come', () => {
    const primary = set({ said: 'prediction_label', p: 'prediction_score' });
    expect(hasScores({ primary, reference: null })).toBe(true);
    expect(hasScores({ primary: labels, reference: null })).toBe(false);
    expect(hasScores({ primary: labels, reference: primary })).toBe(true);
  });

  it('leaves to a cell what it guesses again', () => {
    expect(predictionColumns({ primary: labels, reference: null })).toEqual({});
  });

  it('names the columns that only a schema tells', () => {
    const primary = set(
      { said: 'prediction_label', was: 'actual_label', p: 'prediction_score' },
      NAMED
    );
    expect(predictionColumns({ primary, reference: null })).toEqual({
      prediction: 'said',
      actual: 'was',
      score: 'p',
      task: 'classification'
    });
    const numbers = set({ p: 'prediction_score', y: 'actual_score' }, NAMED);
    expect(predictionColumns({ primary: numbers, reference: null })).toEqual({
      prediction: 'p',
      actual: 'y',
      score: null,
      task: 'regression'
    });
  });
});
