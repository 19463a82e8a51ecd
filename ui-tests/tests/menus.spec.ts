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

  test('on outputs and names', async ({ lab, phoenix }) => {
    await test.step('on a displayed pandas dataframe', async () => {
      await lab.chooseFrom(lab.output(lab.code(1)), /^Inspect with Phoenix/);
      await expect(lab.tab('Overview: new')).toBeVisible();
      await expect(phoenix.row('age')).toBeVisible();
      await expect(phoenix.row('kind')).toBeVisible();
    });

    await test.step('on a displayed polars dataframe', async () => {
      await lab.chooseFrom(lab.output(lab.code(2)), /^Inspect with Phoenix/);
      await expect(lab.tab('Overview: quick')).toBeVisible();
      await expect(phoenix.row('age')).toBeVisible();
      await expect(phoenix.frame('quick')).toHaveAttribute(
        'aria-label',
        /120 × 2.*Primary/
      );
    });

    await test.step('on an output that is no variable: that very object', async () => {
      await lab.chooseFrom(lab.output(lab.code(3)), /^Inspect with Phoenix/);
      await expect(lab.tab('Overview: new.head(40)')).toBeVisible();
      await expect(phoenix.row('age')).toBeVisible();
      const tab = phoenix.page.locator('.px-tab:visible');
      await expect(tab).toContainText(
        'This is new.head(40) with its 40 rows, not new with its 200.'
      );
      await tab.getByRole('button', { name: 'Inspect all of new' }).click();
      await expect(lab.tab('Overview: new')).toBeVisible();
      await expect(tab).toContainText('200 rows');
      await expect(tab).not.toContainText('This is new.head(40)');
    });

    await test.step('on the name of a variable in code', async () => {
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

    await test.step('is not offered on other outputs and names', async () => {
      const text = await lab.contextMenu(lab.output(lab.code(4)));
      await expect(lab.item(text, /Inspect with Phoenix/)).toHaveCount(0);
      await lab.page.keyboard.press('Escape');
      const line = lab.code(0).locator('.cm-line').first();
      const menu = await lab.contextMenu(line, { x: 10, y: 8 });
      await expect(lab.item(menu, /Inspect with Phoenix/)).toHaveCount(0);
    });

    await test.step('on a row of the panel, then the offered comparison', async () => {
      await phoenix.open();
      await lab.chooseFrom(phoenix.frame('new'), /^Inspect with Phoenix/);
      await expect(phoenix.frame('new')).toHaveAttribute(
        'aria-label',
        /Primary/
      );
      await phoenix.panel
        .getByRole('button', { name: /^Compare with / })
        .click();
      await expect(lab.tab(/^Overview: new vs /)).toBeVisible();
      await expect(phoenix.row('age')).toHaveAttribute('aria-label', /Drift/);
    });
  });
});

test('The panel opens', async ({ lab, phoenix }) => {
  await test.step('without a notebook, and offers the example', async () => {
    await lab.open();
    await phoenix.open();
    await phoenix.panel
      .getByRole('button', { name: 'Open the example' })
      .click();
    await expect(lab.tab('state_of_the_union.ipynb')).toBeVisible();
  });
  await lab.openNew('open.ipynb', ['1 + 1']);

  await test.step('from the side bar, and says what to do', async () => {
    await phoenix.open();
    await expect(phoenix.panel).toContainText('No dataframes yet');
    await lab.run('import pandas as pd\nfirst = pd.DataFrame({"x": [1, 2]})');
    await expect(phoenix.frame('first')).toBeVisible();
  });
  await phoenix.close();

  await test.step('from the command palette', async () => {
    await lab.page.keyboard.press('Control+Shift+C');
    await lab.page.getByPlaceholder('SEARCH', { exact: true }).fill('phoenix');
    await lab.page
      .locator('.lm-CommandPalette-item', { hasText: /^Phoenix/ })
      .first()
      .click();
    await expect(phoenix.panel).toBeVisible();
  });
  await phoenix.close();

  await test.step('from the notebook toolbar', async () => {
    await lab.notebook
      .locator('.jp-NotebookPanel-toolbar')
      .getByRole('button', { name: /what changed between two dataframes/i })
      .click();
    await expect(phoenix.panel).toBeVisible();
  });
  await phoenix.close();

  await test.step('from the launcher', async () => {
    await lab.menu('File', 'New Launcher');
    await lab.page
      .locator('.jp-LauncherCard', { hasText: 'Phoenix' })
      .first()
      .click();
    await expect(phoenix.panel).toBeVisible();
  });
  await phoenix.close();

  await test.step('from the main menu', async () => {
    await lab.menu('View', 'Phoenix');
    await expect(phoenix.panel).toBeVisible();
  });
});
