import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { slotVariable } from '../../charts/map';
import { SetMark } from '../parts';
import type { ILegendEntry } from './colour';

export interface ILegendProps {
  sets: readonly {
    readonly set: 'primary' | 'reference' | 'corpus';
    readonly name: string;
    /** What is shown beside the name: rows, or a window and its rows. */
    readonly detail: string;
  }[];
  /** Whether the colour tells the set; otherwise only the shape does. */
  bySet: boolean;
  entries: readonly ILegendEntry[];
  hidden: ReadonlySet<string>;
  onToggle: (key: string) => void;
  trans: TranslationBundle;
}

/** What the colours and shapes mean; a click on an entry hides its points or shows them again. */
export function Legend(props: ILegendProps): React.ReactElement {
  const { sets, bySet, entries, hidden, onToggle, trans } = props;
  const hint = trans.__('Click to hide or show these rows');
  return (
    <div className="px-map-legend" role="group" aria-label={trans.__('Legend')}>
      {entries.length > 0 && (
        <div className="px-map-legend-entries" data-covers="">
          {entries.map(({ key, label, slot, n }) => (
            <button
              key={key}
              type="button"
              aria-pressed={!hidden.has(key)}
              title={hint}
              onClick={() => onToggle(key)}
            >
              <i style={{ background: slotVariable(slot) }} />
              <span>{label}</span>
              <em>{count(n)}</em>
            </button>
          ))}
        </div>
      )}
      <div className={`px-map-legend-sets ${bySet ? '' : 'px-mod-shape'}`}>
        {sets.map(({ set, name, detail }) => (
          <button
            key={set}
            type="button"
            aria-pressed={!hidden.has(`set:${set}`)}
            title={hint}
            onClick={() => onToggle(`set:${set}`)}
          >
            <SetMark set={set} />
            <b className="px-code">{name}</b>
            <span>{detail}</span>
          </button>
        ))}
      </div>
    </div>
  );
}
