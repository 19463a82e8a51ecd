import * as React from 'react';

import type { IMapPoints } from '../../charts/map';
import type { IInspection } from '../../tokens';
import type { IPicking } from './picking';
import type { RowReader } from './rows';
import { search } from './search';

/** How long typing rests before it is searched, in milliseconds. */
const REST = 200;

export interface ISearching {
  /** What the field of the search holds. */
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly busy: boolean;
  readonly error: Error | null;
}

/** Pick the points whose text holds what is typed. */
export function useSearching(
  inspection: IInspection,
  reader: RowReader,
  map: IMapPoints,
  picking: IPicking
): ISearching {
  const { picked, pick } = picking;
  const found = picked?.how.kind === 'search' ? picked.how.query : '';
  // What is typed holds while the search it started from does: Undo and other picks take the words back.
  const [typed, setTyped] = React.useState({ text: '', from: '' });
  const [running, setRunning] = React.useState<string | null>(null);
  const [failed, setFailed] = React.useState<{
    query: string;
    error: Error;
  } | null>(null);
  const query = typed.from === found ? typed.text : found;
  const wanted = query.trim();

  React.useEffect(() => {
    if (wanted === found) {
      return;
    }
    let live = true;
    const timer = window.setTimeout(() => {
      if (wanted === '') {
        pick(null, 'search');
        return;
      }
      setRunning(wanted);
      search(inspection, reader, map, wanted)
        .then(
          indices => {
            if (live) {
              setTyped(({ text }) => ({ text, from: wanted }));
              pick(
                { indices, how: { kind: 'search', query: wanted } },
                'search'
              );
            }
          },
          (reason: unknown) => {
            if (live) {
              setFailed({
                query: wanted,
                error:
                  reason instanceof Error ? reason : new Error(String(reason))
              });
            }
          }
        )
        .finally(() => setRunning(now => (now === wanted ? null : now)));
    }, REST);
    return () => {
      live = false;
      window.clearTimeout(timer);
    };
  }, [wanted, found, map, inspection, reader, pick]);

  return {
    query,
    onQuery: text => setTyped({ text, from: found }),
    busy: running !== null && running === wanted,
    error: failed?.query === wanted ? failed.error : null
  };
}
