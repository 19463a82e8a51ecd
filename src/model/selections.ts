import type { TranslationBundle } from '@jupyterlab/translation';

import { numbers, strings } from '../api/arrow';
import { asProblem, ProblemError } from '../api/problem';
import type {
  IAnalysis,
  IInspection,
  IRows,
  ISelection,
  ISelections,
  Mark,
  Recipe,
  SetName
} from '../tokens';
import { liveOf, merge } from './combining';
import { areListed, areOnMap } from './conditions';
import {
  carry,
  hasRows,
  isCounted,
  outdated,
  sizesText,
  stamp
} from './selection';

/** Changes that can be taken back. */
const MOST_UNDONE = 100;

/** What rows are labelled with until somebody says otherwise. */
export const USUAL_LABELS: readonly string[] = ['mislabelled', 'new topic'];
/** As many as there are keys. */
export const MOST_LABELS = 9;

type ISets = Pick<IInspection, 'primary' | 'reference'>;

interface IContent {
  readonly all: readonly ISelection[];
  readonly labels: readonly string[];
}

/** What the selections are of. */
export interface IOfSets extends ISets {
  readonly isDisposed: boolean;
  run(recipe: Recipe): IAnalysis;
}

/** The selections of an inspection: kept, combined, labelled, taken back; live ones follow their sets. */
export class Selections implements ISelections {
  constructor(
    private readonly _sets: IOfSets,
    private readonly _trans: TranslationBundle,
    /** Called when any of it has changed. */
    private readonly _tell: () => void
  ) {}

  get all(): readonly ISelection[] {
    return this._now.all;
  }

  get labels(): readonly string[] {
    return this._now.labels;
  }

  get canUndo(): boolean {
    return this._before.length > 0;
  }

  get canRedo(): boolean {
    return this._after.length > 0;
  }

  async keep(selection: ISelection): Promise<void> {
    const { conditions, rows } = selection;
    const isOfOne = this._sets.reference !== null && rows.length === 1;
    const told: ISelection =
      conditions && isOfOne && conditions.every(({ kind }) => kind !== 'of_set')
        ? {
            ...selection,
            conditions: [...conditions, { kind: 'of_set', name: rows[0].set }]
          }
        : selection;
    const put = (one: ISelection): void =>
      this._take([
        ...this.all.filter(({ id }) => id !== one.id),
        stamp(one, this._sets)
      ]);
    if (told.conditions && areListed(told.conditions)) {
      // Among rows that are a list, it is one.
      put({ ...(await this._asked(told)), conditions: undefined });
      return;
    }
    put(told);
    if (!this._isKnown(told)) {
      await this._count(told);
    }
  }

  change(
    id: string,
    change: Partial<Pick<ISelection, 'label' | 'note' | 'tag'>>
  ): void {
    this._take(
      this.all.map(one => (one.id === id ? { ...one, ...change } : one))
    );
  }

  remove(id: string): void {
    this._take(this.all.filter(one => one.id !== id));
  }

  /** Take selections that were kept at an earlier time. */
  adopt(
    selections: readonly ISelection[],
    labels: readonly string[] = this.labels
  ): void {
    const added = selections.filter(
      ({ id, rows }) =>
        this.all.every(other => other.id !== id) &&
        rows.every(({ set }) => this._sets[set] !== null)
    );
    if (added.length > 0 || labels !== this.labels) {
      this._now = { all: [...added, ...this.all], labels };
      this._tell();
      this._follow();
    }
  }

  whole(selection: ISelection): Promise<ISelection> {
    return this._isKnown(selection)
      ? Promise.resolve(selection)
      : this._asked(selection);
  }

  async again(id: string): Promise<void> {
    const found = this._find(id);
    if (found) {
      await this._count(found);
    }
  }

