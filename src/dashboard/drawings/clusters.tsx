import * as React from 'react';

import {
  count,
  estimate,
  interval,
  measure,
  points,
  pointsInterval,
  pValue,
  share
} from '../../charts/format';
import type { IResult } from '../../tokens';
import {
  changed,
  type ICluster,
  mapFacts,
  NOISE,
  readClusters,
  sortClusters,
  verdictAt
} from '../../views/embedding/facts';
import { type ISize, verdictText, VerdictMark } from '../../views/parts';
import type { IDrawing, IDrawingOf } from './drawing';
import { standingOf } from './standing';

/** The clusters of a map, those whose share changed first. */
export function drawClusters(result: IResult, of: IDrawingOf): IDrawing {
  const { limit, reference, focus, trans } = of;
  const { drift } = mapFacts(result);
  const all = sortClusters(readClusters(result), 'change').filter(
    ({ cluster }) => cluster !== NOISE
  );
  const pinned =
    focus === null ? null : (all.find(({ name }) => name === focus) ?? null);
  const rows = pinned ? [pinned, ...all.filter(c => c !== pinned)] : all;
  const verdict = drift && reference !== null ? verdictAt(drift, limit) : null;
  const sure = all.filter(changed).length;
  const clusters = trans._n('%1 cluster changed', '%1 clusters changed', sure);
  const beside =
    verdict !== null && verdict !== 'drift' && sure > 0 ? clusters : null;
  const numbers =
    drift === null || reference === null
      ? trans._n('%1 cluster', '%1 clusters', all.length)
      : [
          ...(drift.auc === null
            ? []
            : [trans.__('AUC %1 held out', measure(drift.auc))]),
          `PSI ${estimate(drift.estimate)} ${interval(drift.lower, drift.upper)}`,
          ...(beside ? [] : [clusters])
        ].join(' · ');
  const facts =
    focus !== null && !pinned
      ? trans.__('%1 · no cluster is called “%2” now', numbers, focus)
      : numbers;
  return {
    mark: verdict && <VerdictMark verdict={verdict} trans={trans} />,
    standing: verdict && standingOf(verdict),
    beside,
    facts,
    words: [verdict && verdictText(verdict, trans), facts, beside]
      .filter(Boolean)
      .join(', '),
    isList: true,
    draw: size => <List rows={rows} pinned={pinned} size={size} {...of} />
  };
}

function List({
  rows,
  pinned,
  size,
  primary,
  reference,
  trans
}: IDrawingOf & {
  readonly rows: readonly ICluster[];
  readonly pinned: ICluster | null;
  readonly size: ISize;
}): React.ReactElement {
  const longest = Math.max(
    ...rows.flatMap(c => [c.primary.value ?? 0, c.reference.value ?? 0]),
    1e-6
  );
  const isWide = size.width > 420;
  const sets = reference === null ? (['primary'] as const) : SETS;
  return (
    <table className="px-tile-table" aria-label={trans.__('Clusters')}>
      <tbody>
        {rows.map(c => (
          <tr
            key={c.cluster}
            className={
              c === pinned
                ? 'px-mod-pinned'
                : changed(c)
                  ? 'px-mod-sure'
                  : undefined
            }
            title={trans._n('%2 row', '%2 rows', c.n, count(c.n))}
          >
            <th scope="row">{c.name}</th>
            <td className="px-mod-drawn">
              {sets.map(set => (
                <i
                  key={set}
                  className={`px-tile-bar px-mod-${set}`}
                  style={{
                    width: `${Math.min(100, ((c[set].value ?? 0) / longest) * 100)}%`
                  }}
                  role="img"
                  aria-label={trans.__(
                    '%1 of %2',
                    share(c[set].value),
                    set === 'primary' ? primary : (reference ?? '')
                  )}
                />
              ))}
            </td>
            {reference === null ? (
              <td className="px-mod-number">{share(c.primary.value)}</td>
            ) : (
              <td className="px-mod-number">
                {points(c.difference.value, isWide ? 'pts' : '')}
                {isWide && (
                  <span className="px-muted">
                    {' '}
                    {pointsInterval(c.difference.lower, c.difference.upper)}
                  </span>
                )}
              </td>
            )}
            {reference !== null && (
              <td className="px-mod-number px-muted">{pValue(c.pAdjusted)}</td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const SETS = ['reference', 'primary'] as const;
