import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import type { IMapPoints } from '../../charts/map';
import { labelsOf, type MarksOf, marksOf, rowsBySet } from '../../model/labels';
import { MOST_LABELS } from '../../model/selections';
import type { IInspection, Mark, SetName } from '../../tokens';
import { FormPopup, Menu } from '../parts';

export interface ILabelling {
  /** Whether the labels and their keys are shown. */
  readonly isShown: boolean;
  readonly onShown: (isShown: boolean) => void;
  /** A key from 0 to 9, at a point or −1: labels it once it can be seen what the key means, and shows that before. */
  readonly press: (digit: number, point: number) => void;
  readonly marksOf: MarksOf;
  /** Label points by the place of a label, from 0; −1 takes the label back. */
  readonly label: (points: ArrayLike<number>, at: number) => void;
  /** Note something of a point; nothing takes the note back. */
  readonly note: (point: number, text: string) => void;
  /** Take back what was labelled last, if nothing else was done since; false if so. */
  readonly undo: () => boolean;
  /** What was done last, until something else is done in the view. */
  readonly said: string;
  /** Take it back; null where there is nothing that could be. */
  readonly onUndo: (() => void) | null;
}

/** Label rows of a map one by one, by keys. */
export function useLabelling(
  inspection: IInspection,
  embedding: string,
  map: IMapPoints,
  /** What the view undoes; another object after each change. */
  state: object,
  /** What a row is called. */
  rowName: (set: SetName, row: number) => string,
  trans: TranslationBundle
): ILabelling {
  const { kept, selections } = inspection;
  const [said, setSaid] = React.useState({ text: '', all: kept.all, state });
  const [isShown, onShown] = React.useState(false);
  const done = React.useRef<
    { readonly all: unknown; readonly state: object }[]
  >([]);
  const marks = React.useMemo(
    () => marksOf(labelsOf(inspection)),
    // The sets decide which labels hold.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [selections, inspection.primary, inspection.reference]
  );
  const mark = (
    kind: Mark,
    text: string | null,
    points: ArrayLike<number>
  ): void => {
    const rows = Array.from(points, point => ({
      set: map.primary[point] ? ('primary' as const) : ('reference' as const),
      row: map.row[point]
    }));
    if (rows.length === 0) {
      return;
    }
    const before = rows.flatMap(({ set, row }) => {
      const old = marks(set, row)[kind];
      return old === undefined || old === text ? [] : [old];
    });
    kept.mark(kind, text, rowsBySet(rows), embedding);
    done.current.push({ all: kept.all, state });
    const what =
      rows.length === 1
        ? trans.__(
            '%1, row %2',
            inspection[rows[0].set]?.name ?? '',
            rowName(rows[0].set, rows[0].row)
          )
        : trans.__('%1 rows', count(rows.length));
    say(doneText(kind, what, text, rows.length, before, trans));
  };
  const say = (now: string): void =>
    setSaid({ text: now, all: kept.all, state });
  const undo = (): void => {
    done.current.pop();
    kept.undo();
    say(trans.__('Taken back'));
  };
  const last = done.current[done.current.length - 1] as
    (typeof done.current)[number] | undefined;
  const canUndo = last?.all === kept.all && last.state === state;
  const label = (points: ArrayLike<number>, at: number): void => {
    const text = at < 0 ? null : kept.labels[at];
    if (text !== undefined) {
      mark('label', text, points);
    }
  };
  return {
    isShown,
    onShown,
    press: (digit, point) => {
      if (!isShown) {
        onShown(true);
      } else if (point >= 0) {
        label([point], digit - 1);
      } else {
        say(trans.__('No row is pointed at'));
      }
    },
    marksOf: marks,
    label,
    note: (point, text) => mark('note', text === '' ? null : text, [point]),
    undo: () => {
      if (canUndo) {
        undo();
      }
      return canUndo;
    },
    said: said.all === kept.all && said.state === state ? said.text : '',
    onUndo: canUndo ? undo : null
  };
}

