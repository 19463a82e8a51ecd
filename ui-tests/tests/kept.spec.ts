import { execFile } from 'child_process';
import * as path from 'path';
import { promisify } from 'util';

import { expect, test } from '../pages/fixtures';
import type { Lab } from '../pages/lab';
import type { Phoenix } from '../pages/phoenix';

/** Two clouds, the second of which is only in what is new. */
const MAKE = [
  'import numpy as np, pandas as pd',
  'rng = np.random.default_rng(0)',
  'def cloud(at, n):',
  '    return at + rng.normal(scale=0.3, size=(n, 8)).astype("float32")',
  'a, b = np.eye(8)[:2] * 4',
  'old = pd.DataFrame({"text_vector": list(cloud(a, 260)), "n": range(260)})',
  'new = pd.DataFrame({"text_vector": list(np.vstack([cloud(a, 120), cloud(b, 130)])), "n": range(250)})'
].join('\n');

test.beforeEach(async ({ lab }) => {
  await lab.openNew('kept.ipynb', [MAKE, 'new']);
  await lab.runAll();
});

/** Compare the frames, pick the first cluster of the map and save it; returns what it is called and how many rows it has. */
async function saveCluster(
  lab: Lab,
  phoenix: Phoenix
): Promise<{ label: string; n: number }> {
  await lab.chooseFrom(lab.output(lab.code(1)), /^Compare with…/, /^old/);
  await expect(phoenix.row('text_vector')).toBeVisible();
  await phoenix.row('text_vector').click();
  await phoenix.mapReady();
  await phoenix.clusters.getByRole('option').first().click();
  const n = await phoenix.promised();
  await phoenix.tray.getByRole('button', { name: 'Keep selection' }).click();
  await expect(saved(phoenix)).toHaveCount(1);
  const label = await saved(phoenix).locator('.px-selection-label').innerText();
  return { label, n };
}

/** Replay a notebook of the server by the command. */
async function replay(
  name: string,
  worker: number
): Promise<{
  exit_status: number;
  answers: { recipe: { kind: string }; differs: string[] }[];
}> {
  const folder = path.join(__dirname, '..', 'work', String(worker), 'examples');
  const ran = await promisify(execFile)(
    'phoenix-lab',
    ['replay', '--json', name],
    { cwd: folder }
  );
  return JSON.parse(ran.stdout);
}

function saved(phoenix: Phoenix) {
  return phoenix.panel
    .getByRole('list', { name: 'Selections' })
    .getByRole('listitem');
}

test('A saved selection comes back with the page, and Insert gives as many rows', async ({
  lab,
  phoenix
}) => {
  const { label, n } = await saveCluster(lab, phoenix);
  await test.step('Saving it has changed the notebook', async () => {
    await expect(lab.page.locator('.jp-mod-dirty').first()).toBeVisible();
    await lab.focusNotebook();
    await lab.menu('File', 'Save Notebook');
    await expect(lab.page.locator('.jp-mod-dirty')).toHaveCount(0);
  });
  await test.step('The file keeps it as ranges of rows', async () => {
    const answer = await lab.page.request.get(
      'api/contents/kept.ipynb?content=1',
      { headers: { Authorization: `token ${process.env.PHX_TOKEN}` } }
    );
    const { content } = await answer.json();
    const [inspection] = content.metadata.phoenix_lab.inspections;
    expect(inspection).toMatchObject({ primary: 'new', reference: 'old' });
    const [kept] = inspection.selections;
    expect(kept.label).toBe(label);
    expect(kept.source.call).toMatch(/^\.cluster\(\d+\)$/);
    expect(JSON.stringify(kept)).toMatch(/"rows":"[\d,-]+"/);
  });
  await test.step('What the views were answered comes out again where nobody looks', async () => {
    const told = await replay('kept.ipynb', test.info().parallelIndex);
    expect(told.answers.map(({ recipe }) => recipe.kind)).toEqual(
      expect.arrayContaining(['summary', 'embedding_map'])
    );
    expect(told.answers.filter(({ differs }) => differs.length)).toEqual([]);
    expect(told.exit_status).toBe(0);
  });
  // The workspace is saved a moment after the last change of the layout.
  await lab.page.waitForTimeout(2000);
  await lab.page.reload();
  await lab.loaded();
  await lab.connected();
  await test.step('It is listed again, and nothing was changed by that', async () => {
    await expect(phoenix.panel).toBeVisible();
    await expect(saved(phoenix)).toHaveCount(1);
    await expect(saved(phoenix)).toContainText(label);
    await expect(lab.page.locator('.jp-mod-dirty')).toHaveCount(0);
  });
  await test.step('What was picked in the view still is', async () => {
    await lab.tab('text_vector').click();
    await phoenix.mapReady();
    await expect(phoenix.clusters.getByRole('option').first()).toHaveAttribute(
      'aria-selected',
      'true'
    );
    expect(await phoenix.promised()).toBe(n);
  });
  await test.step('Its name opens the view that it came from', async () => {
    await lab.tab('text_vector').locator('.lm-TabBar-tabCloseIcon').click();
    await expect(lab.tab('text_vector')).toHaveCount(0);
    const name = saved(phoenix).getByRole('button', {
      name: label,
      exact: true
    });
    await name.focus();
    await lab.page.keyboard.press('Enter');
    await expect(lab.tab('text_vector')).toBeVisible();
    await phoenix.mapReady();
  });
  await test.step('And its rows are selected there again', async () => {
    await expect(phoenix.clusters.getByRole('option').first()).toHaveAttribute(
      'aria-selected',
      'true'
    );
    expect(await phoenix.promised()).toBe(n);
  });
  await test.step('Insert gives as many rows', async () => {
    await saved(phoenix)
      .getByRole('button', { name: /^Insert .* into notebook$/ })
      .click();
    const cell = lab.cellWith('px.EmbeddingMap');
    await lab.ran(cell, 120_000);
    await expect(lab.output(cell)).toContainText(`${n} rows × 2 columns`);
  });
});

