import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { FrameListing } from '../api/contract';
import { dashboardIcon } from '../icons';
import { shape } from '../model/shape';
import type { IChosen } from '../tokens';
import {
  conditionWords,
  FormPopup,
  Glyph,
  type IChoice,
  Menu,
  plain,
  SetMark,
  SwapButton
} from '../views/parts';
import { betweenCondition } from './asked';
import {
  EXTENSION,
  type IBetween,
  type IDashboard,
  MOST_TITLE
} from './document';
import type { Live } from './live';
import type { DashboardModel } from './model';

export interface IHeadProps {
  readonly model: DashboardModel;
  readonly live: Live;
  /** How the file is called. */
  readonly name: string;
  /** Call it otherwise. */
  readonly onRename: (name: string) => void;
  /** The notebook that the dataframes are of, or would be. */
  readonly notebook: string | null;
  readonly onNotebook: (() => void) | null;
  readonly onFrames: (
    change: Pick<Partial<IDashboard>, 'primary' | 'reference'>
  ) => void;
  readonly onText: () => void;
  readonly onRefresh: () => void;
  /** What writes a report. */
  readonly report: React.ReactElement;
  readonly trans: TranslationBundle;
}

/** What all tiles share: their name, the notebook, the pair of dataframes; and what is done with all of them. */
export function Head(props: IHeadProps): React.ReactElement {
  const { model, live, notebook, onFrames, trans } = props;
  const { isReadOnly, dashboard } = model;
  const { title, primary, reference } = dashboard;
  const [naming, setNaming] = React.useState<HTMLElement | null>(null);
  const isBusy = live.isReading;
  const canAsk = dashboard.primary !== null && dashboard.notebook !== null;
  return (
    <div className="px-view-line">
      <dashboardIcon.react tag="span" width="17px" height="17px" />
      <h2 title={props.name}>{title || stemOf(props.name)}</h2>
      {!isReadOnly && (
        <button
          type="button"
          className="px-link"
          aria-haspopup="dialog"
          onClick={event => setNaming(event.currentTarget)}
        >
          {trans.__('Rename…')}
        </button>
      )}
      {naming && (
        <FormPopup
          anchor={naming}
          label={trans.__('What the dashboard is called')}
          fields={[
            {
              label: trans.__('Title'),
              value: title,
              most: MOST_TITLE,
              placeholder: stemOf(props.name)
            },
            {
              label: trans.__('File'),
              value: props.name,
              most: MOST_FILE_NAME,
              isNeeded: true
            }
          ]}
          done={trans.__('Done')}
          onDone={([value, file]) => {
            if (value !== title) {
              model.change({ title: value });
            }
            if (file !== props.name) {
              props.onRename(file);
            }
          }}
          onClose={() => {
            setNaming(null);
            naming.focus();
          }}
        />
      )}
      {notebook !== null &&
        (props.onNotebook ? (
          <button
            type="button"
            className="px-link px-code"
            aria-label={trans.__('Open %1', notebook)}
            onClick={props.onNotebook}
          >
            {notebook}
          </button>
        ) : (
          <span className="px-muted px-code">{notebook}</span>
        ))}
      <span className="px-spacer" />
      <span className="px-sets">
        <FramePicker
          set="primary"
          name={primary}
          frames={live.frames}
          onChoose={isReadOnly ? null : chosen => onFrames({ primary: chosen })}
          trans={trans}
        />
        {primary !== null && reference !== null && !isReadOnly && (
          <SwapButton
            onSwap={() => onFrames({ primary: reference, reference: primary })}
            trans={trans}
          />
        )}
        {primary !== null && (
          <FramePicker
            set="reference"
            name={reference}
            frames={live.frames}
            onChoose={
              isReadOnly ? null : chosen => onFrames({ reference: chosen })
            }
            trans={trans}
          />
        )}
      </span>
      {!isReadOnly && (
        <>
          <button
            type="button"
            className="px-icon-button"
            aria-label={trans.__('Undo')}
            title={trans.__('Undo')}
            aria-disabled={!model.canUndo}
            onClick={() => model.undo()}
          >
            <Glyph name="undo" size={15} />
          </button>
          <button
            type="button"
            className="px-icon-button"
            aria-label={trans.__('Redo')}
            title={trans.__('Redo')}
            aria-disabled={!model.canRedo}
            onClick={() => model.redo()}
          >
            <Glyph name="redo" size={15} />
          </button>
          <button type="button" className="px-button" onClick={props.onText}>
            <Glyph name="text" />
            {trans.__('Text')}
          </button>
          {props.report}
          <button
            type="button"
            className="px-button px-mod-primary"
            title={trans.__('Read the dataframes and ask every tile again')}
            aria-disabled={isBusy || !canAsk}
            onClick={() => !isBusy && canAsk && props.onRefresh()}
          >
            <Glyph name="refresh" />
            {isBusy ? trans.__('Reading…') : trans.__('Refresh')}
          </button>
        </>
      )}
    </div>
  );
}

