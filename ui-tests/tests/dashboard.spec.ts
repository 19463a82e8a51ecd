import AxeBuilder from '@axe-core/playwright';
import type { Locator } from '@playwright/test';

import { expect, test } from '../pages/fixtures';

/** What a person writes is text, whatever it looks like. */
const WORDS = 'Look <b>here</b> first <img src=x onerror=alert(1)>';

const headers = { Authorization: `token ${process.env.PHX_TOKEN}` };

test('A dashboard is pinned, saved, opened without its dataframes, and refreshed with them', async ({
  lab,
  phoenix
}) => {
  const { page } = lab;
  const board = page.getByRole('region', { name: 'Tiles' });
  const tile = (name: string): Locator =>
    board.getByRole('article', { name, exact: true });
  const view = page.locator('.px-dashboard');
  const read = async (name: string): Promise<string> => {
    const answer = await page.request.get(
      `api/contents/${name}?type=file&format=text`,
      { headers }
    );
    return ((await answer.json()) as { content: string }).content;
  };
  const write = async (name: string, content: string): Promise<void> => {
    const answer = await page.request.put(`api/contents/${name}`, {
      headers,
      data: { type: 'file', format: 'text', content }
    });
    expect(answer.ok()).toBe(true);
  };
  await lab.remove('untitled.phoenix');
  await lab.open('state_of_the_union.ipynb');
  await lab.runThrough(lab.cellWith(/^prod$/));
  const output = lab.output(lab.cellWith(/^prod$/));
  await lab.chooseFrom(output, /^Inspect with Phoenix/);
  await expect(phoenix.frame('train')).toBeVisible();
  await lab.chooseFrom(output, /^Compare with…/, /^train/);

  await test.step('A column is pinned from its view, another from its menu', async () => {
    await phoenix.row('contractions').click();
    await page.getByRole('button', { name: 'Pin to dashboard…' }).click();
    await lab.choose('New dashboard');
    await expect(page.getByText('Pinned to untitled.phoenix.')).toBeVisible();
    // However many findings leave the list little room.
    const search = phoenix.panel.getByRole('searchbox');
    await search.fill('party');
    await phoenix.column('party').hover();
    await phoenix.roleOf('party').click();
    await page.getByRole('option', { name: /^Pin to dashboard…/ }).click();
    await lab.choose('untitled.phoenix');
    await search.fill('');
    await lab.tab('untitled.phoenix').click();
    await expect(tile('contractions').locator('.px-bins')).toBeVisible();
    await expect(tile('contractions')).toContainText(/PSI .*just now/);
    await expect(tile('party').locator('.px-bins')).toBeVisible();
    await expect(view.getByRole('status').first()).toContainText(
      '1 tile is beyond its limit'
    );
    await lab.widen();
  });

  await test.step('Tiles are moved and sized by keys and by the mouse, and called otherwise', async () => {
    const grip = tile('contractions').getByRole('button', { name: /^Move / });
    await grip.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await expect(grip).toHaveAccessibleName(
      'Move contractions: column 2, row 1; 5 wide, 8 high'
    );
    const other = tile('party').getByRole('button', { name: /^Move / });
    await expect(other).toHaveAccessibleName(/column 5, row 9;/);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expect(grip).toHaveAccessibleName(/column 1, row 1; 4 wide/);
    const head = await tile('party').locator('header').boundingBox();
    if (!head) {
      throw new Error('no tile');
    }
    await page.mouse.move(head.x + 30, head.y + 12);
    await page.mouse.down();
    await page.mouse.move(head.x + head.width + 90, head.y + 12, { steps: 5 });
    await page.mouse.up();
    await expect(other).toHaveAccessibleName(/column 9, row 1; 4 wide/);
    await view.getByRole('button', { name: 'Text', exact: true }).click();
    await tile('Text').hover();
    await tile('Text').getByRole('button', { name: 'More of Text' }).click();
    await page.getByRole('option', { name: 'Edit the text…' }).click();
    await page.getByRole('textbox', { name: 'Text' }).fill(WORDS);
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(tile('Text')).toContainText(WORDS);
    await expect(view.locator('script, img')).toHaveCount(0);
  });

  await test.step('The file is small, and holds no row', async () => {
    const tab = lab.tab('untitled.phoenix');
    await expect(tab).toHaveClass(/jp-mod-dirty/);
    await page.keyboard.press('Control+s');
    // As of other new documents, its name is asked for.
    await page.getByRole('button', { name: 'Rename and Save' }).click();
    await expect(tab).not.toHaveClass(/jp-mod-dirty/);
    const text = await read('untitled.phoenix');
    const data = JSON.parse(text) as { tiles: { id: string }[] };
    expect(data).toMatchObject({
      format: 'phoenix-dashboard',
      version: 1,
      notebook: 'state_of_the_union.ipynb',
      primary: 'prod',
      reference: 'train'
    });
    expect(data.tiles).toHaveLength(3);
    expect(text.length).toBeLessThan(15_000);
    expect(text).not.toMatch(/fellow|Congress/i);
    const [first] = data.tiles;
    const wrong = {
      id: 'wrong',
      title: 'Gone',
      place: [4, 0, 4, 8],
      recipe: { kind: 'distribution', column: 'nowhere' },
      limit: 0.1
    };
    // Somebody else adds a tile to the file.
    const changed = { ...data, tiles: [...data.tiles, wrong] };
    await tab.locator('.lm-TabBar-tabCloseIcon').click();
    await write('watch.phoenix', JSON.stringify(changed));
    await write('broken.phoenix', text.slice(0, 900));
    await write(
      'newer.phoenix',
      JSON.stringify({ ...data, version: 9, tiles: [first] })
    );
  });

  await test.step('Without its dataframes the last results are there, dated, with the way to get them', async () => {
    await lab.halve();
    await lab.restartKernel();
    await page
      .locator('.jp-SideBar')
      .getByRole('tab', { name: /^File Browser/ })
      .click();
    await page
      .getByRole('button', { name: /Refresh the file browser/i })
      .click();
    await page
      .locator('.jp-DirListing-item', { hasText: 'watch.phoenix' })
      .dblclick();
    await expect(tile('contractions').locator('.px-bins')).toBeVisible();
    await expect(tile('contractions')).toHaveClass(/px-mod-dated/);
    await expect(tile('contractions').locator('time')).toHaveText(
      /^Old: .*\d{4}, \d\d:\d\d$/
    );
    await expect(view).toContainText(
      'Run the cells that make them, and press Refresh'
    );
    const { violations } = await new AxeBuilder({ page })
      .include('.px-dashboard')
      .analyze();
    expect(violations).toEqual([]);
  });

  await test.step('With them, Refresh asks again; a tile that fails says so in its place', async () => {
    await lab.tab('state_of_the_union.ipynb').click();
    await lab.runThrough(lab.cellWith(/^prod$/));
    await lab.tab('watch.phoenix').click();
    await view.getByRole('button', { name: 'Refresh', exact: true }).click();
    await expect(tile('contractions')).not.toHaveClass(/px-mod-dated/, {
      timeout: 60_000
    });
    await expect(tile('contractions')).toContainText('just now');
    await expect(tile('Gone').getByRole('alert')).toContainText('nowhere');
    await expect(tile('party')).not.toHaveClass(/px-mod-dated/);
    // What all share is asked of each.
    await view.getByRole('button', { name: 'All rows' }).click();
    await page.getByRole('combobox', { name: 'Column' }).fill('party');
    await page.getByRole('textbox', { name: 'Is' }).fill('Democratic');
    await page.getByRole('button', { name: 'Only these' }).click();
    await expect(tile('contractions')).toHaveClass(/px-mod-dated/);
    await tile('contractions').hover();
    await tile('contractions')
      .getByRole('button', { name: 'Refresh contractions' })
      .click();
    await expect(tile('contractions')).not.toHaveClass(/px-mod-dated/);
    await expect(tile('party')).toHaveClass(/px-mod-dated/);
  });

  await test.step('What cannot be read is said, and stays as it is', async () => {
    for (const [name, sentence] of [
      ['broken.phoenix', 'it is not whole, or no JSON'],
      ['newer.phoenix', 'was written by a newer phoenix_lab']
    ]) {
      const before = await read(name);
      await page.locator('.jp-DirListing-item', { hasText: name }).dblclick();
      await expect(
        page.getByRole('alert').filter({ hasText: sentence })
      ).toBeVisible();
      // What is saved is the text that cannot be read, to the letter.
      const saved = page.waitForResponse(
        answer =>
          answer.request().method() === 'PUT' && answer.url().includes(name)
      );
      await page.keyboard.press('Control+s');
      await saved;
      expect(await read(name)).toBe(before);
    }
  });
});
