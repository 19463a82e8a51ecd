import type { Kernel } from '@jupyterlab/services';

import type { Client } from '../api/client';
import type { Source } from './source';

/**
 * Registers the bridge in Python kernels when they start: one silent execution, no history, no count, no name.
 */
export class Bridge {
  constructor(client: Client) {
    this._client = client;
  }

  /** Whether kernels are told at their start; without it the server does so at first contact. */
  get isOn(): boolean {
    return this._isOn;
  }

  set isOn(on: boolean) {
    this._isOn = on;
  }

  /** Register in the kernel of a source now, and whenever it starts anew. */
  follow(source: Source): void {
    if (this._isOn) {
      // While the kernel starts; what is not there when the first cell runs comes too late for its output.
      this._load().catch(() => undefined);
    }
    source.started.connect(() => this._register(source));
    this._register(source);
  }

  /** Cells that are run now must come after the registration, so nothing is waited for that is known. */
  private _register(source: Source): void {
    const { kernel } = source;
    if (!this._isOn || !kernel) {
      return;
    }
    const { specs } = source.context.specsManager;
    const language = specs?.kernelspecs[kernel.name]?.language;
    if (this._code !== null && language !== undefined) {
      if (language.toLowerCase() === 'python') {
        this._send(kernel, this._code);
      }
      return;
    }
    Promise.all([this._load(), isPython(kernel)])
      .then(([code, fits]) => {
        if (fits && !kernel.isDisposed && source.kernel === kernel) {
          this._send(kernel, code);
        }
      })
      // Without it the server registers the bridge at first contact.
      .catch(() => undefined);
  }

  private _send(kernel: Kernel.IKernelConnection, code: string): void {
    kernel
      .requestExecute({
        code,
        silent: true,
        store_history: false,
        allow_stdin: false,
        stop_on_error: false
      })
      .done.catch(() => undefined);
  }

  private async _load(): Promise<string> {
    this._loading ??= this._client.bridge().then(({ code }) => code);
    try {
      this._code = await this._loading;
      return this._code;
    } catch (error) {
      this._loading = null;
      throw error;
    }
  }

  private readonly _client: Client;
  private _isOn = true;
  private _loading: Promise<string> | null = null;
  private _code: string | null = null;
}

/** Whether a kernel speaks Python. */
export async function isPython(
  kernel: Kernel.IKernelConnection
): Promise<boolean> {
  const { language_info } = await kernel.info;
  return language_info.name.toLowerCase() === 'python';
}
