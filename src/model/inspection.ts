import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Table } from 'apache-arrow';

import { decode } from '../api/arrow';
import type { Client } from '../api/client';
import type { FrameListing, InferencesModel } from '../api/contract';
import { ProblemError } from '../api/problem';
import {
  type IAnalysis,
  type IAnswer,
  type IChosen,
  type IEmbedders,
  type Insertable,
  type ICohortCount,
  type IExported,
  type IFrameName,
  type IInserted,
  type IInspection,
  type IPin,
  type IPointed,
  type IRoleChange,
  type ISelection,
  type IStaleness,
  type ITimeChoice,
  PERFORMANCE,
  RETRIEVAL,
  type Recipe,
  type SetName
} from '../tokens';
import { wholeOf } from './alike';
import { Analyses } from './analyses';
import { Analysis } from './analysis';
import { Answers } from './answers';
import { Cohort, narrowed } from './cohort';
import type { IInspectionHost, IUnits } from './inspection-host';
import { type IPlaced, Outgoing } from './outgoing';
import { haveAll } from './roles';
import { carry, outdated, stamp, viewOf } from './selection';
import { Selections } from './selections';
import { Values } from './values';

/** PSI above which drift matters, unless said otherwise. */
export const DEFAULT_LIMIT = 0.1;

/**
 * One inspection: two sets (or one), the questions asked about them, what was picked.
 *
 * It lives as long as one of its views, or while it is the one that the panel shows.
 */
export class Inspection implements IInspection, IDisposable {
  constructor(options: Inspection.IOptions) {
    this.id = options.id ?? UUID.uuid4();
    this._path = options.path;
    this._client = options.client;
    this._values = new Values(options.client);
    this._host = options.host;
    this._trans = options.trans;
    this._primary = options.primary;
    this._reference = options.reference;
    this._corpus = options.corpus ?? null;
    this._units = options.units ?? null;
    this._unit = options.unit === undefined ? this._keptUnit() : options.unit;
    this._limit = options.limit ?? DEFAULT_LIMIT;
    for (const selection of options.picked ?? []) {
      this._picked.set(selection.view ?? '', selection);
    }
    this._cohort = new Cohort(
      options.where ?? [],
      options.whereBefore ?? null,
      () => this._changed.emit()
    );
    this.kept = new Selections(this, options.trans, () => this._changed.emit());
    this._outgoing = new Outgoing(this, options.host, options.trans);
    this._analyses = new Analyses(
      recipe => this._ask(recipe),
      analysis => {
        if (!this._isDisposed) {
          this._answers.add(analysis);
          this._worked.emit(analysis);
        }
      }
    );
  }

  readonly id: string;
  readonly kept: Selections;

  /** Path of the notebook or console that it belongs to. */
  get path(): string {
    return this._path();
  }

  get primary(): InferencesModel {
    return this._primary;
  }

  get reference(): InferencesModel | null {
    return this._reference;
  }

  get corpus(): InferencesModel | null {
    return this._corpus;
  }

  get changed(): ISignal<IInspection, void> {
    return this._changed;
  }

  /** Emitted when an analysis starts or moves on. */
  get worked(): ISignal<Inspection, IAnalysis> {
    return this._worked;
  }

  /** What was answered about the sets, as it can be kept. */
  get answers(): readonly IAnswer[] {
    return this._answers.all;
  }

