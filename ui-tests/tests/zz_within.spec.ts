import { expect, test } from '../pages/fixtures';
test('within', async ({ lab, phoenix, page }) => {
  await lab.openNew('within.ipynb', [
`import numpy as np, pandas as pd
g = np.random.default_rng(0)
def made(n=2000):
    return pd.DataFrame({"day": pd.date_range("2024-01-01", periods=n, freq="h"), "site": g.choice(["north","south","east","west","centre","harbour"], n), "visit_cost": g.exponential(50, n).round(1), "age": g.poisson(40, n), "plan": g.choice(["basic","pro"], n)})
train, prod = made(4000), made()
prod.loc[prod.site == "harbour", "visit_cost"] *= 3
prod.loc[(prod.site == "north") & (np.arange(len(prod)) % 5 == 0), "age"] = np.nan
import phoenix_lab as px
px.inspect(prod, reference=train)`]);
  await lab.runAll();
  await phoenix.open();
  await expect(phoenix.findings.first()).toBeVisible({ timeout: 180_000 });
  await page.waitForTimeout(1500);
  await page.screenshot({ path: '/tmp/w1.png' });
  const f = phoenix.findings.filter({ hasText: /Where site is harbour/ }).first();
  await f.click();
  await page.waitForTimeout(4000);
  await page.screenshot({ path: '/tmp/w2.png' });
  console.log(await phoenix.findings.allInnerTexts());
  await phoenix.findings.filter({ hasText: /Where site is north/ }).first().click();
  await page.waitForTimeout(3000);
  await page.screenshot({ path: '/tmp/w3.png' });
});
