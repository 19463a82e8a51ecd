import type { Kernel } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { type IOutcome, isIdle, report } from '../insert';

const trans = nullTranslator.load('phoenix_lab');

function said(change: Partial<IOutcome>) {
  return report(
    {
      place: '[4]',
      shown: 152,
      read: 152,
      found: 152,
      moved: null,
      error: null,
      isRun: true,
      ...change
    },
    trans
  );
}

describe('what is said of an inserted cell', () => {
  it('is not that it gave what was shown, where the set has changed', () => {
    const { message, isAsPromised } = said({ moved: 'prod' });
    expect(isAsPromised).toBe(false);
    expect(message).toContain('152 rows of prod as it is now');
  });

  it('is that it gave what was shown', () => {
    expect(said({})).toEqual({
      message: 'Cell added below [4] and run: 152 rows, as shown.',
      isAsPromised: true
    });
    expect(said({ place: null }).message).toBe(
      'Cell added on top and run: 152 rows, as shown.'
    );
  });

  it('is no success when it gave other rows than were shown, and why that is', () => {
    expect(said({ found: 151 })).toEqual({
      message:
        'The cell gives 151 rows, not the 152 that were shown: the dataframe holds others than when it was read. Refresh, then compare again.',
      isAsPromised: false
    });
    // The sets as they were read have as many: what was shown was the number of something else.
    expect(said({ shown: 155, read: 29, found: 29 })).toEqual({
      message:
        'The cell gives 29 rows, not the 155 that were shown: so many meet all that its code asks for; what was shown was counted under other conditions.',
      isAsPromised: false
    });
    expect(said({ shown: 155, found: 29, moved: 'prod' }).message).toBe(
      'The cell gives 29 rows of prod as it is now; 155 were shown of it as it was read. Refresh, then compare again.'
    );
  });

  it('is no success when it failed, or did not run', () => {
    expect(said({ found: null, error: 'KeyError: 3' })).toEqual({
      message: 'Cell added below [4], but it failed: KeyError: 3',
      isAsPromised: false
    });
    expect(said({ found: null, isRun: false })).toEqual({
      message: 'Cell added below [4], but the kernel did not run it.',
      isAsPromised: false
    });
  });

  it('never is "as shown" of a number that nobody was shown', () => {
    expect(said({ shown: null, read: 29, found: 29 })).toEqual({
      message: 'Cell added below [4] and run: 29 rows.',
      isAsPromised: true
    });
    expect(said({ shown: null, read: 29, found: 30 })).toEqual({
      message:
        'The cell gives 30 rows, and 29 in the dataframe as it was read: it holds others now. Refresh, then compare again.',
      isAsPromised: false
    });
  });

  it('is no number where none is known or none can be seen', () => {
    expect(said({ shown: null, read: null, found: 7 })).toEqual({
      message: 'Cell added below [4] and run.',
      isAsPromised: true
    });
    expect(said({ found: null }).message).toBe('Cell added below [4] and run.');
  });
});

describe('a kernel', () => {
  const kernelOf = (status: Kernel.Status) => {
    const owner = {} as Kernel.IKernelConnection;
    const statusChanged = new Signal<Kernel.IKernelConnection, Kernel.Status>(
      owner
    );
    const kernel = { status, statusChanged };
    return {
      kernel,
      become: (next: Kernel.Status) => {
        kernel.status = next;
        statusChanged.emit(next);
      }
    };
  };

  it('that only answers a question counts as idle, one that runs a cell does not', async () => {
    expect(await isIdle(null)).toBe(false);
    expect(await isIdle(kernelOf('idle').kernel)).toBe(true);
    const asked = kernelOf('busy');
    const found = isIdle(asked.kernel);
    asked.become('busy');
    asked.become('idle');
    expect(await found).toBe(true);
    expect(await isIdle(kernelOf('busy').kernel)).toBe(false);
  });
});
