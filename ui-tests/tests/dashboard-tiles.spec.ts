import { mkdirSync } from 'fs';

import AxeBuilder from '@axe-core/playwright';

import { Board, dashboard, MAKE, NOTEBOOK, tile } from '../pages/board';
import { expect, test } from '../pages/fixtures';

const PICTURES = process.env.PHX_PICTURES;
if (PICTURES) {
  mkdirSync(PICTURES, { recursive: true });
}

const NAME = 'tiles.phoenix';
const TILES = [
  tile('a', { kind: 'distribution', column: 'x' }, [0, 0, 4, 8]),
  tile('b', { kind: 'distribution', column: 'moved' }, [4, 0, 4, 8]),
  tile(
    'c',
    { kind: 'time_series', column: 'moved', metric: 'psi' },
    [8, 0, 4, 8],
    'Through time'
  ),
  tile('d', { kind: 'quality' }, [0, 8, 6, 8]),
  tile('e', { kind: 'summary' }, [6, 8, 6, 8]),
  tile(
    'f',
    { kind: 'distribution', column: 'nowhere' },
    [0, 16, 4, 6],
    'Vanished'
  ),
  tile(
    'g',
    { kind: 'performance', prediction: 'predicted', actual: 'actual' },
    [4, 16, 6, 6]
  )
];

