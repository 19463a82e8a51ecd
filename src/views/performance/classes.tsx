import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { Picker } from '../parts';
import type { IClassRow, IPerformanceFacts } from './facts';
import { changeOf, limitText, type Limits } from './limits';
import { ComparedTable } from './metrics';
import { metricForm } from './words';

type ClassMetric = IClassRow['metric'];

export interface IClassesProps {
  rows: readonly IClassRow[];
  limits: Limits;
  facts: IPerformanceFacts;
  trans: TranslationBundle;
}

/** One number of every class, whatever they are averaged to. */
export function Classes(props: IClassesProps): React.ReactElement {
  const { rows, limits, facts, trans } = props;
  const [metric, setMetric] = React.useState<ClassMetric>('f1');
  const shown = rows
    .filter(row => row.metric === metric)
    .map(row => ({
      ...row,
      change: changeOf(
        row,
        'high',
        limits[metric] ?? row.limit ?? 0,
        facts.alpha
      )
    }));
  const limit = limits[metric] ?? shown[0]?.limit ?? null;
  const form = metricForm(metric);
  const left = facts.classes.length - shown.length;
  return (
    <section className="px-performance-classes">
      <h4>
        {trans.__('By class')}
        <span>
          {[
            facts.of_classes?.adjusted,
            facts.reference && limit !== null
              ? trans.__('matters from %1', limitText(form, limit))
              : null
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span className="px-spacer" />
        <Picker<ClassMetric>
          label={trans.__('Metric')}
          value={metric}
          choices={[
            {
              value: 'f1',
              label: trans.__('F1'),
              detail: trans.__('Harmonic mean of precision and recall.')
            },
            {
              value: 'precision',
              label: trans.__('Precision'),
              detail: trans.__(
                'Of the rows said to be of the class, the share that is.'
              )
            },
            {
              value: 'recall',
              label: trans.__('Recall'),
              detail: trans.__(
                'Of the rows of the class, the share that is found.'
              )
            }
          ]}
          onChange={setMetric}
        />
      </h4>
      <ComparedTable
        rows={shown}
        head={trans.__('class')}
        label={trans.__('By class')}
        nameOf={row => row.name}
        formOf={() => form}
        isDrawn={() => true}
        isOld={() => false}
        limitOf={() => limit}
        facts={{ ...facts, adjusted: facts.of_classes?.adjusted ?? null }}
        trans={trans}
      />
      {left > 0 && (
        <p className="px-muted">
          {trans.__(
            'The %1 most frequent of %2 classes.',
            count(shown.length),
            count(facts.classes.length)
          )}
        </p>
      )}
    </section>
  );
}
