import { mkdirSync } from 'fs';
import * as path from 'path';

import { expect, test } from '../pages/fixtures';

const ROOT = path.join(__dirname, '..', '..');
const FOLDER = path.join(ROOT, 'screenshots');
/** Set by `make screenshots`; otherwise the pictures of the README stay as they are. */
const PICTURES = process.env.PHX_PICTURES
  ? path.join(ROOT, 'docs', 'images')
  : null;

for (const theme of ['light', 'dark'] as const) {
  test(`Every view, ${theme}`, async ({ lab, phoenix }) => {
    mkdirSync(FOLDER, { recursive: true });
    const shoot = async (name: string): Promise<void> => {
      // Pictures show what is there when colours and positions have settled.
      await lab.page.waitForTimeout(700);
      await lab.page.screenshot({
        path: path.join(FOLDER, `${name}.${theme}.png`)
      });
    };

    // Another test on this server may have made one.
    await lab.remove('untitled.phoenix');
    await lab.open();
    await lab.theme(theme);
    await phoenix.open();
    await expect(phoenix.panel).toContainText('No notebook in front');
    await shoot('07-no-notebook');

    await lab.open('state_of_the_union.ipynb');
    await phoenix.open();
    await expect(phoenix.panel).toContainText('No dataframes yet');
    await shoot('07-no-dataframes');

    await lab.runThrough(lab.cellWith(/^prod$/));
    await lab.contextMenu(lab.output(lab.cellWith(/^prod$/)));
    await shoot('01-notebook-menu');
    await lab.choose(/^Inspect with Phoenix/);
    await expect(phoenix.row('text_vector')).toBeVisible();
    await shoot('02-one-dataframe');

    await lab.chooseFrom(
      lab.output(lab.cellWith(/^prod$/)),
      /^Compare with…/,
      /^train/
    );
    await expect(phoenix.rows('Drift').first()).toBeVisible({
      timeout: 120_000
    });
    await shoot('02-overview-narrow');
    await lab.widen();
    await shoot('02-overview');
    const unit = lab.page.getByRole('button', { name: /as the unit/ });
    if (await unit.isVisible()) {
      await unit.click();
      await expect(unit).toHaveCount(0, { timeout: 120_000 });
      await expect(phoenix.rows('Drift').first()).toBeVisible();
      await shoot('02-overview-unit');
    }

    const pin = async (name: string, where: string): Promise<void> => {
      await lab.page.getByRole('button', { name }).click();
      await lab.choose(where);
    };
    await pin('Pin to dashboard…', 'New dashboard');
    await phoenix.row('contractions').click();
    await expect(lab.tab('contractions')).toBeVisible();
    await phoenix.settled();
    await expect(phoenix.column('contractions')).toBeInViewport();
    await shoot('03-column');
    await pin('Pin to dashboard…', 'untitled.phoenix');
    await pin('Pin the series to a dashboard…', 'untitled.phoenix');
    // The list is where the column in front is.
    await phoenix.columns.evaluate(list => list.scrollTo(0, 0));
    await phoenix.column('party').hover();
    await phoenix.roleOf('party').click();
    await shoot('03-role');
    await lab.page.keyboard.press('Escape');

    await phoenix.openPerformance();
    await phoenix.settled();
    await shoot('10-performance');
    await pin('Pin to dashboard…', 'untitled.phoenix');

    await lab.tab('Overview: prod vs train').click();
    await phoenix.row('text_vector').click();
    await phoenix.mapReady();
    await phoenix.settled();
    await shoot('04-embedding');
    await phoenix.changed.first().click();
    await expect(
      phoenix.tray.getByRole('list', { name: 'Rows' }).getByRole('listitem')
    ).not.toHaveCount(0);
    await shoot('04-cluster');
    if (PICTURES) {
      mkdirSync(PICTURES, { recursive: true });
      await lab.page.screenshot({
        path: path.join(PICTURES, `map.${theme}.png`)
      });
    }

    await phoenix.page
      .getByRole('button', { name: /^More to do with/ })
      .click();
    await phoenix.page
      .getByRole('option', { name: /^Pin to dashboard…/ })
      .click();
    await lab.choose('untitled.phoenix');
    await lab.tab('untitled.phoenix').click();
    await expect(
      lab.page.getByRole('article').locator('.px-tile-body:empty')
    ).toHaveCount(0);
    await shoot('11-dashboard');
    await lab.tab('text_vector').click();

    await lab.halve();
    await phoenix.insertButton.click();
    await lab.ran(lab.cellWith('px.EmbeddingMap'), 120_000);
    await lab.cellWith('px.EmbeddingMap').scrollIntoViewIfNeeded();
    await shoot('05-insert');

    await lab.run(
      [
        'import numpy as np',
        'vectors = [np.ones(384) for _ in range(400)]',
        'vectors[17] = np.ones(383)',
        'ragged = pd.DataFrame({"age": range(400), "txt_vec": vectors, "nothing": None})',
        'empty = ragged.iloc[:0]'
      ].join('\n')
    );
    await phoenix.inspect('ragged');
    await expect(phoenix.row('txt_vec')).toBeVisible();
    await shoot('07-bad-vectors');
    await phoenix.inspect('empty');
    await expect(lab.tab('Overview: empty')).toBeVisible();
    await shoot('07-no-rows');
    const busy = lab.run('import time; time.sleep(8)');
    await shoot('07-busy');
    await busy;
  });
}
