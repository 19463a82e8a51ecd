import type { TranslationBundle } from '@jupyterlab/translation';

import { MONTHS } from '../charts/format';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** When something was, by the clock of whoever reads it: "12 Nov 2026, 14:03". */
export function dateText(iso: string): string {
  const date = new Date(iso);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}, ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** How long ago it was, as long as that says more than when: "3 min ago". */
export function ageText(
  iso: string,
  now: number,
  trans: TranslationBundle
): string {
  const age = now - Date.parse(iso);
  if (age < MINUTE && age > -HOUR) {
    return trans.__('just now');
  }
  if (age < HOUR && age > 0) {
    return trans.__('%1 min ago', Math.floor(age / MINUTE));
  }
  if (age < 12 * HOUR && age > 0) {
    return trans.__('%1 h ago', Math.floor(age / HOUR));
  }
  return dateText(iso);
}
