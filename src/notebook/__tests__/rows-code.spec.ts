import { positions } from '../rows-code';

describe('positions', () => {
  it('are ranges where they run on', () => {
    expect(positions([0, 1, 2, 3, 4, 5, 9, 11, 12])).toEqual([
      '*range(0, 6)',
      '9',
      '11',
      '12'
    ]);
    expect(positions([])).toEqual([]);
  });
});
