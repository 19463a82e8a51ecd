import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { EstimatedPerformance, Performance } from '../../api/contract';
import { count, pValue, share } from '../../charts/format';
import type { IInspection } from '../../tokens';
import { AnalysisProblem, InsertButton, useAnalysis } from '../parts';
import { Difference, Value } from './change';
import {
  estimatedFacts,
  estimatedOf,
  type IEstimatedFacts,
  type IEstimatedRow
} from './estimated-facts';
import type { IPerformanceFacts } from './facts';
import { metricForm, metricText, overText } from './words';

/** From this share of rows without a label on an estimate stands beside what is measured. */
const MISSING = 0.05;

/** Whether rows of the primary set wait for their labels, and something tells what to expect of them. */
export function lacksLabels(
  facts: Pick<IPerformanceFacts, 'task' | 'columns' | 'rows' | 'absent'>,
  hasScores: boolean
): boolean {
  const rows = facts.rows.primary;
  return (
    facts.task === 'classification' &&
    hasScores &&
    facts.absent.reference === null &&
    facts.rows.reference !== null &&
    rows !== null &&
    rows.missing_actual > MISSING * rows.rows
  );
}

export interface IEstimatedProps {
  inspection: IInspection;
  /** Which predictions. */
  predictions: Performance;
  /** Only the primary rows of this time. */
  window: Performance['window'];
  onInsert: (what: EstimatedPerformance) => void;
  trans: TranslationBundle;
}

/** What the metrics will be when the labels have come, if scores mean what they did; marked as estimated throughout. */
export function Estimated(props: IEstimatedProps): React.ReactElement {
  const { inspection, predictions, window, trans } = props;
  const recipe: EstimatedPerformance = {
    kind: 'estimated_performance',
    predictions,
    window,
    unit: inspection.unit
  };
  const state = useAnalysis(inspection, recipe);
  const { result, error, pending } = state;
  const read = React.useMemo(
    () =>
      result && { facts: estimatedFacts(result), rows: estimatedOf(result) },
    [result]
  );
  return (
    <section
      className="px-performance-estimated"
      aria-label={trans.__('Estimated before labels arrive')}
      aria-busy={pending}
    >
      <h4>
        {trans.__('Estimated before labels arrive')}
        {read && <span>{learntFrom(read.facts, inspection, trans)}</span>}
        <span className="px-spacer" />
        {read && read.facts.refused === null && (
          <InsertButton
            name={trans.__('Insert the estimate')}
            onInsert={() => props.onInsert(recipe)}
            trans={trans}
          />
        )}
      </h4>
      {error && (
        <AnalysisProblem error={error} retry={state.retry} trans={trans} />
      )}
      {!read && !error && (
        <p className="px-muted">
          {trans.__('Learning from the reference what scores mean…')}
        </p>
      )}
      {read && read.facts.refused !== null && (
        <p>{trans.__('Not estimated: %1.', read.facts.refused)}</p>
      )}
      {read && read.facts.refused === null && (
        <>
          <EstimatedTable
            rows={read.rows}
            facts={read.facts}
            inspection={inspection}
            isOld={pending}
            trans={trans}
          />
          <p className="px-performance-parts">
            {trans.__('Estimated, not measured: %1.', read.facts.assumption)}
            {read.facts.labels && (
              <>
                {' '}
                <span
                  className={read.facts.labels.disagree ? 'px-mod-doubt' : ''}
                >
                  {labelsText(read.facts.labels, read.facts.positive, trans)}
                </span>
              </>
            )}
          </p>
        </>
      )}
    </section>
  );
}

function EstimatedTable(props: {
  rows: readonly IEstimatedRow[];
  facts: IEstimatedFacts;
  inspection: IInspection;
  isOld: boolean;
  trans: TranslationBundle;
}): React.ReactElement {
  const { rows, facts, inspection, trans } = props;
  const isMeasured = rows.some(({ measured }) => measured.value !== null);
  const own = inspection.primary.name;
  return (
    <table
      className={`px-performance-table ${props.isOld ? 'px-mod-old' : ''}`}
      aria-label={trans.__('Estimated metrics')}
    >
      <thead>
        <tr>
          <th scope="col">{trans.__('metric')}</th>
          <th scope="col">
            {trans.__('%1, measured', inspection.reference?.name ?? '')}
          </th>
          <th scope="col">{trans.__('%1, estimated', own)}</th>
          <th scope="col">{trans.__('change')}</th>
          {isMeasured && (
            <th
              scope="col"
              title={trans.__('Of the rows that have a label already.')}
            >
              {trans.__('%1, measured', own)}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map(row => {
          const form = metricForm(row.name);
          return (
            <tr key={row.name}>
              <th scope="row">{metricText(row.name, facts, trans)}</th>
              <td>
                <Value value={row.reference} set="reference" form={form} />
              </td>
              <td className="px-mod-estimated">
                {row.estimated.value !== null && (
                  <span aria-hidden="true">≈ </span>
                )}
                <Value value={row.estimated} set="primary" form={form} />
              </td>
              <td>
                <Difference of={row} form={form} />
              </td>
              {isMeasured && (
                <td>
                  <Value value={row.measured} set="primary" form={form} />{' '}
                  <span className="px-muted">
                    {trans.__('n %1', count(row.measured.n))}
                  </span>
                </td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function learntFrom(
  { calibration, rows, unit }: IEstimatedFacts,
  { reference }: IInspection,
  trans: TranslationBundle
): string {
  return [
    trans.__(
      '%1 rows without a label by their scores, from %2 labels of %3',
      count(rows.scored - rows.labelled),
      count(calibration.n),
      reference?.name ?? ''
    ),
    overText(unit, trans.__('rows'), trans)
  ].join(' · ');
}

/** Whether the labels that have come agree with the estimate. */
export function labelsText(
  labels: NonNullable<IEstimatedFacts['labels']>,
  positive: string | null,
  trans: TranslationBundle
): string {
  const { n, came, expected, p_value, disagree } = labels;
  const what =
    labels.what === 'positive' && positive !== null
      ? trans.__('are %1', positive)
      : trans.__('were predicted right');
  return disagree
    ? trans.__(
        'Doubtful: of the %1 rows with a label %2 %3, and %4 were expected; p %5.',
        count(n),
        share(came),
        what,
        share(expected),
        pValue(p_value)
      )
    : trans.__(
        'The labels that have come agree: of %1 rows %2 %3, and %4 were expected.',
        count(n),
        share(came),
        what,
        share(expected)
      );
}
