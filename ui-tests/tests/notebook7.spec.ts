import { expect, test } from '../pages/fixtures';
import { numberIn } from '../pages/phoenix';

/** The kernel says that it has no phoenix_lab, as one in another environment does. */
const MAKE = [
  'import importlib.metadata as metadata, pandas as pd',
  'version = metadata.version',
  'def other(name):',
  '    if name == "phoenix_lab":',
  '        raise metadata.PackageNotFoundError(name)',
  '    return version(name)',
  'metadata.version = other',
  'old = pd.DataFrame({"age": range(400), "kind": ["a", "b"] * 200})',
  'new = pd.DataFrame({"age": range(300, 500), "kind": ["a", "b", "b", "b"] * 50})'
].join('\n');

test('In Notebook 7: two frames are compared, and the rows of a bar are a cell, of pandas alone where the kernel has no phoenix_lab', async ({
  lab,
  phoenix
}) => {
  const asked: string[] = [];
  lab.page.on('request', request => {
    asked.push(...(/phoenix-lab\/api\/\w+/.exec(request.url()) ?? []));
  });
  await lab.openNewInNotebook('seven.ipynb', [MAKE, 'new']);
  for (const k of [0, 1]) {
    // A cell that is run before the kernel is connected is not run at all.
    await expect(async () => {
      await lab.code(k).locator('.cm-content').click();
      await lab.page.keyboard.press('Control+Enter');
      await expect(lab.code(k).locator('.jp-InputPrompt')).toHaveText(
        /\[[\d*]+\]/,
        { timeout: 5000 }
      );
    }).toPass({ timeout: 60_000 });
    await lab.ran(lab.code(k));
  }
  // The panel, were it open, would ask within a quarter of a second.
  await lab.page.waitForTimeout(1000);
  expect(asked, 'of a server whose panel nobody opened').toEqual([
    'phoenix-lab/api/bridge'
  ]);
  await lab.chooseFrom(lab.output(lab.code(1)), /^Compare with…/, /^old/);
  await expect(phoenix.panel).toBeVisible();
  await expect(phoenix.row('kind')).toHaveAttribute('aria-label', /, Drift,/, {
    timeout: 120_000
  });
  await phoenix.row('kind').click();
  const bar = lab.page
    .getByRole('group', { name: 'Distribution of kind in both sets' })
    .getByRole('button', { name: /^a/ });
  await expect(bar).toBeVisible({ timeout: 60_000 });
  await phoenix.settled();
  const label = (await bar.getAttribute('aria-label')) ?? '';
  expect(numberIn(label, /new: (\d[\d\s]*) rows/)).toBe(50);
  await bar.click();
  await lab.page
    .locator('.px-menu')
    .getByRole('option', { name: /^Insert into notebook: new/ })
    .click();
  const cell = lab.cellWith('new.iloc[[');
  await lab.ran(cell);
  await expect(phoenix.frame('rows')).toHaveAttribute('aria-label', /50 × 2/);
  await expect(lab.cellWith('phoenix_lab as')).toHaveCount(0);
});