test('A selection waits for its dataframes in a notebook that is opened again, and tells when they are others', async ({
  lab,
  phoenix
}) => {
  const { label } = await saveCluster(lab, phoenix);
  await lab.focusNotebook();
  await lab.menu('File', 'Save Notebook');
  await expect(lab.page.locator('.jp-mod-dirty')).toHaveCount(0);
  // All kernels end, the workspace is forgotten: only the file is left.
  await lab.open('kept.ipynb');
  await phoenix.open();
  await lab.runAll();
  await expect(phoenix.panel).toContainText(
    '1 saved selection of new against old is kept with the notebook'
  );
  await lab.run('new = new.iloc[:-1]');
  await lab.tab('Overview: new vs old').click();
  const again = lab.page.getByRole('button', { name: 'Read again' });
  await again.first().click();
  await expect(saved(phoenix)).toContainText(label);
  // What was read for one view is there for the others.
  await expect(lab.tab('text_vector')).toBeVisible();
  await expect(again).toHaveCount(0);
  await expect(saved(phoenix)).toContainText(
    'new had 250 rows when these were saved, and has 249 now'
  );
  await expect(
    saved(phoenix).getByRole('button', { name: /^Insert/ })
  ).toBeDisabled();
  await saved(phoenix)
    .getByRole('button', { name: /^More for/ })
    .click();
  await lab.page.getByRole('option', { name: /^Remove/ }).click();
  await expect(saved(phoenix)).toHaveCount(0);
});

test('Columns give their tabs to the next, rows stay picked, one set alone is taken, and a cell that gives other rows is no success', async ({
  lab,
  phoenix
}) => {
  const { page } = lab;
  const shared = phoenix.clusters.getByRole('option', {
    name: /, 3\d\d rows/
  });
  await test.step('A cell that runs px.inspect leaves the focus in the notebook', async () => {
    await lab.run('import phoenix_lab as px\npx.inspect(new, reference=old)');
    await expect(lab.tab('Overview: new vs old')).toBeVisible();
    await expect(phoenix.row('n')).toBeVisible();
    expect(
      await page.evaluate(
        () => document.activeElement?.closest('.jp-NotebookPanel') !== null
      )
    ).toBe(true);
    await expect(page.locator('.jp-mod-dirty').first()).toBeVisible();
    await page.keyboard.press('Control+s');
    await expect(page.locator('.jp-mod-dirty')).toHaveCount(0);
  });
  await test.step('A column gives its tab to the next one until it is worked with', async () => {
    await phoenix.column('n').click();
    await expect(lab.tab('n')).toBeVisible();
    await phoenix.column('text_vector').click();
    await expect(lab.tab('text_vector')).toBeVisible();
    await expect(lab.tab('n')).toHaveCount(0);
    await phoenix.mapReady();
    // The cloud that both sets have.
    await shared.click();
    await phoenix.column('n').click();
    await expect(lab.tab('n')).toBeVisible();
    await expect(lab.tab('text_vector')).toBeVisible();
  });
  await test.step('The rows of one set alone can be taken', async () => {
    await lab.tab('text_vector').click();
    const both = await phoenix.promised();
    const only = phoenix.tray.getByRole('button', {
      name: /^Only the rows of new/
    });
    await only.click();
    await expect(only).toHaveAttribute('aria-pressed', 'true');
    const n = await phoenix.promised();
    expect(n).toBeLessThan(both);
    const rows = await phoenix.listed();
    expect(rows).toHaveLength(n);
    expect(rows.every(row => row.startsWith('new, row '))).toBe(true);
    await phoenix.insertButton.click();
    const cell = lab.cellWith('set="primary"');
    await lab.ran(cell, 120_000);
    await expect(lab.output(cell)).toContainText(`${n} rows × 2 columns`);
    await only.click();
    await expect(only).toHaveAttribute('aria-pressed', 'false');
  });
  await test.step('The frame gets another column: Refresh of the same rows keeps what was picked', async () => {
    const n = await phoenix.promised();
    await lab.run('new["extra"] = 1');
    await lab.tab('text_vector').click();
    await page
      .getByRole('button', { name: 'Refresh', exact: true })
      .filter({ visible: true })
      .first()
      .click();
    await expect(phoenix.column('extra')).toBeVisible();
    await phoenix.settled();
    expect(await phoenix.promised()).toBe(n);
  });
  await test.step('An inserted cell that gives other rows is no success', async () => {
    // A kernel without the module cannot run the cell.
    await lab.run('import sys; sys.modules["phoenix_lab"] = None');
    await lab.tab('text_vector').click();
    await phoenix.insertButton.click();
    const notice = page.locator('.px-tab:visible .px-notice');
    await expect(notice).toContainText('but it failed', { timeout: 60_000 });
    await expect(notice).toHaveAttribute('role', 'alert');
    await expect(notice.getByRole('button', { name: 'Undo' })).toBeVisible();
  });
});
