import { nullTranslator } from '@jupyterlab/translation';
import { tableFromArrays } from 'apache-arrow';

import type { IResult, Recipe } from '../../tokens';
import { drawColumns } from '../drawings/columns';
import { drawDistribution } from '../drawings/distribution';
import { answerOf, keepAnswer } from '../kept-answer';

const trans = nullTranslator.load('phoenix_lab');
const OF = {
  limit: 0.1,
  primary: 'prod',
  reference: 'train',
  focus: null,
  isOfPredictions: false,
  trans
};

/** An answer as a file gives it back. */
async function kept(recipe: Recipe, result: IResult): Promise<IResult> {
  const answer = keepAnswer(recipe, result);
  if (!answer) {
    throw new Error('no answer');
  }
  return answerOf(recipe, answer);
}

function distribution(missing: object, pValue = 0.001): IResult {
  return {
    table: tableFromArrays({ label: ['a'], kind: ['value'] }),
    parts: new Map(),
    meta: {
      column: 'plan',
      kind: 'category',
      estimate: 0.01,
      lower: 0,
      upper: 0.02,
      p_value: 0.4,
      p_adjusted: 0.4,
      verdict: 'none',
      missing: { difference: 0.25, p_value: pValue, ...missing },
      primary: { name: 'prod', rows: 100 },
      reference: { name: 'train', rows: 100 }
    }
  };
}

describe('What else changed in a tile', () => {
  const recipe = { kind: 'distribution', column: 'plan' } as const;

  it('is the share of missing values, beside "no drift", also from a file', async () => {
    const result = distribution({ lower: 0.2, upper: 0.3 });
    const drawing = drawDistribution(await kept(recipe, result), OF);
    expect(drawing.standing).toBe('within');
    expect(drawing.beside).toBe('missing +25.0 pts');
    expect(drawing.words).toContain('missing +25.0 pts');
  });

  it.each([
    ['it may be chance', distribution({ lower: 0.2, upper: 0.3 }, 0.2)],
    ['it may be less than matters', distribution({ lower: 0.005, upper: 0.3 })],
    ['it was not tested', distribution({})]
  ])('is nothing where %s', async (_, result) => {
    const drawing = drawDistribution(await kept(recipe, result), OF);
    expect(drawing.beside).toBeNull();
  });

  it('is nothing of one set alone', async () => {
    const result = distribution({ lower: 0.2, upper: 0.3 });
    const drawing = drawDistribution(await kept(recipe, result), {
      ...OF,
      reference: null
    });
    expect(drawing.beside).toBeNull();
  });
});

describe('A tile of very many', () => {
  const N = 1200;
  const numbers = (make: (i: number) => number): Float64Array =>
    Float64Array.from({ length: N }, (_, i) => make(i));

  it('columns keeps those that moved most, by drift or by missing values, and says of how many', async () => {
    const last = N - 1;
    const result: IResult = {
      table: tableFromArrays({
        column: Array.from({ length: N }, (_, i) => `c${i}`),
        kind: Array.from({ length: N }, () => 'number'),
        role: Array.from({ length: N }, () => 'feature'),
        verdict: Array.from({ length: N }, () => 'none'),
        estimate: numbers(i => (i === last ? 0 : 0.01)),
        lower: numbers(() => 0),
        upper: numbers(() => 0.02),
        p_adjusted: numbers(() => 1),
        missing_difference: numbers(i => (i === last ? 0.5 : 0)),
        missing_lower: numbers(i => (i === last ? 0.4 : 0)),
        missing_upper: numbers(i => (i === last ? 0.6 : 0)),
        missing_p_adjusted: numbers(i => (i === last ? 0.001 : 1))
      }),
      parts: new Map(),
      meta: {}
    };
    const drawing = drawColumns(await kept({ kind: 'summary' }, result), OF);
    expect(drawing.facts).toMatch(
      /^0 drifted of the 300 columns that moved most, of 1\s200$/
    );
    expect(drawing.beside).toContain('c1199 +50.0 pts');
  });

  it('windows keeps the last of each set', async () => {
    const sets = ['reference', 'primary'].flatMap(set =>
      Array.from({ length: N }, () => set)
    );
    const result: IResult = {
      table: tableFromArrays({
        set: sets,
        value: Float64Array.from(sets, (_, i) => i % N)
      }),
      parts: new Map(),
      meta: {}
    };
    const answer = keepAnswer({ kind: 'time_series', column: 'x' }, result);
    const values = answer?.tables[''].value ?? [];
    expect(values).toHaveLength(1000);
    expect(values[0]).toBe(N - 500);
    expect(values[499]).toBe(N - 1);
    expect(values[999]).toBe(N - 1);
    expect(answer?.meta.kept_of).toBe(2 * N);
  });
});
