import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ColumnInfo, EmbeddingMap } from '../../api/contract';
import { count, words } from '../../charts/format';
import { givenName } from '../../model/cluster-names';
import type { IChosen, IInspection, ISelection } from '../../tokens';
import { Picker, RowsMenu } from '../parts';
import type { IPerformanceFacts, ISegmentRow } from './facts';
import { ComparedTable } from './metrics';
import { segmentChosen } from './segment-rows';
import type { IMetricForm } from './words';

/** Whether rows can be grouped by the values of a column, or by the clusters of its map. */
export function canGroup({ kind, problem }: ColumnInfo): boolean {
  return (
    problem === null &&
    ['number', 'category', 'boolean', 'vector'].includes(kind)
  );
}

/** Chooses what rows are grouped by. */
export function SegmentPicker(props: {
  readonly columns: readonly ColumnInfo[];
  /** The one that was chosen; null for none. */
  readonly column: string | null;
  readonly onColumn: (column: string | null) => void;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { columns, column, onColumn, trans } = props;
  return (
    <Picker<string>
      label={trans.__('Segment')}
      value={column ?? ''}
      shown={column ?? trans.__('none')}
      code={column !== null}
      choices={[
        { value: '', label: trans.__('none') },
        ...columns.map(({ name, kind, dtype }) => ({
          value: name,
          label: name,
          detail:
            kind === 'vector' ? trans.__('the clusters of its map') : dtype
        }))
      ]}
      onChange={value => onColumn(value === '' ? null : value)}
    />
  );
}

/** One metric by segments, and what can be done with the rows of one. */
export function SegmentTable(props: {
  readonly inspection: IInspection;
  readonly rows: readonly ISegmentRow[];
  readonly facts: IPerformanceFacts;
  readonly segment: NonNullable<IPerformanceFacts['segment']>;
  /** The map whose clusters are the segments. */
  readonly map: EmbeddingMap | null;
  /** What the rows of a segment meet beside being of it. */
  readonly within: readonly IChosen[];
  readonly form: IMetricForm;
  /** How much the metric has to change before that matters. */
  readonly limit: number | null;
  /** Whether other numbers are on their way. */
  readonly waits: boolean;
  readonly onInsert: (selection: ISelection) => void;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { inspection, rows, facts, segment, map, trans } = props;
  const [picked, setPicked] = React.useState<{
    row: ISegmentRow;
    anchor: HTMLElement;
  } | null>(null);
  const info = inspection.primary.columns.find(
    ({ name }) => name === segment.column
  );
  const nameOf = ({ cluster, kind, name }: ISegmentRow): string =>
    (cluster !== null && map && givenName(inspection, map, cluster)) ||
    (kind === 'range' || kind === 'atom' ? words(name) : name);
  const chosenOf = (row: ISegmentRow): IChosen | null =>
    info ? segmentChosen({ ...row, name: nameOf(row) }, rows, info, map) : null;
  const chosen = picked && chosenOf(picked.row);
  return (
    <div className={props.waits ? 'px-mod-old' : ''}>
      <ComparedTable
        rows={rows}
        head={
          segment.clusters
            ? trans.__('cluster of %1', segment.column)
            : segment.column
        }
        label={trans.__('By segment')}
        nameOf={row =>
          row.kind !== 'missing'
            ? nameOf(row)
            : segment.clusters
              ? trans.__('(not on the map)')
              : trans.__('(missing)')
        }
        formOf={() => props.form}
        isDrawn={() => true}
        limitOf={() => props.limit}
        isOld={() => false}
        facts={{ ...facts, adjusted: segment.adjusted }}
        canPick={row => chosenOf(row) !== null}
        onPick={(row, anchor) =>
          setPicked({ row, anchor: anchor as HTMLElement })
        }
        trans={trans}
      />
      {picked && chosen && (
        <RowsMenu
          anchor={picked.anchor}
          inspection={inspection}
          chosen={[chosen, ...props.within]}
          // Some metrics are of a part of these rows.
          counts={{ primary: null, reference: null }}
          onInsert={props.onInsert}
          onClose={() => {
            setPicked(null);
            picked.anchor.focus({ preventScroll: true });
          }}
          trans={trans}
        />
      )}
      {segment.left_out > 0 && (
        <p className="px-muted">
          {trans._n(
            '%2 rarer value is left out.',
            '%2 rarer values are left out.',
            segment.left_out,
            count(segment.left_out)
          )}
        </p>
      )}
    </div>
  );
}
