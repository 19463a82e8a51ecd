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
    'many.phoenix'
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

  await test.step('A file that is changed on disk while it is open is shown as it is there', async () => {
    await board.write(
      'weekly.phoenix',
      dashboard([
        tile('a', { kind: 'distribution', column: 'moved' }, [0, 0, 4, 8])
      ])
    );
    await lab.menu('File', 'Reload Dashboard from Disk').catch(() => undefined);
    await page.keyboard.press('Escape');
    await lab.tab('weekly.phoenix').locator('.lm-TabBar-tabCloseIcon').click();
    await board.open('weekly.phoenix');
    await expect(board.tile('moved')).toBeVisible();
  });

  await test.step('It is renamed by the file browser while it is open, and goes on', async () => {
    await board.refresh();
    await expect(board.tile('moved').locator('.px-bins')).toBeVisible({
      timeout: 60_000
    });
    await page.keyboard.press('Control+s');
    await expect(lab.tab('weekly.phoenix')).not.toHaveClass(/jp-mod-dirty/);
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
