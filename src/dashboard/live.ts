import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { AnalysisEvent, FrameListing } from '../api/contract';
import { asProblem, ProblemError } from '../api/problem';
import type {
  IAnalysis,
  IInspection,
  IPhoenix,
  IResult,
  Recipe
} from '../tokens';
import { askedOf, isSameQuestion } from './asked';
import { type IAnswerTile, isAnswer, isKeepable, type ILast } from './document';
import { keepAnswer } from './kept-answer';
import type { DashboardModel } from './model';

/** Where the dataframes of a dashboard are. */
export type Whereabouts =
  | 'unset' // none are chosen
  | 'closed' // their notebook is not open
  | 'no-kernel'
  | 'looking'
  | 'gone' // the kernel has not both of them
  | 'there';

/** A tile that is being asked, or was and failed. */
export interface IAsking {
  readonly event: AnalysisEvent | null;
  readonly error: ProblemError | null;
  readonly isPending: boolean;
  readonly cancel: () => void;
}

/** What the kernel of a dashboard's notebook holds of it, and the answers that were asked there. */
export class Live implements IDisposable {
  constructor(options: Live.IOptions) {
    this._phoenix = options.phoenix;
    this._model = options.model;
    this._path = options.path;
    this._trans = options.trans;
    this._model.changed.connect(this._tell, this);
    this._phoenix.changed.connect(this._tell, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Path of the notebook whose cells make the dataframes; null while there is none. */
  get notebook(): string | null {
    const { notebook } = this._model.dashboard;
    const { drive, path } = this._path();
    return notebook === null
      ? null
      : drive + PathExt.join(PathExt.dirname(path), notebook);
  }

  /** How a notebook is called in the file: as seen from its folder. */
  named(path: string): string {
    const { drive, path: own } = this._path();
    const local = path.startsWith(drive) ? path.slice(drive.length) : path;
    return PathExt.relative(PathExt.dirname(own), local);
  }

  /** The dataframes of the notebook's kernel, or of the notebook in front where none is chosen. */
  get frames(): readonly FrameListing[] {
    const path = this.notebook ?? this._phoenix.path;
    const frames = path === null ? null : this._phoenix.framesOf(path);
    return (frames ?? []).filter(({ names }) => names.length > 0);
  }

  get whereabouts(): Whereabouts {
    const { primary, reference } = this._model.dashboard;
    const path = this.notebook;
    if (path === null || primary === null) {
      return 'unset';
    }
    const frames = this._phoenix.framesOf(path);
    if (frames === null) {
      return 'closed';
    }
    if (!this._phoenix.hasKernel(path)) {
      return 'no-kernel';
    }
    const names = new Set(frames.flatMap(frame => frame.names));
    if (names.has(primary) && (reference === null || names.has(reference))) {
      return 'there';
    }
    const isUnsure = ['starting', 'busy'].includes(this._phoenix.state);
    return isUnsure && this._phoenix.path === path ? 'looking' : 'gone';
  }

  /** The inspection of the dataframes, once they were read. */
  get inspection(): IInspection | null {
    return this._inspection?.isDisposed ? null : this._inspection;
  }

  /** Why the dataframes could not be read. */
  get problem(): ProblemError | null {
    return this._problem;
  }

  get isReading(): boolean {
    return this._taking !== null;
  }

  asking(tile: IAnswerTile): IAsking | null {
    return this._asking.get(tile.id) ?? null;
  }

  /** Whether a tile shows what the dataframes, as they are now, answer to what it asks now. */
  isFresh(tile: IAnswerTile): boolean {
    const { inspection } = this;
    const answered = this._answered.get(tile.id);
    return (
      inspection !== null &&
      inspection.stale === null &&
      answered !== undefined &&
      answered.at === tile.last?.at &&
      answered.sets === setsOf(inspection) &&
      this.isSame(tile) &&
      this.whereabouts === 'there'
    );
  }

  /** Whether the last answer of a tile is to what it asks now, of the dataframes that are chosen now. */
  isSame({ recipe, last }: IAnswerTile): boolean {
    const { dashboard } = this._model;
    return (
      last !== null &&
      last.primary.name === dashboard.primary &&
      (last.reference?.name ?? null) === dashboard.reference &&
      isSameQuestion(last.asked, askedOf(recipe, dashboard))
    );
  }

  /** Read the dataframes as they are now, and ask all tiles, or some. */
  async refresh(ids: readonly string[] | null = null): Promise<void> {
    // Who asks for several tiles, one after the other, has the dataframes read once.
    this._taking ??= this._take().finally(() => {
      this._taking = null;
      this._tell();
    });
    this._tell();
    if (!(await this._taking)) {
      return;
    }
    const at = new Date().toISOString();
    const tiles = this._model.dashboard.tiles.filter(
      tile => ids === null || ids.includes(tile.id)
    );
    await Promise.all(
      tiles.map(tile => (isAnswer(tile) ? this._ask(tile, at) : null))
    );
  }

  /** Whether an inspection is of the dataframes that are chosen, and of no others. */
  isOf({ path, primary, reference, corpus }: IInspection): boolean {
    const { dashboard } = this._model;
    return (
      corpus === null &&
      path === this.notebook &&
      primary.variable !== null &&
      primary.variable === dashboard.primary &&
      (reference?.variable ?? null) === dashboard.reference
    );
  }

  /** Take what a view has answered already for a tile that was made of it. */
  adopt(
    tile: IAnswerTile,
    asked: Recipe,
    inspection: IInspection,
    result: IResult
  ): void {
    if (
      !this.isOf(inspection) ||
      !isSameQuestion(asked, askedOf(tile.recipe, this._model.dashboard))
    ) {
      return;
    }
    this._hold(inspection);
    this._keep(tile.id, asked, result, new Date().toISOString());
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._held?.dispose();
    this._inspection?.changed.disconnect(this._tell, this);
    Signal.disconnectReceiver(this);
    Signal.clearData(this);
  }

  /** Read the dataframes; false where there are none. */
  private async _take(): Promise<boolean> {
    const { primary, reference } = this._model.dashboard;
    const path = this.notebook;
    this._problem = null;
    if (path === null || primary === null) {
      return false;
    }
    try {
      this._phoenix.follow(path);
      await this._phoenix.refresh();
      if (this.whereabouts !== 'there') {
        // How to get them is said above the tiles.
        return false;
      }
      const inspection = await this._phoenix.take(path, primary, reference);
      if (!this._isDisposed) {
        this._hold(inspection);
      }
      return !this._isDisposed;
    } catch (error) {
      this._problem = asProblem(error);
      return false;
    }
  }

  private async _ask(tile: IAnswerTile, at: string): Promise<void> {
    const { inspection } = this;
    if (!inspection) {
      return;
    }
    const { id } = tile;
    const asked = askedOf(tile.recipe, this._model.dashboard);
    let analysis: IAnalysis | null = null;
    try {
      analysis = inspection.run(asked);
      const own = analysis;
      const show = (): void => {
        this._asking.set(id, {
          event: own.event,
          error: null,
          isPending: true,
          cancel: () => own.cancel()
        });
        this._tell();
      };
      show();
      own.changed.connect(show);
      let result: IResult;
      try {
        result = await own.done;
      } finally {
        own.changed.disconnect(show);
      }
      this._asking.delete(id);
      if (!this._isDisposed) {
        this._keep(id, asked, result, at);
      }
    } catch (error) {
      this._asking.set(id, {
        event: analysis?.event ?? null,
        error: asProblem(error),
        isPending: false,
        cancel: () => undefined
      });
    }
    this._tell();
  }

  private _keep(id: string, asked: Recipe, result: IResult, at: string): void {
    const { inspection } = this;
    const answer = keepAnswer(asked, result);
    if (!inspection || !answer) {
      return;
    }
    if (!isKeepable(answer)) {
      throw new ProblemError({
        message: this._trans.__('The answer is too large for a dashboard.'),
        hint: this._trans.__('Look at it in its view.')
      });
    }
    const { primary, reference } = inspection;
    const last: ILast = {
      at,
      primary: { name: primary.variable ?? primary.name, rows: primary.n_rows },
      reference: reference && {
        name: reference.variable ?? reference.name,
        rows: reference.n_rows
      },
      asked,
      answer
    };
    this._answered.set(id, { at: last.at, sets: setsOf(inspection) });
    this._model.keep(new Map([[id, last]]));
  }

  private _hold(inspection: IInspection): void {
    if (inspection !== this._inspection) {
      const before = this._held;
      this._inspection?.changed.disconnect(this._tell, this);
      this._held = this._phoenix.hold(inspection);
      this._inspection = inspection;
      inspection.changed.connect(this._tell, this);
      before?.dispose();
    }
  }

  private _tell(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _phoenix: IPhoenix;
  private readonly _model: DashboardModel;
  private readonly _path: Live.IOptions['path'];
  private readonly _trans: TranslationBundle;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _asking = new Map<string, IAsking>();
  /** By tile: when it was answered here, and of which sets. */
  private readonly _answered = new Map<
    string,
    { readonly at: string; readonly sets: string }
  >();
  private _inspection: IInspection | null = null;
  private _held: IDisposable | null = null;
  private _problem: ProblemError | null = null;
  private _taking: Promise<boolean> | null = null;
  private _isDisposed = false;
}

export namespace Live {
  export interface IOptions {
    readonly phoenix: IPhoenix;
    readonly model: DashboardModel;
    /** Where the file is. */
    readonly path: () => { readonly drive: string; readonly path: string };
    readonly trans: TranslationBundle;
  }
}

function setsOf({ primary, reference }: IInspection): string {
  return `${primary.id} ${reference?.id ?? ''}`;
}
