import {
  vectorFromArray,
  TimestampMillisecond,
  Table,
  DateDay
} from 'apache-arrow';

import { isoOf, times } from '../series';
import { readTimes } from '../times';

describe('times', () => {
  const read = (
    values: Parameters<typeof vectorFromArray>[0],
    type?: TimestampMillisecond | DateDay
  ): number[] =>
    Array.from(
      readTimes(
        new Table({
          t: type
            ? vectorFromArray(values as number[], type)
            : vectorFromArray(values as number[])
        }),
        't'
      )
    );
  const noon = Date.UTC(2002, 4, 6, 12);

  it('are read from years, epochs, timestamps, dates and texts alike', () => {
    expect(read([2001, 2002])).toEqual([
      Date.UTC(2001, 0, 1),
      Date.UTC(2002, 0, 1)
    ]);
    expect(read([noon / 1000])).toEqual([noon]);
    expect(read([noon])).toEqual([noon]);
    expect(read([noon * 1000])).toEqual([noon]);
    expect(read([noon], new TimestampMillisecond())).toEqual([noon]);
    expect(read([Date.UTC(2002, 4, 6)], new DateDay())).toEqual([
      Date.UTC(2002, 4, 6)
    ]);
    expect(read(['2002-05-06T12:00:00'])).toEqual([noon]);
    expect(read(['2002-05-06 12:00', null])).toEqual([noon, NaN]);
  });

  it('are written as the recipes take them', () => {
    expect(isoOf(Date.UTC(2002, 0, 1), null)).toBe('2002-01-01');
    expect(isoOf(noon, null)).toBe('2002-05-06T12:00:00');
    expect(isoOf(noon, 'UTC')).toBe('2002-05-06T12:00:00Z');
    expect(times('1y', 3)).toBe('3y');
    expect(times('?', 3)).toBeNull();
  });
});
