import type { TranslationBundle } from '@jupyterlab/translation';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Client } from '../api/client';
import type {
  FrameListing,
  InferencesModel,
  KernelState,
  Schema
} from '../api/contract';
import { asProblem, isAbort, ProblemError } from '../api/problem';
import { isPython } from '../notebook/bridge';
import type { Front } from '../notebook/front';
import { askHeld } from '../notebook/held';
import type { Source } from '../notebook/source';
import type {
  IAnalysis,
  IFrameName,
  IInserted,
  IInspection,
  IInspectionState,
  IPhoenix,
  IReading,
  ISelection,
  ISetState,
  IStaleness,
  IViewRequest,
  Recipe
} from '../tokens';
import { VERSION } from '../version';
import { candidates, lookOf } from './alike';
import { type IInspectionHost, Inspection, nameOf } from './inspection';
import { lost, staleness } from './staleness';

/** Wait so long after a cell, in ms, for the next one: a notebook that runs through is looked at once. */
const SETTLE = 250;

/** A kernel that has not answered after this time, in ms, is called busy if it says so itself. */
const PATIENCE = 1000;

/** What is known of the kernel of one notebook. */
interface IKnown {
  kernel: KernelState | null;
  frames: readonly FrameListing[];
  current: Inspection | null;
}

/** Follows the notebook in front: its kernel's dataframes, and the inspections of them. */
export class Phoenix implements IPhoenix, IInspectionHost {
  constructor(options: Phoenix.IOptions) {
    this._client = options.client;
    this._front = options.front;
    this._trans = options.trans;
    this._back = options.back;
    this._message = this._trans.__('No notebook in front');
    for (const source of this._front.sources) {
      this._follow(source);
    }
    this._front.added.connect((_, source) => this._follow(source));
    this._front.changed.connect(() => {
      this._look().catch(() => undefined);
    });
    this._look().catch(() => undefined);
  }

  get kernel(): KernelState | null {
    return this._known?.kernel ?? null;
  }

  get frames(): readonly FrameListing[] {
    return this._known?.frames ?? [];
  }

  get path(): string | null {
    return this._front.current?.path ?? null;
  }

  get state(): IPhoenix['state'] {
    return this._state;
  }

  get message(): string {
    return this._message;
  }

  get hint(): string | null {
    return this._hint;
  }

  get busySince(): number | null {
    return this._busySince;
  }

  get reading(): readonly IReading[] {
    return this._reading;
  }

  get current(): Inspection | null {
    return this._known?.current ?? null;
  }

  get changed(): ISignal<IPhoenix, void> {
    return this._changed;
  }

  get viewRequested(): ISignal<IPhoenix, IViewRequest> {
    return this._viewRequested;
  }

  get worked(): ISignal<IPhoenix, IAnalysis> {
    return this._worked;
  }

  get inspections(): readonly Inspection[] {
    return [...this._holds.keys()];
  }

  refresh(): Promise<void> {
    return this._look(true);
  }

  async inspect(
    primary: IFrameName,
    reference: IFrameName | null = null,
    { takesFocus = true }: { readonly takesFocus?: boolean } = {}
  ): Promise<IInspection> {
    const source = this._front.current;
    if (!source) {
      throw new ProblemError({
        message: this._trans.__('No notebook in front'),
        hint: this._trans.__('Open a notebook with a dataframe in it.')
      });
    }
    const inspection = await this._open(source, primary, reference, {});
    this._viewRequested.emit({ inspection, column: null, takesFocus });
    return inspection;
  }

  async reopen(state: IInspectionState): Promise<IInspection> {
    const source = this._front.find(state.path);
    const named = ({ name, variable }: ISetState): IFrameName => {
      if (variable === null) {
        throw new ProblemError({
          message: this._trans.__('%1 was no variable.', name),
          hint: this._trans.__('Inspect it again from the cell that shows it.')
        });
      }
      return { expression: variable, name };
    };
    if (!source) {
      throw this._closed();
    }
    return this._open(
      source,
      named(state.primary),
      state.reference && named(state.reference),
      { unit: state.unit, limit: state.limit }
    );
  }

