import type { TranslationBundle } from '@jupyterlab/translation';
import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import { count, estimate } from '../../charts/format';
import { LimitHandle } from '../../charts/limit';
import { driftAxis, type IDriftAxis } from '../../charts/scales';
import {
  Glyph,
  Kbd,
  Popup,
  useSize,
  verdictText,
  type Verdict
} from '../parts';
import type { IJudged, ISort, Line, SortKey } from './arrange';
import { Cell, headText, ProblemCells } from './cells';
import { breadthOf, layoutOf, type IColumnLayout } from './columns';
import type { ISummaryFacts } from './facts';
import {
  countsText,
  groupText,
  missingText,
  neededText,
  roleWords,
  rowLabel,
  whyText
} from './words';

export interface ITableProps {
  lines: readonly Line[];
  /** All rows, whether shown or not: the axis holds them all. */
  judged: readonly IJudged[];
  facts: ISummaryFacts;
  compared: boolean;
  limit: number;
  onLimit: (limit: number) => void;
  onLimitCommit: (limit: number) => void;
  sort: ISort;
  onSort: (sort: ISort) => void;
  onFold: (verdict: Verdict) => void;
  onOpen: (column: string) => void;
  onInsert: (column: string) => void;
  onUnit: () => void;
  /** Takes the focus when the search is left. */
  gridRef: React.RefObject<HTMLDivElement>;
  empty: string;
  trans: TranslationBundle;
}

const ROW = 27;
const GROUP = 26;
const GUTTER = 16;
/** What stands before a name, and how broad a character of it and of the role after it is. */
const BEFORE_NAME = 44;
const CODE = 7.3;
const ROLE = 6;

