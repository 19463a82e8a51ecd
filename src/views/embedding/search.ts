import type { IMapPoints } from '../../charts/map';
import type { IInspection } from '../../tokens';
import { indicesOf } from './picked';
import type { RowReader } from './rows';

/** Whether a text holds what is looked for, upper and lower case alike. */
export function finder(query: string): (text: string) => boolean {
  const wanted = query.trim().toLowerCase();
  return text => text.toLowerCase().includes(wanted);
}

/**
 * The points whose text holds the query. Reads the whole text columns, once.
 */
export async function search(
  inspection: IInspection,
  reader: RowReader,
  map: IMapPoints,
  query: string
): Promise<Int32Array> {
  const find = finder(query);
  const hits = { primary: new Set<number>(), reference: new Set<number>() };
  for (const set of ['primary', 'reference'] as const) {
    const column = reader.columns[set]?.text;
    if (!column || !inspection[set]) {
      continue;
    }
    const table = await inspection.columns(set, [column]);
    let row = 0;
    for (const text of table.getChild(column) as unknown as Iterable<unknown>) {
      if (typeof text === 'string' && find(text)) {
        hits[set].add(row);
      }
      row++;
    }
  }
  return indicesOf(map.n, i =>
    hits[map.primary[i] ? 'primary' : 'reference'].has(map.row[i])
  );
}

/** A piece of text, and whether it is one that is looked for. */
export interface IPiece {
  readonly text: string;
  readonly marked: boolean;
}

/** Text before the first mark that is shown at most, when the mark lies far inside. */
const BEFORE = 60;
const FAR = 150;
/** More than this is not read in two lines. */
const MOST = 600;

/**
 * Cut a text at the words that are looked for. Terms match the beginnings of words, a search anything.
 */
export function mark(
  text: string,
  terms: readonly string[],
  query: string
): IPiece[] {
  const quoted = (s: string): string =>
    s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const parts = [
    ...(query.trim() ? [quoted(query.trim())] : []),
    ...terms
      .filter(term => term.trim().length > 0)
      .map(
        term =>
          `(?<![\\p{L}\\p{N}])${quoted(term.trim()).replace(/\s+/g, '\\s+')}${term.trim().length > 2 ? '[\\p{L}\\p{N}]*' : '(?![\\p{L}\\p{N}])'}`
      )
  ];
  if (parts.length === 0) {
    return [{ text: text.slice(0, MOST), marked: false }];
  }
  const pattern = new RegExp(parts.join('|'), 'giu');
  const first = text.search(pattern);
  let shown = text;
  if (first > FAR) {
    const space = text.indexOf(' ', first - BEFORE);
    const from = space > 0 && space < first ? space + 1 : first - BEFORE;
    shown = `… ${text.slice(from)}`;
  }
  shown = shown.slice(0, MOST);
  const pieces: IPiece[] = [];
  let at = 0;
  for (const match of shown.matchAll(pattern)) {
    if (match.index > at) {
      pieces.push({ text: shown.slice(at, match.index), marked: false });
    }
    pieces.push({ text: match[0], marked: true });
    at = match.index + match[0].length;
  }
  if (at < shown.length) {
    pieces.push({ text: shown.slice(at), marked: false });
  }
  return pieces;
}
