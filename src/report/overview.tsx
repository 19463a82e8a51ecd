import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { DriftTicks } from '../charts/drift-ticks';
import { estimate } from '../charts/format';
import type { IDriftAxis } from '../charts/scales';
import {
  arrange,
  BY_VERDICT,
  judge,
  judgeAll,
  type Filter,
  type IJudged,
  type ISort
} from '../views/overview/arrange';
import { Cell, headText, ProblemCells } from '../views/overview/cells';
import {
  axisOf,
  breadthOf,
  layoutOf,
  nameWidth,
  type IColumnLayout
} from '../views/overview/columns';
import type { ISummaryFacts } from '../views/overview/facts';
import { GroupHead } from '../views/overview/group-head';
import { OneFrame } from '../views/overview/one-frame';
import type { ISummaryRow } from '../views/overview/rows';
import { segmentsOf } from '../views/overview/segments';
import { SetLegend } from '../views/overview/set-legend';
import { ariaSort, SortButton } from '../views/overview/sort-button';
import { tallyOf } from '../views/overview/tally';
import { emptyText, Sentence, whyText } from '../views/overview/words';
import {
  SearchBox,
  Segmented,
  toggled,
  useSize,
  type Verdict
} from '../views/parts';
import type { IContents } from './contents';
import { More } from './more';
import { placeOf } from './places';

interface IProps {
  contents: IContents;
  facts: ISummaryFacts;
  rows: readonly ISummaryRow[];
  trans: TranslationBundle;
}

/** From so many columns on, groups of which nothing is to be done begin folded. */
const MANY = 60;
/** So many lines are shown at first: a page of thousands is slow to lay out. */
const SHOWN = 150;