  select(inspection: IInspection, column?: string | null): void {
    const mine = this.inspections.find(({ id }) => id === inspection.id);
    const source = mine && this._front.find(mine.path);
    const known = source && this._all.get(source);
    if (!known) {
      return;
    }
    const isSame = column === undefined || column === this._column;
    if (known.current === mine && isSame) {
      return;
    }
    const before = known.current;
    known.current = mine;
    this._column = column ?? null;
    if (before && before !== mine) {
      this._tidy(before);
    }
    this._changed.emit();
  }

  get column(): string | null {
    return this._column;
  }

  insertCode(code: string): void {
    this._back.insertCode(this._front.current, code);
  }

  clearCache(): Promise<void> {
    return this._client.clearCache();
  }

  watch(): IDisposable {
    this._watchers += 1;
    if (this._watchers === 1) {
      this._look().catch(() => undefined);
    }
    return new DisposableDelegate(() => {
      this._watchers -= 1;
    });
  }

  hold(inspection: IInspection): IDisposable {
    const mine = this.inspections.find(({ id }) => id === inspection.id);
    if (!mine) {
      return new DisposableDelegate(() => undefined);
    }
    this._holds.set(mine, (this._holds.get(mine) ?? 0) + 1);
    const watch = this.watch();
    return new DisposableDelegate(() => {
      watch.dispose();
      const n = this._holds.get(mine);
      if (n !== undefined) {
        this._holds.set(mine, n - 1);
        this._tidy(mine);
      }
    });
  }

  hasKernel(path: string): boolean {
    return Boolean(this._front.find(path)?.kernel);
  }

  async restore(state: IInspectionState): Promise<IInspection | null> {
    const source = this._front.find(state.path);
    const known = this.inspections.find(
      ({ path, primary, reference }) =>
        path === state.path &&
        isOf(primary, state.primary) &&
        (state.reference
          ? reference !== null && isOf(reference, state.reference)
          : reference === null)
    );
    if (known || !source) {
      return known ?? null;
    }
    const ids = [state.primary.id, state.reference?.id];
    if (ids[0] === null || ids[1] === null) {
      return null;
    }
    try {
      const [primary, reference] = await Promise.all([
        this._client.inferences(state.primary.id as string),
        state.reference
          ? this._client.inferences(state.reference.id as string)
          : null
      ]);
      if (primary.kernel_id !== source.kernel?.id) {
        return null;
      }
      const inspection = this._create(source, {
        primary,
        reference,
        unit: state.unit,
        limit: state.limit
      });
      this.select(inspection);
      return inspection;
    } catch {
      // The server has let them go.
      return null;
    }
  }

  get kernelName(): string {
    return this._pythonSpec()?.display_name ?? 'Python 3';
  }

  async startKernel(): Promise<void> {
    const source = this._front.current;
    const name = this._pythonSpec()?.name;
    if (source) {
      await source.context.changeKernel(name === undefined ? {} : { name });
    }
  }

  // What inspections ask for.

  async reread(
    inspection: Inspection,
    model: InferencesModel
  ): Promise<InferencesModel> {
    return this.read(inspection, {
      ...nameOf(model),
      schema: this._schemas.get(model.id)
    });
  }

  async read(
    inspection: Inspection,
    name: IFrameName
  ): Promise<InferencesModel> {
    const source = this._front.find(inspection.path);
    if (!source) {
      throw this._closed();
    }
    return this._read(source, name);
  }

  candidates(inspection: Inspection): readonly FrameListing[] {
    const source = this._front.find(inspection.path);
    const frames = source ? this._all.get(source)?.frames : undefined;
    return candidates(frames ?? [], lookOf(inspection.primary));
  }

  openOverview(inspection: Inspection): void {
    this._viewRequested.emit({ inspection, column: null, takesFocus: true });
  }

