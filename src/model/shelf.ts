import { type ISignal, Signal } from '@lumino/signaling';

import type { IKept, IShelf } from '../tokens';
import type { Inspection } from './inspection';
import type { Inspections } from './inspections';
import { USUAL_LABELS } from './selections';

/**
 * The saved selections of notebooks: those of what is open, and those that wait until their dataframes are inspected again.
 */
export class Shelf implements IShelf {
  constructor(inspections: Inspections) {
    this._inspections = inspections;
    inspections.changed.connect((_, inspection) => this._onChanged(inspection));
  }

  get changed(): ISignal<IShelf, string> {
    return this._changed;
  }

  of(path: string): readonly IKept[] {
    const open = this._inspections.all
      .filter(inspection => inspection.path === path)
      .flatMap(inspection => keptOf(inspection) ?? [])
      .filter(hasSome);
    return [...open, ...this.waiting(path)];
  }

  waiting(path: string): readonly IKept[] {
    return this._waiting.get(path) ?? [];
  }

  put(path: string, kept: readonly IKept[]): void {
    this._waiting.set(path, kept);
    for (const inspection of this._inspections.all) {
      if (inspection.path === path) {
        this._give(inspection);
      }
    }
    this._changed.emit(path);
  }

  move(from: string, to: string): void {
    this._waiting.set(to, this.waiting(from));
    this._waiting.delete(from);
  }

  private _onChanged(inspection: Inspection): void {
    const { path } = inspection;
    const kept = keptOf(inspection);
    const before = this._pairs.get(inspection);
    if (inspection.isDisposed) {
      this._pairs.delete(inspection);
      if (kept) {
        this._put(path, kept);
      }
    } else if (kept && isSame(before, kept)) {
      this._pairs.set(inspection, kept);
    } else {
      this._pairs.delete(inspection);
      if (before) {
        // What could not be taken along waits until its sets are compared again; with sets that have no names all of it does.
        const on = new Set(kept?.selections.map(({ id }) => id));
        const left = before.selections.filter(({ id }) => !on.has(id));
        const names = new Set(kept?.clusters?.map(({ id }) => id));
        const clusters = before.clusters?.filter(({ id }) => !names.has(id));
        this._put(path, { ...before, selections: left, clusters });
      }
      this._give(inspection);
    }
    this._changed.emit(path);
  }

  private _put(path: string, kept: IKept): void {
    if (hasSome(kept)) {
      this._waiting.set(path, [
        ...this.waiting(path).filter(other => !isSame(other, kept)),
        kept
      ]);
    }
  }

  /** Let an inspection have what waits for its sets. */
  private _give(inspection: Inspection): void {
    const { path } = inspection;
    const kept = keptOf(inspection);
    const found = kept && this.waiting(path).find(one => isSame(one, kept));
    if (kept) {
      this._pairs.set(inspection, kept);
    }
    if (found) {
      this._waiting.set(
        path,
        this.waiting(path).filter(other => other !== found)
      );
      inspection.kept.adopt(found.selections, found.labels);
      inspection.adoptNames(found.clusters ?? []);
      inspection.adoptAnswers(found.answers ?? []);
    }
  }

  private readonly _inspections: Inspections;
  private readonly _changed = new Signal<IShelf, string>(this);
  /** By path of the notebook. */
  private readonly _waiting = new Map<string, readonly IKept[]>();
  /** What was last kept of an inspection, and of what sets. */
  private readonly _pairs = new Map<Inspection, IKept>();
}

/** What is kept of an inspection; null when its sets have no names to find them by. */
function keptOf({
  primary,
  reference,
  kept,
  clusterNames,
  answers
}: Inspection): IKept | null {
  return primary.variable === null || reference?.variable === null
    ? null
    : {
        primary: primary.variable,
        reference: reference?.variable ?? null,
        selections: kept.all,
        ...(kept.labels === USUAL_LABELS ? {} : { labels: kept.labels }),
        ...(clusterNames.length > 0 ? { clusters: clusterNames } : {}),
        ...(answers.length > 0 ? { answers } : {})
      };
}

function hasSome(kept: IKept): boolean {
  const { selections, clusters = [], labels, answers = [] } = kept;
  return (
    selections.length + clusters.length + answers.length > 0 ||
    labels !== undefined
  );
}

function isSame(a: IKept | undefined, b: IKept): boolean {
  return a?.primary === b.primary && a.reference === b.reference;
}
