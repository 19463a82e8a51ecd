import * as React from 'react';

import { count, estimate, points, share } from '../../charts/format';
import { driftAxis } from '../../charts/scales';
import { Whisker } from '../../charts/whisker';
import type { IResult } from '../../tokens';
import { ALPHA } from '../../views/column/facts';
import {
  arrange,
  BY_VERDICT,
  judgeAll,
  type IJudged
} from '../../views/overview/arrange';
import { summaryRows } from '../../views/overview/rows';
import { tallyOf } from '../../views/overview/tally';
import { beyondRange, missingChanged } from '../../views/overview/words';
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
  const totals = tallyOf(judged, ALPHA);
  const open = totals.moved + totals.undecided;
  const { kept_of } = result.meta;
  const text =
    typeof kept_of === 'number'
      ? trans.__(
          '%1 drifted of the %2 columns that moved most, of %3',
          totals.drift,
          count(judged.length),
          count(kept_of)
        )
      : reference === null
        ? trans._n('%1 column', '%1 columns', judged.length)
        : trans._n(
            '%1 column drifted, %2 did not, %3 undecided',
            '%1 columns drifted, %2 did not, %3 undecided',
            totals.drift,
            totals.none - totals.otherwise,
            open
          );
  const compared = reference === null ? [] : judged;
  const gone = missingChanged(
    compared.map(({ row }) => row),
    ALPHA
  );
  const far = beyondRange(
    compared.filter(({ verdict }) => verdict !== 'drift').map(({ row }) => row),
    ALPHA
  );
  const beside = [
    ...(gone.length > 0
      ? [
          trans._n(
            'missing values of %2 column changed: %3 %4',
            'missing values of %2 columns changed, most of %3 %4',
            gone.length,
            count(gone.length),
            gone[0].column,
            points(gone[0].missingDifference)
          )
        ]
      : []),
    ...(far.length > 0
      ? [
          trans._n(
            'numbers of %2 column beyond range: %3 %4',
            'numbers of %2 columns beyond range, most of %3 %4',
            far.length,
            count(far.length),
            far[0].column,
            share(far[0].beyond)
          )
        ]
      : [])
  ].join(' · ');
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
    beside: beside || null,
    facts: text,
    words: beside ? `${text}, ${beside}` : text,
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
