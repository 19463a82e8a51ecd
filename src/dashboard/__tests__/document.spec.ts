import { tableFromArrays } from 'apache-arrow';

import type { IResult } from '../../tokens';
import { binsOf, distributionFacts, valuesOf } from '../../views/column/facts';
import {
  EMPTY,
  type IAnswerTile,
  type IDashboard,
  parse,
  print,
  WrongFileError
} from '../document';
import { answerOf, keepAnswer } from '../kept-answer';

const recipe = { kind: 'distribution', column: 'temp' } as const;

const result: IResult = {
  table: tableFromArrays({
    label: ['<20', '≥20'],
    lower: new Float64Array([0, 20]),
    upper: new Float64Array([20, 40]),
    kind: ['range', 'range'],
    reference: new Float64Array([60, 40]),
    primary: new Float64Array([30, 70]),
    reference_share: new Float64Array([0.6, 0.4]),
    primary_share: new Float64Array([0.3, 0.7]),
    contribution: new Float64Array([0.2079441541679836, 0.1]),
    // Not drawn, and so not kept.
    secret: ['row one', 'row two']
  }),
  parts: new Map([
    [
      'values',
      tableFromArrays({
        set: ['reference', 'primary'],
        n: new Float64Array([100, 100]),
        missing: new Float64Array([0, 3]),
        mean: new Float64Array([18.5, 24.25])
      })
    ]
  ]),
  meta: {
    column: 'temp',
    kind: 'number',
    estimate: 0.5731234567,
    lower: 0.26,
    upper: 0.95,
    verdict: 'drift',
    p_adjusted: 0.001,
    primary: { name: 'prod', rows: 100, span: ['2001', '2021'] },
    reference: { name: 'train', rows: 100, span: null },
    examples: ['a row']
  }
};

function filled(): IDashboard {
  const answer = keepAnswer(recipe, result);
  if (!answer) {
    throw new Error('no answer');
  }
  const tile: IAnswerTile = {
    id: 'a1',
    title: '<img src=x onerror=alert(1)>',
    place: { x: 0, y: 0, w: 4, h: 8 },
    recipe,
    limit: 0.1,
    focus: null,
    last: {
      at: '2026-11-30T15:20:00.000Z',
      primary: { name: 'prod', rows: 100 },
      reference: { name: 'train', rows: 100 },
      asked: recipe,
      answer
    }
  };
  return {
    ...EMPTY,
    title: 'Weekly watch',
    notebook: 'flights.ipynb',
    primary: 'prod',
    reference: 'train',
    between: { column: 'year', low: 2001, high: null },
    where: [
      {
        condition: { kind: 'values', column: 'party', values: ['D'] },
        label: 'Democrats'
      }
    ],
    tiles: [
      tile,
      {
        id: 't1',
        title: '',
        place: { x: 4, y: 0, w: 4, h: 4 },
        text: 'two\nlines'
      }
    ]
  };
}

/** What a file holds: it may be anything. */
type Data = ReturnType<JSON['parse']>;

function reasonOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof WrongFileError) {
      return `${error.reason} ${error.where}`.trim();
    }
    throw error;
  }
  return 'read';
}

/** The file with something else in it. */
function changed(change: (data: Data) => void): string {
  const data = JSON.parse(print(filled())) as Data;
  change(data);
  return JSON.stringify(data);
}

