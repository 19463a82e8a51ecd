import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import { labelsOf } from '../../model/labels';
import type { IInspection, IKept, Insertable } from '../../tokens';
import { Glyph } from '../parts';

interface IProps {
  readonly inspection: IInspection;
  readonly trans: TranslationBundle;
  readonly onInsert: (what: Insertable) => void;
}

/** How many rows were labelled one by one, and their way into the notebook. */
export function Labels(props: IProps): React.ReactElement | null {
  const { inspection, trans, onInsert } = props;
  const labels = labelsOf(inspection);
  if (labels.sets.length === 0) {
    return null;
  }
  const n = { label: 0, note: 0 };
  labels.sets.forEach(({ marks }) =>
    marks.forEach(({ mark, rows }) => (n[mark] += rows.length))
  );
  return (
    <div className="px-selection-labels">
      <span>
        {[
          ...(n.label > 0
            ? [
                trans._n(
                  '%2 row labelled',
                  '%2 rows labelled',
                  n.label,
                  count(n.label)
                )
              ]
            : []),
          ...(n.note > 0
            ? [trans._n('%2 row noted', '%2 rows noted', n.note, count(n.note))]
            : [])
        ].join(', ')}
      </span>
      <button
        type="button"
        className="px-button px-mod-quiet"
        title={trans.__(
          'Insert a cell that gives the labels as a column, by the index of the dataframe'
        )}
        onClick={() => onInsert(labels)}
      >
        <Glyph name="insert" size={13} />
        {trans.__('Insert labels')}
      </button>
    </div>
  );
}

/** That more was saved, of sets that are not inspected now. */
export function KeptNotes(props: {
  readonly kept: readonly IKept[];
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { kept, trans } = props;
  // Names of clusters and labels come back by themselves.
  const waiting = kept.filter(({ selections }) => selections.length > 0);
  return (
    <>
      {waiting.map(({ primary, reference, selections }) => (
        <p
          key={JSON.stringify([primary, reference])}
          className="px-section-note"
        >
          {reference === null
            ? trans._n(
                '%1 saved selection of %2 is kept with the notebook: inspect it to have it back.',
                '%1 saved selections of %2 are kept with the notebook: inspect it to have them back.',
                selections.length,
                primary
              )
            : trans._n(
                '%1 saved selection of %2 against %3 is kept with the notebook: compare them to have it back.',
                '%1 saved selections of %2 against %3 are kept with the notebook: compare them to have them back.',
                selections.length,
                primary,
                reference
              )}
        </p>
      ))}
    </>
  );
}
