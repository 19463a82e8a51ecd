import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { promptOf, vectorsOf } from '../../model/after';
import {
  countOf,
  countRows,
  isListed,
  outdated,
  viewOf
} from '../../model/selection';
import { USUAL_LABELS } from '../../model/selections';
import {
  type IInspection,
  type Insertable,
  type ISelection,
  PERFORMANCE,
  RETRIEVAL,
  type IKept
} from '../../tokens';
import {
  asking,
  DirectionMenu,
  FormPopup,
  Glyph,
  NamePopup,
  SetMark
} from '../parts';
import { Labels } from './kept-notes';
import { Caution, Kind } from './selection-caution';
import {
  OthersMenu,
  rowsText,
  SelectionMenu,
  type Verb,
  WaysMenu
} from './selection-menu';
import { doVerb } from './selection-verbs';

interface IProps {
  readonly inspection: IInspection;
  /** What is kept of other sets whose views are open. */
  readonly elsewhere: readonly IKept[];
  readonly trans: TranslationBundle;
  readonly onInsert: (what: Insertable) => void;
  readonly onExport: (selection: ISelection, name: string) => void;
  /** Do what takes a while, and say why it failed. */
  readonly onAttempt: (work: Promise<unknown>) => void;
}

/** The rows that were kept: named, tagged, combined, taken back. */
export function SelectionList(props: IProps): React.ReactElement {
  const { inspection, elsewhere, trans } = props;
  const { selections, kept, primary, reference } = inspection;
  const box = React.useRef<HTMLDivElement>(null);
  const listed = selections.filter(isListed);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const key = event.key.toLowerCase();
    const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey;
    const isRedo = key === 'y' || (key === 'z' && event.shiftKey);
    if (
      isCommand &&
      (key === 'z' || key === 'y') &&
      !(event.target as HTMLElement).matches('input, textarea')
    ) {
      event.preventDefault();
      event.stopPropagation();
      if (isRedo) {
        kept.redo();
      } else {
        kept.undo();
      }
    }
  };
  return (
    <div
      ref={box}
      tabIndex={-1}
      className="px-selections-box"
      onKeyDown={onKeyDown}
    >
      {listed.length === 0 ? (
        <p className="px-section-note">
          {reference
            ? trans.__(
                'No rows of %1 against %2 kept yet.',
                primary.name,
                reference.name
              )
            : trans.__('No rows of %1 kept yet.', primary.name)}{' '}
          {elsewhere.length > 0
            ? trans.__(
                'Those of %1 are there when its view is in front.',
                elsewhere
                  .map(({ primary, reference }) =>
                    reference === null
                      ? primary
                      : trans.__('%1 against %2', primary, reference)
                  )
                  .join(trans.__(', '))
              )
            : trans.__(
                'Pick a cluster or draw a lasso, then Keep; or Keep as selection, of a bar.'
              )}
        </p>
      ) : (
        <ul className="px-selections" aria-label={trans.__('Selections')}>
          {listed.map(selection => (
            <Selection
              key={selection.id}
              {...props}
              selection={selection}
              onGone={() => box.current?.focus()}
            />
          ))}
        </ul>
      )}
      <Labels {...props} />
    </div>
  );
}

/** Takes changes of selections back, and makes them again. */
export function SelectionUndo({
  inspection,
  trans
}: Pick<IProps, 'inspection' | 'trans'>): React.ReactElement | null {
  const { kept } = inspection;
  return !kept.canUndo && !kept.canRedo ? null : (
    <span className="px-selection-actions">
      <Action
        icon={<Glyph name="undo" size={14} />}
        label={trans.__('Undo the change of selections')}
        keys="Control+Z"
        disabled={!kept.canUndo}
        onClick={() => kept.undo()}
      />
      <Action
        icon={<Glyph name="redo" size={14} />}
        label={trans.__('Redo the change of selections')}
        keys="Control+Shift+Z"
        disabled={!kept.canRedo}
        onClick={() => kept.redo()}
      />
    </span>
  );
}

type Step =
  | { readonly kind: 'verbs' | 'others' | 'edit' | 'export' }
  | { readonly kind: 'direction'; readonly mine: ISelection }
  | {
      readonly kind: 'ways';
      readonly mine: ISelection;
      readonly other: ISelection;
    };

