import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  AnalysisEvent,
  AnalysisModel,
  AnalysisRequest,
  ColumnsRequest,
  ExportModel,
  ImagesRequest,
  LabelsModel,
  ExportRequest,
  Frames,
  HistoryStatus,
  InferencesModel,
  InferencesRequest,
  Problem,
  RolesRequest
} from './contract';
import { isAbort, ProblemError } from './problem';

/** Code that registers the bridge in a kernel, and the version of the server half that sent it. */
export interface IBridge {
  readonly version: string;
  readonly code: string;
}

/**
 * The server half: the only place that talks to it.
 *
 * Every failure is a `ProblemError`, except an abort, which stays an `AbortError`.
 */
export class Client {
  constructor(options: Client.IOptions) {
    this._settings = options.serverSettings ?? ServerConnection.makeSettings();
    this._trans = options.trans;
  }

  bridge(): Promise<IBridge> {
    return this._json<IBridge>('bridge');
  }

  frames(
    kernelId: string,
    /** Sets of which is to be said what has changed. */
    sets: readonly string[] = [],
    signal?: AbortSignal
  ): Promise<Frames> {
    const query = new URLSearchParams([
      ['kernel_id', kernelId],
      ...sets.map(id => ['set', id])
    ]);
    return this._json<Frames>(`frames?${query.toString()}`, { signal });
  }

  read(
    request: InferencesRequest,
    signal?: AbortSignal
  ): Promise<InferencesModel> {
    return this._json<InferencesModel>('inferences', {
      ...post(request),
      signal
    });
  }

  /** Those of some sets that the server still has. */
  known(ids: readonly string[]): Promise<InferencesModel[]> {
    const query = new URLSearchParams(ids.map(id => ['set', id]));
    return this._json<InferencesModel[]>(`inferences?${query.toString()}`);
  }

  /** The same values, with other roles. */
  roles(id: string, request: RolesRequest): Promise<InferencesModel> {
    return this._json<InferencesModel>(
      `inferences/${encodeURIComponent(id)}/roles`,
      post(request)
    );
  }

  async release(id: string): Promise<void> {
    await this._request(`inferences/${encodeURIComponent(id)}`, {
      method: 'DELETE'
    });
  }

  /** Values of columns, as an Arrow stream. */
  async columns(
    id: string,
    request: ColumnsRequest,
    signal?: AbortSignal
  ): Promise<Uint8Array> {
    const response = await this._request(
      `inferences/${encodeURIComponent(id)}/columns`,
      { ...post(request), signal }
    );
    return new Uint8Array(await response.arrayBuffer());
  }

  /** The images that some rows of a column are, or name, as an Arrow stream. */
  async images(id: string, request: ImagesRequest): Promise<Uint8Array> {
    const path = `inferences/${encodeURIComponent(id)}/images`;
    const response = await this._request(path, post(request));
    return new Uint8Array(await response.arrayBuffer());
  }

  /** What the dataframe's own index calls rows; null where that is their places. */
  labels(id: string, rows: readonly number[]): Promise<LabelsModel> {
    return this._json<LabelsModel>(
      `inferences/${encodeURIComponent(id)}/labels`,
      post({ rows })
    );
  }

  /** What became of the monitors of a history, a file that the server can read. */
  monitors(path: string, signal?: AbortSignal): Promise<HistoryStatus> {
    const query = new URLSearchParams({ history: path });
    return this._json<HistoryStatus>(`monitors?${query.toString()}`, {
      signal
    });
  }

  analyse(request: AnalysisRequest): Promise<AnalysisModel> {
    return this._json<AnalysisModel>('analyses', post(request));
  }

  async cancel(id: string): Promise<void> {
    await this._request(`analyses/${encodeURIComponent(id)}`, {
      method: 'DELETE'
    });
  }

  /** Where an analysis stands, again and again until it has ended. */
  async *events(
    id: string,
    signal?: AbortSignal
  ): AsyncGenerator<AnalysisEvent> {
    const response = await this._request(
      `analyses/${encodeURIComponent(id)}/events`,
      { signal }
    );
    for await (const line of lines(response)) {
      yield JSON.parse(line) as AnalysisEvent;
    }
  }

