import type { TranslationBundle } from '@jupyterlab/translation';
import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import type { ColumnInfo, Correction } from '../../api/contract';
import { hasPredictions, hasScores } from '../../model/predictions';
import {
  type IInspection,
  type IRoleChange,
  PERFORMANCE,
  RETRIEVAL
} from '../../tokens';
import {
  asking,
  EmbedDialog,
  Glyph,
  isMenuKey,
  KindIcon,
  RoleMenu,
  ofColumn,
  pinVerbs,
  watchVerbs,
  SearchBox,
  useInsertion
} from '../parts';
import { isImages } from '../overview/rows';
import { roleText } from '../parts/role';

const ROW = 24;
/** More than these scroll in a box of their own. */
const MOST_ROWS = 14;

interface IProps {
  readonly inspection: IInspection;
  /** The column whose view is in front; null for the overview. */
  readonly current: string | null;
  readonly trans: TranslationBundle;
  /** Somebody said what a column is for. */
  readonly onCorrect: (column: string, said: IRoleChange | null) => void;
}

/** The columns of an inspection, each a view; the overview above them. */
export function ColumnList(props: IProps): React.ReactElement {
  const { inspection, current, trans, onCorrect } = props;
  const [search, setSearch] = React.useState('');
  const [active, setActive] = React.useState(0);
  const box = React.useRef<HTMLDivElement>(null);
  const [asked, setAsked] = React.useState<string | null>(null);
  const [embedded, setEmbedded] = React.useState<string | null | undefined>();
  const insertion = useInsertion(inspection, trans);
  const [anchor, setAnchor] = React.useState<Element | null>(null);
  const all = inspection.primary.columns;
  const rows = React.useMemo(() => found(all, search), [all, search]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 8
  });
  const id = React.useId();
  const at = Math.min(active, rows.length - 1);
  const corrected = React.useMemo(
    () => new Map(inspection.primary.corrections.map(c => [c.column, c])),
    [inspection.primary.corrections]
  );

  // The column whose view comes to the front comes into sight, and stays there when findings take room.
  const height = virtual.scrollRect?.height ?? 0;
  const shown = rows.findIndex(({ name }) => name === current);
  React.useEffect(() => {
    if (shown >= 0) {
      virtual.scrollToIndex(shown);
    }
    // A search that moves it in the list scrolls nothing.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [current, height]);

  const go = (index: number): void => {
    const next = Math.max(0, Math.min(index, rows.length - 1));
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: at + MOST_ROWS,
      PageUp: at - MOST_ROWS
    };
    if (event.key in moves) {
      go(moves[event.key]);
    } else if (event.key === 'Enter' && rows[at]) {
      inspection.openColumn(rows[at].name);
    } else if (rows[at] && (event.key === 'r' || isMenuKey(event))) {
      ask(rows[at].name, document.getElementById(`${id}-${at}`));
    } else {
      return;
    }
    event.preventDefault();
  };
  const ask = (name: string, at: Element | null): void => {
    setAsked(name);
    setAnchor(at);
  };
  const column = all.find(({ name }) => name === asked);

  return (
    <div className="px-columns">
      <button
        type="button"
        className={`px-view-row ${current === null ? 'px-mod-current' : ''}`}
        onClick={() => inspection.openOverview()}
      >
        <Glyph name="chart" size={15} />
        <span>{trans.__('Overview')}</span>
      </button>
      {(hasPredictions(inspection) || hasScores(inspection)) && (
        <button
          type="button"
          className={`px-view-row ${current === PERFORMANCE ? 'px-mod-current' : ''}`}
          onClick={() => inspection.openPerformance()}
        >
          <Glyph name="performance" size={15} />
          <span>{trans.__('Performance')}</span>
        </button>
      )}
      {inspection.corpus && (
        <button
          type="button"
          className={`px-view-row ${current === RETRIEVAL ? 'px-mod-current' : ''}`}
          onClick={() => inspection.openRetrieval()}
        >
          <Glyph name="search" size={15} />
          <span>{trans.__('Retrieval')}</span>
        </button>
      )}
      {all.length > 6 && (
        <SearchBox
          value={search}
          onChange={text => {
            setSearch(text);
            setActive(0);
          }}
          label={trans.__('Find a column')}
          onLeave={() => box.current?.focus()}
          trans={trans}
        />
      )}
      {rows.length === 0 ? (
        <p className="px-section-note">
          {search === ''
            ? trans.__('No columns.')
            : trans.__('No column has “%1” in its name.', search)}
        </p>
      ) : (
        <div
          ref={box}
          className="px-columns-box"
          style={{ height: Math.min(rows.length, MOST_ROWS) * ROW }}
          role="listbox"
          tabIndex={0}
          aria-label={trans.__('Columns')}
          aria-keyshortcuts="Enter r"
          aria-activedescendant={`${id}-${at}`}
          onKeyDown={onKeyDown}
        >
          <div style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const column = rows[index];
              return (
                <div
                  key={column.position}
                  id={`${id}-${index}`}
                  className={`px-view-row ${
                    column.name === current ? 'px-mod-current' : ''
                  } ${index === at ? 'px-mod-active' : ''}`}
                  style={{ transform: `translateY(${start}px)` }}
                  role="option"
                  aria-selected={column.name === current}
                  aria-setsize={rows.length}
                  aria-posinset={index + 1}
                  title={titleOf(column, trans)}
                  onContextMenu={
                    asking(() => {
                      setActive(index);
                      ask(
                        column.name,
                        document.getElementById(`${id}-${index}`)
                      );
                    }).onContextMenu
                  }
                  onClick={() => {
                    setActive(index);
                    inspection.openColumn(column.name);
                  }}
                >
                  <KindIcon kind={column.kind} />
                  <span className="px-code">{column.name}</span>
                  {column.problem !== null && !isImages(column) && (
                    <Glyph name="warning" className="px-mod-error" size={12} />
                  )}
                  <RoleButton
                    column={column}
                    chosen={corrected.get(column.name) ?? null}
                    isOpen={asked === column.name}
                    trans={trans}
                    onClick={button =>
                      ask(asked === column.name ? '' : column.name, button)
                    }
                  />
                </div>
              );
            })}
          </div>
        </div>
      )}
      {column && anchor && (
        <RoleMenu
          column={column}
          columns={all}
          isCorrected={corrected.has(column.name)}
          anchor={anchor}
          trans={trans}
          onChoose={said => onCorrect(column.name, said)}
          onEmbed={setEmbedded}
          verbs={[
            ...watchVerbs(
              inspection,
              ofColumn(column, inspection.limit),
              insertion.insert,
              trans
            ),
            ...pinVerbs(column, inspection, anchor, trans)
          ]}
          onClose={() => {
            setAsked(null);
            box.current?.focus({ preventScroll: true });
          }}
        />
      )}
      {embedded !== undefined && anchor && (
        <EmbedDialog
          inspection={inspection}
          column={embedded}
          anchor={anchor}
          trans={trans}
          onEmbed={insertion.insert}
          onClose={() => {
            setEmbedded(undefined);
            box.current?.focus({ preventScroll: true });
          }}
        />
      )}
      {insertion.notice}
    </div>
  );
}

