import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, NONE, pValue } from '../../charts/format';
import { Picker, whyUnsure } from '../parts';
import { ChangeMark, ChangeWhisker, Difference, mostOf, Value } from './change';
import type { ICompared, IMetric, IPerformanceFacts } from './facts';
import { LimitField, type Limits } from './limits';
import { Pairing } from './pairing';
import {
  averageDetail,
  besideText,
  type IMetricForm,
  metricDetail,
  metricForm,
  metricText,
  overText
} from './words';

export interface IComparedTableProps<T extends ICompared> {
  rows: readonly T[];
  /** Heads the first column. */
  head: string;
  nameOf: (row: T) => string;
  titleOf?: (row: T) => string;
  formOf: (row: T) => IMetricForm;
  /** Stands where there is no change to tell. */
  besideOf?: (row: T) => string | null;
  /** Rows that are drawn on the axis of changes; those in other units are not. */
  isDrawn: (row: T) => boolean;
  /** How much a row has to change before that matters. */
  limitOf: (row: T) => number | null;
  /** The limit of a row, to be moved. */
  limitField?: (row: T) => React.ReactNode;
  /** Rows whose numbers are about to be replaced. */
  isOld: (row: T) => boolean;
  facts: IPerformanceFacts;
  label: string;
  /** Do something with the rows behind a row of the table. */
  onPick?: (row: T, anchor: Element) => void;
  /** A row that somebody pointed at from elsewhere, and how often somebody did: it is marked, and comes into sight. */
  pointed?: { readonly isOf: (row: T) => boolean; readonly times: number };
  /** Whether anything says which rows those are. */
  canPick?: (row: T) => boolean;
  trans: TranslationBundle;
}

