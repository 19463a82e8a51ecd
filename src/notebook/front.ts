import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISessionContext } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import { Source } from './source';

/**
 * Which notebook or console is in front.
 *
 * A file that comes to the front leaves the last notebook where it was: it is still the one that is worked on. A view brings its own.
 */
export class Front {
  constructor(shell: JupyterFrontEnd.IShell, tracker: INotebookTracker) {
    this._tracker = tracker;
    tracker.forEach(panel => this._add(panel, panel.sessionContext, panel));
    tracker.widgetAdded.connect((_, panel) => {
      this._add(panel, panel.sessionContext, panel);
      // It may have come to the front before it was announced.
      if (panel === tracker.currentWidget) {
        this._look(panel);
      }
    });
    tracker.currentChanged.connect(() => this._look(tracker.currentWidget));
    shell.currentChanged?.connect(() => this._look(shell.currentWidget));
    this._look(shell.currentWidget ?? tracker.currentWidget);
    this._look(this._current?.widget ?? tracker.currentWidget);
  }

  get current(): Source | null {
    return this._current;
  }

  /** Emitted when another notebook or console came to the front, or none is left. */
  get changed(): ISignal<Front, void> {
    return this._changed;
  }

  /** Emitted when a notebook or console was opened. */
  get added(): ISignal<Front, Source> {
    return this._added;
  }

  get sources(): readonly Source[] {
    return [...this._sources.values()];
  }

  /** The notebook or console with a path, if it is open. */
  find(path: string): Source | null {
    return this.sources.find(source => source.path === path) ?? null;
  }

  /** Take the notebook or console with a path as the one in front, though something else is: a view of it. */
  show(path: string): void {
    const source = this.find(path);
    if (source) {
      this._set(source);
    }
  }

  private _add(
    widget: Widget,
    context: ISessionContext,
    notebook: NotebookPanel | null
  ): Source {
    const known = this._sources.get(widget);
    if (known) {
      return known;
    }
    const source = new Source(widget, context, notebook);
    this._sources.set(widget, source);
    widget.disposed.connect(() => {
      this._sources.delete(widget);
      if (this._current === source) {
        this._set(null);
        this._look(this._tracker.currentWidget);
      }
    });
    this._added.emit(source);
    return source;
  }

  private _look(widget: Widget | null): void {
    if (!widget || widget.isDisposed) {
      return;
    }
    if (this._tracker.has(widget)) {
      const panel = widget as NotebookPanel;
      this._set(this._add(panel, panel.sessionContext, panel));
      return;
    }
    const context = consoleContext(widget);
    if (context) {
      this._set(this._add(widget, context, null));
    }
  }

  private _set(source: Source | null): void {
    if (source !== this._current) {
      this._current = source;
      this._changed.emit();
    }
  }

  private readonly _tracker: INotebookTracker;
  private readonly _sources = new Map<Widget, Source>();
  private readonly _changed = new Signal<Front, void>(this);
  private readonly _added = new Signal<Front, Source>(this);
  private _current: Source | null = null;
}

/** The session of a console, known by its shape: the console's package is not needed for anything else. */
function consoleContext(widget: Widget): ISessionContext | null {
  const { console: inner, sessionContext } = widget as Widget & {
    console?: unknown;
    sessionContext?: ISessionContext;
  };
  return inner && sessionContext ? sessionContext : null;
}
