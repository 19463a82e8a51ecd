import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  count,
  besideLimit,
  estimateBeside,
  interval,
  measure,
  NONE,
  percent,
  pValue
} from '../../charts/format';
import type { IDriftAxis } from '../../charts/scales';
import { Spark } from '../../charts/spark';
import { Whisker } from '../../charts/whisker';
import { Glyph, KindIcon, VerdictMark } from '../parts';
import type { IJudged } from './arrange';
import type { IColumnLayout } from './columns';
import { isImages, missingShare, type IPair, type ISummaryRow } from './rows';
import {
  beyondMark,
  estimateTitle,
  missingMark,
  roleWords,
  sparkLabel
} from './words';

export interface ICellProps {
  judged: IJudged;
  column: IColumnLayout;
  axis: IDriftAxis;
  alpha: number;
  compared: boolean;
  trans: TranslationBundle;
}

/** Nothing, and why. */
function None({ why }: { why: string }): React.ReactElement {
  return (
    <span className="px-faint" title={why}>
      {NONE}
    </span>
  );
}

/** A value in both sets: reference first, primary second and heavier. */
function Pair({
  pair,
  form,
  compared
}: {
  pair: IPair;
  form: (value: number | null) => string;
  compared: boolean;
}): React.ReactElement {
  return (
    <span className="px-pair">
      {compared && <span>{form(pair.reference)}</span>}
      <b>{form(pair.primary)}</b>
    </span>
  );
}

function Missing({ judged, alpha, compared, trans }: ICellProps) {
  const { row } = judged;
  const primary = missingShare(row, 'primary');
  const reference = compared ? missingShare(row, 'reference') : null;
  if (!primary && !reference) {
    return primary === null ? (
      <None why={trans.__('No rows')} />
    ) : (
      <None
        why={
          compared
            ? trans.__('No missing values in either set')
            : trans.__('No missing values')
        }
      />
    );
  }
  const changed = row.missingPAdjusted !== null && row.missingPAdjusted < alpha;
  return (
    <span
      className={`px-missing ${changed ? 'px-mod-changed' : ''}`}
      title={
        changed ? trans.__('More or fewer are missing than before') : undefined
      }
    >
      <span className="px-missing-bars" aria-hidden="true">
        {compared && (
          <i>
            <i
              className="px-mod-reference"
              style={{ width: `${(reference ?? 0) * 100}%` }}
            />
          </i>
        )}
        <i>
          <i
            className="px-mod-primary"
            style={{ width: `${(primary ?? 0) * 100}%` }}
          />
        </i>
      </span>
      <Pair pair={{ primary, reference }} form={percent} compared={compared} />
    </span>
  );
}

/** By column: why it has its role. */
export const RoleReasons = React.createContext<ReadonlyMap<string, string>>(
  new Map()
);

function Name({ judged, alpha, compared, trans }: ICellProps) {
  const { row } = judged;
  const role = roleWords(row, trans);
  const reason = React.useContext(RoleReasons).get(row.column);
  const gone = compared ? missingMark(row, alpha, trans) : null;
  const far = // What has drifted is marked as that.
    compared && judged.verdict !== 'drift'
      ? beyondMark(row, alpha, trans)
      : null;
  return (
    <span className="px-name">
      <KindIcon kind={row.kind} />
      <span className="px-code" title={`${row.column} · ${row.dtype}`}>
        {row.column}
      </span>
      {role && <em title={reason}>{role}</em>}
      {gone && <b className="px-name-missing">{gone}</b>}
      {far && (
        <b
          className="px-name-beyond"
          title={trans.__('of the values lie beyond all of the reference')}
        >
          {far}
        </b>
      )}
    </span>
  );
}

function Estimate({ judged, trans }: ICellProps) {
  const { row, limit } = judged;
  if (row.estimate === null) {
    return (
      <None why={row.reason ?? trans.__('No comparison could be made.')} />
    );
  }
  return (
    <>
      <b>{estimateBeside(row.estimate, limit)}</b>{' '}
      <span className="px-interval">
        {row.lower === null
          ? NONE
          : interval(row.lower, row.upper, besideLimit(limit))}
      </span>
    </>
  );
}