/** Numbers of both sets, and what became of them. */
export function ComparedTable<T extends ICompared>(
  props: IComparedTableProps<T>
): React.ReactElement {
  const { rows, facts, onPick, trans } = props;
  const isCompared = facts.reference !== null;
  const most = mostOf(rows.filter(props.isDrawn));
  const body = React.useRef<HTMLTableSectionElement>(null);
  const { isOf = null, times = 0 } = props.pointed ?? {};
  const isThere = isOf !== null && rows.some(isOf);
  React.useEffect(() => {
    if (isThere && times > 0) {
      body.current
        ?.querySelector('.px-mod-pointed')
        ?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [isThere, times]);
  return (
    <table
      className={`px-performance-table ${isCompared ? '' : 'px-mod-alone'}`}
      aria-label={props.label}
    >
      <thead>
        <tr>
          <th scope="col">{props.head}</th>
          {isCompared && (
            <th scope="col" className="px-code">
              {facts.reference?.name}
            </th>
          )}
          <th scope="col" className="px-code">
            {facts.primary?.name}
          </th>
          {isCompared && (
            <th scope="col" aria-hidden="true" className="px-mod-drawn" />
          )}
          {isCompared && <th scope="col">{trans.__('change')}</th>}
          {isCompared && props.limitField && (
            <th
              scope="col"
              className="px-mod-limit"
              title={trans.__(
                'A change within this much either way does not matter.'
              )}
            >
              {trans.__('matters from')}
            </th>
          )}
          {isCompared && (
            <th
              scope="col"
              title={
                facts.adjusted === null
                  ? undefined
                  : trans.__(
                      '%1. Findings corrects over all that it looked at, so p is larger there.',
                      facts.adjusted
                    )
              }
            >
              {trans.__('adj. p')}
            </th>
          )}
          {isCompared && (
            <th scope="col" className="px-mod-word">
              <span className="px-hidden">{trans.__('Verdict')}</span>
            </th>
          )}
          <th scope="col" className="px-performance-n">
            {trans.__('n')}
          </th>
        </tr>
      </thead>
      <tbody ref={body}>
        {rows.map((row, i) => {
          const form = props.formOf(row);
          const isPointed = isOf?.(row) ?? false;
          return (
            <tr
              key={i}
              className={`${props.isOld(row) ? 'px-mod-old' : ''} ${isPointed ? 'px-mod-pointed' : ''}`}
              aria-current={isPointed || undefined}
            >
              <th scope="row" title={props.titleOf?.(row)}>
                {onPick && (props.canPick?.(row) ?? true) ? (
                  <button
                    type="button"
                    className="px-row-pick"
                    aria-haspopup="listbox"
                    title={trans.__('What can be done with these rows')}
                    onClick={event => onPick(row, event.currentTarget)}
                  >
                    {props.nameOf(row)}
                  </button>
                ) : (
                  props.nameOf(row)
                )}
              </th>
              {isCompared && (
                <td>
                  <Value value={row.reference} set="reference" form={form} />
                </td>
              )}
              <td>
                <Value value={row.primary} set="primary" form={form} />
              </td>
              {isCompared && (
                <td className="px-mod-drawn" aria-hidden="true">
                  {props.isDrawn(row) && (
                    <ChangeWhisker
                      row={row}
                      most={most}
                      limit={props.limitOf(row)}
                    />
                  )}
                </td>
              )}
              {isCompared && (
                <td title={row.reason ?? undefined}>
                  <Difference
                    of={row}
                    form={form}
                    beside={props.besideOf?.(row)}
                  />
                </td>
              )}
              {isCompared && props.limitField && (
                <td className="px-mod-limit">{props.limitField(row)}</td>
              )}
              {isCompared && (
                <td title={row.reason ?? undefined}>
                  {row.p === null ? (
                    <span className="px-faint">{NONE}</span>
                  ) : (
                    pValue(row.p)
                  )}
                </td>
              )}
              {isCompared && (
                <td className="px-mod-word">
                  <ChangeMark
                    change={row.change}
                    reason={row.reason}
                    needed={row.needed}
                    unit={facts.unit?.column}
                    why={whyUnsure(
                      row,
                      !['undecided', 'none'].includes(row.change),
                      facts.adjusted,
                      trans
                    )}
                    trans={trans}
                  />
                </td>
              )}
              <td className="px-performance-n">
                {isCompared && (
                  <span className="px-mod-reference">
                    {count(row.reference.n)}
                  </span>
                )}{' '}
                <span className="px-mod-primary">{count(row.primary.n)}</span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export interface IMetricTableProps extends Pick<
  IComparedTableProps<IMetric>,
  'facts' | 'isOld' | 'limitOf' | 'limitField' | 'pointed' | 'trans'
> {
  metrics: readonly IMetric[];
}

/** The table of the metrics of predictions. */
export function MetricTable({
  metrics,
  facts,
  trans,
  ...others
}: IMetricTableProps): React.ReactElement {
  return (
    <ComparedTable
      {...others}
      rows={metrics}
      head={trans.__('metric')}
      label={trans.__('Metrics')}
      nameOf={row => metricText(row.name, facts, trans)}
      titleOf={row => metricDetail(row.name, facts, trans)}
      besideOf={row => besideText(row.name, facts, trans)}
      formOf={row => metricForm(row.name)}
      // Numbers from 0 to 1 share an axis; a loss or an error has a unit of its own.
      isDrawn={row =>
        facts.task === 'classification' && row.name !== 'log_loss'
      }
      facts={facts}
      trans={trans}
    />
  );
}

/** What holds for all of the numbers: over what their intervals are, and how p is corrected. */
export function MetricsHead({
  facts,
  rows,
  children,
  trans
}: {
  facts: Pick<IPerformanceFacts, 'unit' | 'adjusted'>;
  /** What the intervals are over where there is no unit. */
  rows: string;
  children?: React.ReactNode;
  trans: TranslationBundle;
}): React.ReactElement {
  return (
    <h4>
      {trans.__('Metrics')}
      <span>
        {[overText(facts.unit, rows, trans), facts.adjusted]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {children}
    </h4>
  );
}

type Average = NonNullable<IPerformanceFacts['average']>;

const AVERAGES: readonly Average[] = ['macro', 'weighted', 'micro'];

export interface IMetricsProps {
  metrics: readonly IMetric[];
  facts: IPerformanceFacts;
  /** Whether the numbers that move with the threshold are on their way. */
  waits: boolean;
  isApart: boolean;
  onApart: (isApart: boolean) => void;
  onAverage: (average: Average) => void;
  limits: Limits;
  /** The metric that a finding is about, and how often one was opened. */
  pointed: { readonly metric: string | null; readonly times: number };
  /** A limit was moved; null puts it back. */
  onLimit: (metric: string, limit: number | null) => void;
  trans: TranslationBundle;
}

/** Every metric. */
export function Metrics(props: IMetricsProps): React.ReactElement {
  const { metrics, facts, waits, trans } = props;
  const limitOf = ({ name, limit }: IMetric): number | null =>
    props.limits[name] ?? limit;
  return (
    <section className="px-performance-metrics" aria-busy={waits}>
      <MetricsHead facts={facts} rows={trans.__('rows')} trans={trans}>
        {facts.average !== null && (
          <Picker<Average>
            label={trans.__('Average')}
            quiet
            value={facts.average}
            choices={AVERAGES.map(average => ({
              value: average,
              label: average,
              detail: averageDetail(average, trans)
            }))}
            onChange={props.onAverage}
          />
        )}
        <Pairing
          facts={facts}
          isApart={props.isApart}
          onApart={props.onApart}
          trans={trans}
        />
      </MetricsHead>
      <MetricTable
        metrics={metrics}
        pointed={{
          isOf: ({ name }) => name === props.pointed.metric,
          times: props.pointed.times
        }}
        isOld={row => waits && row.isThresholded}
        limitOf={limitOf}
        limitField={row =>
          row.limit !== null &&
          row.p !== null && (
            <LimitField
              metric={row.name}
              name={metricText(row.name, facts, trans)}
              limit={limitOf(row) ?? row.limit}
              usual={row.limit}
              onChange={limit => props.onLimit(row.name, limit)}
              trans={trans}
            />
          )
        }
        facts={facts}
        trans={trans}
      />
    </section>
  );
}
