import { expect, test } from '../pages/fixtures';

const MAKE = [
  'import pandas as pd',
  'old = pd.DataFrame({"age": range(400), "kind": ["a", "b"] * 200})',
  'new = pd.DataFrame({"age": range(300, 500), "kind": ["a", "b"] * 100})',
  'empty = new.iloc[:0]'
].join('\n');

test.beforeEach(async ({ lab, phoenix }) => {
  await lab.openNew('robust.ipynb', [MAKE, 'new']);
  await lab.runAll();
  await phoenix.open();
});

test('A kernel restart: the panel follows, and the frames come back when they are made again', async ({
  lab,
  phoenix
}) => {
  await phoenix.inspect('new');
  await expect(phoenix.row('age')).toBeVisible();
  await lab.restartKernel();
  await expect(phoenix.panel).toContainText('No dataframes yet');
  const banner = lab.page.locator('.px-tab').getByRole('status').filter({
    hasText: 'The kernel has restarted'
  });
  // The kernel has answered, and knows nothing of what was read of the one before.
  await expect(banner).toContainText('new is gone. Run the cells');
  await lab.runAll();
  await expect(phoenix.frame('new')).toBeVisible();
  await expect(banner).toContainText('new was made anew');
  await banner.getByRole('button', { name: 'Refresh' }).click();
  await expect(banner).toHaveCount(0);
  await expect(phoenix.row('age')).toBeVisible();
});

test('Two notebooks: the panel goes with the view in front, which says of which it is; a cell out of sight can be seen', async ({
  lab,
  phoenix
}) => {
  const { page } = lab;
  const tab = page.locator('.px-tab:visible');
  await phoenix.inspect('new');
  await expect(phoenix.row('age')).toBeVisible();
  await lab.add('other.ipynb', [
    MAKE.replaceAll('age', 'height').replaceAll('new', 'now'),
    ...Array.from({ length: 8 }, (_, k) => `${'#\n'.repeat(30)}${k}`)
  ]);
  await lab.menu('File', 'Open from Path…');
  await page.getByRole('dialog').getByRole('textbox').fill('other.ipynb');
  await page.keyboard.press('Enter');
  await phoenix.open();
  // Its kernel has started.
  await expect(phoenix.panel).toContainText('No dataframes yet');
  const other = page.locator('.jp-NotebookPanel', {
    has: page.locator('.cm-line', { hasText: 'height' })
  });
  await expect(other).toBeVisible();
  await lab.menu('Run', 'Run All Cells');
  // The way to open it has opened the files, too.
  await phoenix.open();
  await expect(phoenix.frame('now')).toBeVisible({ timeout: 60_000 });
  await phoenix.inspect('now');
  await expect(phoenix.row('height')).toBeVisible();

  await test.step('The panel is that of the view in front', async () => {
    const link = (name: string) =>
      tab.getByRole('button', { name: `Notebook of this view: ${name}` });
    await lab.tab('Overview: new').click();
    await expect(phoenix.frame('new')).toBeVisible();
    await expect(phoenix.column('age')).toBeVisible();
    await expect(phoenix.frame('now')).toHaveCount(0);
    await expect(link('robust.ipynb')).toBeVisible();
    await lab.tab('Overview: now').click();
    await expect(phoenix.frame('now')).toBeVisible();
    await expect(phoenix.column('height')).toBeVisible();
    await expect(link('other.ipynb')).toBeVisible();
  });
  await test.step('A cell in a notebook behind the views is named with it, and shown', async () => {
    // Each view lies beside its own notebook, and so over the other one.
    await lab.tab('Overview: new').click();
    await lab.tab('Overview: now').click();
    await expect(other).toBeHidden();
    const view = page.getByRole('tabpanel', { name: 'Overview: now' });
    await view.getByRole('button', { name: /^Insert/ }).click();
    const notice = view.locator('.px-notice');
    await expect(notice).toContainText(/below .* of other\.ipynb/, {
      timeout: 90_000
    });
    await notice.getByRole('button', { name: 'Show' }).click();
    await expect(
      other.locator('.jp-CodeCell', {
        has: page.locator('.cm-line', { hasText: 'px.Summary' })
      })
    ).toBeInViewport();
  });
});

test('A busy kernel without subshells: the panel says that it waits, and reads when the kernel is idle', async ({
  lab,
  phoenix
}) => {
  await lab.openNew('one-shell.ipynb', [MAKE, 'new'], 'one-shell');
  await lab.runAll();
  await phoenix.open();
  await expect(phoenix.frame('old')).toBeVisible();
  const cell = lab.code(1);
  await cell.locator('.cm-content').fill('import time; time.sleep(20)');
  await lab.page.keyboard.press('Control+Enter');
  await expect(cell.locator('.jp-InputPrompt')).toHaveText('[*]:');
  await phoenix.inspect('old');
  await expect(phoenix.panel).toContainText(
    /Kernel busy for \d+ s.*Will read old when idle/,
    { timeout: 15_000 }
  );
  await expect(cell.locator('.jp-InputPrompt')).toHaveText('[*]:');
  await expect(phoenix.row('age')).toBeVisible({ timeout: 60_000 });
  await expect(phoenix.panel).not.toContainText('Kernel busy');
});

