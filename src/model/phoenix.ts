import type { TranslationBundle } from '@jupyterlab/translation';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Client } from '../api/client';
import type {
  FrameListing,
  InferencesModel,
  KernelState
} from '../api/contract';
import { ProblemError } from '../api/problem';
import type { Front } from '../notebook/front';
import { read } from '../notebook/kept';
import { partNames } from '../notebook/rows-code';
import type { Source } from '../notebook/source';
import type {
  IAnalysis,
  IEmbedders,
  IEmbedding,
  Insertable,
  IExported,
  IFrameName,
  IInserted,
  IInspection,
  IInspectionState,
  IPhoenix,
  IPin,
  IPinRequest,
  IReading,
  IRoleChange,
  ISelection,
  IViewRequest
} from '../tokens';
import { candidates, lookOf } from './alike';
import type { IBack } from './back';
import { Correcting } from './correcting';
import type { Inspection } from './inspection';
import type { IInspectionHost } from './inspection-host';
import { Inspections } from './inspections';
import { type IStatus, Listing } from './listing';
import { Readings } from './readings';
import { restore, variableOf } from './restoring';
import { isOfImages, Roles } from './roles';
import { Shelf } from './shelf';
import { compare, idsOf, type ISeen } from './watch';

/** Wait so long after a cell, in ms, for the next one: a notebook that runs through is looked at once. */
const SETTLE = 250;

/** Follows the notebook in front: its kernel's dataframes, and the inspections of them. */
export class Phoenix implements IPhoenix, IInspectionHost {
  constructor(options: Phoenix.IOptions) {
    const { client, trans } = options;
    this._client = client;
    this._front = options.front;
    this._trans = trans;
    this._back = options.back;
    this._readings = new Readings({
      client,
      trans,
      frames: source => this._framesOf(source),
      roles: this.roles
    });
    this._readings.changed.connect(() => this._changed.emit());
    this._inspections = new Inspections({
      client,
      trans,
      readings: this._readings,
      roles: this.roles,
      host: this
    });
    this.shelf = new Shelf(this._inspections);
    this._correcting = new Correcting({
      readings: this._readings,
      inspections: this._inspections,
      roles: this.roles,
      trans
    });
    this._inspections.changed.connect(() => this._changed.emit());
    this._inspections.worked.connect((_, [inspection, analysis]) => {
      if (inspection === this.current) {
        this._worked.emit(analysis);
      }
    });
    for (const source of this._front.sources) {
      this._follow(source);
    }
    this._front.added.connect((_, source) => this._follow(source));
    this._front.changed.connect(() => this._lookNow());
    this._lookNow();
  }

  readonly shelf: Shelf;
  readonly roles = new Roles();

  // The notebook in front.

  get path(): string | null {
    return this._front.current?.path ?? null;
  }

  get kernel(): KernelState | null {
    return this._listing?.kernel ?? null;
  }

  get frames(): readonly FrameListing[] {
    return this._listing?.frames ?? [];
  }

  get state(): IPhoenix['state'] {
    return this._status.state;
  }

  get message(): string {
    return this._status.message;
  }

  get hint(): string | null {
    return this._status.hint;
  }

  get busySince(): number | null {
    return this._listing?.busySince ?? null;
  }

  get reading(): readonly IReading[] {
    return this._readings.underWay;
  }

  get current(): Inspection | null {
    const source = this._front.current;
    return source && this._inspections.currentOf(source);
  }

  get findsByItself(): boolean {
    return this._findsByItself;
  }

  set findsByItself(is: boolean) {
    if (is !== this._findsByItself) {
      this._findsByItself = is;
      this._changed.emit();
    }
  }

  get column(): string | null {
    return this._column;
  }

  get changed(): ISignal<IPhoenix, void> {
    return this._changed;
  }

  get viewRequested(): ISignal<IPhoenix, IViewRequest> {
    return this._viewRequested;
  }

  get pinRequested(): ISignal<IPhoenix, IPinRequest> {
    return this._pinRequested;
  }

  get worked(): ISignal<IPhoenix, IAnalysis> {
    return this._worked;
  }

  // What a person can do.

  refresh(): Promise<void> {
    return this._look(true);
  }

