import { expect, test } from '../pages/fixtures';

// As JupyterHub and proxies have it: everything below a path, with characters that are escaped in it.
test.use({ basePath: '/user/ann%40lab/' });

const MAKE = [
  'import pandas as pd',
  'old = pd.DataFrame({"age": range(400), "kind": ["a", "b"] * 200})',
  'new = pd.DataFrame({"age": range(300, 500), "kind": ["a", "b", "b", "b"] * 50})'
].join('\n');

test('Below a path, after a login by password: two frames are compared, and a cell gives the same', async ({
  lab,
  phoenix
}) => {
  const { page } = lab;
  await lab.add('hub.ipynb', [MAKE, 'new']);
  await page.context().clearCookies();
  await page.goto('lab/tree/hub.ipynb?reset');
  await expect(page).toHaveURL(/\/user\/ann%40lab\/login/);
  await page
    .getByRole('textbox', { name: 'Password or token' })
    .fill('open sesame');
  await page.keyboard.press('Enter');
  await lab.loaded();
  await lab.connected();
  await lab.runAll();
  await phoenix.open();
  await expect(phoenix.frame('old')).toBeVisible();
  await lab.chooseFrom(lab.output(lab.code(1)), /^Compare with…/, /^old/);
  await expect(phoenix.row('kind')).toHaveAttribute('aria-label', /, Drift,/, {
    timeout: 120_000
  });
  await page
    .locator('.px-tab:visible')
    .getByRole('button', { name: /^Insert/ })
    .first()
    .click();
  const cell = lab.cellWith('px.Summary');
  await lab.ran(cell, 120_000);
  await expect(lab.output(cell)).toContainText('kind');
});
