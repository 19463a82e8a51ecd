import { expect, test } from '../pages/fixtures';

test('How good the predictions are: the threshold, segments, and a cell with the same numbers', async ({
  lab,
  phoenix
}) => {
  await lab.open('state_of_the_union.ipynb');
  await lab.runThrough(lab.cellWith(/^prod$/));
  await lab.chooseFrom(
    lab.output(lab.cellWith(/^prod$/)),
    /^Inspect with Phoenix/
  );
  await expect(phoenix.frame('train')).toBeVisible();
  await lab.chooseFrom(
    lab.output(lab.cellWith(/^prod$/)),
    /^Compare with…/,
    /^train/
  );
  // The comparison brings the overview to the front when it comes.
  await expect(phoenix.rows('Drift').first()).toBeVisible({ timeout: 120_000 });
  const { performance } = phoenix;

  await test.step('The panel opens the view; its sentence says what became of the accuracy', async () => {
    await phoenix.openPerformance();
    await expect(lab.tab('Performance: prod vs train')).toBeVisible();
    await expect(performance.getByRole('status').first()).toContainText(
      /Accuracy fell from 68\.5.% to 54\.5.%, by 14\.0 pts \[11\.6, 16\.4\]; adj\. p <\.001/
    );
    await expect(phoenix.metric('Accuracy')).toContainText('Worse');
    await expect(phoenix.metric('ROC AUC')).toContainText('.554 [.530, .577]');
  });

  const slider = performance.getByRole('slider', {
    name: 'Predict Democratic from a score of'
  });
  await test.step('The threshold of the labels is found; keys move it and the counts with it', async () => {
    await expect(slider).toHaveAttribute('aria-valuetext', '.50');
    const before = await phoenix.confused('prod', 'Democratic', 'Democratic');
    expect(before).toBe(668);
    await slider.focus();
    for (let i = 0; i < 5; i++) {
      await slider.press('ArrowRight');
    }
    await expect(slider).toHaveAttribute('aria-valuetext', '.55');
    const now = await phoenix.confused('prod', 'Democratic', 'Democratic');
    expect(now).toBeLessThan(before);
    const missed = await phoenix.confused('prod', 'Democratic', 'Republican');
    expect(now + missed, 'the truth does not move').toBe(824);
    // The intervals follow, for the very same counts.
    const share = ((100 * now) / 824).toFixed(1);
    await expect(phoenix.metric('Recall of Democratic')).toContainText(share);
    await phoenix.settled();
  });

  await test.step('By segment, the surest change first', async () => {
    await performance.getByRole('button', { name: 'Segment: none' }).click();
    await phoenix.page
      .getByRole('listbox', { name: 'Segment' })
      .getByRole('option', { name: /^questions/ })
      .click();
    const rows = performance
      .getByRole('table', { name: 'By segment' })
      .locator('tbody tr');
    await expect(rows.first()).toBeVisible();
    await phoenix.settled();
    expect(await rows.count()).toBeGreaterThan(1);
    await expect(rows.first()).toContainText(/Worse|Not enough data/);
  });

  await test.step('Charts have their numbers as a table', async () => {
    await performance
      .getByRole('button', { name: 'Show as table' })
      .first()
      .click();
    await expect(
      performance.getByRole('table', { name: /^ROC curve, area/ })
    ).toContainText('.55');
  });

  await test.step('Insert: a cell that gives the same numbers', async () => {
    const accuracy = (await phoenix.metric('Accuracy').innerText()).match(
      /(\d\d\.\d).%/g
    );
    await performance
      .getByRole('button', { name: 'Insert into notebook' })
      .click();
    const cell = lab.cellWith('px.Performance(');
    await lab.ran(cell);
    await expect(cell).toContainText('threshold=0.55');
    await expect(cell).toContainText('segment="questions"');
    const shown = await lab.output(cell).innerText();
    const found = /accuracy\s+(0\.\d+)\s+(0\.\d+)/.exec(shown);
    expect(
      found?.slice(1).map(value => (100 * Number(value)).toFixed(1))
    ).toEqual(accuracy?.map(text => text.slice(0, 4)));
  });
});
