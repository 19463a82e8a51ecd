import type { IExported, ISelection } from '../tokens';

type Rows = ISelection['rows'];

/** What rows were exported as, the latest first. */
export class Exports {
  /**
   * @param holds - Whether the kernel is known to hold a dataframe of that name.
   */
  constructor(holds: (name: string) => boolean) {
    this._holds = holds;
  }

  /** What these very rows were exported as, while that is still there. */
  of(rows: Rows): IExported | undefined {
    const key = keyOf(rows);
    return this._done.find(
      ([other, { name, parts }]) =>
        key === other && [name, ...parts].every(this._holds)
    )?.[1];
  }

  add(rows: Rows, exported: IExported): void {
    this._done = [[keyOf(rows), exported], ...this._done];
  }

  clear(): void {
    this._done = [];
  }

  private readonly _holds: (name: string) => boolean;
  private _done: (readonly [string, IExported])[] = [];
}

function keyOf(rows: Rows): string {
  return JSON.stringify(rows.map(part => [part.set, part.rows]));
}