  openColumn(inspection: Inspection, column: string): void {
    this._viewRequested.emit({ inspection, column, takesFocus: true });
  }

  insert(
    inspection: Inspection,
    what: ISelection | Recipe
  ): Promise<IInserted> {
    const source = this._front.find(inspection.path);
    return this._back.insert({
      source,
      inspection,
      what,
      frames: (source && this._all.get(source)?.frames) ?? [],
      expressions: this._expressions
    });
  }

  async exportRows(
    inspection: Inspection,
    selection: ISelection
  ): Promise<string> {
    const source = this._front.find(inspection.path);
    const sets = {
      primary: inspection.primary,
      reference: inspection.reference
    };
    const { name } = await this._client.exportRows({
      kernel_id: source?.kernel?.id ?? inspection.primary.kernel_id,
      name: this._back.freeName(
        source,
        selection,
        (source && this._all.get(source)?.frames) ?? []
      ),
      parts: selection.rows.flatMap(({ set, rows }) => {
        const model = sets[set];
        return model && rows.length > 0
          ? [{ inferences: model.id, rows: [...rows] }]
          : [];
      })
    });
    // The new variable is a dataframe, too.
    this._look().catch(() => undefined);
    return name;
  }

  release(ids: readonly string[]): void {
    const used = new Set(
      this.inspections
        .filter(({ isDisposed }) => !isDisposed)
        .flatMap(({ primary, reference }) => [primary.id, reference?.id])
    );
    for (const id of ids) {
      if (!used.has(id)) {
        this._held.delete(id);
        this._schemas.delete(id);
        this._expressions.delete(id);
        // A server that is gone has released it, too.
        this._client.release(id).catch(() => undefined);
      }
    }
  }

  private get _known(): IKnown | null {
    const source = this._front.current;
    return source ? (this._all.get(source) ?? null) : null;
  }

  private _pythonSpec(): { name: string; display_name: string } | null {
    const specs = this._front.current?.context.specsManager.specs;
    if (!specs) {
      return null;
    }
    const all = Object.values(specs.kernelspecs).flatMap(spec =>
      spec?.language.toLowerCase() === 'python' ? [spec] : []
    );
    return all.find(({ name }) => name === specs.default) ?? all[0] ?? null;
  }

  private _follow(source: Source): void {
    const known: IKnown = { kernel: null, frames: [], current: null };
    this._all.set(source, known);
    source.lost.connect(() => {
      known.kernel = null;
      known.frames = [];
      for (const inspection of this._of(source)) {
        inspection.markStale(
          lost(inspection.primary, inspection.reference, this._trans)
        );
      }
      this._changed.emit();
    });
    source.started.connect(() => this._lookSoon(source));
    source.executed.connect(() => this._lookSoon(source));
    source.changed.connect(() => {
      if (source === this._front.current) {
        this._judge(source);
      }
    });
    source.widget.disposed.connect(() => {
      for (const inspection of this._of(source)) {
        this._drop(inspection);
      }
      this._all.delete(source);
    });
  }

  /** What the kernel's status alone says. */
  private _judge(source: Source | null): boolean {
    const trans = this._trans;
    if (!source) {
      this._set('no-notebook', trans.__('No notebook in front'));
      return false;
    }
    const { context, kernel } = source;
    const status = kernel?.status;
    if (!kernel || status === 'dead' || status === 'terminating') {
      // What JupyterLab itself says of a notebook whose kernel is not there yet.
      const coming =
        !kernel &&
        ['initializing', 'starting', 'restarting'].includes(
          context.kernelDisplayStatus
        );
      if (coming) {
        this._set('starting', trans.__('The kernel is starting.'));
      } else {
        this._set('no-kernel', trans.__('No kernel'));
      }
      return false;
    }
    if (
      status === 'starting' ||
      status === 'restarting' ||
      status === 'autorestarting'
    ) {
      this._set('starting', trans.__('The kernel is starting.'));
      return false;
    }
    if (this._state === 'no-kernel' || this._state === 'no-notebook') {
      this._set('starting', trans.__('The kernel is starting.'));
    }
    return true;
  }

