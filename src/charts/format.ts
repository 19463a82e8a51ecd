/**
 * How numbers and times are written, everywhere in the same way.
 */

/** Thin space that no line breaks at: groups thousands, parts a number from its unit. */
export const THIN = '\u202f';
export const MINUS = '\u2212';
/** Stands where there is no number; its reason goes into a title. */
export const NONE = '\u2014';

type Maybe = number | bigint | null | undefined;

/** The number, or null for everything that is none: null, NaN, infinities. */
export function finite(value: Maybe): number | null {
  if (value === null || value === undefined) {
    return null;
  }
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function grouped(digits: string): string {
  const [whole, rest] = digits.split('.');
  const groups = whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
  return rest === undefined ? groups : `${groups}.${rest}`;
}

function signed(value: number, digits: string): string {
  // What rounds to zero has no sign.
  const negative = value < 0 && /[1-9]/.test(digits);
  return negative ? `${MINUS}${digits}` : digits;
}

function bare(digits: string): string {
  return digits.startsWith('0.') ? digits.slice(1) : digits;
}

/** A count: `4 856`. */
export function count(value: Maybe): string {
  const number = finite(value);
  if (number === null) {
    return NONE;
  }
  return signed(number, grouped(Math.abs(Math.round(number)).toString()));
}

/** Counts within the server's words, `1,650 rows`, written as all others are. */
export function words(text: string): string {
  return text.replace(/(?<=\d),(?=\d{3}(?!\d))/g, THIN);
}

/** Words for large numbers, the largest first. */
const LARGE: readonly (readonly [number, string])[] = [
  [1e12, 'tn'],
  [1e9, 'bn'],
  [1e6, 'M']
];

/** A value of the data, at most 3 significant digits: `.832`, `1.73`, `27.7`, `1 230`, `4.5 bn`. */
export function measure(value: Maybe): string {
  const number = finite(value);
  if (number === null) {
    return NONE;
  }
  const size = Math.abs(number);
  if (size === 0) {
    return '0';
  }
  if (size < 1e-3 || size >= 1e15) {
    const [mantissa, exponent] = size.toExponential(2).split('e');
    const power = Number(exponent);
    const sign = power < 0 ? MINUS : '';
    const short = Number(mantissa).toString();
    return signed(number, `${short}e${sign}${Math.abs(power)}`);
  }
  if (size >= 999_500) {
    const power = LARGE.findIndex(([unit]) => size >= unit * 0.9995);
    const [unit, word] = LARGE[power];
    return signed(
      number,
      `${Number((size / unit).toPrecision(3))}${THIN}${word}`
    );
  }
  if (size >= 1000) {
    // Whole numbers are exact up to five digits: a year or a row count is not rounded to tens.
    const rounded = size < 1e5 ? Math.round(size) : Number(size.toPrecision(3));
    return signed(number, grouped(rounded.toString()));
  }
  return signed(number, bare(Number(size.toPrecision(3)).toString()));
}

/** The end of a condition, which has to be told from what lies beside it: whole numbers in full, others to 6 significant digits. */
export function exact(value: Maybe): string {
  const number = finite(value);
  if (number === null || Number.isSafeInteger(number)) {
    return count(number);
  }
  const size = Math.abs(number);
  if (size < 1e-3 || size >= 1e15) {
    return measure(number);
  }
  return signed(number, bare(grouped(Number(size.toPrecision(6)).toString())));
}

/** A divergence or a score with two decimals, as in a column of them: `.57`, `1.73`; `.003` where these would make it zero, which is `.00` alone. */
export function estimate(value: Maybe): string {
  const number = finite(value);
  if (number === null) {
    return NONE;
  }
  const size = Math.abs(number);
  if (size >= 1000) {
    return measure(number);
  }
  if (size > 0 && size < 0.0005) {
    return number < 0 ? `>${MINUS}.001` : '<.001';
  }
  const isSmall = size > 0 && size < 0.005;
  const digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : isSmall ? 3 : 2;
  return signed(number, bare(size.toFixed(digits)));
}

/** A distance beside a limit, with as many digits as it takes to tell the two apart: `.104` where the limit is `.10`. */
export function estimateBeside(value: Maybe, limit: number): string {
  const number = finite(value);
  const text = estimate(number);
  if (number === null || number === limit || text !== estimate(limit)) {
    return text;
  }
  const digits = [3, 4].find(n => number.toFixed(n) !== limit.toFixed(n));
  return digits === undefined
    ? text
    : signed(number, bare(Math.abs(number).toFixed(digits)));
}

/** How a view with a limit writes its distances and the ends of their intervals: the same number in the same way wherever it stands. */
export function besideLimit(limit: number): (value: Maybe) => string {
  return value => estimateBeside(value, limit);
}

/** A share in per cent, one decimal: `8.7 %`. */
export function share(value: Maybe): string {
  const text = percent(value);
  return text === NONE ? NONE : `${text}${THIN}%`;
}

/** A share as a limit is written: `1 %`. */
export function shareLimit(limit: number): string {
  return share(limit).replace(/\.0(?=\D)/, '');
}

/** A share in per cent without the sign, for a column whose head has it: `8.7`. */
export function percent(value: Maybe): string {
  const number = finite(value);
  if (number === null) {
    return NONE;
  }
  const size = Math.abs(number * 100);
  const digits =
    size === 100
      ? '100'
      : size > 0 && size < 0.05
        ? '<.1'
        : bare(size.toFixed(1));
  return size === 0
    ? '0'
    : signed(number, digits === '100.0' ? '>99.9' : digits);
}

/** A difference of shares in points, always with its sign: `+8.5 pts`. */
export function points(value: Maybe, unit = 'pts'): string {
  const number = finite(value);
  if (number === null) {
    return NONE;
  }
  const text = pointsBare(number);
  const sign = number > 0 && /^[\d.]*[1-9]/.test(text) ? '+' : '';
  return unit ? `${sign}${text} ${unit}` : `${sign}${text}`;
}

function pointsBare(value: number): string {
  const size = Math.abs(value * 100);
  return signed(value, size > 0 && size < 0.05 ? '<.1' : bare(size.toFixed(1)));
}

/** An interval in square brackets: `[.26, .95]`; the dash when it is unknown. */
export function interval(
  lower: Maybe,
  upper: Maybe,
  form: (value: number) => string = estimate
): string {
  const low = finite(lower);
  const high = finite(upper);
  if (low === null || high === null) {
    return NONE;
  }
  return `[${form(low)}, ${form(high)}]`;
}

/** An interval of a difference of shares, in points: `[6.6, 19.6]`. */
export function pointsInterval(lower: Maybe, upper: Maybe): string {
  return interval(lower, upper, pointsBare);
}

/** A p-value: two digits, three below .1, `<.001`. */
export function pValue(value: Maybe): string {
  const number = finite(value);
  if (number === null) {
    return NONE;
  }
  if (number < 0.0005) {
    return '<.001';
  }
  if (number >= 0.995) {
    return number >= 1 ? '1' : '>.99';
  }
  const text = bare(number.toFixed(number < 0.0995 ? 3 : 2));
  return text;
}

/** A size in memory: `3.59 MB`. */
export function bytes(value: Maybe): string {
  const number = finite(value);
  if (number === null) {
    return NONE;
  }
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = number;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits =
    unit === 0 ? size.toFixed(0) : Number(size.toPrecision(3)).toString();
  return `${digits} ${units[unit]}`;
}

/** How much of a size there is, both in the unit of the whole: `191` and `308 MB`. */
export function bytesOf(done: number, total: number): [string, string] {
  const whole = bytes(total);
  const at = whole.search(/\D+$/);
  const scale = total / Number(whole.slice(0, at));
  // an empty or tiny whole has no scale worth the name
  const part = scale > 0 && Number.isFinite(scale) ? done / scale : done;
  return [part.toFixed(part < 10 && scale > 1 ? 1 : 0), whole];
}

/** A time in seconds, as much as one needs to know: `.4 s`, `1.1 s`, `24 s`, `3 min`. */
export function seconds(value: Maybe): string {
  const number = finite(value);
  if (number === null) {
    return NONE;
  }
  if (number < 9.95) {
    return `${bare(Math.max(number, 0.1).toFixed(1))} s`;
  }
  if (number < 99.5) {
    return `${Math.round(number)} s`;
  }
  if (number < 5970) {
    return `${Math.round(number / 60)} min`;
  }
  return `${(number / 3600).toFixed(1)} h`;
}

/** The months as axes and chips call them. */
export const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec'
];

