import type { TranslationBundle } from '@jupyterlab/translation';
import { kernelIcon, ReactWidget } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { FrameListing } from '../../api/contract';
import { asProblem, isAbort, type ProblemError } from '../../api/problem';
import { count, seconds } from '../../charts/format';
import { phoenixIcon } from '../../icons';
import { aboutText, candidates, counterpart, lookOf } from '../../model/alike';
import type {
  IFrameName,
  Insertable,
  IPhoenix,
  ISelection
} from '../../tokens';
import { ViewBoundary } from '../boundary';
import {
  Banner,
  Glyph,
  type IBannerAction,
  Menu,
  ProblemBanner,
  StaleBanner,
  SwapButton,
  TimeDoubt,
  useSignal
} from '../parts';
import { ColumnList } from './columns';
import { Empty } from './empty';
import { FindingsSection } from './findings';
import { FrameList } from './frames';
import { Jobs } from './jobs';
import { KeptNotes } from './kept-notes';
import { NoNotebook } from './no-notebook';
import { Section } from './section';
import { SelectionList, SelectionUndo } from './selections';

/** Heights in pixels: of the head of a section, of a dataframe, of what leads to the views. */
const HEAD = 33;
const FRAME = 46;
const VIEWS = 180;
const SELECTIONS = 56;

/** What the panel can ask of JupyterLab around it. */
export interface IPanelActions {
  readonly insert: (what: Insertable) => void;
  readonly exportRows: (selection: ISelection, name: string) => void;
  /** Look for the example; gives what opens it, or null where there is none. */
  readonly findExample: () => Promise<(() => void) | null>;
  /** Read all values of what is open again. */
  readonly readAgain: () => void;
  /** Null where there is no editor of settings. */
  readonly openSettings: (() => void) | null;
}

/** The side panel; it watches the kernel only while it can be seen. */
export class PhoenixPanel extends ReactWidget {
  constructor(options: PhoenixPanel.IOptions) {
    super();
    this.addClass('px-panel');
    this._options = options;
  }

  dispose(): void {
    this._watch?.dispose();
    super.dispose();
  }

  protected render(): React.ReactElement {
    return (
      <ViewBoundary trans={this._options.trans}>
        <PanelView {...this._options} />
      </ViewBoundary>
    );
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._watch ??= this._options.phoenix.watch();
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) {
      this._watch ??= this._options.phoenix.watch();
    }
  }

  protected onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._watch?.dispose();
    this._watch = null;
  }

  private readonly _options: PhoenixPanel.IOptions;
  private _watch: IDisposable | null = null;
}

export namespace PhoenixPanel {
  export interface IOptions {
    readonly phoenix: IPhoenix;
    readonly trans: TranslationBundle;
    readonly actions: IPanelActions;
  }
}

function PanelView(props: PhoenixPanel.IOptions): React.ReactElement {
  const { phoenix, trans } = props;
  useSignal(phoenix.changed);
  return (
    <>
      <Head {...props} />
      <div className="px-panel-body">
        <Body {...props} />
      </div>
      <Jobs phoenix={phoenix} trans={trans} />
    </>
  );
}

