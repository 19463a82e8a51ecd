import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Glyph } from './icons';

/** A table that says what a chart draws. */
export interface IChartTable {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Switches between a chart and its table. */
export function TableSwitch({
  shown,
  onChange,
  trans
}: {
  shown: boolean;
  onChange: (shown: boolean) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const label = shown ? trans.__('Show as chart') : trans.__('Show as table');
  return (
    <button
      type="button"
      className="px-icon-button"
      aria-pressed={shown}
      aria-label={label}
      title={label}
      onClick={() => onChange(!shown)}
    >
      <Glyph name={shown ? 'chart' : 'table'} />
    </button>
  );
}

/** The numbers of a chart. */
export function ChartTable({
  table,
  label
}: {
  table: IChartTable;
  label: string;
}): React.ReactElement {
  return (
    <div className="px-chart-table" tabIndex={0}>
      <table aria-label={label}>
        <thead>
          <tr>
            {table.heads.map(head => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) =>
                j === 0 ? (
                  <th key={j} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={j}>{cell}</td>
                )
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
