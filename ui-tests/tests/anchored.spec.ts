import { expect, test } from '../pages/fixtures';

/** Two clouds, the second of which is only in what is new; and a third that comes later. */
const MAKE = [
  'import numpy as np, pandas as pd',
  'rng = np.random.default_rng(0)',
  'def cloud(at, n):',
  '    return list(at + rng.normal(scale=0.3, size=(n, 8)).astype("float32"))',
  'a, b, c = np.eye(8)[:3] * 4',
  'old = pd.DataFrame({"text_vector": cloud(a, 260), "n": range(260)})',
  'new = pd.DataFrame({"text_vector": cloud(a, 120) + cloud(b, 130), "n": range(250)})'
].join('\n');
const MORE =
  'new = pd.concat([new, pd.DataFrame({"text_vector": cloud(c, 40) + cloud(b, 10), "n": range(50)})], ignore_index=True)';
const NAME = 'refunds & <b>late</b> ones';

test('A cluster keeps the name that it was given, and new rows are placed on the map that stays', async ({
  lab,
  phoenix
}) => {
  const { page, clusters, tray } = phoenix;
  const shoot = async (name: string): Promise<void> => {
    if (process.env.PHX_SHOTS) {
      await page.waitForTimeout(700);
      await page.screenshot({ path: `${process.env.PHX_SHOTS}/${name}.png` });
    }
  };
  await lab.openNew('anchored.ipynb', [MAKE, 'new']);
  await lab.runAll();
  await lab.chooseFrom(lab.output(lab.code(1)), /^Compare with…/, /^old/);
  await phoenix.row('text_vector').click();
  await phoenix.mapReady();
  const named = clusters.getByRole('option', { name: NAME });

  await test.step('F2 asks for a name, as the button does; what is written is text', async () => {
    await clusters.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.keyboard.press('F2');
    const dialog = page.getByRole('dialog', { name: 'Rename cluster' });
    await expect(dialog.getByRole('textbox')).toBeFocused();
    await shoot('rename');
    await page.keyboard.type(NAME);
    await page.keyboard.press('Enter');
    await expect(named).toBeVisible();
    await expect(clusters).toBeFocused();
    await expect(tray.locator('.px-tray-label')).toHaveText(NAME);
    await expect(
      phoenix.findings.filter({ hasText: `Rows of ${NAME} went` })
    ).toBeVisible();
    await expect(
      page.locator('.px-embedding b', { hasText: /^late$/ })
    ).toHaveCount(0);
    await shoot('renamed');
  });

  await test.step('The cell that is inserted calls it so', async () => {
    await phoenix.insertButton.click();
    const cell = lab.cellWith(/refunds & <b>late<\/b> ones/);
    await expect(cell).toContainText('# Phoenix: cluster');
  });

  const trayCount = tray.getByRole('list', { name: 'Rows' });
  await test.step('Refresh of a frame that grew leaves the map as it is', async () => {
    await lab.run(MORE);
    await lab.tab('text_vector').click();
    await page
      .getByRole('button', { name: 'Refresh', exact: true })
      .first()
      .click();
    await expect(
      page.getByText(
        '50 rows were placed on the map; none of its points moved.'
      )
    ).toContainText('40 of them lie far from it, in 1 area that it never had');
    await phoenix.settled();
    await expect(named).toHaveAttribute('aria-selected', 'true');
    await expect(clusters.getByRole('option')).toHaveCount(3);
    await expect(trayCount).toBeVisible();
    await shoot('placed');
  });

  await test.step('Insert gives the same from code', async () => {
    await phoenix.insertButton.click();
    const cell = lab.cellWith('anchor=(250, 260)');
    await expect(cell).toBeVisible();
  });

  await test.step('Fit again makes it of all rows, and says what became of the clusters', async () => {
    await lab.tab('text_vector').click();
    await page.getByRole('button', { name: 'Fit again' }).first().click();
    await expect(
      page.getByText(/^3 of 3 clusters are as before\./)
    ).toBeVisible({ timeout: 60_000 });
    await expect(named).toBeVisible();
    await shoot('fitted');
  });

  await test.step('The name comes back with the page', async () => {
    await lab.focusNotebook();
    await lab.menu('File', 'Save Notebook');
    await expect(lab.page.locator('.jp-mod-dirty')).toHaveCount(0);
    await page.waitForTimeout(2000);
    await page.reload();
    await lab.loaded();
    await lab.tab('text_vector').click();
    await phoenix.mapReady();
    await expect(named).toBeVisible();
  });

  await test.step('It can be taken back', async () => {
    await named.click();
    await tray.getByRole('button', { name: 'Rename cluster' }).click();
    await page.getByRole('button', { name: 'Use the found name' }).click();
    await expect(named).toHaveCount(0);
  });
});
