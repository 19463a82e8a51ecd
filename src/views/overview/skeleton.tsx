import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { AnalysisEvent, ColumnInfo } from '../../api/contract';
import { count } from '../../charts/format';
import { JobStrip, KindIcon } from '../parts';

/** As many as fill a tall screen. */
const MOST = 40;

export interface ISkeletonProps {
  columns: readonly ColumnInfo[];
  event: AnalysisEvent | null;
  /** Whether numbers are on their way; otherwise the names stand alone. */
  pending: boolean;
  onCancel: () => void;
  onOpen: (column: string) => void;
  search: string;
  trans: TranslationBundle;
}

/** The columns are known before their numbers: names that can be opened, and how far the work is. */
export function OverviewSkeleton(props: ISkeletonProps): React.ReactElement {
  const { columns, event, pending, onCancel, onOpen, search, trans } = props;
  const wanted = search.trim().toLocaleLowerCase();
  const found = columns.filter(column =>
    column.name.toLocaleLowerCase().includes(wanted)
  );
  return (
    <div className="px-overview-skeleton">
      {pending && (
        <div className="px-overview-job">
          <JobStrip
            event={event}
            title={trans._n(
              'Summary of %2 column',
              'Summary of %2 columns',
              columns.length,
              count(columns.length)
            )}
            onCancel={onCancel}
            trans={trans}
          />
        </div>
      )}
      <ul aria-label={trans.__('Columns')}>
        {found.slice(0, MOST).map(column => (
          <li key={column.name}>
            <button
              type="button"
              className="px-name"
              onClick={() => onOpen(column.name)}
            >
              <KindIcon kind={column.kind} />
              <span className="px-code">{column.name}</span>
              <em>{column.dtype}</em>
            </button>
            {pending && (
              <>
                <i className="px-skeleton" />
                <i className="px-skeleton" />
                <i className="px-skeleton" />
              </>
            )}
          </li>
        ))}
      </ul>
      {found.length > MOST && (
        <p className="px-faint">
          {trans.__('and %1 more', count(found.length - MOST))}
        </p>
      )}
    </div>
  );
}
