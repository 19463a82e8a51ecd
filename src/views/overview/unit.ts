import type { TranslationBundle } from '@jupyterlab/translation';

import { count, measure } from '../../charts/format';
import type { IChoice } from '../parts';
import type { ISummaryFacts } from './facts';
import type { ISummaryRow } from './rows';

/** More choices than this are not read by anybody; the search is for those. */
const MOST = 60;

/**
 * Columns that could group rows which are alike: those with fewer values than rows, the likely ones first.
 *
 * @param chosen - The unit in force, always among the choices.
 */
export function unitChoices(
  rows: readonly ISummaryRow[],
  facts: ISummaryFacts | null,
  chosen: string | null,
  trans: TranslationBundle
): IChoice<string | null>[] {
  const correlated = facts?.correlated ?? null;
  const fitting = rows.filter(row => {
    const { primary: distinct } = row.distinct;
    const n = row.n.primary ?? 0;
    return (
      row.problem === null &&
      row.kind !== 'vector' &&
      row.column !== chosen &&
      row.column !== correlated?.column &&
      row.role !== 'raw_data' &&
      row.role !== 'timestamp' &&
      distinct !== null &&
      distinct > 1 &&
      distinct <= n * 0.7 &&
      // A number with decimals, a prediction or a truth is measured on rows; it doesn't group them.
      !(row.kind === 'number' && !/int/i.test(row.dtype)) &&
      !/^(prediction|actual)_(label|score)$/.test(row.role)
    );
  });
  const likely = (row: ISummaryRow) =>
    (row.role === 'tag' || row.role === 'prediction_id' ? 2 : 0) +
    (/(^|_)(id|key|user|session|doc|document|address|customer|day|date)s?$/i.test(
      row.column
    )
      ? 2
      : 0) +
    (row.kind === 'category' || row.kind === 'text' ? 1 : 0);
  const choices: IChoice<string | null>[] = [
    {
      value: null,
      label: trans.__('none'),
      detail: trans.__('Every row counts by itself.')
    }
  ];
  const detail = (row: ISummaryRow | undefined) =>
    row
      ? trans._n(
          '%2 value among %3 rows',
          '%2 values among %3 rows',
          row.distinct.primary ?? 0,
          count(row.distinct.primary),
          count(row.n.primary)
        )
      : undefined;
  if (chosen !== null) {
    const row = rows.find(r => r.column === chosen);
    choices.push({ value: chosen, label: chosen, detail: detail(row) });
  }
  if (correlated && correlated.column !== chosen) {
    choices.push({
      value: correlated.column,
      label: correlated.column,
      detail: trans.__(
        'Its rows are alike (%1): proposed.',
        measure(correlated.icc)
      )
    });
  }
  for (const row of [...fitting]
    .sort((a, b) => likely(b) - likely(a) || a.position - b.position)
    .slice(0, MOST)) {
    choices.push({ value: row.column, label: row.column, detail: detail(row) });
  }
  return choices;
}
