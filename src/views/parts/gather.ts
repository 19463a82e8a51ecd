import type { SetName } from '../../tokens';

/** How long requests are gathered, in milliseconds. */
const GATHER = 25;

/** Rows of each set that are wanted one by one, gathered for a moment and then asked together. */
export class Gathering {
  /** @param ask - Called for each set of which rows are wanted, with each of them once. */
  constructor(ask: (set: SetName, rows: number[]) => void) {
    this._ask = ask;
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
      if (rows.length > 0) {
        this._ask(set, rows);
      }
    }
  }

  private readonly _ask: (set: SetName, rows: number[]) => void;
  private readonly _wanted: Readonly<Record<SetName, Set<number>>> = {
    primary: new Set(),
    reference: new Set()
  };
  private _timer = 0;
  private _isDisposed = false;
}
