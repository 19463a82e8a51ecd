import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Table } from 'apache-arrow';

import { decode, meta } from '../api/arrow';
import { abortError, type Client } from '../api/client';
import type { AnalysisEvent, AnalysisRequest } from '../api/contract';
import { asProblem, isAbort, ProblemError } from '../api/problem';
import type { IAnalysis, IResult, Recipe } from '../tokens';

/** One question under way: posted at once, followed by its events, fetched when done. */
export class Analysis implements IAnalysis {
  constructor(options: Analysis.IOptions) {
    this._client = options.client;
    this._request = options.request;
    this._trans = options.trans;
    this.done = this._run();
    // Views may look at `event` alone; a failure nobody waits for is not an unhandled one.
    this.done.catch(() => undefined);
  }

  readonly done: Promise<IResult>;

  get recipe(): Recipe {
    return this._request.recipe;
  }

  get event(): AnalysisEvent {
    return this._event;
  }

  get changed(): ISignal<IAnalysis, AnalysisEvent> {
    return this._changed;
  }

  cancel(): void {
    if (this._event.state !== 'running') {
      return;
    }
    this._abort.abort();
    if (this._id !== null) {
      this._client.cancel(this._id).catch(() => undefined);
    }
    this._emit({ ...this._event, state: 'cancelled' });
  }

  private async _run(): Promise<IResult> {
    try {
      const { id, event } = await this._client.analyse(this._request);
      this._id = id;
      if (this._abort.signal.aborted) {
        // Cancelled before the server had said how it calls the work.
        this._client.cancel(id).catch(() => undefined);
        throw abortError();
      }
      let last = event;
      // The end is told once the tables are here, so that "done" means that they can be shown.
      const follow = (next: AnalysisEvent): void => {
        last = next;
        if (next.state === 'running') {
          this._emit(next);
        }
      };
      follow(event);
      if (event.state === 'running') {
        for await (const next of this._client.events(id, this._abort.signal)) {
          follow(next);
        }
      }
      if (last.state === 'cancelled') {
        throw abortError();
      }
      if (last.state !== 'done') {
        throw new ProblemError(
          last.problem ?? {
            message: this._trans.__(
              'The connection to the Jupyter server broke off.'
            ),
            hint: this._trans.__('Try again.')
          }
        );
      }
      const result = await this._fetch(id, last.parts);
      this._emit(last);
      return result;
    } catch (error) {
      if (isAbort(error) || this._abort.signal.aborted) {
        this._emit({ ...this._event, state: 'cancelled' });
        throw new ProblemError({ message: this._trans.__('Cancelled.') });
      }
      const problem = asProblem(error);
      this._emit({
        ...this._event,
        state: 'failed',
        problem: {
          message: problem.message,
          hint: problem.hint,
          column: problem.column
        }
      });
      throw problem;
    }
  }

  private async _fetch(id: string, names: readonly string[]): Promise<IResult> {
    const get = async (part?: string): Promise<Table> =>
      decode(await this._client.result(id, part, this._abort.signal));
    const [table, ...rest] = await Promise.all([
      get(),
      ...names.map(name => get(name))
    ]);
    return {
      table,
      parts: new Map(names.map((name, i) => [name, rest[i]])),
      meta: meta(table)
    };
  }

  private _emit(event: AnalysisEvent): void {
    if (this._event.state !== 'running') {
      return;
    }
    this._event = event;
    this._changed.emit(event);
  }

  private readonly _client: Client;
  private readonly _request: AnalysisRequest;
  private readonly _trans: TranslationBundle;
  private readonly _abort = new AbortController();
  private readonly _changed = new Signal<IAnalysis, AnalysisEvent>(this);
  private _id: string | null = null;
  private _event: AnalysisEvent = {
    state: 'running',
    stage: '',
    fraction: 0,
    remaining: null,
    elapsed: 0,
    cached: false,
    reading: null,
    parts: [],
    problem: null,
    trace: null
  };
}

export namespace Analysis {
  export interface IOptions {
    readonly client: Client;
    readonly request: AnalysisRequest;
    readonly trans: TranslationBundle;
  }
}
