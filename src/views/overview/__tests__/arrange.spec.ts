import { nullTranslator } from '@jupyterlab/translation';
import {
  Field,
  Float64,
  Int64,
  List,
  Table,
  Utf8,
  vectorFromArray,
  type DataType
} from 'apache-arrow';

import { arrange, isConstant, judge, type IJudged } from '../arrange';
import { driftAxis } from '../../../charts/scales';
import {
  countsText,
  estimateTitle,
  missingChanged,
  rowLabel,
  beyondMark,
  beyondRange,
  beyondText,
  missingMark,
  missingText,
  whyText
} from '../words';
import type { IFinding } from '../../../model/findings';
import { numbersOf } from '../../panel/finding-text';
import { missingShare, summaryRows, type ISummaryRow } from '../rows';

const trans = nullTranslator.load('phoenix_lab');

const float = (values: (number | null)[]) =>
  vectorFromArray(values, new Float64());
const int = (values: (bigint | null)[]) => vectorFromArray(values, new Int64());
const text = (values: (string | null)[]) => vectorFromArray(values, new Utf8());
const lists = (values: (unknown[] | null)[], type: DataType) =>
  vectorFromArray(values, new List(new Field('item', type, true)));

function rows(): ISummaryRow[] {
  const table = new Table({
    column: text(['moved', 'wide', 'still', 'odd', 'Alpha']),
    position: int([0n, 1n, 2n, 3n, 4n]),
    kind: text(['number', 'number', 'category', 'other', 'number']),
    role: text(['feature', 'feature', 'feature', 'feature', 'feature']),
    dtype: text(['float64', 'float64', 'str', 'object', 'int64']),
    n_primary: int([90n, 100n, 100n, 0n, 100n]),
    n_reference: int([200n, 200n, 200n, 0n, 200n]),
    missing_primary: int([10n, 0n, 0n, null, 0n]),
    missing_reference: int([0n, 0n, 0n, null, 0n]),
    distinct_primary: int([90n, 50n, 1n, null, 3n]),
    distinct_reference: int([180n, 60n, 1n, null, 3n]),
    estimate: float([0.57, 0.34, 0.02, null, 0.9]),
    lower: float([0.26, 0.06, 0, null, 0.5]),
    upper: float([0.95, 0.71, 0.08, null, 1.2]),
    p_adjusted: float([0.004, 0.009, 0.34, null, 0.2]),
    verdict: text(['drift', 'undecided', 'none', 'untested', 'undecided']),
    reason: text([null, null, null, 'All values are missing.', null]),
    spark_edges: lists([[0, 1, 2], [0, 1, 2], null, null, null], new Float64()),
    spark_labels: lists([null, null, ['a'], null, null], new Utf8()),
    spark_reference: lists([[1n, 2n], [1n, 2n], [5n], null, null], new Int64()),
    spark_primary: lists([[3n, 4n], [1n, 2n], [5n], null, null], new Int64())
  });
  return summaryRows({ table, parts: new Map(), meta: {} });
}

const at = (limit: number): IJudged[] =>
  rows().map(row => ({ row, limit, verdict: judge(row, limit, 0.05) }));
const names = (lines: ReturnType<typeof arrange>['lines']) =>
  lines.map(line =>
    line.type === 'group'
      ? `${line.verdict} ${line.count}`
      : line.judged.row.column
  );
const byVerdict = { key: 'verdict', descending: true } as const;

describe('the rows of a summary', () => {
  it('are numbers and not BigInts, null where undefined', () => {
    const [moved, , still, odd] = rows();
    expect(moved.n).toEqual({ primary: 90, reference: 200 });
    expect(moved.spark.primary).toEqual([3, 4]);
    expect(still.spark.labels).toEqual(['a']);
    expect(odd.estimate).toBeNull();
    expect(odd.reason).toBe('All values are missing.');
    expect(moved.needed).toBeNull();
  });

  it('know the share of missing values, unless there are no rows', () => {
    const [moved, wide, , odd] = rows();
    expect(missingShare(moved, 'primary')).toBeCloseTo(0.1);
    expect(missingShare(wide, 'primary')).toBe(0);
    expect(missingShare(odd, 'primary')).toBeNull();
  });
});

