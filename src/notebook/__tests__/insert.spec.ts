import { nullTranslator } from '@jupyterlab/translation';

import { type IOutcome, report } from '../insert';

const trans = nullTranslator.load('phoenix_lab');

function said(change: Partial<IOutcome>) {
  return report(
    {
      place: '4',
      promised: 152,
      found: 152,
      error: null,
      isRun: true,
      ...change
    },
    trans
  );
}

describe('what is said of an inserted cell', () => {
  it('is that it gave what was shown', () => {
    expect(said({})).toEqual({
      message: 'Cell added below cell 4 and run: 152 rows, as shown.',
      isAsPromised: true
    });
    expect(said({ place: null }).message).toBe(
      'Cell added on top and run: 152 rows, as shown.'
    );
  });

  it('is no success when it gave other rows, failed, or did not run', () => {
    expect(said({ found: 151 })).toEqual({
      message:
        'The cell gives 151 rows, not the 152 that were shown. Refresh, then compare again.',
      isAsPromised: false
    });
    expect(said({ found: null, error: 'KeyError: 3' })).toEqual({
      message: 'Cell added below cell 4, but it failed: KeyError: 3',
      isAsPromised: false
    });
    expect(said({ found: null, isRun: false })).toEqual({
      message: 'Cell added below cell 4, but the kernel did not run it.',
      isAsPromised: false
    });
  });

  it('claims no number where none was promised or none can be seen', () => {
    expect(said({ promised: null, found: null })).toEqual({
      message: 'Cell added below cell 4 and run.',
      isAsPromised: true
    });
    expect(said({ found: null }).message).toBe(
      'Cell added below cell 4 and run.'
    );
  });
});
