import { designEffect, shareDifference, shareWithin } from '../proportions';

// What phoenix_lab.embeddings.shares says of the same rows.
const UNITS = {
  primary: [
    [4, 4],
    [0, 4],
    [5, 9],
    [1, 2],
    [0, 7]
  ],
  reference: [
    [1, 5],
    [2, 8],
    [1, 3],
    [2, 10],
    [0, 4],
    [2, 6]
  ]
};
const of = (units: number[][]) => units.map(([count, of]) => ({ count, of }));

describe('a difference of shares', () => {
  it('has the interval of the server where rows are independent', () => {
    const reference = shareWithin({ count: 8, of: 36 })!;
    const primary = shareWithin({ count: 10, of: 26 })!;
    expect(reference.lower).toBeCloseTo(0.130021, 5);
    expect(primary.upper).toBeCloseTo(0.545245, 5);
    const { value, lower, upper } = shareDifference(primary, reference);
    expect([value, lower, upper]).toEqual([
      expect.closeTo(0.162393, 5),
      expect.closeTo(-0.028545, 5),
      expect.closeTo(0.347604, 5)
    ]);
  });

  it('has that of whole units where they are not', () => {
    const effect = designEffect(of(UNITS.primary));
    const primary = shareWithin({ count: 10, of: 26, effect })!;
    expect(primary.lower).toBeCloseTo(0.122146, 2);
    expect(primary.upper).toBeCloseTo(0.737352, 2);
    expect(designEffect(of(UNITS.reference))).toBeGreaterThanOrEqual(1);
    // one unit alone has all of them: no better than as many units as rows like it
    const one = designEffect(
      of([
        [4, 4],
        [0, 4],
        [0, 9],
        [0, 2],
        [0, 7]
      ])
    );
    expect(one).toBeGreaterThan(6);
  });

  it('is known at the ends, and not without rows', () => {
    expect(shareWithin({ count: 0, of: 5 })?.lower).toBe(0);
    expect(shareWithin({ count: 5, of: 5 })?.upper).toBe(1);
    expect(shareWithin({ count: 0, of: 0 })).toBeNull();
  });
});
