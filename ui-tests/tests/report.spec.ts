import { execFileSync } from 'child_process';
import { existsSync, mkdirSync } from 'fs';
import { join } from 'path';
import { pathToFileURL } from 'url';

import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';

// The page is opened from disk, so these tests have no Jupyter server.

const ROOT = join(__dirname, '..', '..');
const FOLDER = join(ROOT, 'ui-tests', 'work', 'reports');
const PICTURES = join(ROOT, 'screenshots', 'reports');

/** Made once by the package itself, of the example's real data. */
const MAKE = `
import sys
import pyarrow.compute as pc
import pyarrow.parquet as pq
import phoenix_lab as px
rows = pq.read_table("examples/data/sotu.parquet")
prod, train = (rows.filter(pc.greater(rows["year"], 2000)), rows.filter(pc.less_equal(rows["year"], 2000)))
px.report(prod, train, sys.argv[1] + "/texts.html", unit="address", texts=True)
px.report(px.Inferences(prod.drop_columns(["text_vector"]), name="prod"), None, sys.argv[1] + "/alone.html")
`;

// One worker, so that they are made once.
test.describe.configure({ mode: 'default' });

const texts = join(FOLDER, 'texts.html');
const alone = join(FOLDER, 'alone.html');

test.beforeAll(() => {
  test.setTimeout(300_000);
  mkdirSync(FOLDER, { recursive: true });
  execFileSync('python', ['-c', MAKE, FOLDER], { cwd: ROOT, stdio: 'inherit' });
});

/** Open a report from disk with the network cut; what goes wrong is written into `errors`. */
async function open(
  context: BrowserContext,
  file: string,
  errors: string[]
): Promise<Page> {
  await context.setOffline(true);
  const page = await context.newPage();
  page.on('pageerror', error => errors.push(error.stack ?? error.message));
  page.on('console', message => {
    if (message.type() === 'error') {
      errors.push(message.text());
    }
  });
  page.on('request', request => {
    if (request.url() !== pathToFileURL(file).href) {
      errors.push(`asked for ${request.url()}`);
    }
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', event =>
      console.error(
        `violates ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`
      )
    );
  });
  await page.goto(pathToFileURL(file).href);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  return page;
}

async function take(page: Page, name: string): Promise<void> {
  if (process.env.PHX_PICTURES) {
    await page.screenshot({ path: join(PICTURES, name), fullPage: true });
  }
}

const ready = (page: Page) =>
  expect(page.locator('.px-map canvas[data-ready="true"]')).toHaveCount(1);

test('A report opens from disk without a network, and its table is sorted and searched', async ({
  context
}) => {
  const errors: string[] = [];
  const page = await open(context, texts, errors);
  await expect(page).toHaveTitle('prod against train');
  for (const name of [
    'What was compared',
    'Findings',
    'Columns',
    'Columns that drifted or stand out',
    'Map of embeddings',
    'Performance',
    'What was left out',
    'Recipes'
  ]) {
    await expect(
      page.getByRole('heading', { level: 2, name, exact: true })
    ).toBeVisible();
  }
  const table = page.getByRole('table', { name: 'Columns', exact: true });
  const names = table.locator('tbody th[scope="row"] .px-code');
  await expect(names.first()).toHaveText('text_vector');
  await table.getByRole('button', { name: 'Column', exact: true }).click();
  await expect(names.first()).toHaveText('applause_marks');
  await expect(
    table.getByRole('columnheader', { name: 'Column', exact: true })
  ).toHaveAttribute('aria-sort', 'ascending');
  await page.getByRole('searchbox', { name: 'Find a column' }).fill('words');
  await expect(names).toHaveText([
    'unique_words',
    'words',
    'words_per_sentence'
  ]);
  await page.getByRole('searchbox', { name: 'Find a column' }).fill('');
  await page.getByRole('radio', { name: /^Drift/ }).click();
  await expect(names).toHaveText(['largest_dollars', 'text_vector']);
  // A name leads to the section of its column.
  await table.getByRole('link', { name: 'largest_dollars' }).click();
  await expect(
    page.getByRole('article', { name: 'largest_dollars' })
  ).toBeInViewport();
  await expect(
    page.getByRole('img', { name: /^Distribution of largest_dollars/ })
  ).toBeVisible();
  await expect(page.locator('.px-report-code').first()).toContainText(
    'px.run(px.EmbeddingMap("text_vector", unit="address"), prod, train)'
  );
  expect(errors).toEqual([]);
});

