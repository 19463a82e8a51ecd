import type { TranslationBundle } from '@jupyterlab/translation';
import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import { isMenuKey, useSize, type Verdict } from '../parts';
import type { IJudged, ISort, Line } from './arrange';
import { axisOf, breadthOf, GUTTER, layoutOf, nameWidth } from './columns';
import type { ISummaryFacts } from './facts';
import { GroupHead } from './group-head';
import { Head } from './head';
import { Row } from './row';
import { RowPopup } from './row-tip';
import { beyondMark, missingMark, roleWords } from './words';

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
  /** Ask what a column is for, at its row. */
  onRole: (column: string, row: Element) => void;
  onUnit: () => void;
  /** Takes the focus when the search is left. */
  gridRef: React.RefObject<HTMLDivElement>;
  empty: string;
  trans: TranslationBundle;
}

const ROW = 27;
const GROUP = 26;
/** How broad a character of the role after a name is. */
const ROLE = 6;

/** What tells a line from the others, wherever it stands. */
function keyOf(line: Line): string {
  return line.type === 'group'
    ? `group ${line.verdict}`
    : `row ${line.judged.row.column}`;
}

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
        (most, { row, verdict }) =>
          Math.max(
            most,
            nameWidth(row.column) +
              ROLE *
                ((roleWords(row, trans)?.length ?? 0) +
                  // Where there is room for the column of missing values, that says it.
                  (breadth === 'narrow'
                    ? (missingMark(row, facts.alpha, trans)?.length ?? 0)
                    : 0) +
                  (verdict === 'drift'
                    ? 0
                    : (beyondMark(row, facts.alpha, trans)?.length ?? 0)))
          ),
        0
      ),
    [judged, facts.alpha, breadth, trans]
  );
  const columns = React.useMemo(
    () => layoutOf(width, breadth, compared, longest),
    [width, breadth, compared, longest]
  );
  const initial = facts.limit;
  const axis = React.useMemo(
    () => axisOf(judged, columns, initial),
    [judged, columns, initial]
  );

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: i => (lines[i]?.type === 'group' ? GROUP : ROW),
    getItemKey: i => keyOf(lines[i]),
    overscan: 12,
    scrollPaddingStart: 48,
    scrollMargin: 0
  });
  // The sizes depend on what a line is, so they are asked again when the lines change.
  React.useLayoutEffect(() => {
    virtual.measure();
  }, [lines, virtual]);
  // A pointer that rests is over another row when the lines are others.
  React.useLayoutEffect(() => setHovered(null), [lines]);

  const indexOf = (key: string | null) =>
    lines.findIndex(line => keyOf(line) === key);
  const activeIndex = indexOf(active);
  const activeLine = lines[activeIndex];
  const activeColumn =
    activeLine?.type === 'row' ? activeLine.judged.row.column : null;

  const move = (to: number) => {
    if (lines.length > 0) {
      const i = Math.max(0, Math.min(to, lines.length - 1));
      setActive(keyOf(lines[i]));
      setHovered(null);
      virtual.scrollToIndex(i, { align: 'auto' });
    }
  };
  /** Open or close a group, which then is the line that the keys are on. */
  const fold = (line: Line & { type: 'group' }) => {
    setActive(keyOf(line));
    setHovered(null);
    props.onFold(line.verdict);
    scroller.current?.focus({ preventScroll: true });
  };

  const onHidden = React.useCallback(() => {
    setHovered(null);
    setFocused(false);
  }, []);

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
        move(activeIndex + 1);
        break;
      case 'ArrowUp':
        move(activeIndex - 1);
        break;
      case 'ArrowLeft':
        // As in a tree: close, or go to what a row belongs to.
        if (activeLine?.type !== 'group') {
          const head = lines
            .slice(0, Math.max(0, activeIndex))
            .map(({ type }) => type)
            .lastIndexOf('group');
          if (head >= 0) {
            move(head);
          }
        } else if (!activeLine.folded) {
          fold(activeLine);
        }
        break;
      case 'ArrowRight':
        if (activeLine?.type === 'group') {
          if (activeLine.folded) {
            fold(activeLine);
          } else {
            move(activeIndex + 1);
          }
        }
        break;
      case 'PageDown':
        move(activeIndex + page);
        break;
      case 'PageUp':
        move(activeIndex - page);
        break;
      case 'Home':
        move(0);
        break;
      case 'End':
        move(lines.length - 1);
        break;
      case 'Enter':
      case ' ':
        if (activeLine?.type === 'group') {
          fold(activeLine);
        } else if (activeColumn !== null && event.key === 'Enter') {
          props.onOpen(activeColumn);
        }
        break;
      case 'i':
      case 'I':
        if (activeColumn !== null) {
          props.onInsert(activeColumn);
        }
        break;
      case 'r':
      case 'R':
      case 'ContextMenu':
      case 'F10': {
        if (event.key === 'F10' && !isMenuKey(event)) {
          return;
        }
        const row = document.getElementById(`${id}-${activeIndex}`);
        if (activeColumn !== null && row) {
          props.onRole(activeColumn, row);
        }
        break;
      }
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
            move(
              Math.max(
                0,
                lines.findIndex(({ type }) => type === 'row')
              )
            );
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
              id={`${id}-${item.index}`}
              className={`px-overview-group ${
                keyOf(line) === active ? 'px-mod-active' : ''
              }`}
              role="row"
              aria-expanded={!line.folded}
              aria-rowindex={item.index + 2}
              style={style}
            >
              <span role="gridcell">
                <GroupHead
                  group={line}
                  facts={facts}
                  isBrief={breadth === 'narrow'}
                  tabIndex={-1}
                  onFold={() => fold(line)}
                  trans={trans}
                />
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
              active={keyOf(line) === active}
              style={style}
              onOpen={props.onOpen}
              onRole={props.onRole}
              onActive={() => setActive(keyOf(line))}
              onHover={column =>
                setHovered(column === null ? null : keyOf(line))
              }
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
          onHidden={onHidden}
          key={shownLine.judged.row.column}
          judged={shownLine.judged}
          row={() => document.getElementById(`${id}-${indexOf(shownPopup)}`)}
          facts={facts}
          compared={compared}
          limit={limit}
          trans={trans}
        />
      )}
    </div>
  );
}
