import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { estimate, NONE, span, type TimeKind } from '../../charts/format';
import type { Mark } from '../../tokens';
import { SetMark } from '../parts';
import { Picture } from '../images';
import type { Look } from '../images/reader';
import { MapGlyph } from './glyphs';
import type { RowLabel } from './row-labels';
import type { IRowDetail } from './rows';
import { mark } from './search';

export interface ITrayRowProps {
  id: string;
  top: number;
  place: number;
  total: number;
  index: number;
  set: 'primary' | 'reference';
  setName: string;
  row: number;
  /** What the dataframe's own index calls it; null while that is not known. */
  indexLabel: RowLabel | null;
  detail: IRowDetail | null;
  /** Its picture, as far as it is known. */
  look: Look | null;
  isPictured: boolean;
  columns: {
    readonly predicted: boolean;
    readonly actual: boolean;
    readonly score: boolean;
    readonly distance: boolean;
  };
  grid: string;
  timeKind: TimeKind;
  terms: readonly string[];
  query: string;
  on: boolean;
  /** How far the row is from the one that is asked about; null where that is not the question. */
  distance: number | null;
  /** What it was labelled with, and what was noted of it. */
  marks: Partial<Record<Mark, string>>;
  /** Whether rows like this one are being looked for. */
  searching: boolean;
  onSimilar: (index: number) => void;
  onMenu: (index: number, x: number, y: number) => void;
  onPoint: (index: number) => void;
  onOpenRow: (index: number) => void;
  trans: TranslationBundle;
}

function TrayRowPlain(props: ITrayRowProps): React.ReactElement {
  const { detail, indexLabel, set, columns, trans } = props;
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
      // What the list makes room for moves the rows below a pointer that rests: none was entered then.
      onPointerMove={() => props.onPoint(props.index)}
      onClick={() => props.onOpenRow(props.index)}
      onContextMenu={event => {
        if (!event.shiftKey) {
          event.preventDefault();
          event.stopPropagation();
          props.onMenu(props.index, event.clientX, event.clientY);
        }
      }}
    >
      <span
        className="px-tray-id"
        title={[
          trans.__(
            'Place %1 in %2, as .iloc takes it',
            props.row,
            props.setName
          ),
          ...(indexLabel && 'problem' in indexLabel
            ? [
                trans.__(
                  'What its index calls it could not be read: %1',
                  indexLabel.problem
                )
              ]
            : [])
        ].join('. ')}
      >
        {/* Never its place among labels: there it would be another row. */}
        {indexLabel === null
          ? '…'
          : 'problem' in indexLabel
            ? NONE
            : (indexLabel.label ?? props.row)}
      </span>
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
      <span
        className={`px-tray-text ${props.isPictured ? 'px-mod-pictured' : ''}`}
        title={detail?.text?.slice(0, 2000)}
      >
        {props.isPictured && (
          <Picture
            look={props.look}
            label={trans.__('%1, row %2', props.setName, props.row)}
            className="px-tray-picture"
          />
        )}
        {props.marks.label !== undefined && (
          <span className="px-row-label">{props.marks.label}</span>
        )}
        {props.marks.note !== undefined && (
          <span className="px-row-note">{props.marks.note}</span>
        )}
        <span className="px-tray-said">
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
      </span>
      {columns.predicted && cell(detail?.predicted)}
      {columns.actual && cell(detail?.actual)}
      {columns.score && (
        <span className="px-tray-cell px-mod-number">
          {detail ? estimate(detail.score) : ''}
        </span>
      )}
      {columns.distance && (
        <span className="px-tray-cell px-mod-number">
          {props.distance === null ? '' : estimate(props.distance)}
        </span>
      )}
      <button
        type="button"
        className="px-icon-button px-tray-similar"
        tabIndex={-1}
        aria-label={trans.__(
          'Find rows similar to row %1 of %2',
          props.row,
          props.setName
        )}
        aria-busy={props.searching}
        title={trans.__('Find similar rows  N')}
        onClick={event => {
          event.stopPropagation();
          props.onSimilar(props.index);
        }}
      >
        <MapGlyph name="similar" size={14} />
      </button>
      <span className="px-hidden">
        {trans.__('%1, row %2', props.setName, props.row)}
      </span>
    </div>
  );
}

/** One row of the tray. */
export const TrayRow = React.memo(TrayRowPlain);
