import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IInspection } from '../../tokens';

export interface IColumnProps {
  inspection: IInspection;
  column: string;
  trans: TranslationBundle;
}

/** One column: its distribution in both sets, and a metric of it through time. */
export function ColumnView(props: IColumnProps): React.ReactElement {
  return <div className="px-view px-column" />;
}
