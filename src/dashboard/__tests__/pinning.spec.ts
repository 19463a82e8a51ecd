import type { IInspection } from '../../tokens';
import { askedOf, isSameQuestion } from '../asked';
import { EMPTY } from '../document';
import { windowState } from '../drawings/series';
import { betweenOf, conditionOf } from '../head';
import { withPin } from '../pinning';

const democrats = {
  kind: 'values',
  column: 'party',
  values: ['Democratic']
} as const;
const late = { kind: 'range', column: 'year', low: 2001 } as const;

const inspection = {
  primary: { variable: 'prod' },
  reference: { variable: 'train' },
  where: [{ condition: { ...democrats, values: ['Democratic'] } }],
  limit: 0.2
} as unknown as IInspection;

describe('what is pinned', () => {
  const shown = {
    kind: 'distribution' as const,
    column: 'temp',
    where: [{ ...democrats, values: ['Democratic'] }]
  };

  it('makes a new dashboard one of its sets and its rows', () => {
    const { dashboard, tile } = withPin(
      EMPTY,
      inspection,
      { recipe: shown },
      'a.ipynb'
    );
    expect(dashboard).toMatchObject({
      notebook: 'a.ipynb',
      primary: 'prod',
      reference: 'train',
      where: inspection.where
    });
    // All tiles share the condition: it is not the tile's own.
    expect(tile.recipe).toEqual({ kind: 'distribution', column: 'temp' });
    expect(tile.limit).toBe(0.2);
    expect(isSameQuestion(askedOf(tile.recipe, dashboard), shown)).toBe(true);
  });

  it('keeps its own rows on a dashboard of others', () => {
    const first = withPin(EMPTY, inspection, { recipe: shown }, 'a.ipynb');
    const other = { ...shown, where: [...shown.where, late] };
    const { dashboard, tile } = withPin(
      first.dashboard,
      inspection,
      { recipe: other },
      'b.ipynb'
    );
    expect(dashboard.notebook).toBe('a.ipynb');
    expect(dashboard.tiles).toHaveLength(2);
    expect(tile.recipe.where).toEqual([late]);
    expect(tile.place).toMatchObject({ x: 4, y: 0 });
  });

  it('is asked of the times that all tiles share, in the primary set alone', () => {
    const asked = askedOf(
      { kind: 'summary' },
      {
        where: [],
        between: { column: 'year', low: 2001, high: 2005 },
        reference: 'train'
      }
    );
    expect(asked.where).toEqual([
      { kind: 'range', column: 'year', low: 2001, high: 2005, set: 'primary' }
    ]);
    // Nothing is said, too, so that no other conditions are added.
    expect(
      askedOf({ kind: 'summary' }, { ...EMPTY, reference: null }).where
    ).toEqual([]);
  });
});

describe('what a person writes', () => {
  it('is a stretch or a condition, or nothing', () => {
    expect(betweenOf(['year', '2001', ''])).toEqual({
      column: 'year',
      low: 2001,
      high: null
    });
    expect(betweenOf(['year', '', ''])).toBeNull();
    expect(conditionOf(['party', 'D', '', ''])?.condition).toEqual({
      kind: 'values',
      column: 'party',
      values: ['D']
    });
    expect(conditionOf(['day', '', '2013-01-01', ''])?.condition).toEqual({
      kind: 'range',
      column: 'day',
      low: '2013-01-01',
      high: null
    });
    expect(conditionOf(['day', '', '', ''])).toBeNull();
  });
});

describe('a window of a series', () => {
  const band = { lower: null, upper: 0.3, text: '' };
  const state = (value: number | null, lower: number | null = null): string =>
    windowState({ value, lower, n: value === null ? 0 : 9 }, band, 0.1);

  it('is over beyond both the limit and the band alone', () => {
    expect(state(0.05)).toBe('within');
    expect(state(0.2)).toBe('inside');
    expect(state(0.4)).toBe('over');
    expect(state(0.4, 0.08)).toBe('inside');
    expect(state(null)).toBe('none');
    expect(windowState({ value: 0.4, lower: null, n: 9 }, null, 0.1)).toBe(
      'over'
    );
    expect(windowState({ value: 0.4, lower: null, n: 9 }, band, null)).toBe(
      'over'
    );
  });
});