  /** A table of a finished analysis, as an Arrow stream; without `part`, the main one. */
  async result(
    id: string,
    part?: string,
    signal?: AbortSignal
  ): Promise<Uint8Array> {
    const query =
      part === undefined ? '' : URLExt.objectToQueryString({ part });
    const response = await this._request(
      `analyses/${encodeURIComponent(id)}/result${query}`,
      { signal }
    );
    return new Uint8Array(await response.arrayBuffer());
  }

  exportRows(request: ExportRequest): Promise<ExportModel> {
    return this._json<ExportModel>('exports', post(request));
  }

  async clearCache(): Promise<void> {
    await this._request('cache', { method: 'DELETE' });
  }

  private async _json<T>(path: string, init: RequestInit = {}): Promise<T> {
    const response = await this._request(path, init);
    return (await response.json()) as T;
  }

  private async _request(
    path: string,
    init: RequestInit = {}
  ): Promise<Response> {
    const url = URLExt.join(
      this._settings.baseUrl,
      'phoenix-lab/api',
      // `join` would take the query apart.
      path.split('?')[0]
    );
    const query = path.includes('?') ? path.slice(path.indexOf('?')) : '';
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(
        url + query,
        init,
        this._settings
      );
    } catch (error) {
      if (isAbort(error) || init.signal?.aborted) {
        throw abortError();
      }
      throw new ProblemError({
        message: this._trans.__('The Jupyter server does not answer.'),
        hint: this._trans.__('Check that it still runs, then try again.')
      });
    }
    if (!response.ok) {
      throw await this._problem(response);
    }
    return response;
  }

  private async _problem(response: Response): Promise<ProblemError> {
    const status = response.status;
    const text = await response.text().catch(() => '');
    try {
      const data: unknown = JSON.parse(text);
      if (isProblem(data)) {
        return new ProblemError(data, status);
      }
    } catch {
      // Not JSON: a page of a proxy, or of a server without our half.
    }
    if (status === 404) {
      return new ProblemError(
        {
          message: this._trans.__(
            'The server half of Phoenix does not run on this Jupyter server.'
          ),
          hint: this._trans.__(
            'Run `pip install phoenix_lab` in the environment of the server and start it again.'
          )
        },
        status
      );
    }
    if (status === 401 || status === 403) {
      return new ProblemError(
        {
          message: this._trans.__(
            'This Jupyter server does not allow you to use Phoenix.'
          ),
          hint: this._trans.__('Log in again, or ask who runs the server.')
        },
        status
      );
    }
    return new ProblemError(
      {
        message: this._trans.__(
          'The Jupyter server answered with an error (%1).',
          status
        ),
        hint: this._trans.__('Its log says why.')
      },
      status
    );
  }

  private readonly _settings: ServerConnection.ISettings;
  private readonly _trans: TranslationBundle;
}

export namespace Client {
  export interface IOptions {
    readonly trans: TranslationBundle;
    readonly serverSettings?: ServerConnection.ISettings;
  }
}

/** The error of an aborted request, the same in every browser. */
export function abortError(): Error {
  return new DOMException('Aborted', 'AbortError');
}

function post(body: unknown): RequestInit {
  return { method: 'POST', body: JSON.stringify(body) };
}

/** Whether an answer is one of ours; Jupyter's own errors have a `message`, too, but no `hint`. */
function isProblem(data: unknown): data is Problem {
  return (
    typeof data === 'object' &&
    data !== null &&
    'hint' in data &&
    typeof (data as Partial<Problem>).message === 'string' &&
    (data as Problem).message !== ''
  );
}

/** The lines of a response as they arrive; blank ones are skipped. */
async function* lines(response: Response): AsyncGenerator<string> {
  const reader = response.body?.getReader();
  if (!reader) {
    return;
  }
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      const parts = rest.split('\n');
      rest = done ? '' : (parts.pop() ?? '');
      for (const part of parts) {
        if (part.trim()) {
          yield part;
        }
      }
      if (done) {
        return;
      }
    }
  } finally {
    // Whoever stops listening closes the connection.
    reader.cancel().catch(() => undefined);
  }
}
