import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import type { IInspection, ISelection } from '../../tokens';
import { Glyph, SetMark } from '../parts';

interface IProps {
  readonly inspection: IInspection;
  readonly trans: TranslationBundle;
  readonly onInsert: (selection: ISelection) => void;
  readonly onExport: (selection: ISelection) => void;
}

/** The rows that were saved. */
export function SelectionList(props: IProps): React.ReactElement {
  const { inspection, trans, onInsert, onExport } = props;
  const { selections } = inspection;
  if (selections.length === 0) {
    return (
      <p className="px-section-note">
        {trans.__(
          'Nothing saved yet. Pick a cluster or draw a lasso, then Save.'
        )}
      </p>
    );
  }
  return (
    <ul className="px-selections" aria-label={trans.__('Selections')}>
      {selections.map(selection => (
        <li key={selection.id} className="px-selection">
          <span className="px-selection-label" title={selection.label}>
            {selection.label}
          </span>
          <span className="px-selection-counts">
            {selection.rows
              .filter(({ rows }) => rows.length > 0)
              .map(({ set, rows }) => (
                <span
                  key={set}
                  className={`px-chip px-mod-small px-mod-${set}`}
                >
                  <SetMark set={set} />
                  {count(rows.length)}
                </span>
              ))}
          </span>
          <span className="px-selection-actions">
            <Action
              icon={<Glyph name="insert" size={14} />}
              label={trans.__('Insert %1 into notebook', selection.label)}
              onClick={() => onInsert(selection)}
            />
            <Action
              icon={<ExportGlyph />}
              label={trans.__('Export %1 to the kernel', selection.label)}
              onClick={() => onExport(selection)}
            />
            <Action
              icon={<Glyph name="close" size={14} />}
              label={trans.__('Remove %1', selection.label)}
              onClick={() => inspection.remove(selection.id)}
            />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Action(props: {
  readonly icon: React.ReactElement;
  readonly label: string;
  readonly onClick: () => void;
}): React.ReactElement {
  return (
    <button
      type="button"
      className="px-icon-button"
      aria-label={props.label}
      title={props.label}
      onClick={props.onClick}
    >
      {props.icon}
    </button>
  );
}

/** Rows that go into the kernel. */
function ExportGlyph(): React.ReactElement {
  return (
    <svg
      className="px-glyph"
      viewBox="0 0 16 16"
      width="14"
      height="14"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d="M8 2.5v7.5M5 7.2 8 10.2l3-3M2.8 11.5v2h10.4v-2" />
    </svg>
  );
}
