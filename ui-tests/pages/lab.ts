import { expect, type Locator, type Page } from '@playwright/test';

/** JupyterLab as a person sees it: menus, notebooks, cells, tabs. */
export class Lab {
  constructor(readonly page: Page) {}

  /** Start JupyterLab with a clean workspace and no kernels, on a notebook where one is named, and wait for its kernel. */
  async open(path?: string): Promise<void> {
    await this._shutDown();
    const where = path ? `/tree/${path}` : '';
    await this.page.goto(`lab${where}?reset&token=${process.env.PHX_TOKEN}`);
    await this.loaded();
    if (path) {
      await this.connected();
    }
  }

  /** Write a notebook with cells of code, then open it. */
  async openNew(
    path: string,
    cells: readonly string[],
    kernel?: string
  ): Promise<void> {
    await this.add(path, cells, kernel);
    await this.open(path);
  }

  /** The same in Notebook 7. */
  async openNewInNotebook(
    path: string,
    cells: readonly string[]
  ): Promise<void> {
    await this._shutDown();
    await this.add(path, cells);
    await this.page.goto(`notebooks/${path}?token=${process.env.PHX_TOKEN}`);
    await expect(this.code(cells.length - 1)).toBeVisible({ timeout: 60_000 });
  }

  /** Write a notebook with cells of code. */
  async add(
    path: string,
    cells: readonly string[],
    kernel = 'python3'
  ): Promise<void> {
    const content = {
      cells: cells.map((source, k) => ({
        cell_type: 'code',
        execution_count: null,
        id: `cell-${k}`,
        metadata: {},
        outputs: [],
        source
      })),
      metadata: {
        kernelspec: {
          display_name: 'Python 3 (ipykernel)',
          language: 'python',
          name: kernel
        },
        language_info: { name: 'python' }
      },
      nbformat: 4,
      nbformat_minor: 5
    };
    const answer = await this.page.request.put(`api/contents/${path}`, {
      headers: { Authorization: `token ${process.env.PHX_TOKEN}` },
      data: { type: 'notebook', format: 'json', content }
    });
    expect(answer.ok()).toBe(true);
  }

  /** Delete a file, if it is there. */
  async remove(path: string): Promise<void> {
    await this.page.request.delete(`api/contents/${path}`, {
      headers: { Authorization: `token ${process.env.PHX_TOKEN}` }
    });
  }

  /** Wait until JupyterLab has started. */
  async loaded(): Promise<void> {
    await expect(this.page.locator('#jupyterlab-splash')).toHaveCount(0, {
      timeout: 60_000
    });
    await expect(this.page.locator('#jp-menu-panel')).toBeVisible();
  }

