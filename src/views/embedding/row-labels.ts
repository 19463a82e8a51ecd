import * as React from 'react';

import type { IInspection, SetName } from '../../tokens';
import { Gathering } from '../parts';

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
    if (known === undefined) {
      this._known.set(key, null);
      this._wanted.want(set, row);
    }
    return known ?? null;
  }

  dispose(): void {
    this._wanted.dispose();
  }

  private _read(set: SetName, rows: readonly number[]): void {
    this._inspection.labelsOf(set, rows).then(
      labels => {
        labels?.forEach((label, i) =>
          this._known.set(`${set} ${rows[i]}`, label)
        );
        if (labels && !this._wanted.isDisposed) {
          this._onRead();
        }
      },
      // The place says which row it is, too.
      () => undefined
    );
  }

  private readonly _inspection: IInspection;
  private readonly _onRead: () => void;
  private readonly _known = new Map<string, string | null>();
  private readonly _wanted = new Gathering((set, rows) =>
    this._read(set, rows)
  );
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
