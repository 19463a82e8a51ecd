import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import type { DocumentWidget } from '@jupyterlab/docregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Client } from '../api/client';
import { monitorsIcon } from '../icons';
import {
  type MonitorsContent,
  MonitorsFactory,
  UnreadModelFactory
} from '../monitors/widget';
import { HISTORY } from '../tokens';
import { addDocuments } from './documents';

const FACTORY = 'Phoenix Monitors';

/** Histories of monitors: a type of document that is only looked at. */
export const monitorsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'phoenix-lab:monitors',
  description: 'Shows what became of monitors through time.',
  autoStart: true,
  optional: [ITranslator, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('phoenix_lab');
    const { docRegistry, serviceManager } = app;
    const client = new Client({
      trans,
      serverSettings: serviceManager.serverSettings
    });
    const tracker = new WidgetTracker<DocumentWidget<MonitorsContent>>({
      namespace: 'phoenix-lab-monitors'
    });
    docRegistry.addFileType({
      name: 'phoenix-history',
      displayName: trans.__('Phoenix Monitors'),
      extensions: [HISTORY],
      mimeTypes: ['application/vnd.sqlite3'],
      contentType: 'file',
      fileFormat: 'base64',
      icon: monitorsIcon
    });
    // A history may be called as its owner likes; other databases have these names, too, so that it is offered and not what opens them.
    docRegistry.addFileType({
      name: 'phoenix-sqlite',
      displayName: trans.__('SQLite'),
      extensions: ['.db', '.sqlite', '.sqlite3'],
      mimeTypes: ['application/vnd.sqlite3'],
      contentType: 'file',
      fileFormat: 'base64'
    });
    const models = new UnreadModelFactory();
    docRegistry.addModelFactory(models);
    const factory = new MonitorsFactory(
      {
        name: FACTORY,
        label: trans.__('Phoenix Monitors'),
        modelName: models.name,
        fileTypes: ['phoenix-history', 'phoenix-sqlite'],
        defaultFor: ['phoenix-history'],
        readOnly: true,
        translator: translator ?? undefined
      },
      { read: (path, signal) => client.monitors(path, signal), trans }
    );
    addDocuments(app, factory, tracker, monitorsIcon, restorer);
  }
};
