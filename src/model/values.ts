import type { Table } from 'apache-arrow';

import { decode, join } from '../api/arrow';
import type { Client } from '../api/client';

/** How many picks of rows are kept, the oldest out first. */
const KEPT_PICKS = 64;

/** The values of sets that were fetched: whole columns while their set lives, and the last picks of rows. */
export class Values {
  constructor(client: Client) {
    this._client = client;
  }

  /** Whole columns of a set: each is asked once, those asked together travel together. */
  async whole(id: string, names: readonly string[]): Promise<Table> {
    let kept = this._columns.get(id);
    if (!kept) {
      this._columns.set(id, (kept = new Map<string, Promise<Table>>()));
    }
    const known = kept;
    const missing = [...new Set(names)].filter(name => !known.has(name));
    if (missing.length > 0) {
      const asked = this._fetch(id, { columns: missing });
      for (const name of missing) {
        known.set(
          name,
          asked.then(table => table.select([name]))
        );
      }
      asked.catch(() => {
        for (const name of missing) {
          known.delete(name);
        }
      });
    }
    const parts = await Promise.all(
      names.map(name => known.get(name) as Promise<Table>)
    );
    return join(parts, names);
  }

  /** Some rows of columns of a set. */
  picked(
    id: string,
    names: readonly string[],
    rows: readonly number[]
  ): Promise<Table> {
    const key = JSON.stringify([id, names, rows]);
    const known = this._picks.get(key);
    if (known) {
      return known;
    }
    const asked = this._fetch(id, { columns: [...names], rows: [...rows] });
    this._picks.set(key, asked);
    asked.catch(() => this._picks.delete(key));
    for (const oldest of this._picks.keys()) {
      if (this._picks.size <= KEPT_PICKS) {
        break;
      }
      this._picks.delete(oldest);
    }
    return asked;
  }

  /** Forget all but what belongs to these sets. */
  keep(ids: readonly string[]): void {
    this._picks.clear();
    for (const id of this._columns.keys()) {
      if (!ids.includes(id)) {
        this._columns.delete(id);
      }
    }
  }

  private async _fetch(
    id: string,
    request: { columns: string[]; rows?: number[] }
  ): Promise<Table> {
    return decode(await this._client.columns(id, request));
  }

  private readonly _client: Client;
  private readonly _columns = new Map<string, Map<string, Promise<Table>>>();
  private readonly _picks = new Map<string, Promise<Table>>();
}
