import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { type IInspection } from '../../tokens';
import { roleText } from '../parts/role';

/** Says which columns look like predictions and what came of them, and takes them as that. */
export function RoleHint(props: {
  readonly inspection: Pick<
    IInspection,
    'plausible' | 'usePlausible' | 'declinePlausible'
  >;
  readonly attempt: (work: Promise<void>) => void;
  readonly trans: TranslationBundle;
}): React.ReactElement | null {
  const { inspection, attempt, trans } = props;
  const { plausible } = inspection;
  if (plausible.length === 0) {
    return null;
  }
  const [first, second] = plausible.map(({ column, role }) => ({
    column,
    role: roleText(role ?? 'feature', trans)
  }));
  const text = second
    ? trans.__(
        '%1 and %2 look like %3 and %4.',
        first.column,
        second.column,
        first.role,
        second.role
      )
    : trans.__('%1 looks like the %2.', first.column, first.role);
  return (
    <p className="px-note px-role-hint">
      <span title={text}>{text}</span>
      <button
        type="button"
        className="px-link"
        aria-label={trans.__('Use them: %1', text)}
        onClick={() => attempt(inspection.usePlausible())}
      >
        {second ? trans.__('Use them') : trans.__('Use it')}
      </button>
      <button
        type="button"
        className="px-link"
        aria-label={trans.__('They are not: %1', text)}
        onClick={() => inspection.declinePlausible()}
      >
        {second ? trans.__('They are not') : trans.__('It is not')}
      </button>
    </p>
  );
}