test('A view that was closed and opened again comes back with a reload, and so it does the next time', async ({
  lab,
  phoenix
}) => {
  const view = lab.tab('Overview: new');
  await phoenix.inspect('new');
  await expect(phoenix.row('age')).toBeVisible();
  await view.locator('.lm-TabBar-tabCloseIcon').click();
  await expect(view).toHaveCount(0);
  await phoenix.inspect('new');
  await expect(phoenix.row('age')).toBeVisible();
  await lab.focusNotebook();
  await lab.menu('File', 'Save Notebook');
  for (let time = 0; time < 2; time++) {
    // The workspace is saved a moment after the last change of the layout.
    await lab.page.waitForTimeout(2000);
    await lab.page.reload();
    await lab.loaded();
    await expect(view).toHaveCount(1);
  }
  await expect(phoenix.panel).toBeVisible();
  await expect(phoenix.frame('new')).toBeVisible();
  await test.step('What it shows is there, or one click away', async () => {
    await view.click();
    const again = lab.page.getByRole('button', { name: 'Read again' });
    await expect(phoenix.row('age').or(again)).toBeVisible();
    if (await again.isVisible()) {
      await again.click();
    }
    await expect(phoenix.row('age')).toBeVisible();
  });
  await phoenix.inspect('new');
  await expect(phoenix.row('age')).toBeVisible();
  await expect(view).toHaveCount(1);
});

test('Dataframes that change, have no rows, cannot be read whole or are gone; a kernel that is busy', async ({
  lab,
  phoenix
}) => {
  const { page } = lab;
  const tab = page.locator('.px-tab:visible');
  await test.step('A busy kernel still answers', async () => {
    const cell = lab.code(1);
    await cell.locator('.cm-content').fill('import time; time.sleep(15)');
    await page.keyboard.press('Control+Enter');
    await phoenix.inspect('old');
    await expect(phoenix.row('age')).toBeVisible({ timeout: 12_000 });
    await expect(cell.locator('.jp-InputPrompt')).toHaveText('[*]:');
    await lab.ran(cell);
  });
  await test.step('A dataframe without rows', async () => {
    await phoenix.inspect('empty');
    await expect(lab.tab('Overview: empty')).toBeVisible();
    await expect(tab).toContainText(/no rows/i);
  });
  await test.step('A column that cannot be read spoils no other', async () => {
    await lab.run(
      [
        'import numpy as np',
        'vectors = [np.zeros(3) + k for k in range(50)]',
        'vectors[17] = np.zeros(2)',
        'ragged = pd.DataFrame({"x": range(50), "txt_vec": vectors})'
      ].join('\n')
    );
    await phoenix.inspect('ragged');
    await expect(phoenix.row('x')).toBeVisible();
    await expect(phoenix.row('txt_vec')).toContainText(
      'row 17 has 2 values, the others 3'
    );
  });
  await test.step('What has changed is said in words, of each way in which a dataframe changes', async () => {
    await phoenix.inspect('new');
    await expect(phoenix.row('age')).toBeVisible();
    const banner = tab.getByRole('status').filter({ hasText: /^new / });
    for (const [code, said] of [
      ['new = pd.concat([new, new])', 'new has changed: +200 rows'],
      ['new = new.reset_index(drop=True)', ''],
      ['new.loc[len(new)] = [1, "a"]', 'new has changed: +1 row.'],
      [
        'new["age"] = new.age.astype(str)',
        /column age became str\w*, it was int64/
      ],
      [
        'new = new.rename(columns={"kind": "sort"})',
        'column kind is called sort'
      ],
      ['new.loc[3, "sort"] = "z"', 'other values in sort']
    ] as const) {
      await lab.run(code);
      if (!said) {
        continue;
      }
      await expect(banner).toContainText(said);
      await expect(banner).toHaveClass(/px-mod-warn/);
      // What was read stays on screen until it is read again.
      await expect(tab.locator('.px-overview [role="row"]')).not.toHaveCount(0);
      await banner.getByRole('button', { name: 'Refresh' }).click();
      await expect(banner).toHaveCount(0);
    }
    await expect(phoenix.frame('new')).toHaveAttribute('aria-label', /401 × 2/);
    await lab.run('newer = new; del new');
    await expect(banner).toContainText('new is called newer now.');
  });
  await test.step('A deleted variable leaves the list; what was read stays, and no cell can be made of it', async () => {
    await lab.run('del newer');
    await expect(
      tab.getByRole('status').filter({ hasText: /^new / })
    ).toContainText('new is no longer in the kernel.');
    await expect(phoenix.frame('new')).toHaveCount(0);
    await expect(phoenix.frame('old')).toBeVisible();
    await expect(phoenix.row('age')).toBeVisible();
    const cells = await page.locator('.jp-Notebook .jp-CodeCell').count();
    await tab.getByRole('button', { name: /^Insert/ }).click();
    await expect(tab.locator('.px-notice')).toContainText(
      'new is no longer in the kernel'
    );
    await expect(page.locator('.jp-Notebook .jp-CodeCell')).toHaveCount(cells);
  });
});
