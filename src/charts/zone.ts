const formats = new Map<string, Intl.DateTimeFormat | null>();

function formatOf(zone: string): Intl.DateTimeFormat | null {
  let format = formats.get(zone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric'
      });
    } catch {
      format = null; // a zone that this browser does not know
    }
    formats.set(zone, format);
  }
  return format;
}

/** A zone that this browser can show, UTC for others; null for naive times. */
export function knownZone(zone: string | null): string | null {
  return zone === null || formatOf(zone) ? zone : 'UTC';
}

/** What the clocks of a zone show at an instant, in milliseconds as if they were UTC; naive times are that already. */
export function wallTime(time: number, zone: string | null): number {
  const format =
    zone === null || zone === 'UTC' || !Number.isFinite(time)
      ? null
      : formatOf(zone);
  if (!format) {
    return time;
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(time)) {
    parts[type] = Number(value);
  }
  const { year, month, day, hour, minute, second } = parts;
  const part = ((time % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) + part;
}

/** When the clocks of a zone show a time: the first time where they show it twice. */
export function atWall(wall: number, zone: string | null): number {
  const near = wall - (wallTime(wall, zone) - wall);
  const found = near - (wallTime(near, zone) - wall);
  const before = found - 3_600_000;
  return wallTime(before, zone) === wall ? before : found;
}

/** The zones that times can be told in: that of the data, UTC, that of this browser, then all. */
export function zones(own: string): string[] {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const all = Intl.supportedValuesOf('timeZone');
  return [...new Set([own, 'UTC', timeZone, ...all])].filter(
    zone => formatOf(zone) !== null
  );
}
