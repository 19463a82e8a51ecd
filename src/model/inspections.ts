import type { TranslationBundle } from '@jupyterlab/translation';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Client } from '../api/client';
import type { InferencesModel } from '../api/contract';
import type { Source } from '../notebook/source';
import type { IAnalysis, IFrameName, IInspection } from '../tokens';
import { Inspection } from './inspection';
import type { IInspectionHost } from './inspection-host';
import type { Readings } from './readings';
import type { Roles } from './roles';

/** All inspections; each lives while it is held, or is the current one of its notebook. */
export class Inspections {
  constructor(options: Inspections.IOptions) {
    this._client = options.client;
    this._readings = options.readings;
    this._roles = options.roles;
    this._host = options.host;
    this._trans = options.trans;
  }

  /** Emitted when an inspection was made, has changed or was let go. */
  get changed(): ISignal<Inspections, Inspection> {
    return this._changed;
  }

  /** Emitted when an analysis of an inspection starts or moves on. */
  get worked(): ISignal<Inspections, [Inspection, IAnalysis]> {
    return this._worked;
  }

  get all(): readonly Inspection[] {
    return [...this._holds.keys()];
  }

  /** Those of a notebook. */
  of(source: Source): readonly Inspection[] {
    return this.all.filter(({ path }) => path === source.path);
  }

  /** The one that somebody else's interface stands for. */
  find({ id }: IInspection): Inspection | null {
    return this.all.find(other => other.id === id) ?? null;
  }

  /** Another one of the same dataframes that is looked at. */
  findHeld(
    inspection: Inspection,
    primary: InferencesModel,
    reference: InferencesModel | null
  ): Inspection | null {
    const found = [...this._holds].find(
      ([other, n]) =>
        n > 0 &&
        other !== inspection &&
        other.path === inspection.path &&
        isSame(other.primary, primary) &&
        isSamePair(other.reference, reference)
    );
    return found?.[0] ?? null;
  }

  /** The one that the panel shows when a notebook is in front. */
  currentOf(source: Source): Inspection | null {
    return this._current.get(source) ?? null;
  }

  select(source: Source, inspection: Inspection): void {
    const before = this.currentOf(source);
    if (before !== inspection) {
      this._current.set(source, inspection);
      if (before) {
        this._tidy(before);
      }
    }
  }

  /** Keep an inspection alive until disposed. */
  hold(inspection: Inspection): IDisposable {
    this._holds.set(inspection, (this._holds.get(inspection) ?? 0) + 1);
    return new DisposableDelegate(() => {
      const n = this._holds.get(inspection);
      if (n !== undefined) {
        this._holds.set(inspection, n - 1);
        this._tidy(inspection);
      }
    });
  }

  /**
   * Read the sets, and take the inspection of them, an old one if there is one.
   *
   * With the corpus from the start, for what a notebook has kept is of clusters of the map with its documents. Without `corpus` an old inspection has that which it has.
   */
  async open(
    source: Source,
    primary: IFrameName,
    reference: IFrameName | null,
    {
      corpus,
      ...kept
    }: Pick<
      Inspection.IOptions,
      'unit' | 'limit' | 'where' | 'whereBefore' | 'picked'
    > & {
      readonly corpus?: IFrameName | null;
    } = {}
  ): Promise<Inspection> {
    const [first, second, third] = await this._readings.all(
      source,
      primary,
      reference,
      corpus ?? null
    );
    const found = this._again(source, first, second);
    if (!found) {
      const sets = { primary: first, reference: second, corpus: third };
      return this.create(source, { ...kept, ...sets });
    }
    const { corpus: before } = found;
    if (before && third && this._readings.isStill(before, third)) {
      this.release([third.id]);
    } else if (corpus !== undefined && (before ?? third)) {
      found.takeCorpus(third);
    }
    return found;
  }

  /** Read the sets, and take the inspection of exactly these; no other one becomes it, nor has it a corpus. */
  async take(
    source: Source,
    primary: IFrameName,
    reference: IFrameName | null
  ): Promise<Inspection> {
    const [first, second] = await this._readings.all(
      source,
      primary,
      reference,
      null
    );
    const found = this.of(source).find(
      other =>
        other.corpus === null &&
        isSame(other.primary, first) &&
        isSamePair(other.reference, second)
    );
    return found
      ? this._renewed(found, first, second)
      : this.create(source, { primary: first, reference: second });
  }

