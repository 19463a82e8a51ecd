import type { IAnswer } from '../../tokens';
import { readAnswers, writeAnswers } from '../answers';

const digests = { data: 'd0', code: '1.0+c0', result: 'r0' };
const about = (column: string, result = 'r0'): IAnswer => ({
  recipe: { kind: 'distribution', column },
  ...digests,
  result
});

describe('answers that a notebook keeps', () => {
  it('come back as they were written, in an order of their own', () => {
    const written = writeAnswers([about('b'), about('a')]);
    expect(written).toEqual([about('a'), about('b')]);
    expect(readAnswers(JSON.parse(JSON.stringify(written)))).toEqual(written);
    expect(writeAnswers([about('a'), about('b')])).toEqual(written);
  });

  it('are one for a question: the last', () => {
    expect(writeAnswers([about('a', 'r1'), about('a', 'r2')])).toEqual([
      about('a', 'r2')
    ]);
  });

  it('take little room: the ones that were asked last', () => {
    const many = Array.from({ length: 1000 }, (_, k) => about(`column ${k}`));
    const written = writeAnswers(many);
    expect(JSON.stringify(written).length).toBeLessThan(14_000);
    expect(written).toContainEqual(about('column 999'));
    expect(written).not.toContainEqual(about('column 0'));
    expect(writeAnswers([about('x'.repeat(3000))])).toEqual([]);
  });

  it('are left out where a file holds something else', () => {
    const odd = [
      null,
      7,
      { ...about('a'), result: 5 },
      { ...about('a'), code: 'x'.repeat(200) },
      { ...about('a'), recipe: { kind: 'weather' } },
      digests
    ];
    expect(readAnswers(odd)).toEqual([]);
    expect(readAnswers('x')).toEqual([]);
    expect(readAnswers(undefined)).toEqual([]);
  });
});
