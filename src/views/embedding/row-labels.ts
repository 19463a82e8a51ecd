import * as React from 'react';

import type { IInspection, SetName } from '../../tokens';

/** How long requests are gathered, in milliseconds. */
const GATHER = 25;

/** What the dataframes' own indexes call rows, asked when the rows are looked at. */
export class RowLabels {
  /** @param onRead - Called when labels have arrived. */
  constructor(inspection: IInspection, onRead: () => void) {
    this._inspection = inspection;
    this._onRead = onRead;
  }

  /** The label of a row; null while it is not known, and where the index only counts. */
  get(set: SetName, row: number): string | null {
    const key = `${set} ${row}`;
    const known = this._known.get(key);
    if (known === undefined && !this._isDisposed) {
      this._known.set(key, null);
      this._wanted[set].push(row);
      if (this._timer === 0) {
        this._timer = window.setTimeout(() => this._read(), GATHER);
      }
    }
    return known ?? null;
  }

  dispose(): void {
    this._isDisposed = true;
    window.clearTimeout(this._timer);
  }

  private _read(): void {
    this._timer = 0;
    for (const set of ['primary', 'reference'] as const) {
      const rows = this._wanted[set].splice(0);
      if (rows.length === 0) {
        continue;
      }
      this._inspection.labelsOf(set, rows).then(
        labels => {
          labels?.forEach((label, i) =>
            this._known.set(`${set} ${rows[i]}`, label)
          );
          if (labels && !this._isDisposed) {
            this._onRead();
          }
        },
        // The place says which row it is, too.
        () => undefined
      );
    }
  }

  private readonly _inspection: IInspection;
  private readonly _onRead: () => void;
  private readonly _known = new Map<string, string | null>();
  private readonly _wanted = {
    primary: [] as number[],
    reference: [] as number[]
  };
  private _timer = 0;
  private _isDisposed = false;
}

/** The labels of the rows of an inspection's sets; those that come are drawn. */
export function useRowLabels(inspection: IInspection): RowLabels {
  const [, redraw] = React.useReducer((n: number) => n + 1, 0);
  const { primary, reference } = inspection;
  const labels = React.useMemo(
    () => new RowLabels(inspection, redraw),
    // A set that was swapped or read again is another one.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [inspection, primary.id, reference?.id]
  );
  React.useEffect(() => () => labels.dispose(), [labels]);
  return labels;
}
