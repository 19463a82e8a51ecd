import { nullTranslator } from '@jupyterlab/translation';
import { tableFromArrays, type Table } from 'apache-arrow';

import type { ColumnInfo } from '../../../api/contract';
import { scoreColumns } from '../../../model/predictions';
import type { IResult } from '../../../tokens';
import {
  confusionAt,
  confusionOf,
  cutAt,
  impliedThreshold,
  ratesOf,
  scoresOf
} from '../confusion-facts';
import {
  type Good,
  type IMetric,
  type IPerformanceFacts,
  metricsOf,
  performanceFacts,
  segmentsOf
} from '../facts';
import { changeOf, digitsOf } from '../limits';
import { changeText, decimals, goodOf, metricForm, sentenceOf } from '../words';

const trans = nullTranslator.load('phoenix_lab');

function result(
  table: Table,
  parts: Readonly<Record<string, Table>> = {},
  meta: Readonly<Record<string, unknown>> = {}
): IResult {
  return { table, parts: new Map(Object.entries(parts)), meta };
}

const EMPTY = tableFromArrays({ metric: [] as string[] });

/** Scores .2, .5, .5, .9 of the primary set; .5 and .9 of the reference. */
const SCORES = tableFromArrays({
  score: [0, 0.2, 0.5, 0.9, 1],
  primary_positive: BigInt64Array.from([0n, 0n, 1n, 1n, 0n]),
  primary_negative: BigInt64Array.from([0n, 1n, 1n, 0n, 0n]),
  reference_positive: BigInt64Array.from([0n, 0n, 0n, 1n, 0n]),
  reference_negative: BigInt64Array.from([0n, 0n, 1n, 0n, 0n])
});

function confusionTable(counts: Readonly<Record<string, number[]>>): Table {
  const sets = Object.keys(counts);
  return tableFromArrays({
    set: sets.flatMap(set => Array<string>(4).fill(set)),
    n: BigInt64Array.from(sets.flatMap(set => counts[set].map(BigInt)))
  });
}

const facts = (more: Partial<IPerformanceFacts> = {}): IPerformanceFacts => ({
  ...performanceFacts(result(EMPTY)),
  positive: 'late',
  primary: { name: 'prod', rows: 100, span: null },
  reference: { name: 'train', rows: 200, span: null },
  ...more
});

const metric = (more: Partial<IMetric> = {}): IMetric => ({
  name: 'accuracy',
  label: 'Accuracy',
  average: null,
  good: 'high',
  limit: 0.02,
  isThresholded: true,
  primary: { value: 0.545, lower: 0.52, upper: 0.57, n: 100, reason: null },
  reference: { value: 0.685, lower: 0.67, upper: 0.7, n: 200, reason: null },
  difference: -0.14,
  lower: -0.164,
  upper: -0.116,
  p: 0.0001,
  change: 'worse',
  needed: null,
  reason: null,
  ...more
});

describe('scores of all classes', () => {
  const columns = (...names: string[]): ColumnInfo[] =>
    names.map(
      (name, position) =>
        ({ name, position, kind: 'number', problem: null }) as ColumnInfo
    );

  it('are the columns that are called by the classes', () => {
    const classes = ['car', 'cat', 'cow'];
    expect(
      scoreColumns(classes, columns('x', 'p_cow', 'p_cat', 'p_car', 'p_dog'))
    ).toEqual(['p_car', 'p_cat', 'p_cow']);
    expect(scoreColumns(classes, columns('p_cow', 'p_cat'))).toBeNull();
    expect(scoreColumns(classes, columns('car', 'cat', 'cow'))).toBeNull();
    expect(scoreColumns(['0', '1'], columns('p_0', 'p_1'))).toBeNull();
  });
});

describe('limits', () => {
  const about = (more: Partial<IMetric>, limit: number) =>
    changeOf(metric(more), 'high', limit, 0.05);

  it('judges a change by its interval against a limit', () => {
    expect(about({}, 0.02)).toBe('worse');
    expect(about({}, 0.12)).toBe('moved');
    expect(about({ p: 0.2 }, 0.12)).toBe('undecided');
    expect(about({}, 0.2)).toBe('none');
    expect(about({ p: 0.2 }, 0.02)).toBe('undecided');
    expect(about({ p: null }, 0.02)).toBe('untested');
    const small = { difference: -0.002, lower: -0.003, upper: -0.001 };
    expect(about(small, 0.02)).toBe('none');
    expect(about(small, 0)).toBe('worse');
    expect(changeOf(metric(), 'low', 0.02, 0.05)).toBe('better');
  });
});

