import type { SeriesStatus, WindowStatus } from '../../api/contract';
import { gridOf, lastChecked, totalsOf } from '../grid';
import { windowText } from '../words';

function window(
  day: number,
  state: WindowStatus['state'],
  more: Partial<WindowStatus> = {}
): WindowStatus {
  return {
    window: `2025-03-0${day}`,
    until: null,
    order: day,
    rows: 10,
    n: 10,
    value: 0.1,
    lower: null,
    upper: null,
    state,
    why: null,
    since: null,
    checked: `2025-03-0${day}T01:00:00+00:00`,
    ...more
  };
}

function series(
  monitor: string,
  windows: WindowStatus[],
  more: Partial<SeriesStatus> = {}
): SeriesStatus {
  return {
    suite: 'daily',
    monitor,
    severity: 'critical',
    is_former: false,
    windows,
    earlier: 0,
    ...more
  };
}

describe('Monitors and their windows', () => {
  it('stand in the same column where the window is the same', () => {
    const { windows, rows } = gridOf(
      {
        series: [
          series('a', [window(1, 'well'), window(3, 'well')]),
          series('b', [window(2, 'well')])
        ]
      },
      9
    );
    expect(windows.map(w => w.window.slice(-1))).toEqual(['1', '2', '3']);
    expect(rows[0].cells.map(c => c?.state ?? null)).toEqual([
      'well',
      null,
      'well'
    ]);
    expect(rows[1].cells.map(c => c?.state ?? null)).toEqual([
      null,
      'well',
      null
    ]);
  });

  it('are the last ones, and it is known how many are before', () => {
    const many = [1, 2, 3, 4].map(day => window(day, 'well'));
    const grid = gridOf({ series: [series('a', many, { earlier: 5 })] }, 3);
    expect(grid.windows).toHaveLength(3);
    expect(grid.earlier).toBe(6);
  });

  it('say with which window the alarm began that they end with, and when the change did', () => {
    const states = ['alarm', 'well', 'alarm', 'alarm'] as const;
    const windows = states.map((state, i) =>
      window(i + 1, state, { since: i >= 2 ? '2025-03-02' : null })
    );
    const [row] = gridOf({ series: [series('a', windows)] }, 9).rows;
    expect(row.alarm?.from.window).toBe('2025-03-03');
    expect(row.alarm?.since).toBe('2025-03-02');
    const [over] = gridOf(
      { series: [series('a', [...windows, window(5, 'well')])] },
      9
    ).rows;
    expect(over.alarm).toBeNull();
  });

  it('stand with what is to be looked at first, and former ones last', () => {
    const { rows } = gridOf(
      {
        series: [
          series('a', [window(1, 'well')]),
          series('b', [window(1, 'alarm')], { is_former: true }),
          series('c', [window(1, 'could not run')]),
          series('d', [window(1, 'alarm')])
        ]
      },
      9
    );
    expect(rows.map(row => row.series.monitor)).toEqual(['d', 'c', 'a', 'b']);
  });

  it('count as they are now, without those that were defined otherwise before', () => {
    const { rows } = gridOf(
      {
        series: [
          series('a', [window(1, 'alarm'), window(2, 'well')]),
          series('b', [window(2, 'could not run')]),
          series('a', [window(1, 'alarm')], { is_former: true })
        ]
      },
      9
    );
    expect(totalsOf(rows)).toEqual({
      alarm: 0,
      well: 1,
      'not enough data': 0,
      'could not run': 1
    });
    expect(lastChecked(rows)).toBe('2025-03-02T01:00:00+00:00');
  });

  it('are called without a time of day that is midnight', () => {
    expect(windowText('2025-03-01T00:00:00Z')).toBe('2025-03-01');
    expect(windowText('2025-03-01 00:00:00')).toBe('2025-03-01');
    expect(windowText('2025-03-01T06:00:00')).toBe('2025-03-01T06:00:00');
    expect(windowText('monday')).toBe('monday');
  });
});
