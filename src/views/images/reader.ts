import type { Table } from 'apache-arrow';
import * as React from 'react';

import type { IInspection, SetName } from '../../tokens';
import { Gathering, type SetIds } from '../parts';

/** What a row looks like: where its picture is, or why there is none. */
export type Look =
  | { readonly url: string }
  | { readonly problem: string; readonly isElsewhere: boolean };

/** What the kernel may say that an image is; of anything else a browser might make more than a picture. */
const TYPES: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/bmp'
]);
/** What the kernel says of an address that it was not to ask. */
const ELSEWHERE = 'on another machine, and not asked for';
/** Longest side of what is kept, in pixels: of a large picture a small one. */
const SIDE = 320;
const MOST_KEPT = 600;
const MOST_ASKED = 16;

/** The column with the images of an embedding, in a set; null where there is none. */
function columnOf(
  inspection: IInspection,
  set: SetName,
  embedding: string
): string | null {
  const columns = inspection[set]?.columns ?? [];
  return columns.find(({ name }) => name === embedding)?.link_to_data ?? null;
}

/** Pictures of rows, read when they are looked at. */
export class ImageReader {
  /**
   * @param sets - The sets that the rows are of.
   * @param onRead - Called when pictures have arrived.
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
      primary: columnOf(inspection, 'primary', embedding),
      reference: columnOf(inspection, 'reference', embedding)
    };
  }

  readonly columns: Readonly<Record<SetName, string | null>>;

  /** Whether there is anything to show. */
  get isThere(): boolean {
    return Object.values(this.columns).some(column => column !== null);
  }

  /** How many of the rows that were looked at name an address that was not asked. */
  get elsewhere(): number {
    return [...this._known.values()].filter(
      look => 'problem' in look && look.isElsewhere
    ).length;
  }

  /** Have the kernel ask addresses on other machines from now on. */
  allowUrls(): void {
    this._urls = true;
    for (const [key, look] of this._known) {
      if ('problem' in look && look.isElsewhere) {
        this._known.delete(key);
      }
    }
    this._onRead();
  }

  /** What is known of a row; asks for it when nothing is. */
  get(set: SetName, row: number): Look | null {
    const key = `${set} ${row}`;
    const known = this._known.get(key);
    if (
      !known &&
      this.columns[set] !== null &&
      !this._asked.has(key) &&
      this._wanted.isThere(set)
    ) {
      this._asked.add(key);
      this._wanted.want(set, row);
    }
    return known ?? null;
  }

  dispose(): void {
    this._wanted.dispose();
    this._known.forEach(forget);
    this._known.clear();
  }

  private _read(set: SetName, rows: readonly number[]): void {
    const column = this.columns[set];
    for (let i = 0; column !== null && i < rows.length; i += MOST_ASKED) {
      this._fetch(set, column, rows.slice(i, i + MOST_ASKED)).catch(
        () => undefined
      );
    }
  }

  private async _fetch(
    set: SetName,
    column: string,
    rows: readonly number[]
  ): Promise<void> {
    let looks: Look[];
    try {
      const table = await this._inspection.images(
        set,
        column,
        rows,
        this._urls
      );
      looks = await Promise.all(rows.map((_, i) => lookOf(table, i)));
    } catch (error) {
      const { message } = error as Error;
      looks = rows.map(() => ({ problem: message, isElsewhere: false }));
    }
    rows.forEach((row, i) => {
      const key = `${set} ${row}`;
      this._asked.delete(key);
      if (this._wanted.isDisposed) {
        forget(looks[i]);
        return;
      }
      this._known.set(key, looks[i]);
    });
    for (const [key, look] of this._known) {
      if (this._known.size <= MOST_KEPT) {
        break;
      }
      forget(look);
      this._known.delete(key);
    }
    if (!this._wanted.isDisposed) {
      this._onRead();
    }
  }

  private readonly _inspection: IInspection;
  private readonly _onRead: () => void;
  private readonly _known = new Map<string, Look>();
  private readonly _asked = new Set<string>();
  private readonly _wanted: Gathering;
  private _urls = false;
}

function forget(look: Look): void {
  if ('url' in look) {
    URL.revokeObjectURL(look.url);
  }
}

/** A row of the kernel's answer as a picture, a large one made small. */
async function lookOf(table: Table, row: number): Promise<Look> {
  const value = (name: string): unknown => table.getChild(name)?.get(row);
  const [type, data, problem] = ['type', 'data', 'problem'].map(value);
  if (typeof problem === 'string' || !TYPES.has(String(type))) {
    const told = typeof problem === 'string' ? problem : 'no image';
    return { problem: told, isElsewhere: told === ELSEWHERE };
  }
  const blob = new Blob([new Uint8Array(data as Uint8Array)], {
    type: String(type)
  });
  try {
    return { url: URL.createObjectURL(await smaller(blob)) };
  } catch {
    return { problem: 'no image: damaged', isElsewhere: false };
  }
}

async function smaller(blob: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(blob);
  const scale = SIDE / Math.max(bitmap.width, bitmap.height);
  if (scale >= 1) {
    bitmap.close();
    return blob;
  }
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      made => (made ? resolve(made) : reject(new Error('no image'))),
      'image/png'
    )
  );
}

/** Pictures of the rows of sets; null where the embedding has none. */
export function useImages(
  inspection: IInspection,
  embedding: string,
  sets: SetIds
): ImageReader | null {
  const [, redraw] = React.useReducer((n: number) => n + 1, 0);
  const { primary, reference } = sets;
  const [reader, setReader] = React.useState<ImageReader | null>(null);
  React.useEffect(() => {
    const made = new ImageReader(
      inspection,
      embedding,
      { primary, reference },
      redraw
    );
    setReader(made.isThere ? made : null);
    return () => made.dispose();
  }, [inspection, embedding, primary, reference]);
  return reader;
}
