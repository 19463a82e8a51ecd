import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IDriftAxis } from '../../charts/scales';
import { verdictText } from '../parts';
import type { IJudged } from './arrange';
import { Cell, ProblemCells } from './cells';
import type { IColumnLayout } from './columns';
import type { ISummaryFacts } from './facts';
import { isImages } from './rows';
import { rowLabel } from './words';

const HOVER_DELAY = 350;
/** Widest name of a column that could not be read. */
const PROBLEM_NAME = 170;

interface IRowProps {
  id: string;
  index: number;
  judged: IJudged;
  columns: readonly IColumnLayout[];
  axis: IDriftAxis;
  facts: ISummaryFacts;
  compared: boolean;
  active: boolean;
  style: React.CSSProperties;
  onOpen: (column: string) => void;
  onRole: (column: string, row: Element) => void;
  onActive: (column: string) => void;
  onHover: (column: string | null) => void;
  trans: TranslationBundle;
}

/** One column of the dataframes. */
export function Row(props: IRowProps): React.ReactElement {
  const { judged, columns, axis, facts, compared, trans } = props;
  const { row, verdict } = judged;
  const timer = React.useRef(0);
  React.useEffect(() => () => window.clearTimeout(timer.current), []);
  const problem = row.problem !== null;
  // What is wrong with a column takes what its name can spare.
  const cells = problem
    ? columns
        .slice(0, 1)
        .map(name => ({ ...name, width: Math.min(name.width, PROBLEM_NAME) }))
    : columns;
  return (
    <div
      id={props.id}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={props.active}
      aria-label={rowLabel(
        row,
        compared ? verdictText(verdict, trans) : null,
        props.judged.limit,
        trans
      )}
      className={`px-overview-row px-mod-${verdict} ${props.active ? 'px-mod-active' : ''} ${
        problem && !isImages(row) ? 'px-mod-problem' : ''
      }`}
      style={props.style}
      onPointerEnter={event => {
        if (event.pointerType !== 'touch') {
          timer.current = window.setTimeout(
            () => props.onHover(row.column),
            HOVER_DELAY
          );
        }
      }}
      onPointerLeave={() => {
        window.clearTimeout(timer.current);
        props.onHover(null);
      }}
      onContextMenu={event => {
        event.preventDefault();
        event.stopPropagation();
        window.clearTimeout(timer.current);
        props.onHover(null);
        props.onActive(row.column);
        props.onRole(row.column, event.currentTarget);
      }}
      onClick={() => {
        window.clearTimeout(timer.current);
        props.onHover(null);
        props.onActive(row.column);
        props.onOpen(row.column);
      }}
    >
      {cells.map(column => (
        <div
          key={column.key}
          role="gridcell"
          className={`px-cell px-cell-${column.key} ${column.right ? 'px-mod-right' : ''}`}
          style={{ left: column.left, width: column.width }}
        >
          <Cell
            judged={judged}
            column={column}
            axis={axis}
            alpha={facts.alpha}
            compared={compared}
            trans={trans}
          />
        </div>
      ))}
      {problem && columns.length > 1 && (
        <div
          role="gridcell"
          className="px-cell"
          style={{ left: cells[0].left + cells[0].width, right: 0 }}
        >
          <ProblemCells row={row} trans={trans} />
        </div>
      )}
    </div>
  );
}
