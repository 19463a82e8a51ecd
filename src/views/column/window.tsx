import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Stretch } from '../../charts/brush';
import { instant, type TimeKind } from '../../charts/format';
import type { IChosen, IInspection, ISelection } from '../../tokens';
import { RemovableChip, RowsMenu, windowChosen } from '../parts';
import { isoOf, type ISeriesFacts } from './facts';
import { stretchText } from './words';

type Iso = readonly [string, string];

interface IPicked {
  readonly iso: Iso;
  readonly kind: TimeKind;
  /** The zone that it is told in; null for naive times. */
  readonly zone?: string | null;
  /** The step of the series that it was picked on. */
  readonly step?: string;
}

/** A window of time that was picked on a chart. */
export interface IWindowed {
  readonly iso: [string, string] | null;
  /** The step of the series that it was picked on; null where nobody picked it on one. */
  readonly step: string | null;
  readonly stretch: Stretch | null;
  /** In words; null without a window. */
  readonly words: string | null;
  readonly onChange: (next: Stretch | null, series: ISeriesFacts) => void;
  readonly clear: () => void;
  /** Show a window that was picked elsewhere; null shows all. */
  readonly show: (window: IPicked | null) => void;
  /** Another window, in the same words. */
  readonly wordsOf: (iso: Iso | null | undefined) => string | null;
  /** What a window leaves of the rows. */
  readonly withinOf: (iso: Iso | null | undefined) => readonly IChosen[];
}

export function useWindow({ primary, reference }: IInspection): IWindowed {
  const [window, setWindow] = React.useState<
    (IPicked & { readonly iso: [string, string] }) | null
  >(null);
  const stretch = React.useMemo(
    () => window && stretchOf(window.iso),
    [window]
  );
  const wordsOf = (iso: Iso | null | undefined): string | null =>
    iso && window
      ? stretchText(stretchOf(iso), window.kind, window.zone)
      : null;
  const time = primary.columns.find(
    ({ role, problem }) => role === 'timestamp' && problem === null
  );
  return {
    iso: window?.iso ?? null,
    step: window?.step ?? null,
    stretch,
    words: wordsOf(window?.iso),
    onChange: React.useCallback(
      (next, series) =>
        setWindow(
          next && {
            iso: [isoOf(next[0], series.zone), isoOf(next[1], series.zone)],
            kind: series.kind,
            zone: series.zone,
            step: series.step
          }
        ),
      []
    ),
    clear: React.useCallback(() => setWindow(null), []),
    show: React.useCallback(
      next => setWindow(next && { iso: [...next.iso], kind: next.kind }),
      []
    ),
    wordsOf,
    withinOf: iso =>
      iso && time ? [windowChosen(time.name, iso, reference !== null)] : []
  };
}

function stretchOf(iso: Iso): Stretch {
  return [instant(iso[0]), instant(iso[1])];
}

/** The window in the head of a view: what takes it away, and what can be done with its rows. */
export function WindowChip({
  window: { iso, words, clear, withinOf },
  inspection,
  n = null,
  onInsert,
  trans
}: {
  window: IWindowed;
  inspection: IInspection;
  /** Its primary rows, where they are counted. */
  n?: number | null;
  onInsert: (selection: ISelection) => void;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const [anchor, setAnchor] = React.useState<Element | null>(null);
  const chosen = withinOf(iso);
  return (
    <>
      {words && (
        <RemovableChip
          label={words}
          remove={trans.__('Clear the window %1', words)}
          onRemove={clear}
          pick={trans.__('Rows of %1', words)}
          onPick={setAnchor}
        />
      )}
      {anchor && chosen.length > 0 && (
        <RowsMenu
          anchor={anchor}
          inspection={inspection}
          chosen={chosen}
          counts={{ primary: n, reference: null }}
          only="primary"
          onInsert={onInsert}
          onClose={() => setAnchor(null)}
          trans={trans}
        />
      )}
    </>
  );
}
