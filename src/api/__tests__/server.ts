import { createServer, type IncomingMessage, type Server } from 'http';
import type { AddressInfo } from 'net';

import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Table, tableToIPC, vectorFromArray } from 'apache-arrow';

import { Client } from '../client';
import type { InferencesModel } from '../contract';

/** A request as the server half would get it. */
export interface IAsked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** What is answered: a status, and bytes or JSON; `lines` are sent one by one. */
export interface IAnswer {
  readonly status?: number;
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  readonly lines?: AsyncIterable<string> | Iterable<string>;
}

/** An HTTP server on this machine that speaks the wire format, and a client of it. */
export class WireServer {
  static async start(
    answer: (asked: IAsked) => IAnswer | Promise<IAnswer>
  ): Promise<WireServer> {
    const wire = new WireServer(answer);
    await new Promise<void>(resolve => {
      wire._server.listen(0, '127.0.0.1', resolve);
    });
    return wire;
  }

  private constructor(answer: (asked: IAsked) => IAnswer | Promise<IAnswer>) {
    this._server = createServer((request, response) => {
      void (async () => {
        const asked = {
          method: request.method ?? '',
          // `makeRequest` adds a time to what must not be cached.
          path: (request.url ?? '').replace(/[?&]\d+$/, ''),
          body: await bodyOf(request)
        };
        this.asked.push(asked);
        request.socket.once('close', () => this.closed.push(asked.path));
        const { status = 200, json, bytes, lines } = await answer(asked);
        response.writeHead(status, { 'Access-Control-Allow-Origin': '*' });
        if (lines) {
          for await (const line of lines) {
            response.write(line);
          }
          response.end();
        } else {
          response.end(bytes ?? JSON.stringify(json ?? {}));
        }
      })();
    });
  }

  readonly asked: IAsked[] = [];
  /** Paths whose connections were closed. */
  readonly closed: string[] = [];

  get client(): Client {
    const { port } = this._server.address() as AddressInfo;
    return new Client({
      trans: nullTranslator.load('phoenix_lab'),
      serverSettings: ServerConnection.makeSettings({
        baseUrl: `http://127.0.0.1:${port}/base/`,
        fetch: fetch as typeof globalThis.fetch
      })
    });
  }

  stop(): Promise<void> {
    return new Promise(resolve => {
      this._server.close(() => resolve());
      this._server.closeAllConnections();
    });
  }

  private readonly _server: Server;
}

function bodyOf(request: IncomingMessage): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => resolve(text ? JSON.parse(text) : undefined));
    request.on('error', reject);
  });
}

/** A table as the server sends it, with facts in its metadata. */
export function ipc(
  columns: Record<string, unknown[]>,
  meta?: Record<string, unknown>
): Uint8Array {
  const table = new Table(
    Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [
        name,
        vectorFromArray(values)
      ])
    )
  );
  if (meta) {
    table.schema.metadata.set('phoenix_lab', JSON.stringify(meta));
  }
  return tableToIPC(table, 'stream');
}

/** A set that the server knows. */
export function inferences(
  change: Partial<InferencesModel> = {}
): InferencesModel {
  return {
    id: 'i1',
    kernel_id: 'k',
    ref: 'r1',
    name: 'prod',
    variable: 'prod',
    library: 'pandas',
    n_rows: 3,
    n_columns: change.columns?.length ?? 0,
    nbytes: 24,
    columns: [],
    span: null,
    problems: [],
    schema: null,
    given: null,
    corrections: [],
    plausible: [],
    look: 'l1',
    digests: {},
    is_query: false,
    ...change
  };
}
