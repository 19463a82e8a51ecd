import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { JSONExt, type ReadonlyPartialJSONValue } from '@lumino/coreutils';

import { DEFAULT_LIMIT } from '../model/inspection';
import { load, save, STATE_KEY } from '../notebook/state';
import { IPhoenix, IViews } from '../tokens';

/** Keeps in the notebook what was open, by name, and opens it again with the notebook. */
export const statePlugin: JupyterFrontEndPlugin<void> = {
  id: 'phoenix-lab:state',
  description: 'Keeps the open views in the metadata of their notebook.',
  autoStart: true,
  requires: [IPhoenix, IViews, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    phoenix: IPhoenix,
    views: IViews,
    notebooks: INotebookTracker
  ): void => {
    /** Notebooks whose kept views have been opened; before that nothing is written. */
    const loaded = new WeakSet<NotebookPanel>();

    views.changed.connect((_, path) => {
      const panel = notebooks.find(({ context }) => context.path === path);
      const model = panel?.content.model;
      if (!panel || panel.isDisposed || !model || !loaded.has(panel)) {
        return;
      }
      const state = save(views.open(path), DEFAULT_LIMIT);
      const before: unknown = model.getMetadata(STATE_KEY);
      if (state === null) {
        if (before !== undefined) {
          model.deleteMetadata(STATE_KEY);
        }
      } else if (
        !JSONExt.deepEqual(
          state as unknown as ReadonlyPartialJSONValue,
          (before ?? null) as ReadonlyPartialJSONValue
        )
      ) {
        model.setMetadata(STATE_KEY, state);
      }
    });

    const follow = async (panel: NotebookPanel): Promise<void> => {
      // Views that come back with the layout are there first.
      await Promise.all([app.restored, panel.context.ready]);
      const model = panel.content.model;
      if (panel.isDisposed || !model) {
        return;
      }
      const { path } = panel.context;
      if (views.open(path).length === 0) {
        for (const { state, column } of load(
          model.getMetadata(STATE_KEY),
          path,
          DEFAULT_LIMIT
        )) {
          views.reopen(state, column);
        }
      }
      loaded.add(panel);
    };
    notebooks.forEach(panel => {
      follow(panel).catch(() => undefined);
    });
    notebooks.widgetAdded.connect((_, panel) => {
      follow(panel).catch(() => undefined);
    });
  }
};