  /** Take answers that were kept at an earlier time. */
  adoptAnswers(answers: readonly IAnswer[]): void {
    this._answers.adopt(answers);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get unit(): string | null {
    return this._unit;
  }

  set unit(unit: string | null) {
    if (unit !== this._unit) {
      this._unit = unit;
      this._units?.keep(this, unit);
      this._changed.emit();
    }
  }

  get limit(): number {
    return this._limit;
  }

  set limit(limit: number) {
    if (limit !== this._limit) {
      this._limit = limit;
      this._changed.emit();
    }
  }

  get where(): readonly IChosen[] {
    return this._cohort.where;
  }

  get cohort(): Readonly<Record<SetName, ICohortCount | null>> | null {
    return this._cohort.counts;
  }

  get dropped(): readonly IChosen[] {
    return this._cohort.dropped;
  }

  dismissDropped(): void {
    this._cohort.dismissDropped();
  }

  get canUndoCohort(): boolean {
    return this._cohort.canUndo;
  }

  narrow(chosen: readonly IChosen[]): void {
    this._cohort.narrow(chosen);
  }

  get whereBefore(): readonly IChosen[] {
    return this._cohort.before;
  }

  visit(chosen: readonly IChosen[] | null): void {
    this._cohort.visit(chosen);
  }

  widen(chosen: IChosen | null): void {
    this._cohort.widen(chosen);
  }

  undoCohort(): boolean {
    return this._cohort.undo();
  }

  get stale(): IStaleness | null {
    return this._dismissed === this._stale?.message ? null : this._stale;
  }

  get moved(): readonly SetName[] {
    return this._stale?.moved ?? [];
  }

  /** Say that a set is no longer what was read, or that it is again. */
  markStale(stale: IStaleness | null): void {
    if (stale?.message === this._stale?.message) {
      return;
    }
    this._stale = stale;
    this._changed.emit();
  }

  get selections(): readonly ISelection[] {
    return this.kept.all;
  }

  get clusterNames(): readonly ISelection[] {
    return this._clusterNames;
  }

  /** Take names of clusters that were given at an earlier time. */
  adoptNames(names: readonly ISelection[]): void {
    if (names.length > 0) {
      this._clusterNames = names;
      this._changed.emit();
    }
  }

  nameClusters(embedding: string, names: readonly ISelection[]): void {
    this._clusterNames = [
      ...this._clusterNames.filter(({ view }) => view !== embedding),
      ...names.map(name => stamp(name, this))
    ];
    this._changed.emit();
  }

  get candidates(): readonly FrameListing[] {
    return this._host.candidates(this);
  }

  /** The analyses that have been asked, the last asked last. */
  get analyses(): readonly IAnalysis[] {
    return this._analyses.all;
  }

  run(asked: Recipe): IAnalysis {
    return this._analyses.run(narrowed(asked, this.where));
  }

  async columns(
    set: SetName | 'corpus',
    names: readonly string[],
    rows?: readonly number[]
  ): Promise<Table> {
    const model = this._model(set);
    return rows === undefined
      ? this._values.whole(model.id, names)
      : this._values.picked(model.id, names, rows);
  }

  async images(
    set: SetName,
    column: string,
    rows: readonly number[],
    urls: boolean
  ): Promise<Table> {
    const { id } = this._model(set);
    return decode(
      await this._client.images(id, { column, rows: [...rows], urls })
    );
  }

  async labelsOf(
    set: SetName,
    rows: readonly number[]
  ): Promise<readonly string[] | null> {
    return (await this._client.labels(this._model(set).id, rows)).labels;
  }

  get pointed(): IPointed | null {
    return this._pointed;
  }

  point(at: IPointed): void {
    if (at.view === null) {
      this.openOverview();
    } else {
      this.openColumn(at.view);
    }
    this._pointed = { ...at };
    this._changed.emit();
  }

  openColumn(column: string): void {
    this._host.openColumn(this, column);
  }

  openPerformance(): void {
    this._host.openColumn(this, PERFORMANCE);
  }

  openRetrieval(): void {
    this._host.openColumn(this, RETRIEVAL);
  }

  openOverview(): void {
    this._host.openOverview(this);
  }

  pin(what: IPin, anchor: Element | null): void {
    const recipe = narrowed(what.recipe, this.where);
    this._host.pin(this, { ...what, recipe }, anchor);
  }

  async swap(): Promise<void> {
    if (this._reference) {
      this.replace(this._reference, this._primary);
    }
  }

  async compare(reference: IFrameName | null): Promise<void> {
    const model = reference && (await this._host.read(this, reference));
    this._takeOrShow(this._primary, model);
  }

  async take(set: SetName, name: IFrameName): Promise<void> {
    const model = await this._host.read(this, name);
    if (set === 'primary') {
      this._takeOrShow(model, this._reference);
    } else {
      this._takeOrShow(this._primary, model);
    }
  }

  get older(): readonly SetName[] {
    return this._older;
  }

  /** Compare the variables that outputs were made of with what they were when that was first known. */
  seeWholes(frames: readonly FrameListing[]): void {
    const older = (['primary', 'reference'] as const).filter(set => {
      const model = this[set];
      const frame = model && wholeOf(frames, model)?.frame;
      if (!model || !frame) {
        return false;
      }
      const output = `${model.kernel_id} ${model.ref}`;
      const now = `${frame.ref} ${frame.n_rows} ${frame.n_columns}`;
      const first = this._wholes.get(output) ?? now;
      this._wholes.set(output, first);
      return first !== now;
    });
    if (older.join() !== this._older.join()) {
      this._older = older;
      this._changed.emit();
    }
  }

  async useCorpus(name: IFrameName | null): Promise<void> {
    this.takeCorpus(name && (await this._host.read(this, name)));
  }

  /** Take documents that were read for this inspection, or none. */
  takeCorpus(corpus: InferencesModel | null): void {
    const before = this._corpus;
    if (this._isDisposed) {
      this._host.release(corpus ? [corpus.id] : []);
      return;
    }
    this._corpus = corpus;
    // Another corpus makes another map, and other clusters: what was picked is known by its rows alone.
    if (!looksSame(before, corpus)) {
      this._cohort.carry(false, false);
      this._picked.clear();
      this.kept.leaveMaps();
    }
    this._analyses.cancel();
    this._values.keep(this._ids());
    this._host.release(before && before.id !== corpus?.id ? [before.id] : []);
    this._changed.emit();
  }

  async refresh(): Promise<void> {
    const { _primary: first, _reference: second, _corpus: third } = this;
    const instead = this._stale?.instead;
    if (this._stale && instead?.length === 0) {
      throw new ProblemError({ message: this._stale.message });
    }
    const read: InferencesModel[] = [];
    const again = async (model: InferencesModel): Promise<InferencesModel> => {
      const whole = instead?.find(({ set }) => this[set] === model)?.name;
      const now = await (whole === undefined
        ? this._host.reread(this, model)
        : this._host.read(this, { expression: whole, name: whole }));
      read.push(now);
      return now;
    };
    let primary: InferencesModel;
    let reference: InferencesModel | null;
    let corpus: InferencesModel | null;
    try {
      primary = await again(first);
      reference = second && (await again(second));
      corpus = third && (await again(third));
    } catch (error) {
      this._host.release(read.map(({ id }) => id));
      throw error;
    }
    // Another one, or none, may have been chosen meanwhile.
    if (corpus && this._corpus?.id !== third?.id) {
      this._host.release([corpus.id]);
    } else if (corpus) {
      this.takeCorpus(corpus);
    }
    // They may have been swapped meanwhile.
    if (reference && this._primary.id === second?.id) {
      this._take(reference, primary);
    } else {
      this._take(primary, reference);
    }
  }

  correct(column: string, said: IRoleChange | null): Promise<void> {
    return this._host.correct(this, [[column, said]]);
  }

  get plausible(): IInspection['plausible'] {
    return this._declined ? [] : this._primary.plausible;
  }

  usePlausible(): Promise<void> {
    return this._host.correct(
      this,
      this._primary.plausible.map(({ column, role }) => [
        column,
        { role: role ?? undefined }
      ])
    );
  }

  declinePlausible(): void {
    this._declined = true;
    this._changed.emit();
  }

  get timeChoice(): ITimeChoice | null {
    return this._timeChoice;
  }

  /** Remember that a time column was chosen, or that nobody wants to hear of it any more. */
  chooseTime(choice: ITimeChoice | null): void {
    this._timeChoice = choice;
    this._changed.emit();
  }

  /** Take other sets; the views stay. */
  replace(primary: InferencesModel, reference: InferencesModel | null): void {
    const before = { primary: this._primary, reference: this._reference };
    const isSwapped =
      primary.id === before.reference?.id &&
      reference?.id === before.primary.id;
    const isSame =
      looksSame(before.primary, primary) &&
      looksSame(before.reference, reference);
    this._cohort.carry(isSwapped, isSame);
    this._analyses.cancel();
    if (
      primary.variable !== before.primary.variable ||
      reference?.variable !== before.reference?.variable
    ) {
      this._answers.clear();
    }
    this._primary = primary;
    this._reference = reference;
    if (
      !isSwapped &&
      (primary.variable !== before.primary.variable ||
        reference?.variable !== before.reference?.variable) &&
      (this._unit === null || !haveAll([primary, reference], this._unit))
    ) {
      this._unit = this._keptUnit();
    }
    this._stale = null;
    this._dismissed = null;
    this._shown = null;
    this._outgoing.clear();
    this._timeChoice = null;
    this._pointed = null;
    this.kept.carry(before);
    this._clusterNames = this._clusterNames.flatMap(
      name => carry(name, before, this) ?? []
    );
    const now = this._ids();
    const gone = [before.primary, before.reference].flatMap(set =>
      set && !now.includes(set.id) ? [set.id] : []
    );
    this._values.keep(now);
    if (gone.length > 0) {
      this._host.release(gone);
    }
    this._changed.emit();
  }

  dismissStale(): void {
    this._dismissed = this._stale?.message ?? null;
    this._changed.emit();
  }

  save(selection: ISelection): void {
    const { view, source } = selection;
    const isPlaced = view !== undefined || source !== null;
    this.kept
      .keep({ ...selection, view: isPlaced ? view : this._host.column })
      // A failure is told beside the selection.
      .catch(() => undefined);
  }

  get picked(): ReadonlyMap<string, ISelection> {
    return this._picked;
  }

  pick(embedding: string, selection: ISelection | null): void {
    if (this._picked.get(embedding)?.id === selection?.id) {
      return;
    }
    if (selection) {
      this._picked.set(embedding, stamp(selection, this));
    } else {
      this._picked.delete(embedding);
    }
    this._changed.emit();
  }

  get shown(): ISelection | null {
    return this._shown;
  }

  show(selection: ISelection): void {
    const column = viewOf(selection, this);
    if (column === undefined) {
      return;
    }
    if (column === null) {
      this.openOverview();
    } else {
      this.openColumn(column);
    }
    this._shown = outdated(selection, this) ? null : { ...selection };
    this._changed.emit();
  }

  embedders(column: string | null, model?: string): Promise<IEmbedders> {
    return this._host.embedders(this, column, model ?? null);
  }

  insert(what: Insertable): Promise<IInserted> {
    return this._outgoing.insert(what);
  }

  exportName(selection: ISelection): string {
    return this._outgoing.exportName(selection);
  }

  exportRows(selection: ISelection, name?: string): Promise<IExported> {
    return this._outgoing.exportRows(selection, name);
  }

  /** Raises a `ProblemError` where code that names these rows by their places would give others. */
  checkPlaces(selection: IPlaced): void {
    this._outgoing.checkPlaces(selection);
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._analyses.cancel();
    this._host.release(this._ids());
    this._values.keep([]);
    // Views that are still open see that it is gone.
    this._changed.emit();
    Signal.clearData(this);
  }

  /** Take other sets, unless a view of these is open: then that comes to the front. */
  private _takeOrShow(
    primary: InferencesModel,
    reference: InferencesModel | null
  ): void {
    const open = this._isDisposed
      ? null
      : this._host.findOpen(this, primary, reference);
    if (!open) {
      this._take(primary, reference);
      return;
    }
    const own = this._ids();
    this._host.release(
      [primary, reference].flatMap(set =>
        set && !own.includes(set.id) ? [set.id] : []
      )
    );
    this._host.openOverview(open);
  }

  /** Take sets that were read for this inspection; the kernel must not hold them for one that is closed. */
  private _take(
    primary: InferencesModel,
    reference: InferencesModel | null
  ): void {
    if (this._isDisposed) {
      this._host.release([primary.id, ...(reference ? [reference.id] : [])]);
    } else {
      this.replace(primary, reference);
    }
  }

  private _ask(recipe: Recipe): Analysis {
    const analysis = new Analysis({
      client: this._client,
      request: {
        recipe,
        primary: this._primary.id,
        reference: this._reference?.id ?? null,
        corpus: this._corpus?.id ?? null
      },
      trans: this._trans
    });
    analysis.done.then(
      result => {
        if (!this._isDisposed) {
          this._cohort.count(recipe, result);
        }
      },
      () => undefined
    );
    return analysis;
  }

  private _keptUnit(): string | null {
    return this._units?.find(this) ?? null;
  }

  private _model(set: SetName | 'corpus'): InferencesModel {
    const model = this[set];
    if (!model) {
      throw new Error(`There is no ${set} set`);
    }
    return model;
  }

  private _ids(): string[] {
    const sets = [this._primary, this._reference, this._corpus];
    return sets.flatMap(set => set?.id ?? []);
  }

  private readonly _path: () => string;
  private readonly _client: Client;
  private readonly _values: Values;
  private readonly _cohort: Cohort;
  private readonly _host: IInspectionHost;
  private readonly _trans: TranslationBundle;
  private readonly _changed = new Signal<IInspection, void>(this);
  private readonly _worked = new Signal<Inspection, IAnalysis>(this);
  private readonly _answers = new Answers();
  private readonly _analyses: Analyses;
  private _primary: InferencesModel;
  private _reference: InferencesModel | null;
  private _corpus: InferencesModel | null;
  private readonly _units: IUnits | null;
  private _unit: string | null;
  private _limit: number;
  private _stale: IStaleness | null = null;
  private _dismissed: string | null = null;
  private _clusterNames: readonly ISelection[] = [];
  private _shown: ISelection | null = null;
  private readonly _outgoing: Outgoing;
  private readonly _picked = new Map<string, ISelection>();
  private _timeChoice: ITimeChoice | null = null;
  private _pointed: IPointed | null = null;
  private _declined = false;
  private _older: readonly SetName[] = [];
  /** By the outputs that were inspected: what the variable that each was made of was at first. */
  private readonly _wholes = new Map<string, string>();
  private _isDisposed = false;
}

export namespace Inspection {
  export interface IOptions {
    readonly id?: string;
    readonly path: () => string;
    readonly client: Client;
    readonly host: IInspectionHost;
    readonly trans: TranslationBundle;
    readonly primary: InferencesModel;
    readonly reference: InferencesModel | null;
    readonly corpus?: InferencesModel | null;
    /** Without it the one that was chosen for the sets before. */
    readonly unit?: string | null;
    readonly units?: IUnits;
    readonly limit?: number;
    readonly where?: readonly IChosen[];
    /** Those of them that no finding came with; without it all. */
    readonly whereBefore?: readonly IChosen[];
    readonly picked?: readonly ISelection[];
  }
}

/** Whether a set has the values that it had, as far as a look tells. */
function looksSame(
  before: InferencesModel | null,
  now: InferencesModel | null
): boolean {
  return (
    before?.id === now?.id ||
    (!!before?.look && before.look === now?.look && before.name === now.name)
  );
}
