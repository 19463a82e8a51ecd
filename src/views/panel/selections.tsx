import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import {
  countOf,
  hasRows,
  MOST_KEPT_ROWS,
  outdated,
  outdatedText,
  unkept,
  viewOf
} from '../../model/selection';
import type { IInspection, IKept, ISelection } from '../../tokens';
import { Glyph, NamePopup, SetMark } from '../parts';

interface IProps {
  readonly inspection: IInspection;
  readonly trans: TranslationBundle;
  readonly onInsert: (selection: ISelection) => void;
  readonly onExport: (selection: ISelection, name: string) => void;
}

/** The rows that were saved. */
export function SelectionList(props: IProps): React.ReactElement {
  const { inspection, trans } = props;
  const { selections } = inspection;
  if (selections.length === 0) {
    return (
      <p className="px-section-note">
        {trans.__(
          'Nothing saved yet. Pick a cluster or draw a lasso, then Save.'
        )}
      </p>
    );
  }
  return (
    <ul className="px-selections" aria-label={trans.__('Selections')}>
      {selections.map(selection => (
        <Selection key={selection.id} {...props} selection={selection} />
      ))}
    </ul>
  );
}

/** The rows of one pick, with the way to the view that they were picked in. */
function Selection(
  props: IProps & { readonly selection: ISelection }
): React.ReactElement {
  const { inspection, selection, trans, onInsert, onExport } = props;
  const { label } = selection;
  const view = viewOf(selection, inspection);
  const isOld = outdated(selection, inspection) !== null;
  const [naming, setNaming] = React.useState<HTMLElement | null>(null);
  return (
    <li className="px-selection">
      {view === undefined ? (
        <span className="px-selection-label" title={label}>
          {label}
        </span>
      ) : (
        <button
          type="button"
          className="px-selection-label"
          title={
            view === null
              ? trans.__('%1: open the overview', label)
              : trans.__('%1: open the view of %2', label, view)
          }
          onClick={() => inspection.show(selection)}
        >
          {label}
        </button>
      )}
      <span className="px-selection-counts">
        {selection.rows
          .filter(part => countOf(part) > 0)
          .map(part => (
            <span
              key={part.set}
              className={`px-chip px-mod-small px-mod-${part.set}`}
            >
              <SetMark set={part.set} />
              {count(countOf(part))}
            </span>
          ))}
      </span>
      <span className="px-selection-actions">
        <Action
          icon={<Glyph name="insert" size={14} />}
          label={trans.__('Insert %1 into notebook', label)}
          disabled={isOld}
          onClick={() => onInsert(selection)}
        />
        <Action
          icon={<ExportGlyph />}
          label={trans.__('Export %1 to the kernel', label)}
          disabled={isOld || !hasRows(selection)}
          hasPopup
          onClick={setNaming}
        />
        {naming && (
          <NamePopup
            anchor={naming}
            name={inspection.exportName(selection)}
            onName={name => onExport(selection, name)}
            onClose={() => {
              setNaming(null);
              naming.focus({ preventScroll: true });
            }}
            trans={trans}
          />
        )}
        <Action
          icon={<Glyph name="close" size={14} />}
          label={trans.__('Remove %1', label)}
          onClick={() => inspection.remove(selection.id)}
        />
      </span>
      <Caution inspection={inspection} selection={selection} trans={trans} />
    </li>
  );
}

/** What a person must know before relying on a selection. */
function Caution(
  props: Pick<IProps, 'inspection' | 'trans'> & {
    readonly selection: ISelection;
  }
): React.ReactElement | null {
  const { inspection, selection, trans } = props;
  const old = outdated(selection, inspection);
  const lack = unkept(selection, inspection);
  let text: string | null = null;
  if (old) {
    text = `${outdatedText(old, trans)} ${trans.__('Pick them again.')}`;
  } else if (lack) {
    text =
      lack.reason === 'no-name'
        ? trans.__(
            'Not kept with the notebook: %1 is no variable there.',
            lack.set
          )
        : trans.__(
            'Not kept with the notebook: more than %1 rows, and no code that gives them.',
            count(MOST_KEPT_ROWS)
          );
  } else if (!hasRows(selection)) {
    text = trans.__(
      'More than %1 rows: the notebook keeps the code that gives them.',
      count(MOST_KEPT_ROWS)
    );
  }
  return text === null ? null : (
    <span className={`px-selection-caution ${old ? 'px-mod-warn' : ''}`}>
      {text}
    </span>
  );
}

/** That more was saved, of sets that are not inspected now. */
export function KeptNotes(props: {
  readonly kept: readonly IKept[];
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { kept, trans } = props;
  return (
    <>
      {kept
        .filter(({ selections }) => selections.length > 0)
        .map(({ primary, reference, selections }) => (
          <p
            key={JSON.stringify([primary, reference])}
            className="px-section-note"
          >
            {reference === null
              ? trans._n(
                  '%1 saved selection of %2 is kept with the notebook: inspect it to have it back.',
                  '%1 saved selections of %2 are kept with the notebook: inspect it to have them back.',
                  selections.length,
                  primary
                )
              : trans._n(
                  '%1 saved selection of %2 against %3 is kept with the notebook: compare them to have it back.',
                  '%1 saved selections of %2 against %3 are kept with the notebook: compare them to have them back.',
                  selections.length,
                  primary,
                  reference
                )}
          </p>
        ))}
    </>
  );
}

function Action(props: {
  readonly icon: React.ReactElement;
  readonly label: string;
  readonly disabled?: boolean;
  readonly hasPopup?: boolean;
  readonly onClick: (button: HTMLElement) => void;
}): React.ReactElement {
  return (
    <button
      type="button"
      className="px-icon-button"
      aria-label={props.label}
      title={props.label}
      aria-haspopup={props.hasPopup ? 'dialog' : undefined}
      disabled={props.disabled}
      onClick={event => props.onClick(event.currentTarget)}
    >
      {props.icon}
    </button>
  );
}

/** Rows that go into the kernel. */
function ExportGlyph(): React.ReactElement {
  return (
    <svg
      className="px-glyph"
      viewBox="0 0 16 16"
      width="14"
      height="14"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d="M8 2.5v7.5M5 7.2 8 10.2l3-3M2.8 11.5v2h10.4v-2" />
    </svg>
  );
}
