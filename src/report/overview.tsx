import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { DriftTicks } from '../charts/drift-ticks';
import { count, estimate } from '../charts/format';
import { driftAxis } from '../charts/scales';
import {
  arrange,
  judge,
  type Filter,
  type IJudged,
  type ISort
} from '../views/overview/arrange';
import { Cell, headText, ProblemCells } from '../views/overview/cells';
import {
  breadthOf,
  layoutOf,
  type IColumnLayout
} from '../views/overview/columns';
import type { ISummaryFacts } from '../views/overview/facts';
import { nextSort } from '../views/overview/head';
import { OneFrame } from '../views/overview/one-frame';
import type { ISummaryRow } from '../views/overview/rows';
import { segmentsOf } from '../views/overview/segments';
import { groupText, Sentence, whyText } from '../views/overview/words';
import {
  Glyph,
  SearchBox,
  Segmented,
  useSize,
  verdictText,
  type Verdict
} from '../views/parts';
import type { IContents } from './contents';
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
/** Width of a character of the name, and of what stands around it. */
const CODE = 7.3;
const AROUND = 44;

const BY_VERDICT: ISort = { key: 'verdict', descending: true };

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
  const judged = React.useMemo(() => {
    const named = new Set(
      compared ? facts.untested.map(({ column }) => column) : []
    );
    return rows
      .filter(row => row.problem !== null || !named.has(row.column))
      .map((row): IJudged => ({
        row,
        verdict: judge(row, limit, facts.alpha),
        limit
      }));
  }, [rows, facts, limit, compared]);
  const totals = React.useMemo(() => {
    const all: Record<Verdict, number> = {
      drift: 0,
      moved: 0,
      undecided: 0,
      none: 0,
      untested: 0
    };
    judged.forEach(({ verdict }) => (all[verdict] += 1));
    return all;
  }, [judged]);
  const wanted = React.useDeferredValue(search);
  const { lines, counts } = React.useMemo(
    () => arrange(judged, wanted, filter, sort, folded, compared),
    [judged, wanted, filter, sort, folded, compared]
  );
  const longest = React.useMemo(
    () =>
      rows.reduce(
        (most, { column }) => Math.max(most, AROUND + CODE * column.length),
        0
      ),
    [rows]
  );
  const width = Math.floor(size.width) || 900;
  const columns = React.useMemo(
    () => layoutOf(width, breadthOf(width), compared, longest),
    [width, compared, longest]
  );
  const last = columns[columns.length - 1].key;
  const axis = React.useMemo(() => {
    const drift = columns.find(({ key }) => key === 'drift');
    return driftAxis(
      judged.map(({ row }) => ({
        lower: row.lower,
        upper: row.upper ?? row.estimate
      })),
      limit,
      6,
      Math.max((drift?.width ?? 0) - 22, 20)
    );
  }, [columns, judged, limit]);
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
          <span className="px-legend">
            <i className="px-mod-reference" />
            <span className="px-code">{reference.name}</span>
            <i className="px-mod-primary" />
            <span className="px-code">{primary.name}</span>
          </span>
        )}
      </div>
      <div ref={measured}>
        <table
          className={`px-report-table px-mod-${breadthOf(width)}`}
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
                const mine = by !== null && by === sort.key;
                return (
                  <th
                    key={key}
                    scope="col"
                    className={column.right ? 'px-mod-right' : ''}
                    aria-sort={
                      mine
                        ? sort.descending
                          ? 'descending'
                          : 'ascending'
                        : undefined
                    }
                    title={key === 'p' ? (facts.adjusted ?? '') : undefined}
                  >
                    {by !== null ? (
                      <button
                        type="button"
                        className={mine ? 'px-mod-sorted' : ''}
                        onClick={() => setSort(nextSort(sort, by))}
                      >
                        {text}
                        {mine && (
                          <Glyph
                            name={sort.descending ? 'down' : 'up'}
                            size={11}
                          />
                        )}
                      </button>
                    ) : key === 'drift' ? (
                      <span className="px-report-axis">
                        {text}
                        <DriftTicks
                          axis={axis}
                          limit={limit}
                          width={column.width}
                        />
                        <b style={{ left: axis.scale(limit) }}>
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
                    <button
                      type="button"
                      aria-expanded={!line.folded}
                      onClick={() =>
                        setFolded(old => {
                          const next = new Set(old);
                          if (!next.delete(line.verdict)) {
                            next.add(line.verdict);
                          }
                          return next;
                        })
                      }
                    >
                      <Glyph name={line.folded ? 'right' : 'down'} size={11} />
                      {verdictText(line.verdict, trans)}
                      <span>{count(line.count)}</span>
                    </button>
                    <em>{groupText(line.verdict, facts, trans)}</em>
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
                  {wanted
                    ? trans.__('No column is called like “%1”.', wanted)
                    : rows.length === 0
                      ? trans.__('%1 has no columns.', primary.name)
                      : trans.__('No column here.')}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {shown.length < lines.length && (
        <button
          type="button"
          className="px-button"
          onClick={() => setWhole(true)}
        >
          {trans.__('Show %1 more', count(lines.length - shown.length))}
        </button>
      )}
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
    axis: ReturnType<typeof driftAxis>;
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
          <i className="px-report-limit" style={{ left: axis.scale(limit) }} />
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
