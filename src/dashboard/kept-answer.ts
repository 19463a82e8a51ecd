import type { Table } from 'apache-arrow';

import {
  numberLists,
  numbers,
  stringLists,
  strings,
  times
} from '../api/arrow';
import type { IResult, Recipe } from '../tokens';
import { type Fields, FACTS, isDrawn, TABLES, type Shape } from './kept-facts';

/** A column of an answer, as a file has it. */
export type KeptColumn = readonly (
  string | number | boolean | null | readonly (string | number | null)[]
)[];

/** The part of an answer that is drawn: no rows of the dataframes are in it. */
export interface IKeptAnswer {
  readonly meta: Readonly<Record<string, unknown>>;
  /** By name; "" is the main table. */
  readonly tables: Readonly<
    Record<string, Readonly<Record<string, KeptColumn>>>
  >;
}

/** How long a text of an answer may be, and a list. */
const MOST_TEXT = 500;
const MOST_LIST = 400;
/** The largest time that a date can hold, in ms. */
const MOST_TIME = 8.64e15;

/** What is kept of an answer; null of a recipe that no tile draws. */
export function keepAnswer(
  recipe: Recipe,
  result: IResult
): IKeptAnswer | null {
  if (!isDrawn(recipe.kind)) {
    return null;
  }
  const tables: Record<string, Record<string, KeptColumn>> = {};
  let keptOf: number | null = null;
  for (const [name, { columns, rows }] of Object.entries(TABLES[recipe.kind])) {
    const table = name === '' ? result.table : result.parts.get(name);
    if (table) {
      const chosen = rows(table);
      if (chosen.length > 0 && chosen.length < table.numRows) {
        keptOf = table.numRows;
      }
      tables[name] = Object.fromEntries(
        Object.entries(columns).flatMap(([column, shape]) => {
          if (!table.getChild(column)) {
            return [];
          }
          const values = valuesOf(table, column, shape);
          return [[column, chosen.map(i => values[i] ?? null)]];
        })
      );
    }
  }
  const meta = shaped(
    { ...result.meta, kept_of: keptOf },
    { of: FACTS[recipe.kind] },
    true
  );
  return { meta: (meta ?? {}) as IKeptAnswer['meta'], tables };
}

function valuesOf(table: Table, column: string, shape: Shape): KeptColumn {
  switch (shape) {
    case 'number':
      return numbers(table, column).map(rounded);
    case 'time':
      return times(table, column);
    case 'yes':
      return Array.from(table.getChild(column) ?? [], value => value === true);
    case 'numbers':
      return numberLists(table, column).map(
        list => list?.slice(0, MOST_LIST).map(rounded) ?? null
      );
    case 'texts':
      return stringLists(table, column).map(
        list => list?.slice(0, MOST_LIST).map(text => cut(text)) ?? null
      );
    default:
      return strings(table, column).map(text =>
        text === null ? null : cut(text)
      );
  }
}

/** Six digits are more than any drawing shows; counts stay whole. */
function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value)
    ? null
    : Number.isInteger(value)
      ? value
      : Number(value.toPrecision(6));
}

