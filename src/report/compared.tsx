import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, estimate, isoSpan, measure, MONTHS } from '../charts/format';
import type { ISummaryFacts } from '../views/overview/facts';
import { SetMark } from '../views/parts';
import type { IContents } from './contents';

/** What the numbers are of: the sets, when, by what, and what the file holds of the rows. */
export function Compared({
  contents,
  facts,
  trans
}: {
  contents: IContents;
  facts: ISummaryFacts;
  trans: TranslationBundle;
}): React.ReactElement {
  const { reference } = contents;
  const sets = (['primary', 'reference'] as const).flatMap(set => {
    const one = contents[set];
    return one ? [{ set, ...one, span: facts[set]?.span ?? null }] : [];
  });
  const { unit, correlated } = facts;
  return (
    <>
      <div
        className="px-report-scroll"
        role="region"
        aria-label={trans.__('Sets')}
        tabIndex={0}
      >
        <table className="px-report-sets">
          <thead>
            <tr>
              <th scope="col">{trans.__('Set')}</th>
              <th scope="col">{trans.__('Role')}</th>
              <th scope="col">{trans.__('Rows')}</th>
              <th scope="col">{trans.__('Columns')}</th>
              <th scope="col">{trans.__('From – to')}</th>
            </tr>
          </thead>
          <tbody>
            {sets.map(({ set, name, rows, columns, span }) => (
              <tr key={set}>
                <th scope="row">
                  <SetMark set={set} /> <span className="px-code">{name}</span>
                </th>
                <td>
                  {set === 'primary'
                    ? trans.__('primary: what is looked at')
                    : trans.__('reference: what it is compared with')}
                </td>
                <td>{count(rows)}</td>
                <td>{count(columns)}</td>
                <td>{isoSpan(span) ?? '—'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        {trans.__(
          'Made on %1 by phoenix_lab %2.',
          madeText(contents.made),
          contents.version
        )}{' '}
        {reference &&
          trans.__(
            'Drift matters from PSI %1 on; intervals are 90 %.',
            estimate(contents.limit)
          )}{' '}
        {reference &&
          (unit
            ? trans.__(
                'Rows of one %1 may be alike, so tests shuffle whole ones, %2 of %3 and %4 of %5, rather than rows.',
                unit.column,
                count(unit.n_primary),
                contents.primary.name,
                count(unit.n_reference),
                reference.name
              )
            : correlated
              ? trans.__(
                  'Rows of one %1 are alike (correlation %2). The numbers below take each row for itself, so intervals are too narrow and p-values too small: a report with unit="%1" would not.',
                  correlated.column,
                  measure(correlated.icc)
                )
              : trans.__('Each row counts as independent of the others.'))}
      </p>
      <p className="px-muted">
        {contents.texts
          ? trans.__(
              'This file holds texts of rows, because whoever made it said so (texts=True): think before you pass it on.'
            )
          : trans.__(
              'This file holds no texts of rows. It holds counts, quantiles, the frequent values of columns with their smallest and largest, and the words that clusters are named by.'
            )}
      </p>
    </>
  );
}

/** "30 Nov 2026, 08:13 (UTC+01:00)": by the clock of whoever made it. */
export function madeText(made: string): string {
  const [, year, month, day, time, zone] =
    /^(\d+)-(\d+)-(\d+)T(\d+:\d+).*?(Z|[+-]\d+:\d+)$/.exec(made) ?? [];
  return year === undefined
    ? made
    : `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}, ${time} (UTC${/^(Z|.00:00)$/.test(zone) ? '' : zone})`;
}
