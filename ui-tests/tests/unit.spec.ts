import { expect, test } from '../pages/fixtures';

/** Users with thirty rows each, which are alike; one more set has them, one has not. */
const MAKE = [
  'import numpy as np, pandas as pd',
  'def users(n, seed, shift):',
  '    rng = np.random.default_rng(seed)',
  '    each = np.repeat([f"{seed}-{k}" for k in range(n)], 30)',
  '    score = np.repeat(rng.normal(shift, 1, n), 30) + rng.normal(0, 0.3, 30 * n)',
  '    return pd.DataFrame({"user": each, "score": score})',
  'new, old, older = users(40, 1, 0.5), users(90, 2, 0), users(80, 3, 0)',
  'bare = older.drop(columns="user")'
].join('\n');
const IS_USED = 'Rows of one user are alike: tests shuffle';

test('The unit of independence holds for what is watched, and stays with the dataframe', async ({
  lab,
  phoenix
}) => {
  const { page } = lab;
  await lab.openNew('unit.ipynb', [MAKE, 'new']);
  await lab.runAll();
  const compare = async (other: RegExp): Promise<void> => {
    await lab.chooseFrom(lab.output(lab.code(1)), /^Compare with…/, other);
    await expect(phoenix.row('score')).toBeVisible();
  };
  await compare(/^old\s/);
  await page.getByRole('button', { name: 'Use user as the unit' }).click();
  await expect(page.getByText(IS_USED)).toBeVisible({ timeout: 120_000 });
  await expect(phoenix.row('score')).toHaveAccessibleName(/Moved, size unsure/);

  await test.step('A cell that watches a column says what the screen says', async () => {
    await phoenix.row('score').click({ button: 'right' });
    await page.getByRole('option', { name: /^Watch this column/ }).click();
    const cell = lab.cellWith('px.Monitor');
    await expect(cell.locator('.cm-content')).toContainText('unit="user"');
    await expect(cell).toContainText(
      'monitors: new against old: 1 not enough data'
    );
    await expect(cell).toContainText(
      /\.\d\d \(90 % interval \.\d\d to \.\d\d\) of 1,200 rows; limit \.1; moved, size unsure/
    );
  });

  await test.step('So does a file, which has one unit', async () => {
    await phoenix.row('score').click({ button: 'right' });
    await page.getByRole('option', { name: /^Watch it in a file/ }).click();
    await expect(
      page.getByRole('status').filter({ hasText: 'score is watched in' })
    ).toBeVisible();
    const answer = await page.request.get(
      'api/contents/unit.phoenix.toml?content=1',
      { headers: { Authorization: `token ${process.env.PHX_TOKEN}` } }
    );
    expect(((await answer.json()) as { content: string }).content).toContain(
      'unit = "user"\n\n[[monitor]]'
    );
  });

  await test.step('A view that was closed stays closed when the notebook is opened again', async () => {
    await phoenix.row('score').click();
    await expect(lab.tab('score')).toBeVisible();
    await lab.tab('score').locator('.lm-TabBar-tabCloseIcon').click();
    await expect(lab.tab('score')).toHaveCount(0);
    await lab.focusNotebook();
    await lab.menu('File', 'Save Notebook');
    await expect(page.locator('.jp-mod-dirty')).toHaveCount(0);
    await lab.open('unit.ipynb');
    await expect(lab.tab('Overview: new vs old')).toBeVisible();
    await expect(lab.tab('score')).toHaveCount(0);
  });

  await test.step('Compared anew, and with another set of users, it is the unit again', async () => {
    await lab
      .tab('Overview: new vs old')
      .locator('.lm-TabBar-tabCloseIcon')
      .click();
    await lab.runAll();
    const used = page.getByText(IS_USED).filter({ visible: true });
    for (const [other, n] of [
      [/^old\s/, 130],
      [/^older\s/, 120]
    ] as const) {
      await compare(other);
      await expect(used).toContainText(`${n} of them`, { timeout: 120_000 });
    }
    await compare(/^bare\s/);
    await expect(used).toHaveCount(0);
  });
});
