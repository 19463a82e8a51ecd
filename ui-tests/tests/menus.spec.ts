import { expect, test } from '../pages/fixtures';

const MAKE = [
  'import pandas as pd',
  'import polars as pl',
  'old = pd.DataFrame({"age": range(400), "kind": ["a", "b"] * 200})',
  'new = pd.DataFrame({"age": range(300, 500), "kind": ["a", "b"] * 100}, index=range(1000, 1200))',
  'quick = pl.DataFrame({"age": range(300, 420), "kind": ["a", "b"] * 60})'
].join('\n');

test.describe('Inspect with Phoenix', () => {
  test.beforeEach(async ({ lab }) => {
    await lab.openNew('menus.ipynb', [
      MAKE,
      'new',
      'quick',
      'new.head(40)',
      '"only a text"'
    ]);
    await lab.runAll();
  });

  test('on a displayed pandas dataframe', async ({ lab, phoenix }) => {
    await lab.chooseFrom(lab.output(lab.code(1)), /^Inspect with Phoenix/);
    await expect(lab.tab('Overview: new')).toBeVisible();
    await expect(phoenix.row('age')).toBeVisible();
    await expect(phoenix.row('kind')).toBeVisible();
  });

  test('on a displayed polars dataframe', async ({ lab, phoenix }) => {
    await lab.chooseFrom(lab.output(lab.code(2)), /^Inspect with Phoenix/);
    await expect(lab.tab('Overview: quick')).toBeVisible();
    await expect(phoenix.row('age')).toBeVisible();
    await expect(phoenix.frame('quick')).toHaveAttribute(
      'aria-label',
      /120 × 2.*Primary/
    );
  });

  test('on an output that is no variable: that very object', async ({
    lab,
    phoenix
  }) => {
    await lab.chooseFrom(lab.output(lab.code(3)), /^Inspect with Phoenix/);
    await expect(lab.tab('Overview: new.head(40)')).toBeVisible();
    await expect(phoenix.row('age')).toBeVisible();
    await expect(phoenix.page.locator('.px-tab')).toContainText('40');
  });

  test('on the name of a variable in code', async ({ lab, phoenix }) => {
    const name = lab
      .code(0)
      .locator('.cm-line', { hasText: /^old = / })
      .getByText('old', { exact: true });
    const target = (await name.count())
      ? name
      : lab.code(0).locator('.cm-line', { hasText: /^old = / });
    await lab.contextMenu(target, { x: 8, y: 8 });
    await lab.choose(/^Inspect with Phoenix/);
    await expect(lab.tab('Overview: old')).toBeVisible();
    await expect(phoenix.row('age')).toBeVisible();
  });

  test('is not offered on other outputs and names', async ({ lab }) => {
    const text = await lab.contextMenu(lab.output(lab.code(4)));
    await expect(lab.item(text, /Inspect with Phoenix/)).toHaveCount(0);
    await lab.page.keyboard.press('Escape');
    const line = lab.code(0).locator('.cm-line').first();
    const menu = await lab.contextMenu(line, { x: 10, y: 8 });
    await expect(lab.item(menu, /Inspect with Phoenix/)).toHaveCount(0);
  });

  test('on a row of the panel, then the offered comparison', async ({
    lab,
    phoenix
  }) => {
    await phoenix.open();
    await lab.chooseFrom(phoenix.frame('new'), /^Inspect with Phoenix/);
    await expect(lab.tab('Overview: new')).toBeVisible();
    await phoenix.panel.getByRole('button', { name: /^Compare with / }).click();
    await expect(lab.tab(/^Overview: new vs /)).toBeVisible();
    await expect(phoenix.row('age')).toHaveAttribute('aria-label', /Drift/);
  });
});

test.describe('The panel opens', () => {
  test.beforeEach(async ({ lab }) => {
    await lab.openNew('open.ipynb', ['1 + 1']);
  });

  test('from the side bar, and says what to do', async ({ lab, phoenix }) => {
    await phoenix.open();
    await expect(phoenix.panel).toContainText('No dataframes yet');
    await lab.run('import pandas as pd\nfirst = pd.DataFrame({"x": [1, 2]})');
    await expect(phoenix.frame('first')).toBeVisible();
  });

  test('from the command palette', async ({ lab, phoenix }) => {
    await lab.page.keyboard.press('Control+Shift+C');
    await lab.page.getByPlaceholder('SEARCH', { exact: true }).fill('phoenix');
    await lab.page
      .locator('.lm-CommandPalette-item', { hasText: /^Phoenix/ })
      .first()
      .click();
    await expect(phoenix.panel).toBeVisible();
  });

  test('from the notebook toolbar', async ({ lab, phoenix }) => {
    await lab.notebook
      .locator('.jp-NotebookPanel-toolbar')
      .getByRole('button', { name: /what changed between two dataframes/i })
      .click();
    await expect(phoenix.panel).toBeVisible();
  });

  test('from the launcher', async ({ lab, phoenix }) => {
    await lab.menu('File', 'New Launcher');
    await lab.page
      .locator('.jp-LauncherCard', { hasText: 'Phoenix' })
      .first()
      .click();
    await expect(phoenix.panel).toBeVisible();
  });

  test('from the main menu', async ({ lab, phoenix }) => {
    await lab.menu('View', 'Phoenix');
    await expect(phoenix.panel).toBeVisible();
  });
});