  private _lookSoon(source: Source): void {
    if (source !== this._front.current || this._watchers === 0) {
      return;
    }
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => {
      this._look().catch(() => undefined);
    }, SETTLE);
  }

  /** Ask what dataframes there are, if anybody wants to know. */
  private async _look(asked = false): Promise<void> {
    const source = this._front.current;
    const known = this._known;
    if (!this._judge(source) || !source || !known) {
      return;
    }
    const kernel = source.kernel;
    if (!kernel || (this._watchers === 0 && !asked)) {
      this._changed.emit();
      return;
    }
    this._abort.abort();
    const abort = (this._abort = new AbortController());
    const isOld = (): boolean =>
      abort.signal.aborted ||
      source !== this._front.current ||
      source.kernel !== kernel;
    const impatient = window.setTimeout(() => {
      if (!isOld() && kernel.status === 'busy') {
        this._busySince ??= Date.now();
        this._set('busy', this._trans.__('Kernel busy'));
      }
    }, PATIENCE);
    try {
      if (!(await isPython(kernel))) {
        if (!isOld()) {
          this._set(
            'unsupported',
            this._trans.__('This kernel does not speak Python'),
            this._trans.__('Phoenix reads the dataframes of Python kernels.')
          );
        }
        return;
      }
      const answer = await this._client.frames(kernel.id, abort.signal);
      if (isOld()) {
        return;
      }
      known.kernel = answer.kernel;
      known.frames = answer.frames;
      await this._compare(source, answer.frames);
      if (isOld()) {
        return;
      }
      const { problem, python } = answer.kernel;
      if (problem !== null && python === '') {
        this._set('unsupported', problem);
      } else {
        this._set('ready', problem ?? this._mismatch(answer.kernel) ?? '');
      }
    } catch (error) {
      if (!isAbort(error) && !isOld()) {
        const { message, hint } = asProblem(error);
        this._set('failed', message, hint);
      }
    } finally {
      window.clearTimeout(impatient);
    }
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

  /** Look whether the sets of what is open still are what was read. */
  private async _compare(
    source: Source,
    frames: readonly FrameListing[]
  ): Promise<void> {
    const { kernel } = source;
    const inspections = this._of(source);
    const refs = inspections.flatMap(({ primary, reference }) =>
      reference ? [primary.ref, reference.ref] : [primary.ref]
    );
    // Busy, it would answer after the cell, and then there is another look.
    const now =
      kernel?.status === 'idle' && refs.length > 0
        ? await askHeld(kernel, [...new Set(refs)]).catch(() => null)
        : null;
    for (const inspection of inspections) {
      const { primary, reference } = inspection;
      const sets = [
        ['primary', primary],
        ['reference', reference]
      ] as const;
      let stale: IStaleness | null = null;
      for (const [set, model] of sets) {
        if (!model || stale) {
          continue;
        }
        const before = await this._held.get(model.id);
        const after = now?.get(model.ref);
        const isEdited =
          before !== undefined && after !== undefined && before !== after;
        stale = staleness(set, model, frames, isEdited, this._trans);
      }
      if (!inspection.isDisposed && inspection.primary === primary) {
        inspection.markStale(stale);
      }
    }
  }

  private _set(
    state: IPhoenix['state'],
    message: string,
    hint: string | null = null
  ): void {
    this._state = state;
    this._message = message;
    this._hint = hint;
    if (state !== 'busy') {
      this._busySince = null;
    }
    this._changed.emit();
  }

  private async _read(
    source: Source,
    name: IFrameName
  ): Promise<InferencesModel> {
    const kernel = source.kernel;
    if (!kernel) {
      throw new ProblemError({
        message: this._trans.__('No kernel'),
        hint: this._trans.__('Dataframes live in a running kernel.')
      });
    }
    const abort = new AbortController();
    const frame = this._all
      .get(source)
      ?.frames.find(
        ({ ref, names }) =>
          ref === name.ref || names.includes(name.expression ?? '')
      );
    const reading: IReading = {
      name:
        frame?.names[0] ??
        name.name ??
        name.expression ??
        this._trans.__('the dataframe'),
      nbytes: frame?.nbytes ?? null,
      cancel: () => abort.abort()
    };
    this._reading = [...this._reading, reading];
    this._changed.emit();
    try {
      const model = await this._client.read(
        {
          kernel_id: kernel.id,
          ref: name.ref ?? null,
          expression: name.ref ? null : (name.expression ?? null),
          name: name.name ?? name.expression ?? null,
          schema: name.schema ?? null
        },
        abort.signal
      );
      if (model.variable === null && name.ref && name.expression) {
        this._expressions.set(model.id, name.expression);
      }
      this._held.set(
        model.id,
        askHeld(kernel, [model.ref]).then(
          held => held.get(model.ref),
          () => undefined
        )
      );
      if (name.schema) {
        this._schemas.set(model.id, name.schema);
      }
      return model;
    } finally {
      this._reading = this._reading.filter(other => other !== reading);
      this._changed.emit();
    }
  }

  private _closed(): ProblemError {
    return new ProblemError({
      message: this._trans.__('The notebook of these dataframes is closed.'),
      hint: this._trans.__('Open it again.')
    });
  }

  /** Read the sets, and take the inspection of them, an old one if there is one. */
  private async _open(
    source: Source,
    primary: IFrameName,
    reference: IFrameName | null,
    kept: { unit?: string | null; limit?: number }
  ): Promise<Inspection> {
    const [first, second] = await this._both(
      this._read(source, primary),
      reference ? this._read(source, reference) : null
    );
    const inspection =
      (await this._again(source, first, second)) ??
      this._create(source, { ...kept, primary: first, reference: second });
    this.select(inspection);
    // The list may be older than what was just read, or not there at all.
    if (!this.frames.some(({ ref }) => ref === first.ref)) {
      this._look(true).catch(() => undefined);
    }
    return inspection;
  }

  /**
   * The inspection that is open of the same dataframes, or of the primary alone; its sets are replaced if they have changed.
   */
  private async _again(
    source: Source,
    primary: InferencesModel,
    reference: InferencesModel | null
  ): Promise<Inspection | null> {
    const mine = this._of(source).filter(other =>
      isSame(other.primary, primary)
    );
    const both = mine.find(other =>
      other.reference === null
        ? reference === null
        : reference !== null && isSame(other.reference, reference)
    );
    const found =
      both ??
      (reference
        ? mine.find(other => other.reference === null)
        : // Who asks for the primary of what is open wants to see that.
          mine.find(other => other === this._all.get(source)?.current));
    if (!found) {
      return null;
    }
    const holds = await Promise.all([
      this._isStill(found.primary, primary),
      found.reference &&
        (reference === null || this._isStill(found.reference, reference))
    ]);
    const [first, second] = [
      holds[0] ? found.primary : primary,
      holds[1] ? found.reference : reference
    ];
    const left = [primary, reference].filter(
      set => set !== null && set !== first && set !== second
    ) as InferencesModel[];
    if (first !== found.primary || second !== found.reference) {
      found.replace(first, second);
    }
    this.release(left.map(({ id }) => id));
    return found;
  }

  /** Whether a set that was read before still is what was read now. */
  private async _isStill(
    before: InferencesModel,
    now: InferencesModel
  ): Promise<boolean> {
    const [a, b] = await Promise.all([
      this._held.get(before.id),
      this._held.get(now.id)
    ]);
    return before.ref === now.ref && a !== undefined && a === b;
  }

  /** Wait for both, so that the failure of one leaves nothing of the other behind. */
  private async _both(
    first: Promise<InferencesModel>,
    second: Promise<InferencesModel> | null
  ): Promise<[InferencesModel, InferencesModel | null]> {
    const [a, b] = await Promise.allSettled([first, second]);
    if (a.status === 'fulfilled' && b.status === 'fulfilled') {
      return [a.value, b.value];
    }
    for (const settled of [a, b]) {
      if (settled.status === 'fulfilled' && settled.value) {
        this.release([settled.value.id]);
      }
    }
    throw a.status === 'rejected'
      ? a.reason
      : (b as PromiseRejectedResult).reason;
  }

  private _create(
    source: Source,
    options: Pick<
      Inspection.IOptions,
      'primary' | 'reference' | 'unit' | 'limit'
    >
  ): Inspection {
    const inspection = new Inspection({
      ...options,
      path: () => source.path,
      client: this._client,
      host: this,
      trans: this._trans
    });
    this._holds.set(inspection, 0);
    inspection.changed.connect(() => this._changed.emit());
    inspection.worked.connect((_, analysis) => {
      if (inspection === this.current) {
        this._worked.emit(analysis);
      }
    });
    return inspection;
  }

  private _of(source: Source): Inspection[] {
    return this.inspections.filter(({ path }) => path === source.path);
  }

  /** Let an inspection go that nobody looks at. */
  private _tidy(inspection: Inspection): void {
    const isCurrent = [...this._all.values()].some(
      ({ current }) => current === inspection
    );
    if (!isCurrent && (this._holds.get(inspection) ?? 0) <= 0) {
      this._drop(inspection);
    }
  }

  private _drop(inspection: Inspection): void {
    this._holds.delete(inspection);
    inspection.dispose();
  }

  private readonly _client: Client;
  private readonly _front: Front;
  private readonly _trans: TranslationBundle;
  private readonly _back: IBack;
  private readonly _changed = new Signal<IPhoenix, void>(this);
  private readonly _viewRequested = new Signal<IPhoenix, IViewRequest>(this);
  private readonly _worked = new Signal<IPhoenix, IAnalysis>(this);
  private readonly _all = new Map<Source, IKnown>();
  /** By the id of a set: what the kernel said that it holds, when it was read. */
  private readonly _held = new Map<string, Promise<string | undefined>>();
  private readonly _schemas = new Map<string, Schema>();
  private readonly _expressions = new Map<string, string>();
  private readonly _holds = new Map<Inspection, number>();
  private _state: IPhoenix['state'] = 'no-notebook';
  private _message: string;
  private _hint: string | null = null;
  private _busySince: number | null = null;
  private _column: string | null = null;
  private _reading: readonly IReading[] = [];
  private _watchers = 0;
  private _timer = 0;
  private _abort = new AbortController();
}