describe('the file of a dashboard', () => {
  it('is read as it was written, to the letter', () => {
    const text = print(filled());
    expect(parse(text)).toEqual(filled());
    expect(print(parse(text))).toBe(text);
  });

  it('is JSON with a line for each thing', () => {
    const lines = print(filled()).split('\n');
    expect(lines).toContain('  "title": "Weekly watch",');
    expect(lines).toContain('      "place": [0, 0, 4, 8],');
    expect(lines).toContain('            "primary": [30, 70],');
    expect(print(filled()).length).toBeLessThan(4000);
  });

  it('keeps of an answer what is drawn, and nothing else', async () => {
    const text = print(filled());
    expect(text).not.toContain('row one');
    expect(text).not.toContain('a row');
    const tile = parse(text).tiles[0] as IAnswerTile;
    const again = await answerOf(
      recipe,
      tile.last?.answer ?? { meta: {}, tables: {} }
    );
    expect(binsOf(again).map(({ label, primary }) => [label, primary])).toEqual(
      [
        ['<20', 30],
        ['≥20', 70]
      ]
    );
    expect(binsOf(again)[0].contribution).toBeCloseTo(0.207944, 6);
    expect(distributionFacts(again)).toMatchObject({
      estimate: 0.573123,
      verdict: 'drift',
      primary: { name: 'prod', rows: 100 }
    });
    expect(valuesOf(again).primary).toMatchObject({ mean: 24.25, missing: 3 });
  });

  it('is a new dashboard where it is empty', () => {
    expect(parse('')).toEqual(EMPTY);
    expect(parse(' \n')).toEqual(EMPTY);
    expect(parse(print(EMPTY))).toEqual(EMPTY);
  });

  it('is refused where it is half-written, something else, or newer', () => {
    const text = print(filled());
    expect(reasonOf(text.slice(0, text.length / 2))).toMatch(/^no-json/);
    expect(reasonOf(text + text)).toMatch(/^no-json/);
    expect(reasonOf('[]')).toBe('no-dashboard');
    expect(reasonOf('{"cells": []}')).toBe('no-dashboard');
    expect(reasonOf(changed(data => (data.version = 2)))).toBe('newer 2');
    expect(reasonOf(changed(data => (data.version = 'x')))).toBe(
      'wrong version'
    );
    expect(reasonOf(`{${' '.repeat(4_000_001)}}`)).toMatch(/^too-large/);
  });

  it('is refused where something in it would be lost', () => {
    expect(reasonOf(changed(data => (data.colour = 'red')))).toBe(
      'unknown colour'
    );
    expect(reasonOf(changed(data => (data.tiles[0].zoom = 2)))).toBe(
      'unknown tiles[0].zoom'
    );
    expect(reasonOf(changed(data => (data.tiles[0].recipe.depth = 2)))).toBe(
      'unknown tiles[0].recipe'
    );
    expect(
      reasonOf(
        changed(
          data =>
            (data.tiles[0].recipe.where = [
              { kind: 'values', column: 'a', values: [1], more: 1 }
            ])
        )
      )
    ).toBe('unknown tiles[0].recipe');
  });

  it.each<[string, (data: Data) => void]>([
    ['title', data => (data.title = ['a'])],
    ['notebook', data => (data.notebook = 'a'.repeat(501))],
    ['where', data => (data.where = [{ condition: { kind: 'exec' } }])],
    ['between', data => (data.between = { column: 'year' })],
    ['tiles', data => (data.tiles = new Array(101).fill(data.tiles[1]))],
    ['tiles: two have the same id', data => (data.tiles[1].id = 'a1')],
    ['tiles[0].id', data => (data.tiles[0].id = '"><script>')],
    ['tiles[0].place', data => (data.tiles[0].place = [0, 0, 4, 1e9])],
    [
      'tiles[0].place: not within 12 columns',
      data => (data.tiles[0].place = [10, 0, 4, 4])
    ],
    [
      'tiles[0].recipe',
      data => (data.tiles[0].recipe = { kind: 'neighbors', row: 1 })
    ],
    ['tiles[0].recipe', data => (data.tiles[0].recipe = '__proto__')],
    ['tiles[0].limit', data => (data.tiles[0].limit = -1)],
    ['tiles[0].last.at', data => (data.tiles[0].last.at = 'yesterday')],
    ['tiles[0].last', data => (data.tiles[0].last.meta.estimate = 'NaN')],
    ['tiles[0].last', data => (data.tiles[0].last.meta.primary = [1])],
    ['tiles[0].last', data => (data.tiles[0].last.tables[''].label = [1, 2])],
    ['tiles[0].last', data => (data.tiles[0].last.tables[''].lower = [1])],
    [
      'tiles[0].last',
      data => (data.tiles[0].last.tables.rows = { text: ['a'] })
    ],
    [
      'tiles[0].last',
      data =>
        Object.values<unknown[]>(data.tiles[0].last.tables['']).forEach(
          column => (column.length = 1000)
        )
    ]
  ])('is refused where it makes no sense: %s', (where, change) => {
    expect(reasonOf(changed(change))).toBe(`wrong ${where}`);
  });

  it('holds no way to the prototypes of objects', () => {
    const text = print(filled()).replace(
      '"version": 1',
      '"version": 1, "__proto__": {"polluted": 1}'
    );
    expect(reasonOf(text)).toBe('unknown __proto__');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
