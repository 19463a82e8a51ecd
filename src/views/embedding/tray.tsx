import type { TranslationBundle } from '@jupyterlab/translation';
import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import {
  count,
  estimate,
  NONE,
  span,
  type TimeKind
} from '../../charts/format';
import type { IMapPoints } from '../../charts/map';
import type { SetName } from '../../tokens';
import { Glyph, InsertButton, SetMark } from '../parts';
import { MapGlyph } from './glyphs';
import type { IRowDetail, RowReader } from './rows';
import { mark } from './search';

export interface ITrayProps {
  map: IMapPoints;
  reader: RowReader;
  label: string;
  /** Nothing was picked: the list holds all rows. */
  whole: boolean;
  /** Indices of the points, in the order of the list. */
  indices: Int32Array;
  primary: { readonly name: string; readonly n: number };
  reference: { readonly name: string; readonly n: number } | null;
  /** Of each set, the primary first: "8.7 % of prod [6.2, 11.5]", ".2 % of train [.1, .5]". */
  shares: readonly string[];
  /** The set whose rows alone are listed; null for both. */
  only: SetName | null;
  onOnly: (set: SetName | null) => void;
  timeKind: TimeKind;
  timeName: string | null;
  terms: readonly string[];
  query: string;
  /** Index of the point that is pointed at, or −1. */
  point: number;
  onPoint: (index: number) => void;
  onOpenRow: (index: number) => void;
  folded: boolean;
  onFold: () => void;
  saved: boolean;
  onSave: () => void;
  /** Show these rows alone in every view; null where nothing but their places says which they are. */
  onOnlyThese: (() => void) | null;
  onExport: () => void;
  exporting: boolean;
  onInsert: () => void;
  inserting: boolean;
  windowed: boolean;
  /** Short words on the buttons. */
  compact: boolean;
  /** Icons alone, and fewer columns. */
  narrow: boolean;
  /** What was just done with the rows; lies over the foot of the list and moves nothing. */
  notice: React.ReactNode;
  trans: TranslationBundle;
}

const ROW = 36;

