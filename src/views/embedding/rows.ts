import type { Table, Vector } from 'apache-arrow';
import * as React from 'react';

import type { ColumnInfo, InferencesModel } from '../../api/contract';
import { measure } from '../../charts/format';
import type { IInspection, SetName } from '../../tokens';
import { Gathering, type SetIds, setIds } from '../parts';
import { readTimes } from './times';

/** What is told about a row. */
export interface IRowDetail {
  readonly text: string | null;
  /** Milliseconds since 1970, NaN without a time. */
  readonly time: number;
  readonly predicted: string | null;
  readonly actual: string | null;
  readonly score: number | null;
}

/** The columns of a set that rows are told by; null where the set has none. */
export interface IRowColumns {
  readonly text: string | null;
  readonly time: string | null;
  readonly predicted: string | null;
  readonly actual: string | null;
  readonly score: string | null;
  /** Told instead of a text where there is none. */
  readonly others: readonly string[];
}

/** Columns that stand for a text, where there is none. */
const MOST_OTHERS = 4;

/** Find the columns that rows of an embedding are told by. */
export function rowColumns(
  model: InferencesModel,
  embedding: string
): IRowColumns {
  const usable = model.columns.filter(c => c.problem === null);
  const role = (name: ColumnInfo['role']): string | null =>
    usable.find(c => c.role === name)?.name ?? null;
  const info = usable.find(c => c.name === embedding);
  const has = (name: string | null | undefined): string | null =>
    usable.some(c => c.name === name) ? (name ?? null) : null;
  const text = has(info?.raw_data) ?? has(info?.link_to_data);
  return {
    text,
    time: role('timestamp'),
    predicted: role('prediction_label'),
    actual: role('actual_label'),
    score: role('prediction_score'),
    others: text
      ? []
      : usable
          .filter(
            c =>
              c.kind !== 'vector' && (c.role === 'feature' || c.role === 'tag')
          )
          .slice(0, MOST_OTHERS)
          .map(c => c.name)
  };
}

function namesOf(columns: IRowColumns): string[] {
  const { text, time, predicted, actual, score, others } = columns;
  const names = [text, time, predicted, actual, score, ...others];
  return [...new Set(names.filter((n): n is string => n !== null))];
}

/** Sets up to this size are read whole; of larger ones only the rows that are looked at. */
const WHOLE = 20_000;
const MOST_KEPT = 20_000;

/**
 * What rows hold, read when they are looked at.
 */
export class RowReader {
  /**
   * @param sets - The sets that the rows are of.
   * @param onRead - Called when rows have arrived.
   */
  constructor(
    inspection: IInspection,
    embedding: string,
    sets: SetIds,
    onRead: () => void
  ) {
    this._inspection = inspection;
    this._onRead = onRead;
    this._wanted = new Gathering(inspection, sets, (set, rows) =>
      this._read(set, rows)
    );
    this.columns = {
      primary: rowColumns(inspection.primary, embedding),
      reference: inspection.reference
        ? rowColumns(inspection.reference, embedding)
        : null
    };
  }

  readonly columns: {
    readonly primary: IRowColumns;
    readonly reference: IRowColumns | null;
  };

  /** What is known of a row; asks for it when nothing is. */
  get(set: SetName, row: number): IRowDetail | null {
    const known = this._known[set].get(row);
    if (known === undefined) {
      this._wanted.want(set, row);
    }
    return known ?? null;
  }

  dispose(): void {
    this._wanted.dispose();
  }

  private _read(set: SetName, rows: number[]): void {
    const columns = this.columns[set];
    const model = this._inspection[set];
    if (!columns || !model) {
      return;
    }
    const names = namesOf(columns);
    if (names.length === 0) {
      rows.forEach(row => this._known[set].set(row, NOTHING));
      this._onRead();
      return;
    }
    const whole = model.n_rows <= WHOLE;
    const sorted = rows.sort((a, b) => a - b);
    this._inspection
      .columns(set, names, whole ? undefined : sorted)
      .then(
        table => this._keep(set, columns, table, whole ? null : sorted),
        () => {
          // Rows without their texts are still rows.
          sorted.forEach(row => this._known[set].set(row, NOTHING));
        }
      )
      .finally(() => {
        if (!this._wanted.isDisposed) {
          this._onRead();
        }
      });
  }

  private _keep(
    set: SetName,
    columns: IRowColumns,
    table: Table,
    rows: readonly number[] | null
  ): void {
    const known = this._known[set];
    if (known.size > MOST_KEPT) {
      known.clear();
    }
    const detail = details(columns, table);
    for (let i = 0; i < table.numRows; i++) {
      known.set(rows ? rows[i] : i, detail(i));
    }
  }

  private readonly _inspection: IInspection;
  private readonly _onRead: () => void;
  private readonly _known = {
    primary: new Map<number, IRowDetail>(),
    reference: new Map<number, IRowDetail>()
  };
  private readonly _wanted: Gathering;
}

const NOTHING: IRowDetail = {
  text: null,
  time: NaN,
  predicted: null,
  actual: null,
  score: null
};

function details(
  columns: IRowColumns,
  table: Table
): (row: number) => IRowDetail {
  const vector = (name: string | null): Vector | null =>
    name === null ? null : table.getChild(name);
  const text = vector(columns.text);
  const predicted = vector(columns.predicted);
  const actual = vector(columns.actual);
  const score = vector(columns.score);
  const times = columns.time ? readTimes(table, columns.time) : null;
  const others = columns.others.map(name => ({ name, values: vector(name) }));
  return row => {
    const value: unknown = score?.get(row);
    return {
      text: text
        ? asText(text.get(row))
        : others.length > 0
          ? others
              .map(o => `${o.name} ${asText(o.values?.get(row)) ?? '—'}`)
              .join(' · ')
          : null,
      time: times?.[row] ?? NaN,
      predicted: asText(predicted?.get(row)),
      actual: asText(actual?.get(row)),
      score:
        value === null || value === undefined || !Number.isFinite(Number(value))
          ? null
          : Number(value)
    };
  };
}

/** An image that is written as text says nothing to a reader. */
const ENCODED = /^(?:data:image\/|iVBORw0KGgo|\/9j\/|R0lGOD|UklGR)/;

function asText(value: unknown): string | null {
  if (value === null || value === undefined) {
    return null;
  }
  if (typeof value === 'string' && ENCODED.test(value)) {
    return null;
  }
  return typeof value === 'number' && !Number.isInteger(value)
    ? measure(value)
    : String(value);
}

/**
 * A reader for the rows of an inspection's sets; what it has read is drawn when it comes.
 *
 * @param sets - The sets that the rows are of; null for those that the inspection is of now.
 */
export function useRows(
  inspection: IInspection,
  embedding: string,
  sets: SetIds | null
): RowReader {
  const [, redraw] = React.useReducer((n: number) => n + 1, 0);
  const { primary, reference } = sets ?? setIds(inspection);
  const reader = React.useMemo(
    () => new RowReader(inspection, embedding, { primary, reference }, redraw),
    [inspection, embedding, primary, reference]
  );
  React.useEffect(() => () => reader.dispose(), [reader]);
  return reader;
}
