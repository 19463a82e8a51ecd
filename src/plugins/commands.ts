import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { isAbort, ProblemError } from '../api/problem';
import { compareIcon, phoenixIcon } from '../icons';
import {
  inspectShown,
  tell,
  tellExported,
  tellInserted
} from '../notebook/inspect';
import { Pointer } from '../notebook/pointer';
import { type ITarget, targetAt, targetAtCursor } from '../notebook/target';
import {
  CommandIDs,
  type IFrameName,
  type IInspection,
  IPhoenix,
  type ISelection,
  PANEL_ID
} from '../tokens';
import { FramesMenu } from './frames-menu';

/** Marks what is under the mouse while a context menu is open, for the selectors of its items. */
const TARGET = 'data-phoenix-target';

/** Everything that Phoenix can be asked to do, in the palette, the launcher and the menus. */
export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'phoenix-lab:commands',
  description: 'The commands of Phoenix, and its items in the context menus.',
  autoStart: true,
  requires: [IPhoenix, INotebookTracker],
  optional: [ITranslator, ICommandPalette, ILauncher],
  activate: (
    app: JupyterFrontEnd,
    phoenix: IPhoenix,
    notebooks: INotebookTracker,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('phoenix_lab');
    const { commands } = app;

    // What the context menu was asked for on.
    let target: ITarget | null = null;
    let marked: Element | null = null;
    let isLooking = false;
    const pointer = new Pointer(({ node, x, y }) => {
      marked?.removeAttribute(TARGET);
      marked = null;
      target = find(node, x, y);
      if (target) {
        const element = node instanceof Element ? node : node.parentElement;
        marked = element?.closest(PLACES) ?? null;
        marked?.setAttribute(TARGET, '');
        // Pointing at a dataframe is asking for it: the others are what it can be compared with.
        isLooking = true;
        const looked = (): void => {
          isLooking = false;
          fill();
        };
        phoenix.refresh().then(looked, looked);
      }
    });
    const find = (node: Node, x: number, y: number): ITarget | null => {
      const row = (node as Element).closest?.('[data-phoenix-ref]');
      const ref = row?.getAttribute('data-phoenix-ref');
      const frame = phoenix.frames.find(other => other.ref === ref);
      if (frame) {
        const name = { ref: frame.ref, name: frame.names[0] };
        return { name, isFrame: true, mark: null };
      }
      const panel = notebooks.find(({ content }) =>
        content.node.contains(node)
      );
      const found = panel && targetAt(panel, node, x, y);
      if (!found || found.isFrame) {
        return found ?? null;
      }
      const { frames } = phoenix;
      return frames.length === 0 ||
        frames.some(({ names }) => names.includes(found.name.expression ?? ''))
        ? found
        : null;
    };
    const atCursor = (): ITarget | null =>
      notebooks.currentWidget && targetAtCursor(notebooks.currentWidget);

    /** The dataframe that a command is about: named, pointed at, at the cursor, or the one that is open. */
    const subject = (args: ReadonlyPartialJSONObject): ITarget | null => {
      const { ref, expression, name } = args;
      if (typeof ref === 'string' && ref === target?.name.ref) {
        return target;
      }
      if (typeof ref === 'string' || typeof expression === 'string') {
        return {
          name: {
            ref: typeof ref === 'string' ? ref : undefined,
            expression: typeof expression === 'string' ? expression : undefined,
            name: typeof name === 'string' ? name : undefined
          },
          isFrame: true,
          mark: null
        };
      }
      return args.from === 'pointer' ? target : atCursor();
    };

    const inspect = async (
      what: ITarget,
      reference: IFrameName | null
    ): Promise<IInspection | undefined> => {
      app.shell.activateById(PANEL_ID);
      try {
        return await inspectShown(
          phoenix,
          { name: what.name, variables: what.mark?.names ?? [] },
          reference && { name: reference, variables: [] },
          trans
        );
      } catch (error) {
        if (!isAbort(error)) {
          tell(error);
        }
        return undefined;
      }
    };

    commands.addCommand(CommandIDs.open, {
      label: args => (args.isToolbar ? '' : trans.__('Phoenix')),
      caption: trans.__('Show what changed between two dataframes'),
      icon: phoenixIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            isToolbar: {
              type: 'boolean',
              description: trans.__('Whether to show the icon alone')
            }
          }
        }
      },
      execute: () => {
        app.shell.activateById(PANEL_ID);
      }
    });

    commands.addCommand(CommandIDs.inspect, {
      label: args =>
        typeof args.label === 'string'
          ? args.label
          : trans.__('Inspect with Phoenix'),
      caption: trans.__(
        'Show the columns of this dataframe, and what changed against another'
      ),
      icon: args => (typeof args.label === 'string' ? undefined : phoenixIcon),
      describedBy: { args: FRAME_ARGS },
      isVisible: args => args.from !== 'pointer' || target !== null,
      isEnabled: () => phoenix.path !== null,
      execute: args => {
        const what = subject(args);
        if (what) {
          return inspect(what, null);
        }
        // From the palette, with no dataframe at the cursor: let one be picked.
        app.shell.activateById(PANEL_ID);
        return pick(trans.__('Inspect'), [], ref => ({
          command: CommandIDs.inspect,
          args: { ref }
        }));
      }
    });

    commands.addCommand(CommandIDs.compare, {
      label: args =>
        typeof args.label === 'string' ? args.label : trans.__('Compare with…'),
      caption: trans.__('Show what changed against another dataframe'),
      icon: args => (typeof args.label === 'string' ? undefined : compareIcon),
      describedBy: {
        args: {
          ...FRAME_ARGS,
          properties: {
            ...FRAME_ARGS.properties,
            reference: {
              type: 'string',
              description: trans.__('The ref of the reference')
            }
          }
        }
      },
      isVisible: args => args.from !== 'pointer' || target !== null,
      isEnabled: args => phoenix.path !== null && args.isNone !== true,
      execute: args => {
        const what = subject(args) ?? openSet(phoenix);
        const { reference } = args;
        if (!what) {
          tell(
            new ProblemError({
              message: trans.__('No dataframe is chosen.'),
              hint: trans.__(
                'Put the cursor on its name in a cell, or inspect one in the panel first.'
              )
            })
          );
          app.shell.activateById(PANEL_ID);
          return;
        }
        if (typeof reference === 'string') {
          return inspect(what, { ref: reference });
        }
        const own = [what.name.ref, what.name.expression].filter(Boolean);
        return pick(
          trans.__('Compare with'),
          own as string[],
          other =>
            ({
              command: CommandIDs.compare,
              args: { ...argsOf(what.name), reference: other }
            }) as const
        );
      }
    });

    commands.addCommand(CommandIDs.refresh, {
      label: trans.__('Look for Dataframes Again'),
      caption: trans.__('List the dataframes, and read again what has changed'),
      icon: refreshIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            isAll: {
              type: 'boolean',
              description: trans.__(
                'Whether to read again what looks unchanged, too'
              )
            }
          }
        }
      },
      isEnabled: () => phoenix.path !== null,
      execute: async args => {
        try {
          await phoenix.refresh();
          if (phoenix.current && (args.isAll || phoenix.current.stale)) {
            await phoenix.current.refresh();
          }
        } catch (error) {
          tell(error);
        }
      }
    });

    const chosen = (
      args: ReadonlyPartialJSONObject
    ): { inspection: IInspection; selection: ISelection } | null => {
      const inspection = phoenix.current;
      const all = inspection?.selections ?? [];
      const selection =
        typeof args.id === 'string'
          ? all.find(({ id }) => id === args.id)
          : all[all.length - 1];
      return inspection && selection ? { inspection, selection } : null;
    };

    commands.addCommand(CommandIDs.insertSelection, {
      label: trans.__('Insert Selection into Notebook'),
      caption: trans.__(
        'Put a cell below the active one that gives the saved rows again'
      ),
      icon: phoenixIcon,
      describedBy: { args: SELECTION_ARGS },
      isEnabled: args => chosen(args) !== null,
      execute: async args => {
        const what = chosen(args);
        if (what) {
          try {
            tellInserted(await what.inspection.insert(what.selection), trans);
          } catch (error) {
            tell(error);
          }
        }
      }
    });

    commands.addCommand(CommandIDs.exportSelection, {
      label: trans.__('Export Selection to Kernel'),
      caption: trans.__('Make the saved rows a variable at once'),
      icon: phoenixIcon,
      describedBy: {
        args: {
          ...SELECTION_ARGS,
          properties: {
            ...SELECTION_ARGS.properties,
            name: {
              type: 'string',
              description: trans.__('What the variable is to be called')
            }
          }
        }
      },
      isEnabled: args => chosen(args) !== null,
      execute: async args => {
        const what = chosen(args);
        if (what) {
          try {
            tellExported(
              await what.inspection.exportRows(
                what.selection,
                typeof args.name === 'string' ? args.name : undefined
              ),
              trans
            );
          } catch (error) {
            tell(error);
          }
        }
      }
    });

    /** Let a dataframe be picked from a menu where the mouse is. */
    const pick = async (
      title: string,
      without: readonly string[],
      item: (ref: string) => {
        command: string;
        args: ReadonlyPartialJSONObject;
      }
    ): Promise<void> => {
      await phoenix.refresh();
      const frames = new FramesMenu(commands, trans);
      frames.fill(phoenix.frames, without, item);
      const { menu } = frames;
      menu.title.label = title;
      const { x, y } = pointer.point ?? { x: 60, y: 80 };
      menu.aboutToClose.connect(() => {
        // The menu still runs the command that was chosen.
        window.setTimeout(() => menu.dispose());
      });
      menu.open(x, y);
    };

    const others = new FramesMenu(commands, trans);
    const submenu = others.menu;
    submenu.title.label = trans.__('Compare with…');
    submenu.title.icon = compareIcon;
    const fill = (): void => {
      if (!target) {
        return;
      }
      const { name } = target;
      const own = [name.ref, name.expression].filter(Boolean) as string[];
      others.fill(
        phoenix.frames,
        own,
        reference => ({
          command: CommandIDs.compare,
          args: { ...argsOf(name), reference }
        }),
        isLooking ? trans.__('Looking for dataframes…') : undefined
      );
    };
    document.addEventListener('contextmenu', fill);
    phoenix.changed.connect(fill);
    app.contextMenu.addItem({
      type: 'submenu',
      submenu,
      selector: `[${TARGET}]`,
      rank: 0.1
    });

    if (palette) {
      const category = trans.__('Phoenix');
      for (const command of [
        CommandIDs.open,
        CommandIDs.inspect,
        CommandIDs.compare,
        CommandIDs.refresh,
        CommandIDs.insertSelection,
        CommandIDs.exportSelection
      ]) {
        palette.addItem({ command, category });
      }
    }
    launcher?.add({
      command: CommandIDs.open,
      category: trans.__('Other'),
      rank: 3
    });
    phoenix.changed.connect(() => {
      commands.notifyCommandChanged(CommandIDs.insertSelection);
      commands.notifyCommandChanged(CommandIDs.exportSelection);
    });
  }
};

/** Parts of the page that can be about a dataframe. */
const PLACES =
  '.jp-OutputArea-child, .jp-CodeCell .cm-content, [data-phoenix-ref]';

const FRAME_ARGS = {
  type: 'object',
  properties: {
    ref: { type: 'string', description: 'The ref of the dataframe' },
    expression: { type: 'string', description: 'The variable that holds it' },
    name: { type: 'string', description: 'What to call it' },
    label: { type: 'string', description: 'The text of the menu item' },
    from: {
      type: 'string',
      enum: ['pointer', 'cursor'],
      description: 'Where to look for the dataframe if it is not named'
    }
  }
} as const;

const SELECTION_ARGS = {
  type: 'object',
  properties: {
    id: {
      type: 'string',
      description: 'The id of the selection; the last one without it'
    }
  }
} as const;

/** The name of a dataframe as arguments of a command. */
function argsOf({
  ref,
  expression,
  name
}: IFrameName): ReadonlyPartialJSONObject {
  return { ref, expression, name };
}

/** The primary set of what is open. */
function openSet(phoenix: IPhoenix): ITarget | null {
  const set = phoenix.current?.primary;
  return set
    ? { name: { ref: set.ref, name: set.name }, isFrame: true, mark: null }
    : null;
}
