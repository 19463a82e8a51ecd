import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ISummaryRow } from '../views/overview/rows';
import { judge } from '../views/overview/arrange';
import { DistributionSection } from '../views/column/distribution';
import {
  ALPHA,
  binsOf,
  distributionFacts,
  evenBins,
  pointsOf,
  seriesFacts,
  valuesOf
} from '../views/column/facts';
import { ThroughChart } from '../views/column/through';
import { ColumnSentence, metricForm } from '../views/column/words';
import { KindIcon, TableSwitch, useSize, VerdictMark } from '../views/parts';
import type { IAnswered, IColumnSection, IContents } from './contents';

/** A column: its distribution in both sets, and through time where there is a time. */
export function ColumnSection({
  id,
  section,
  contents,
  rows,
  trans
}: {
  id: string;
  section: IColumnSection;
  contents: IContents;
  /** The overview's. */
  rows: readonly ISummaryRow[];
  trans: TranslationBundle;
}): React.ReactElement {
  const { column, distribution, series } = section;
  const { limit, reference } = contents;
  const read = React.useMemo(() => {
    const { result } = distribution;
    const row = rows.find(one => one.column === column);
    const even =
      reference === null && row && row.kind === 'number' ? evenBins(row) : null;
    const facts = distributionFacts(result);
    return {
      row: reference === null ? null : row,
      facts,
      even,
      bins: even ?? binsOf(result),
      values: valuesOf(result),
      // As the table above judges it, corrected over all its columns.
      verdict: row
        ? judge(row, limit, ALPHA)
        : judge({ ...facts, pAdjusted: facts.p_adjusted }, limit, ALPHA)
    };
  }, [distribution, rows, reference, column, limit]);
  const { row, facts, verdict } = read;
  return (
    <article id={id} className="px-report-column px-column" aria-label={column}>
      <h3>
        <KindIcon kind={facts.kind} size={16} />
        <span className="px-code">{column}</span>
        {reference && <VerdictMark verdict={verdict} trans={trans} />}
      </h3>
      <p className="px-sentence">
        <ColumnSentence
          column={column}
          facts={facts}
          bins={read.bins}
          values={read.values}
          verdict={verdict}
          limit={limit}
          window={null}
          isPage
          summarised={row}
          trans={trans}
        />
      </p>
      <DistributionSection
        column={column}
        facts={facts}
        bins={read.bins}
        even={read.even !== null}
        values={read.values}
        verdict={verdict}
        limit={limit}
        window={null}
        rows={null}
        trans={trans}
      />
      {series && (
        <Through
          name={column}
          series={series}
          contents={contents}
          trans={trans}
        />
      )}
    </article>
  );
}

/** A column's metric through time. */
export function Through({
  name,
  series,
  contents,
  trans
}: {
  name: string;
  series: IAnswered;
  contents: IContents;
  trans: TranslationBundle;
}): React.ReactElement {
  const [measured, size] = useSize<HTMLDivElement>();
  const [asTable, setAsTable] = React.useState(false);
  const { facts, points } = React.useMemo(
    () => ({
      facts: seriesFacts(series.result),
      points: pointsOf(series.result)
    }),
    [series]
  );
  return (
    <section className="px-report-through px-column">
      <h4>
        {trans.__('Through time')}
        <span className="px-spacer" />
        <TableSwitch shown={asTable} onChange={setAsTable} trans={trans} />
      </h4>
      <div ref={measured}>
        <ThroughChart
          facts={facts}
          points={points}
          subject={{
            name,
            form: metricForm,
            missing: trans.__('Missing'),
            free: false
          }}
          primary={contents.primary.name}
          reference={contents.reference?.name ?? null}
          asTable={asTable}
          width={size.width}
          value={null}
          trans={trans}
        />
      </div>
    </section>
  );
}
