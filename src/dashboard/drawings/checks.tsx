import * as React from 'react';

import { count, NONE, share } from '../../charts/format';
import type { IResult } from '../../tokens';
import { KindIcon, VerdictMark } from '../../views/parts';
import { changeText, checkText, statusText } from '../../views/quality/words';
import {
  type IQualityRow,
  qualityFacts,
  qualityRows,
  shareOf
} from '../../views/quality/facts';
import type { IDrawing, IDrawingOf } from './drawing';

/** What is wrong with the data themselves, what is new first. */
export function drawChecks(result: IResult, of: IDrawingOf): IDrawing {
  const { reference, trans } = of;
  const rows = qualityRows(result).filter(({ status }) => status !== 'same');
  const facts = qualityFacts(result);
  const changed = rows.filter(({ status }) => status === 'changed').length;
  const open = rows.some(
    ({ status }) => status === 'moved' || status === 'undecided'
  );
  const made = trans._n(
    '%2 check',
    '%2 checks',
    facts.checks,
    count(facts.checks)
  );
  const text =
    reference === null
      ? made
      : // The first are those that changed: there are more where all that were kept did.
        typeof result.meta.kept_of === 'number' && changed === rows.length
        ? trans.__(
            'At least %1 things are not as they were, of %2',
            count(changed),
            made
          )
        : trans._n(
            '%1 thing is not as it was, of %2',
            '%1 things are not as they were, of %2',
            changed,
            made
          );
  return {
    mark:
      changed > 0 ? (
        <span className="px-verdict px-mod-drift">
          {statusText('changed', reference !== null, trans)}
        </span>
      ) : reference === null ? null : (
        <VerdictMark verdict={open ? 'undecided' : 'none'} trans={trans} />
      ),
    standing:
      reference === null
        ? null
        : changed > 0
          ? 'beyond'
          : open
            ? 'open'
            : 'within',
    beside: null,
    facts: text,
    words: text,
    isList: true,
    draw: () =>
      rows.length === 0 ? (
        <p className="px-muted">{trans.__('Nothing was found.')}</p>
      ) : (
        <table
          className="px-tile-table"
          aria-label={trans.__('Checks of the data')}
        >
          <tbody>
            {rows.map((row, i) => (
              <Row key={i} row={row} facts={facts} {...of} />
            ))}
          </tbody>
        </table>
      )
  };
}

function Row({
  row,
  facts,
  trans
}: IDrawingOf & {
  readonly row: IQualityRow;
  readonly facts: ReturnType<typeof qualityFacts>;
}): React.ReactElement {
  const part = shareOf(row.primary ?? row.reference);
  return (
    <tr className={row.status === 'changed' ? 'px-mod-sure' : undefined}>
      <th scope="row" title={row.column ?? undefined}>
        {row.column === null ? (
          trans.__('Whole rows')
        ) : (
          <>
            <KindIcon kind={row.kind ?? 'other'} size={13} />
            <span className="px-code">{row.column}</span>
          </>
        )}
      </th>
      <td>{checkText(row, facts, trans)}</td>
      <td className="px-mod-number">
        {changeText(row) ?? (part === null ? NONE : share(part))}
      </td>
    </tr>
  );
}
