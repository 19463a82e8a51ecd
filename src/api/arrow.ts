import type { Table } from 'apache-arrow';

/** The part of an answer that holds facts about the whole. */
const META_KEY = 'phoenix_lab';

/** The first bytes of an Arrow stream. */
const CONTINUATION = 0xff;

/** Decode an Arrow IPC stream; the library is loaded at the first call. */
export async function decode(bytes: Uint8Array): Promise<Table> {
  // Of anything else the library makes a table without columns.
  if (bytes.length < 8 || bytes.subarray(0, 4).some(b => b !== CONTINUATION)) {
    throw new Error('This is no Arrow stream');
  }
  const { tableFromIPC } = await import('apache-arrow');
  return tableFromIPC(bytes);
}

/** The facts that the server put into a table's metadata. */
export function meta(table: Table): Record<string, unknown> {
  const text = table.schema.metadata.get(META_KEY);
  return text === undefined
    ? {}
    : (JSON.parse(text) as Record<string, unknown>);
}

/** The columns of some tables of equally many rows as one table, in the order of `names`. */
export function join(
  tables: readonly Table[],
  names: readonly string[]
): Table {
  const [first, ...others] = tables;
  return others
    .reduce((all, table) => all.assign(table) as Table, first)
    .select([...names]);
}

/** A column of numbers, null where there is no value; 64-bit integers become numbers. */
export function numbers(table: Table, name: string): (number | null)[] {
  const column = table.getChild(name);
  if (!column) {
    return [];
  }
  return Array.from(column as Iterable<unknown>, value =>
    value === null || value === undefined ? null : Number(value)
  );
}

/** A column of texts, null where there is no value. */
export function strings(table: Table, name: string): (string | null)[] {
  const column = table.getChild(name);
  if (!column) {
    return [];
  }
  return Array.from(column as Iterable<unknown>, value =>
    value === null || value === undefined ? null : String(value)
  );
}

/** A column of lists of numbers, null where there is no list; 64-bit integers become numbers. */
export function numberLists(
  table: Table,
  name: string
): ((number | null)[] | null)[] {
  const column = table.getChild(name);
  if (!column) {
    return [];
  }
  return Array.from(column as Iterable<unknown>, value =>
    value === null || value === undefined
      ? null
      : Array.from(value as Iterable<unknown>, item =>
          item === null || item === undefined ? null : Number(item)
        )
  );
}

/** A column of lists of texts, null where there is no list. */
export function stringLists(table: Table, name: string): (string[] | null)[] {
  const column = table.getChild(name);
  if (!column) {
    return [];
  }
  return Array.from(column as Iterable<unknown>, value =>
    value === null || value === undefined
      ? null
      : Array.from(value as Iterable<unknown>, item => String(item ?? ''))
  );
}

/** A column of times as milliseconds, null where there is no value. */
export function times(table: Table, name: string): (number | null)[] {
  const column = table.getChild(name);
  if (!column) {
    return [];
  }
  return Array.from(column as Iterable<unknown>, value => {
    if (value === null || value === undefined) {
      return null;
    }
    return value instanceof Date ? value.getTime() : Number(value);
  });
}
