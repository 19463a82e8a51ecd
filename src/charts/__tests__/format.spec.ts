import * as f from '../format';

const t = '\u202f';

describe('numbers', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [4856, `4${t}856`],
    [1234567, `1${t}234${t}567`],
    [-4856, `\u22124${t}856`],
    [BigInt(4856), `4${t}856`],
    [null, '—'],
    [NaN, '—']
  ])('writes the count %p', (value, text) => {
    expect(f.count(value)).toBe(text);
  });

  it.each([
    [269.612, '269.612'],
    [0.1234567, '.123457'],
    [1234.5678, `1${t}234.57`],
    [254493, `254${t}493`],
    [-3.5, '\u22123.5'],
    [2e-7, '2e\u22127'],
    [null, '—']
  ])('writes the end of a condition %p', (value, text) => {
    expect(f.exact(value)).toBe(text);
  });

  it.each([
    [0.832, '.832'],
    [1.7312, '1.73'],
    [27.71, '27.7'],
    [0.5, '.5'],
    [-0.25, '\u2212.25'],
    [2013, `2${t}013`],
    [123456, `123${t}000`],
    [999999, `1${t}M`],
    [70_500_000_000, `70.5${t}bn`],
    [-1.2e13, `\u221212${t}tn`],
    [3e20, '3e20'],
    [0.00001234, '1.23e\u22125'],
    [0, '0'],
    [Infinity, '—']
  ])('writes the measure %p with three digits at most', (value, text) => {
    expect(f.measure(value)).toBe(text);
  });

  it.each([
    [0.5701, '.57'],
    [1.729, '1.73'],
    [0.1, '.10'],
    [0, '.00'],
    [-0.001, '\u2212.001'],
    [0.0034, '.003'],
    [0.00497, '.005'],
    [0.005, '.01'],
    [0.00002, '<.001'],
    [-0.00002, '>\u2212.001'],
    [12.34, '12.3'],
    [123.4, '123']
  ])('writes the estimate %p with two decimals', (value, text) => {
    expect(f.estimate(value)).toBe(text);
  });

  it.each([
    [0.1042, '.104'],
    [0.09996, '.10'],
    [0.1, '.10'],
    [0.18, '.18'],
    [null, '—']
  ])('tells %p from the limit .10', (value, text) => {
    expect(f.estimateBeside(value, 0.1)).toBe(text);
  });

  it.each([
    [0.0872, `8.7${t}%`],
    [0, `0${t}%`],
    [1, `100${t}%`],
    [0.9999, `>99.9${t}%`],
    [0.0001, `<.1${t}%`],
    [null, '—']
  ])('writes the share %p', (value, text) => {
    expect(f.share(value)).toBe(text);
  });

  it('writes differences of shares in points', () => {
    expect(f.points(0.0854)).toBe('+8.5 pts');
    expect(f.points(-0.044)).toBe('\u22124.4 pts');
    expect(f.points(0)).toBe('.0 pts');
    expect(f.points(0.0004)).toBe('<.1 pts');
    expect(f.points(-0.0004)).toBe('\u2212<.1 pts');
    expect(f.pointsInterval(0.066, 0.196)).toBe('[6.6, 19.6]');
  });

  it.each([
    [0.0001, '<.001'],
    [0.00399, '.004'],
    [0.05, '.050'],
    [0.0996, '.10'],
    [0.131, '.13'],
    [0.999, '>.99'],
    [1, '1'],
    [null, '—']
  ])('writes the p-value %p', (value, text) => {
    expect(f.pValue(value)).toBe(text);
  });

  it('writes intervals, and nothing for half of one', () => {
    expect(f.interval(0.26, 0.951)).toBe('[.26, .95]');
    expect(f.interval(null, 0.95)).toBe('—');
  });

  it('writes sizes and times', () => {
    expect(f.bytes(3590000)).toBe('3.59 MB');
    expect(f.bytes(9100)).toBe('9.1 kB');
    expect(f.seconds(0.42)).toBe('.4 s');
    expect(f.seconds(1.12)).toBe('1.1 s');
    expect(f.seconds(24.2)).toBe('24 s');
    expect(f.seconds(185)).toBe('3 min');
  });
});

describe('spans', () => {
  const at = (iso: string) => f.instant(iso);

  it('takes a time without zone as it stands', () => {
    expect(at('2013-06-04T10:00:00')).toBe(Date.UTC(2013, 5, 4, 10));
    expect(at('2013-06-04')).toBe(Date.UTC(2013, 5, 4));
    expect(at('2013-06-04T10:00:00+02:00')).toBe(Date.UTC(2013, 5, 4, 8));
  });

  it('says no more than needed', () => {
    expect(f.span(at('2013-06-04'), at('2013-07-22'))).toBe('4 Jun – 22 Jul');
    expect(f.span(at('2012-12-04'), at('2013-01-22'))).toBe(
      '4 Dec 2012 – 22 Jan 2013'
    );
    expect(f.span(at('1961-01-01'), at('2000-01-01'), 'year')).toBe(
      '1961 – 2000'
    );
    expect(
      f.span(at('2013-06-04T10:00'), at('2013-06-04T12:30'), 'instant')
    ).toBe('4 Jun 10:00 – 12:30');
  });

  it('shows years as years on a chip', () => {
    expect(f.isoSpan(['2001-01-01T00:00:00', '2021-01-01T00:00:00'])).toBe(
      '2001 – 2021'
    );
    expect(f.isoSpan(['2013-01-01', '2013-03-31'])).toBe('1 Jan – 31 Mar 2013');
    expect(f.isoSpan(null)).toBeNull();
  });
});
