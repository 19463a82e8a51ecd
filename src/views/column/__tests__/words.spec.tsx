import { nullTranslator } from '@jupyterlab/translation';
import { renderToStaticMarkup } from 'react-dom/server';
import * as React from 'react';

import { barSure } from '../distribution';
import type { IDistributionFacts, Values } from '../facts';
import { ColumnSentence } from '../words';

const trans = nullTranslator.load('phoenix_lab');
const plain = (text: string) =>
  text.replace(/<[^>]+>/g, '').replace(/\s/g, ' ');

const FACTS = {
  kind: 'number',
  estimate: 0.31,
  lower: 0.07,
  upper: 0.84,
  p_value: 0.006,
  unit: null,
  missing: { difference: null, lower: null, upper: null, p_value: null },
  primary: { name: 'new', rows: 284, span: null },
  reference: { name: 'old', rows: 285, span: null }
} as unknown as IDistributionFacts;

const values = (mean: number, n: number) =>
  ({ mean, n, min: 0, max: 1 }) as unknown as Values;

describe('the sentence of a column', () => {
  const text = plain(
    renderToStaticMarkup(
      <ColumnSentence
        column="dashes"
        facts={FACTS}
        bins={[]}
        values={{
          primary: values(0.16493, 284),
          reference: values(0.00474, 285)
        }}
        verdict="moved"
        limit={0.1}
        window={null}
        trans={trans}
      />
    )
  );

  it('says what is sure and what is not', () => {
    expect(text).toContain('dashes moved, size unsure');
  });

  it('says so where the median goes the other way', () => {
    const of = (mean: number, q50: number) =>
      ({ ...values(mean, 100), q50 }) as unknown as Values;
    const said = (now: number) =>
      plain(
        renderToStaticMarkup(
          <ColumnSentence
            column="percent"
            facts={FACTS}
            bins={[]}
            values={{ primary: of(47, now), reference: of(66.1, 30) }}
            verdict="drift"
            limit={0.1}
            window={null}
            trans={trans}
          />
        )
      );
    expect(said(47)).toContain(
      'The mean falls from 66.1 to 47. The median rises, from 30 to 47: few rows move the mean.'
    );
    expect(said(20)).not.toContain('median');
  });

  it('writes both means as they are written elsewhere, and whose every count is', () => {
    expect(text).toContain('The mean rises from .00474 to .165.');
    expect(text).toContain(
      'PSI .31, 90 % interval [.07, .84]; n 284 of new, 285 of old.'
    );
  });
});

describe('the comment of a bar', () => {
  const bin = {
    primary: 80,
    reference: 29,
    primaryShare: 80 / 284,
    referenceShare: 29 / 285
  };
  const sure = (change = {}) =>
    barSure(bin, { ...FACTS, ...change }, false, trans).map(plain);

  it('says how sure the change is, at which level', () => {
    expect(sure()).toEqual([
      '28.2 % of the values of new, 10.2 % of those of old: +18.0 pts [12.7, 23.3], 90 % interval of one bar that was chosen by looking'
    ]);
  });

  it('has no interval by rows where rows belong together', () => {
    const unit = { column: 'day', n_primary: 57, n_reference: 57 };
    expect(sure({ unit })).toEqual([
      '28.2 % of the values of new, 10.2 % of those of old'
    ]);
    expect(sure({ reference: null })).toEqual([]);
  });
});
