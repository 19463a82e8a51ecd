import { csvOf } from '../copying';
import type { IAnswerTile } from '../document';

function tileOf(
  recipe: IAnswerTile['recipe'],
  tables: NonNullable<IAnswerTile['last']>['answer']['tables']
): IAnswerTile {
  return {
    id: 'a',
    title: '',
    place: { x: 0, y: 0, w: 4, h: 4 },
    recipe,
    limit: 0.1,
    focus: null,
    last: {
      at: '2026-11-30T15:20:00.000Z',
      primary: { name: 'prod', rows: 1 },
      reference: null,
      asked: recipe,
      answer: { meta: {}, tables }
    }
  };
}

describe('The numbers of a tile as CSV', () => {
  it('have a head, and quotes where they are needed', () => {
    const tile = tileOf(
      { kind: 'distribution', column: 'plan' },
      { '': { label: ['a,b', 'say "no"', null], primary: [1, -2.5, 0] } }
    );
    expect(csvOf(tile)).toBe(
      'label,primary\r\n"a,b",1\r\n"say ""no""",-2.5\r\n,0\r\n'
    );
  });

  it.each(['=1+1', '+1', '-1', '@x', '\tx', '\rx'])(
    'hold no formula: %j',
    value => {
      const tile = tileOf(
        { kind: 'distribution', column: 'plan' },
        { '': { label: [value] } }
      );
      const [, line] = csvOf(tile)?.split('\r\n') ?? [];
      expect(line.replace(/^"/, '')).toMatch(/^'/);
    }
  );

  it('say times as times, and of a map its clusters', () => {
    const series = tileOf(
      { kind: 'time_series', column: 'x', metric: 'psi' },
      { '': { start: [0], value: [1] } }
    );
    expect(csvOf(series)).toContain('1970-01-01T00:00:00.000Z,1');
    const map = tileOf(
      { kind: 'embedding_map', embedding: 'v' },
      { '': {}, clusters: { name: ['iraq'], n: [3] } }
    );
    expect(csvOf(map)).toBe('name,n\r\niraq,3\r\n');
  });

  it('are none where there is no answer', () => {
    const tile = tileOf({ kind: 'distribution', column: 'plan' }, {});
    expect(csvOf(tile)).toBeNull();
    expect(csvOf({ ...tile, last: null })).toBeNull();
  });
});