const NONE = '';
const MOST_FILE_NAME = 200;

/** A file's name without what says of which type it is. */
function stemOf(name: string): string {
  return PathExt.basename(name, EXTENSION);
}

/** A set, and the dataframes that could be it. */
function FramePicker(props: {
  readonly set: 'primary' | 'reference';
  readonly name: string | null;
  readonly frames: readonly FrameListing[];
  readonly onChoose: ((name: string | null) => void) | null;
  readonly trans: TranslationBundle;
}): React.ReactElement | null {
  const { set, name, frames, onChoose, trans } = props;
  const [open, setOpen] = React.useState<HTMLElement | null>(null);
  const role = set === 'primary' ? trans.__('Primary') : trans.__('Reference');
  const there = frames.find(({ names }) => names.includes(name ?? NONE));
  const content = (
    <>
      <SetMark set={set} />
      <span className={name === null ? '' : 'px-code'}>
        {name ??
          (set === 'primary'
            ? trans.__('Choose a dataframe')
            : trans.__('no reference'))}
      </span>
      {there && <span className="px-chip-facts">{shape(there)}</span>}
    </>
  );
  const className = `px-chip px-mod-${set}`;
  const label = trans.__('%1: %2', role, name ?? trans.__('none'));
  if (!onChoose) {
    return (
      <span className={className} title={label}>
        {content}
      </span>
    );
  }
  const choices: IChoice<string>[] = [
    ...(set === 'reference'
      ? [{ value: NONE, label: trans.__('No reference') }]
      : []),
    ...frames.flatMap(frame =>
      frame.names.map(one => ({
        value: one,
        label: one,
        detail: shape(frame)
      }))
    )
  ];
  return (
    <>
      <button
        type="button"
        className={className}
        aria-haspopup="listbox"
        aria-expanded={open !== null}
        aria-label={label}
        title={label}
        onClick={event => setOpen(open ? null : event.currentTarget)}
      >
        {content}
      </button>
      {open && (
        <Menu<string>
          anchor={open}
          label={role}
          value={name ?? NONE}
          note={
            frames.length === 0 &&
            trans.__('The notebook’s kernel holds no dataframe.')
          }
          choices={choices}
          onChoose={value => onChoose(value === NONE ? null : value)}
          onClose={() => {
            setOpen(null);
            open.focus({ preventScroll: true });
          }}
        />
      )}
    </>
  );
}

export interface ISharedProps {
  readonly model: DashboardModel;
  readonly live: Live;
  readonly trans: TranslationBundle;
}

