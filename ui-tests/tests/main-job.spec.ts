import { expect, test } from '../pages/fixtures';
import { numberIn } from '../pages/phoenix';

/** Code that says which rows of which frame a frame holds, in the words of the panel. */
function rowsOf(variable: string): string {
  return [
    `where = {label: f"prod, row {i}" for i, label in enumerate(prod.index)}`,
    `where |= {label: f"train, row {i}" for i, label in enumerate(train.index)}`,
    `print("\\n".join(where[label] for label in ${variable}.index))`
  ].join('\n');
}

test('From a displayed dataframe to its changed rows, and back as a cell that runs', async ({
  lab,
  phoenix
}) => {
  await lab.open('state_of_the_union.ipynb');

  await test.step('Run the cells that make and show the dataframes', async () => {
    await lab.runThrough(lab.cellWith(/^prod$/));
    await expect(lab.output(lab.cellWith(/^prod$/))).toContainText(
      '1650 rows × 22 columns'
    );
  });

  await test.step('Right-click the output: Inspect with Phoenix', async () => {
    await lab.chooseFrom(
      lab.output(lab.cellWith(/^prod$/)),
      /^Inspect with Phoenix/
    );
    await expect(phoenix.panel).toBeVisible();
    await expect(lab.tab('Overview: prod')).toBeVisible();
    await expect(phoenix.frame('prod')).toHaveAttribute(
      'aria-label',
      /1\s650 × 22.*1 embedding.*Primary/
    );
    await expect(phoenix.frame('train')).toBeVisible();
    await expect(phoenix.overview).toBeVisible();
  });

  await test.step('Compare with train', async () => {
    await lab.chooseFrom(
      lab.output(lab.cellWith(/^prod$/)),
      /^Compare with…/,
      /^train/
    );
    await expect(lab.tab('Overview: prod vs train')).toBeVisible();
  });

  await test.step('The overview shows the drifted columns first', async () => {
    await expect(phoenix.row('text_vector')).toHaveAttribute(
      'aria-label',
      /, Drift, PSI .+ to .+, adjusted p .+/,
      { timeout: 120_000 }
    );
    const drifted = await phoenix.rows('Drift').count();
    expect(drifted).toBeGreaterThan(0);
    await expect(phoenix.rows().first(), 'the first column').toHaveAttribute(
      'aria-label',
      /, Drift,/
    );
    const sentence = phoenix.page
      .getByRole('status')
      .filter({ hasText: /columns drifted/ });
    expect(numberIn(await sentence.innerText(), /^(\d+) of/)).toBe(drifted);
  });

  await test.step('Open the embedding: map and clusters', async () => {
    await phoenix.row('text_vector').click();
    await expect(lab.tab('text_vector')).toBeVisible();
    await phoenix.mapReady();
    await expect(phoenix.map).toHaveAttribute(
      'aria-label',
      /^Map of 4\s856 rows by text_vector, coloured by set/
    );
    expect(await phoenix.colours(phoenix.map)).toBeGreaterThan(50);
  });

  let n = 0;
  let listed: string[] = [];
  await test.step('Pick the first changed cluster', async () => {
    const cluster = phoenix.changed.first();
    const name = (await cluster.getAttribute('aria-label')) ?? '';
    expect(name).toMatch(/, (up|down) [\d.]+ points, .+ to .+, p /);
    await cluster.click();
    await expect(cluster).toHaveAttribute('aria-selected', 'true');
    n = await phoenix.promised();
    expect(n).toBe(numberIn(name, /, (\d[\d\s]*) rows,/));
    listed = await phoenix.listed();
    expect(listed).toHaveLength(n);
  });

  let variable = '';
  await test.step('Insert into notebook: the cell runs and has the rows that were promised', async () => {
    const before = await lab.notebook.locator('.jp-CodeCell').count();
    await phoenix.insertButton.click();
    await expect(lab.notebook.locator('.jp-CodeCell')).toHaveCount(before + 1);
    const cell = lab.cellWith('px.EmbeddingMap');
    // Nothing of ours has moved the user's numbers: four cells were run before.
    await expect(cell.locator('.jp-InputPrompt')).toHaveText('[5]:', {
      timeout: 120_000
    });
    await expect(lab.output(cell)).toContainText(`${n} rows × 22 columns`);
    const source = await cell
      .locator('.cm-line')
      .allTextContents()
      .then(lines => lines.join('\n').trim());
    expect(source).toMatch(/^# Phoenix: /);
    variable = source.split('\n').pop() ?? '';
    expect(variable).toMatch(/^[a-z_]\w*$/);
  });

  await test.step('The rows are those that the panel showed', async () => {
    const cell = await lab.run(rowsOf(variable));
    const rows = (await lab.output(cell).innerText()).trim().split('\n');
    expect(rows.sort()).toEqual(listed);
  });

  await test.step('No name of ours is left in the notebook', async () => {
    const cell = await lab.run(
      'print([name for name in dir() if "phoenix" in name.lower() or name.startswith("_px")])'
    );
    await expect(lab.output(cell)).toHaveText('[]');
  });

  await test.step('A fresh kernel gives the same rows', async () => {
    await lab.menu('Kernel', 'Restart Kernel and Run All Cells…');
    await lab.page
      .getByRole('dialog')
      .getByRole('button', { name: 'Confirm Kernel Restart' })
      .click();
    const cell = lab.cellWith('enumerate(prod.index)');
    await expect(cell.locator('.jp-InputPrompt')).toHaveText('[*]:');
    await lab.ran(cell, 180_000);
    const rows = (await lab.output(cell).innerText()).trim().split('\n');
    expect(rows.sort()).toEqual(listed);
  });
});

test('px.inspect in a cell opens the same; a finding opens the rows that it speaks of', async ({
  lab,
  phoenix
}) => {
  await lab.open('state_of_the_union.ipynb');
  await lab.runAll();
  await expect(lab.tab('Overview: prod vs train')).toBeVisible();
  await expect(phoenix.rows('Drift').first()).toBeVisible({ timeout: 120_000 });
  await phoenix.open();
  await expect(phoenix.findings.first()).toBeVisible({ timeout: 180_000 });
  await phoenix.panel.getByRole('button', { name: 'Use it as unit' }).click();
  const topic = phoenix.findings.filter({ hasText: /^Rows about/ }).first();
  await expect(topic).toBeVisible({ timeout: 180_000 });
  const name = /^Rows about (.+) went from/.exec(await topic.innerText())?.[1];
  await topic.press('Enter');
  await expect(lab.tab('text_vector')).toBeVisible();
  await phoenix.mapReady();
  await expect(
    phoenix.clusters.getByRole('option', { selected: true })
  ).toHaveAttribute('aria-label', new RegExp(`^${name}`));
  const checks = phoenix.findings.filter({ hasText: /has no value/ }).first();
  await checks.click();
  await expect(
    phoenix.page.getByRole('table', { name: 'Checks of the data' })
  ).toBeVisible();
});

test('Export makes the rows a variable at once', async ({ lab, phoenix }) => {
  await lab.open('state_of_the_union.ipynb');
  await lab.runAll();
  await expect(phoenix.row('text_vector')).toBeVisible({ timeout: 120_000 });
  await phoenix.row('text_vector').click();
  await phoenix.mapReady();
  await phoenix.changed.first().click();
  const n = await phoenix.promised();
  await phoenix.tray.getByRole('button', { name: 'Export' }).click();
  await phoenix.page.getByLabel('Name of the variable').fill('mine');
  await phoenix.page.keyboard.press('Enter');
  const said = phoenix.page
    .getByRole('status')
    .filter({ hasText: 'The rows are now in the kernel' });
  await expect(said).toBeVisible();
  await expect(said).toContainText('mine, by set mine_prod, mine_train');
  const cell = await lab.run(
    'print(len(mine), mine is px.exports[-1], mine.columns.equals(prod.columns), len(mine_prod) + len(mine_train), mine_prod.index.isin(prod.index).all())'
  );
  await expect(lab.output(cell)).toHaveText(`${n} True True ${n} True`);
  await test.step('Exported again, they are there already', async () => {
    await lab.tab('text_vector').click();
    await phoenix.tray.getByRole('button', { name: 'Export' }).click();
    await expect(phoenix.page.getByLabel('Name of the variable')).toHaveValue(
      'mine'
    );
    await phoenix.page.keyboard.press('Enter');
    await expect(phoenix.page.getByRole('status')).toContainText([
      'These rows are in the kernel already, as mine'
    ]);
  });
});
