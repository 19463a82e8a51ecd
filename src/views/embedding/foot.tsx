import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, estimate, interval, share } from '../../charts/format';
import { type IMapPoints, outside } from '../../charts/map';
import type { IInspection } from '../../tokens';
import { toggled } from '../parts';
import type { ILegendEntry } from './colour';
import type { IMapFacts } from './facts';
import { Legend } from './legend';

export interface IMapFootProps {
  inspection: IInspection;
  map: IMapPoints;
  facts: IMapFacts;
  /** The window and its rows: "2002 – 2004, 251"; null without one. */
  windowed: string | null;
  /** Whether the colour tells the set. */
  bySet: boolean;
  entries: readonly ILegendEntry[];
  hidden: ReadonlySet<string>;
  onHidden: (hidden: ReadonlySet<string>) => void;
  onFitAll: () => void;
  /** Make the map of all rows; null where it is. */
  onFitAgain: (() => void) | null;
  trans: TranslationBundle;
}

/** What stands below the map: its legend, and which rows it shows, the weightiest first. */
export function MapFoot(props: IMapFootProps): React.ReactElement {
  const { inspection, map, facts, windowed, hidden, trans } = props;
  const far = React.useMemo(() => outside(map, map.core), [map]);
  const [first, ...others] = notesOf(
    facts,
    windowed !== null,
    inspection.primary.name,
    trans
  );
  const about = [first, ...others].join(' · ');
  const notes = [
    { text: first, title: about },
    ...(facts.kept !== null && windowed === null
      ? [
          {
            text: trans.__('keeps %1 of neighbours', share(facts.kept)),
            title: trustText(facts, trans)
          }
        ]
      : []),
    ...others.map(text => ({ text, title: about }))
  ];
  const rows = {
    primary: map.nPrimary,
    reference: map.n - map.nPrimary,
    corpus: map.documents?.n ?? 0
  };
  return (
    <div className="px-map-foot">
      <Legend
        sets={(['primary', 'reference', 'corpus'] as const).flatMap(set => {
          const model = inspection[set];
          const detail =
            set === 'primary' && windowed !== null
              ? windowed
              : count(rows[set]);
          const isThere = set !== 'corpus' || map.documents !== null;
          return model && isThere ? [{ set, name: model.name, detail }] : [];
        })}
        bySet={props.bySet}
        // The list of clusters is their legend; what has no colour of its own is left.
        entries={props.entries.filter(
          ({ key }) => !key.startsWith('cluster:') || key === 'cluster:others'
        )}
        hidden={hidden}
        onToggle={key => props.onHidden(toggled(hidden, key))}
        trans={trans}
      />
      <span className="px-map-note">
        {facts.anchor && props.onFitAgain && (
          <span className="px-map-placed">
            <span
              title={trans.__(
                'The map is of the other rows, which have not moved. Where these lie far from all of it, their places say little.'
              )}
            >
              {trans._n(
                '%2 row placed on it',
                '%2 rows placed on it',
                facts.anchor.placed,
                count(facts.anchor.placed)
              )}
            </span>
            ·
            <button
              type="button"
              className="px-link"
              title={trans.__('Make the map of all rows')}
              onClick={props.onFitAgain}
            >
              {trans.__('Fit again')}
            </button>
          </span>
        )}
        <span className="px-fits">
          {far > 0 && (
            <span>
              <button
                type="button"
                className="px-link"
                title={trans.__('Show the whole map')}
                onClick={props.onFitAll}
              >
                {trans._n(
                  '%2 row lies beyond the edge',
                  '%2 rows lie beyond the edge',
                  far,
                  count(far)
                )}
              </button>{' '}
              ·{' '}
            </span>
          )}
          {notes.map(({ text, title }, i) => (
            <span key={text} title={title}>
              {i === 0 ? text : ` · ${text}`}
            </span>
          ))}
        </span>
      </span>
    </div>
  );
}

/** How far the map can be believed, in words. */
function trustText(
  { kept, keptByChance, trust }: IMapFacts,
  trans: TranslationBundle
): string {
  const lines = [
    trans.__(
      'Of the 15 rows nearest to a row by their vectors, %1 are among the 15 nearest on the map; by chance %2 would be.',
      share(kept),
      share(keptByChance)
    ),
    // Measured with this package: scikit-learn's digits, the example's speeches, and normal vectors of 384 numbers.
    trans.__(
      'For comparison: 54 % of 1 800 pictures of digits, 27 % of 4 900 passages of speeches, 12 % of 2 000 rows without any structure. The lower, the less it says that rows are near; “Find similar rows” asks the vectors themselves.'
    )
  ];
  if (trust.value !== null) {
    lines.push(
      trans.__(
        'Trustworthiness %1 %2 (90 %, %3 rows asked): 1 when whoever is near on the map is near in the vectors.',
        estimate(trust.value),
        interval(trust.lower, trust.upper, estimate),
        count(trust.n)
      )
    );
  }
  return lines.join('\n');
}

function notesOf(
  facts: IMapFacts,
  windowed: boolean,
  primary: string,
  trans: TranslationBundle
): string[] {
  const parts: string[] = [];
  const { missing, nonfinite, zero } = facts.skipped;
  const skipped = missing + nonfinite + zero;
  if (windowed) {
    parts.push(trans.__('same map, no refit'));
    parts.push(trans.__('other %1 rows hidden', primary));
  } else if (facts.sampled) {
    parts.push(
      trans.__(
        'Fitted on %1 of %2 rows, the others placed on it',
        count(facts.nFitted),
        count(facts.nRows)
      )
    );
  } else if (facts.anchor === null) {
    parts.push(trans.__('all %1 rows', count(facts.nRows)));
  }
  if (skipped > 0) {
    parts.push(
      trans.__(
        '%1 without a usable vector',
        trans._n('%2 row', '%2 rows', skipped, count(skipped))
      )
    );
  }
  if (!windowed && facts.nNeighbors !== null) {
    parts.push(trans.__('UMAP %1, seed %2', facts.nNeighbors, facts.seed));
  }
  return parts;
}
