import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ColumnInfo } from '../../api/contract';
import { kindsFor, rolesFor } from '../../model/roles';
import type { IRoleChange } from '../../tokens';
import { type IAnchor, type IChoice, Menu } from '../parts';
import { roleDetail, roleText } from '../parts/role';

interface IProps {
  readonly column: ColumnInfo;
  readonly isCorrected: boolean;
  readonly anchor: IAnchor;
  readonly trans: TranslationBundle;
  /** Null takes back what was said. */
  readonly onChoose: (said: IRoleChange | null) => void;
  readonly onClose: () => void;
}

/** What a column is for, why, and what else it could be. */
export function RoleMenu(props: IProps): React.ReactElement {
  const { column, isCorrected, anchor, trans, onChoose, onClose } = props;
  const { name, role, kind, reason } = column;
  const choices: IChoice<IRoleChange | null>[] = [
    ...(isCorrected
      ? [
          {
            value: null,
            label: trans.__('Back to what was guessed'),
            checked: false
          }
        ]
      : []),
    ...rolesFor(column).map((other, i) => ({
      value: { role: other },
      label: capital(roleText(other, trans)),
      detail: roleDetail(other, trans),
      checked: other === role,
      apart: isCorrected && i === 0
    })),
    ...kindsFor(column).map((other, i) => ({
      value: { kind: other ?? undefined },
      label: other === 'number' ? trans.__('Continuous') : trans.__('Discrete'),
      detail:
        other === 'number'
          ? trans.__('Quantities: bins are ranges.')
          : trans.__('Categories: a bar for each value.'),
      checked: other === kind,
      apart: i === 0
    }))
  ];
  return (
    <Menu
      anchor={anchor}
      label={trans.__('Role of %1', name)}
      note={
        <>
          <b className="px-code">{name}</b>:{' '}
          {trans.__('%1 (%2)', roleText(role, trans), reason)}
        </>
      }
      choices={choices}
      onChoose={said => {
        if (!isAsIs(said, column)) {
          onChoose(said);
        }
      }}
      onClose={onClose}
    />
  );
}

/** Whether a choice is what holds anyway. */
function isAsIs(said: IRoleChange | null, { role, kind }: ColumnInfo): boolean {
  return said !== null && (said.role === role || said.kind === kind);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
