import { Board, dashboard, MAKE, NOTEBOOK, tile } from '../pages/board';
import { expect, test } from '../pages/fixtures';

const PICTURES = process.env.PHX_PICTURES;

test('A dashboard is a document like others: new, named, saved as, reverted, changed by others', async ({
  lab
}) => {
  const { page } = lab;
  const board = new Board(lab);
  for (const name of [
    'untitled.phoenix',
    'weekly.phoenix',
    'copy.phoenix',
    'many.phoenix',
    'renamed.phoenix'
  ]) {
    await lab.remove(name);
  }
  await lab.openNew(NOTEBOOK, [MAKE]);
  await lab.runAll();

  await test.step('A new one is a whole file from the start, is not dirty, and is renamed from its head', async () => {
    await lab.menu('File', 'New', 'Phoenix Dashboard');
    const tab = lab.tab('untitled.phoenix');
    await expect(tab).toBeVisible();
    await expect(
      board.view.getByRole('heading', { name: 'untitled', exact: true })
    ).toBeVisible();
    expect(JSON.parse(await board.read('untitled.phoenix'))).toMatchObject({
      format: 'phoenix-dashboard',
      version: 1,
      tiles: []
    });
    await expect(tab).not.toHaveClass(/jp-mod-dirty/);
    const rename = async (file: string): Promise<void> => {
      await board.view.getByRole('button', { name: 'Rename…' }).click();
      await page.getByRole('textbox', { name: 'File' }).fill(file);
      await page.getByRole('button', { name: 'Done' }).click();
    };
    await rename('../outside');
    await expect(
      page.getByText('No file can be called ../outside.phoenix.')
    ).toBeVisible();
    await rename('weekly');
    await expect(lab.tab('weekly.phoenix')).toBeVisible();
    await expect(
      board.view.getByRole('heading', { name: 'weekly', exact: true })
    ).toBeVisible();
    await expect(lab.tab('weekly.phoenix')).not.toHaveClass(/jp-mod-dirty/);
  });

  const file = async (name: RegExp): Promise<void> => {
    await page
      .locator('#jp-menu-panel')
      .getByRole('menuitem', { name: 'File', exact: true })
      .click();
    await lab.choose(name);
  };
  const dialog = page.getByRole('dialog');
  const one = (column: string): string =>
    dashboard([tile('a', { kind: 'distribution', column }, [0, 0, 4, 8])]);

  await test.step('A file that is changed on disk while it is open is read again, and never written over unasked', async () => {
    await board.write('weekly.phoenix', one('moved'));
    await file(/^Reload .* from Disk$/);
    await expect(board.tile('moved')).toBeVisible();
    // Changed here and there.
    await board.view.getByRole('button', { name: 'Text', exact: true }).click();
    await expect(lab.tab('weekly.phoenix')).toHaveClass(/jp-mod-dirty/);
    await board.write('weekly.phoenix', one('x'));
    await page.keyboard.press('Control+s');
    await expect(dialog).toContainText(/changed on disk/);
    expect(await board.read('weekly.phoenix')).toBe(one('x'));
    await dialog.getByRole('button', { name: 'Revert' }).click();
    await expect(board.tile('x')).toBeVisible();
    await expect(board.tiles).toHaveCount(1);
  });

  await test.step('Half a file, written while it is open, is said, kept, and gone once it is whole', async () => {
    const half = one('x').slice(0, 80);
    await board.write('weekly.phoenix', half);
    await file(/^Reload .* from Disk$/);
    await expect(page.getByText('it is not whole, or no JSON')).toBeVisible();
    expect(await board.read('weekly.phoenix')).toBe(half);
    await board.write('weekly.phoenix', one('moved'));
    await file(/^Reload .* from Disk$/);
    await expect(board.tile('moved')).toBeVisible();
  });

  await test.step('Save As goes on in another file; Revert goes back to what was saved', async () => {
    await board.refresh();
    await expect(board.tile('moved').locator('.px-bins')).toBeVisible({
      timeout: 60_000
    });
    await page.keyboard.press('Control+s');
    await expect(lab.tab('weekly.phoenix')).not.toHaveClass(/jp-mod-dirty/);
    // To look for a file that is not there would be an error in the browser's console.
    await board.write('copy.phoenix', one('x'));
    await file(/^Save .* As…$/);
    await dialog.getByRole('textbox').fill('copy.phoenix');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('button', { name: 'Overwrite' }).click();
    await expect(lab.tab('copy.phoenix')).toBeVisible();
    expect(await board.read('copy.phoenix')).toBe(
      await board.read('weekly.phoenix')
    );
    await board.view.getByRole('button', { name: 'Text', exact: true }).click();
    await expect(board.tiles).toHaveCount(2);
    await file(/^Revert .* to Checkpoint…?$/);
    await dialog.getByRole('button', { name: 'Revert' }).click();
    await expect(board.tiles).toHaveCount(1);
    await expect(board.tile('moved').locator('.px-bins')).toBeVisible();
  });

  await test.step('Renamed in the file browser while it is open, it goes on', async () => {
    await page
      .getByRole('button', { name: /Refresh the file browser/i })
      .click();
    await page
      .locator('.jp-DirListing-item', { hasText: 'copy.phoenix' })
      .click();
    await page.keyboard.press('F2');
    const editor = page.locator('.jp-DirListing-editor');
    await editor.fill('renamed.phoenix');
    await editor.press('Enter');
    await expect(lab.tab('renamed.phoenix')).toBeVisible();
    await board.refresh();
    await expect(board.tile('moved')).not.toHaveClass(/px-mod-dated/, {
      timeout: 60_000
    });
    await page.keyboard.press('Control+s');
    await expect(lab.tab('renamed.phoenix')).not.toHaveClass(/jp-mod-dirty/);
    expect(await board.read('renamed.phoenix')).toContain('"last"');
    await lab.tab('renamed.phoenix').locator('.lm-TabBar-tabCloseIcon').click();
  });

  await test.step('Sixty tiles, a narrow window, and the keyboard alone', async () => {
    const kinds = [
      { kind: 'distribution', column: 'x' },
      { kind: 'distribution', column: 'moved' },
      { kind: 'distribution', column: 'plan' }
    ];
    await board.write(
      'many.phoenix',
      dashboard(
        Array.from({ length: 60 }, (_, i) =>
          tile(
            `t${i}`,
            kinds[i % 3],
            [(i % 3) * 4, Math.floor(i / 3) * 8, 4, 8],
            `Tile ${i}`
          )
        )
      )
    );
    await board.open('many.phoenix');
    await expect(board.tiles).toHaveCount(60);
    await board.refresh();
    await expect(board.tile('Tile 59').locator('.px-bins')).toBeVisible({
      timeout: 90_000
    });
    const grip = board.grip('Tile 0');
    await grip.focus();
    const since = Date.now();
    for (let i = 0; i < 10; i++) {
      await page.keyboard.press(i % 2 ? 'ArrowLeft' : 'ArrowRight');
    }
    await expect(grip).toHaveAccessibleName(/column 1, row/);
    // Ten moves among sixty tiles are no wait.
    expect(Date.now() - since).toBeLessThan(8000);
    await page.setViewportSize({ width: 700, height: 800 });
    await expect(board.view).toBeVisible();
    const wide = await board.view.evaluate(node => [
      node.scrollWidth,
      node.clientWidth
    ]);
    expect(wide[0]).toBeLessThanOrEqual(wide[1] + 1);
    if (PICTURES) {
      await page.screenshot({ path: `${PICTURES}/narrow.light.png` });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });
});
