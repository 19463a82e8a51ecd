import { expect, test } from '../pages/fixtures';

const MAKE = [
  'import numpy as np, pandas as pd, sklearn.datasets',
  'digits = sklearn.datasets.load_digits()',
  'photo = sklearn.datasets.__path__[0] + "/images/china.jpg"',
  'pictures = pd.DataFrame({"vector": list(digits.data[:400]), "look": list(digits.images[:400])})',
  'pictures["look"] = pictures["look"].astype(object)',
  'pictures.at[0, "look"] = {"path": photo}',
  'pictures.at[1, "look"] = b"no image"',
  'pictures.at[2, "look"] = {"path": "https://example.invalid/a.png"}'
].join('\n');

test('Rows show their pictures in the list, at their point and in a gallery', async ({
  lab,
  phoenix
}, info) => {
  const { page } = lab;
  await lab.openNew('images.ipynb', [MAKE, 'pictures']);
  await lab.runAll();
  await phoenix.open();
  await phoenix.inspect('pictures');
  await phoenix.column('vector').click();
  await phoenix.mapReady();
  const row = (n: number) =>
    phoenix.tray.getByRole('img', { name: new RegExp(`row ${n}(:|$)`) });
  await expect(row(3)).toHaveJSProperty('naturalWidth', 8);
  // A large photograph comes down to what is looked at.
  await expect(row(0)).toHaveJSProperty('naturalWidth', 320);
  await expect(row(1)).toHaveAccessibleName(/no image/);
  await expect(row(2)).toHaveAccessibleName(/on another machine/);
  await expect(phoenix.tray).toContainText(
    '1 image is on another machine, which has not been asked.'
  );
  await page.screenshot({ path: info.outputPath('rows.png') });
  await phoenix.tray.getByRole('button', { name: 'Ask them' }).click();
  await expect(row(2)).toHaveAccessibleName(/example.invalid is not known/);
  await phoenix.tray.getByRole('button', { name: 'Gallery' }).click();
  const gallery = phoenix.tray.getByRole('list', { name: 'Gallery' });
  await gallery.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(gallery.locator('.px-mod-on')).toContainText('1');
  await expect(row(5)).toHaveJSProperty('naturalWidth', 8);
  await page.screenshot({ path: info.outputPath('gallery.png') });
  await phoenix.map.focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tooltip').getByRole('img')).toHaveJSProperty(
    'complete',
    true
  );
  await page.screenshot({ path: info.outputPath('tip.png') });
});