/** The rows that are selected: how many, of which set, what they say, and what can be done with them. */
export function Tray(props: ITrayProps): React.ReactElement {
  const { map, reader, indices, point, folded, trans } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const id = React.useId();
  const columns = reader.columns;
  const has = (name: 'predicted' | 'actual' | 'score' | 'time'): boolean =>
    columns.primary[name] !== null ||
    (columns.reference !== null && columns.reference[name] !== null);
  const shown = {
    time: has('time'),
    predicted: has('predicted') && !props.narrow,
    actual: has('actual') && !props.narrow,
    score: has('score') && !props.narrow
  };
  const grid = [
    '48px',
    'minmax(64px, max-content)',
    'minmax(0, 1fr)',
    ...(shown.predicted ? ['minmax(40px, 76px)'] : []),
    ...(shown.actual ? ['minmax(40px, 76px)'] : []),
    ...(shown.score ? ['44px'] : [])
  ].join(' ');

  const virtual = useVirtualizer({
    count: indices.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6
  });
  React.useEffect(() => {
    scroller.current?.scrollTo?.({ top: 0 });
  }, [indices]);

  const at = point < 0 ? -1 : indices.indexOf(point);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    let next: number;
    switch (event.key) {
      case 'ArrowDown':
        next = Math.min(at + 1, indices.length - 1);
        break;
      case 'ArrowUp':
        next = Math.max(at - 1, 0);
        break;
      case 'Home':
        next = 0;
        break;
      case 'End':
        next = indices.length - 1;
        break;
      case 'Enter':
        if (at >= 0) {
          event.preventDefault();
          event.stopPropagation();
          props.onOpenRow(indices[at]);
        }
        return;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (next >= 0 && next < indices.length) {
      virtual.scrollToIndex(next);
      props.onPoint(indices[next]);
    }
  };

  const n = indices.length;
  const amount = trans._n('%2 row', '%2 rows', n, count(n));
  return (
    <section
      className={`px-tray ${folded ? 'px-mod-folded' : ''}`}
      aria-label={trans.__('Selected rows')}
    >
      <div className="px-tray-head">
        <button
          type="button"
          className="px-icon-button"
          aria-expanded={!folded}
          aria-label={
            folded ? trans.__('Show the rows') : trans.__('Fold the rows')
          }
          title={folded ? trans.__('Show the rows') : trans.__('Fold the rows')}
          onClick={props.onFold}
        >
          <Glyph name={folded ? 'right' : 'down'} size={12} />
        </button>
        <b className="px-tray-label" title={props.label}>
          {props.label}
        </b>
        {props.reference ? (
          (['primary', 'reference'] as const).map((set, i) => (
            <Choice
              key={set}
              set={set}
              {...(props[set] ?? props.primary)}
              share={props.shares[i]}
              only={props.only}
              onOnly={props.onOnly}
              trans={trans}
            />
          ))
        ) : (
          <span
            className="px-chip px-mod-small px-mod-primary"
            title={[`${props.primary.name}: ${count(props.primary.n)}`]
              .concat(props.shares)
              .join('\n')}
          >
            <SetMark set="primary" />
            {count(props.primary.n)}
          </span>
        )}
        <span className="px-tray-shares px-fits">
          {props.shares.map((text, i) => (
            <span key={text}>
              {i === 0 ? text : trans.__('against %1', text)}
            </span>
          ))}
        </span>
        {props.onOnlyThese && (
          <button
            type="button"
            className="px-button px-mod-quiet"
            title={trans.__(
              'Show only these rows, in every view: how they differ in the other columns'
            )}
            aria-label={trans.__('Only these rows')}
            disabled={n === 0}
            onClick={props.onOnlyThese}
          >
            <Glyph name="filter" size={14} />
            {!props.narrow &&
              (props.compact
                ? trans.__('Only these')
                : trans.__('Only these rows'))}
          </button>
        )}
        <button
          type="button"
          className="px-button px-mod-quiet"
          title={trans.__('Make these rows a variable of the kernel, now')}
          aria-label={trans.__('Export to kernel')}
          aria-keyshortcuts="E"
          disabled={props.exporting || n === 0 || props.whole}
          onClick={props.onExport}
        >
          <MapGlyph name="export" size={14} />
          {!props.narrow &&
            (props.compact ? trans.__('Export') : trans.__('Export to kernel'))}
        </button>
        <button
          type="button"
          className="px-button px-mod-quiet"
          title={trans.__('Keep this selection in the panel')}
          aria-label={trans.__('Save')}
          aria-keyshortcuts="S"
          disabled={n === 0 || props.saved || props.whole}
          onClick={props.onSave}
        >
          {props.narrow ? (
            props.saved ? (
              <Glyph name="check" size={14} />
            ) : (
              <MapGlyph name="save" size={14} />
            )
          ) : (
            // Both take their room, so that nothing moves when it is saved.
            <span className="px-tray-save">
              <span hidden={props.saved}>{trans.__('Save')}</span>
              <span hidden={!props.saved}>
                <Glyph name="check" size={13} />
                {trans.__('Saved')}
              </span>
            </span>
          )}
        </button>
        <InsertButton
          primary
          label={
            props.whole && !props.narrow
              ? trans.__('Insert this map')
              : props.compact
                ? trans.__('Insert')
                : props.windowed
                  ? trans.__('Insert this view')
                  : trans.__('Insert into notebook')
          }
          amount={props.whole ? undefined : amount}
          busy={props.inserting || n === 0}
          onInsert={props.onInsert}
          trans={trans}
        />
      </div>
      {!folded && (
        <div className="px-tray-body">
          <div
            className="px-tray-columns"
            style={{ gridTemplateColumns: grid }}
            aria-hidden="true"
          >
            <span
              title={trans.__(
                'Position of the row in its set, from 0; not the label of its index'
              )}
            >
              {trans.__('row')}
            </span>
            <span>{props.timeName ?? trans.__('set')}</span>
            <span>{columns.primary.text ?? trans.__('values')}</span>
            {shown.predicted && (
              <span title={columns.primary.predicted ?? ''}>
                {trans.__('pred.')}
              </span>
            )}
            {shown.actual && (
              <span title={columns.primary.actual ?? ''}>
                {trans.__('actual')}
              </span>
            )}
            {shown.score && (
              <span
                className="px-mod-number"
                title={columns.primary.score ?? ''}
              >
                {trans.__('score')}
              </span>
            )}
          </div>
          <div
            ref={scroller}
            className="px-tray-rows"
            role="list"
            aria-label={trans.__('Rows')}
            tabIndex={0}
            onKeyDown={onKeyDown}
            onPointerLeave={() => props.onPoint(-1)}
            onBlur={() => props.onPoint(-1)}
          >
            <div
              style={{ height: virtual.getTotalSize(), position: 'relative' }}
            >
              {virtual.getVirtualItems().map(item => {
                const index = indices[item.index];
                const set = map.primary[index] ? 'primary' : 'reference';
                return (
                  <TrayRow
                    key={item.key}
                    id={`${id}-${index}`}
                    top={item.start}
                    place={item.index}
                    total={n}
                    index={index}
                    set={set}
                    setName={
                      set === 'primary'
                        ? props.primary.name
                        : (props.reference?.name ?? '')
                    }
                    row={map.row[index]}
                    detail={reader.get(set, map.row[index])}
                    columns={shown}
                    grid={grid}
                    timeKind={props.timeKind}
                    terms={props.terms}
                    query={props.query}
                    on={index === point}
                    onPoint={props.onPoint}
                    onOpenRow={props.onOpenRow}
                    trans={trans}
                  />
                );
              })}
            </div>
          </div>
        </div>
      )}
      {props.notice}
    </section>
  );
}

