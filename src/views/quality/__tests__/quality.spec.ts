import { nullTranslator } from '@jupyterlab/translation';
import {
  Field,
  List,
  Table,
  tableFromArrays,
  Utf8,
  vectorFromArray
} from 'apache-arrow';

import type { ColumnInfo } from '../../../api/contract';
import {
  conditionsOf,
  type IQualityRow,
  qualityFacts,
  qualityRows,
  shareOf,
  watchedOf
} from '../facts';
import { changeText, checkText, detailText, rowLabel } from '../words';

const trans = nullTranslator.load('phoenix_lab');

const RESULT = {
  table: tableFromArrays({
    column: ['carrier', null],
    kind: ['category', null],
    check: ['new', 'shared'],
    status: ['changed', 'fact'],
    count_primary: BigInt64Array.from([162n, 31n]),
    rows_primary: BigInt64Array.from([1021n, 1021n]),
    count_reference: [0, null],
    rows_reference: [996, null],
    difference: [0.1587, null],
    lower: [0.141, null],
    upper: [0.178, null],
    p_adjusted: [0.0004, null],
    note: ['4 values', null]
  }).assign(
    new Table({
      examples: vectorFromArray(
        [['<b>United</b>', 'x'], []],
        new List(new Field('item', new Utf8()))
      )
    })
  ),
  parts: new Map(),
  meta: {
    n_checks: 115,
    reference: { name: 'before', rows: 996, span: null },
    primary: { name: 'after', rows: 1021, span: null }
  }
};

describe('the quality of the data', () => {
  const facts = qualityFacts(RESULT);
  const [row, whole] = qualityRows(RESULT);

  it('reads counts as numbers, and what is not there as null', () => {
    expect(row.primary).toEqual({ count: 162, rows: 1021 });
    expect(row.reference).toEqual({ count: 0, rows: 996 });
    expect(whole.reference).toBeNull();
    expect(whole.column).toBeNull();
    expect(shareOf({ count: 0, rows: 0 })).toBeNull();
  });

  it('says what was found in the names of the sets', () => {
    expect(checkText(row, facts, trans)).toBe(
      'values that before does not have'
    );
    expect(checkText(whole, facts, trans)).toBe(
      'equal in every column to a row of before'
    );
    expect(detailText(row)).toBe('<b>United</b>, x · 4 values');
    expect(detailText(whole)).toBe('');
  });

  it('has the rows of a repeated value by the number itself', () => {
    const stuck = { ...row, column: 'x', check: 'stuck', values: ['0.1'] };
    expect(conditionsOf(stuck)).toEqual([
      { kind: 'values', column: 'x', values: [0.1] }
    ]);
    const spelled = { ...row, check: 'spelling', values: ['paris ', 'ROME'] };
    expect(conditionsOf(spelled)).toMatchObject([
      { values: ['paris ', 'ROME'] }
    ]);
    expect(conditionsOf({ ...spelled, values: [] })).toEqual([]);
    // beyond what JSON can say
    expect(
      conditionsOf({ ...stuck, values: ['9007199254740993'] })
    ).toMatchObject([{ values: ['9007199254740993'] }]);
  });

  it('has what a column of numbers holds as numbers, and a text that looks like one as text', () => {
    const beyond = {
      ...row,
      kind: 'number' as const,
      column: 'x',
      low: '302.0'
    };
    expect(conditionsOf({ ...beyond, check: 'above' })).toEqual([
      { kind: 'range', column: 'x', low: 302, high: null, set: 'primary' }
    ]);
    const held = { ...beyond, check: 'stand_in', values: ['-999.0'] };
    expect(conditionsOf(held)).toMatchObject([{ values: [-999] }]);
    expect(
      conditionsOf({ ...held, kind: 'category', values: ['007'] })
    ).toMatchObject([{ values: ['007'] }]);
    const day = {
      ...beyond,
      kind: 'time' as const,
      low: '2021-05-01T00:00:00'
    };
    expect(conditionsOf({ ...day, check: 'above' })).toMatchObject([
      { low: '2021-05-01T00:00:00' }
    ]);
  });

  it('has the rows that repeat, of the rows on screen alone', () => {
    const rows = { ...whole, check: 'repeated', values: ['a', 'b'] };
    const repeated = { kind: 'repeated', columns: ['a', 'b'] };
    expect(conditionsOf(rows)).toEqual([repeated]);
    const where = [{ kind: 'missing' as const, column: 'c' }];
    expect(conditionsOf(rows, where)).toEqual([{ ...repeated, among: where }]);
    // A missing value repeats nothing, as the check counts.
    expect(conditionsOf({ ...row, check: 'repeated' })).toEqual([
      { kind: 'repeated', columns: ['carrier'] },
      { kind: 'missing', column: 'carrier', negated: true }
    ]);
    expect(conditionsOf(whole)).toEqual([]);
  });

  it('is watched for what the check says', () => {
    const columns = [{ name: 'carrier', kind: 'category', problem: null }];
    const of = (check: string, change: Partial<IQualityRow> = {}) =>
      watchedOf(
        { ...row, check, ...change },
        columns as unknown as ColumnInfo[],
        0.1
      ).map(({ watch, column, limit }) => [watch, column, limit]);
    expect(of('missing')).toEqual([['missing', 'carrier', { change: 0.01 }]]);
    expect(of('missing', { difference: 0.002 })).toEqual([
      ['missing', 'carrier', { change: 0.001 }]
    ]);
    expect(of('new')).toEqual([['new_categories', 'carrier', 0.01]]);
    expect(of('above', { kind: 'number' })).toEqual([
      ['range', 'carrier', 0.01]
    ]);
    expect(of('repeated', { column: null })).toEqual([
      ['duplicates', null, { change: 0.01 }]
    ]);
    expect(of('type')).toEqual([['type', 'carrier', null]]);
    expect(of('spelling', { values: ['X '] })).toEqual([
      ['share', null, { change: 0.01 }]
    ]);
    expect(of('gone')).toEqual([['drift', 'carrier', 0.1]]);
    expect(of('shared', { column: null })).toEqual([]);
  });

  it('never gives a share without its count or a change without its interval', () => {
    expect(changeText(row)).toBe('+15.9 pts [14.1, 17.8]');
    expect(changeText(whole)).toBeNull();
    expect(rowLabel(row, facts, trans)).toContain('adjusted p <.001');
  });
});