function Distinct({ judged, compared, trans }: ICellProps) {
  const { row } = judged;
  if (row.kind === 'vector') {
    return row.dimension === null ? (
      <None why={trans.__('Vectors of unknown length')} />
    ) : (
      <span
        className="px-faint"
        title={trans.__('Vectors of %1 numbers', count(row.dimension))}
      >
        {trans.__('%1-d', count(row.dimension))}
      </span>
    );
  }
  if (row.distinct.primary === null && row.distinct.reference === null) {
    return <None why={trans.__('Not counted for this kind of column')} />;
  }
  return <Pair pair={row.distinct} form={count} compared={compared} />;
}

function Range({ row, trans }: { row: ISummaryRow; trans: TranslationBundle }) {
  const { primary: low } = row.min;
  const { primary: high } = row.max;
  if (low === null || high === null) {
    return <None why={trans.__('Only numbers have a smallest and largest')} />;
  }
  return <span>{`${measure(low)} … ${measure(high)}`}</span>;
}

/** One cell of a column's row. */
export function Cell(props: ICellProps): React.ReactElement | null {
  const { judged, column, axis, compared, trans } = props;
  const { row, verdict } = judged;
  switch (column.key) {
    case 'name':
      return <Name {...props} />;
    case 'missing':
      return <Missing {...props} />;
    case 'distinct':
      return <Distinct {...props} />;
    case 'spark':
      return (
        <Spark spark={row.spark} label={sparkLabel(row, compared, trans)} />
      );
    case 'drift':
      return (
        <Whisker
          axis={axis}
          estimate={row.estimate}
          lower={row.lower}
          upper={row.upper}
          verdict={verdict}
          width={column.width}
          label={estimateTitle(row, judged.limit, trans)}
        />
      );
    case 'estimate':
      return <Estimate {...props} />;
    case 'verdict':
      return <VerdictMark verdict={verdict} trans={trans} />;
    case 'p':
      return row.pAdjusted === null ? (
        <None why={row.reason ?? trans.__('Not tested')} />
      ) : (
        <>{pValue(row.pAdjusted)}</>
      );
    case 'n':
      return <Pair pair={row.n} form={count} compared={compared} />;
    case 'mean':
      return row.mean.primary === null ? (
        <None why={trans.__('Only numbers have a mean')} />
      ) : (
        <>{measure(row.mean.primary)}</>
      );
    case 'range':
      return <Range row={row} trans={trans} />;
  }
}

/** A column narrower than this has its number alone, without the interval. */
const SHORT = 80;

/** The heads of the columns. */
export function headText(
  { key, width }: IColumnLayout,
  trans: TranslationBundle
): string {
  switch (key) {
    case 'name':
      return trans.__('Column');
    case 'missing':
      return trans.__('Missing %');
    case 'distinct':
      return trans.__('Distinct');
    case 'spark':
      return trans.__('Distribution');
    case 'drift':
      return trans.__('PSI, 90 %, √ scale');
    case 'estimate':
      return width < SHORT ? trans.__('PSI') : trans.__('Estimate, 90 %');
    case 'verdict':
      return trans.__('Verdict');
    case 'p':
      return trans.__('p adj.');
    case 'n':
      return trans.__('n');
    case 'mean':
      return trans.__('Mean');
    case 'range':
      return trans.__('Smallest … largest');
  }
}

/** A column that has no numbers, beside the others that have: it could not be read, or holds pictures, which are as they should be. */
export function ProblemCells({
  row,
  trans
}: {
  row: ISummaryRow;
  trans: TranslationBundle;
}): React.ReactElement {
  return (
    <span className="px-row-problem" title={row.problem ?? ''}>
      {!isImages(row) && (
        <>
          <Glyph name="warning" size={13} />
          <b>{trans.__('not read')}</b>
        </>
      )}
      <span>{row.problem}</span>
    </span>
  );
}