const MINUTE = 60_000;
const DAY = 86_400_000;

/** What a time is made of, and so how much of it is shown. */
export type TimeKind = 'year' | 'date' | 'instant';

/** Read an ISO time; one without a zone is taken as it stands, as UTC. */
export function instant(iso: string): number {
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(iso.trim());
  const dateOnly = /^[+-]?\d{4,6}(?:-\d\d(?:-\d\d)?)?$/.test(iso.trim());
  return Date.parse(
    zoned || dateOnly ? iso : `${iso.trim().replace(' ', 'T')}Z`
  );
}

function two(value: number): string {
  return value.toString().padStart(2, '0');
}

/**
 * A span of time in few words: `2001 – 2021`, `Apr – Aug`, `4 Jun – 22 Jul`, `4 Jun 10:00 – 12:00`.
 *
 * @param start, end - Milliseconds; `end` is the last instant that belongs to the span.
 * @param kind - Of the time column; by default what the length asks for.
 */
export function span(
  start: number,
  end: number,
  kind?: TimeKind,
  withYear?: boolean
): string {
  if (!Number.isFinite(start) || !Number.isFinite(end)) {
    return NONE;
  }
  const a = new Date(start);
  const b = new Date(end);
  const ya = a.getUTCFullYear();
  const yb = b.getUTCFullYear();
  const length = end - start;
  if (kind === 'year' || length >= 3 * 366 * DAY) {
    return ya === yb ? `${ya}` : `${ya} – ${yb}`;
  }
  const year = withYear ?? ya !== yb;
  if (kind === 'instant' && length < 2 * DAY) {
    const from = `${day(a, year)} ${clock(a)}`;
    const sameDay = Math.floor(start / DAY) === Math.floor(end / DAY);
    if (length < MINUTE) {
      return from;
    }
    return `${from} – ${sameDay ? '' : `${day(b, year)} `}${clock(b)}`;
  }
  const from = day(a, year && ya !== yb);
  const to = day(b, year);
  return from === to || Math.floor(start / DAY) === Math.floor(end / DAY)
    ? to
    : `${from} – ${to}`;
}

function day(date: Date, withYear: boolean): string {
  const text = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  return withYear ? `${text} ${date.getUTCFullYear()}` : text;
}

function clock(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** A span from two ISO times, with the year: for the chip of a set. */
export function isoSpan(
  ends: readonly [string, string] | readonly string[] | null | undefined
): string | null {
  if (!ends || ends.length < 2) {
    return null;
  }
  const start = instant(ends[0]);
  const end = instant(ends[1]);
  if (!Number.isFinite(start) || !Number.isFinite(end)) {
    return null;
  }
  // Years are written as the first of January, by those who have nothing finer.
  const yearly = [start, end].every(time => {
    const date = new Date(time);
    return (
      date.getUTCMonth() === 0 && date.getUTCDate() === 1 && time % DAY === 0
    );
  });
  return span(start, end, yearly ? 'year' : 'date', true);
}