  async freeze(id: string): Promise<void> {
    const found = this._find(id);
    if (!found) {
      return;
    }
    const { rows } = await this.whole(found);
    // It may have been named, or removed, meanwhile.
    const now = this._find(id);
    if (now) {
      this._replace(
        { ...now, rows, conditions: undefined, source: null },
        true
      );
    }
  }

  state(id: string): { readonly problem: string | null } | undefined {
    return this._states.get(id);
  }

  mark(
    mark: Mark,
    text: string | null,
    rows: readonly IRows[],
    view: string | null
  ): void {
    const without = this.all.flatMap(one =>
      one.mark !== mark || outdated(one, this._sets)
        ? [one]
        : (changed('minus', one, rows) ?? [])
    );
    if (text === null) {
      this._take(without);
      return;
    }
    const same = (one: ISelection): boolean =>
      one.mark === mark &&
      one.label === text &&
      outdated(one, this._sets) === null;
    // One that had all its rows among these is gone from the list, and keeps its place.
    const place = this.all.findIndex(same);
    const before = this.all[place] as ISelection | undefined;
    const base = before ?? {
      id: freeId(`${mark}:${text}`, this.all),
      label: text,
      rows: [],
      variable: mark,
      comment: [],
      source: null,
      view,
      mark
    };
    const fuller = changed('or', base, rows);
    const rest = without.filter(({ id }) => id !== base.id);
    if (fuller) {
      const at = before ? Math.min(place, rest.length) : rest.length;
      this._take([
        ...rest.slice(0, at),
        stamp(fuller, this._sets),
        ...rest.slice(at)
      ]);
    }
  }

  relabel(labels: readonly string[]): void {
    const before = this.labels;
    // A label that has moved to the key of another is not that one's new name.
    const renamed = new Map(
      before.flatMap((text, i) =>
        labels[i] && !before.includes(labels[i]) && !labels.includes(text)
          ? [[text, labels[i]] as const]
          : []
      )
    );
    const all = this.all.map(one => {
      const label = one.mark === 'label' ? renamed.get(one.label) : undefined;
      return label === undefined ? one : { ...one, label };
    });
    this._take(all, [...new Set(labels.filter(text => text !== ''))]);
  }

  undo(): boolean {
    return this._step(this._before, this._after);
  }

  redo(): boolean {
    return this._step(this._after, this._before);
  }

  /** Go on with other sets; what cannot be said of them is left out. Whoever takes them tells. */
  carry(before: ISets): void {
    this._change(all =>
      all.flatMap(one => carry(one, before, this._sets) ?? [])
    );
  }

  /** Maps and clusters are others now: what was picked on them is known by its rows alone, where those are. */
  leaveMaps(): void {
    this._change(all =>
      all.map(one => (hasRows(one) ? { ...one, source: null } : one))
    );
  }

  private _change(
    change: (all: readonly ISelection[]) => readonly ISelection[]
  ): void {
    const on = ({ all, labels }: IContent): IContent => ({
      all: change(all),
      labels
    });
    this._now = on(this._now);
    this._before = this._before.map(on);
    this._after = this._after.map(on);
    this._states.clear();
    this._follow();
  }

  private _step(from: IContent[], to: IContent[]): boolean {
    const next = from.pop();
    if (next === undefined) {
      return false;
    }
    to.push(this._now);
    this._now = next;
    this._tell();
    this._follow();
    return true;
  }

  private _take(
    all: readonly ISelection[],
    labels: readonly string[] = this.labels
  ): void {
    this._before = [...this._before, this._now].slice(-MOST_UNDONE);
    this._after = [];
    this._now = { all, labels };
    this._tell();
  }

  /** Put a selection in the place of the one that it was; what only follows the data is nothing to take back. */
  private _replace(selection: ISelection, isUndone: boolean): void {
    const all = this.all.map(one =>
      one.id === selection.id ? selection : one
    );
    if (isUndone) {
      this._take(all);
    } else {
      this._now = { ...this._now, all };
      this._tell();
    }
  }

