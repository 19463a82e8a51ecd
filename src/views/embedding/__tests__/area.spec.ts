import { nullTranslator } from '@jupyterlab/translation';

import { areaOf, areaText, type IArea } from '../area';
import { points } from './points';

const trans = nullTranslator.load('phoenix_lab');

describe('an area that was drawn', () => {
  // of the primary set 3 of 4 rows, of the reference 1 of 6
  const map = points([1, 1, 1, 1, 0, 0, 0, 0, 0, 0], Array(10).fill(0));
  const chosen = Uint8Array.of(1, 1, 1, 0, 1, 0, 0, 0, 0, 0);
  const wide = (area: IArea | null) =>
    (area?.difference.upper ?? 0) - (area?.difference.lower ?? 0);

  it('has its share of each set and their difference, with intervals and the reason why no p', () => {
    const area = areaOf(map, chosen, null, null);
    expect(area?.primary.value).toBe(0.75);
    expect(area?.reference.value).toBeCloseTo(1 / 6);
    expect(area?.difference.value).toBeCloseTo(0.75 - 1 / 6);
    const names = { primary: 'prod', reference: 'train' };
    const text = area && areaText(area, names, trans).replace(/\s/g, ' ');
    expect(text).toMatch(/^75\.0 % of prod \[.+\], 16\.7 % of train \[/);
    expect(text).toMatch(/: \+58\.3 pts \[.+\], 90 % intervals\./);
    expect(text).toContain('No p: the area was chosen by looking');
  });

  it('counts what the window leaves, and is less sure where rows belong together', () => {
    const among = Uint8Array.of(1, 0, 0, 1, 1, 1, 1, 1, 1, 1);
    expect(areaOf(map, chosen, among, null)?.primary.value).toBe(0.5);
    const alike = (i: number) =>
      ['a', 'a', 'a', 'b', 'c', 'c', 'd', 'd', 'e', 'e'][i];
    expect(wide(areaOf(map, chosen, null, alike))).toBeGreaterThan(
      wide(areaOf(map, chosen, null, null))
    );
    expect(areaOf(map, chosen, new Uint8Array(10), null)).toBeNull();
  });
});
