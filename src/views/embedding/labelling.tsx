import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import type { IMapPoints } from '../../charts/map';
import { labelsOf, type MarksOf, marksOf, rowsBySet } from '../../model/labels';
import { MOST_LABELS } from '../../model/selections';
import type { IInspection, Mark } from '../../tokens';
import { FormPopup } from '../parts';

export interface ILabelling {
  readonly marksOf: MarksOf;
  /** Label points by the place of a label, from 0; −1 takes the label back. */
  readonly label: (points: ArrayLike<number>, at: number) => void;
  /** Note something of a point; nothing takes the note back. */
  readonly note: (point: number, text: string) => void;
  /** Take back what was labelled last, if nothing else was done since; false if so. */
  readonly undo: () => boolean;
  /** What was done, for those who do not see it. */
  readonly said: string;
}

/** Label rows of a map one by one, by keys. */
export function useLabelling(
  inspection: IInspection,
  embedding: string,
  map: IMapPoints,
  /** What the view undoes; another object after each change. */
  state: object,
  trans: TranslationBundle
): ILabelling {
  const { kept, selections } = inspection;
  const [said, setSaid] = React.useState('');
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
    kept.mark(kind, text, rowsBySet(rows), embedding);
    done.current.push({ all: kept.all, state });
    const what =
      rows.length === 1
        ? trans.__(
            '%1, row %2',
            inspection[rows[0].set]?.name ?? '',
            rows[0].row
          )
        : trans.__('%1 rows', count(rows.length));
    setSaid(trans.__('%1: %2', what, text ?? trans.__('nothing')));
  };
  return {
    marksOf: marks,
    label: (points, at) => {
      const text = at < 0 ? null : kept.labels[at];
      if (text !== undefined) {
        mark('label', text, points);
      }
    },
    note: (point, text) => mark('note', text === '' ? null : text, [point]),
    undo: () => {
      const last = done.current[done.current.length - 1] as
        (typeof done.current)[number] | undefined;
      if (last?.all !== kept.all || last.state !== state) {
        return false;
      }
      done.current.pop();
      setSaid(trans.__('Taken back'));
      return kept.undo();
    },
    said
  };
}

const NOTE_KEY = 'M';

interface IBarProps {
  readonly inspection: IInspection;
  readonly labelling: ILabelling;
  /** The points that are listed; none where nothing was picked. */
  readonly listed: ArrayLike<number>;
  readonly trans: TranslationBundle;
}

/** The labels and their keys; a press labels all rows that are listed. */
export function LabelBar(props: IBarProps): React.ReactElement {
  const { inspection, labelling, listed, trans } = props;
  const { kept } = inspection;
  const [editing, setEditing] = React.useState<HTMLElement | null>(null);
  const n = listed.length;
  return (
    <div
      className="px-tray-labels"
      role="group"
      aria-label={trans.__('Labels of rows')}
    >
      <span className="px-muted">
        {trans.__('Key labels the row that is pointed at:')}
      </span>
      {kept.labels.map((label, at) => (
        <button
          key={label}
          type="button"
          className="px-chip px-mod-small px-label-chip"
          disabled={n === 0}
          aria-label={trans._n(
            'Label %2 row: %3',
            'Label %2 rows: %3',
            n,
            count(n),
            label
          )}
          title={trans._n(
            'Press to label the %1 row that is listed',
            'Press to label the %1 rows that are listed',
            n
          )}
          onClick={() => labelling.label(listed, at)}
        >
          <kbd>{at + 1}</kbd>
          {label}
        </button>
      ))}
      <span className="px-muted">
        <kbd>0</kbd> {trans.__('none')} <kbd>{NOTE_KEY}</kbd> {trans.__('note')}
      </span>
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
      <span className="px-hidden" role="status">
        {labelling.said}
      </span>
    </div>
  );
}
