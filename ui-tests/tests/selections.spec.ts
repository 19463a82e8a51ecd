import { expect, test } from '../pages/fixtures';
import { numberIn } from '../pages/phoenix';

/** Two clouds, the second of which is more in what is new; the index says the same of all rows. */
const MAKE = [
  'import numpy as np, pandas as pd',
  'rng = np.random.default_rng(0)',
  'def frame(n, share):',
  '    far = rng.random(n) < share',
  '    return pd.DataFrame({',
  '        "carrier": rng.choice(["AA", "B6"], n),',
  '        "vec": list((rng.normal(size=(n, 6)) + 9 * np.eye(6)[far.astype(int)]).astype("f4")),',
  '    }, index=["same"] * n)',
  'old, new = frame(300, 0.2), frame(260, 0.5)'
].join('\n');

test('Selections are combined, taken back and inserted; rows are labelled by keys', async ({
  lab,
  phoenix
}) => {
  await lab.openNew('selections.ipynb', [MAKE, 'new']);
  await lab.runAll();
  await lab.chooseFrom(lab.output(lab.code(1)), /^Compare with…/, /^old/);
  await expect(phoenix.row('carrier')).toBeVisible({ timeout: 120_000 });
  const { page } = lab;
  const kept = phoenix.panel
    .getByRole('list', { name: 'Selections' })
    .getByRole('listitem');
  const choose = (name: RegExp) => page.getByRole('option', { name }).click();

  await test.step('A bar and a cluster are kept, and say what they are', async () => {
    await phoenix.row('carrier').click();
    await page
      .getByRole('group', { name: 'Distribution of carrier in both sets' })
      .getByRole('button', { name: /^AA/ })
      .click();
    await choose(/^Keep as selection/);
    await expect(kept).toHaveCount(1);
    await expect(kept.first()).toContainText(/carrier: AA.*live/s);
    await lab.tab('Overview: new vs old').click();
    await phoenix.row('vec').click();
    await phoenix.mapReady();
    await phoenix.clusters.getByRole('option').first().click();
    await phoenix.tray.getByRole('button', { name: 'Keep selection' }).click();
    await expect(kept).toHaveCount(2);
  });

  await test.step('Combined they give as many rows as a cell', async () => {
    await kept
      .last()
      .getByRole('button', { name: /^More for/ })
      .click();
    await choose(/^Combine with/);
    await choose(/^carrier: AA/);
    await expect(page.locator('.px-menu-note')).toHaveText(
      /They share \d+ rows/
    );
    await choose(/ without carrier: AA/);
    await expect(kept).toHaveCount(3);
    await kept
      .last()
      .getByRole('button', { name: /^Insert .* into notebook$/ })
      .click();
    const cell = lab.cellWith('~px.Values');
    await lab.ran(cell, 120_000);
    await expect(page.getByText(/run: \d+ rows, as shown/)).toBeVisible();
  });

  await test.step('It is named, tagged, taken back and made again by keys', async () => {
    await kept
      .last()
      .getByRole('button', { name: /^More for/ })
      .focus();
    await page.keyboard.press('F2');
    const form = page.getByRole('dialog', { name: 'Name, tag and note' });
    await form.getByLabel('Name').fill('far, not AA');
    await form.getByLabel('Tag').fill('new topic');
    await form.getByLabel('Note').fill('ask the data team');
    await form.getByRole('button', { name: 'Keep' }).click();
    await expect(kept.last()).toContainText(
      /far, not AA.*new topic.*ask the data team/s
    );
    await page.keyboard.press('Control+z');
    await expect(kept.last()).toContainText(/ without carrier: AA/);
    await page.keyboard.press('Control+Shift+z');
    await expect(kept.last()).toContainText('far, not AA');
  });

  await test.step('Keys label rows, and undo takes a label back', async () => {
    const rows = phoenix.tray.getByRole('list', { name: 'Rows' });
    await rows.focus();
    await page.keyboard.press('ArrowDown');
    const keys = phoenix.tray.getByRole('group', { name: 'Labels of rows' });
    await expect(keys).toHaveCount(0);
    // What a key means is shown before it does anything, and moves no row.
    const top = (await rows.boundingBox())?.y;
    await page.keyboard.press('1');
    await expect(keys).toContainText('1 mislabelled');
    expect((await rows.boundingBox())?.y).toBe(top);
    await expect(rows.locator('.px-row-label')).toHaveCount(0);
    await page.keyboard.press('1');
    await expect(keys.getByRole('status')).toContainText(
      'labelled “mislabelled”'
    );
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('2');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('2');
    await expect(rows.locator('.px-row-label')).toHaveText([
      'mislabelled',
      'new topic',
      'new topic'
    ]);
    await page.keyboard.press('Control+z');
    await expect(rows.locator('.px-row-label')).toHaveCount(2);
    await page.keyboard.press('m');
    await page
      .getByRole('dialog', { name: /^Note of row/ })
      .getByRole('textbox')
      .fill('see ticket 4');
    await page.keyboard.press('Enter');
    await expect(rows.locator('.px-row-note')).toHaveText('see ticket 4');
  });

  await test.step('The labels come as columns of the dataframe’s own index', async () => {
    await phoenix.panel.getByRole('button', { name: 'Insert labels' }).click();
    // The second row is one of the reference: its label comes with that index.
    await lab.ran(lab.cellWith('labels_new = '));
    const cell = await lab.run(
      '(*labels_new.dropna(), *labels_old.dropna(), *notes_new.dropna(), labels_new.index.equals(new.index), labels_old.index.equals(old.index))'
    );
    await expect(lab.output(cell)).toContainText(
      /'mislabelled', 'new topic', 'see ticket 4', True, True/
    );
  });
  expect(numberIn(await kept.last().innerText(), /(\d+)/)).toBeGreaterThan(0);
});