/** How many rows are of a set; pressed, its rows alone are listed and taken. */
function Choice({
  set,
  name,
  n,
  share,
  only,
  onOnly,
  trans
}: {
  set: SetName;
  name: string;
  n: number;
  /** What share of the set that is, in words. */
  share: string | undefined;
  only: SetName | null;
  onOnly: (set: SetName | null) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const on = only === set;
  return (
    <button
      type="button"
      className={`px-chip px-mod-small px-mod-${set} px-tray-set ${only !== null && !on ? 'px-mod-off' : ''}`}
      aria-pressed={on}
      aria-label={trans.__('Only the rows of %1: %2', name, count(n))}
      title={[
        `${name}: ${count(n)}`,
        share,
        on
          ? trans.__('Click for the rows of both sets')
          : trans.__('Click for the rows of %1 only', name)
      ]
        .filter(Boolean)
        .join('\n')}
      disabled={n === 0 && !on}
      onClick={() => onOnly(on ? null : set)}
    >
      <SetMark set={set} />
      {count(n)}
    </button>
  );
}

interface ITrayRowProps {
  id: string;
  top: number;
  place: number;
  total: number;
  index: number;
  set: 'primary' | 'reference';
  setName: string;
  row: number;
  detail: IRowDetail | null;
  columns: {
    readonly predicted: boolean;
    readonly actual: boolean;
    readonly score: boolean;
  };
  grid: string;
  timeKind: TimeKind;
  terms: readonly string[];
  query: string;
  on: boolean;
  onPoint: (index: number) => void;
  onOpenRow: (index: number) => void;
  trans: TranslationBundle;
}

function TrayRowPlain(props: ITrayRowProps): React.ReactElement {
  const { detail, set, columns, trans } = props;
  const time = detail && Number.isFinite(detail.time) ? detail.time : null;
  const pieces = React.useMemo(
    () => (detail?.text ? mark(detail.text, props.terms, props.query) : []),
    [detail, props.terms, props.query]
  );
  const cell = (value: string | null | undefined): React.ReactElement => (
    <span className="px-tray-cell" title={value ?? undefined}>
      {detail ? (value ?? NONE) : ''}
    </span>
  );
  return (
    <div
      id={props.id}
      role="listitem"
      aria-posinset={props.place + 1}
      aria-setsize={props.total}
      className={`px-tray-row ${props.on ? 'px-mod-on' : ''}`}
      style={{
        gridTemplateColumns: props.grid,
        transform: `translateY(${props.top}px)`
      }}
      onPointerEnter={() => props.onPoint(props.index)}
      onClick={() => props.onOpenRow(props.index)}
    >
      <span className="px-tray-id">{props.row}</span>
      <span>
        <span
          className={`px-chip px-mod-small px-mod-${set}`}
          title={props.setName}
        >
          <SetMark set={set} />
          {time === null ? (
            <span className="px-code">{props.setName}</span>
          ) : (
            span(time, time, props.timeKind, true)
          )}
        </span>
      </span>
      <span className="px-tray-text" title={detail?.text?.slice(0, 2000)}>
        {detail === null ? (
          <i className="px-tray-wait" />
        ) : pieces.length === 0 ? (
          <span className="px-muted">{NONE}</span>
        ) : (
          pieces.map((piece, i) =>
            piece.marked ? (
              <mark key={i}>{piece.text}</mark>
            ) : (
              <React.Fragment key={i}>{piece.text}</React.Fragment>
            )
          )
        )}
      </span>
      {columns.predicted && cell(detail?.predicted)}
      {columns.actual && cell(detail?.actual)}
      {columns.score && (
        <span className="px-tray-cell px-mod-number">
          {detail ? estimate(detail.score) : ''}
        </span>
      )}
      <span className="px-hidden">
        {trans.__('%1, row %2', props.setName, props.row)}
      </span>
    </div>
  );
}

const TrayRow = React.memo(TrayRowPlain);
