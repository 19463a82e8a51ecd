import { nullTranslator } from '@jupyterlab/translation';
import { tableFromArrays } from 'apache-arrow';

import { attributedText } from '../attributed';
import { slicesFacts } from '../slices-facts';

const trans = nullTranslator.load('phoenix_lab');

describe('slices', () => {
  it('are read with the conditions that their rows meet', () => {
    const where = [{ kind: 'values', column: 'a', values: ['<b>'] }];
    const table = tableFromArrays({
      slice: ['a = <b>'],
      where: [JSON.stringify(where)],
      n: BigInt64Array.from([40n]),
      n_judged: BigInt64Array.from([19n]),
      inside: [0.5],
      outside: [0.2],
      difference: [0.3],
      lower: [0.2],
      upper: [0.4],
      p_adjusted: [0.01],
      reference: [0.25]
    });
    const facts = slicesFacts({
      table,
      parts: new Map(),
      meta: { tried: 900, share: true, adjusted: 'over 3' }
    });
    expect(facts).toMatchObject({ tried: 900, isShare: true });
    expect(facts.slices).toEqual([
      {
        words: 'a = <b>',
        where,
        n: 40,
        measured: 19,
        inside: 0.5,
        outside: 0.2,
        difference: 0.3,
        lower: 0.2,
        upper: 0.4,
        p: 0.01,
        before: 0.25
      }
    ]);
  });
});

describe('what a change is made of', () => {
  const meta = {
    share: true,
    total: 0.04,
    total_lower: 0.02,
    total_upper: 0.06,
    mix: -0.01,
    mix_lower: null,
    mix_upper: null,
    within: 0.05,
    within_lower: 0.03,
    within_upper: 0.07
  };

  it('is told with its parts, an interval only where there is one', () => {
    const text = attributedText({ meta }, trans) ?? '';
    expect(text).toMatch(/^Wrong predictions \+4\.0.pts \[2\.0, 6\.0\]: /);
    expect(text).toMatch(/: \u22121\.0.pts because groups have other shares/);
    expect(text).toMatch(/\+5\.0.pts \[3\.0, 7\.0\] because of change within/);
  });

  it('is not told where there is none', () => {
    expect(attributedText({ meta: {} }, trans)).toBeNull();
  });
});
