import * as React from 'react';

import { DriftTicks } from '../../charts/drift-ticks';
import { estimate } from '../../charts/format';
import { LimitHandle } from '../../charts/limit';
import type { IDriftAxis } from '../../charts/scales';
import { headText } from './cells';
import { GUTTER, type IColumnLayout } from './columns';
import { ariaSort, SortButton } from './sort-button';
import type { ITableProps } from './table';

export interface IHeadProps extends Pick<
  ITableProps,
  'facts' | 'limit' | 'onLimit' | 'onLimitCommit' | 'sort' | 'onSort' | 'trans'
> {
  columns: readonly IColumnLayout[];
  axis: IDriftAxis;
  height: number;
}

/** The names of the columns, by which one sorts, and the limit on its axis. */
export function Head(props: IHeadProps): React.ReactElement {
  const { columns, axis, sort, limit, facts, trans } = props;
  const drift = columns.find(column => column.key === 'drift');
  return (
    <div className="px-overview-head" role="rowgroup">
      <div role="row" aria-rowindex={1}>
        {columns.map(column => {
          const text = headText(column, trans);
          const style = {
            left: column.left + GUTTER,
            width: column.width
          };
          const { sort: key } = column;
          if (column.key === 'drift') {
            return (
              <div
                key={column.key}
                role="columnheader"
                className="px-axis-head"
                style={style}
              >
                <span
                  title={trans.__(
                    'Dot: PSI. Line: its 90 % interval, two-sided, 5 % of doubt at each end. The scale is that of the root.'
                  )}
                >
                  {text}
                </span>
                <DriftTicks axis={axis} limit={limit} width={column.width} />
                <LimitHandle
                  axis={axis}
                  limit={limit}
                  statistic="PSI"
                  label={trans.__('Drift matters from')}
                  hint={trans.__(
                    'Drift matters from PSI %1. Drag, or use the arrow keys; a double click goes back to %2.',
                    estimate(limit),
                    estimate(facts.limit)
                  )}
                  onMove={props.onLimit}
                  onCommit={props.onLimitCommit}
                  onReset={() => {
                    props.onLimit(facts.limit);
                    props.onLimitCommit(facts.limit);
                  }}
                />
              </div>
            );
          }
          return (
            <div
              key={column.key}
              role="columnheader"
              className={column.right ? 'px-mod-right' : ''}
              style={style}
              aria-sort={ariaSort(sort, key)}
              title={
                column.key === 'p'
                  ? (facts.adjusted ?? '')
                  : column.key === 'estimate'
                    ? trans.__('PSI with its 90 % interval, two-sided')
                    : undefined
              }
            >
              {key === null ? (
                <span>{text}</span>
              ) : (
                <SortButton by={key} sort={sort} onSort={props.onSort}>
                  {text}
                </SortButton>
              )}
            </div>
          );
        })}
      </div>
      {drift && (
        <div
          className="px-limit-dash px-limit-line"
          style={{
            left: drift.left + GUTTER + axis.scale(limit),
            height: props.height - 48
          }}
        />
      )}
    </div>
  );
}