test('Its map is zoomed, picked from and read', async ({ context }) => {
  const errors: string[] = [];
  const page = await open(context, texts, errors);
  await ready(page);
  const article = page.getByRole('article', { name: 'text_vector' });
  const map = article.getByRole('application');
  await map.scrollIntoViewIfNeeded();
  const clusters = article.getByRole('listbox', { name: 'Clusters' });
  const first = clusters.getByRole('option').first();
  const label = await first.locator('.px-cluster-name span').innerText();
  const rows = Number(
    (await first.locator('em').innerText()).replace(/\D/g, '')
  );
  await first.click();
  await expect(first).toHaveAttribute('aria-selected', 'true');
  const picked = article.getByRole('region', { name: 'Picked rows' });
  await expect(picked.getByRole('status')).toContainText(label);
  await expect(picked.getByRole('listitem')).toHaveCount(12);
  await picked.getByRole('button', { name: /^Show \d+ more$/ }).click();
  await expect(picked.getByRole('listitem')).toHaveCount(rows);
  await picked.getByRole('button', { name: 'Show all' }).click();
  await expect(first).toHaveAttribute('aria-selected', 'false');

  // The arrow keys go from point to point, and what they point at is said.
  await map.focus();
  await map.press('ArrowRight');
  await map.press('ArrowRight');
  await expect(article.getByRole('tooltip')).toContainText(/row [\d\u202f]+/);
  await expect(
    article.getByRole('tooltip').locator('.px-map-tip-text')
  ).not.toBeEmpty();
  await map.press('Escape');

  // The pointer finds a point near the middle of the picture.
  const box = (await map.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await expect(async () => {
    for (let i = 0; i < 12; i++) {
      await page.mouse.move(
        box.x + box.width * (0.4 + 0.02 * i),
        box.y + box.height * 0.5
      );
      await page.waitForTimeout(120);
      if (await article.getByRole('tooltip').isVisible()) {
        return;
      }
    }
    throw new Error('no point under the pointer');
  }).toPass({ timeout: 20_000 });

  // Names move apart when the map comes nearer, by the wheel once it has the focus.
  const shown = () =>
    article
      .locator('.px-map-names text')
      .evaluateAll(texts => texts.map(t => t.getAttribute('x')).join());
  const before = await shown();
  const scroll = await page.evaluate(() => scrollY);
  await map.focus();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.wheel(0, -400);
  await expect.poll(shown).not.toBe(before);
  expect(await page.evaluate(() => scrollY)).toBe(scroll);
  // Otherwise it scrolls the page.
  await page.getByRole('button', { name: 'Print' }).focus();
  await page.evaluate(y => scrollTo({ top: y, behavior: 'instant' }), scroll);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.wheel(0, 300);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(scroll);

  // A legend entry hides its points.
  await article.getByRole('button', { name: /train/ }).click();
  await expect(article.getByRole('button', { name: /train/ })).toHaveAttribute(
    'aria-pressed',
    'false'
  );
  expect(errors).toEqual([]);
});

test('A finding about a cluster leads to it', async ({ context }) => {
  const errors: string[] = [];
  const page = await open(context, texts, errors);
  await ready(page);
  await page
    .getByRole('link', { name: /^Rows about/ })
    .first()
    .click();
  const article = page.getByRole('article', { name: 'text_vector' });
  await expect(article).toBeInViewport();
  await expect(article.getByRole('option', { selected: true })).toHaveCount(1);
  expect(errors).toEqual([]);
});

test('Both themes, narrow and wide, without serious findings of axe', async ({
  context
}) => {
  test.setTimeout(300_000);
  if (process.env.PHX_PICTURES && !existsSync(PICTURES)) {
    mkdirSync(PICTURES, { recursive: true });
  }
  const errors: string[] = [];
  const page = await open(context, texts, errors);
  await ready(page);
  const colour = () =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await expect
      .poll(colour)
      .toBe(theme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(17, 18, 20)');
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await expect
        .poll(() =>
          page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth
          )
        )
        .toBeLessThanOrEqual(0);
      await take(page, `${theme}-${width}.png`);
      // A cluster's row has its numbers as signs, and says them in words.
      const { violations } = await new AxeBuilder({ page })
        .disableRules('label-content-name-mismatch')
        .analyze();
      expect(
        violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => [id, nodes.slice(0, 3).map(n => n.html)])
      ).toEqual([]);
    }
  }
  // What the reader chooses stays, whatever the system says.
  await page.getByRole('button', { name: 'Light', exact: true }).click();
  await expect.poll(colour).toBe('rgb(255, 255, 255)');
  expect(errors).toEqual([]);
});

test('It goes to paper in light, as wide as the paper, with the points of its map', async ({
  context
}) => {
  const errors: string[] = [];
  const page = await open(context, texts, errors);
  await ready(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const inked = () =>
    page.evaluate(() => {
      const canvas =
        document.querySelector<HTMLCanvasElement>('.px-map canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) {
        throw new Error('There is no map that is drawn in two dimensions.');
      }
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      // Discs of the primary set: red well above blue, and not the pale shade of the ground.
      let n = 0;
      for (let i = 0; i < data.length; i += 4) {
        n += data[i + 3] > 120 && data[i] > data[i + 2] + 120 ? 1 : 0;
      }
      return n;
    });
  expect(await inked()).toBe(0);
  const state = await page.evaluate(() => {
    window.dispatchEvent(new Event('beforeprint'));
    const chart = document.querySelector('.px-report-through svg.px-chart');
    return {
      light: document.body.dataset.jpThemeLight,
      width: document.querySelector('main')?.clientWidth,
      chart: chart?.getBoundingClientRect().width
    };
  });
  expect(state).toMatchObject({ light: 'true', width: 1180 });
  expect(state.chart).toBeGreaterThan(1100);
  expect(state.chart).toBeLessThanOrEqual(1180);
  expect(await inked()).toBeGreaterThan(1000);
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await expect.poll(inked).toBe(0);
  await expect(page.locator('body')).toHaveAttribute(
    'data-jp-theme-light',
    'false'
  );
  const pdf = await page.pdf({
    preferCSSPageSize: true,
    printBackground: true,
    ...(process.env.PHX_PICTURES ? { path: join(PICTURES, 'report.pdf') } : {})
  });
  expect(pdf.length).toBeGreaterThan(50_000);
  expect(errors).toEqual([]);
});

test('A set alone is told about without what only two have', async ({
  context
}) => {
  const errors: string[] = [];
  const page = await open(context, alone, errors);
  await expect(page).toHaveTitle('prod');
  await expect(
    page.getByText('This file holds no texts of rows.')
  ).toBeVisible();
  await expect(page.getByRole('heading', { name: /^Map/ })).toHaveCount(0);
  await expect(page.getByText(/hoose a reference/)).toHaveCount(0);
  await expect(
    page.getByRole('table', { name: 'Columns', exact: true })
  ).toBeVisible();
  await expect(
    page.getByText('there is no column of embeddings')
  ).toBeVisible();
  expect(errors).toEqual([]);
});
