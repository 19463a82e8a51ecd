import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { phoenixIcon } from '../icons';
import { tell, tellInserted } from '../notebook/inspect';
import { CommandIDs, IPhoenix, PANEL_ID } from '../tokens';
import { PhoenixPanel } from '../views/panel';

/** The notebook that `make demo` begins with. */
const EXAMPLE = 'state_of_the_union.ipynb';

/** The side panel. */
export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'phoenix-lab:panel',
  description:
    'The side panel with the dataframes of the notebook in front, the views and the saved rows.',
  autoStart: true,
  requires: [IPhoenix],
  optional: [ITranslator, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    phoenix: IPhoenix,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('phoenix_lab');
    const { commands } = app;
    const run = (
      id: string,
      args: { [key: string]: string | boolean }
    ): void => {
      commands.execute(id, args).catch(() => undefined);
    };
    const settings = 'settingeditor:open';
    const panel = new PhoenixPanel({
      phoenix,
      trans,
      actions: {
        insert: what => {
          phoenix.current
            ?.insert(what)
            .then(done => tellInserted(done, trans), tell);
        },
        exportRows: ({ id }, name) =>
          run(CommandIDs.exportSelection, { id, name }),
        findExample: async () => {
          // A list of the folder, for a file that is not there would be an error in the browser's console.
          const folder = await app.serviceManager.contents.get('');
          const names = folder.content as readonly { name: string }[];
          return names.some(({ name }) => name === EXAMPLE)
            ? () => run('docmanager:open', { path: EXAMPLE })
            : null;
        },
        readAgain: () => run(CommandIDs.refresh, { isAll: true }),
        openSettings: () => {
          if (commands.hasCommand(settings)) {
            run(settings, { query: 'Phoenix' });
          }
        }
      }
    });
    panel.id = PANEL_ID;
    panel.title.icon = phoenixIcon;
    panel.title.caption = trans.__('Phoenix');
    panel.node.setAttribute('role', 'region');
    panel.node.setAttribute('aria-label', trans.__('Phoenix'));
    restorer?.add(panel, PANEL_ID);
    app.shell.add(panel, 'left', { rank: 550 });
  }
};