function cut(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT - 1)}…`;
}

/**
 * What of a value has a shape.
 *
 * @param isLenient - Leave out what has another shape, and cut what is long; otherwise the whole is undefined then.
 */
function shaped(value: unknown, shape: Shape, isLenient: boolean): unknown {
  if (value === null || value === undefined) {
    return null;
  }
  switch (shape) {
    case 'number':
    case 'time':
      return typeof value === 'number' && Number.isFinite(value)
        ? isLenient
          ? rounded(value)
          : value
        : undefined;
    case 'yes':
      return typeof value === 'boolean' ? value : undefined;
    case 'text':
      return typeof value === 'string' &&
        (isLenient || value.length <= MOST_TEXT)
        ? cut(value)
        : undefined;
    case 'numbers':
      return shaped(value, { list: 'number' }, isLenient);
    case 'texts':
      return shaped(value, { list: 'text' }, isLenient);
  }
  if ('list' in shape) {
    if (!Array.isArray(value) || (!isLenient && value.length > MOST_LIST)) {
      return undefined;
    }
    const items = value
      .slice(0, MOST_LIST)
      .map((item: unknown) => shaped(item, shape.list, isLenient));
    return items.includes(undefined)
      ? isLenient
        ? items.filter(item => item !== undefined)
        : undefined
      : items;
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    return undefined;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  if (
    !isLenient &&
    Object.keys(fields).some(name => !Object.hasOwn(shape.of, name))
  ) {
    return undefined;
  }
  const found: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(shape.of)) {
    const part = Object.hasOwn(fields, name)
      ? shaped(fields[name], inner, isLenient)
      : null;
    if (part === undefined && !isLenient) {
      return undefined;
    }
    if (part !== undefined && part !== null) {
      found[name] = part;
    }
  }
  return found;
}

/** Read what a file says that an answer was; null where it makes no sense. */
export function readAnswer(
  recipe: Recipe,
  data: { readonly meta: unknown; readonly tables: unknown }
): IKeptAnswer | null {
  if (!isDrawn(recipe.kind)) {
    return null;
  }
  const meta = shaped(data.meta, { of: FACTS[recipe.kind] }, false);
  const wanted = TABLES[recipe.kind];
  if (!isBag(meta) || !isBag(data.tables)) {
    return null;
  }
  const tables: Record<string, Record<string, KeptColumn>> = {};
  for (const [name, columns] of Object.entries(data.tables)) {
    const table = Object.hasOwn(wanted, name)
      ? readTable(columns, wanted[name].columns, wanted[name].most)
      : null;
    if (!table) {
      return null;
    }
    tables[name] = table;
  }
  return Object.hasOwn(tables, '') ? { meta, tables } : null;
}

function readTable(
  data: unknown,
  shapes: Fields,
  most: number
): Record<string, KeptColumn> | null {
  if (!isBag(data)) {
    return null;
  }
  const found: Record<string, KeptColumn> = {};
  let length: number | null = null;
  for (const [name, values] of Object.entries(data)) {
    if (
      !Object.hasOwn(shapes, name) ||
      !Array.isArray(values) ||
      values.length > most ||
      (length !== null && values.length !== length)
    ) {
      return null;
    }
    length = values.length;
    const column = values.map((value: unknown) =>
      shaped(value, shapes[name], false)
    );
    if (
      column.includes(undefined) ||
      (shapes[name] === 'time' &&
        column.some(time => Math.abs(Number(time)) > MOST_TIME))
    ) {
      return null;
    }
    found[name] = column as unknown as KeptColumn;
  }
  return found;
}

function isBag(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An answer as the views read it, made again from what was kept. */
export async function answerOf(
  recipe: Recipe,
  { meta, tables }: IKeptAnswer
): Promise<IResult> {
  const arrow = await import('apache-arrow');
  const typeOf = (shape: Shape) => {
    switch (shape) {
      case 'number':
      case 'time':
        return new arrow.Float64();
      case 'yes':
        return new arrow.Bool();
      case 'numbers':
        return new arrow.List(
          new arrow.Field('item', new arrow.Float64(), true)
        );
      case 'texts':
        return new arrow.List(new arrow.Field('item', new arrow.Utf8(), true));
      default:
        return new arrow.Utf8();
    }
  };
  const wanted = isDrawn(recipe.kind) ? TABLES[recipe.kind] : {};
  const made = new Map<string, Table>();
  for (const [name, columns] of Object.entries(tables)) {
    const vectors = Object.fromEntries(
      Object.entries(columns).map(([column, values]) => [
        column,
        arrow.vectorFromArray(
          values as unknown[],
          typeOf(wanted[name].columns[column])
        )
      ])
    );
    made.set(
      name,
      Object.keys(vectors).length > 0
        ? new arrow.Table(vectors)
        : new arrow.Table()
    );
  }
  const table = made.get('') ?? new arrow.Table();
  made.delete('');
  return { table, parts: made, meta };
}
