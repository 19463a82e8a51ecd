import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, percent, THIN } from '../../charts/format';
import type { SetName } from '../../tokens';
import { SetMark } from '../parts';
import type { IConfusion } from './confusion-facts';
import { type IPerformanceFacts, SETS } from './facts';

interface IConfusionProps {
  confusion: IConfusion;
  set: SetName;
  name: string;
  /** A cell was pressed: the rows that were one class and said to be another, or null where no condition says which. */
  onPick: ((was: string, said: string, anchor: Element) => void) | null;
  trans: TranslationBundle;
}

/** From this many classes on the cells hold no text. */
const MOST_WRITTEN = 6;
/** Of more classes than these, the most frequent ones are drawn. */
const MOST_DRAWN = 20;

/** How often each class was said to be each: the share of the truth as the shade of its set, the count beside it. */
function Confusion(props: IConfusionProps): React.ReactElement {
  const { confusion, set, name, onPick, trans } = props;
  const { classes, counts } = confusion;
  const totals = counts.map(row => row.reduce((sum, n) => sum + n, 0));
  const n = totals.reduce((sum, k) => sum + k, 0);
  const shown = classes
    .map((_, i) => i)
    .sort((a, b) => totals[b] - totals[a])
    .slice(0, MOST_DRAWN)
    .sort((a, b) => a - b);
  const isWritten = shown.length <= MOST_WRITTEN;
  return (
    <div className="px-confusion">
      <div className={`px-chip px-mod-${set} px-mod-small`}>
        <SetMark set={set} />
        <span className="px-code">{name}</span>
        <span className="px-chip-facts">{count(n)}</span>
      </div>
      <table
        aria-label={trans.__('Confusion on %1', name)}
        className={isWritten ? '' : 'px-mod-dense'}
      >
        <thead>
          <tr>
            <td />
            {shown.map(j => (
              <th key={j} scope="col" title={classes[j]}>
                {isWritten ? trans.__('said %1', classes[j]) : classes[j]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(i => (
            <tr key={i}>
              <th scope="row" title={classes[i]}>
                {isWritten ? trans.__('was %1', classes[i]) : classes[i]}
              </th>
              {shown.map(j => {
                const part = totals[i] > 0 ? counts[i][j] / totals[i] : null;
                const text = part === null ? '' : `${percent(part)}${THIN}%`;
                const words = trans.__(
                  '%1 of %2 that were %3 were said to be %4',
                  count(counts[i][j]),
                  count(totals[i]),
                  classes[i],
                  classes[j]
                );
                const shown = isWritten ? (
                  <>
                    <b>{text}</b> <span>{count(counts[i][j])}</span>
                  </>
                ) : (
                  <span className="px-hidden">{text}</span>
                );
                return (
                  <td
                    key={j}
                    title={words}
                    style={
                      {
                        '--px-share': `${Math.round(8 + 47 * (part ?? 0))}%`
                      } as React.CSSProperties
                    }
                    className={`px-mod-${set}`}
                  >
                    {onPick && counts[i][j] > 0 ? (
                      <button
                        type="button"
                        aria-haspopup="listbox"
                        aria-label={trans.__('%1: take these rows', words)}
                        onClick={event =>
                          onPick(classes[i], classes[j], event.currentTarget)
                        }
                      >
                        {shown}
                      </button>
                    ) : (
                      shown
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < classes.length && (
        <p className="px-muted">
          {trans.__(
            'The %1 most frequent of %2 classes are drawn.',
            count(shown.length),
            count(classes.length)
          )}
        </p>
      )}
    </div>
  );
}

/** The confusions of both sets, beside each other. */
export function Confusions({
  confusion,
  facts,
  onPick,
  trans
}: {
  confusion: Readonly<Record<SetName, IConfusion | null>>;
  facts: IPerformanceFacts;
} & Pick<IConfusionProps, 'onPick' | 'trans'>): React.ReactElement {
  return (
    <div className="px-confusions">
      {SETS.map(set => {
        const found = confusion[set];
        return (
          found && (
            <Confusion
              key={set}
              confusion={found}
              set={set}
              name={facts[set]?.name ?? set}
              onPick={onPick}
              trans={trans}
            />
          )
        );
      })}
    </div>
  );
}
