import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon, ReactWidget } from '@jupyterlab/ui-components';
import { type ISignal, Signal } from '@lumino/signaling';
import * as React from 'react';

import { stateOf } from '../model/restoring';
import {
  type IInspection,
  type IInspectionState,
  type IPhoenix,
  PERFORMANCE,
  RETRIEVAL
} from '../tokens';
import { ViewBoundary } from './boundary';
import { Banner, Cohort, TimeDoubt } from './parts';
import { PartNotice } from './part-notice';
import { Waiting } from './waiting';

const Overview = React.lazy(async () => ({
  default: (await import('./overview')).OverviewView
}));
const Column = React.lazy(async () => ({
  default: (await import('./column')).ColumnView
}));
const Performance = React.lazy(async () => ({
  default: (await import('./performance')).PerformanceView
}));
const Retrieval = React.lazy(async () => ({
  default: (await import('./retrieval')).RetrievalView
}));
const Embedding = React.lazy(async () => ({
  default: (await import('./embedding')).EmbeddingView
}));

/** The content of a tab: the overview, or a column, of one inspection. */
export class ViewTab extends ReactWidget {
  constructor(options: ViewTab.IOptions) {
    super();
    this.addClass('px-tab');
    this.column = options.column;
    this._phoenix = options.phoenix;
    this._trans = options.trans;
    this._state = options.state;
    this._openNotebook = options.openNotebook;
    if (options.inspection) {
      this.inspection = options.inspection;
    }
  }

  /** The column that is shown; null for the overview. */
  readonly column: string | null;

  /** Whether there is no notebook but the one that it is of, which then need not be named. */
  get isOfOne(): boolean {
    return this._isOfOne;
  }

  set isOfOne(isOfOne: boolean) {
    if (isOfOne !== this._isOfOne) {
      this._isOfOne = isOfOne;
      this.update();
    }
  }

  get inspection(): IInspection | null {
    return this._inspection;
  }

  set inspection(inspection: IInspection | null) {
    this._inspection?.changed.disconnect(this._onChanged, this);
    this._hold?.dispose();
    this._inspection = inspection;
    this._hold = inspection && this._phoenix.hold(inspection);
    inspection?.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  /** What is needed to open this tab again. */
  get state(): IInspectionState {
    return this._inspection ? stateOf(this._inspection) : this._state;
  }

  /** Emitted when the sets or what is kept of them changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._inspection?.changed.disconnect(this._onChanged, this);
    this._hold?.dispose();
    this._hold = null;
    super.dispose();
    Signal.clearData(this);
  }

  protected render(): React.ReactElement {
    const trans = this._trans;
    const inspection = this._inspection;
    if (!inspection) {
      return (
        <Waiting
          phoenix={this._phoenix}
          state={this._state}
          trans={trans}
          onRead={found => {
            this.inspection = found;
            this._phoenix.select(found, this.column);
          }}
        />
      );
    }
    if (inspection.isDisposed) {
      return (
        <Banner tone="info">
          {trans.__('The notebook of this view was closed.')}
        </Banner>
      );
    }
    return (
      <ViewBoundary key={inspection.id} trans={trans}>
        <React.Suspense
          fallback={
            <div className="px-tab-loading" role="status">
              {trans.__('Loading the view…')}
            </div>
          }
        >
          <div
            className="px-tab-frame"
            onKeyDown={event => undoOn(event, inspection)}
          >
            {!this._isOfOne && (
              <div className="px-view px-tab-notebook">
                <NotebookLink
                  path={inspection.path}
                  onOpen={this._openNotebook}
                  trans={trans}
                />
              </div>
            )}
            <div className="px-view px-cohort-frame">
              <PartNotice
                phoenix={this._phoenix}
                inspection={inspection}
                trans={trans}
              />
              <TimeDoubt inspection={inspection} trans={trans} />
              <Cohort inspection={inspection} trans={trans} />
            </div>
            {this._view(inspection)}
          </div>
        </React.Suspense>
      </ViewBoundary>
    );
  }

  private _view(inspection: IInspection): React.ReactElement {
    const props = { inspection, trans: this._trans };
    const { column } = this;
    if (column === null) {
      return <Overview {...props} />;
    }
    if (column === PERFORMANCE) {
      return <Performance {...props} />;
    }
    if (column === RETRIEVAL) {
      return <Retrieval {...props} />;
    }
    const info = inspection.primary.columns.find(({ name }) => name === column);
    return info?.kind === 'vector' ? (
      <Embedding {...props} embedding={column} />
    ) : (
      <Column {...props} column={column} />
    );
  }

  private _onChanged(): void {
    this._changed.emit();
    this.update();
  }

  private readonly _phoenix: IPhoenix;
  private readonly _trans: TranslationBundle;
  private readonly _state: IInspectionState;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _openNotebook: (path: string) => void;
  private _isOfOne = true;
  private _inspection: IInspection | null = null;
  private _hold: ReturnType<IPhoenix['hold']> | null = null;
}

export namespace ViewTab {
  export interface IOptions {
    readonly phoenix: IPhoenix;
    readonly trans: TranslationBundle;
    readonly column: string | null;
    /** What the tab is about, until (or in case that) there is no inspection. */
    readonly state: IInspectionState;
    readonly inspection: IInspection | null;
    /** Bring a notebook to the front. */
    readonly openNotebook: (path: string) => void;
  }
}

/** Of which notebook a view is, and the way there. */
function NotebookLink(props: {
  readonly path: string;
  readonly onOpen: (path: string) => void;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { path, onOpen, trans } = props;
  const name = PathExt.basename(path);
  return (
    <button
      type="button"
      title={path}
      aria-label={trans.__('Notebook of this view: %1', name)}
      onClick={() => onOpen(path)}
    >
      <notebookIcon.react tag="span" width="12px" height="12px" />
      {name}
    </button>
  );
}

/** Take back the last change of the conditions, unless the view had something of its own to take back. */
function undoOn(event: React.KeyboardEvent, inspection: IInspection): void {
  const target = event.target as HTMLElement;
  const isUndo =
    (event.ctrlKey || event.metaKey) &&
    !event.shiftKey &&
    !event.altKey &&
    event.key.toLowerCase() === 'z';
  if (
    isUndo &&
    !event.defaultPrevented &&
    !target.matches('input, textarea, select, [contenteditable]') &&
    inspection.undoCohort()
  ) {
    event.preventDefault();
    event.stopPropagation();
  }
}
