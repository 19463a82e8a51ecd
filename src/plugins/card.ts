import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { CodeCell } from '@jupyterlab/cells';
import { NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { isAbort } from '../api/problem';
import {
  askedBy,
  type IAsked,
  INSPECT_MIME,
  InspectCard
} from '../notebook/card';
import { inspectShown, tell } from '../notebook/inspect';
import { IPhoenix, PANEL_ID } from '../tokens';

/** Shows what `px.inspect(…)` asks for, and opens it when the cell was just run. */
export const cardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'phoenix-lab:card',
  description: 'Opens the panel for `px.inspect(…)` in a cell.',
  autoStart: true,
  requires: [IPhoenix, IRenderMimeRegistry],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    phoenix: IPhoenix,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('phoenix_lab');
    const open = (
      { primary, reference, corpus }: IAsked,
      takesFocus: boolean
    ): void => {
      app.shell.activateById(PANEL_ID);
      inspectShown(phoenix, primary, reference, trans, {
        takesFocus,
        corpus
      }).catch((error: unknown) => {
        if (!isAbort(error)) {
          tell(error);
        }
      });
    };
    rendermime.addFactory(
      {
        // Names and numbers, drawn as text.
        safe: true,
        mimeTypes: [INSPECT_MIME],
        createRenderer: () =>
          new InspectCard({ trans, open: asked => open(asked, true) })
      },
      // Before the HTML that is for everybody else.
      0
    );
    NotebookActions.executed.connect((_, { cell, notebook, success }) => {
      if (!success || !(cell instanceof CodeCell)) {
        return;
      }
      const { outputs } = cell.model;
      for (let i = outputs.length - 1; i >= 0; i--) {
        const asked = askedBy(outputs.get(i).data[INSPECT_MIME]);
        if (asked) {
          // A view of another notebook may have come to the front since.
          if (notebook.parent instanceof NotebookPanel) {
            phoenix.follow(notebook.parent.context.path);
          }
          open(asked, false);
          return;
        }
      }
    });
  }
};
