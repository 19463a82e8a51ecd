import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  besideLimit,
  count,
  estimateBeside,
  interval
} from '../../charts/format';
import { canRename } from '../../notebook/renaming-code';
import type { IInspection, IRenaming } from '../../tokens';
import { Banner } from '../parts';
import type { IRenamed } from './facts';

/** Columns that are named. */
const NAMED = 3;

/** Says which columns perhaps only have another name, and gives the code that takes it back. */
export function RenamedNotice(props: {
  readonly inspection: Pick<IInspection, 'primary' | 'reference' | 'limit'>;
  readonly renamed: readonly IRenamed[];
  readonly onInsert: (what: IRenaming) => void;
  readonly trans: TranslationBundle;
}): React.ReactElement | null {
  const { inspection, renamed, trans } = props;
  const { primary, limit } = inspection;
  if (renamed.length === 0) {
    return null;
  }
  const rest = renamed.length - NAMED;
  return (
    <Banner
      tone="info"
      actions={
        canRename(primary)
          ? [
              {
                label: trans.__('Insert the renaming'),
                onClick: () =>
                  props.onInsert({
                    kind: 'renaming',
                    set: 'primary',
                    names: renamed.map(one => [one.primary, one.reference])
                  })
              }
            ]
          : []
      }
    >
      {renamed
        .slice(0, NAMED)
        .map(one =>
          trans.__(
            '%1 is perhaps %2 of %3, renamed: alike values, PSI %4 %5',
            one.primary,
            one.reference,
            inspection.reference?.name ?? '',
            estimateBeside(one.estimate, limit),
            interval(one.lower, one.upper, besideLimit(limit))
          )
        )
        .join('; ')}
      {rest > 0 &&
        trans._n('; and %2 more', '; and %2 more', rest, count(rest))}
      .
    </Banner>
  );
}