describe('thresholds', () => {
  const scores = scoresOf(result(EMPTY, { scores: SCORES }));

  it('counts what lies at or above each', () => {
    expect(scores.primary?.hits).toEqual([2, 2, 2, 1, 0]);
    expect(scores.primary?.falseAlarms).toEqual([2, 2, 1, 0, 0]);
  });

  it.each([
    [0, 0],
    [0.1, 1],
    [0.2, 1],
    [0.5, 2],
    [0.51, 3],
    [1, 4],
    [1.1, 5]
  ])('%s begins at cut %i', (threshold, cut) => {
    expect(cutAt(scores.primary?.cuts ?? [], threshold)).toBe(cut);
  });

  it('takes for equal what float32 cannot tell apart', () => {
    expect(cutAt([0, Math.fround(0.7), 1], 0.7)).toBe(1);
    expect(cutAt([0, Math.fround(0.3), 1], 0.3)).toBe(1);
  });

  it.each([
    [
      0,
      [
        [0, 2],
        [0, 2]
      ]
    ],
    [
      0.5,
      [
        [1, 1],
        [0, 2]
      ]
    ],
    [
      0.9,
      [
        [2, 0],
        [1, 1]
      ]
    ],
    [
      2,
      [
        [2, 0],
        [2, 0]
      ]
    ]
  ])('from %s on the confusion is %j', (threshold, counts) => {
    if (!scores.primary) {
      throw new Error('no scores');
    }
    expect(
      confusionAt(scores.primary, threshold, ['no', 'yes']).counts
    ).toEqual(counts);
  });

  it('gives rates, and none where there are no such rows', () => {
    const of = (counts: number[][]) =>
      ratesOf({ classes: ['no', 'yes'], counts });
    expect(
      of([
        [6, 2],
        [1, 3]
      ])
    ).toEqual({
      falseAlarms: 0.25,
      recall: 0.75,
      precision: 0.6
    });
    expect(
      of([
        [0, 0],
        [2, 0]
      ])
    ).toEqual({
      falseAlarms: null,
      recall: 0,
      precision: null
    });
  });

  it('finds the threshold that the labels were made with in all sets', () => {
    const confusion = (primary: number[], reference: number[]) =>
      confusionOf(
        result(EMPTY, { confusion: confusionTable({ reference, primary }) }),
        ['no', 'yes']
      );
    expect(
      impliedThreshold(scores, confusion([1, 1, 0, 2], [0, 1, 0, 1]))
    ).toBe(0.5);
    expect(
      impliedThreshold(scores, confusion([2, 0, 1, 1], [1, 0, 0, 1]))
    ).toBe(0.9);
    // .9 for the one set, .5 for the other
    expect(
      impliedThreshold(scores, confusion([2, 0, 1, 1], [0, 1, 0, 1]))
    ).toBeNull();
  });

  it('has none for a set without scores, and none at all for labels', () => {
    const { primary_positive, ...others } = {
      score: [0, 1],
      primary_positive: [null, null] as (number | null)[],
      primary_negative: [null, null] as (number | null)[],
      reference_positive: [1, 0],
      reference_negative: [1, 1]
    };
    const half = scoresOf(
      result(EMPTY, {
        scores: tableFromArrays({ ...others, primary_positive })
      })
    );
    expect(half.primary).toBeNull();
    expect(half.reference?.hits).toEqual([1, 0]);
    expect(scoresOf(result(EMPTY))).toEqual({ primary: null, reference: null });
  });
});

describe('confusion', () => {
  it('is read by set, and is none where nothing was judged', () => {
    const table = confusionTable({
      reference: [5, 1, 2, 8],
      primary: [0, 0, 0, 0]
    });
    const found = confusionOf(result(EMPTY, { confusion: table }), ['a', 'b']);
    expect(found.reference?.counts).toEqual([
      [5, 1],
      [2, 8]
    ]);
    expect(found.primary).toBeNull();
  });
});

describe('rows', () => {
  const columns = {
    value_primary: [0.5, 0.9, 0.7],
    value_reference: [0.6, 0.9, 0.9],
    difference: [-0.1, 0, -0.2],
    p_adjusted: [0.2, 0.9, 0.01] as (number | null)[],
    verdict: ['undecided', 'undecided', 'worse']
  };

  it('reads metrics, with nothing for what is not there', () => {
    const [first] = metricsOf(
      result(tableFromArrays({ metric: ['mcc', 'f1', 'brier'], ...columns }))
    );
    expect(first.name).toBe('mcc');
    expect(first.primary).toEqual({
      value: 0.5,
      lower: null,
      upper: null,
      n: null,
      reason: null
    });
    expect(first.isThresholded).toBe(false);
  });

  it('puts the surest change first, and of one set the worst', () => {
    const names = (good: Good, more = {}) =>
      segmentsOf(
        result(EMPTY, {
          segments: tableFromArrays({
            segment: ['a', 'b', 'c'],
            kind: ['category', 'category', 'category'],
            ...columns,
            ...more
          })
        }),
        good
      ).map(({ name }) => name);
    expect(names('high')).toEqual(['c', 'a', 'b']);
    // What is tested comes before what has too few rows for it, however far that moved.
    const few = {
      p_adjusted: [1, 1, 1],
      difference: [0.5, 0.01, 0.02],
      difference_lower: [null, -0.1, -0.1] as (number | null)[],
      difference_upper: [null, 0.1, 0.1] as (number | null)[]
    };
    expect(names('high', few)).toEqual(['c', 'b', 'a']);
    const alone = { p_adjusted: [null, null, null] as (number | null)[] };
    expect(names('high', alone)).toEqual(['a', 'c', 'b']);
    expect(names('low', alone)).toEqual(['b', 'c', 'a']);
    const errors = (value_primary: (number | null)[]) => ({
      ...alone,
      value_primary,
      value_reference: [null, null, null] as (number | null)[]
    });
    // Far from 0 is bad on either side, and what has no value is neither good nor bad.
    expect(names('zero', errors([-3, 1, 5]))).toEqual(['c', 'a', 'b']);
    expect(names('high', errors([null, 0.9, 0.7]))).toEqual(['c', 'b', 'a']);
  });
});

