import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../pages/fixtures';

/** Numbers that nobody could guess to be times and grades. */
const MAKE = [
  'import numpy as np, pandas as pd',
  'rng = np.random.default_rng(0)',
  'def frame(n, start):',
  '    return pd.DataFrame({"x": rng.normal(size=n), "grade": rng.integers(1, 6, n), "epoch": start + 3600 * np.arange(n)})',
  'old, new = frame(900, 1_700_000_000), frame(700, 1_703_240_000)'
].join('\n');

test.beforeEach(async ({ lab, phoenix }) => {
  await lab.openNew('roles.ipynb', [MAKE, 'new']);
  await lab.runAll();
  await phoenix.open();
  await expect(phoenix.frame('old')).toBeVisible();
  await lab.chooseFrom(lab.output(lab.code(1)), /^Compare with…/, /^old/);
  await expect(phoenix.row('grade')).toBeVisible();
});

test('A role that is corrected shows at once, and is still so after the page is loaded again', async ({
  lab,
  phoenix
}) => {
  const { page } = lab;
  await test.step('The row says what was guessed and why', async () => {
    await expect(phoenix.column('epoch')).toHaveAttribute(
      'title',
      /no role: guessed: nothing else fits/
    );
  });
  await test.step('By mouse: a number becomes the time', async () => {
    await phoenix.column('x').click();
    await expect(view(page)).toContainText('Through time');
    await expect(view(page)).toContainText('no column of time,');
    await expect(through(page)).toHaveCount(0);
    await phoenix.column('epoch').hover();
    await phoenix.roleOf('epoch').click();
    const menu = page.getByRole('listbox', { name: 'Role of epoch' });
    await expect(menu).toBeVisible();
    await expect(page.locator('.px-menu-note')).toContainText(
      'epoch: no role (guessed: nothing else fits)'
    );
    await menu.getByRole('option', { name: /^Time/ }).click();
    await expect(through(page)).toBeVisible({ timeout: 60_000 });
    await expect(phoenix.roleOf('epoch')).toContainText('time');
  });
  await test.step('What gives no plausible times is doubted at once, and taken back', async () => {
    await phoenix.column('grade').hover();
    await phoenix.roleOf('grade').click();
    await page
      .getByRole('listbox', { name: 'Role of grade' })
      .getByRole('option', { name: /^Time/ })
      .click();
    const doubt = view(page)
      .getByRole('status')
      .filter({ hasText: 'gives no plausible times' });
    await expect(doubt).toContainText('1970-01-01');
    await doubt.getByRole('button', { name: 'Back to epoch' }).click();
    await expect(doubt).toHaveCount(0);
    await expect(phoenix.roleOf('epoch')).toContainText('time');
    await expect(phoenix.roleOf('grade')).not.toContainText('time');
  });
  await test.step('By keyboard: a number becomes discrete', async () => {
    await phoenix.columns.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('r');
    const menu = page.getByRole('listbox', { name: 'Role of grade' });
    await expect(menu).toBeVisible();
    await expect(
      menu.getByRole('option', { name: /^Continuous/ })
    ).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('d');
    await page.keyboard.press('Enter');
    await expect(menu).toHaveCount(0);
    await expect(phoenix.columns).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(lab.tab('grade')).toBeVisible();
    await expectBars(page);
  });
  await test.step('The file keeps what was said of both sets', async () => {
    await lab.focusNotebook();
    await lab.menu('File', 'Save Notebook');
    await expect(page.locator('.jp-mod-dirty')).toHaveCount(0);
    const answer = await page.request.get(
      'api/contents/roles.ipynb?content=1',
      { headers: { Authorization: `token ${process.env.PHX_TOKEN}` } }
    );
    const { content } = await answer.json();
    const columns = [
      { column: 'epoch', role: 'timestamp' },
      { column: 'grade', kind: 'category' }
    ];
    expect(content.metadata.phoenix_lab.roles).toEqual([
      { variable: 'new', columns },
      { variable: 'old', columns }
    ]);
  });
  await page.waitForTimeout(2000);
  await page.reload();
  await lab.loaded();
  await lab.connected();
  await test.step('It is still so', async () => {
    await lab.tab('grade').click();
    await expectBars(page);
    await expect(phoenix.roleOf('epoch')).toContainText('time');
    await expect(page.locator('.jp-mod-dirty')).toHaveCount(0);
  });
  await test.step('Back to what was guessed', async () => {
    await phoenix.column('grade').hover();
    await phoenix.roleOf('grade').click();
    await page
      .getByRole('option', { name: 'Back to what was guessed' })
      .click();
    await expect(phoenix.roleOf('grade')).toContainText('role');
    await expect(phoenix.column('grade')).toHaveAttribute(
      'title',
      /no role: guessed/
    );
  });
});

