import { expect, test } from '../pages/fixtures';

const MAKE = [
  'import numpy as np, pandas as pd, phoenix_lab as px',
  'all_ = pd.read_parquet("examples/data/sotu.parquet")',
  'docs = all_[all_.year <= 2000].iloc[::3].reset_index(drop=True)',
  'docs["doc_id"] = ["d%d" % i for i in range(len(docs))]',
  'rest = all_[(all_.year > 2000) | (np.arange(len(all_)) % 3 == 1)].reset_index(drop=True)',
  'D = np.stack(docs.text_vector)',
  'near = np.argsort(-(np.stack(rest.text_vector) @ D.T), axis=1)[:, :5]',
  'rest["retrieved_ids"] = [["d%d" % j for j in row] for row in near]',
  'rest["relevance"] = [[int(docs.party[j] == p) for j in row] for row, p in zip(near, rest.party)]',
  'old, new = rest[rest.year <= 2000].copy(), rest[rest.year > 2000].copy()'
].join('\n');

test('Documents lie on the map of the queries, and a cell gives those that no document is near to', async ({
  lab,
  phoenix
}, info) => {
  const { page } = lab;
  await lab.openNew('retrieval.ipynb', [
    `import os; os.chdir(${JSON.stringify(process.cwd().replace(/\/ui-tests$/, ''))})`,
    MAKE,
    'px.inspect(new, old, docs)'
  ]);
  await lab.runAll();
  await expect(phoenix.column('text_vector')).toBeVisible({ timeout: 30_000 });
  await phoenix.column('text_vector').click();
  const legend = page.getByRole('group', { name: 'Legend' });
  await expect(legend.getByRole('button', { name: /^docs/ })).toBeVisible({
    timeout: 60_000
  });
  await test.step('A query and its documents', async () => {
    const alone = page.getByRole('button', { name: /^Show these \d+/ });
    await expect(alone).toBeVisible({ timeout: 30_000 });
    await page.screenshot({ path: info.outputPath('map.png') });
    await alone.click();
    await expect(
      page.getByRole('region', { name: 'Selected rows' })
    ).toContainText('Picked rows');
    const map = page.getByRole('application', { name: /^Map of/ });
    await map.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect(
      page.getByRole('list', { name: /^Documents retrieved for/ })
    ).toContainText(/relevant/);
    await page.mouse.move(5, 5);
    await phoenix.tray.click({ position: { x: 300, y: 20 } });
    await page.screenshot({ path: info.outputPath('query.png') });
  });
  await test.step('The view of retrieval, and the rows as a cell', async () => {
    await page
      .getByRole('button', { name: 'Retrieval', exact: true })
      .first()
      .click();
    const table = page.getByRole('table', { name: 'Metrics' });
    await expect(table).toContainText('NDCG@5', { timeout: 30_000 });
    await expect(table).toContainText('No near document');
    await page.screenshot({ path: info.outputPath('retrieval.png') });
    const insert = page
      .locator('.px-alone')
      .getByRole('button', { name: /Insert/ });
    const n = /(\d+) rows/.exec((await insert.textContent()) ?? '')?.[1];
    await insert.click();
    await expect(page.getByText(`Cell added`)).toContainText(`${n} rows`, {
      timeout: 20_000
    });
  });
});