  async inspect(
    primary: IFrameName,
    reference: IFrameName | null = null,
    {
      takesFocus = true,
      corpus
    }: {
      readonly takesFocus?: boolean;
      readonly corpus?: IFrameName | null;
    } = {}
  ): Promise<IInspection> {
    const source = this._front.current;
    if (!source) {
      throw new ProblemError({
        message: this._trans.__('No notebook in front'),
        hint: this._trans.__('Open a notebook with a dataframe in it.')
      });
    }
    const inspection = await this._open(source, primary, reference, { corpus });
    this.select(inspection, null);
    this._viewRequested.emit({ inspection, column: null, takesFocus });
    return inspection;
  }

  async reopen(state: IInspectionState): Promise<IInspection> {
    const { primary, reference, corpus, unit, limit } = state;
    const { where, whereBefore } = state;
    return this._open(
      this._sourceOf(state.path),
      variableOf(primary, this._trans),
      reference && variableOf(reference, this._trans),
      {
        unit,
        limit,
        where,
        whereBefore,
        picked: read(state.picked),
        ...(corpus ? { corpus: variableOf(corpus, this._trans) } : {})
      }
    );
  }

  async restore(state: IInspectionState): Promise<IInspection | null> {
    const source = this._front.find(state.path);
    const found =
      source &&
      (await restore(
        state,
        source,
        this._inspections,
        this._readings,
        this._client
      ));
    if (found) {
      this.select(found);
    }
    return found;
  }

  select(inspection: IInspection, column?: string | null): void {
    const mine = this._inspections.find(inspection);
    const source = mine && this._front.find(mine.path);
    if (!mine || !source) {
      return;
    }
    const isCurrent = this._inspections.currentOf(source) === mine;
    const next = column === undefined && isCurrent ? this._column : column;
    if (!isCurrent || next !== this._column) {
      this._column = next ?? null;
      this._inspections.select(source, mine);
      this._changed.emit();
    }
  }

  follow(path: string): void {
    this._front.show(path);
  }

  insertCode(code: string): void {
    this._back.insertCode(this._front.current, code);
  }

  clearCache(): Promise<void> {
    return this._client.clearCache();
  }

  get kernelName(): string {
    return this._front.current?.python?.display_name ?? 'Python 3';
  }

  async startKernel(): Promise<void> {
    const source = this._front.current;
    const name = source?.python?.name;
    await source?.context.changeKernel(name === undefined ? {} : { name });
  }

  // What others hold on to.

  watch(): IDisposable {
    this._watchers += 1;
    if (this._watchers === 1) {
      this._lookNow();
    }
    return new DisposableDelegate(() => {
      this._watchers -= 1;
    });
  }

  hold(inspection: IInspection): IDisposable {
    const mine = this._inspections.find(inspection);
    if (!mine) {
      return new DisposableDelegate(() => undefined);
    }
    const hold = this._inspections.hold(mine);
    const watch = this.watch();
    return new DisposableDelegate(() => {
      watch.dispose();
      hold.dispose();
    });
  }

  hasKernel(path: string): boolean {
    return Boolean(this._front.find(path)?.kernel);
  }

  framesOf(path: string): readonly FrameListing[] | null {
    const source = this._front.find(path);
    return source && this._framesOf(source);
  }

  take(
    path: string,
    primary: string,
    reference: string | null
  ): Promise<IInspection> {
    const named = (expression: string): IFrameName => ({
      expression,
      name: expression
    });
    return this._inspections.take(
      this._sourceOf(path),
      named(primary),
      reference === null ? null : named(reference)
    );
  }

  // What inspections ask for.

  reread(
    inspection: Inspection,
    model: InferencesModel
  ): Promise<InferencesModel> {
    return this._readings.again(this._sourceOf(inspection.path), model);
  }

  async read(
    inspection: Inspection,
    name: IFrameName
  ): Promise<InferencesModel> {
    return this._readings.read(this._sourceOf(inspection.path), name);
  }

  correct(
    inspection: Inspection,
    said: readonly (readonly [string, IRoleChange | null])[]
  ): Promise<void> {
    return this._correcting.correct(inspection, said);
  }

  findOpen(
    inspection: Inspection,
    primary: InferencesModel,
    reference: InferencesModel | null
  ): Inspection | null {
    return this._inspections.findHeld(inspection, primary, reference);
  }

