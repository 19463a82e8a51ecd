import { fromRanges, toRanges } from '../ranges';

describe('ranges', () => {
  it('are written rising, runs as first and last', () => {
    expect(toRanges([3, 4, 5, 6, 15])).toBe('3-6,15');
    expect(toRanges([9, 0, 1, 9])).toBe('0-1,9');
    expect(toRanges([7])).toBe('7');
    expect(toRanges([])).toBe('');
  });

  it('come back as the same rows', () => {
    for (const rows of [
      [0],
      [0, 1, 2, 99],
      [1, 3, 5],
      Array.from({ length: 50 }, (_, i) => i * i)
    ]) {
      expect(fromRanges(toRanges(rows), 2500, 50)).toEqual(rows);
    }
  });

  it('are refused when they are not such a text', () => {
    for (const text of [
      '',
      'x',
      '3-',
      '-3',
      '3--5',
      '1.5',
      '1e3',
      ' 3',
      '5-3',
      '3,3',
      '4,1',
      '1-3,2',
      '1,,2',
      '3,',
      '٣'
    ]) {
      expect(fromRanges(text, 100, 100)).toBeNull();
    }
  });

  it('are refused when they are beyond the set, or too many, at no cost', () => {
    expect(fromRanges('0-9', 10, 10)).toHaveLength(10);
    expect(fromRanges('0-10', 10, 100)).toBeNull();
    expect(fromRanges('0-9', 10, 9)).toBeNull();
    expect(
      fromRanges('0-999999999999999', Number.MAX_SAFE_INTEGER, 2000)
    ).toBeNull();
  });
});
