import type { TranslationBundle } from '@jupyterlab/translation';
import type * as React from 'react';

import type {
  IChosen,
  IInspection,
  Insertable,
  ISelection,
  Recipe
} from '../../tokens';
import { useInsertion } from '../parts';
import { useExport } from './export';

/** What can be done with the rows that are listed. */
export interface ITaking {
  /** Whether they are kept in the panel. */
  readonly saved: boolean;
  readonly onSave: () => void;
  /** Show these rows alone in every view; null where nothing but their places says which they are. */
  readonly onOnlyThese: (() => void) | null;
  /** Make them a variable of the kernel, under a name or that which suggests itself. */
  readonly onExport: (name?: string) => void;
  /** What the variable would be called. */
  readonly exportName: () => string;
  readonly exporting: boolean;
  /** Write them as a cell; where none were picked, the map that they are on. */
  readonly onInsert: () => void;
  readonly inserting: boolean;
  /** What was just done with the rows; lies over the foot of the list and moves nothing. */
  readonly notice: React.ReactElement | null;
}

/** Take rows out of a view: keep them, show them alone, hand them to the kernel or the notebook. */
export function useTaking(
  inspection: IInspection,
  /** Null where none were picked. */
  selection: ISelection | null,
  /** The map that they are on. */
  recipe: Recipe,
  /** The conditions that they meet; null where nothing but their places says which they are. */
  chosen: readonly IChosen[] | null,
  trans: TranslationBundle
): ITaking & {
  /** Write something else as a cell. */
  readonly insert: (what: Insertable) => void;
} {
  const insertion = useInsertion(inspection, trans);
  const exporting = useExport(inspection, trans);
  const saved = inspection.selections.some(({ id }) => id === selection?.id);
  return {
    saved,
    onSave: () => {
      if (selection && !saved) {
        inspection.save(selection);
      }
    },
    onOnlyThese:
      chosen &&
      (() => {
        inspection.narrow(chosen);
        inspection.openOverview();
      }),
    onExport: name => {
      if (selection && !exporting.busy) {
        exporting.start(selection, name);
      }
    },
    exportName: () => (selection ? inspection.exportName(selection) : ''),
    exporting: exporting.busy,
    onInsert: () => insertion.insert(selection ?? recipe),
    inserting: insertion.busy,
    notice: insertion.notice ?? exporting.notice,
    insert: insertion.insert
  };
}