  create(
    source: Source,
    options: Pick<
      Inspection.IOptions,
      | 'primary'
      | 'reference'
      | 'corpus'
      | 'unit'
      | 'limit'
      | 'where'
      | 'whereBefore'
      | 'picked'
    >
  ): Inspection {
    const inspection = new Inspection({
      ...options,
      path: () => source.path,
      units: {
        find: ({ primary, reference }) =>
          this._roles.unitOf(source.path, primary, reference),
        keep: ({ primary, reference }, unit) =>
          this._roles.group(
            source.path,
            reference ? [primary, reference] : [primary],
            unit
          )
      },
      client: this._client,
      host: this._host,
      trans: this._trans
    });
    this._holds.set(inspection, 0);
    inspection.changed.connect(() => this._changed.emit(inspection));
    inspection.worked.connect((_, analysis) =>
      this._worked.emit([inspection, analysis])
    );
    this._changed.emit(inspection);
    return inspection;
  }

  /** Let go of sets that no inspection needs any more. */
  release(ids: readonly string[]): void {
    const used = new Set(
      this.all.flatMap(({ primary, reference, corpus }) => [
        primary.id,
        reference?.id,
        corpus?.id
      ])
    );
    for (const id of ids) {
      if (!used.has(id)) {
        this._readings.release(id);
      }
    }
  }

  /** The notebook was closed. */
  close(source: Source): void {
    this._current.delete(source);
    for (const inspection of this.of(source)) {
      this._drop(inspection);
    }
  }

  /**
   * The inspection that is open of the same dataframes, or of the primary alone; its sets are replaced if they have changed.
   */
  private _again(
    source: Source,
    primary: InferencesModel,
    reference: InferencesModel | null
  ): Inspection | null {
    const mine = this.of(source).filter(other =>
      isSame(other.primary, primary)
    );
    const both = mine.find(other => isSamePair(other.reference, reference));
    const found =
      both ??
      (reference
        ? mine.find(other => other.reference === null)
        : // Who asks for the primary of what is open wants to see that.
          mine.find(other => other === this.currentOf(source)));
    return found ? this._renewed(found, primary, reference) : null;
  }

  /** An inspection with the sets that were read now, where they have changed; the others are let go. */
  private _renewed(
    found: Inspection,
    primary: InferencesModel,
    reference: InferencesModel | null
  ): Inspection {
    const holds = [
      this._readings.isStill(found.primary, primary),
      found.reference &&
        (reference === null ||
          this._readings.isStill(found.reference, reference))
    ];
    const [first, second] = [
      holds[0] ? found.primary : primary,
      holds[1] ? found.reference : reference
    ];
    if (first !== found.primary || second !== found.reference) {
      found.replace(first, second);
    }
    this.release(
      [primary, reference].flatMap(set =>
        set && set !== first && set !== second ? [set.id] : []
      )
    );
    return found;
  }

  /** Let an inspection go that nobody looks at. */
  private _tidy(inspection: Inspection): void {
    const isCurrent = [...this._current.values()].includes(inspection);
    if (!isCurrent && (this._holds.get(inspection) ?? 0) <= 0) {
      this._drop(inspection);
    }
  }

  private _drop(inspection: Inspection): void {
    this._holds.delete(inspection);
    inspection.dispose();
  }

  private readonly _client: Client;
  private readonly _readings: Readings;
  private readonly _roles: Roles;
  private readonly _host: IInspectionHost;
  private readonly _trans: TranslationBundle;
  private readonly _changed = new Signal<Inspections, Inspection>(this);
  private readonly _worked = new Signal<Inspections, [Inspection, IAnalysis]>(
    this
  );
  /** By inspection: how many hold it. */
  private readonly _holds = new Map<Inspection, number>();
  private readonly _current = new Map<Source, Inspection>();
}

export namespace Inspections {
  export interface IOptions {
    readonly client: Client;
    readonly readings: Readings;
    readonly roles: Roles;
    readonly host: IInspectionHost;
    readonly trans: TranslationBundle;
  }
}

/** Whether two sets are the same dataframe, or what one variable held before and holds now. */
function isSame(a: InferencesModel, b: InferencesModel): boolean {
  return a.variable === null || b.variable === null
    ? a.ref === b.ref
    : a.variable === b.variable;
}

function isSamePair(
  a: InferencesModel | null,
  b: InferencesModel | null
): boolean {
  return a === null || b === null ? a === b : isSame(a, b);
}