function Head(props: PhoenixPanel.IOptions): React.ReactElement {
  const { phoenix, trans, actions } = props;
  const more = React.useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = React.useState(false);
  const again = trans.__('Look for dataframes again');
  const choices = [
    ...(phoenix.current
      ? [
          {
            value: 'again',
            label: trans.__('Read all values again'),
            detail: trans.__(
              'After each cell, rows, names, types and 340 values of a column are looked at; other values that were changed in place are seen by this.'
            )
          }
        ]
      : []),
    {
      value: 'clear',
      label: trans.__('Clear kept results'),
      detail: trans.__('They are computed again when they are asked for.')
    },
    ...(actions.openSettings
      ? [{ value: 'settings', label: trans.__('Settings…') }]
      : [])
  ];
  const onChoose = (value: string): void => {
    if (value === 'settings') {
      actions.openSettings?.();
    } else if (value === 'again') {
      actions.readAgain();
    } else {
      phoenix.clearCache().catch(() => undefined);
    }
  };
  return (
    <div className="px-panel-head">
      <phoenixIcon.react tag="span" width="17px" height="17px" />
      <h2>{trans.__('Phoenix')}</h2>
      <span className="px-spacer" />
      <button
        type="button"
        className="px-icon-button"
        aria-label={again}
        title={again}
        disabled={phoenix.path === null}
        onClick={() => {
          phoenix.refresh().catch(() => undefined);
        }}
      >
        <Glyph name="refresh" size={14} />
      </button>
      <button
        ref={more}
        type="button"
        className="px-icon-button"
        aria-label={trans.__('More')}
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        title={trans.__('More')}
        onClick={() => setOpen(!isOpen)}
      >
        <Glyph name="more" size={14} />
      </button>
      {isOpen && more.current && (
        <Menu
          anchor={more.current}
          label={trans.__('More')}
          choices={choices}
          onChoose={onChoose}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}

function Body(props: PhoenixPanel.IOptions): React.ReactElement {
  const { phoenix, trans } = props;
  const { state, message, hint, frames, current } = phoenix;
  const isEmpty = frames.length === 0 && current === null;
  switch (state) {
    case 'no-notebook':
      return (
        <NoNotebook findExample={props.actions.findExample} trans={trans} />
      );
    case 'no-kernel':
      return (
        <Empty
          icon={<kernelIcon.react width="26px" height="26px" />}
          title={trans.__('No kernel')}
          text={trans.__('Dataframes live in a running kernel.')}
          action={{
            label: trans.__('Start %1', phoenix.kernelName),
            onClick: () => {
              phoenix.startKernel().catch(() => undefined);
            }
          }}
        />
      );
    case 'unsupported':
      return (
        <Empty
          icon={<kernelIcon.react width="26px" height="26px" />}
          title={message}
          text={hint ?? undefined}
        />
      );
    case 'starting':
      if (isEmpty) {
        return (
          <Empty
            icon={<kernelIcon.react width="26px" height="26px" />}
            title={message}
          />
        );
      }
      break;
    case 'failed':
      if (isEmpty) {
        return (
          <Empty
            icon={<Glyph name="warning" size={26} />}
            title={message}
            text={hint ?? undefined}
            action={look(phoenix, trans)}
          />
        );
      }
      break;
    case 'ready':
      if (isEmpty) {
        return (
          <>
            {message && <Banner tone="error">{message}</Banner>}
            <Empty
              icon={<Glyph name="table" size={26} />}
              title={trans.__('No dataframes yet')}
              text={trans.__(
                'Run the cells that make them. pandas, polars, pyarrow, DuckDB and ibis are all seen.'
              )}
              action={look(phoenix, trans)}
            />
            <Waiting {...props} />
          </>
        );
      }
      break;
    case 'busy':
      break;
  }
  return <Sections {...props} />;
}

function look(
  phoenix: IPhoenix,
  trans: TranslationBundle
): { label: string; onClick: () => void } {
  return {
    label: trans.__('Look again'),
    onClick: () => {
      phoenix.refresh().catch(() => undefined);
    }
  };
}

function Sections(props: PhoenixPanel.IOptions): React.ReactElement {
  const { phoenix, trans, actions } = props;
  const { frames, current, path } = phoenix;
  const [problem, setProblem] = React.useState<ProblemError | null>(null);
  const [comparing, setComparing] = React.useState<{
    frame: FrameListing;
    anchor: Element;
  } | null>(null);
  useSignal(current?.changed);

  const attempt = (work: Promise<unknown>): void => {
    setProblem(null);
    work.catch((error: unknown) => {
      if (!isAbort(error)) {
        setProblem(asProblem(error));
      }
    });
  };
  const other = current?.reference
    ? null
    : current && counterpart(frames, lookOf(current.primary));
  const problems =
    current?.primary.problems.filter(
      text => text !== current.timeChoice?.doubt
    ) ?? [];
  return (
    <>
      <Notices {...props} />
      {problem && (
        <ProblemBanner
          error={problem}
          actions={[
            { label: trans.__('Dismiss'), onClick: () => setProblem(null) }
          ]}
        />
      )}
      {current && <StaleBanner inspection={current} trans={trans} />}
      {current && <TimeDoubt inspection={current} trans={trans} />}
      {problems.length > 0 && (
        <Banner tone="info">{problems.join('\n')}</Banner>
      )}
      <Section
        title={trans.__('Notebook')}
        least={[HEAD + Math.min(frames.length, 3) * FRAME, 24]}
        detail={path?.split('/').pop()}
        actions={
          current?.reference ? (
            <SwapButton onSwap={() => attempt(current.swap())} trans={trans} />
          ) : undefined
        }
      >
        {frames.length === 0 && (
          <p className="px-section-note">
            {trans.__('No dataframes yet. Run the cells that make them.')}
          </p>
        )}
        <FrameList
          frames={frames}
          inspection={current}
          trans={trans}
          onInspect={frame => attempt(phoenix.inspect(named(frame)))}
          onCompare={(frame, anchor) => setComparing({ frame, anchor })}
          onCorpus={frame => {
            if (current) {
              attempt(current.useCorpus(frame && named(frame)));
            }
          }}
        />
        {current && other && (
          <div className="px-offer" role="status">
            <span>{trans.__('One dataframe. Compare it?')}</span>
            <button
              type="button"
              className="px-button px-mod-primary"
              onClick={() => attempt(current.compare(named(other)))}
            >
              {trans.__('Compare with %1', other.names[0])}
            </button>
          </div>
        )}
      </Section>
      {comparing && (
        <Menu
          anchor={comparing.anchor}
          label={trans.__('Compare %1 with…', comparing.frame.names[0] ?? '')}
          choices={candidates(frames, comparing.frame).map(frame => ({
            value: frame,
            label: frame.names[0],
            detail: aboutText(frame, comparing.frame, trans)
          }))}
          onChoose={reference =>
            attempt(phoenix.inspect(named(comparing.frame), named(reference)))
          }
          onClose={() => setComparing(null)}
        />
      )}
      {current && (
        <FindingsSection
          key={current.id}
          phoenix={phoenix}
          inspection={current}
          trans={trans}
          onInsert={actions.insert}
          onAttempt={attempt}
        />
      )}
      <Section
        title={trans.__('Views')}
        least={current ? [HEAD + VIEWS, 32] : undefined}
        detail={
          current
            ? trans._n(
                '%2 column',
                '%2 columns',
                current.primary.columns.length,
                count(current.primary.columns.length)
              )
            : undefined
        }
      >
        {current ? (
          <ColumnList
            key={current.primary.ref}
            inspection={current}
            current={phoenix.column}
            trans={trans}
            onCorrect={(column, said) => attempt(current.correct(column, said))}
          />
        ) : (
          <p className="px-section-note">
            {trans.__(
              'Right-click a dataframe and choose Inspect with Phoenix. Its columns will be listed here.'
            )}
          </p>
        )}
      </Section>
      <Section
        title={trans.__('Selections')}
        least={[HEAD + SELECTIONS, 16]}
        actions={
          current && <SelectionUndo inspection={current} trans={trans} />
        }
      >
        {current ? (
          <SelectionList
            inspection={current}
            elsewhere={
              path === null
                ? []
                : phoenix.shelf
                    .of(path)
                    .filter(
                      kept =>
                        kept.selections.length > 0 &&
                        !phoenix.shelf.waiting(path).includes(kept)
                    )
            }
            trans={trans}
            onInsert={actions.insert}
            onExport={actions.exportRows}
            onAttempt={attempt}
          />
        ) : (
          <p className="px-section-note">
            {trans.__('Rows you save, ready to insert or export.')}
          </p>
        )}
        <Waiting {...props} />
      </Section>
    </>
  );
}

/** What was saved in the notebook of sets that are not inspected now. */
function Waiting(props: PhoenixPanel.IOptions): React.ReactElement | null {
  const { phoenix, trans } = props;
  const { path, shelf } = phoenix;
  return path === null ? null : (
    <KeptNotes kept={shelf.waiting(path)} trans={trans} />
  );
}

/** What stands in the way, above everything else. */
function Notices(props: PhoenixPanel.IOptions): React.ReactElement | null {
  const { phoenix, trans } = props;
  const { state, message, hint, kernel, busySince, reading } = phoenix;
  // Where a kernel has subshells it answers beside the cell.
  const waits = kernel?.subshells
    ? undefined
    : reading.find(job => job.waitsSince !== null);
  if (state === 'busy' || waits) {
    const since = busySince ?? waits?.waitsSince ?? null;
    return <Busy since={since} phoenix={phoenix} trans={trans} />;
  }
  if (state === 'failed') {
    return (
      <Banner tone="error" actions={[look(phoenix, trans)]}>
        <b>{message}</b> {hint}
      </Banner>
    );
  }
  if (state === 'starting') {
    return <Banner tone="info">{message}</Banner>;
  }
  if (kernel && kernel.pyarrow === null) {
    const code = '%pip install pyarrow';
    const insert: IBannerAction = {
      label: trans.__('Insert this cell'),
      onClick: () => phoenix.insertCode(code)
    };
    return (
      <Banner tone="error" actions={[insert]}>
        {trans.__('Dataframes need pyarrow in this kernel:')}{' '}
        <code>{code}</code>
      </Banner>
    );
  }
  if (message && reading.length === 0) {
    return <Banner tone="error">{message}</Banner>;
  }
  return null;
}

function Busy(props: {
  readonly since: number | null;
  readonly phoenix: IPhoenix;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { since, phoenix, trans } = props;
  const [now, setNow] = React.useState(Date.now());
  React.useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, []);
  const time = seconds(Math.max(1, (now - (since ?? now)) / 1000));
  const [job] = phoenix.reading;
  return (
    <Banner
      tone="info"
      actions={
        job
          ? [{ label: trans.__('Cancel'), onClick: () => job.cancel() }]
          : undefined
      }
    >
      <b>{trans.__('Kernel busy')}</b>{' '}
      {job
        ? trans.__('for %1. Will read %2 when idle.', time, job.name)
        : trans.__('for %1. Its dataframes will be listed when idle.', time)}
    </Banner>
  );
}

function named(frame: FrameListing): IFrameName {
  return { ref: frame.ref, name: frame.names[0] };
}