/** The stretch of time and the conditions that all tiles are of. */
export function Shared({
  model,
  live,
  trans
}: ISharedProps): React.ReactElement | null {
  const { dashboard, isReadOnly } = model;
  const { between, where, primary, reference } = dashboard;
  const [asked, setAsked] = React.useState<{
    readonly what: 'between' | 'where';
    readonly anchor: HTMLElement;
  } | null>(null);
  const { inspection } = live;
  const columns = inspection?.primary.columns ?? [];
  const time = columns.find(c => c.role === 'timestamp' && c.problem === null);
  const text = (chosen: IChosen): string =>
    conditionWords(
      chosen,
      set => (set === 'primary' ? primary : reference) ?? undefined,
      () => null,
      trans
    );
  const chip = (
    key: string,
    said: string,
    remove: () => void
  ): React.ReactElement => (
    <span key={key} className="px-chip px-mod-condition" title={said}>
      <span className="px-cohort-text">{said}</span>
      {!isReadOnly && (
        <button
          type="button"
          className="px-chip-remove"
          aria-label={trans.__('Remove the condition %1', said)}
          title={trans.__('Remove')}
          onClick={remove}
        >
          <Glyph name="close" size={11} />
        </button>
      )}
    </span>
  );
  if (isReadOnly && !between && where.length === 0) {
    return null;
  }
  return (
    <div
      className="px-dashboard-shared"
      role="group"
      aria-label={trans.__('What all tiles are of')}
    >
      {between ? (
        chip(
          'between',
          text({ condition: betweenCondition(between, reference !== null) }),
          () => model.change({ between: null })
        )
      ) : (
        <button
          type="button"
          className="px-button px-mod-quiet"
          aria-haspopup="dialog"
          onClick={event =>
            setAsked({ what: 'between', anchor: event.currentTarget })
          }
        >
          <Glyph name="clock" />
          {trans.__('All times')}
        </button>
      )}
      {where.map((chosen, i) =>
        chip(JSON.stringify(chosen), text(chosen), () =>
          model.change({ where: where.filter((_, j) => j !== i) })
        )
      )}
      {!isReadOnly && (
        <button
          type="button"
          className="px-button px-mod-quiet"
          aria-haspopup="dialog"
          onClick={event =>
            setAsked({ what: 'where', anchor: event.currentTarget })
          }
        >
          <Glyph name="filter" />
          {where.length === 0 ? trans.__('All rows') : trans.__('And…')}
        </button>
      )}
      {asked && (
        <FormPopup
          anchor={asked.anchor}
          label={
            asked.what === 'between'
              ? trans.__('Only rows of these times')
              : trans.__('Only rows that meet a condition')
          }
          fields={[
            {
              label: trans.__('Column'),
              value: asked.what === 'between' ? (time?.name ?? '') : '',
              most: 500,
              choices: columns
                .filter(({ kind }) =>
                  asked.what === 'between'
                    ? kind === 'time' || kind === 'number'
                    : kind !== 'vector'
                )
                .map(({ name }) => name),
              isNeeded: true
            },
            ...(asked.what === 'where'
              ? [
                  {
                    label: trans.__('Is'),
                    value: '',
                    most: 500,
                    placeholder: trans.__('a value, or a range below')
                  }
                ]
              : []),
            { label: trans.__('From'), value: '', most: 100 },
            { label: trans.__('To, not in it'), value: '', most: 100 }
          ]}
          done={trans.__('Only these')}
          onDone={values => {
            if (asked.what === 'between') {
              const found = betweenOf(values);
              if (found) {
                model.change({ between: found });
              }
            } else {
              const condition = conditionOf(values);
              if (condition) {
                model.change({ where: [...where, condition] });
              }
            }
          }}
          onClose={() => {
            setAsked(null);
            asked.anchor.focus();
          }}
        />
      )}
    </div>
  );
}

/** What was written, as a stretch; null where it has no end. */
export function betweenOf([
  column,
  low,
  high
]: readonly string[]): IBetween | null {
  return low === '' && high === ''
    ? null
    : {
        column,
        low: low === '' ? null : plain(low),
        high: high === '' ? null : plain(high)
      };
}

/** What was written, as a condition; null where it says nothing. */
export function conditionOf([
  column,
  is,
  low,
  high
]: readonly string[]): IChosen | null {
  if (is !== '') {
    return { condition: { kind: 'values', column, values: [plain(is)] } };
  }
  const between = betweenOf([column, low, high]);
  return between && { condition: { kind: 'range', ...between } };
}
