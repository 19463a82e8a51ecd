import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../charts/format';
import { findingsFacts } from '../model/findings';
import type { ISummaryFacts } from '../views/overview/facts';
import type { ISummaryRow } from '../views/overview/rows';
import type { IContents } from './contents';
import { More } from './more';

interface ILeft {
  readonly what: string;
  readonly why: string;
}

/** Of more columns than these the others are behind a button. */
const SHOWN = 30;

/** What the report does not tell, and why. */
export function LeftOut({
  contents,
  facts,
  rows,
  trans
}: {
  contents: IContents;
  facts: ISummaryFacts;
  rows: readonly ISummaryRow[];
  trans: TranslationBundle;
}): React.ReactElement {
  const left = React.useMemo((): ILeft[] => {
    return [
      ...contents.leftOut,
      ...(contents.findings
        ? findingsFacts(contents.findings.result).leftOut.map(
            ({ what, why }) => ({
              what: trans.__('findings: %1', what),
              why:
                why === 'time'
                  ? trans.__('the time that findings may take was over')
                  : why
            })
          )
        : []),
      ...rows.flatMap(({ column, problem }) =>
        problem === null
          ? []
          : [{ what: column, why: trans.__('not read: %1', problem) }]
      ),
      ...facts.untested.map(({ column, why }) => ({
        what: column,
        why: contents.reference ? trans.__('not tested: %1', why) : why
      })),
      ...(contents.maps.length === 0
        ? [
            {
              what: trans.__('map'),
              why: trans.__('there is no column of embeddings that was mapped')
            }
          ]
        : []),
      ...contents.maps.flatMap(({ embedding, points }) =>
        points.drawn < points.of
          ? [
              {
                what: trans.__('points of %1', embedding),
                why: trans.__(
                  '%1 of %2 are drawn, a sample by chance; shares and tests count all',
                  count(points.drawn),
                  count(points.of)
                )
              }
            ]
          : []
      ),
      ...(contents.texts
        ? []
        : [
            {
              what: trans.__('texts of rows'),
              why: trans.__('a report travels; texts=True puts them in')
            }
          ])
    ];
  }, [contents, facts, rows, trans]);
  const [isWhole, setWhole] = React.useState(false);
  const shown = isWhole ? left : left.slice(0, SHOWN);
  return (
    <>
      <ul className="px-report-left">
        {shown.map(({ what, why }, i) => (
          <li key={i}>
            <b>{what}</b> <span className="px-muted">{why}</span>
          </li>
        ))}
      </ul>
      <More
        n={left.length - shown.length}
        onShow={() => setWhole(true)}
        trans={trans}
      />
    </>
  );
}
