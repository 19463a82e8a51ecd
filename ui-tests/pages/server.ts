import { type ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { createServer, type AddressInfo } from 'net';
import * as path from 'path';

/** A Jupyter server for one worker, so that tests which run at once share no kernel, file, setting or cached result. */
export class Server {
  private constructor(
    private readonly _process: ChildProcess,
    readonly url: string
  ) {}

  /**
   * Start a server.
   *
   * @param worker - which of those that run at once
   * @param base - the path that everything lies below, from "/" to "/"
   */
  static async start(worker: number, base: string): Promise<Server> {
    const port = await freePort();
    const config = path.join(__dirname, '..', 'jupyter_config.py');
    const log = process.env.PHX_SERVER_LOG ? 'inherit' : 'ignore';
    const started = spawn('jupyter', ['lab', `--config=${config}`], {
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        JUPYTER_TOKEN: process.env.PHX_TOKEN,
        PHX_BASE: base,
        PHX_PORT: String(port),
        PHX_WORKER: String(worker)
      }
    });
    const server = new Server(started, `http://127.0.0.1:${port}${base}`);
    await server._answers();
    return server;
  }

  /** End the server and its kernels. */
  async stop(): Promise<void> {
    if (this._process.exitCode === null) {
      const ended = once(this._process, 'exit');
      this._process.kill('SIGTERM');
      const late = setTimeout(() => this._process.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(late);
    }
  }

  private async _answers(): Promise<void> {
    for (const begun = Date.now(); Date.now() - begun < 120_000;) {
      if (this._process.exitCode !== null) {
        break;
      }
      try {
        if ((await fetch(`${this.url}api`)).ok) {
          return;
        }
      } catch {
        // It does not listen yet.
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    await this.stop();
    throw new Error(
      'The Jupyter server does not start; PHX_SERVER_LOG=1 shows its log.'
    );
  }
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
