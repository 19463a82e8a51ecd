import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { JSONExt, type ReadonlyPartialJSONValue } from '@lumino/coreutils';

import { DEFAULT_LIMIT } from '../model/inspection';
import {
  load,
  loadKept,
  loadRoles,
  save,
  STATE_KEY,
  withAnswersOf
} from '../notebook/state';
import { IPhoenix, IViews } from '../tokens';

/** Keeps in the notebook what was open, by name, and what was saved there; opens it again with the notebook. */
export const statePlugin: JupyterFrontEndPlugin<void> = {
  id: 'phoenix-lab:state',
  description:
    'Keeps the open views and the saved rows in the metadata of their notebook.',
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

    const write = (path: string, isSaving = false): void => {
      const panel = notebooks.find(({ context }) => context.path === path);
      const model = panel?.content.model;
      if (!panel || panel.isDisposed || !model || !loaded.has(panel)) {
        return;
      }
      const before: unknown = model.getMetadata(STATE_KEY);
      const now = save(
        views.open(path),
        DEFAULT_LIMIT,
        phoenix.shelf.of(path),
        phoenix.roles.of(path)
      );
      const state = isSaving || !now ? now : withAnswersOf(now, before);
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
    };
    views.changed.connect((_, path) => write(path));
    phoenix.shelf.changed.connect((_, path) => write(path));
    phoenix.roles.changed.connect((_, path) => write(path));

    const follow = async (panel: NotebookPanel): Promise<void> => {
      await panel.context.ready;
      const model = panel.content.model;
      if (panel.isDisposed || !model) {
        return;
      }
      let { path } = panel.context;
      // Before the content is taken: what is written here is in the file.
      panel.context.saveState.connect((_, state) => {
        if (state === 'started') {
          write(path, true);
        }
      });
      panel.context.pathChanged.connect((_, to) => {
        phoenix.shelf.move(path, to);
        phoenix.roles.move(path, to);
        path = to;
      });
      phoenix.shelf.put(path, loadKept(model.getMetadata(STATE_KEY)));
      phoenix.roles.put(path, loadRoles(model.getMetadata(STATE_KEY)));
      // Views that come back with the layout are there first.
      await app.restored;
      if (panel.isDisposed) {
        return;
      }
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
