import type { Kernel } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { type IOutcome, isIdle, report } from '../insert';

const trans = nullTranslator.load('phoenix_lab');

function said(change: Partial<IOutcome>) {
  return report(
    {
      place: '[4]',
      promised: 152,
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

  it('is no success when it gave other rows, failed, or did not run', () => {
    expect(said({ found: 151 })).toEqual({
      message:
        'The cell gives 151 rows, not the 152 that were shown. Refresh, then compare again.',
      isAsPromised: false
    });
    expect(said({ found: null, error: 'KeyError: 3' })).toEqual({
      message: 'Cell added below [4], but it failed: KeyError: 3',
      isAsPromised: false
    });
    expect(said({ found: null, isRun: false })).toEqual({
      message: 'Cell added below [4], but the kernel did not run it.',
      isAsPromised: false
    });
  });

  it('claims no number where none was promised or none can be seen', () => {
    expect(said({ promised: null, found: null })).toEqual({
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