  candidates(inspection: Inspection): readonly FrameListing[] {
    return candidates(
      this._framesOf(this._front.find(inspection.path)),
      lookOf(inspection.primary)
    );
  }

  openOverview(inspection: Inspection): void {
    this._viewRequested.emit({ inspection, column: null, takesFocus: true });
  }

  openColumn(inspection: Inspection, column: string): void {
    this._viewRequested.emit({ inspection, column, takesFocus: true });
  }

  pin(inspection: Inspection, pin: IPin, anchor: Element | null): void {
    this._pinRequested.emit({ inspection, pin, anchor });
  }

  async insert(
    inspection: Inspection,
    what: Insertable,
    shown: number | null
  ): Promise<IInserted> {
    const source = this._front.find(inspection.path);
    // before the kernel has said anything it is taken for one like the server
    const hasPackage =
      source === null ||
      this._listings.get(source)?.kernel?.phoenix_lab !== null;
    const inserted = await this._back.insert({
      source,
      inspection,
      shown,
      what:
        hasPackage || 'kind' in what
          ? what
          : await this._placed(inspection, what),
      frames: this._framesOf(source),
      hasPackage,
      expressions: this._readings.expressions
    });
    if ('kind' in what && what.kind === 'embedding' && inserted.isAsPromised) {
      await this._showVectors(inspection, what);
    }
    return inserted;
  }

  embedders(
    inspection: Inspection,
    column: string | null,
    model: string | null
  ): Promise<IEmbedders> {
    const { primary, reference, path } = inspection;
    const frames = [reference, primary].flatMap(set => set?.variable ?? []);
    const what = { column, isOfImages: isOfImages(primary, column) };
    return this._back.embedders(this._front.find(path), frames, what, model);
  }

  async exportRows(
    inspection: Inspection,
    selection: ISelection,
    name: string
  ): Promise<IExported> {
    const source = this._front.find(inspection.path);
    const { primary, reference } = inspection;
    const sets = { primary, reference };
    const parts = selection.rows.flatMap(({ set, rows }) => {
      const model = sets[set];
      return model && rows.length > 0
        ? [{ inferences: model.id, rows: [...rows], set }]
        : [];
    });
    const [ofPrimary, ofReference] = partNames(
      name,
      primary.name,
      reference?.name ?? ''
    );
    const done = await this._client.exportRows({
      kernel_id: source?.kernel?.id ?? primary.kernel_id,
      name,
      parts: parts.map(({ set, ...part }) =>
        parts.length < 2
          ? part
          : { ...part, name: set === 'primary' ? ofPrimary : ofReference }
      )
    });
    // The new variables are dataframes, too.
    this._lookNow();
    return { name: done.name, parts: done.parts ?? [], wasThere: false };
  }

  freeName(inspection: Inspection, selection: ISelection): string {
    const source = this._front.find(inspection.path);
    return this._back.freeName(source, selection, this._framesOf(source));
  }

  holds(inspection: Inspection, name: string): boolean {
    return this._framesOf(this._front.find(inspection.path)).some(({ names }) =>
      names.includes(name)
    );
  }

  /** Rows that are known by their conditions alone, by their places: for code that has nothing to ask conditions with. */
  private async _placed(
    inspection: Inspection,
    selection: ISelection
  ): Promise<ISelection> {
    if (!selection.conditions) {
      return selection;
    }
    const whole = await inspection.kept.whole(selection);
    const placed = { ...whole, conditions: undefined };
    inspection.checkPlaces(placed);
    return placed;
  }

  release(ids: readonly string[]): void {
    this._inspections.release(ids);
  }

  /** Read what a cell has added, say what the vectors are of, and show them. */
  private async _showVectors(
    inspection: Inspection,
    { name, column, isOfImages: isImages }: IEmbedding
  ): Promise<void> {
    if (inspection.isDisposed) {
      return;
    }
    await inspection.refresh();
    const found = inspection.primary.columns.find(c => c.name === name);
    if (!found) {
      return; // the kernel was busy: it runs later
    }
    const images = inspection.primary.columns.find(c => c.name === column);
    if (isImages) {
      // what is no text is told by its values
      if (images?.carrier === 'text' && found.link_to_data !== column) {
        await inspection.correct(name, {
          role: 'embedding',
          link_to_data: images.name
        });
      }
    } else if (column !== null && found.raw_data !== column) {
      await inspection.correct(name, { role: 'embedding', raw_data: column });
    }
    inspection.openColumn(name);
  }

