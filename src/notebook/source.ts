import type { ISessionContext } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

/**
 * A notebook or console, and what happens in its kernel.
 *
 * It only listens to what the kernel tells everybody; it never runs anything.
 */
export class Source implements IDisposable {
  constructor(
    readonly widget: Widget,
    readonly context: ISessionContext,
    /** The notebook, unless it is a console. */
    readonly notebook: NotebookPanel | null
  ) {
    context.kernelChanged.connect(this._onKernel, this);
    context.statusChanged.connect(this._onStatus, this);
    context.iopubMessage.connect(this._onMessage, this);
    context.propertyChanged.connect(this._onProperty, this);
    widget.disposed.connect(this.dispose, this);
  }

  get path(): string {
    return this.notebook?.context.path ?? this.context.path;
  }

  get kernel(): Kernel.IKernelConnection | null {
    return this.context.session?.kernel ?? null;
  }

  /** The Python kernel that the server offers, its usual kernel if that is one. */
  get python(): {
    readonly name: string;
    readonly display_name: string;
  } | null {
    const { specs } = this.context.specsManager;
    const all = Object.values(specs?.kernelspecs ?? {}).flatMap(spec =>
      spec?.language.toLowerCase() === 'python' ? [spec] : []
    );
    return all.find(({ name }) => name === specs?.default) ?? all[0] ?? null;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Emitted when there is another kernel, or none, or its status has changed, or the path. */
  get changed(): ISignal<Source, void> {
    return this._changed;
  }

  /** Emitted when a kernel has started anew, so that nothing of ours is in it. */
  get started(): ISignal<Source, void> {
    return this._started;
  }

  /** Emitted when everything that a kernel held is gone. */
  get lost(): ISignal<Source, void> {
    return this._lost;
  }

  /** Emitted when code that somebody ran has ended. */
  get executed(): ISignal<Source, void> {
    return this._executed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._lost.emit();
    Signal.disconnectReceiver(this);
    Signal.clearData(this);
  }

  private _onKernel(): void {
    this._running.clear();
    this._lost.emit();
    if (this.kernel) {
      this._started.emit();
    }
    this._changed.emit();
  }

  private _onStatus(_: ISessionContext, status: Kernel.Status): void {
    if (status === 'restarting' || status === 'autorestarting') {
      this._restarting = true;
      this._running.clear();
      this._lost.emit();
    } else if (status === 'dead' || status === 'terminating') {
      this._lost.emit();
    } else if (this._restarting && (status === 'idle' || status === 'busy')) {
      this._restarting = false;
      this._started.emit();
    }
    this._changed.emit();
  }

  private _onProperty(): void {
    this._changed.emit();
  }

  /**
   * Code that is shown to others announces itself with `execute_input`; a silent request, such as the server's own, does not.
   */
  private _onMessage(
    _: ISessionContext,
    message: KernelMessage.IMessage
  ): void {
    const parent = (message.parent_header as { msg_id?: string }).msg_id;
    if (parent === undefined) {
      return;
    }
    if (message.header.msg_type === 'execute_input') {
      this._running.add(parent);
    } else if (
      message.header.msg_type === 'status' &&
      (message.content as { execution_state?: string }).execution_state ===
        'idle' &&
      this._running.delete(parent)
    ) {
      this._executed.emit();
    }
  }

  private readonly _changed = new Signal<Source, void>(this);
  private readonly _started = new Signal<Source, void>(this);
  private readonly _lost = new Signal<Source, void>(this);
  private readonly _executed = new Signal<Source, void>(this);
  private readonly _running = new Set<string>();
  private _restarting = false;
  private _isDisposed = false;
}
