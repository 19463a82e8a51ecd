import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';

import { ProblemError } from '../../../api/problem';
import type { IInserted, IInspection } from '../../../tokens';
import { InsertButton, useInsertion } from '../insert';
import { host, root } from '../../../__tests__/host';

const trans = nullTranslator.load('phoenix_lab');

function Inserting({ inspection }: { inspection: IInspection }) {
  const { insert, notice } = useInsertion(inspection, trans);
  return (
    <>
      <button onClick={() => insert({ kind: 'summary' })}>insert</button>
      {notice}
    </>
  );
}

/** Insert, and draw what is said of it. */
async function insert(answer: () => Promise<IInserted>): Promise<Element> {
  const inspection = { insert: answer } as unknown as IInspection;
  act(() => root.render(<Inserting inspection={inspection} />));
  await act(async () => host.querySelector('button')?.click());
  return host.querySelector('.px-notice') as Element;
}

const inserted = (change: Partial<IInserted>) => () =>
  Promise.resolve({
    message: 'Cell added.',
    isAsPromised: true,
    undo: () => true,
    show: null,
    ...change
  });

describe('the notice of an inserted cell', () => {
  let check: string | undefined;

  it('has a check mark when all went as promised', async () => {
    const notice = await insert(inserted({}));
    expect(notice.getAttribute('role')).toBe('status');
    expect(notice.classList.contains('px-mod-error')).toBe(false);
    check = notice.querySelector('svg')?.innerHTML;
  });

  it('warns when the cell failed or gave other rows, and still offers Undo', async () => {
    const undo = jest.fn(() => true);
    const notice = await insert(
      inserted({ message: 'but it failed', isAsPromised: false, undo })
    );
    expect(notice.getAttribute('role')).toBe('alert');
    expect(notice.classList.contains('px-mod-error')).toBe(true);
    expect(notice.textContent).toContain('but it failed');
    expect(notice.querySelector('svg')?.innerHTML).not.toBe(check);
    act(() => notice.querySelector('button')?.click());
    expect(undo).toHaveBeenCalled();
    expect(host.querySelector('.px-notice')).toBeNull();
  });

  it('says why there is no cell', async () => {
    const notice = await insert(() => Promise.reject(new Error('no notebook')));
    expect(notice.getAttribute('role')).toBe('alert');
    expect(notice.textContent).toBe('no notebook');
  });

  it('says what to do about it', async () => {
    const notice = await insert(() =>
      Promise.reject(
        new ProblemError({ message: 'prod is gone.', hint: 'Run its cell.' })
      )
    );
    expect(notice.textContent).toBe('prod is gone. Run its cell.');
  });

  it('leads to a cell that is out of sight', async () => {
    const show = jest.fn();
    const notice = await insert(inserted({ show }));
    const [first] = notice.querySelectorAll('button');
    expect(first.textContent).toBe('Show');
    act(() => first.click());
    expect(show).toHaveBeenCalled();
  });
});

describe('the button that inserts', () => {
  it('keeps the focus while it works, and does nothing more meanwhile', () => {
    const onInsert = jest.fn();
    const draw = (busy: boolean): HTMLButtonElement => {
      act(() =>
        root.render(
          <InsertButton busy={busy} onInsert={onInsert} trans={trans} />
        )
      );
      return host.querySelector('button') as HTMLButtonElement;
    };
    draw(false).focus();
    const button = draw(true);
    expect(button.disabled).toBe(false);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(document.activeElement).toBe(button);
    act(() => button.click());
    expect(onInsert).not.toHaveBeenCalled();
    draw(false);
    act(() => button.click());
    expect(onInsert).toHaveBeenCalledTimes(1);
  });
});