  private get _listing(): Listing | null {
    const source = this._front.current;
    return source ? (this._listings.get(source) ?? null) : null;
  }

  private get _status(): IStatus {
    return (
      this._listing?.status ?? {
        state: 'no-notebook',
        message: this._trans.__('No notebook in front'),
        hint: null
      }
    );
  }

  private _framesOf(source: Source | null): readonly FrameListing[] {
    return (source && this._listings.get(source)?.frames) ?? [];
  }

  private _sourceOf(path: string): Source {
    const source = this._front.find(path);
    if (!source) {
      throw new ProblemError({
        message: this._trans.__('The notebook of these dataframes is closed.'),
        hint: this._trans.__('Open it again.')
      });
    }
    return source;
  }

  private _follow(source: Source): void {
    const listing = new Listing({
      source,
      client: this._client,
      trans: this._trans
    });
    this._listings.set(source, listing);
    listing.changed.connect(() => this._changed.emit());
    source.lost.connect(() => {
      const inspections = this._inspections.of(source);
      for (const { primary, reference } of inspections) {
        [primary, reference].forEach(set => set && this._lost.add(set));
      }
      compare(
        inspections,
        this._seen(listing, idsOf(inspections)),
        this._trans
      );
    });
    source.started.connect(() => this._lookSoon(source));
    source.executed.connect(() => this._lookSoon(source));
    source.widget.disposed.connect(() => {
      this._inspections.close(source);
      this._listings.delete(source);
    });
  }

  private async _open(
    source: Source,
    primary: IFrameName,
    reference: IFrameName | null,
    kept: Parameters<Inspections['open']>[3]
  ): Promise<Inspection> {
    const inspection = await this._inspections.open(
      source,
      primary,
      reference,
      kept
    );
    this.select(inspection);
    // The list may be older than what was just read, or not there at all.
    if (!this.frames.some(({ ref }) => ref === inspection.primary.ref)) {
      this._look(true).catch(() => undefined);
    }
    return inspection;
  }

  private _lookSoon(source: Source): void {
    if (source === this._front.current && this._watchers > 0) {
      window.clearTimeout(this._timer);
      this._timer = window.setTimeout(() => this._lookNow(), SETTLE);
    }
  }

  private _lookNow(): void {
    this._look().catch(() => undefined);
  }

  /** Ask what dataframes there are, if anybody wants to know. */
  private async _look(asked = false): Promise<void> {
    const source = this._front.current;
    const listing = this._listing;
    // Another notebook may be in front.
    this._changed.emit();
    if (source && listing && (asked || this._watchers > 0)) {
      const ids = idsOf(this._inspections.of(source));
      if (await listing.look(ids)) {
        compare(
          this._inspections.of(source),
          this._seen(listing, ids),
          this._trans
        );
      }
    }
  }

  private _seen({ changes, frames }: Listing, asked: readonly string[]): ISeen {
    return { asked, changes, frames, lost: this._lost };
  }

  private readonly _client: Client;
  private readonly _front: Front;
  private readonly _trans: TranslationBundle;
  private readonly _back: IBack;
  private readonly _correcting: Correcting;
  private readonly _readings: Readings;
  private readonly _inspections: Inspections;
  private readonly _listings = new Map<Source, Listing>();
  /** Sets of kernels that are no more. */
  private readonly _lost = new WeakSet<InferencesModel>();
  private readonly _changed = new Signal<IPhoenix, void>(this);
  private readonly _viewRequested = new Signal<IPhoenix, IViewRequest>(this);
  private readonly _pinRequested = new Signal<IPhoenix, IPinRequest>(this);
  private readonly _worked = new Signal<IPhoenix, IAnalysis>(this);
  private _column: string | null = null;
  private _findsByItself = false;
  private _watchers = 0;
  private _timer = 0;
}

export namespace Phoenix {
  export interface IOptions {
    readonly client: Client;
    readonly front: Front;
    readonly trans: TranslationBundle;
    readonly back: IBack;
  }
}
