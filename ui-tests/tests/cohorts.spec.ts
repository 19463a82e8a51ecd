import { expect, test } from '../pages/fixtures';
import { numberIn } from '../pages/phoenix';

/** Names and values that spoil code and pages which do not mind them. */
const MAKE = [
  'import numpy as np, pandas as pd',
  'rng = np.random.default_rng(0)',
  `NASTY = ["plain", 'O\\'Brien "x"', "'); raise SystemExit #", "back\\\\slash\\n", "<img src=x onerror=alert(1)>"]`,
  'def frame(n, shift):',
  '    far = rng.random(n) < 0.2 + shift / 2',
  '    return pd.DataFrame({',
  `        'car"rier': pd.Categorical(rng.choice(NASTY, n, p=[.4, .3, .15, .1, .05])),`,
  '        "temp": rng.normal(shift + 2 * far, 1, n),',
  '        "id": rng.integers(2**60, 2**60 + 50, n),',
  '        "vec": list((rng.normal(size=(n, 6)) + 6 * np.eye(6)[far.astype(int)]).astype("f4")),',
  '    }, index=[f"row {i}" for i in range(n)])',
  'old, new = frame(400, 0.0), frame(300, 0.5)'
].join('\n');

test('A bar, a cluster: only these rows, in every view, and their rows as a cell', async ({
  lab,
  phoenix
}) => {
  await lab.openNew('cohorts.ipynb', [MAKE, 'new']);
  await lab.runAll();
  await lab.chooseFrom(lab.output(lab.code(1)), /^Compare with…/, /^old/);
  await expect(phoenix.row('temp')).toBeVisible({ timeout: 120_000 });
  const tab = lab.page.locator('.px-tab:visible');
  const cohort = tab.getByRole('group', {
    name: 'Only rows that meet these conditions'
  });
  const menu = lab.page.locator('.px-menu');
  const counts = async (): Promise<number> => {
    await expect(cohort).toContainText(/of 300 rows of new/, {
      timeout: 60_000
    });
    return numberIn(await cohort.innerText(), /(\d[\d\s]*) of 300 rows of new/);
  };

  let n = 0;
  await test.step('By keyboard: a bar, Enter, only these rows', async () => {
    await phoenix.row('car"rier').click();
    const bars = tab.getByRole('group', {
      name: 'Distribution of car"rier in both sets'
    });
    const bar = bars.getByRole('button', { name: /^O'Brien/ });
    await expect(bar).toBeVisible({ timeout: 60_000 });
    n = numberIn(
      (await bar.getAttribute('aria-label')) ?? '',
      /new: (\d[\d\s]*) rows/
    );
    await bars.focus();
    await lab.page.keyboard.press('ArrowDown');
    await lab.page.keyboard.press('ArrowDown');
    await lab.page.keyboard.press('Enter');
    await expect(menu).toContainText(`O'Brien "x"`);
    await lab.page.keyboard.press('Escape');
    await expect(menu).toHaveCount(0);
    await expect(bars).toBeFocused();
    await bar.click();
    await menu.getByRole('option', { name: /^Only these rows/ }).click();
    await expect(cohort).toContainText(`car"rier: O'Brien "x"`);
    expect(await counts()).toBe(n);
  });

  await test.step('The overview is of these rows, and Insert gives as many', async () => {
    await lab.tab('Overview: new vs old').click();
    await phoenix.settled();
    expect(await counts()).toBe(n);
    await expect(
      tab.getByRole('button', { name: /^Primary: new/ })
    ).toContainText(/of 300 rows/);
    await cohort.getByRole('button', { name: 'Insert these rows' }).click();
    const cell = lab.cellWith('px.rows(');
    await lab.ran(cell);
    const total = n + numberIn(await cohort.innerText(), /(\d+) of 400 rows/);
    await expect(lab.output(cell)).toContainText(`${total} rows × 4 columns`);
    await expect(tab.locator('.px-notice')).not.toHaveClass(/px-mod-error/);
    // Undo takes the last thing back: the cell, then the condition.
    const undo = cohort.getByRole('button', { name: 'Undo', exact: true });
    await expect(undo).toHaveCount(1);
    await undo.click();
    await expect(cell).toHaveCount(0);
    await undo.click();
    await expect(cohort).toHaveCount(0);
  });

  await test.step('Each value of any kind, and each bin, is given back exactly', async () => {
    for (const [column, pattern] of [
      ['car"rier', /^'\); raise/],
      ['car"rier', /^back/],
      ['car"rier', /^<img/],
      ['id', /^1/],
      ['temp', /^</]
    ] as const) {
      await lab.tab('Overview: new vs old').click();
      await phoenix.row(column).click();
      const bar = tab
        .getByRole('group', { name: /^Distribution of/ })
        .getByRole('button', { name: pattern })
        .first();
      await expect(bar).toBeVisible({ timeout: 60_000 });
      await phoenix.settled();
      const promised = numberIn(
        (await bar.getAttribute('aria-label')) ?? '',
        /new: (\d[\d\s]*) rows/
      );
      await bar.click();
      const before = await lab.cells.count();
      await menu
        .getByRole('option', { name: /^Insert into notebook: new/ })
        .click();
      await expect(lab.cells).toHaveCount(before + 1);
      await expect(tab.locator('.px-notice')).toContainText(/row/, {
        timeout: 60_000
      });
      await expect(tab.locator('.px-notice')).toHaveText(
        new RegExp(`\\b${promised} rows?\\b`)
      );
      await expect(tab.locator('.px-notice')).not.toHaveClass(/px-mod-error/);
    }
  });

  await test.step('A cluster: how its rows differ in the other columns', async () => {
    await lab.tab('Overview: new vs old').click();
    await phoenix.row('vec').click();
    await phoenix.mapReady();
    await phoenix.clusters.getByRole('option').first().click();
    const of = await phoenix.promised();
    await phoenix.tray.getByRole('button', { name: 'Only these rows' }).click();
    await expect(lab.tab('Overview: new vs old')).toHaveClass(/lm-mod-current/);
    await expect(cohort).toContainText('vec: ');
    await phoenix.settled();
    await expect
      .poll(
        async () =>
          (await counts()) +
          numberIn(await cohort.innerText(), /(\d+) of 400 rows/)
      )
      .toBe(of);
    await lab.tab('vec').click();
    await phoenix.settled();
    await expect(phoenix.map).toHaveAccessibleName(
      new RegExp(`^Map of ${of} rows`)
    );
  });

  await test.step('Kept with the notebook, and taken back by key', async () => {
    await lab.focusNotebook();
    await lab.menu('File', 'Save Notebook');
    await expect(lab.page.locator('.jp-mod-dirty')).toHaveCount(0);
    await lab.page.waitForTimeout(2000);
    await lab.page.reload();
    await lab.loaded();
    await lab.connected();
    await lab.tab('Overview: new vs old').click();
    await expect(cohort).toContainText('vec: ', { timeout: 60_000 });
    expect(await counts()).toBeGreaterThan(0);
    await cohort.getByRole('button', { name: 'Clear all' }).click();
    await expect(cohort).toHaveCount(0);
    await phoenix.settled();
    // The focus stays in the view, though what had it is gone.
    await lab.page.keyboard.press('Control+z');
    await expect(cohort).toContainText('vec: ');
  });
});
