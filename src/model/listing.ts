import type { Kernel } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Client } from '../api/client';
import type {
  Change,
  FrameListing,
  Frames,
  KernelState
} from '../api/contract';
import { asProblem, isAbort } from '../api/problem';
import { isPython } from '../notebook/bridge';
import type { Source } from '../notebook/source';
import type { IPhoenix } from '../tokens';
import { VERSION } from '../version';

/** A kernel that has not answered after this time, in ms, is called busy if it says so itself. */
export const PATIENCE = 1000;

/** A kernel with such a status answers nothing. */
const GONE: readonly Kernel.Status[] = [
  'dead',
  'terminating',
  'restarting',
  'autorestarting'
];

/** Where things stand, in the words of the panel. */
export type IStatus = Pick<IPhoenix, 'state' | 'message' | 'hint'>;

/** The dataframes of the kernel of one notebook, as far as somebody asked for them. */
export class Listing {
  constructor(options: Listing.IOptions) {
    this._source = options.source;
    this._client = options.client;
    this._trans = options.trans;
    this._told = this._text();
    this._source.lost.connect(() => this._forget());
    this._source.changed.connect(() => {
      if (this._told !== this._text()) {
        this._tell();
      }
    });
  }

  get kernel(): KernelState | null {
    return this._kernel;
  }

  get frames(): readonly FrameListing[] {
    return this._frames;
  }

  /** What had changed of the sets that were asked about last. */
  get changes(): readonly Change[] {
    return this._changes;
  }

  /** When the kernel was found busy, in ms since the epoch, or null. */
  get busySince(): number | null {
    return this._busySince;
  }

  /** What the kernel's status says, and what came of the last look. */
  get status(): IStatus {
    const trans = this._trans;
    const { context, kernel } = this._source;
    const starting = status('starting', trans.__('The kernel is starting.'));
    switch (kernel?.status) {
      case undefined:
        // What JupyterLab itself says of a notebook whose kernel is not there yet.
        return ['initializing', 'starting', 'restarting'].includes(
          context.kernelDisplayStatus
        )
          ? starting
          : status('no-kernel', trans.__('No kernel'));
      case 'dead':
      case 'terminating':
        return status('no-kernel', trans.__('No kernel'));
      case 'starting':
      case 'restarting':
      case 'autorestarting':
        return starting;
    }
    return this._busySince === null
      ? (this._found ?? starting)
      : status('busy', trans.__('Kernel busy'));
  }

  /** Emitted when the dataframes or the status are others. */
  get changed(): ISignal<Listing, void> {
    return this._changed;
  }

  /**
   * Ask the kernel what it holds, and what of some sets has changed.
   *
   * @returns whether it has answered, and the answer is not that of an earlier kernel.
   */
  async look(sets: readonly string[] = []): Promise<boolean> {
    const { kernel } = this._source;
    // One that starts answers when it has started; one that restarts is looked at then.
    if (!kernel || GONE.includes(kernel.status)) {
      return false;
    }
    this._abort.abort();
    const abort = (this._abort = new AbortController());
    const isOld = (): boolean =>
      abort.signal.aborted || this._source.kernel !== kernel;
    const impatient = window.setTimeout(() => {
      if (!isOld() && kernel.status === 'busy') {
        this._busySince ??= Date.now();
        this._tell();
      }
    }, PATIENCE);
    try {
      const found = await this._ask(kernel, sets, abort.signal);
      if (isOld()) {
        return false;
      }
      this._found = found.status;
      if (found.answer) {
        this._kernel = found.answer.kernel;
        this._frames = found.answer.frames;
        this._changes = found.answer.changes;
      }
      return found.answer !== null;
    } catch (error) {
      if (!isAbort(error) && !isOld()) {
        const { message, hint } = asProblem(error);
        this._found = status('failed', message, hint);
      }
      return false;
    } finally {
      window.clearTimeout(impatient);
      if (!isOld()) {
        this._busySince = null;
        this._tell();
      }
    }
  }

  private async _ask(
    kernel: Kernel.IKernelConnection,
    sets: readonly string[],
    signal: AbortSignal
  ): Promise<{ status: IStatus; answer: Frames | null }> {
    const trans = this._trans;
    if (!(await isPython(kernel))) {
      return {
        status: status(
          'unsupported',
          trans.__('This kernel does not speak Python'),
          trans.__('Phoenix reads the dataframes of Python kernels.')
        ),
        answer: null
      };
    }
    const answer = await this._client.frames(kernel.id, sets, signal);
    const { problem, python } = answer.kernel;
    return {
      status:
        problem !== null && python === ''
          ? status('unsupported', problem)
          : status('ready', problem ?? this._mismatch(answer.kernel) ?? ''),
      answer
    };
  }

  /** One sentence when the halves are of different versions. */
  private _mismatch(kernel: KernelState): string | null {
    if (kernel.server_version !== VERSION) {
      return this._trans.__(
        'This page is of Phoenix %1, the server of %2. Reload the page; if that does not help, restart the Jupyter server.',
        VERSION,
        kernel.server_version
      );
    }
    if (kernel.phoenix_lab !== null && kernel.phoenix_lab !== VERSION) {
      return this._trans.__(
        'The kernel has phoenix_lab %1, the server %2. Run `%pip install phoenix_lab==%2` in the notebook.',
        kernel.phoenix_lab,
        kernel.server_version
      );
    }
    return null;
  }

  /** The kernel that held them is no more. */
  private _forget(): void {
    this._abort.abort();
    this._kernel = null;
    this._frames = [];
    this._changes = [];
    this._found = null;
    this._busySince = null;
    this._tell();
  }

  private _tell(): void {
    this._told = this._text();
    this._changed.emit();
  }

  private _text(): string {
    return JSON.stringify(this.status);
  }

  private readonly _source: Source;
  private readonly _client: Client;
  private readonly _trans: TranslationBundle;
  private readonly _changed = new Signal<Listing, void>(this);
  private _kernel: KernelState | null = null;
  private _frames: readonly FrameListing[] = [];
  private _changes: readonly Change[] = [];
  private _found: IStatus | null = null;
  private _busySince: number | null = null;
  private _abort = new AbortController();
  /** The status that was last told of, as text. */
  private _told: string;
}

export namespace Listing {
  export interface IOptions {
    readonly source: Source;
    readonly client: Client;
    readonly trans: TranslationBundle;
  }
}

function status(
  state: IStatus['state'],
  message: string,
  hint: string | null = null
): IStatus {
  return { state, message, hint };
}
