import { expect, test } from '../pages/fixtures';

test('JupyterLab starts without a complaint and runs the notebook', async ({
  lab
}) => {
  await lab.open('state_of_the_union.ipynb');
  await lab.menu('Run', 'Run All Cells');
  await lab.ran(lab.cellWith('train.tail'));
  await expect(lab.output(lab.code(3))).toContainText('1650 rows × 22 columns');
});
