import { expect, test } from '../pages/fixtures';

const MAKE = [
  'import pandas as pd',
  'train = pd.read_parquet("examples/data/sotu.parquet", columns=["year", "text", "words"]).iloc[::8].reset_index(drop=True)',
  'old, new = train[train.year <= 2000].copy(), train[train.year > 2000].copy()'
].join('\n');

test('A column of texts is embedded by an inserted cell, and its map opens', async ({
  lab,
  phoenix
}, info) => {
  const { page } = lab;
  await lab.openNew('embed.ipynb', [
    `import os; os.chdir(${JSON.stringify(process.cwd().replace(/\/ui-tests$/, ''))})`,
    MAKE,
    'new'
  ]);
  await lab.runAll();
  await phoenix.open();
  await expect(phoenix.frame('old')).toBeVisible();
  await lab.chooseFrom(lab.output(lab.code(2)), /^Compare with…/, /^old/);
  await expect(phoenix.row('text')).toBeVisible();
  await test.step('The same menu has a column watched, by a cell and in a file', async () => {
    await phoenix.row('words').click({ button: 'right' });
    await page.screenshot({ path: info.outputPath('watch.png') });
    await page.getByRole('option', { name: /^Watch this column/ }).click();
    const cell = lab.cellWith('px.Monitor');
    await expect(cell.locator('.cm-content')).toContainText(
      'px.Monitor("drift", column="words", limit=0.1)'
    );
    await expect(cell).toContainText(
      'monitors: new against old: 1 not enough data'
    );
    for (const said of ['in embed', 'in embed.phoenix.toml already']) {
      await phoenix.row('words').click({ button: 'right' });
      await page.getByRole('option', { name: /^Watch it in a file/ }).click();
      await expect(
        page.getByRole('status').filter({ hasText: `words is watched ${said}` })
      ).toBeVisible();
    }
    await page.screenshot({ path: info.outputPath('watched.png') });
  });
  await test.step('The menu of its row, the models, the time', async () => {
    await phoenix.row('text').click({ button: 'right' });
    await page.getByRole('option', { name: /^Embed this column…/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Embed text' });
    await expect(dialog.getByRole('radio', { name: /^wordllama/ })).toBeFocused(
      { timeout: 30_000 }
    );
    await expect(dialog).toContainText('256 dimensions · licence MIT');
    await expect(dialog).toContainText(/About .* s, measured on \d+ texts/);
    await expect(dialog).toContainText('The data stays in the kernel.');
    // nothing sticks out of it
    const over = await dialog.evaluate(
      node => node.scrollWidth - node.clientWidth
    );
    expect(over).toBe(0);
    await page.screenshot({ path: info.outputPath('dialog.png') });
    await page.keyboard.press('ArrowDown');
    await expect(
      dialog.getByRole('radio', { name: /^An endpoint/ })
    ).toBeChecked();
    await expect(dialog).toContainText('The texts leave this machine');
    await page.keyboard.press('ArrowUp');
    await dialog.getByRole('button', { name: 'Insert cell and run' }).click();
  });
  await test.step('The cell is code that reads well, and the map opens', async () => {
    const cell = lab.cellWith('px.embed');
    await expect(cell.locator('.cm-content')).toContainText(
      'old["text_vector"] = px.embed(old["text"], "wordllama")'
    );
    await expect(cell.locator('.cm-content')).toContainText(
      'new["text_vector"] = px.embed(new["text"], "wordllama")'
    );
    await expect(lab.tab('text_vector')).toBeVisible({ timeout: 60_000 });
    await expect(phoenix.column('text_vector')).toBeVisible();
    await expect(phoenix.column('text')).toHaveAttribute(
      'title',
      /the text of text_vector/
    );
    await page.screenshot({ path: info.outputPath('map.png') });
  });
});

test('A column of images is embedded by a model for images', async ({
  lab,
  phoenix
}, info) => {
  const { page } = lab;
  await lab.openNew('embed-images.ipynb', [
    [
      'import pandas as pd, sklearn.datasets',
      'folder = sklearn.datasets.__path__[0] + "/images/"',
      'shots = pd.DataFrame({"size": range(40), "photo": [folder + name for name in ("china.jpg", "flower.jpg")] * 20})',
      'shots'
    ].join('\n')
  ]);
  await lab.runAll();
  await phoenix.open();
  await phoenix.inspect('shots');
  await phoenix.row('photo').click({ button: 'right' });
  const verb = page.getByRole('option', { name: /^Embed this column…/ });
  await expect(verb).toContainText('Vectors of its images');
  await verb.click();
  const dialog = page.getByRole('dialog', { name: 'Embed photo' });
  // No package carries a model for images that needs no torch, which is not in this environment.
  await expect(dialog).toContainText("%pip install 'phoenix_lab[image]'");
  await expect(
    dialog.getByRole('radio', { name: /^A model of Hugging Face/ })
  ).toBeChecked();
  await expect(dialog).toContainText(
    'The model is fetched. The data stays in the kernel.'
  );
  await expect(dialog).not.toContainText('endpoint');
  const over = await dialog.evaluate(
    node => node.scrollWidth - node.clientWidth
  );
  expect(over).toBe(0);
  await page.screenshot({ path: info.outputPath('images.png') });
  await dialog.getByRole('button', { name: 'Insert cell' }).click();
  const cell = lab.cellWith('px.embed');
  await expect(cell.locator('.cm-content')).toContainText(
    'shots["photo_vector"] = px.embed(shots["photo"], "openai/clip-vit-base-patch32", download=True, of="image")'
  );
});
