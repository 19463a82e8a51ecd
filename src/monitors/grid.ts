import type {
  HistoryStatus,
  SeriesStatus,
  WindowStatus
} from '../api/contract';

/** The last windows that are shown at once, at most. */
export const MOST_SHOWN = 60;

/** A monitor, and what its windows came to, in the columns of the page. */
export interface IRow {
  readonly series: SeriesStatus;
  readonly cells: readonly (WindowStatus | null)[];
  /** The last one. */
  readonly now: WindowStatus;
  /** While the last window is an alarm: the window with which it began, and the one at which the change most likely did. */
  readonly alarm: {
    readonly from: WindowStatus;
    readonly since: string | null;
  } | null;
}

/** Monitors down, windows across: the same window stands in the same column. */
export interface IGrid {
  readonly windows: readonly Pick<WindowStatus, 'window' | 'until'>[];
  readonly rows: readonly IRow[];
  /** Windows before the first that is shown. */
  readonly earlier: number;
}

export function gridOf(
  { series }: Pick<HistoryStatus, 'series'>,
  most: number
): IGrid {
  const known = new Map<string, WindowStatus>();
  for (const { windows } of series) {
    for (const one of windows) {
      const other = known.get(one.window);
      if (!other || one.order < other.order) {
        known.set(one.window, one);
      }
    }
  }
  const all = [...known.values()].sort(
    (a, b) => a.order - b.order || (a.window < b.window ? -1 : 1)
  );
  const windows = all.slice(-most);
  const rows = series.flatMap((one): IRow[] => {
    const now = one.windows.at(-1);
    const byWindow = new Map(one.windows.map(w => [w.window, w]));
    return now
      ? [
          {
            series: one,
            cells: windows.map(w => byWindow.get(w.window) ?? null),
            now,
            alarm: alarmOf(one.windows)
          }
        ]
      : [];
  });
  return {
    windows,
    // What somebody has to look at comes first; otherwise they stay in order.
    rows: rows.sort((a, b) => rankOf(a) - rankOf(b)),
    earlier:
      all.length -
      windows.length +
      Math.max(0, ...series.map(({ earlier }) => earlier))
  };
}

const RANKS: Readonly<Record<WindowStatus['state'], number>> = {
  alarm: 0,
  'could not run': 1,
  'not enough data': 2,
  well: 3
};

function rankOf({ series, now }: IRow): number {
  return series.is_former ? 4 : RANKS[now.state];
}

/** The alarm that the windows end with. */
function alarmOf(windows: readonly WindowStatus[]): IRow['alarm'] {
  let from: WindowStatus | null = null;
  for (const one of [...windows].reverse()) {
    if (one.state !== 'alarm') {
      break;
    }
    from = one;
  }
  return from && { from, since: from.since };
}

/** How many monitors there are of each state now; those that were defined otherwise before do not count. */
export function totalsOf(
  rows: readonly IRow[]
): Readonly<Record<WindowStatus['state'], number>> {
  const totals = {
    alarm: 0,
    well: 0,
    'not enough data': 0,
    'could not run': 0
  };
  for (const { series, now } of rows) {
    if (!series.is_former) {
      totals[now.state] += 1;
    }
  }
  return totals;
}

/** When something was checked last; null where nothing was. */
export function lastChecked(rows: readonly IRow[]): string | null {
  const times = rows.map(({ now }) => now.checked).sort();
  return times.at(-1) ?? null;
}
