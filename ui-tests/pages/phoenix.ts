import { expect, type Locator, type Page } from '@playwright/test';

import type { Lab } from './lab';

/** Any number as it is written on screen, with thin spaces for thousands. */
const NUMBER = String.raw`(\d[\d\s]*)`;

/** The number at the place of a group in a text. */
export function numberIn(text: string, pattern: RegExp): number {
  const found = pattern.exec(text);
  if (!found) {
    throw new Error(`“${text}” has no ${pattern}`);
  }
  return Number(found[1].replace(/\s/g, ''));
}

/** The Phoenix panel and its views, found by their accessible roles and names. */
export class Phoenix {
  constructor(readonly lab: Lab) {
    this.page = lab.page;
  }

  readonly page: Page;

  // ---- the panel

  get panel(): Locator {
    return this.page.locator('#phoenix-lab-panel');
  }

  get frames(): Locator {
    return this.panel.getByRole('listbox', { name: 'Dataframes' });
  }

  frame(name: string): Locator {
    return this.frames.getByRole('option', {
      name: new RegExp(`^${escape(name)},`)
    });
  }

  /** Open the panel by its icon in the side bar. */
  async open(): Promise<void> {
    if (!(await this.panel.isVisible())) {
      await this.page
        .locator('.jp-SideBar')
        .getByRole('tab', { name: /^Phoenix/ })
        .click();
    }
    await expect(this.panel).toBeVisible();
  }

  /** Close the side bar that shows the panel. */
  async close(): Promise<void> {
    await this.page
      .locator('.jp-SideBar')
      .getByRole('tab', { name: /^Phoenix/ })
      .click();
    await expect(this.panel).toBeHidden();
  }

  /** Inspect a frame from its row in the panel. */
  async inspect(name: string): Promise<void> {
    await this.open();
    await this.frame(name).hover();
    await this.frame(name)
      .getByRole('button', { name: `Inspect ${name}` })
      .click();
  }

  /** The findings that stand, and their further faces. */
  get findings(): Locator {
    return this.panel
      .getByRole('list', { name: 'Findings that stand' })
      .getByRole('button', { name: /, stands$/ });
  }

  get columns(): Locator {
    return this.panel.getByRole('listbox', { name: 'Columns' });
  }

  /** The row of a column in the panel. */
  column(name: string): Locator {
    return this.columns.getByRole('option', {
      name: new RegExp(`^${escape(name)}\\b`)
    });
  }

  /** The button in that row that says what the column is for. */
  roleOf(name: string): Locator {
    return this.columns.getByRole('button', {
      name: new RegExp(`^Role of ${escape(name)}:`)
    });
  }

  // ---- the overview

  get overview(): Locator {
    return this.page.getByRole('grid', { name: 'Columns' });
  }

  /** The columns of the overview that are drawn, or those with a verdict; not its head, nor those of groups. */
  rows(verdict = '.+'): Locator {
    return this.overview
      .locator('[role="row"][aria-label]')
      .and(
        this.page.getByRole('row', { name: new RegExp(`, ${verdict}(,|$)`) })
      );
  }

  row(column: string): Locator {
    return this.overview.getByRole('row', {
      name: new RegExp(`^${escape(column)}, `)
    });
  }

  // ---- the performance

  /** The view of the predictions, once it has numbers. */
  get performance(): Locator {
    return this.page.locator('.px-performance');
  }

  /** Open it from the panel, and wait for its numbers. */
  async openPerformance(): Promise<void> {
    await this.open();
    await this.panel
      .getByRole('button', { name: 'Performance', exact: true })
      .click();
    await expect(
      this.performance.getByRole('table', { name: 'Metrics' })
    ).toBeVisible({ timeout: 120_000 });
  }

  /** The row of a metric, or of a segment. */
  metric(name: string, table = 'Metrics'): Locator {
    return this.performance
      .getByRole('table', { name: table })
      .getByRole('row', { name: new RegExp(`^${escape(name)} `) });
  }

  /** The count in a cell of a confusion. */
  async confused(set: string, was: string, said: string): Promise<number> {
    const table = this.performance.getByRole('table', {
      name: `Confusion on ${set}`
    });
    const heads = await table.getByRole('columnheader').allInnerTexts();
    const text = await table
      .getByRole('row', { name: new RegExp(`^was ${escape(was)}`) })
      .getByRole('cell')
      .nth(heads.indexOf(`said ${said}`))
      .locator('span')
      .innerText();
    return numberIn(text, new RegExp(NUMBER));
  }

  // ---- the map of an embedding

  get map(): Locator {
    return this.page.getByRole('application', { name: /^Map of/ });
  }

  get clusters(): Locator {
    return this.page.getByRole('listbox', { name: 'Clusters' });
  }

  /** The clusters whose change is shown. */
  get changed(): Locator {
    return this.clusters
      .getByRole('group', { name: /^Changed/ })
      .getByRole('option');
  }

  /** Wait until the map and its clusters are there. */
  async mapReady(): Promise<void> {
    await expect(this.map).toBeVisible({ timeout: 180_000 });
    await expect(this.clusters.getByRole('option').first()).toBeVisible();
  }

  /** Wait until nothing is being computed. */
  async settled(): Promise<void> {
    await expect(this.page.getByRole('progressbar')).toHaveCount(0, {
      timeout: 120_000
    });
    await expect(this.page.locator('.px-tab [aria-busy="true"]')).toHaveCount(
      0,
      { timeout: 120_000 }
    );
  }

  // ---- what was picked

  get tray(): Locator {
    return this.page.getByRole('region', { name: 'Selected rows' });
  }

  get insertButton(): Locator {
    return this.tray.getByRole('button', { name: /^Insert into notebook/ });
  }

  /** The number of rows that the button promises. */
  async promised(): Promise<number> {
    const name = (await this.insertButton.getAttribute('aria-label')) ?? '';
    return numberIn(name, new RegExp(`, ${NUMBER} rows?$`));
  }

  /** All rows that the tray lists, as "prod, row 17", by scrolling through it. */
  async listed(): Promise<string[]> {
    const list = this.tray.getByRole('list', { name: 'Rows' });
    const found = new Set<string>();
    await list.evaluate(element => element.scrollTo({ top: 0 }));
    const total = Number(
      await list.getByRole('listitem').first().getAttribute('aria-setsize')
    );
    for (let page = 0; found.size < total && page < 500; page++) {
      for (const text of await list
        .getByRole('listitem')
        .locator('.px-hidden')
        .allTextContents()) {
        found.add(text.replace(/\s/g, ' '));
      }
      await list.evaluate(element =>
        element.scrollBy({ top: element.clientHeight })
      );
      // The list draws what has come into sight in the next frame.
      await this.page.evaluate(
        () => new Promise(resolve => requestAnimationFrame(resolve))
      );
    }
    return [...found].sort();
  }

  /** How many different colours a part of the page shows. */
  async colours(part: Locator): Promise<number> {
    const png = (await part.screenshot()).toString('base64');
    return this.page.evaluate(async data => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      if (!context) {
        return 0;
      }
      context.drawImage(image, 0, 0);
      const { data: pixels } = context.getImageData(
        0,
        0,
        image.width,
        image.height
      );
      return new Set(new Uint32Array(pixels.buffer)).size;
    }, png);
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