  /** Whether its rows need not be asked for: what is on another map is told to be, and not asked again unless somebody wants it. */
  private _isKnown(selection: ISelection): boolean {
    const conditions = liveOf(selection);
    return (
      conditions === null ||
      (isCounted(selection) &&
        (areOnMap(conditions) || outdated(selection, this._sets) === null))
    );
  }

  private _find(id: string): ISelection | undefined {
    return this.all.find(one => one.id === id);
  }

  /** Count live selections again where the sets are others; those of a map wait until somebody asks, for it may be another one. */
  private _follow(): void {
    for (const one of this.all) {
      const conditions = liveOf(one);
      if (
        conditions &&
        !areOnMap(conditions) &&
        outdated(one, this._sets) &&
        !this._states.has(one.id)
      ) {
        this._count(one).catch(() => undefined);
      }
    }
  }

  private async _count(selection: ISelection): Promise<void> {
    const { id, comment } = selection;
    const wasOld = outdated(selection, this._sets) !== null;
    const counting = { problem: null };
    this._states.set(id, counting);
    this._tell();
    // An answer to what was asked before says nothing of what is asked now.
    const isLast = (): boolean => this._states.get(id) === counting;
    try {
      const counted = await this._asked(selection);
      if (!isLast()) {
        return;
      }
      this._states.delete(id);
      const now = this._find(id);
      if (now) {
        const { rows } = counted;
        const sizes = sizesText(rows, this._sets, this._trans);
        this._replace(
          {
            ...now,
            rows,
            comment: wasOld ? [comment[0] ?? now.label, sizes] : comment
          },
          false
        );
      }
    } catch (error) {
      if (isLast()) {
        this._states.set(id, { problem: asProblem(error).message });
        this._tell();
      }
    }
  }

  /** Ask which rows meet the conditions now. */
  private async _asked(selection: ISelection): Promise<ISelection> {
    const { primary, reference } = this._sets;
    const where = selection.conditions ?? liveOf(selection) ?? [];
    const { table } = await this._sets.run({
      kind: 'cohort',
      where: [...where]
    }).done;
    if (
      this._sets.isDisposed ||
      primary !== this._sets.primary ||
      reference !== this._sets.reference
    ) {
      throw new ProblemError({
        message: this._trans.__('The dataframes are others now.')
      });
    }
    const rows = numbers(table, 'row');
    const bySet: Record<SetName, number[]> = { primary: [], reference: [] };
    strings(table, 'set').forEach((set, i) =>
      bySet[set as SetName].push(rows[i] ?? -1)
    );
    return stamp(
      {
        ...selection,
        rows: selection.rows.map(({ set }) => ({
          set,
          rows: bySet[set],
          ...(bySet[set].length === 0 ? { n: 0 } : {})
        }))
      },
      this._sets
    );
  }

  private _now: IContent = { all: [], labels: USUAL_LABELS };
  private _before: IContent[] = [];
  private _after: IContent[] = [];
  /** Of the live ones that are being counted, or could not be. */
  private readonly _states = new Map<string, { problem: string | null }>();
}

/** A list of rows with more of them, or fewer; null when none is left. */
function changed(
  way: 'or' | 'minus',
  selection: ISelection,
  rows: readonly IRows[]
): ISelection | null {
  const parts = (['primary', 'reference'] as const).flatMap(set => {
    const mine = selection.rows.find(part => part.set === set);
    const others = rows.find(part => part.set === set);
    const found = merge(way, mine?.rows ?? [], others?.rows ?? [], 0);
    return found.length > 0 ? [{ ...mine, set, rows: found }] : [];
  });
  return parts.length > 0 ? { ...selection, rows: parts } : null;
}

function freeId(wish: string, all: readonly ISelection[]): string {
  let id = wish;
  for (let n = 2; all.some(one => one.id === id); n++) {
    id = `${wish}:${n}`;
  }
  return id;
}
