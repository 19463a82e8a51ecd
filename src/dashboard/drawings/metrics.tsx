import * as React from 'react';

import { pValue } from '../../charts/format';
import type { IResult } from '../../tokens';
import { readPerformance } from '../../views/performance/answer';
import { ChangeMark, Difference, Value } from '../../views/performance/change';
import type { IPerformance } from '../../views/performance/answer';
import {
  besideText,
  metricForm,
  metricText
} from '../../views/performance/words';
import type { ISize } from '../../views/parts';
import type { IDrawing, IDrawingOf } from './drawing';

/** How good the predictions are, in both sets. */
export function drawMetrics(result: IResult, of: IDrawingOf): IDrawing {
  const { reference, trans } = of;
  const read = readPerformance(result);
  const { facts, metrics } = read;
  const worse = metrics.filter(({ change }) => change === 'worse').length;
  const open = metrics.some(
    ({ change }) => change === 'undecided' || change === 'moved'
  );
  const against = trans.__(
    '%1 against %2',
    facts.columns.prediction ?? facts.columns.score ?? '',
    facts.columns.actual ?? ''
  );
  const text =
    reference === null
      ? against
      : trans._n(
          '%1 metric is worse, %2',
          '%1 metrics are worse, %2',
          worse,
          against
        );
  const [first] = metrics;
  return {
    mark:
      first && reference !== null ? (
        <ChangeMark
          change={worse > 0 ? 'worse' : first.change}
          reason={first.reason}
          trans={trans}
        />
      ) : null,
    standing:
      reference === null || metrics.length === 0
        ? null
        : worse > 0
          ? 'beyond'
          : open
            ? 'open'
            : 'within',
    beside: null,
    facts: text,
    words: text,
    isList: true,
    draw: size => <List read={read} size={size} {...of} />
  };
}

function List({
  read: { facts, metrics },
  size,
  primary,
  reference,
  trans
}: IDrawingOf & {
  readonly read: IPerformance;
  readonly size: ISize;
}): React.ReactElement {
  const isWide = size.width > 440;
  return (
    <table className="px-tile-table" aria-label={trans.__('Metrics')}>
      <thead>
        <tr>
          <th scope="col">{trans.__('metric')}</th>
          {reference !== null && (
            <th scope="col" className="px-mod-number px-code">
              {reference}
            </th>
          )}
          <th scope="col" className="px-mod-number px-code">
            {primary}
          </th>
          {reference !== null && (
            <>
              <th scope="col" className="px-mod-number">
                {trans.__('change')}
              </th>
              {isWide && (
                <th scope="col" className="px-mod-number">
                  {trans.__('adj. p')}
                </th>
              )}
            </>
          )}
        </tr>
      </thead>
      <tbody>
        {metrics.map(row => {
          const form = metricForm(row.name);
          const brief = { ...form, interval: () => '' };
          return (
            <tr
              key={row.name}
              className={row.change === 'worse' ? 'px-mod-sure' : undefined}
            >
              <th scope="row">{metricText(row.name, facts, trans)}</th>
              {reference !== null && (
                <td className="px-mod-number">
                  <Value value={row.reference} set="reference" form={brief} />
                </td>
              )}
              <td className="px-mod-number">
                <Value value={row.primary} set="primary" form={brief} />
              </td>
              {reference !== null && (
                <>
                  <td className="px-mod-number">
                    <Difference
                      of={row}
                      form={form}
                      beside={besideText(row.name, facts, trans)}
                    />
                  </td>
                  {isWide && <td className="px-mod-number">{pValue(row.p)}</td>}
                </>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
