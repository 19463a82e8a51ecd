import { timeScale, timeTicks } from '../time';
import { atWall, knownZone, wallTime, zones } from '../zone';

const HOUR = 3_600_000;
const at = (iso: string) => Date.parse(iso);

describe('times in a zone', () => {
  it('are what its clocks show', () => {
    expect(wallTime(at('2024-06-01T10:00:00.250Z'), 'Europe/Berlin')).toBe(
      at('2024-06-01T12:00:00.250Z')
    );
    expect(wallTime(at('2024-06-01T10:00Z'), 'Asia/Kolkata')).toBe(
      at('2024-06-01T15:30Z')
    );
    expect(wallTime(at('2024-06-01T10:00Z'), null)).toBe(
      at('2024-06-01T10:00Z')
    );
    expect(wallTime(NaN, 'Europe/Berlin')).toBeNaN();
  });

  it('come back, also on the days when clocks are moved', () => {
    for (const day of ['2024-03-31', '2024-06-01', '2024-10-27']) {
      for (let hour = 0; hour < 24; hour++) {
        const time = at(`${day}T00:00Z`) + hour * HOUR;
        const wall = wallTime(time, 'Europe/Berlin');
        const back = atWall(wall, 'Europe/Berlin');
        expect(wallTime(back, 'Europe/Berlin')).toBe(wall);
        // Of an hour that is there twice the first one.
        expect([time, time - HOUR]).toContain(back);
      }
    }
  });

  it('have their marks at midnight there', () => {
    const scale = timeScale(
      at('2024-10-24T00:00Z'),
      at('2024-10-31T00:00Z'),
      0,
      700
    );
    const ticks = timeTicks(scale, 7, 'Europe/Berlin');
    expect(ticks.map(({ label }) => label)).toContain('28 Oct');
    for (const { time } of ticks) {
      expect(wallTime(time, 'Europe/Berlin') % (24 * HOUR)).toBe(0);
    }
  });

  it('are offered in zones that can be shown', () => {
    expect(zones('Asia/Tokyo').slice(0, 2)).toEqual(['Asia/Tokyo', 'UTC']);
    expect(zones('Nowhere/None')).not.toContain('Nowhere/None');
    expect(knownZone('Nowhere/None')).toBe('UTC');
    expect(knownZone(null)).toBeNull();
  });
});
