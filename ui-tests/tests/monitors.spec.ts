import AxeBuilder from '@axe-core/playwright';

import { Board } from '../pages/board';
import { expect, test } from '../pages/fixtures';

const PICTURES = process.env.PHX_PICTURES;

/** Thirty days, the last six with missing values, and a last one without a column. */
const CHECK = [
  'import numpy as np, pandas as pd, phoenix_lab as px, os',
  'for name in ("watch.phoenix-history", "other.db"):',
  '    if os.path.exists(name): os.remove(name)',
  'rng = np.random.default_rng(0)',
  'def day(i, missing):',
  '    when = pd.Timestamp("2025-03-01") + pd.Timedelta(days=i)',
  '    return pd.DataFrame({"when": when, "x": np.where(rng.random(300) < missing, np.nan, rng.normal(size=300)), "y": rng.normal(size=300)})',
  'suite = px.Suite(monitor=(px.Monitor("missing", column="x", limit=.1), px.Monitor("missing", column="y", limit=.1),',
  '    px.Monitor("drift", column="x", limit=.1), px.Monitor("missing", column="<b>z</b>", limit=.1, name="<img src=x onerror=alert(1)>")), window="1d", name="daily")',
  'reference = pd.concat([day(-20 + i, .02) for i in range(20)])',
  'for i in range(30):',
  '    frame = day(i, .5 if i >= 24 else .02)',
  '    px.check(suite, frame if i < 29 else frame.drop(columns="y"), reference, history="watch.phoenix-history", now="2025-06-01")',
  '"done"'
].join('\n');

test('What became of monitors through time is a page of its own', async ({
  lab
}) => {
  const { page } = lab;
  const board = new Board(lab);
  await lab.openNew('checks.ipynb', [CHECK]);
  await lab.runAll();
  await board.open('watch.phoenix-history');
  const view = page.locator('.px-monitors:visible');
  const table = view.getByRole('table', { name: 'Monitors and their windows' });
  const row = (name: string) =>
    table.getByRole('row').filter({
      has: page.getByRole('rowheader', { name: new RegExp(`^${name}`) })
    });

  await test.step('Each monitor and window has a state; an alarm has its moment, and that of the change', async () => {
    await expect(view.locator('.px-sentence')).toContainText(
      /^1 monitor is an alarm, 1 is well, 2 could not run\./
    );
    await expect(row('x: missing')).toContainText('Alarm');
    await expect(row('x: missing').getByRole('cell').nth(3)).toHaveText(
      '2025-03-25'
    );
    await expect(row('x: missing').getByRole('cell').nth(4)).toHaveText(
      '2025-03-25'
    );
    await expect(row('x: missing').getByRole('button')).toHaveCount(30);
    await expect(row('x: missing').locator('.px-mod-alarm')).toHaveCount(6);
    await expect(
      row('y: missing').locator('.px-mod-could-not-run')
    ).toHaveCount(1);
    await expect(view.locator('img, b:has-text("z")')).toHaveCount(0);
  });

  await test.step('The keyboard goes through the windows, one tab stop for all', async () => {
    await expect(table.locator('button[tabindex="0"]')).toHaveCount(1);
    await table.locator('button[tabindex="0"]').focus();
    await row('y: missing').locator('.px-status').last().focus();
    await expect(view.locator('.px-monitors-facts')).toContainText(
      /y: missing, 2025-03-30: Could not run · .*no column "y"/
    );
    await page.keyboard.press('ArrowLeft');
    await expect(view.locator('.px-monitors-facts')).toContainText(
      /y: missing, 2025-03-29: Well/
    );
    await page.keyboard.press('Home');
    await expect(row('y: missing').locator('.px-status').first()).toBeFocused();
    await expect(
      row('y: missing').locator('.px-status').first()
    ).toHaveAccessibleName(/^y: missing, 2025-03-01: Well, .* n 300/);
  });

  await test.step('It is readable in both themes, and by a screen reader', async () => {
    for (const theme of ['light', 'dark'] as const) {
      await lab.theme(theme);
      const { violations } = await new AxeBuilder({ page })
        .include('.px-monitors')
        .analyze();
      expect(violations, theme).toEqual([]);
      if (PICTURES) {
        await page.screenshot({ path: `${PICTURES}/monitors.${theme}.png` });
      }
    }
    await lab.theme('light');
  });

  await test.step('Saving writes nothing', async () => {
    const head = async (): Promise<string> => {
      const answer = await page.request.get(
        'api/contents/watch.phoenix-history?type=file&format=base64',
        {
          headers: { Authorization: `token ${process.env.PHX_TOKEN}` }
        }
      );
      return ((await answer.json()) as { content: string }).content;
    };
    const before = await head();
    await page.keyboard.press('Control+s');
    await expect(
      page.getByText(/watch\.phoenix-history is read-only/)
    ).toBeVisible();
    expect(await head()).toBe(before);
  });
});
