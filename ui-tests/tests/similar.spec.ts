import { expect, test } from '../pages/fixtures';

test('Find similar and find what drifted: the cell has the same rows in the same order', async ({
  lab,
  phoenix
}) => {
  await lab.open('state_of_the_union.ipynb');
  await lab.runAll();
  await expect(phoenix.row('text_vector')).toBeVisible({ timeout: 120_000 });
  await phoenix.row('text_vector').click();
  await phoenix.mapReady();
  const { tray, page } = phoenix;
  const rows = tray.getByRole('list', { name: 'Rows' }).getByRole('listitem');
  const asked = tray.getByRole('list', {
    name: 'The row that is asked about'
  });

  await test.step('◎ on a row lists its neighbours, nearest first, with their distances', async () => {
    await phoenix.changed.first().click();
    await expect(rows.first()).toBeVisible();
    const name = (await rows.first().locator('.px-hidden').innerText()).trim();
    await rows.first().hover();
    await rows
      .first()
      .getByRole('button', { name: /^Find rows similar/ })
      .click();
    await expect(asked.locator('.px-hidden')).toHaveText(name);
    expect(await phoenix.promised()).toBe(25);
    const far = await rows.evaluateAll(all =>
      all.map(row =>
        Number(
          Array.from(row.querySelectorAll('.px-mod-number')).pop()?.textContent
        )
      )
    );
    expect(far.length).toBeGreaterThan(2);
    expect(far[0]).toBeGreaterThan(0);
    expect([...far].sort((a, b) => a - b)).toEqual(far);
  });

  await test.step('More of them', async () => {
    await tray.getByRole('button', { name: /^nearest/ }).click();
    await page.getByRole('option', { name: '50', exact: true }).click();
    await expect.poll(() => phoenix.promised()).toBe(50);
  });

  await test.step('The cell gives these rows in this order', async () => {
    const first = await rows.first().locator('.px-hidden').innerText();
    await phoenix.insertButton.click();
    const cell = lab.cellWith('px.Neighbors');
    await expect(lab.output(cell)).toContainText('50 rows × 22 columns', {
      timeout: 60_000
    });
    const source = (await cell.locator('.cm-line').allTextContents()).join(
      '\n'
    );
    expect(source).toMatch(/\.neighbors\(\)/);
    const variable = source.trim().split('\n').pop() ?? '';
    const [, set, row] = /^(\w+), row (\d+)$/.exec(first.trim()) ?? [];
    const told = await lab.run(
      `print(${variable}.index[0] == ${set}.index[${row}], len(${variable}))`
    );
    await expect(lab.output(told)).toHaveText('True 50');
  });

  await test.step('Rows of one set are looked for in the other, and written as training files', async () => {
    await lab.tab('text_vector').click();
    const more = tray.getByRole('button', { name: /^More to do with/ });
    await more.click();
    await expect(
      page.getByRole('option', { name: /^Find similar in/ }).first()
    ).toContainText('train');
    await page.keyboard.press('Escape');
    await tray.getByRole('button', { name: /^Only the rows of prod/ }).click();
    await more.click();
    await page.getByRole('option', { name: /^Find similar in train/ }).click();
    const found = lab.cellWith('px.similar(');
    await expect(lab.output(found)).toContainText('50 rows × 25 columns', {
      timeout: 60_000
    });
    await lab.tab('text_vector').click();
    await more.click();
    await page.getByRole('option', { name: /^Export to fine-tune/ }).click();
    await expect(tray).toContainText('Name the folder and columns in it');
    const cell = lab.cellWith('px.finetune(');
    await expect(lab.output(cell)).toHaveCount(0);
    await expect(cell).toContainText('"label": "party"');
  });

  await test.step('They become a direction, whose column every row has, and a prompt, as cells that run', async () => {
    const more = tray.getByRole('button', { name: /^More to do with/ });
    await lab.tab('text_vector').click();
    await more.click();
    await page.getByRole('option', { name: /^Steering direction/ }).click();
    await page.getByRole('option', { name: /^All other rows/ }).click();
    const direction = lab.cellWith('px.steering_vector(');
    await expect(lab.output(direction)).toContainText(
      /rows that it has not seen/,
      { timeout: 60_000 }
    );
    const toward =
      /"(toward_\w+)"/.exec(await direction.innerText())?.[1] ?? '';
    const told = await lab.run(
      `print(prod[${JSON.stringify(toward)}].notna().all(), train[${JSON.stringify(toward)}].notna().all())`
    );
    await expect(lab.output(told)).toHaveText('True True');
    await lab.tab('text_vector').click();
    await more.click();
    await page.getByRole('option', { name: /^Steering prompt/ }).click();
    const prompt = lab.cellWith('px.steering_prompt(');
    await expect(lab.output(prompt)).toContainText(
      /Its words are often .*rows are held out to try it on/s,
      { timeout: 60_000 }
    );
    await lab.run('prompt.edit()');
    await expect(lab.cellWith('prompt.edited(')).toContainText(
      'This is about texts of one kind.'
    );
  });

  await test.step('By key from a point, and from its menu', async () => {
    await lab.tab('text_vector').click();
    await phoenix.map.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('n');
    await expect.poll(() => phoenix.promised()).toBe(25);
    const before = await asked.locator('.px-hidden').innerText();
    await rows.nth(1).click({ button: 'right' });
    await page.getByRole('option', { name: /^Find similar rows/ }).click();
    await expect(asked.locator('.px-hidden')).not.toHaveText(before);
  });

  await test.step('Undo brings the last ones back, Escape clears', async () => {
    const now = await asked.locator('.px-hidden').innerText();
    await phoenix.map.focus();
    await page.keyboard.press('Control+z');
    await expect(asked.locator('.px-hidden')).not.toHaveText(now);
    await page.keyboard.press('Escape');
    await expect(asked).toHaveCount(0);
  });

  await test.step('Coloured by drift, the rows that carry it are picked with the surest first, and the cell has them', async () => {
    await page.getByRole('button', { name: /^Colour/ }).click();
    await page.getByRole('option', { name: /^drift/ }).click();
    const pick = page.getByRole('button', { name: /^Pick the .* carry it$/ });
    await expect(pick).toBeVisible({ timeout: 60_000 });
    // Half of the window has no room for it.
    await lab.widen();
    await expect(
      page.getByText(/^MMD² .*, p <?\.\d+ · drift .*: other shares of clusters/)
    ).toBeVisible();
    await lab.halve();
    const n = Number((await pick.innerText()).replace(/\D/g, ''));
    await pick.click();
    await expect.poll(() => phoenix.promised()).toBe(n);
    const scores = await rows.evaluateAll(all =>
      all.map(row =>
        Number(
          Array.from(row.querySelectorAll('.px-mod-number')).pop()?.textContent
        )
      )
    );
    expect(scores[0]).toBeGreaterThan(0.8);
    expect([...scores].sort((a, b) => b - a)).toEqual(scores);
    const first = await rows.first().locator('.px-hidden').innerText();
    await phoenix.insertButton.click();
    const cell = lab.cellWith('px.EmbeddingDrift');
    // One more: the direction.
    await expect(lab.output(cell)).toContainText(`${n} rows × 23 columns`, {
      timeout: 60_000
    });
    const [, row] = /^prod, row (\d+)$/.exec(first.trim()) ?? [];
    const told = await lab.run(`print(drifted.index[0] == prod.index[${row}])`);
    await expect(lab.output(told)).toHaveText('True');
  });
});