/** The rows of one pick, with what can be done with them. */
function Selection(
  props: IProps & {
    readonly selection: ISelection;
    readonly onGone: () => void;
  }
): React.ReactElement {
  const { inspection, selection, trans, onInsert, onExport, onAttempt } = props;
  const { kept } = inspection;
  const { label, tag, note } = selection;
  const view = viewOf(selection, inspection);
  const isOld = outdated(selection, inspection) !== null;
  const isEmpty = countRows(selection) === 0;
  const more = React.useRef<HTMLButtonElement>(null);
  const [step, setStep] = React.useState<Step | null>(null);
  const next = React.useRef<Step | null>(null);
  const close = (): void => {
    setStep(next.current);
    if (next.current === null) {
      more.current?.focus({ preventScroll: true });
    }
    next.current = null;
  };
  const remove = (): void => {
    kept.remove(selection.id);
    props.onGone();
  };
  const onVerb = (verb: Verb): void => {
    if (verb === 'combine' || verb === 'edit') {
      next.current = { kind: verb === 'edit' ? 'edit' : 'others' };
    } else if (verb === 'remove') {
      remove();
    } else if (verb === 'direction') {
      onAttempt(
        kept.whole(selection).then(mine => setStep({ kind: 'direction', mine }))
      );
    } else if (verb === 'prompt') {
      const column = vectorsOf(inspection, selection);
      const after = promptOf(inspection, selection, column);
      if (after) {
        onInsert({ ...selection, after });
      }
    } else {
      onAttempt(doVerb(verb, selection, inspection, trans));
    }
  };
  const menu = asking(() => setStep({ kind: 'verbs' }));
  const popup = {
    anchor: more.current as HTMLElement,
    inspection,
    selection,
    onClose: close,
    trans
  };
  return (
    <li
      className="px-selection"
      onContextMenu={menu.onContextMenu}
      onKeyDown={event => {
        if (step === null) {
          menu.onKeyDown(event);
        }
        if (step === null && (event.key === 'F2' || event.key === 'Delete')) {
          event.preventDefault();
          event.stopPropagation();
          if (event.key === 'F2') {
            setStep({ kind: 'edit' });
          } else {
            remove();
          }
        }
      }}
    >
      <span className="px-selection-head">
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
                : view === PERFORMANCE
                  ? trans.__('%1: open the performance', label)
                  : view === RETRIEVAL
                    ? trans.__('%1: open the retrieval', label)
                    : trans.__('%1: open the view of %2', label, view)
            }
            onClick={() => inspection.show(selection)}
          >
            {label}
          </button>
        )}
        {tag && <span className="px-selection-tag">{tag}</span>}
      </span>
      <span className="px-selection-counts">
        <Kind selection={selection} trans={trans} />
        {isEmpty && !kept.state(selection.id) && (
          <span className="px-muted">{rowsText(0, trans)}</span>
        )}
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
          disabled={isOld || isEmpty}
          onClick={() => onInsert(selection)}
        />
        <Action
          icon={<ExportGlyph />}
          label={trans.__('Export %1 to the kernel', label)}
          disabled={isOld || isEmpty}
          popup="dialog"
          onClick={() => setStep({ kind: 'export' })}
        />
        <Action
          button={more}
          icon={<Glyph name="more" size={14} />}
          label={trans.__('More for %1', label)}
          popup="listbox"
          onClick={() => setStep({ kind: 'verbs' })}
        />
      </span>
      {note && <span className="px-selection-note">{note}</span>}
      <Caution inspection={inspection} selection={selection} trans={trans} />
      {step?.kind === 'verbs' && <SelectionMenu {...popup} onVerb={onVerb} />}
      {step?.kind === 'others' && (
        <OthersMenu
          {...popup}
          onOther={other =>
            onAttempt(
              Promise.all([kept.whole(selection), kept.whole(other)]).then(
                ([mine, theirs]) =>
                  setStep({ kind: 'ways', mine, other: theirs })
              )
            )
          }
        />
      )}
      {step?.kind === 'ways' && (
        <WaysMenu
          {...popup}
          selection={step.mine}
          other={step.other}
          onSelection={made => onAttempt(kept.keep(made))}
        />
      )}
      {step?.kind === 'direction' && (
        <DirectionMenu
          {...popup}
          selection={step.mine}
          onAfter={after => onInsert({ ...selection, after })}
        />
      )}
      {step?.kind === 'edit' && (
        <FormPopup
          anchor={popup.anchor}
          label={trans.__('Name, tag and note')}
          fields={[
            {
              label: trans.__('Name'),
              value: label,
              most: 200,
              isNeeded: true
            },
            {
              label: trans.__('Tag'),
              value: tag ?? '',
              most: 100,
              placeholder: USUAL_LABELS.join(', '),
              choices: tagsOf(inspection)
            },
            {
              label: trans.__('Note'),
              value: note ?? '',
              most: 2000,
              lines: 3
            }
          ]}
          done={trans.__('Keep')}
          onDone={([name, newTag, newNote]) =>
            kept.change(selection.id, {
              label: name,
              tag: newTag || undefined,
              note: newNote || undefined
            })
          }
          onClose={close}
        />
      )}
      {step?.kind === 'export' && (
        <NamePopup
          {...popup}
          name={inspection.exportName(selection)}
          onName={name => onExport(selection, name)}
        />
      )}
    </li>
  );
}

/** What a tag can be: what others were given, and what is usual. */
function tagsOf({ selections }: IInspection): string[] {
  return [
    ...new Set([...selections.flatMap(({ tag }) => tag ?? []), ...USUAL_LABELS])
  ];
}

function Action(props: {
  readonly icon: React.ReactElement;
  readonly label: string;
  readonly button?: React.Ref<HTMLButtonElement>;
  readonly disabled?: boolean;
  readonly keys?: string;
  readonly popup?: 'dialog' | 'listbox';
  readonly onClick: () => void;
}): React.ReactElement {
  return (
    <button
      ref={props.button}
      type="button"
      className="px-icon-button"
      aria-label={props.label}
      title={props.label}
      aria-haspopup={props.popup}
      aria-keyshortcuts={props.keys}
      disabled={props.disabled}
      onClick={props.onClick}
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
