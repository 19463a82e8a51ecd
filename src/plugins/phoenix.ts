import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Client } from '../api/client';
import { Phoenix } from '../model/phoenix';
import { Bridge } from '../notebook/bridge';
import { Front } from '../notebook/front';
import { Back } from '../notebook/insert';
import { IPhoenix } from '../tokens';

const ID = 'phoenix-lab:phoenix';

/** Provides what all the others use: the dataframes of the notebook in front. */
export const phoenixPlugin: JupyterFrontEndPlugin<IPhoenix> = {
  id: ID,
  description:
    'Follows the notebook or console in front, and knows the dataframes of its kernel.',
  autoStart: true,
  provides: IPhoenix,
  requires: [INotebookTracker],
  optional: [ITranslator, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    translator: ITranslator | null,
    registry: ISettingRegistry | null
  ): IPhoenix => {
    const trans = (translator ?? nullTranslator).load('phoenix_lab');
    const client = new Client({
      trans,
      serverSettings: app.serviceManager.serverSettings
    });
    const front = new Front(app.shell, tracker);
    const bridge = new Bridge(client);
    const follow = (): void => {
      front.sources.forEach(source => bridge.follow(source));
      front.added.connect((_, source) => bridge.follow(source));
    };
    const phoenix = new Phoenix({
      client,
      front,
      trans,
      back: new Back(
        trans,
        id => app.shell.activateById(id),
        app.serviceManager.contents,
        // A viewer in JupyterLab would not let its scripts run.
        path =>
          void app.commands.execute('docmanager:open-browser-tab', { path })
      )
    });
    if (registry) {
      // A kernel must not be told before it is known whether the user wants that.
      registry
        .load(ID)
        .then(settings => {
          const apply = (): void => {
            bridge.isOn = settings.get('markDataframes').composite !== false;
            phoenix.findsByItself =
              settings.get('findings').composite !== false;
          };
          settings.changed.connect(apply);
          apply();
        })
        .catch(() => undefined)
        .finally(follow);
    } else {
      phoenix.findsByItself = true;
      follow();
    }
    return phoenix;
  }
};
