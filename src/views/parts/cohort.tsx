import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import type { IChosen, IInspection, SetName } from '../../tokens';
import { Banner } from './banner';
import { SetMark } from './chip';
import { conditionRows, conditionText } from './condition';
import { Glyph } from './icons';
import { useInsertion } from './insert';
import { useSignal } from './signal';

export interface ICohortProps {
  inspection: IInspection;
  trans: TranslationBundle;
}

const SETS = ['primary', 'reference'] as const;

/** How many rows of a set are looked at, and of how many where conditions leave some out; nothing while that is not known. */
export function rowsOf(
  inspection: IInspection,
  set: SetName
): { readonly rows?: number; readonly of?: number } {
  return inspection.where.length > 0
    ? (inspection.cohort?.[set] ?? {})
    : { rows: inspection[set]?.n_rows };
}

/** What the rows of all views must meet, how many do, and what takes it back; nothing where all rows are shown. */
export function Cohort({
  inspection,
  trans
}: ICohortProps): React.ReactElement | null {
  useSignal(inspection.changed);
  const insertion = useInsertion(inspection, trans);
  const list = React.useRef<HTMLDivElement>(null);
  const { where, cohort } = inspection;
  const sets = SETS.filter(set => inspection[set] !== null);
  const gone = inspection.dropped.length > 0 && (
    <Banner
      tone="warn"
      actions={[
        {
          label: trans.__('Dismiss'),
          onClick: () => inspection.dismissDropped()
        }
      ]}
    >
      {trans.__(
        'No longer only %1: that was of the rows as they were before, and a cluster of another map, or a row at the same place, is another one.',
        inspection.dropped
          .map(chosen => conditionText(chosen, inspection, trans))
          .join(trans.__(', '))
      )}
    </Banner>
  );
  if (where.length === 0) {
    return (
      <>
        {gone}
        {insertion.notice}
      </>
    );
  }
  const remove = (chosen: IChosen | null, place: number): void => {
    inspection.widen(chosen);
    // What had the focus is gone: it goes on to the next condition, or to the view, where Undo is heard.
    const frame = list.current?.closest('.px-tab-frame');
    window.setTimeout(() => {
      const left = list.current?.querySelectorAll('button') ?? [];
      const next =
        left[Math.min(place, left.length - 1)] ??
        frame?.querySelector<HTMLElement>(':scope > .px-view[tabindex]');
      next?.focus({ preventScroll: true });
    });
  };
  const insert = (): void =>
    insertion.insert(
      conditionRows(
        [],
        sets.map(set => ({ set, n: cohort?.[set]?.rows ?? null })),
        inspection,
        trans
      )
    );
  const counts = sets.map(set => {
    const found = cohort?.[set];
    const name = inspection[set]?.name ?? '';
    return {
      set,
      empty: found?.rows === 0,
      text: !found
        ? trans.__('counting %1…', name)
        : found.rows === 0
          ? trans.__('no rows of %1', name)
          : trans.__(
              '%1 of %2 rows of %3',
              count(found.rows),
              count(found.of),
              name
            )
    };
  });
  const isEmpty = cohort !== null && sets.every(set => !cohort[set]?.rows);
  return (
    <>
      {gone}
      <div
        className="px-cohort"
        role="group"
        aria-label={trans.__('Only rows that meet these conditions')}
      >
        <span className="px-muted">{trans.__('Only rows with')}</span>
        <div ref={list} className="px-cohort-chips">
          {where.map((chosen, i) => {
            const text = conditionText(chosen, inspection, trans);
            return (
              <span
                key={JSON.stringify(chosen.condition)}
                className="px-chip px-mod-condition"
                title={text}
              >
                <span className="px-cohort-text">{text}</span>
                <button
                  type="button"
                  className="px-chip-remove"
                  aria-label={trans.__('Remove the condition %1', text)}
                  title={trans.__('Remove')}
                  onClick={() => remove(chosen, i)}
                >
                  <Glyph name="close" size={11} />
                </button>
              </span>
            );
          })}
        </div>
        <span className="px-cohort-counts" role="status">
          {counts.map(({ set, text, empty }) => (
            <span key={set} className={empty ? 'px-mod-none' : ''}>
              <SetMark set={set} />
              {text}
            </span>
          ))}
        </span>
        <span className="px-spacer" />
        <button
          type="button"
          className="px-button px-mod-quiet"
          title={trans.__('Insert a cell that gives these rows')}
          disabled={insertion.busy || isEmpty}
          onClick={insert}
        >
          <Glyph name="insert" />
          {trans.__('Insert these rows')}
        </button>
        {/* One Undo at a time: that of the cell stands for some seconds. */}
        {inspection.canUndoCohort && !insertion.notice && (
          <button
            type="button"
            className="px-button px-mod-quiet"
            aria-keyshortcuts="Control+Z Meta+Z"
            title={trans.__('Take back the last change of the conditions')}
            onClick={() => inspection.undoCohort()}
          >
            {trans.__('Undo')}
          </button>
        )}
        <button
          type="button"
          className="px-button px-mod-quiet"
          title={trans.__('Show all rows again')}
          onClick={() => remove(null, 0)}
        >
          {trans.__('Clear all')}
        </button>
        {insertion.notice}
      </div>
    </>
  );
}