describe('limits', () => {
  it.each([
    [0.02, 3],
    [0.25, 2],
    [617, 0],
    [3.1e-7, 8],
    [0, 3]
  ])('of %d are written with %d decimals', (usual, digits) => {
    expect(digitsOf(usual)).toBe(digits);
  });
});

describe('words', () => {
  it.each([
    [0.7444, '.744'],
    [-0.0391, '−.039'],
    [1, '1.000'],
    [-0.0001, '>\u2212.001'],
    [0, '.000'],
    [12.34, '12.3'],
    [null, '—'],
    [NaN, '—']
  ])('writes %s as %s', (value, text) => {
    expect(decimals(value)).toBe(text);
  });

  it('writes shares in per cent, errors in their own unit', () => {
    expect(metricForm('accuracy').difference(-0.14)).toBe('−14.0 pts');
    expect(metricForm('roc_auc').difference(0.0391)).toBe('+.039');
    expect(metricForm('mae').value(12.345)).toBe('12.3');
    expect(goodOf('brier')).toBe('low');
    expect(goodOf('roc_auc')).toBe('high');
    expect(goodOf('calibration_bias')).toBe('zero');
  });

  it('says that it fell, by how much, and how sure', () => {
    const { lead, rest } = sentenceOf(facts(), [metric()], trans);
    expect(lead).toBe('Accuracy fell from 68.5\u202f% to 54.5\u202f%');
    expect(rest).toBe(', by 14.0 pts [11.6, 16.4]; adj. p <.001.');
  });

  it('says by which threshold, where it is not the labels', () => {
    const moved = facts({
      threshold: 0.62,
      positive: 'D',
      probabilities: true
    });
    const of = (isThresholded: boolean) =>
      sentenceOf(moved, [metric({ isThresholded })], trans).lead;
    expect(of(true)).toMatch(/^With D from \.62: Accuracy fell/);
    expect(of(false)).toMatch(/^Accuracy fell/);
  });

  it('says no more than the numbers', () => {
    const open = metric({
      difference: 0.01,
      lower: -0.03,
      upper: 0.05,
      p: 0.6,
      change: 'undecided'
    });
    const { lead, rest } = sentenceOf(facts(), [open], trans);
    expect(lead).toContain('not enough data to say whether it changed');
    expect(rest).toBe(', a change of +1.0 pts [−3.0, 5.0]; adj. p .60.');
    const auc = metric({
      name: 'roc_auc',
      primary: { value: 0.554, lower: null, upper: null, n: 9, reason: null },
      reference: { value: 0.717, lower: null, upper: null, n: 9, reason: null }
    });
    const surer = sentenceOf(
      facts(),
      [open, metric({ name: 'mcc' }), auc],
      trans
    );
    expect(surer.notes).toEqual([
      'Surely changed: ROC AUC, from .717 to .554; adj. p <.001.'
    ]);
  });

  it('tells of one set where the other has nothing to judge by', () => {
    const told = sentenceOf(
      facts({ absent: { primary: 'has no column "late"', reference: null } }),
      [
        metric({
          primary: { value: null, lower: null, upper: null, n: 0, reason: 'x' }
        })
      ],
      trans
    );
    expect(told.lead).toBe('Accuracy on train is 68.5\u202f%');
    expect(told.notes).toEqual(['prod has no column "late".']);
    const alone = sentenceOf(facts({ reference: null }), [metric()], trans);
    expect(alone.lead).toBe('Accuracy on prod is 54.5\u202f%');
    expect(alone.rest).toBe(' [52.0, 57.0] (90 %), n 100.');
  });

  it('says which rows are left out, and what scores promise', () => {
    const { notes } = sentenceOf(
      facts({
        rows: {
          primary: {
            rows: 100,
            used: 70,
            missing_actual: 20,
            missing_prediction: 10,
            zero_actual: 0
          },
          reference: null
        },
        calibration: {
          primary: {
            mean_score: 0.22,
            share: 0.27,
            error: 0.05,
            error_by_chance: 0.01
          },
          reference: null
        }
      }),
      [metric()],
      trans
    );
    expect(notes).toEqual([
      'Scores expect 22.0\u202f% to be late; 27.0\u202f% are.',
      'Rows of prod left out: 20 without an actual value, 10 without a prediction.'
    ]);
  });

  it('has a word for what is open', () => {
    expect(changeText('undecided', trans)).toBe('Not enough data');
  });
});
