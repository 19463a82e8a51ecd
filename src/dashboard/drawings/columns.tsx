import * as React from 'react';

import { estimate } from '../../charts/format';
import { driftAxis } from '../../charts/scales';
import { Whisker } from '../../charts/whisker';
import type { IResult } from '../../tokens';
import { ALPHA } from '../../views/column/facts';
import {
  arrange,
  BY_VERDICT,
  judgeAll,
  type IJudged,
  totalsOf
} from '../../views/overview/arrange';
import { summaryRows } from '../../views/overview/rows';
import {
  type ISize,
  KindIcon,
  verdictText,
  VerdictMark
} from '../../views/parts';
import type { IDrawing, IDrawingOf } from './drawing';

/** The columns, those that drifted first. */
export function drawColumns(result: IResult, of: IDrawingOf): IDrawing {
  const { limit, reference, trans } = of;
  const judged = judgeAll(
    summaryRows(result),
    { untested: [], alpha: ALPHA },
    limit,
    reference !== null
  );
  const totals = totalsOf(judged);
  const open = totals.moved + totals.undecided;
  const text =
    reference === null
      ? trans._n('%1 column', '%1 columns', judged.length)
      : trans._n(
          '%1 column drifted, %2 did not, %3 not sure',
          '%1 columns drifted, %2 did not, %3 not sure',
          totals.drift,
          totals.none,
          open
        );
  return {
    mark:
      totals.drift > 0 ? <VerdictMark verdict="drift" trans={trans} /> : null,
    standing:
      reference === null
        ? null
        : totals.drift > 0
          ? 'beyond'
          : open > 0
            ? 'open'
            : 'within',
    facts: text,
    words: text,
    isList: true,
    draw: size => <List judged={judged} size={size} {...of} />
  };
}

const NAME = 0.42;
const VERDICT = 130;

function List({
  judged,
  size,
  limit,
  reference,
  trans
}: IDrawingOf & {
  readonly judged: readonly IJudged[];
  readonly size: ISize;
}): React.ReactElement {
  const rows = arrange(
    judged,
    '',
    'all',
    BY_VERDICT,
    new Set(),
    reference !== null
  ).lines.flatMap(line => (line.type === 'row' ? [line.judged] : []));
  const isWide = size.width > 330;
  const wide = Math.max(
    40,
    size.width * (1 - NAME) - (isWide ? VERDICT : 0) - 16
  );
  const axis = driftAxis(
    rows.map(({ row }) => row),
    limit,
    6,
    wide - 12
  );
  return (
    <table className="px-tile-table" aria-label={trans.__('Columns')}>
      <tbody>
        {rows.map(({ row, verdict }) => (
          <tr key={row.column}>
            <th scope="row" title={row.column}>
              <KindIcon kind={row.kind} size={13} />
              <span className="px-code">{row.column}</span>
            </th>
            <td className="px-mod-drawn">
              <i
                className="px-tile-dash"
                style={{ left: axis.scale(limit) }}
                aria-hidden="true"
              />
              <Whisker
                axis={axis}
                estimate={row.estimate}
                lower={row.lower}
                upper={row.upper}
                verdict={verdict}
                width={wide}
                height={24}
                label={trans.__(
                  'PSI %1, %2',
                  estimate(row.estimate),
                  verdictText(verdict, trans)
                )}
              />
            </td>
            {isWide && (
              <td>
                <VerdictMark verdict={verdict} trans={trans} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