/** What a column is for, and the way to say something else; by keyboard the list itself opens the menu. */
function RoleButton(props: {
  readonly column: ColumnInfo;
  /** What was said of it. */
  readonly chosen: Correction | null;
  readonly isOpen: boolean;
  readonly trans: TranslationBundle;
  readonly onClick: (button: Element) => void;
}): React.ReactElement {
  const { column, chosen, isOpen, trans, onClick } = props;
  const role = roleText(column.role, trans);
  const isPlain = column.role === 'feature' && !chosen?.role;
  const kind =
    chosen?.kind === 'category'
      ? trans.__('discrete')
      : chosen?.kind === 'number'
        ? trans.__('continuous')
        : null;
  const words = [...(isPlain ? [] : [role]), ...(kind ? [kind] : [])];
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`px-view-role ${chosen ? 'px-mod-chosen' : ''} ${
        words.length === 0 ? 'px-mod-plain' : ''
      }`}
      aria-label={trans.__(
        'Role of %1: %2',
        column.name,
        [role, ...(kind ? [kind] : [])].join(', ')
      )}
      aria-haspopup="listbox"
      aria-expanded={isOpen}
      onClick={event => {
        event.stopPropagation();
        onClick(event.currentTarget);
      }}
    >
      <span>{words.length > 0 ? words.join(', ') : trans.__('role')}</span>
      <Glyph name="down" size={9} />
    </button>
  );
}

function titleOf(column: ColumnInfo, trans: TranslationBundle): string {
  const { name, dtype, role, reason, problem } = column;
  return [
    problem ?? `${name} · ${dtype}`,
    trans.__('%1: %2', roleText(role, trans), reason)
  ].join('\n');
}

/** Embeddings first, then as in the frame. */
function found(columns: readonly ColumnInfo[], search: string): ColumnInfo[] {
  const wanted = search.trim().toLowerCase();
  return columns
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .sort((a, b) => Number(b.kind === 'vector') - Number(a.kind === 'vector'));
}
