import { expect, test } from '../pages/fixtures';

test('A cluster says what its rows share, which are borderline, and whether it is found again', async ({
  lab,
  phoenix
}) => {
  await lab.open('state_of_the_union.ipynb');
  await lab.runAll();
  await expect(phoenix.row('text_vector')).toBeVisible({ timeout: 120_000 });
  await lab.widen();
  await phoenix.row('text_vector').click();
  await phoenix.mapReady();
  const { tray, page, clusters } = phoenix;
  const first = tray
    .getByRole('list', { name: 'Rows' })
    .getByRole('listitem')
    .first()
    .locator('.px-hidden');

  await test.step('A rule that was judged on rows it was not found on, or that there is none', async () => {
    await phoenix.changed.first().click();
    await expect(tray).toContainText(
      /holds for [\d.]+\s% of its rows, [\d.]+\s% of all others, adj\. p|No rule over the \d+ other columns beats chance/,
      { timeout: 60_000 }
    );
  });

  await test.step('Borderline rows first', async () => {
    const typical = await first.innerText();
    await tray.getByRole('button', { name: /^first/ }).click();
    await page.getByRole('option', { name: /^borderline/ }).click();
    await expect(first).not.toHaveText(typical);
  });

  await test.step('How steady clusters are, the least steady first, those marked', async () => {
    await page.getByRole('button', { name: /^by/ }).click();
    await page.getByRole('option', { name: /^stability/ }).click();
    await expect(page.locator('.px-clusters-columns')).toContainText('stab.', {
      timeout: 120_000
    });
    await expect(clusters.getByRole('option').first()).toHaveAttribute(
      'aria-label',
      /hardly a group in the vectors/
    );
    await expect(clusters.getByRole('option').first()).toContainText('◌');
  });

  await test.step('In a small tab the name of what is picked, the verdict and what it rests on stay, and no point lies under the legend', async () => {
    await page.setViewportSize({ width: 1100, height: 700 });
    await lab.halve();
    const name = await tray.locator('b').first().innerText();
    await expect(
      page.locator('.px-map-names text.px-mod-strong', {
        hasText: name.split(' · ')[0]
      })
    ).toBeVisible();
    await expect(
      page.locator('.px-embedding-facts').getByText(/^PSI [\d.]+, 90 %/)
    ).toBeInViewport();
    const map = await phoenix.map.boundingBox();
    const legend = await page
      .getByRole('group', { name: 'Legend' })
      .getByRole('button')
      .first()
      .boundingBox();
    expect(legend?.y).toBeGreaterThanOrEqual(
      (map?.y ?? 0) + (map?.height ?? 0)
    );
    await page.setViewportSize({ width: 1440, height: 900 });
    await lab.widen();
  });

  await test.step('How much of the neighbours the map keeps, in words and as a colour', async () => {
    await expect(page.getByText(/keeps [\d.]+\s% of neighbours/)).toBeVisible();
    await page.getByRole('button', { name: /^Colour/ }).click();
    await page.getByRole('option', { name: /^neighbours kept/ }).click();
    await expect(phoenix.map).toHaveAttribute(
      'aria-label',
      /coloured by neighbours kept$/
    );
  });
});
