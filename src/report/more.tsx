import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../charts/format';

/** Shows those of a list that are left out at first; nothing where none is. */
export function More({
  n,
  onShow,
  trans
}: {
  /** How many are left out. */
  n: number;
  onShow: () => void;
  trans: TranslationBundle;
}): React.ReactElement | null {
  return n === 0 ? null : (
    <button type="button" className="px-button" onClick={onShow}>
      {trans.__('Show %1 more', count(n))}
    </button>
  );
}
