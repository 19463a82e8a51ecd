import * as React from 'react';

import type { IInspection, SetName } from '../../tokens';
import { Gathering, type SetIds } from '../parts';

/** What the index of a dataframe calls a row; null where it only counts, so that the place is the label. */
export type RowLabel =
  { readonly label: string | null } | { readonly problem: string };

/** The label of a row that has one of its own; null where it has none, or nobody knows. */
export function labelIn(known: RowLabel | null): string | null {
  return known && 'label' in known ? known.label : null;
}

const COUNTED: RowLabel = { label: null };

/** What the dataframes' own indexes call rows, asked when the rows are looked at. */
export class RowLabels {
  /**
   * @param sets - The sets that the rows are of.
   * @param onRead - Called when labels have arrived.
   */
  constructor(inspection: IInspection, sets: SetIds, onRead: () => void) {
    this._inspection = inspection;
    this._onRead = onRead;
    this._wanted = new Gathering(inspection, sets, (set, rows) =>
      this._read(set, rows)
    );
  }

  /** What a row is called; null while that is not known. */
  get(set: SetName, row: number): RowLabel | null {
    const key = `${set} ${row}`;
    const known = this._known.get(key);
    if (known === undefined && this._counts.has(set)) {
      return COUNTED;
    }
    if (known === undefined && this._wanted.isThere(set)) {
      this._known.set(key, null);
      this._wanted.want(set, row);
    }
    return known ?? null;
  }

  dispose(): void {
    this._wanted.dispose();
  }

  private _read(set: SetName, rows: readonly number[]): void {
    const keep = (labelOf: (place: number) => RowLabel): void => {
      rows.forEach((row, i) => this._known.set(`${set} ${row}`, labelOf(i)));
      if (!this._wanted.isDisposed) {
        this._onRead();
      }
    };
    this._inspection.labelsOf(set, rows).then(
      labels => {
        if (labels === null) {
          this._counts.add(set);
        }
        keep(i => (labels ? { label: labels[i] } : COUNTED));
      },
      (reason: unknown) => {
        const problem =
          reason instanceof Error ? reason.message : String(reason);
        keep(() => ({ problem }));
      }
    );
  }

  private readonly _inspection: IInspection;
  private readonly _onRead: () => void;
  /** Sets whose index only counts. */
  private readonly _counts = new Set<SetName>();
  private readonly _known = new Map<string, RowLabel | null>();
  private readonly _wanted: Gathering;
}

/** The labels of the rows of sets; those that come are drawn. */
export function useRowLabels(inspection: IInspection, sets: SetIds): RowLabels {
  const [, redraw] = React.useReducer((n: number) => n + 1, 0);
  const { primary, reference } = sets;
  const labels = React.useMemo(
    () => new RowLabels(inspection, { primary, reference }, redraw),
    [inspection, primary, reference]
  );
  React.useEffect(() => () => labels.dispose(), [labels]);
  return labels;
}