test('What was said waits in a notebook that is opened again, and code passes it', async ({
  lab,
  phoenix
}) => {
  const { page } = lab;
  await phoenix.column('grade').hover();
  await phoenix.roleOf('grade').click();
  await page.getByRole('option', { name: /^Discrete/ }).click();
  await expect(phoenix.roleOf('grade')).toContainText('discrete');
  await lab.focusNotebook();
  await lab.menu('File', 'Save Notebook');
  await expect(page.locator('.jp-mod-dirty')).toHaveCount(0);
  // All kernels end, the workspace is forgotten: only the file is left.
  await lab.open('roles.ipynb');
  await phoenix.open();
  await lab.runAll();
  await phoenix.inspect('new');
  await expect(phoenix.roleOf('grade')).toContainText('discrete');
  await phoenix.column('grade').click();
  await expect(lab.tab('grade')).toBeVisible();
  await page
    .locator('.px-tab:visible')
    .getByRole('button', { name: /^Insert/ })
    .first()
    .click();
  const cell = lab.cellWith('px.Distribution');
  await lab.ran(cell, 120_000);
  await expect(cell.locator('.cm-content')).toContainText(
    'discrete_column_names=("grade",)'
  );
  await expect(cell.locator('.cm-content')).toContainText(
    'px.Inferences(new, schema)'
  );
  await expect(lab.output(cell)).toContainText('Distribution of grade: new');
});

test('All that is wrong with a schema is told in the panel too', async ({
  lab,
  phoenix,
  pageErrors
}) => {
  await lab.run(
    [
      'import phoenix_lab as px',
      'schema = px.Schema(tag_column_names=["x"], timestamp_column_name="epoch")',
      'px.inspect(px.Inferences(new, schema), px.Inferences(old, schema))'
    ].join('\n')
  );
  await expect(phoenix.roleOf('x')).toContainText('tag');
  await expect(phoenix.column('x')).toHaveAttribute(
    'title',
    /tag: named in the schema: tag_column_names/
  );
  await lab.run('new = new.rename(columns={"x": "xs", "epoch": "epochs"})');
  const banner = phoenix.panel.locator('.px-banner.px-mod-warn');
  await expect(banner).toBeVisible({ timeout: 30_000 });
  await banner.getByRole('button', { name: 'Refresh' }).click();
  const told = phoenix.panel.getByRole('alert');
  await expect(told).toContainText(
    'there is no column "x"; did you mean "xs"?'
  );
  await expect(told).toContainText(
    'there is no column "epoch"; did you mean "epochs"?'
  );
  // The browser itself tells of each answer that is a refusal.
  expect(pageErrors.splice(0).join()).toMatch(
    /^console: Failed to load resource: [^,]*400[^,]*$/
  );
});

/** The chart through time has a window to choose; without times there is none. */
function through(page: Page): Locator {
  return view(page).getByRole('button', { name: /^Window:/ });
}

async function expectBars(page: Page): Promise<void> {
  await expect(view(page)).toContainText('by category', { timeout: 60_000 });
  await expect(
    view(page)
      .getByRole('group', { name: /^Distribution of grade/ })
      .getByRole('button')
  ).toHaveCount(5);
}

function view(page: Page): Locator {
  return page.locator('.px-tab:visible');
}

test('The rows of the overview have the menu, and vectors say what they were made of', async ({
  lab,
  phoenix
}) => {
  const { page } = lab;
  await test.step('By right-click and by r, and Escape goes back to the rows', async () => {
    for (const ask of [
      () => phoenix.row('grade').click({ button: 'right' }),
      () => page.keyboard.press('r')
    ]) {
      await ask();
      const menu = page.getByRole('listbox', { name: 'Role of grade' });
      await expect(menu).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(menu).toHaveCount(0);
    }
    await phoenix.row('grade').click({ button: 'right' });
    await page
      .getByRole('listbox', { name: 'Role of grade' })
      .getByRole('option', { name: /^Tag/ })
      .click();
    await expect(phoenix.roleOf('grade')).toContainText('tag');
  });
  await test.step('The text of vectors is another column', async () => {
    await lab.openNew('vectors.ipynb', [
      'import numpy as np, pandas as pd\n' +
        'n = 60\n' +
        'docs = pd.DataFrame({"v": list(np.random.default_rng(0).normal(size=(n, 4))), "note": [f"the note number {i} is about a matter" for i in range(n)], "v_text": [f"some text number {i} that was embedded here" for i in range(n)]})',
      'docs'
    ]);
    await lab.runAll();
    await phoenix.open();
    await lab.chooseFrom(lab.output(lab.code(1)), /^Inspect with Phoenix/);
    await expect(phoenix.row('v')).toBeVisible();
    await phoenix.column('v').hover();
    await phoenix.roleOf('v').click();
    const menu = page.getByRole('listbox', { name: 'Role of v' });
    await expect(
      menu.getByRole('option', { name: 'Text: v_text' })
    ).toHaveAttribute('aria-selected', 'true');
    await menu.getByRole('option', { name: 'Text: note' }).click();
    await expect(phoenix.column('v')).toHaveAttribute(
      'title',
      /note chosen as its text/
    );
  });
});
