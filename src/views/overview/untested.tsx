import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { KindIcon, Menu } from '../parts';
import type { ISummaryFacts } from './facts';
import type { ISummaryRow } from './rows';

/** So many columns are named in the foot; the others are behind a button. */
const IN_FOOT = 4;

/** The columns that no test was made of, and why. */
export function Untested({
  untested,
  rows,
  onOpen,
  trans
}: {
  untested: ISummaryFacts['untested'];
  rows: readonly ISummaryRow[];
  onOpen: (column: string) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const [open, setOpen] = React.useState(false);
  const more = React.useRef<HTMLButtonElement>(null);
  const kinds = new Map(rows.map(row => [row.column, row.kind]));
  const shown =
    untested.length <= IN_FOOT + 1 ? untested : untested.slice(0, IN_FOOT);
  const rest = untested.slice(shown.length);
  return (
    <footer className="px-overview-foot">
      <span>{trans.__('Not tested')}</span>
      {shown.map(({ column, why }) => (
        <button
          key={column}
          type="button"
          title={`${column} — ${why}`}
          onClick={() => onOpen(column)}
        >
          <KindIcon kind={kinds.get(column) ?? 'other'} size={14} />
          <span className="px-code">{column}</span>
          <em>{why}</em>
        </button>
      ))}
      {rest.length > 0 && (
        <button
          ref={more}
          type="button"
          aria-haspopup="listbox"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {trans.__('and %1 more', count(rest.length))}
        </button>
      )}
      {open && more.current && (
        <Menu<string>
          anchor={more.current}
          label={trans.__('Columns that were not tested')}
          choices={rest.map(({ column, why }) => ({
            value: column,
            label: column,
            detail: why
          }))}
          onChoose={onOpen}
          onClose={() => setOpen(false)}
        />
      )}
    </footer>
  );
}
