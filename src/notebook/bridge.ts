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
    source.started.connect(() => {
      this._register(source).catch(() => undefined);
    });
    if (source.kernel) {
      this._register(source).catch(() => undefined);
    }
  }

  private async _register(source: Source): Promise<void> {
    const kernel = source.kernel;
    if (!this._isOn || !kernel || !(await isPython(kernel))) {
      return;
    }
    const code = await this._load();
    if (kernel.isDisposed || source.kernel !== kernel) {
      return;
    }
    await kernel.requestExecute({
      code,
      silent: true,
      store_history: false,
      allow_stdin: false,
      stop_on_error: false
    }).done;
  }

  private async _load(): Promise<string> {
    this._code ??= this._client.bridge().then(({ code }) => code);
    try {
      return await this._code;
    } catch (error) {
      this._code = null;
      throw error;
    }
  }

  private readonly _client: Client;
  private _isOn = true;
  private _code: Promise<string> | null = null;
}

/** Whether a kernel speaks Python. */
export async function isPython(
  kernel: Kernel.IKernelConnection
): Promise<boolean> {
  const { language_info } = await kernel.info;
  return language_info.name.toLowerCase() === 'python';
}
