import type { TranslationBundle } from '@jupyterlab/translation';

import type { SeriesStatus, WindowStatus } from '../api/contract';
import { count, interval, measure } from '../charts/format';
import { dateText } from '../dashboard/age';

export function stateText(
  state: WindowStatus['state'],
  trans: TranslationBundle
): string {
  switch (state) {
    case 'alarm':
      return trans.__('Alarm');
    case 'well':
      return trans.__('Well');
    case 'not enough data':
      return trans.__('Not enough data');
    case 'could not run':
      return trans.__('Could not run');
  }
}

/** A window as it is called, without a time of day that is midnight. */
export function windowText(window: string): string {
  return window.replace(/[T ]00:00(:00(\.0+)?)?(Z|\+00:00)?$/, '');
}

/** A window of a monitor, for those who cannot see it. */
export function cellText(
  { monitor }: Pick<SeriesStatus, 'monitor'>,
  window: string,
  cell: WindowStatus | null,
  trans: TranslationBundle
): string {
  return cell === null
    ? trans.__('%1, %2: not checked', monitor, windowText(window))
    : trans.__(
        '%1, %2: %3',
        monitor,
        windowText(window),
        stateText(cell.state, trans)
      );
}

/** The number that a window was judged by, with what it rests on. */
export function valueText(
  { value, lower, upper, n }: WindowStatus,
  trans: TranslationBundle
): string | null {
  if (value === null) {
    return null;
  }
  const ends = lower !== null && upper !== null && lower < upper;
  return trans.__(
    '%1%2, n %3',
    measure(value),
    ends ? ` ${interval(lower, upper)}` : '',
    count(n)
  );
}

/** All that is known of a window, in sentences. */
export function cellFacts(
  cell: WindowStatus,
  trans: TranslationBundle
): string[] {
  const value = valueText(cell, trans);
  return [
    ...(value === null ? [] : [value]),
    ...(cell.why === null ? [] : [cell.why]),
    ...(cell.state === 'alarm' && cell.since !== null
      ? [
          cell.since === cell.window
            ? trans.__('The change most likely began in this window.')
            : trans.__(
                'The change most likely began at %1.',
                windowText(cell.since)
              )
        ]
      : []),
    trans._n(
      '%2 row in the window',
      '%2 rows in the window',
      cell.rows,
      count(cell.rows)
    ),
    trans.__('checked %1', dateText(cell.checked))
  ];
}
