import type {
  Condition,
  IChosen,
  ICohortCount,
  IResult,
  Recipe,
  SetName
} from '../tokens';
import { areListed, areOnMap, turned } from './conditions';

/** Changes of the conditions that can be taken back. */
const MOST_UNDONE = 50;

type Counts = Readonly<Record<SetName, ICohortCount | null>>;

/** The conditions at one time, and those of them that no finding came with. */
interface IShownRows {
  readonly where: readonly IChosen[];
  readonly aside: readonly IChosen[] | null;
}

/** The conditions that an answer names as JSON; none where it names none. */
export function conditionsIn(text: string | null | undefined): Condition[] {
  return text ? (JSON.parse(text) as Condition[]) : [];
}

/** The conditions that all rows on screen meet, and how many rows do. */
export class Cohort {
  constructor(
    private _where: readonly IChosen[],
    /** The conditions without those that a finding came with; null where none did. */
    aside: readonly IChosen[] | null,
    /** Called when any of it has changed. */
    private readonly _tell: () => void
  ) {
    this._aside = besides(_where, aside);
  }

  get where(): readonly IChosen[] {
    return this._where;
  }

  /** The conditions without those that a finding came with. */
  get before(): readonly IChosen[] {
    return this._aside ?? this._where;
  }

  /** Rows of each set; null while nobody has counted. */
  get counts(): Counts | null {
    return this._counts;
  }

  /** Conditions that went with the map that they were of. */
  get dropped(): readonly IChosen[] {
    return this._dropped;
  }

  dismissDropped(): void {
    this._dropped = [];
    this._tell();
  }

  get canUndo(): boolean {
    return this._before.length > 0;
  }

  narrow(chosen: readonly IChosen[]): void {
    this._choose(added(this._where, chosen));
  }

  /** Show the rows that a finding is of; null is those from before again. */
  visit(chosen: readonly IChosen[] | null): void {
    const before = this.before;
    this._choose(chosen === null ? before : added(before, chosen), before);
  }

  widen(chosen: IChosen | null): void {
    const without = (some: readonly IChosen[]): readonly IChosen[] =>
      chosen === null
        ? []
        : some.filter(other => keyOf(other) !== keyOf(chosen));
    // What is left of a finding's conditions is still not what anybody chose.
    this._choose(without(this._where), this._aside && without(this._aside));
  }

  undo(): boolean {
    const before = this._before.pop();
    if (before === undefined) {
      return false;
    }
    this._set(before.where, before.aside);
    return true;
  }

  /** Go on with other sets; whoever takes them tells. */
  carry(isSwapped: boolean, isSameMap: boolean): void {
    const where = this._where;
    this._where = carried(where, isSwapped, isSameMap);
    this._aside = this._aside && carried(this._aside, isSwapped, isSameMap);
    this._dropped =
      where.length > this._where.length ? where.filter(isPlaced) : [];
    this._before = [];
    this._counts = null;
  }

  /** Every answer tells how many rows it is of. */
  count({ where }: Recipe, result: IResult): void {
    const found = cohortOf(result);
    const isOfThese =
      JSON.stringify(where) ===
      JSON.stringify(this._where.map(({ condition }) => condition));
    if (found && isOfThese && this._counts === null) {
      this._counts = found;
      this._tell();
    }
  }

  private _choose(
    where: readonly IChosen[],
    aside: readonly IChosen[] | null = null
  ): void {
    if (!isSame(where, this._where)) {
      const now = { where: this._where, aside: this._aside };
      this._before = [...this._before, now].slice(-MOST_UNDONE);
      this._set(where, aside);
    }
  }

  private _set(
    where: readonly IChosen[],
    aside: readonly IChosen[] | null = null
  ): void {
    this._dropped = [];
    this._where = where;
    this._aside = besides(where, aside);
    this._counts = null;
    this._tell();
  }

  private _aside: readonly IChosen[] | null;
  private _dropped: readonly IChosen[] = [];
  private _before: IShownRows[] = [];
  private _counts: Counts | null = null;
}

/** The recipe of the rows that meet the conditions; one that has its own keeps them. */
export function narrowed<T extends Recipe>(
  recipe: T,
  where: readonly IChosen[]
): T {
  return where.length === 0 || recipe.where !== undefined
    ? recipe
    : { ...recipe, where: where.map(({ condition }) => condition) };
}

/** Conditions beside which a finding brought others; null where it brought none. */
function besides(
  where: readonly IChosen[],
  aside: readonly IChosen[] | null
): readonly IChosen[] | null {
  return aside && isSame(where, aside) ? null : aside;
}

/** The conditions with more of them, none twice. */
export function added(
  where: readonly IChosen[],
  more: readonly IChosen[]
): readonly IChosen[] {
  const known = new Set(where.map(keyOf));
  const fresh = more.filter(chosen => !known.has(keyOf(chosen)));
  return fresh.length === 0 ? where : [...where, ...fresh];
}

export function isSame(a: readonly IChosen[], b: readonly IChosen[]): boolean {
  return (
    a.length === b.length && a.every((one, i) => keyOf(one) === keyOf(b[i]))
  );
}

/** The conditions that still say the same after the sets were replaced: a cluster of another map is another one. */
export function carried(
  where: readonly IChosen[],
  isSwapped: boolean,
  /** Whether the map is the one that it was, for the data look the same. */
  isSameMap = false
): readonly IChosen[] {
  return where.flatMap(chosen => {
    if (isPlaced(chosen)) {
      return isSameMap ? [chosen] : [];
    }
    return isSwapped
      ? [{ ...chosen, condition: turned(chosen.condition) }]
      : [chosen];
  });
}

/** How many rows of each set an answer is of; null when it is of all. */
export function cohortOf({ meta }: IResult): Counts | null {
  return (meta.cohort as Counts | undefined) ?? null;
}

function keyOf({ condition }: IChosen): string {
  return JSON.stringify(
    Object.entries(condition)
      .filter(([, value]) => value !== null && value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  );
}

function isPlaced({ condition }: IChosen): boolean {
  return areOnMap([condition]) || areListed([condition]);
}