/** Contrast of a colour token of a tile with the ground of that tile. */
async function contrasts(
  board: Board,
  name: string
): Promise<Record<string, number>> {
  return board.tile(name).evaluate(node => {
    const canvas = document
      .createElement('canvas')
      .getContext('2d', { willReadFrequently: true });
    const light = (colour: string): number => {
      if (!canvas) {
        throw new Error('no canvas');
      }
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(v => {
        const c = v / 255;
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const style = getComputedStyle(node);
    const ground = light(style.backgroundColor);
    const against = (colour: string): number => {
      const l = light(colour);
      return (Math.max(l, ground) + 0.05) / (Math.min(l, ground) + 0.05);
    };
    const drawn = Array.from(
      node.querySelectorAll('.px-tile-body, .px-verdict')
    ).map(part => getComputedStyle(part));
    return {
      primary: against(style.getPropertyValue('--px-primary')),
      reference: against(style.getPropertyValue('--px-reference')),
      verdict: against(
        getComputedStyle(node.querySelector('.px-verdict') ?? node).color
      ),
      facts: against(
        getComputedStyle(node.querySelector('.px-tile-facts') ?? node).color
      ),
      opacity: Math.min(...drawn.map(look => Number(look.opacity))),
      filters: drawn.filter(look => look.filter !== 'none').length
    };
  });
}

test('Tiles say what else changed, have a menu, and stay readable when their dataframes are gone', async ({
  lab,
  context
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { page } = lab;
  const board = new Board(lab);
  const clipboard = (): Promise<string> =>
    page.evaluate(() => navigator.clipboard.readText());
  const menu = page.getByRole('listbox', { name: /^What to do with/ });
  await lab.openNew(NOTEBOOK, [MAKE]);
  await lab.runAll();
  await board.write(NAME, dashboard(TILES));
  await lab.remove('report.html');
  await lab.remove('board.phoenix.toml');
  await board.open(NAME);

  await test.step('Refresh asks all; what failed says so in its place', async () => {
    await expect(board.tiles).toHaveCount(7);
    await board.refresh();
    await expect(board.tile('x').locator('.px-bins')).toBeVisible({
      timeout: 90_000
    });
    await expect(board.tile('Vanished').getByRole('alert')).toContainText(
      'nowhere'
    );
    await expect(board.tile('Quality of the data')).toContainText(/not as/);
    await expect(board.tile('Performance').getByRole('table')).toBeVisible();
  });

  await test.step('Missing values that changed stand beside “no drift”, in the tile and in the sentence', async () => {
    await expect(board.tile('x')).toContainText('No drift that matters');
    await expect(board.tile('x')).toContainText(/missing \+2\d\.\d pts/);
    await expect(board.tile('Columns')).toContainText(
      /missing values of 1 column changed: x \+2\d/
    );
    await expect(board.sentence).toContainText('1 could not be answered');
    await expect(board.sentence).toContainText(
      /In 2 tiles something else changed/
    );
    if (PICTURES) {
      await page.screenshot({ path: `${PICTURES}/fresh.light.png` });
    }
  });

  await test.step('A right-click, the Menu key and Shift+F10 open the menu of a tile', async () => {
    await board.tile('x').locator('.px-tile-body').click({ button: 'right' });
    await expect(menu).toBeVisible();
    for (const name of [
      /^Refresh/,
      /^Open the view/,
      /^Insert into notebook/,
      /^Watch this column/,
      /^Copy as PNG/,
      /^Copy as SVG/,
      /^Copy as CSV/,
      /^Move and size/,
      /^Title…/,
      /^Remove/
    ]) {
      await expect(menu.getByRole('option', { name })).toBeVisible();
    }
    if (PICTURES) {
      await page.screenshot({ path: `${PICTURES}/menu.light.png` });
    }
    await page.keyboard.press('Escape');
    await expect(menu).toHaveCount(0);
    for (const key of ['ContextMenu', 'Shift+F10']) {
      await board.grip('moved').focus();
      await page.keyboard.press(key);
      await expect(menu).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(board.grip('moved')).toBeFocused();
    }
  });

  await test.step('A tile is copied as numbers, as a drawing and as a picture', async () => {
    const copy = async (name: string, as: string): Promise<void> => {
      await board.tile(name).locator('header').click({ button: 'right' });
      await menu.getByRole('option', { name: `Copy as ${as}` }).click();
      await expect(
        page.getByText(`${name} is on the clipboard as ${as}.`)
      ).toBeVisible();
    };
    await copy('moved', 'CSV');
    expect((await clipboard()).split('\r\n')[0]).toContain('label,lower,upper');
    await copy('moved', 'SVG');
    const svg = await clipboard();
    expect(svg).toMatch(/^<svg[^>]*xmlns=/);
    expect(svg).not.toMatch(/var\(--|<script|class=/);
    await copy('moved', 'PNG');
    const size = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const bitmap = await createImageBitmap(await item.getType('image/png'));
      return [bitmap.width, bitmap.height];
    });
    expect(size[0]).toBeGreaterThan(300);
    expect(size[1]).toBeGreaterThan(150);
  });

  await test.step('The corner is dragged, Move and size goes to the keys, and Undo takes both back', async () => {
    await expect(board.grip('x')).toHaveAccessibleName(/4 wide, 8 high/);
    await board.tile('x').hover();
    await board.drag(board.tile('x').locator('.px-tile-corner'), 0, -72);
    await expect(board.grip('x')).toHaveAccessibleName(/4 wide, 6 high/);
    await board.tile('x').locator('header').click({ button: 'right' });
    await menu.getByRole('option', { name: /^Move and size/ }).click();
    await expect(board.grip('x')).toBeFocused();
    await page.keyboard.press('Shift+ArrowDown');
    await expect(board.grip('x')).toHaveAccessibleName(/4 wide, 7 high/);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expect(board.grip('x')).toHaveAccessibleName(/4 wide, 8 high/);
  });

  await test.step('Tiles become monitors of the suite beside the notebook, and the line that checks them is at hand', async () => {
    await board.view.getByRole('button', { name: 'Watch these tiles' }).click();
    await expect(
      page.getByText(/tiles are watched in board\.phoenix\.toml/)
    ).toBeVisible();
    const suite = await board.read('board.phoenix.toml');
    expect(suite).toContain('watch = "drift"\ncolumn = "x"');
    expect(suite).toContain('watch = "drift"\ncolumn = "moved"');
    await board.view
      .getByRole('button', { name: /^Copy the command line/ })
      .click();
    expect(await clipboard()).toBe(
      'phoenix-lab check board.phoenix.toml --primary new.parquet --reference reference.parquet --history board.phoenix-history'
    );
    await board.view
      .getByRole('button', { name: 'Monitors through time' })
      .click();
    await expect(
      page.getByText('There is no board.phoenix-history yet.')
    ).toBeVisible();
  });

  await test.step('A report says where it goes, replaces nothing unasked, and can be opened', async () => {
    const report = board.view.getByRole('button', { name: 'Report…' });
    const dialog = page.getByRole('dialog', { name: 'Write a report' });
    await board.write('report.html', 'mine');
    await report.click();
    await expect(dialog).toContainText('A cell writes it beside board.ipynb.');
    await dialog.getByRole('button', { name: 'Write' }).click();
    await expect(dialog).toContainText('report.html is there already');
    expect(await board.read('report.html')).toBe('mine');
    if (PICTURES) {
      await page.screenshot({ path: `${PICTURES}/report.light.png` });
    }
    await dialog.getByRole('textbox', { name: 'File' }).fill('../weekly.html');
    await dialog.getByRole('button', { name: 'Replace' }).click();
    await expect(
      page.getByText('No report can be called ../weekly.html.')
    ).toBeVisible();
    await report.click();
    await dialog.getByRole('textbox', { name: 'File' }).fill('weekly.html');
    await dialog.getByRole('button', { name: 'Write' }).click();
    await expect(
      page.getByText('weekly.html is written, beside the notebook.')
    ).toBeVisible({ timeout: 120_000 });
    // Beside JupyterLab, where its scripts run.
    const opened = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    const page2 = await opened;
    await expect(
      page2.getByRole('heading', { name: 'prod against train' })
    ).toBeVisible();
    await expect(page2.getByText('moved').first()).toBeVisible();
    await page2.close();
    await lab.remove('weekly.html');
  });

  await test.step('Without the dataframes sets and verdicts are still told apart, in both themes', async () => {
    await lab.tab(NAME).click();
    await page.keyboard.press('Control+s');
    await expect(lab.tab(NAME)).not.toHaveClass(/jp-mod-dirty/);
    await lab.tab(NAME).locator('.lm-TabBar-tabCloseIcon').click();
    await lab.tab(NOTEBOOK).click();
    await lab.restartKernel();
    await board.open(NAME);
    await expect(board.tile('moved')).toHaveClass(/px-mod-dated/);
    await expect(board.tile('moved').locator('.px-bins')).toBeVisible();
    await expect(board.tile('moved').locator('time')).toHaveText(
      /^Old: \d+ \w+ \d{4}, \d\d:\d\d$/
    );
    for (const theme of ['light', 'dark'] as const) {
      await lab.theme(theme);
      const found = await contrasts(board, 'moved');
      expect(found.primary, theme).toBeGreaterThanOrEqual(3);
      expect(found.reference, theme).toBeGreaterThanOrEqual(3);
      expect(found.verdict, theme).toBeGreaterThanOrEqual(4.5);
      expect(found.facts, theme).toBeGreaterThanOrEqual(4.5);
      expect([found.opacity, found.filters], theme).toEqual([1, 0]);
      const { violations } = await new AxeBuilder({ page })
        .include('.px-dashboard')
        .analyze();
      expect(violations, theme).toEqual([]);
      if (PICTURES) {
        await page.screenshot({ path: `${PICTURES}/old.${theme}.png` });
      }
    }
    await lab.theme('light');
  });
});