  /** The notebook in front. */
  get notebook(): Locator {
    return this.page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)');
  }

  get cells(): Locator {
    return this.notebook.locator('.jp-Cell');
  }

  /** The n-th cell of code, from 0. */
  code(n: number): Locator {
    return this.notebook.locator('.jp-CodeCell').nth(n);
  }

  /** The cell of code that holds a text, or a line that matches. */
  cellWith(text: string | RegExp): Locator {
    return this.notebook.locator('.jp-CodeCell', {
      has: this.page.locator('.cm-line', { hasText: text })
    });
  }

  /** What a cell shows as its result. */
  output(cell: Locator): Locator {
    return cell.locator('.jp-OutputArea-child').last();
  }

  /** Wait until the kernel of the notebook in front is connected and idle. */
  async connected(): Promise<void> {
    // The status bar knows "Connecting" and "Initializing"; the notebook's own indicator calls them idle.
    await expect(
      this.page.locator('#jp-main-statusbar').getByText(/\| Idle$/)
    ).toBeVisible({ timeout: 90_000 });
  }

  /** Wait until no cell runs or waits; the indicator in the toolbar is not always on screen. */
  async idle(timeout = 90_000): Promise<void> {
    await expect(
      this.notebook.locator('.jp-InputPrompt', { hasText: '[*]' })
    ).toHaveCount(0, { timeout });
  }

  /** Choose from the main menu: `menu('Run', 'Run All Cells')`. */
  async menu(...path: readonly string[]): Promise<void> {
    const [head, ...items] = path;
    await this.page
      .locator('#jp-menu-panel')
      .getByRole('menuitem', { name: head, exact: true })
      .click();
    await this.choose(...items);
  }

  /** Open the context menu of something on screen. */
  async contextMenu(
    target: Locator,
    position?: { x: number; y: number }
  ): Promise<Locator> {
    await target.scrollIntoViewIfNeeded();
    await target.click({ button: 'right', position });
    const menu = this.page.locator('.lm-Menu').first();
    await expect(menu).toBeVisible();
    return menu;
  }

  /** Choose from the context menu of something on screen. */
  async chooseFrom(
    target: Locator,
    ...path: readonly (string | RegExp)[]
  ): Promise<void> {
    await this.contextMenu(target);
    await this.choose(...path);
  }

  /** Run all cells and wait for the last. */
  async runAll(): Promise<void> {
    await this.focusNotebook();
    await this.menu('Run', 'Run All Cells');
    await this.ran(this.notebook.locator('.jp-CodeCell').last());
    await this.idle();
  }

  /** Run all cells down to this one. */
  async runThrough(cell: Locator): Promise<void> {
    await cell.locator('.cm-content').click();
    await this.menu('Run', 'Run All Above Selected Cell');
    await cell.locator('.cm-content').click();
    await this.page.keyboard.press('Control+Enter');
    await this.ran(cell);
    await this.idle();
  }

  /** Put code into a new cell at the end, run it, and return the cell. */
  async run(code: string): Promise<Locator> {
    const cells = this.notebook.locator('.jp-CodeCell');
    const before = await cells.count();
    await this.notebook
      .locator('.jp-Cell')
      .last()
      .locator('.jp-InputPrompt')
      .click();
    // In command mode, "b" puts a cell below, Enter goes into it.
    await this.page.keyboard.press('b');
    await expect(cells).toHaveCount(before + 1);
    const cell = cells.nth(before);
    await cell.locator('.cm-content').fill(code);
    await cell.locator('.cm-content').press('Control+Enter');
    await this.ran(cell);
    return cell;
  }

  /** Wait until a cell has run. */
  async ran(cell: Locator, timeout = 90_000): Promise<void> {
    await expect(cell.locator('.jp-InputPrompt')).toHaveText(/\[\d+\]/, {
      timeout
    });
  }

  /** Bring the notebook to the front, so that the menus are about it. */
  async focusNotebook(): Promise<void> {
    await this.notebook.locator('.jp-InputPrompt').first().click();
  }

  /** Restart the kernel of the notebook. */
  async restartKernel(): Promise<void> {
    await this.focusNotebook();
    await this.menu('Kernel', 'Restart Kernel…');
    await this.page
      .getByRole('dialog')
      .getByRole('button', { name: 'Confirm Kernel Restart' })
      .click();
    await this.connected();
  }

  /** Tab of a document or view in the main area. */
  tab(name: string | RegExp): Locator {
    return this.page
      .locator('#jp-main-dock-panel')
      .getByRole('tab', { name, exact: typeof name === 'string' });
  }

  /** Give the views nearly all of the room beside the panel, by dragging the bar between them and the notebook. */
  async widen(): Promise<void> {
    await this._divide(0.04);
  }

  /** Give notebook and views half of the room each. */
  async halve(): Promise<void> {
    await this._divide(0.5);
  }

  async theme(theme: 'light' | 'dark'): Promise<void> {
    const name = theme === 'light' ? 'JupyterLab Light' : 'JupyterLab Dark';
    await this.menu('Settings', 'Theme', name);
    await expect(this.page.locator('body')).toHaveAttribute(
      'data-jp-theme-name',
      name
    );
  }

  /** Choose from the menu that is open. */
  async choose(...path: readonly (string | RegExp)[]): Promise<void> {
    for (const [k, name] of path.entries()) {
      const item = this.item(this.page.locator('.lm-Menu').nth(k), name);
      await expect(item).toBeVisible();
      await item.click();
    }
  }

  /** An item of a menu. Lumino gives those that open another menu no role. */
  item(menu: Locator, name: string | RegExp): Locator {
    const hasText =
      typeof name === 'string'
        ? new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)
        : name;
    return menu.locator('.lm-Menu-item', {
      has: this.page.locator('.lm-Menu-itemLabel', { hasText })
    });
  }

  private async _divide(share: number): Promise<void> {
    const dock = await this.page.locator('#jp-main-dock-panel').boundingBox();
    const bar = await this.page
      .locator('#jp-main-dock-panel .lm-DockPanel-handle:not(.lm-mod-hidden)')
      .first()
      .boundingBox();
    if (!dock || !bar) {
      throw new Error('The main area is not divided.');
    }
    const y = bar.y + bar.height / 2;
    await this.page.mouse.move(bar.x + bar.width / 2, y);
    await this.page.mouse.down();
    await this.page.mouse.move(dock.x + share * dock.width, y, { steps: 4 });
    await this.page.mouse.up();
  }

  /** End all kernels, so that a test finds none of another's. */
  private async _shutDown(): Promise<void> {
    // A page that is still open would ask for the session of a kernel that is gone.
    await this.page.goto('about:blank');
    const headers = { Authorization: `token ${process.env.PHX_TOKEN}` };
    const answer = await this.page.request.get('api/sessions', { headers });
    for (const { id } of (await answer.json()) as { id: string }[]) {
      await this.page.request.delete(`api/sessions/${id}`, { headers });
    }
  }
}