describe('the verdict', () => {
  const verdicts = (limit: number) => at(limit).map(item => item.verdict);

  it('follows the limit by the rule of the server', () => {
    expect(verdicts(0.1)).toEqual([
      'drift',
      'moved',
      'none',
      'untested',
      'undecided'
    ]);
    expect(verdicts(0.05)).toEqual([
      'drift',
      'drift',
      'undecided',
      'untested',
      'undecided'
    ]);
    expect(verdicts(1)).toEqual([
      'none',
      'none',
      'none',
      'untested',
      'undecided'
    ]);
  });

  it('is not drift when the adjusted p allows for chance', () => {
    const row = rows()[4];
    expect(judge(row, 0.1, 0.05)).toBe('undecided');
    expect(judge({ ...row, pAdjusted: 0.01 }, 0.1, 0.05)).toBe('drift');
    expect(judge({ ...row, pAdjusted: null }, 0.1, 0.05)).toBe('undecided');
  });

  it('tells what surely moved from what nothing is sure of, in the same words everywhere', () => {
    const [, wide, still] = rows();
    expect(judge(wide, 0.1, 0.05)).toBe('moved');
    expect(judge({ ...wide, pAdjusted: 0.05 }, 0.1, 0.05)).toBe('undecided');
    // what lies below the limit does not matter, however sure
    expect(judge({ ...still, pAdjusted: 0.001 }, 0.1, 0.05)).toBe('none');
    const why = (pAdjusted: number) =>
      whyText(
        { ...wide, pAdjusted },
        judge({ ...wide, pAdjusted }, 0.1, 0.05),
        0.1,
        trans
      ).replace(/\s/g, ' ');
    expect(why(0.009)).toBe(
      'PSI .34, 90 % interval .06 to .71. It moved, that is sure (adjusted p .009); the limit .10 lies inside the interval, so its size is not.'
    );
    expect(why(0.2)).toBe(
      'PSI .34, 90 % interval .06 to .71, with the limit .10 inside, and adjusted p .20: not enough data.'
    );
  });
});

describe('a constant column', () => {
  it('has rows, and one value in both sets', () => {
    const still = rows()[2];
    expect(isConstant(still)).toBe(true);
    expect(isConstant(rows()[0])).toBe(false);
    expect(
      isConstant({
        ...still,
        n: { primary: 0, reference: null },
        missing: { primary: 0, reference: null },
        distinct: { primary: 0, reference: null }
      })
    ).toBe(false);
  });
});

describe('the order of the table', () => {
  const arranged = (
    search = '',
    filter: Parameters<typeof arrange>[2] = 'all',
    sort: Parameters<typeof arrange>[3] = byVerdict,
    folded: Parameters<typeof arrange>[4] = new Set(),
    grouped = true
  ) => arrange(at(0.1), search, filter, sort, folded, grouped);

  it('groups by verdict, the most drifted first', () => {
    expect(names(arranged().lines)).toEqual([
      'drift 1',
      'moved',
      'moved 1',
      'wide',
      'undecided 1',
      'Alpha',
      'none 1',
      'still',
      'untested 1',
      'odd'
    ]);
  });

  it('folds groups and keeps their count', () => {
    expect(
      names(arranged('', 'all', byVerdict, new Set(['undecided'])).lines)
    ).toEqual([
      'drift 1',
      'moved',
      'moved 1',
      'wide',
      'undecided 1',
      'none 1',
      'still',
      'untested 1',
      'odd'
    ]);
  });

  it('filters, and counts what the search leaves', () => {
    const { lines, counts } = arranged('AL', 'undecided');
    expect(names(lines)).toEqual(['undecided 1', 'Alpha']);
    expect(counts.all).toBe(1);
    expect(counts.drift).toBe(0);
  });

  it('sorts by a column without groups, what is unknown last in both directions', () => {
    const sorted = (descending: boolean) =>
      names(arranged('', 'all', { key: 'p', descending }).lines);
    expect(sorted(false)).toEqual(['moved', 'wide', 'Alpha', 'still', 'odd']);
    expect(sorted(true)).toEqual(['still', 'Alpha', 'wide', 'moved', 'odd']);
  });

  it('keeps the order of the frame when it stands alone', () => {
    const { lines, counts } = arranged('', 'all', byVerdict, new Set(), false);
    expect(names(lines)).toEqual(['moved', 'wide', 'still', 'odd', 'Alpha']);
    expect(counts.missing).toBe(1);
    expect(counts.constant).toBe(1);
  });
});

