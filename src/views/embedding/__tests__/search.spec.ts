import { finder, mark } from '../search';

describe('texts', () => {
  it('are found and marked', () => {
    expect(finder(' Border ')('the BORDERS')).toBe(true);
    const pieces = mark(
      'Iraqi forces left Iraq, not the Iranian (war)',
      ['iraq', 'war'],
      ''
    );
    expect(pieces.filter(p => p.marked).map(p => p.text)).toEqual([
      'Iraqi',
      'Iraq',
      'war'
    ]);
    expect(pieces.map(p => p.text).join('')).toBe(
      'Iraqi forces left Iraq, not the Iranian (war)'
    );
  });

  it('begin near the first mark', () => {
    const [first] = mark(`${'word '.repeat(80)}target here`, [], 'target');
    expect(first.text.startsWith('… ')).toBe(true);
    expect(first.text.length).toBeLessThan(70);
  });

  it('take what is searched literally', () => {
    expect(mark('a.b axb', [], 'a.b').filter(p => p.marked)).toHaveLength(1);
    expect(mark('x', [], '(')).toEqual([{ text: 'x', marked: false }]);
  });
});
