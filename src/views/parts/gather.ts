import type { IInspection, SetName } from '../../tokens';

/** How long requests are gathered, in milliseconds. */
const GATHER = 25;

/** The sets that something is of, by their ids. */
export type SetIds = Readonly<Record<SetName, string | null>>;

export function setIds({ primary, reference }: IInspection): SetIds {
  return { primary: primary.id, reference: reference?.id ?? null };
}

/**
 * Rows of each set that are wanted one by one, gathered for a moment and then asked together.
 *
 * Once a set was read again, the rows of the one before are asked no more: the same places hold others.
 */
export class Gathering {
  /**
   * @param sets - The sets that the rows are of.
   * @param ask - Called for each set of which rows are wanted, with each of them once.
   */
  constructor(
    inspection: IInspection,
    sets: SetIds,
    ask: (set: SetName, rows: number[]) => void
  ) {
    this._inspection = inspection;
    this._sets = sets;
    this._ask = ask;
  }

  /** Whether the inspection is still of the set that the rows are of. */
  isThere(set: SetName): boolean {
    return this._inspection[set]?.id === this._sets[set];
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  want(set: SetName, row: number): void {
    if (this._isDisposed) {
      return;
    }
    this._wanted[set].add(row);
    if (this._timer === 0) {
      this._timer = window.setTimeout(() => this._flush(), GATHER);
    }
  }

  dispose(): void {
    this._isDisposed = true;
    window.clearTimeout(this._timer);
  }

  private _flush(): void {
    this._timer = 0;
    for (const set of ['primary', 'reference'] as const) {
      const rows = [...this._wanted[set]];
      this._wanted[set].clear();
      if (rows.length > 0 && this.isThere(set)) {
        this._ask(set, rows);
      }
    }
  }

  private readonly _inspection: IInspection;
  private readonly _sets: SetIds;
  private readonly _ask: (set: SetName, rows: number[]) => void;
  private readonly _wanted: Readonly<Record<SetName, Set<number>>> = {
    primary: new Set(),
    reference: new Set()
  };
  private _timer = 0;
  private _isDisposed = false;
}