/** The rows, drawn only where they are seen. */
export function OverviewTable(props: ITableProps): React.ReactElement {
  const { lines, judged, facts, compared, limit, gridRef, trans } = props;
  const id = React.useId();
  const [measured, size] = useSize<HTMLDivElement>();
  const scroller = React.useRef<HTMLDivElement | null>(null);
  const setScroller = React.useCallback(
    (element: HTMLDivElement | null) => {
      scroller.current = element;
      (gridRef as React.MutableRefObject<HTMLDivElement | null>).current =
        element;
      measured(element);
    },
    [measured, gridRef]
  );
  const [active, setActive] = React.useState<string | null>(null);
  const [focused, setFocused] = React.useState(false);
  const [hovered, setHovered] = React.useState<string | null>(null);

  // Room for the scroll bar, whether there is one or not.
  const width = Math.max(280, (size.width || 900) - GUTTER * 2 - 4);
  const breadth = breadthOf(size.width || 900);
  const longest = React.useMemo(
    () =>
      judged.reduce(
        (most, { row }) =>
          Math.max(
            most,
            BEFORE_NAME +
              CODE * row.column.length +
              ROLE * (roleWords(row, trans)?.length ?? 0)
          ),
        0
      ),
    [judged, trans]
  );
  const columns = React.useMemo(
    () => layoutOf(width, breadth, compared, longest),
    [width, breadth, compared, longest]
  );
  const drift = columns.find(column => column.key === 'drift');
  const driftWidth = drift?.width ?? 0;
  const initial = facts.limit;
  const axis = React.useMemo(
    () =>
      driftAxis(
        judged.map(({ row }) => ({
          lower: row.lower,
          upper: row.upper ?? row.estimate
        })),
        initial,
        6,
        Math.max(driftWidth - 22, 20)
      ),
    [judged, initial, driftWidth]
  );

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: i => (lines[i]?.type === 'group' ? GROUP : ROW),
    getItemKey: i => {
      const line = lines[i];
      return line.type === 'group'
        ? `group ${line.verdict}`
        : `row ${line.judged.row.column}`;
    },
    overscan: 12,
    scrollPaddingStart: 48,
    scrollMargin: 0
  });
  // The sizes depend on what a line is, so they are asked again when the lines change.
  React.useLayoutEffect(() => {
    virtual.measure();
  }, [lines, virtual]);

  const indexOf = (column: string | null) =>
    lines.findIndex(
      line => line.type === 'row' && line.judged.row.column === column
    );
  const activeIndex = indexOf(active);

  const move = (from: number, step: number) => {
    let i = from;
    while (i >= 0 && i < lines.length) {
      const line = lines[i];
      if (line.type === 'row') {
        setActive(line.judged.row.column);
        setHovered(null);
        virtual.scrollToIndex(i, { align: 'auto' });
        return;
      }
      i += step;
    }
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== event.currentTarget) {
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const page = Math.max(1, Math.floor((size.height - 60) / ROW));
    switch (event.key) {
      case 'ArrowDown':
        move(activeIndex + 1, 1);
        break;
      case 'ArrowUp':
        move(activeIndex < 0 ? 0 : activeIndex - 1, -1);
        break;
      case 'PageDown':
        move(Math.min(lines.length - 1, activeIndex + page), 1);
        break;
      case 'PageUp':
        move(Math.max(0, activeIndex - page), 1);
        break;
      case 'Home':
        move(0, 1);
        break;
      case 'End':
        move(lines.length - 1, -1);
        break;
      case 'Enter':
        if (active !== null && activeIndex >= 0) {
          props.onOpen(active);
        }
        break;
      case 'i':
      case 'I':
        if (active !== null && activeIndex >= 0) {
          props.onInsert(active);
        }
        break;
      case 'u':
      case 'U':
        props.onUnit();
        break;
      case 'Escape':
        setActive(null);
        setHovered(null);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const shownPopup = hovered ?? (focused ? active : null);
  const shownLine = lines[indexOf(shownPopup)];

  return (
    <div
      ref={setScroller}
      className={`px-overview-table px-mod-${breadth}`}
      role="grid"
      tabIndex={0}
      aria-label={trans.__('Columns')}
      aria-rowcount={lines.length + 1}
      aria-activedescendant={
        activeIndex >= 0 ? `${id}-${activeIndex}` : undefined
      }
      onKeyDown={onKeyDown}
      onFocus={event => {
        if (event.target === event.currentTarget) {
          setFocused(true);
          if (activeIndex < 0 && event.target.matches(':focus-visible')) {
            move(0, 1);
          }
        }
      }}
      onBlur={() => setFocused(false)}
      onScroll={() => setHovered(null)}
    >
      <Head
        {...props}
        columns={columns}
        axis={axis}
        height={Math.max(size.height, 100)}
      />
      <div
        className="px-overview-body"
        role="rowgroup"
        style={{ height: virtual.getTotalSize(), margin: `0 ${GUTTER}px` }}
      >
        {virtual.getVirtualItems().map(item => {
          const line = lines[item.index];
          const style = {
            transform: `translateY(${item.start}px)`,
            height: item.size
          };
          return line.type === 'group' ? (
            <div
              key={item.key}
              className="px-overview-group"
              role="row"
              aria-rowindex={item.index + 2}
              style={style}
            >
              <span role="gridcell">
                <button
                  type="button"
                  tabIndex={-1}
                  aria-expanded={!line.folded}
                  onClick={() => props.onFold(line.verdict)}
                >
                  <Glyph name={line.folded ? 'right' : 'down'} size={11} />
                  {verdictText(line.verdict, trans)}
                  <span>{count(line.count)}</span>
                </button>
                {breadth !== 'narrow' && (
                  <em>{groupText(line.verdict, facts, trans)}</em>
                )}
              </span>
            </div>
          ) : (
            <Row
              key={item.key}
              id={`${id}-${item.index}`}
              index={item.index}
              judged={line.judged}
              columns={columns}
              axis={axis}
              facts={facts}
              compared={compared}
              active={line.judged.row.column === active}
              style={style}
              onOpen={props.onOpen}
              onActive={setActive}
              onHover={setHovered}
              trans={trans}
            />
          );
        })}
        {lines.length === 0 && (
          <div className="px-overview-empty">{props.empty}</div>
        )}
      </div>
      {shownLine?.type === 'row' && scroller.current && (
        <RowPopup
          key={shownLine.judged.row.column}
          judged={shownLine.judged}
          row={() =>
            document.getElementById(
              `${id}-${indexOf(shownLine.judged.row.column)}`
            )
          }
          facts={facts}
          compared={compared}
          limit={limit}
          trans={trans}
        />
      )}
    </div>
  );
}

interface IHeadProps extends ITableProps {
  columns: readonly IColumnLayout[];
  axis: IDriftAxis;
  height: number;
}

function Head(props: IHeadProps): React.ReactElement {
  const { columns, axis, sort, limit, facts, trans } = props;
  const drift = columns.find(column => column.key === 'drift');
  return (
    <div className="px-overview-head" role="rowgroup">
      <div role="row" aria-rowindex={1}>
        {columns.map(column => {
          const text = headText(column.key, trans);
          const style = {
            left: column.left + GUTTER,
            width: column.width
          };
          const { sort: key } = column;
          const mine = key !== null && key === sort.key;
          if (column.key === 'drift') {
            return (
              <div
                key={column.key}
                role="columnheader"
                className="px-axis-head"
                style={style}
              >
                <span>{text}</span>
                <svg width={column.width} height={30} aria-hidden="true">
                  {axis.ticks
                    .filter(
                      tick =>
                        Math.abs(axis.scale(tick) - axis.scale(limit)) >= 31
                    )
                    .map(tick => (
                      <text
                        key={tick}
                        className="px-axis-text"
                        x={axis.scale(tick)}
                        y={25}
                        textAnchor="middle"
                      >
                        {tick === 0 ? '0' : String(tick).replace(/^0/, '')}
                      </text>
                    ))}
                </svg>
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
              aria-sort={
                mine
                  ? sort.descending
                    ? 'descending'
                    : 'ascending'
                  : undefined
              }
              title={column.key === 'p' ? (facts.adjusted ?? '') : undefined}
            >
              {key === null ? (
                <span>{text}</span>
              ) : (
                <button
                  type="button"
                  tabIndex={0}
                  className={mine ? 'px-mod-sorted' : ''}
                  onClick={() => props.onSort(nextSort(sort, key))}
                >
                  {text}
                  {mine && (
                    <Glyph name={sort.descending ? 'down' : 'up'} size={11} />
                  )}
                </button>
              )}
            </div>
          );
        })}
      </div>
      {drift && (
        <div
          className="px-limit-line"
          style={{
            left: drift.left + GUTTER + axis.scale(limit),
            height: props.height - 48
          }}
        />
      )}
    </div>
  );
}

const ASCENDING_FIRST: ReadonlySet<SortKey> = new Set(['column', 'p']);

function nextSort(sort: ISort, key: SortKey): ISort {
  const first = !ASCENDING_FIRST.has(key);
  if (sort.key !== key) {
    return { key, descending: first };
  }
  if (sort.descending === first) {
    return { key, descending: !first };
  }
  return { key: 'verdict', descending: true };
}

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
  onActive: (column: string) => void;
  onHover: (column: string | null) => void;
  trans: TranslationBundle;
}

const HOVER_DELAY = 350;
/** Widest name of a column that could not be read. */
const PROBLEM_NAME = 170;

function Row(props: IRowProps): React.ReactElement {
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
        trans
      )}
      className={`px-overview-row px-mod-${verdict} ${props.active ? 'px-mod-active' : ''} ${
        problem ? 'px-mod-problem' : ''
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

interface IRowPopupProps {
  judged: IJudged;
  row: () => Element | null;
  facts: ISummaryFacts;
  compared: boolean;
  limit: number;
  trans: TranslationBundle;
}

const POPUP = 318;
const INSERT_KEY = 'I';
const UNIT_KEY = 'U';

/** The reason for a row's verdict, and what would decide. */
function RowPopup(props: IRowPopupProps): React.ReactElement | null {
  const { judged, facts, compared, limit, trans } = props;
  const { row, verdict } = judged;
  const element = props.row();
  const anchor = React.useMemo(
    () =>
      element && {
        getBoundingClientRect: () => {
          const box = element.getBoundingClientRect();
          const left = Math.max(box.left + 40, box.right - POPUP - 60);
          return new DOMRect(left, box.top, POPUP, box.height);
        }
      },
    [element]
  );
  if (!anchor) {
    return null;
  }
  const needed =
    compared && verdict === 'undecided' ? neededText(row, facts, trans) : null;
  const missing = missingText(row, trans);
  return (
    <Popup anchor={anchor} className="px-tip px-row-tip" role="tooltip" passive>
      <p>
        <b className="px-code">{row.column}</b>{' '}
        <span className="px-muted">{row.dtype}</span>
      </p>
      {(compared || row.problem) && (
        <p>{whyText(row, verdict, limit, facts, trans)}</p>
      )}
      {needed && (
        <p>
          <b>{needed}</b>
        </p>
      )}
      {missing && <p className="px-muted">{missing}</p>}
      {compared && !row.problem && (
        <p className="px-muted">{countsText(row, trans)}</p>
      )}
      <p className="px-keys">
        <Kbd>{trans.__('Enter')}</Kbd> {trans.__('open')}{' '}
        <Kbd>{INSERT_KEY}</Kbd> {trans.__('insert a cell')}
        {compared && (
          <>
            {' '}
            <Kbd>{UNIT_KEY}</Kbd> {trans.__('unit')}
          </>
        )}
      </p>
    </Popup>
  );
}