/** One row a column, as the overview in JupyterLab has it, to be sorted and searched. */
export function Overview({
  contents,
  facts,
  rows,
  trans
}: IProps): React.ReactElement {
  const { limit, primary, reference } = contents;
  const compared = reference !== null;
  const [measured, size] = useSize<HTMLDivElement>();
  const root = React.useRef<HTMLDivElement>(null);
  const [search, setSearch] = React.useState('');
  const [filter, setFilter] = React.useState<Filter>('all');
  const [sort, setSort] = React.useState<ISort>(BY_VERDICT);
  const [folded, setFolded] = React.useState<ReadonlySet<Verdict>>(
    () => new Set(rows.length > MANY ? ['none', 'untested'] : [])
  );
  const [isWhole, setWhole] = React.useState(false);
  const judged = React.useMemo(
    () => judgeAll(rows, facts, limit, compared),
    [rows, facts, limit, compared]
  );
  const totals = React.useMemo(
    () => tallyOf(judged, facts.alpha),
    [judged, facts.alpha]
  );
  const wanted = React.useDeferredValue(search);
  const { lines, counts } = React.useMemo(
    () => arrange(judged, wanted, filter, sort, folded, compared),
    [judged, wanted, filter, sort, folded, compared]
  );
  const longest = React.useMemo(
    () =>
      rows.reduce((most, { column }) => Math.max(most, nameWidth(column)), 0),
    [rows]
  );
  const width = Math.floor(size.width) || 900;
  const breadth = breadthOf(width);
  const columns = React.useMemo(
    () => layoutOf(width, breadth, compared, longest),
    [width, breadth, compared, longest]
  );
  const last = columns[columns.length - 1].key;
  const axis = React.useMemo(
    () => axisOf(judged, columns, limit),
    [judged, columns, limit]
  );
  const shown = isWhole ? lines : lines.slice(0, SHOWN);
  return (
    <div ref={root}>
      <p className="px-sentence">
        {compared ? (
          <Sentence
            counts={totals}
            rows={rows}
            facts={facts}
            limit={limit}
            verdictOf={row => judge(row, limit, facts.alpha)}
            trans={trans}
          />
        ) : (
          <OneFrame
            rows={rows}
            empty={primary.rows === 0}
            name={primary.name}
            isPage
            trans={trans}
          />
        )}
      </p>
      <div className="px-report-tools">
        <SearchBox
          value={search}
          onChange={setSearch}
          label={trans.__('Find a column')}
          scope={root}
          trans={trans}
        />
        <Segmented<Filter>
          label={trans.__('Show')}
          value={filter}
          segments={segmentsOf(counts, compared, trans)}
          onChange={setFilter}
        />
        {compared && (
          <SetLegend primary={primary.name} reference={reference.name} />
        )}
      </div>
      <div ref={measured}>
        <table
          className={`px-report-table px-mod-${breadth}`}
          aria-label={trans.__('Columns')}
        >
          <colgroup>
            {columns.map(({ key, width: wide }) => (
              // What is left is the last one's, be it less than it would like.
              <col
                key={key}
                style={key === last ? undefined : { width: wide }}
              />
            ))}
          </colgroup>
          <thead>
            <tr>
              {columns.map(column => {
                const { key, sort: by } = column;
                const text = headText(column, trans);
                return (
                  <th
                    key={key}
                    scope="col"
                    className={column.right ? 'px-mod-right' : ''}
                    aria-sort={ariaSort(sort, by)}
                    title={key === 'p' ? (facts.adjusted ?? '') : undefined}
                  >
                    {by !== null ? (
                      <SortButton by={by} sort={sort} onSort={setSort}>
                        {text}
                      </SortButton>
                    ) : key === 'drift' ? (
                      <span className="px-report-axis">
                        {text}
                        <DriftTicks
                          axis={axis}
                          limit={limit}
                          width={column.width}
                        />
                        <b
                          className="px-limit-tag"
                          style={{ left: axis.scale(limit) }}
                        >
                          {estimate(limit)}
                        </b>
                      </span>
                    ) : (
                      text
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {shown.map(line =>
              line.type === 'group' ? (
                <tr key={`group ${line.verdict}`} className="px-report-group">
                  <th colSpan={columns.length} scope="rowgroup">
                    <GroupHead
                      group={line}
                      facts={facts}
                      isBrief={breadth === 'narrow'}
                      onFold={() =>
                        setFolded(old => toggled(old, line.verdict))
                      }
                      trans={trans}
                    />
                  </th>
                </tr>
              ) : (
                <Line
                  key={`row ${line.judged.row.column}`}
                  judged={line.judged}
                  columns={columns}
                  axis={axis}
                  place={placeOf(contents, line.judged.row.column)}
                  compared={compared}
                  alpha={facts.alpha}
                  limit={limit}
                  trans={trans}
                />
              )
            )}
            {lines.length === 0 && (
              <tr>
                <td colSpan={columns.length} className="px-muted">
                  {emptyText(rows, primary.name, wanted, trans)}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      <More
        n={lines.length - shown.length}
        onShow={() => setWhole(true)}
        trans={trans}
      />
      {compared && facts.adjusted !== null && (
        <p className="px-report-note">
          {trans.__('p is corrected %1.', facts.adjusted)}
        </p>
      )}
    </div>
  );
}

/** A column's line; its name leads to its section where it has one. */
const Line = React.memo(
  ({
    judged,
    columns,
    axis,
    place,
    compared,
    alpha,
    limit,
    trans
  }: {
    judged: IJudged;
    columns: readonly IColumnLayout[];
    axis: IDriftAxis;
    place: string | null;
    compared: boolean;
    alpha: number;
    limit: number;
    trans: TranslationBundle;
  }): React.ReactElement => {
    const { row, verdict } = judged;
    const cell = (column: IColumnLayout): React.ReactElement => (
      <div className={`px-cell px-cell-${column.key}`}>
        {column.key === 'drift' && (
          <i className="px-limit-dash" style={{ left: axis.scale(limit) }} />
        )}
        <Cell
          judged={judged}
          column={column}
          axis={axis}
          alpha={alpha}
          compared={compared}
          trans={trans}
        />
      </div>
    );
    const [name, ...others] = columns;
    return (
      <tr className={`px-report-row px-mod-${verdict}`}>
        <th scope="row">
          {place === null ? cell(name) : <a href={`#${place}`}>{cell(name)}</a>}
        </th>
        {row.problem !== null ? (
          <td colSpan={others.length}>
            <ProblemCells row={row} trans={trans} />
          </td>
        ) : (
          others.map(column => (
            <td
              key={column.key}
              className={column.right ? 'px-mod-right' : ''}
              title={
                column.key === 'verdict'
                  ? whyText(row, verdict, limit, trans)
                  : undefined
              }
            >
              {cell(column)}
            </td>
          ))
        )}
      </tr>
    );
  }
);
