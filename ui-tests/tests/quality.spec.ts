import { mkdirSync } from 'fs';
import * as path from 'path';

import { expect, test } from '../pages/fixtures';

const FOLDER = path.join(__dirname, '..', '..', 'screenshots');

/** Frames with faults that somebody put there. */
const FAULTS = [
  'import pandas as pd',
  'flights = pd.read_parquet("data/flights.parquet")',
  'first = flights[flights.scheduled < "2013-02-01"]',
  'half = first.index % 2 == 0',
  'before, after = first[half].copy(), first[~half].copy()',
  'after["humid"] = 61.0',
  'after.loc[after.carrier == "UA", "carrier"] = "United"',
  'after.loc[after.index[:300], "visib"] = None',
  'after.loc[after.index[:40], "distance"] = 99_999',
  'after = pd.concat([after, after.iloc[:25]])',
  'after'
].join('\n');

test('What is wrong with the data, and whether it is new', async ({
  lab,
  phoenix
}) => {
  await lab.open('flights.ipynb');
  await lab.run(FAULTS);
  const output = lab.output(lab.cellWith('"United"'));
  await lab.chooseFrom(output, /^Inspect with Phoenix/);
  await expect(phoenix.frame('before')).toBeVisible();
  await lab.chooseFrom(output, /^Compare with…/, /^before/);
  const view = phoenix.page.locator('.px-overview');
  await expect(phoenix.row('carrier')).toBeVisible({ timeout: 120_000 });
  await view.getByRole('radio', { name: 'Quality' }).click();
  const table = view.getByRole('table', { name: 'Checks of the data' });
  const row = (name: string, text: string) =>
    table.getByRole('row').filter({ hasText: name }).filter({ hasText: text });

  await test.step('Each fault is named with its rows', async () => {
    await expect(row('humid', 'one value throughout')).toContainText('61');
    await expect(
      row('carrier', 'values that before does not have')
    ).toContainText('United');
    await expect(
      row('carrier', 'values of before that are gone')
    ).toContainText('UA');
    await expect(row('distance', 'above all that before holds')).toContainText(
      '99\u202f999'
    );
    await expect(row('visib', 'no value')).toContainText('325');
    await expect(row('Whole rows', 'a row before')).toContainText('25');
    await expect(view.getByRole('status').first()).toContainText(
      /things are not as they were\. Most: .* checks were made/
    );
  });

  for (const theme of ['light', 'dark'] as const) {
    await test.step(`A picture, ${theme}`, async () => {
      mkdirSync(FOLDER, { recursive: true });
      await lab.theme(theme);
      await lab.widen();
      await lab.page.waitForTimeout(700);
      await lab.page.screenshot({
        path: path.join(FOLDER, `02-quality.${theme}.png`)
      });
    });
  }

  await test.step('One tab stop, and arrows from check to check', async () => {
    const { keyboard } = lab.page;
    const buttons = table.getByRole('button');
    expect(
      await buttons.evaluateAll(
        all => all.filter(one => (one as HTMLElement).tabIndex === 0).length
      )
    ).toBe(1);
    await buttons.first().focus();
    await keyboard.press('ArrowDown');
    await expect(buttons.nth(1)).toBeFocused();
    const own = row('carrier', 'values that before does not have').getByRole(
      'button'
    );
    await own.first().focus();
    await keyboard.press('ArrowRight');
    await expect(own.nth(1)).toBeFocused();
    await keyboard.press('End');
    await expect(
      table.getByRole('button', { name: /No change that matters/ })
    ).toBeFocused();
  });

  await test.step('The groups of columns are closed and opened by the arrows', async () => {
    await view.getByRole('radio', { name: 'Drift' }).click();
    const { keyboard } = lab.page;
    const group = phoenix.overview.getByRole('row', { name: /^Drift \d/ });
    await phoenix.overview.focus();
    await keyboard.press('Home');
    await expect(group).toHaveAttribute('aria-expanded', 'true');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowLeft');
    await keyboard.press('ArrowLeft');
    await expect(group).toHaveAttribute('aria-expanded', 'false');
    await keyboard.press('End');
    await keyboard.press('Home');
    await keyboard.press('Enter');
    await expect(group).toHaveAttribute('aria-expanded', 'true');
    // By mouse, too: the keys go on from there.
    await group.getByRole('button').click();
    await expect(group).toHaveAttribute('aria-expanded', 'false');
    await keyboard.press('ArrowRight');
    await expect(group).toHaveAttribute('aria-expanded', 'true');
    await view.getByRole('radio', { name: 'Quality' }).click();
  });

  await test.step('What does not matter is folded; the search opens it', async () => {
    const same = table.getByRole('button', { name: /No change that matters/ });
    await expect(same).toHaveAttribute('aria-expanded', 'false');
    await expect(row('manufacturer', 'gone')).toHaveCount(0);
    await view.getByRole('searchbox').fill('gone');
    await expect(same).toHaveAttribute('aria-expanded', 'true');
    await expect(row('manufacturer', 'gone')).toBeVisible();
    await view.getByRole('searchbox').fill('');
  });

  await test.step('The rows of a check come as a cell, below the cell that makes the frames', async () => {
    await lab.halve();
    await table
      .getByRole('button', { name: /^Rows: distance, above all/ })
      .click();
    await lab.page
      .getByRole('option', { name: /^Insert into notebook: after/ })
      .click();
    const cell = lab.cellWith('px.rows(');
    await lab.ran(cell, 120_000);
    await expect(lab.output(cell)).toContainText('65 rows');
    await lab.widen();
  });

  await test.step('The whole row of a check has its menu; rows that repeat come as a cell, and what is missing is watched', async () => {
    await lab.halve();
    const menu = lab.page.locator('.px-menu');
    const repeated = row('Whole rows', 'a row before');
    // Wherever the notebook was left, the new cell comes into sight.
    await lab.page
      .locator('.jp-WindowedPanel-outer')
      .first()
      .evaluate(outer => outer.scrollTo({ top: 0 }));
    await repeated.locator('th').click({ button: 'right' });
    await expect(lab.page.locator('.lm-Menu')).toHaveCount(0);
    await menu
      .getByRole('option', { name: /^Insert into notebook: after/ })
      .click();
    const cell = lab.cellWith('px.Repeated(');
    await lab.ran(cell, 120_000);
    await expect(lab.output(cell)).toContainText('25 rows');
    await expect(cell.locator('.jp-InputArea')).toBeInViewport();
    const missing = row('visib', 'no value');
    await missing.getByRole('button').first().focus();
    await lab.page.keyboard.press('Shift+F10');
    await menu
      .getByRole('option', { name: 'Watch its missing values A cell' })
      .click();
    const watched = lab.cellWith('"missing",');
    await lab.ran(watched, 120_000);
    await expect(lab.output(watched)).toContainText(/alarm/i);
    await lab.widen();
  });

  await test.step('A column opens from its check, and a cell gives the same table', async () => {
    await table
      .getByRole('button', { name: /^humid, one value throughout/ })
      .click();
    await expect(lab.tab('humid')).toBeVisible();
    await lab.tab('Overview: after vs before').click();
    await lab.halve();
    await view.getByRole('button', { name: /Insert/ }).click();
    const cell = lab.cellWith('px.Quality()');
    await lab.ran(cell, 120_000);
    await expect(lab.output(cell)).toContainText('humid');
    await expect(lab.output(cell)).toContainText('constant');
  });
});