/** "81 rows labelled “new topic”, 2 of them had another label". */
function doneText(
  kind: Mark,
  what: string,
  text: string | null,
  n: number,
  before: readonly string[],
  trans: TranslationBundle
): string {
  if (kind === 'note') {
    return text === null
      ? trans.__('%1: note taken back', what)
      : trans.__('%1: noted', what);
  }
  const isOne = n === 1 && before.length === 1;
  if (text === null) {
    return isOne
      ? trans.__('%1: “%2” taken back', what, before[0])
      : before.length === 0
        ? trans.__('%1: no label to take back', what)
        : trans._n(
            '%2: %3 label taken back',
            '%2: %3 labels taken back',
            before.length,
            what,
            count(before.length)
          );
  }
  return before.length === 0
    ? trans.__('%1 labelled “%2”', what, text)
    : isOne
      ? trans.__('%1 labelled “%2”, it was “%3”', what, text, before[0])
      : trans._n(
          '%2 labelled “%3”, %4 of them had another label',
          '%2 labelled “%3”, %4 of them had another label',
          before.length,
          what,
          text,
          count(before.length)
        );
}

const NOTE_KEY = 'M';

interface IBarProps {
  readonly inspection: IInspection;
  readonly labelling: ILabelling;
  /** The points that are listed; none where nothing was picked. */
  readonly listed: ArrayLike<number>;
  readonly trans: TranslationBundle;
}

/** The labels and their keys, what was done last, and the way to label all rows that are listed. */
export function LabelBar(props: IBarProps): React.ReactElement {
  const { inspection, labelling, listed, trans } = props;
  const { kept } = inspection;
  const [editing, setEditing] = React.useState<HTMLElement | null>(null);
  const [choosing, setChoosing] = React.useState<HTMLElement | null>(null);
  const n = listed.length;
  const all = trans._n('Label the %2 row…', 'Label all %2 rows…', n, count(n));
  return (
    <div
      className="px-tray-labels"
      role="group"
      aria-label={trans.__('Labels of rows')}
    >
      <span className="px-muted">
        {trans.__('A key labels the row that is pointed at:')}
      </span>
      {kept.labels.map((label, at) => (
        <span key={label} className="px-label-key">
          <kbd>{at + 1}</kbd> {label}
        </span>
      ))}
      <span className="px-muted">
        <kbd>0</kbd> {trans.__('none')} <kbd>{NOTE_KEY}</kbd> {trans.__('note')}
      </span>
      <button
        type="button"
        className="px-link"
        aria-haspopup="listbox"
        aria-expanded={choosing !== null}
        disabled={n === 0}
        title={n === 0 ? trans.__('No rows are picked') : undefined}
        onClick={event => setChoosing(event.currentTarget)}
      >
        {n === 0 ? trans.__('Label all rows…') : all}
      </button>
      {choosing && (
        <Menu<number>
          anchor={choosing}
          label={all}
          choices={[
            ...kept.labels.map((label, at) => ({ value: at, label })),
            {
              value: -1,
              label: trans.__('none'),
              detail: trans.__('Takes their labels back'),
              apart: true
            }
          ]}
          onChoose={at => labelling.label(listed, at)}
          onClose={() => {
            setChoosing(null);
            choosing.focus({ preventScroll: true });
          }}
        />
      )}
      <button
        type="button"
        className="px-link"
        aria-haspopup="dialog"
        onClick={event => setEditing(event.currentTarget)}
      >
        {trans.__('Edit labels…')}
      </button>
      {editing && (
        <FormPopup
          anchor={editing}
          label={trans.__('Labels by their keys')}
          fields={Array.from({ length: MOST_LABELS }, (_, at) => ({
            label: String(at + 1),
            value: kept.labels[at] ?? '',
            most: 100
          }))}
          done={trans.__('Keep')}
          onDone={labels => kept.relabel(labels)}
          onClose={() => {
            setEditing(null);
            editing.focus({ preventScroll: true });
          }}
        />
      )}
      <span className="px-label-done">
        <span role="status">{labelling.said}</span>
        {labelling.onUndo && (
          <>
            {' · '}
            <button
              type="button"
              className="px-link"
              aria-keyshortcuts="Control+Z Meta+Z"
              onClick={labelling.onUndo}
            >
              {trans.__('Undo')}
            </button>
          </>
        )}
      </span>
    </div>
  );
}
