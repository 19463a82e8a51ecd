import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Performance, Slices } from '../../api/contract';
import { count, NONE, pValue } from '../../charts/format';
import type { IChosen, IInspection, ISelection } from '../../tokens';
import {
  AnalysisProblem,
  InsertButton,
  Picker,
  RowsMenu,
  useAnalysis
} from '../parts';
import { type ISlice, type ISlicesFacts, slicesFacts } from './slices-facts';
import { type IMetricForm, metricForm } from './words';

export interface IWorstProps {
  inspection: IInspection;
  /** Which predictions. */
  predictions: Performance;
  /** What the window leaves of the rows. */
  within: readonly IChosen[];
  /** What rows meet that can be judged: the table counts those alone. */
  judged: readonly IChosen[];
  onInsert: (what: ISelection | Slices) => void;
  trans: TranslationBundle;
}

const CONDITIONS = ['1', '2', '3'] as const;
type Conditions = (typeof CONDITIONS)[number];

/** The groups of rows in which the predictions are worst, whatever describes them. */
export function Worst(props: IWorstProps): React.ReactElement {
  const { inspection, predictions, within, trans } = props;
  const [conditions, setConditions] = React.useState<Conditions>('2');
  const recipe: Slices = {
    kind: 'slices',
    predictions,
    conditions: Number(conditions),
    unit: inspection.unit,
    ...(within.length > 0
      ? {
          where: [...inspection.where, ...within].map(
            ({ condition }) => condition
          )
        }
      : {})
  };
  const state = useAnalysis(inspection, recipe);
  const facts = React.useMemo(
    () => state.result && slicesFacts(state.result),
    [state.result]
  );
  const [picked, setPicked] = React.useState<{
    slice: ISlice;
    anchor: HTMLElement;
  } | null>(null);
  return (
    <section className="px-performance-slices" aria-busy={state.pending}>
      <h4>
        {trans.__('Where it is worst')}
        {facts && <span>{searched(facts, trans)}</span>}
        <span className="px-spacer" />
        <Picker<Conditions>
          label={trans.__('Conditions')}
          value={conditions}
          shown={conditions === '1' ? '1' : trans.__('up to %1', conditions)}
          choices={CONDITIONS.map(value => ({
            value,
            label: value === '1' ? '1' : trans.__('up to %1', value)
          }))}
          onChange={setConditions}
        />
        {facts && facts.slices.length > 0 && (
          <InsertButton
            name={trans.__('Insert the search for groups')}
            onInsert={() => props.onInsert(recipe)}
            trans={trans}
          />
        )}
      </h4>
      {state.error && (
        <AnalysisProblem
          error={state.error}
          retry={state.retry}
          trans={trans}
        />
      )}
      {!facts && !state.error && (
        <p className="px-muted">
          {trans.__('Looking through groups of rows…')}
        </p>
      )}
      {facts && facts.slices.length === 0 && (
        <p className="px-muted">
          {trans.__('No group of rows stands out from the others.')}
        </p>
      )}
      {facts && facts.slices.length > 0 && (
        <SlicesTable
          facts={facts}
          reference={inspection.reference?.name ?? null}
          isOld={state.pending}
          onPick={(slice, anchor) => setPicked({ slice, anchor })}
          trans={trans}
        />
      )}
      {picked && (
        <RowsMenu
          anchor={picked.anchor}
          inspection={inspection}
          chosen={[
            ...picked.slice.where.map(condition => ({ condition })),
            ...props.judged,
            ...within
          ]}
          // The table counts those of the primary set alone.
          counts={{ primary: null, reference: null }}
          onInsert={props.onInsert}
          onClose={() => {
            setPicked(null);
            picked.anchor.focus({ preventScroll: true });
          }}
          trans={trans}
        />
      )}
    </section>
  );
}

function searched(facts: ISlicesFacts, trans: TranslationBundle): string {
  return trans.__(
    '%1 groups tried on one half of the rows, %2 stand on the other',
    count(facts.tried),
    count(facts.slices.length)
  );
}

interface ISlicesTableProps {
  facts: ISlicesFacts;
  /** Name of the reference, where there is one. */
  reference: string | null;
  isOld: boolean;
  onPick: (slice: ISlice, anchor: HTMLElement) => void;
  trans: TranslationBundle;
}

function SlicesTable(props: ISlicesTableProps): React.ReactElement {
  const { facts, reference, trans } = props;
  const form: IMetricForm = metricForm(facts.isShare ? 'accuracy' : 'mae');
  const wasThere = facts.slices.some(({ before }) => before !== null);
  const half = trans.__(
    'Measured on the half of the rows on which the groups were not searched for.'
  );
  const what = facts.isShare ? trans.__('wrong') : trans.__('abs. error');
  return (
    <table
      className={`px-performance-table ${props.isOld ? 'px-mod-old' : ''}`}
      aria-label={trans.__('Where it is worst')}
    >
      <thead>
        <tr>
          <th scope="col">{trans.__('group')}</th>
          <th scope="col" title={half}>
            {what}
          </th>
          <th scope="col" title={half}>
            {trans.__('elsewhere')}
          </th>
          <th scope="col" title={trans.__('with its 90 % interval')}>
            {trans.__('difference')}
          </th>
          <th scope="col" title={facts.adjusted}>
            {trans.__('adj. p')}
          </th>
          {wasThere && (
            <th
              scope="col"
              title={trans.__('The same group in %1', reference ?? '')}
            >
              {trans.__('in %1', reference ?? '')}
            </th>
          )}
          <th scope="col" className="px-performance-n">
            {trans.__('n')}
          </th>
        </tr>
      </thead>
      <tbody>
        {facts.slices.map(slice => (
          <tr key={slice.words}>
            <th scope="row">
              <button
                type="button"
                className="px-row-pick"
                aria-haspopup="listbox"
                title={trans.__('What can be done with these rows')}
                onClick={event => props.onPick(slice, event.currentTarget)}
              >
                {slice.words}
              </button>
            </th>
            <td>{form.value(slice.inside)}</td>
            <td>{form.value(slice.outside)}</td>
            <td>
              {form.difference(slice.difference)}{' '}
              <span className="px-muted">
                {form.differenceInterval(slice.lower, slice.upper)}
              </span>
            </td>
            <td>{pValue(slice.p)}</td>
            {wasThere && (
              <td className="px-mod-reference">
                {slice.before === null ? NONE : form.value(slice.before)}
              </td>
            )}
            <td className="px-performance-n">
              {count(slice.n)}{' '}
              <span className="px-muted" title={half}>
                {trans.__('%1 measured', count(slice.measured))}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