describe('a change of the share of missing values', () => {
  it('gets a sentence where it is sure and large, the largest first', () => {
    const [row] = rows();
    const changed = (
      column: string,
      missingDifference: number,
      spread: number,
      missingPAdjusted: number
    ): ISummaryRow => ({
      ...row,
      column,
      missingDifference,
      missingLower: missingDifference - spread,
      missingUpper: missingDifference + spread,
      missingPAdjusted
    });
    const found = missingChanged(
      [
        changed('fell', -0.4, 0.1, 0.001),
        changed('gone', 1, 0, 0.001),
        changed('small', 0.02, 0.015, 0.001),
        changed('wide', 0.2, 0.195, 0.01),
        changed('chance', 0.5, 0.1, 0.2)
      ],
      0.05
    );
    expect(found.map(({ column }) => column)).toEqual(['gone', 'fell']);
    expect(missingMark(found[1], 0.05, trans)).toBe('missing −40.0 pts');
    expect(missingMark(row, 0.05, trans)).toBeNull();
  });
});

describe('numbers beyond all of the reference', () => {
  it('get a sentence where they are surely enough to matter, most of them first', () => {
    const [row] = rows();
    const far = (
      column: string,
      beyond: number,
      beyondLower: number,
      beyondPAdjusted: number
    ): ISummaryRow => ({
      ...row,
      column,
      beyond,
      beyondLower,
      beyondPAdjusted
    });
    const found = beyondRange(
      [
        far('few', 0.04, 0.03, 0.001),
        far('many', 0.2, 0.18, 0.001),
        far('hardly any', 0.012, 0.008, 0.001),
        far('chance', 0.1, 0.02, 0.2),
        row
      ],
      0.05
    );
    expect(found.map(({ column }) => column)).toEqual(['many', 'few']);
    expect(beyondMark(found[1], 0.05, trans)?.replace(/\s/g, ' ')).toBe(
      '4.0 % beyond'
    );
    expect(beyondMark(row, 0.05, trans)).toBeNull();
    const names = { primary: 'prod', reference: 'train' };
    expect(beyondText(found[1], 0.05, names, trans)).toMatch(
      /^4\.0\s% of the values are beyond all of train, .* adjusted p \.001\.$/
    );
  });
});

describe('what a tip says of a row', () => {
  it('names the sets, the primary first', () => {
    const [row] = rows();
    const names = { primary: 'prod', reference: 'train' };
    expect(countsText(row, names, trans).replace(/\s/g, ' ')).toBe(
      'n: prod 90, train 200 · distinct: prod 90, train 180 · adjusted p .004'
    );
    expect(missingText(row, names, trans)?.replace(/\s/g, ' ')).toBe(
      'Missing: prod 10.0 %, train 0 %; +10.0 pts (90 %).'
    );
  });
});

describe('the axis', () => {
  it('is not stretched by one column that is far off', () => {
    const ends = [
      { lower: 3, upper: 9 },
      ...Array.from({ length: 12 }, () => ({ lower: 0, upper: 0.2 }))
    ];
    expect(driftAxis(ends, 0.1, 0, 200).max).toBe(5);
    // but by many
    const far = ends.map(() => ends[0]);
    expect(driftAxis(far, 0.1, 0, 200).max).toBe(10);
  });
});

it('the end of an interval is written in one way, wherever a view has it', () => {
  const row = {
    ...rows()[0],
    estimate: 0.3,
    lower: 0.1023,
    upper: 0.4996
  };
  const { estimate, lower, upper } = row;
  const told = [
    rowLabel(row, 'Drift', 0.1, trans),
    estimateTitle(row, 0.1, trans),
    whyText(row, 'drift', 0.1, trans),
    numbersOf(
      {
        effect: 'psi',
        estimate,
        lower,
        upper,
        limit: 0.1,
        pAdjusted: 0.01,
        n: { primary: 1, reference: 1 }
      } as unknown as IFinding,
      { primary: 'prod', reference: 'train' },
      trans
    ).join(' ')
  ];
  for (const text of told) {
    expect(text).toContain('.102');
  }
});
