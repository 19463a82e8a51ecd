import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  Notification,
  WidgetTracker
} from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { Contents } from '@jupyterlab/services';

import { ProblemError } from '../api/problem';
import { EMPTY, EXTENSION, print, WrongFileError } from '../dashboard/document';
import { DashboardFactory, type DashboardWidget } from '../dashboard/widget';
import { dashboardIcon } from '../icons';
import { tell } from '../notebook/inspect';
import { historyOf } from '../notebook/watch';
import { CommandIDs, type IPinRequest, IPhoenix } from '../tokens';
import { addDocuments } from './documents';

const FACTORY = 'Phoenix Dashboard';
const FILE_TYPE = 'phoenix-dashboard';

/** How long, in ms, is told where something was pinned. */
const TOLD = 8000;

/** Dashboards: a type of document, and what puts tiles on one. */
export const dashboardsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'phoenix-lab:dashboards',
  description: 'Opens dashboards, files of answers that are kept.',
  autoStart: true,
  requires: [IPhoenix],
  optional: [ITranslator, ICommandPalette, ILauncher, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    phoenix: IPhoenix,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('phoenix_lab');
    const { commands, docRegistry } = app;
    const { contents } = app.serviceManager;
    const tracker = new WidgetTracker<DashboardWidget>({
      namespace: 'phoenix-lab-dashboard'
    });
    const open = (
      path: string,
      factory: string,
      options?: Record<string, string | boolean>
    ): Promise<unknown> =>
      commands.execute('docmanager:open', {
        path,
        factory,
        ...(options ? { options } : {})
      });

    /** Open the history beside a notebook; it is there once a check was made. */
    const showHistory = async (notebook: string): Promise<void> => {
      const folder = PathExt.dirname(notebook);
      const name = historyOf(notebook);
      // To ask for a file that is not there would be an error in the browser's console.
      const { content } = await contents.get(folder, {
        type: 'directory',
        content: true
      });
      if (!(content as readonly Contents.IModel[]).some(f => f.name === name)) {
        throw new ProblemError({
          message: trans.__('There is no %1 yet.', name),
          hint: trans.__('The first check with --history %1 makes it.', name)
        });
      }
      await open(PathExt.join(folder, name), 'default');
    };

    docRegistry.addFileType({
      name: FILE_TYPE,
      displayName: trans.__('Phoenix Dashboard'),
      extensions: [EXTENSION],
      mimeTypes: ['application/vnd.phoenix-lab.dashboard+json'],
      contentType: 'file',
      fileFormat: 'text',
      icon: dashboardIcon
    });
    const factory = new DashboardFactory(
      {
        name: FACTORY,
        label: trans.__('Phoenix Dashboard'),
        modelName: 'text',
        fileTypes: [FILE_TYPE],
        defaultFor: [FILE_TYPE],
        translator: translator ?? undefined
      },
      {
        phoenix,
        trans,
        openNotebook: path => {
          open(path, 'default').catch(tell);
        },
        openHistory: notebook => {
          showHistory(notebook).catch(tell);
        },
        openText: path => {
          open(path, 'Editor').catch(tell);
        }
      }
    );
    factory.widgetCreated.connect((_, widget) => {
      widget.isUntitled = untitled.delete(widget.context.path);
    });
    addDocuments(app, factory, tracker, dashboardIcon, restorer);

    /** Make a dashboard without tiles in a folder: a whole file from the start. */
    const make = async (folder: string): Promise<string> => {
      const { path } = await contents.newUntitled({
        path: folder,
        type: 'file',
        ext: EXTENSION
      });
      await contents.save(path, {
        type: 'file',
        format: 'text',
        content: print(EMPTY)
      });
      untitled.add(path);
      return path;
    };
    /** Files that were made here and not named yet: whoever saves one is asked what it is to be called, as of other new documents. */
    const untitled = new Set<string>();
    /** Where the notebook in front is. */
    const folder = (): string => PathExt.dirname(phoenix.path ?? '');

    commands.addCommand(CommandIDs.newDashboard, {
      label: args =>
        args.isPalette
          ? trans.__('New Dashboard')
          : trans.__('Phoenix Dashboard'),
      caption: trans.__('Make a dashboard, for answers that are to be kept'),
      icon: args => (args.isPalette ? undefined : dashboardIcon),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            cwd: {
              type: 'string',
              description: trans.__('The folder of the file')
            },
            isPalette: {
              type: 'boolean',
              description: trans.__('Whether it is listed in the palette')
            }
          }
        }
      },
      execute: async args => {
        try {
          const path = await make(
            typeof args.cwd === 'string' ? args.cwd : folder()
          );
          return await open(path, FACTORY);
        } catch (error) {
          tell(error);
          return null;
        }
      }
    });
    palette?.addItem({
      command: CommandIDs.newDashboard,
      category: trans.__('Phoenix'),
      args: { isPalette: true }
    });
    launcher?.add({
      command: CommandIDs.newDashboard,
      category: trans.__('Other'),
      rank: 4
    });

    /** What is to be pinned while the menu of dashboards is open. */
    let request: IPinRequest | null = null;
    const pinTo = async (path: string | null): Promise<void> => {
      if (!request) {
        return;
      }
      const { inspection, pin } = request;
      request = null;
      const known =
        path === null
          ? undefined
          : tracker.find(({ context }) => context.path === path);
      const widget =
        known ??
        ((await open(
          path ?? (await make(PathExt.dirname(inspection.path))),
          FACTORY,
          { mode: 'tab-after', activate: false }
        )) as DashboardWidget | undefined);
      if (!widget) {
        return;
      }
      await widget.context.ready;
      const name = PathExt.basename(widget.context.localPath);
      let isOf: boolean | null;
      try {
        isOf = widget.content.pin(inspection, pin);
      } catch (error) {
        if (!(error instanceof WrongFileError)) {
          throw error;
        }
        throw new ProblemError({
          message: trans.__('%1 cannot keep that.', name),
          hint: trans.__(
            'The file would hold more than a dashboard does (%1): pin fewer conditions.',
            error.where
          )
        });
      }
      if (isOf === null) {
        throw new ProblemError({
          message: trans.__('%1 takes no more tiles.', name),
          hint: trans.__('It cannot be written, or is full.')
        });
      }
      Notification.success(
        isOf
          ? trans.__('Pinned to %1.', name)
          : trans.__(
              'Pinned to %1, which is of other dataframes: Refresh asks them.',
              name
            ),
        {
          autoClose: TOLD,
          actions: [
            {
              label: trans.__('Show'),
              callback: () => app.shell.activateById(widget.id)
            }
          ]
        }
      );
    };
    commands.addCommand(CommandIDs.pin, {
      label: args => String(args.label ?? ''),
      caption: trans.__('Put what is shown on a dashboard'),
      icon: args => (args.path === null ? undefined : dashboardIcon),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            path: {
              type: ['string', 'null'],
              description: trans.__('The file; a new one without it')
            },
            label: {
              type: 'string',
              description: trans.__('The text of the menu item')
            }
          }
        }
      },
      isVisible: () => request !== null,
      execute: args =>
        pinTo(typeof args.path === 'string' ? args.path : null).catch(tell)
    });

    /** Dashboards that are open, and those beside a notebook. */
    const dashboards = async (notebook: string): Promise<string[]> => {
      const open: string[] = [];
      tracker.forEach(({ context, content }) => {
        if (!content.model.isReadOnly) {
          open.push(context.path);
        }
      });
      const listed = await contents.get(PathExt.dirname(notebook), {
        type: 'directory',
        content: true
      });
      const beside = (listed.content as readonly Contents.IModel[])
        .filter(({ name }) => name.endsWith(EXTENSION))
        .map(({ path }) => path);
      return [...new Set([...open, ...beside.sort()])];
    };
    phoenix.pinRequested.connect((_, asked) => {
      const { inspection, anchor } = asked;
      const { primary, reference } = inspection;
      const nameless = [primary, reference].find(
        set => set !== null && set.variable === null
      );
      if (nameless) {
        tell(
          new ProblemError({
            message: trans.__('%1 is no variable.', nameless.name),
            hint: trans.__(
              'A dashboard finds its dataframes by the names of variables: give it one, and inspect that.'
            )
          })
        );
        return;
      }
      const box = anchor?.getBoundingClientRect();
      dashboards(inspection.path)
        .catch(() => [])
        .then(paths => {
          request = asked;
          const menu = new MenuSvg({ commands });
          for (const path of paths) {
            menu.addItem({
              command: CommandIDs.pin,
              args: { path, label: PathExt.basename(path) }
            });
          }
          if (paths.length > 0) {
            menu.addItem({ type: 'separator' });
          }
          menu.addItem({
            command: CommandIDs.pin,
            args: { path: null, label: trans.__('New dashboard') }
          });
          menu.aboutToClose.connect(() => {
            // The menu still runs the command that was chosen.
            window.setTimeout(() => menu.dispose());
          });
          menu.open(box?.left ?? 60, box ? box.bottom + 4 : 80);
          // A key chooses at once.
          menu.activeIndex = 0;
        }, tell);
    });
  }
};
