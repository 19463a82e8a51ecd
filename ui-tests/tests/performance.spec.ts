import { expect, test } from '../pages/fixtures';
import { numberIn } from '../pages/phoenix';

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

  await test.step('A cell of the confusion gives as many rows as it counts', async () => {
    const missed = await phoenix.confused('prod', 'Democratic', 'Republican');
    await performance
      .getByRole('table', { name: 'Confusion on prod' })
      .getByRole('button', {
        name: /were Democratic were said to be Republican/
      })
      .click();
    await phoenix.page
      .getByRole('option', { name: /^Insert into notebook: prod/ })
      .click();
    const cell = lab.cellWith('low=0.55').or(lab.cellWith('high=0.55'));
    await lab.ran(cell, 120_000);
    await expect(lab.output(cell)).toContainText(`${missed} rows × 22 columns`);
    await lab.tab('Performance: prod vs train').click();
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

  await test.step('By the clusters of a map', async () => {
    await performance
      .getByRole('button', { name: 'Segment: questions' })
      .click();
    await phoenix.page
      .getByRole('option', { name: /^text_vector the clusters of its map/ })
      .click();
    const table = performance.getByRole('table', { name: 'By segment' });
    await expect(table).toContainText('cluster of text_vector', {
      timeout: 60_000
    });
    expect(await table.locator('tbody tr').count()).toBeGreaterThan(20);
    await performance
      .getByRole('button', { name: 'Segment: text_vector' })
      .click();
    await phoenix.page
      .getByRole('listbox', { name: 'Segment' })
      .getByRole('option', { name: /^questions/ })
      .click();
    await expect(table).toContainText('questions');
  });

  await test.step('How much has to change before it matters, in points', async () => {
    // Half of the window has no room for it.
    await lab.widen();
    const limit = performance.getByRole('spinbutton', {
      name: 'Accuracy matters from, in points',
      exact: true
    });
    await expect(limit).toHaveValue('2.0');
    await limit.fill('20');
    await expect(phoenix.metric('Accuracy')).toContainText(
      'No change that matters'
    );
    await expect(performance.getByRole('status').first()).toContainText(
      'no change that matters'
    );
    await limit.press('Escape');
    await expect(phoenix.metric('Accuracy')).toContainText('Worse');
  });

  await test.step('Every metric through time; a window of it is that of the whole view', async () => {
    await performance
      .getByRole('button', { name: 'Metric: Accuracy' })
      .first()
      .click();
    await phoenix.page
      .getByRole('option', { name: /^F1 of Democratic/ })
      .click();
    const series = performance.getByRole('group', {
      name: /^F1 of Democratic of the predictions in windows of 1 year/
    });
    await expect(series).toBeVisible();
    await series.focus();
    await series.press('ArrowRight');
    await series.press('Enter');
    await phoenix.settled();
    const n = await phoenix.metric('Accuracy').locator('td').last().innerText();
    expect(n).toMatch(/^3.206 \d{2,3}$/);
    await expect(performance.getByRole('status').first()).toContainText(
      'The window was picked by eye'
    );
    await performance
      .getByRole('button', { name: /^Clear the window/ })
      .click();
    await phoenix.settled();
    await expect(phoenix.metric('Accuracy')).toContainText(/1.650$/);
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

  await test.step('Where it is worst: a group with its rows; what the change is made of', async () => {
    const worst = performance.getByRole('table', { name: 'Where it is worst' });
    const row = worst.getByRole('row').nth(1);
    await expect(row).toBeVisible({ timeout: 60_000 });
    const n = numberIn(
      await row.locator('td').last().innerText(),
      /^(\d[\d\u202f]*)/
    );
    await row.getByRole('button').click();
    await lab.page
      .locator('.px-menu')
      .getByRole('option', { name: /^Insert into notebook: prod/ })
      .click();
    // Below that of the confusion.
    await expect(lab.cellWith('px.rows(')).toHaveCount(2);
    const cell = lab.cellWith('px.rows(').last();
    await lab.ran(cell);
    expect(numberIn(await lab.output(cell).innerText(), /(\d+) rows × /)).toBe(
      n
    );
    await lab.tab('Performance: prod vs train').click();
    await expect(
      performance.getByText(
        /^Wrong predictions .* because groups have other shares of the rows, .* because of change within groups/
      )
    ).toBeVisible();
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

test('Two models on the same rows, and several classes', async ({
  lab,
  phoenix
}) => {
  await lab.openNew('models.ipynb', [
    [
      'import numpy as np, pandas as pd',
      'from sklearn.datasets import load_digits',
      'from sklearn.linear_model import LogisticRegression',
      'from sklearn.naive_bayes import GaussianNB',
      'data = load_digits()',
      'half = np.arange(len(data.target)) < 900',
      'def judged(model):',
      '    scores = model.fit(data.data[half] / 16, data.target[half]).predict_proba(data.data[~half] / 16)',
      '    frame = pd.DataFrame({"actual": data.target[~half].astype(str), "predicted": scores.argmax(1).astype(str)})',
      '    for k in range(10):',
      '        frame[f"p_{k}"] = scores[:, k]',
      '    return frame',
      'plain, bayes = judged(LogisticRegression(C=.001, max_iter=400)), judged(GaussianNB())'
    ].join('\n'),
    'import phoenix_lab as px\nschema = px.Schema(actual_label_column_name="actual", prediction_label_column_name="predicted")\npx.inspect(px.Inferences(bayes, schema, name="bayes"), reference=px.Inferences(plain, schema, name="plain"))'
  ]);
  await lab.runAll();
  await expect(lab.tab('Overview: bayes vs plain')).toBeVisible({
    timeout: 120_000
  });
  await phoenix.openPerformance();
  await phoenix.settled();
  const { performance } = phoenix;
  // Where both are the same rows, that they are paired is said and can be undone.
  await performance
    .getByRole('button', { name: /897 rows, the same in both: paired/ })
    .click();
  const paired = await phoenix.metric('Accuracy').innerText();
  await phoenix.page
    .getByRole('option', { name: /^as if independent/ })
    .click();
  await phoenix.settled();
  expect(await phoenix.metric('Accuracy').innerText()).not.toBe(paired);
  // The columns that are called by the classes are their scores.
  await expect(phoenix.metric('ROC AUC, macro')).toContainText('.9');
  await expect(
    performance.getByRole('table', { name: 'By class' }).locator('tbody tr')
  ).toHaveCount(10);
  await performance.getByRole('button', { name: /^Average: macro/ }).click();
  await phoenix.page.getByRole('option', { name: /^weighted/ }).click();
  await expect(phoenix.metric('F1, weighted')).toBeVisible();
  await phoenix.settled();
  await performance
    .getByRole('button', { name: 'Insert into notebook' })
    .click();
  const cell = lab.cellWith('px.Performance(');
  await lab.ran(cell);
  await expect(cell).toContainText('average="weighted"');
  await expect(cell).toContainText('paired=False');
  await expect(cell).toContainText('scores=("p_0", "p_1"');
});

test('Before labels arrive the metrics are estimated, and marked as that', async ({
  lab,
  phoenix
}) => {
  await lab.openNew('waiting.ipynb', [
    [
      'import numpy as np, pandas as pd',
      'rng = np.random.default_rng(0)',
      'def scored(a, n):',
      '    score = rng.beta(a, a, n)',
      '    came = np.where(rng.random(n) < .2 + .6 * score, "yes", "no")',
      '    return pd.DataFrame({"score": score, "said": np.where(score >= .5, "yes", "no"), "came": came})',
      'train, prod = scored(1, 3000), scored(6, 2000).drop(columns="came")'
    ].join('\n'),
    'import phoenix_lab as px\nschema = px.Schema(prediction_score_column_name="score", prediction_label_column_name="said", actual_label_column_name="came")\nwaiting = px.Schema(prediction_score_column_name="score", prediction_label_column_name="said")\npx.inspect(px.Inferences(prod, waiting, name="prod"), reference=px.Inferences(train, schema, name="train"))'
  ]);
  await lab.runAll();
  await expect(lab.tab('Overview: prod vs train')).toBeVisible({
    timeout: 120_000
  });
  await phoenix.openPerformance();
  const { performance } = phoenix;
  const estimated = performance.getByRole('region', {
    name: 'Estimated before labels arrive'
  });
  await expect(estimated).toContainText(
    '2 000 rows without a label by their scores, from 3 000 labels of train',
    { timeout: 60_000 }
  );
  await expect(estimated).toContainText(
    /Estimated, not measured: estimated as if in prod as many rows of a score are yes as in train/
  );
  const accuracy = estimated.getByRole('row', { name: /^Accuracy/ });
  await expect(accuracy).toContainText('≈');
  const shown = await accuracy.innerText();
  await estimated.getByRole('button', { name: 'Insert the estimate' }).click();
  const cell = lab.cellWith('px.EstimatedPerformance(');
  await lab.ran(cell);
  const told = /accuracy\s+(0\.\d+)\s+(0\.\d+)/.exec(
    await lab.output(cell).innerText()
  );
  for (const value of told?.slice(1) ?? ['none']) {
    expect(shown).toContain((100 * Number(value)).toFixed(1));
  }
});
