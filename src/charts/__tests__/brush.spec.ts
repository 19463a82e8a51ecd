import { shifted, widened } from '../brush';
import { driftAxis, roundTicks } from '../scales';
import { nearest, timeScale, timeTicks } from '../time';

const stops = [0, 10, 20, 30, 40];

describe('a stretch of time', () => {
  it('moves by stops and stays within them', () => {
    expect(shifted(stops, [10, 20], 1)).toEqual([20, 30]);
    expect(shifted(stops, [30, 40], 1)).toEqual([30, 40]);
    expect(shifted(stops, [10, 30], -5)).toEqual([0, 20]);
  });

  it('widens at its end and never vanishes', () => {
    expect(widened(stops, [10, 20], 2)).toEqual([10, 40]);
    expect(widened(stops, [10, 20], -3)).toEqual([10, 20]);
    expect(widened(stops, [10, 40], 9)).toEqual([10, 40]);
  });

  it('finds the nearest stop', () => {
    expect(nearest(stops, 14)).toBe(1);
    expect(nearest(stops, 16)).toBe(2);
    expect(nearest(stops, -5)).toBe(0);
    expect(nearest(stops, 500)).toBe(4);
  });
});

describe('the axis of time', () => {
  const labels = (start: string, end: string, n: number) =>
    timeTicks(timeScale(Date.parse(start), Date.parse(end), 0, 600), n).map(
      tick => tick.label
    );

  it('says no more than changed', () => {
    expect(labels('1961-01-01', '2021-01-01', 6)).toContain('1990');
    expect(labels('2012-11-15', '2013-03-15', 4)).toEqual([
      'Dec',
      '2013',
      'Feb',
      'Mar'
    ]);
    expect(labels('2013-03-01T00:00Z', '2013-03-01T12:00Z', 4)).toEqual([
      '1 Mar',
      '03:00',
      '06:00',
      '09:00',
      '12:00'
    ]);
  });
});

describe('the axis of drift', () => {
  const many = (n: number, upper: number, lower = 0) =>
    Array.from({ length: n }, () => ({ lower, upper }));

  it('begins at zero, holds the limit and lets far ends go', () => {
    const axis = driftAxis(
      [...many(20, 0.4, 0.2), ...many(2, 13, 11)],
      0.1,
      6,
      170
    );
    expect(axis.max).toBe(1);
    expect(axis.scale(0)).toBe(6);
    expect(axis.scale(13)).toBe(170);
    expect(driftAxis([], 0.8, 6, 170).max).toBeGreaterThanOrEqual(1.6);
  });

  it('holds half of what drifted, however few that are', () => {
    const axis = driftAxis(
      [...many(2000, 0.05), ...many(60, 0.7, 0.4), ...many(40, 9, 5)],
      0.1,
      6,
      170
    );
    expect(axis.max).toBe(1);
  });

  it('leaves room between labels', () => {
    const { scale, ticks } = driftAxis(
      [1.9, 2].map(upper => ({ lower: 0, upper })),
      0.1,
      6,
      170
    );
    const places = ticks.map(tick => scale(tick));
    places
      .slice(1)
      .forEach((x, i) => expect(x - places[i]).toBeGreaterThan(23));
  });

  it('ticks linear axes at round numbers', () => {
    expect(roundTicks(0.232, 4)).toEqual([0, 0.1, 0.2]);
    expect(roundTicks(0)).toEqual([0, 1]);
  });
});
