import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ColumnInfo } from '../../api/contract';
import { words } from '../../charts/format';
import { kindsFor, partnersFor, rolesFor } from '../../model/roles';
import type { IRoleChange } from '../../tokens';
import { type IChoice, type IVerb, Menu, verbChoices } from './menu';
import type { IAnchor } from './popup';
import { roleDetail, roleText } from './role';

type Verb = 'column' | 'rows' | Pick<IVerb, 'onChoose'>;

interface IProps {
  readonly column: ColumnInfo;
  /** All columns: vectors may have been made of one of them. */
  readonly columns: readonly ColumnInfo[];
  readonly isCorrected: boolean;
  readonly anchor: IAnchor;
  readonly trans: TranslationBundle;
  /** Null takes back what was said. */
  readonly onChoose: (said: IRoleChange | null) => void;
  /** Somebody wants vectors of the column, or of the rows (null). */
  readonly onEmbed: (column: string | null) => void;
  /** What the column can be watched for. */
  readonly verbs: readonly IVerb[];
  readonly onClose: () => void;
}

/** What a column is for, why, and what else it could be. */
export function RoleMenu(props: IProps): React.ReactElement {
  const { column, columns, isCorrected, anchor, trans } = props;
  const { onChoose, onEmbed, verbs, onClose } = props;
  const partners = partnersFor(column, columns);
  const { name, role, kind, reason } = column;
  const isEmbedded =
    role === 'link_to_data' ||
    (column.carrier === 'text' && column.problem === null);
  const choices: IChoice<IRoleChange | null | Verb>[] = [
    // What is looked for most stands first.
    ...verbChoices(verbs).map((choice, i) => ({
      ...choice,
      apart: i > 0 && choice.apart
    })),
    ...(isCorrected
      ? [
          {
            value: null,
            label: trans.__('Back to what was guessed'),
            checked: false,
            apart: verbs.length > 0
          }
        ]
      : []),
    ...rolesFor(column).map((other, i) => ({
      value: { role: other },
      label: capital(roleText(other, trans)),
      detail: roleDetail(other, trans),
      checked: other === role,
      apart: (isCorrected || verbs.length > 0) && i === 0
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
    })),
    ...(partners.length > 0
      ? [
          ...partnerChoices('raw_data', column, partners, trans),
          ...partnerChoices('link_to_data', column, partners, trans)
        ]
      : []),
    ...(isEmbedded
      ? [
          {
            value: 'column' as const,
            label: trans.__('Embed this column…'),
            detail:
              role === 'link_to_data'
                ? trans.__('Vectors of its images, for a map.')
                : trans.__('Vectors of its texts, for a map.'),
            checked: false,
            apart: true
          }
        ]
      : []),
    {
      value: 'rows',
      label: trans.__('Embed the rows…'),
      detail: trans.__('Vectors of all columns together, for a map.'),
      checked: false,
      apart: !isEmbedded
    }
  ];
  return (
    <Menu
      anchor={anchor}
      label={trans.__('Role of %1', name)}
      note={
        <>
          <b className="px-code">{name}</b>:{' '}
          {trans.__('%1 (%2)', roleText(role, trans), words(reason))}
        </>
      }
      choices={choices}
      onChoose={said => {
        if (said === 'column' || said === 'rows') {
          onEmbed(said === 'column' ? name : null);
        } else if (said !== null && 'onChoose' in said) {
          said.onChoose();
        } else if (!isAsIs(said, column)) {
          onChoose(said);
        }
      }}
      onClose={onClose}
    />
  );
}

/** Whether a choice is what holds anyway. */
function isAsIs(said: IRoleChange | null, column: ColumnInfo): boolean {
  return (
    said !== null &&
    (said.role === column.role ||
      said.kind === column.kind ||
      said.raw_data === (column.raw_data ?? '') ||
      said.link_to_data === (column.link_to_data ?? ''))
  );
}

/** What vectors were made of: nothing that is here, or one of the columns. */
function partnerChoices(
  field: 'raw_data' | 'link_to_data',
  column: ColumnInfo,
  partners: readonly ColumnInfo[],
  trans: TranslationBundle
): IChoice<IRoleChange | null>[] {
  const isText = field === 'raw_data';
  return [
    {
      value: { [field]: '' },
      label: isText ? trans.__('No text') : trans.__('No link'),
      detail: isText
        ? trans.__('The text that the vectors were made of is not here.')
        : trans.__('The files that the vectors were made of are not here.'),
      checked: column[field] === null,
      apart: true
    },
    ...partners.map(({ name }) => ({
      value: { [field]: name },
      label: isText ? trans.__('Text: %1', name) : trans.__('Link: %1', name),
      checked: column[field] === name
    }))
  ];
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