/** What is to be inserted, and all that its code depends on. */
export interface IInsertion {
  readonly source: Source | null;
  readonly inspection: IInspection;
  readonly what: ISelection | Recipe;
  /** The dataframes that the kernel is known to hold. */
  readonly frames: readonly FrameListing[];
  /** By the id of a set without a variable: the expression that showed it. */
  readonly expressions: ReadonlyMap<string, string>;
}

/** The way back into the notebook. */
export interface IBack {
  insert(insertion: IInsertion): Promise<IInserted>;
  /** Add a cell with code, without running it. */
  insertCode(source: Source | null, code: string): void;
  /** A name for the rows that nothing in the notebook or the kernel has. */
  freeName(
    source: Source | null,
    selection: ISelection,
    frames: readonly FrameListing[]
  ): string;
}

export namespace Phoenix {
  export interface IOptions {
    readonly client: Client;
    readonly front: Front;
    readonly trans: TranslationBundle;
    readonly back: IBack;
  }
}

/** Whether two sets are the same dataframe, or what one variable held before and holds now. */
function isSame(a: InferencesModel, b: InferencesModel): boolean {
  return a.variable === null || b.variable === null
    ? a.ref === b.ref
    : a.variable === b.variable;
}

function isOf(model: InferencesModel, state: ISetState): boolean {
  return state.id !== null && model.id === state.id
    ? true
    : state.variable !== null && nameOf(model).expression === state.variable;
}
