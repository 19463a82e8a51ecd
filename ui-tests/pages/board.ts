import { expect, type Locator, type Page } from '@playwright/test';

import type { Lab } from './lab';

const headers = { Authorization: `token ${process.env.PHX_TOKEN}` };

/** A notebook whose production rows have new missing values and a moved number. */
export const MAKE = [
  'import numpy as np, pandas as pd',
  'rng = np.random.default_rng(0)',
  'def rows(n, start, missing, shift):',
  '    when = pd.Timestamp(start) + pd.to_timedelta(np.arange(n) % 60, unit="D")',
  '    x = np.where(rng.random(n) < missing, np.nan, rng.normal(size=n))',
  '    return pd.DataFrame({"when": when, "x": x, "moved": rng.normal(shift, 1, n), "plan": rng.choice(["basic", "plus", "=pro"], n),',
  '        "actual": rng.integers(0, 2, n), "predicted": rng.integers(0, 2, n), "typed": np.arange(n) % 7})',
  'train = rows(3000, "2025-01-01", .02, 0)',
  'prod = rows(3000, "2025-03-02", .3, 1.5)'
].join('\n');

export const NOTEBOOK = 'board.ipynb';

/** A tile as a file has it. */
export function tile(
  id: string,
  recipe: object,
  place: readonly number[],
  title = ''
): object {
  return { id, title, place, recipe, limit: 0.1 };
}

export function dashboard(tiles: readonly object[]): string {
  return JSON.stringify({
    format: 'phoenix-dashboard',
    version: 1,
    title: '',
    notebook: NOTEBOOK,
    primary: 'prod',
    reference: 'train',
    tiles
  });
}

/** A dashboard in its tab, and its file. */
export class Board {
  constructor(
    readonly lab: Lab,
    readonly page: Page = lab.page
  ) {}

  get view(): Locator {
    return this.page.locator('.px-dashboard:visible');
  }

  get tiles(): Locator {
    return this.view.getByRole('article');
  }

  tile(name: string): Locator {
    return this.view.getByRole('article', { name, exact: true });
  }

  grip(name: string): Locator {
    return this.tile(name).getByRole('button', { name: /^Move / });
  }

  get sentence(): Locator {
    return this.view.locator('.px-sentence');
  }

  async read(path: string): Promise<string> {
    const answer = await this.page.request.get(
      `api/contents/${path}?type=file&format=text`,
      { headers }
    );
    return ((await answer.json()) as { content: string }).content;
  }

  async write(path: string, content: string): Promise<void> {
    const answer = await this.page.request.put(`api/contents/${path}`, {
      headers,
      data: { type: 'file', format: 'text', content }
    });
    expect(answer.ok()).toBe(true);
  }

  /** Open a file from the file browser. */
  async open(name: string): Promise<void> {
    const files = this.page
      .locator('.jp-SideBar')
      .getByRole('tab', { name: /^File Browser/ });
    if ((await files.getAttribute('aria-selected')) !== 'true') {
      await files.click();
    }
    await this.page
      .getByRole('button', { name: /Refresh the file browser/i })
      .click();
    await this.page
      .locator('.jp-DirListing-item', { hasText: name })
      .dblclick();
  }

  async refresh(): Promise<void> {
    await this.view
      .getByRole('button', { name: 'Refresh', exact: true })
      .click();
  }

  /** Drag from the middle of something by some pixels. */
  async drag(what: Locator, dx: number, dy: number): Promise<void> {
    const box = await what.boundingBox();
    if (!box) {
      throw new Error('It is not on screen.');
    }
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + dx, y + dy, { steps: 6 });
    await this.page.mouse.up();
  }
}
