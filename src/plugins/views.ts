import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { type ReadonlyPartialJSONObject, UUID } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import { DockPanel } from '@lumino/widgets';

import { columnIcon, compareIcon, mapIcon, performanceIcon } from '../icons';
import { isOf, stateOf } from '../model/restoring';
import {
  CommandIDs,
  type IInspection,
  type IInspectionState,
  IPhoenix,
  IViews,
  PERFORMANCE,
  RETRIEVAL
} from '../tokens';
import { areTabbed, giveRoom, giveSide } from '../views/room';
import { ViewTab } from '../views/tab';

type Tab = MainAreaWidget<ViewTab>;

const PREFIX = 'phoenix-lab-view-';

/** Keys that lead through a view and change nothing in it. */
const PASSING = ['Tab', 'Shift', 'Control', 'Alt', 'Meta', 'Escape'];

/** Whether something in a view was used, and not only looked at or passed. */
function isWork(event: Event): boolean {
  const { target } = event;
  return (
    !(event instanceof KeyboardEvent && PASSING.includes(event.key)) &&
    target instanceof Element &&
    target.closest(
      'button, input, canvas, svg, [role="option"], [role="slider"], [role="application"]'
    ) !== null
  );
}

/** Opens the views as tabs beside the notebook. */
export const viewsPlugin: JupyterFrontEndPlugin<IViews> = {
  id: 'phoenix-lab:views',
  description: 'Opens the views of an inspection as tabs beside the notebook.',
  autoStart: true,
  provides: IViews,
  requires: [IPhoenix, INotebookTracker],
  optional: [ITranslator, ILayoutRestorer, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    phoenix: IPhoenix,
    notebooks: INotebookTracker,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    /** Null in Notebook 7, whose main area holds nothing but the notebook. */
    lab: ILabShell | null
  ): IViews => {
    const trans = (translator ?? nullTranslator).load('phoenix_lab');
    const tracker = new WidgetTracker<Tab>({ namespace: 'phoenix-lab-view' });

    const changed = new Signal<object, string>(tracker);
    const previews = new Set<Tab>();

    const name = (tab: Tab): void => {
      const { column, state, inspection } = tab.content;
      const { primary, reference } = state;
      const sets = reference
        ? trans.__('%1 vs %2', primary.name, reference.name)
        : primary.name;
      const notebook = PathExt.basename(state.path);
      if (column === PERFORMANCE) {
        tab.title.label = trans.__('Performance: %1', sets);
        tab.title.caption = trans.__(
          'Performance on %1, in %2',
          sets,
          notebook
        );
        tab.title.icon = performanceIcon;
        return;
      }
      if (column === RETRIEVAL) {
        tab.title.label = trans.__('Retrieval: %1', sets);
        tab.title.caption = trans.__('Retrieval on %1, in %2', sets, notebook);
        tab.title.icon = performanceIcon;
        return;
      }
      tab.title.label = column ?? trans.__('Overview: %1', sets);
      tab.title.caption =
        column === null
          ? trans.__('Overview of %1, in %2', sets, notebook)
          : trans.__('Column %1 of %2, in %3', column, sets, notebook);
      const kind = inspection?.primary.columns.find(
        info => info.name === column
      )?.kind;
      tab.title.icon =
        column === null
          ? compareIcon
          : kind === 'vector'
            ? mapIcon
            : columnIcon;
      const isPreview = previews.has(tab);
      tab.title.className = isPreview ? 'px-mod-preview' : '';
      if (isPreview) {
        tab.title.caption += trans.__(
          '. The next column takes its place, unless you work with it or double-click this tab'
        );
      }
    };

    /** The panel goes with the view in front. */
    const follow = ({ content }: Tab): void => {
      phoenix.follow(content.state.path);
      if (content.inspection) {
        phoenix.select(content.inspection, content.column);
      }
    };

    const make = (
      column: string | null,
      state: IInspectionState,
      inspection: IInspection | null,
      id: string = UUID.uuid4()
    ): Tab => {
      const content = new ViewTab({
        phoenix,
        trans,
        column,
        state,
        inspection,
        openNotebook: path => {
          const panel = notebooks.find(({ context }) => context.path === path);
          if (panel) {
            app.shell.activateById(panel.id);
          }
        }
      });
      content.isOfOne = notebooks.size < 2;
      const tab: Tab = new MainAreaWidget({ content });
      // Of a layout that is restored it must be the same again.
      tab.id = `${PREFIX}${id}`;
      tab.title.closable = true;
      tab.toolbar.hide();
      name(tab);
      content.changed.connect(() => {
        if (content.inspection?.isDisposed) {
          // Its notebook was closed.
          tab.dispose();
          return;
        }
        name(tab);
        if (content.inspection) {
          closeWaiting(content.inspection, column);
          attachWaiting(content.inspection);
        }
        tracker.save(tab).catch(() => undefined);
        changed.emit(tab.content.state.path);
      });
      // The tracker says nothing when a tab comes back to the front after one that did not take the focus.
      tab.node.addEventListener('focusin', () => follow(tab));
      for (const event of ['click', 'change', 'keydown']) {
        content.node.addEventListener(event, used => {
          if (isWork(used)) {
            keep(tab);
          }
        });
      }
      tab.disposed.connect(() => {
        previews.delete(tab);
        changed.emit(state.path);
      });
      return tab;
    };

    /** Beside the other views, or right of the notebook. */
    const place = (tab: Tab, before?: Tab): void => {
      if (lab === null) {
        app.shell.add(tab, 'right', { rank: 900 });
        giveSide(tab);
        return;
      }
      const { path } = tab.content.state;
      const panel = notebooks.find(({ context }) => context.path === path);
      let beside: Tab | null = before ?? null;
      tracker.forEach(other => {
        if (
          !before &&
          other !== tab &&
          other.isAttached &&
          other.parent &&
          !(panel && areTabbed(other, panel))
        ) {
          beside = other;
        }
      });
      if (beside) {
        app.shell.add(tab, 'main', {
          mode: 'tab-after',
          ref: (beside as Tab).id,
          activate: false
        });
      } else {
        app.shell.add(tab, 'main', {
          mode: 'split-right',
          ref: panel?.id,
          activate: false
        });
        if (panel) {
          giveRoom(tab, panel);
        }
      }
    };

    /** A view that has come to show what one of an earlier time waits for stands for that, too. */
    const closeWaiting = (
      inspection: IInspection,
      column: string | null
    ): void => {
      tracker
        .filter(({ content }) => waitsFor(content, inspection, column))
        .forEach(tab => tab.dispose());
    };

    /** What was read for one view is there for all others of the same sets. */
    const attachWaiting = (inspection: IInspection): void => {
      tracker.forEach(({ content }) => {
        if (waitsFor(content, inspection, content.column)) {
          content.inspection = inspection;
        }
      });
    };

    /** The view of a column gives its place to the next one, until it is worked with or kept. */
    const keep = (tab: Tab): void => {
      if (previews.delete(tab)) {
        name(tab);
      }
    };

    /** Bring to the front, with the focus or without. */
    const raise = (tab: Tab, takesFocus: boolean): void => {
      const dock = tab.parent;
      if (takesFocus || !(dock instanceof DockPanel)) {
        app.shell.activateById(tab.id);
      } else {
        dock.selectWidget(tab);
      }
    };

    /** Whether a tab of an earlier time waits for the sets of an inspection. */
    const waitsFor = (
      { inspection, state, column }: ViewTab,
      found: IInspection,
      wanted: string | null
    ): boolean =>
      inspection === null &&
      column === wanted &&
      state.path === found.path &&
      isOf(found, state);

    phoenix.viewRequested.connect((_, { inspection, column, takesFocus }) => {
      const open = tracker.find(
        ({ content }) =>
          (content.column === column &&
            content.inspection?.id === inspection.id) ||
          waitsFor(content, inspection, column)
      );
      if (open) {
        open.content.inspection ??= inspection;
        if (!open.isAttached) {
          place(open);
        }
        raise(open, takesFocus);
        return;
      }
      const tab = make(column, stateOf(inspection), inspection);
      const isOfColumn =
        column !== null && column !== PERFORMANCE && column !== RETRIEVAL;
      const before = isOfColumn
        ? [...previews].find(
            ({ content, isAttached }) =>
              isAttached && content.inspection?.id === inspection.id
          )
        : undefined;
      if (isOfColumn) {
        previews.add(tab);
        name(tab);
      }
      place(tab, before);
      tracker.add(tab).catch(() => undefined);
      raise(tab, takesFocus);
      before?.dispose();
      changed.emit(inspection.path);
    });
    tracker.currentChanged.connect((_, tab) => {
      if (tab?.content.inspection) {
        phoenix.select(tab.content.inspection, tab.content.column);
      }
    });
    /** Where there are several notebooks, each view says of which it is. */
    const tellNotebooks = (): void =>
      tracker.forEach(({ content }) => {
        content.isOfOne = notebooks.size < 2;
      });
    notebooks.widgetAdded.connect((_, panel) => {
      panel.disposed.connect(tellNotebooks);
      tellNotebooks();
    });

    /** A tab of an earlier time; it computes nothing until it is asked to. */
    const reopen = (
      state: IInspectionState,
      column: string | null,
      id?: string
    ): Tab => {
      const tab = make(column, state, null, id);
      const attach = (): void => {
        if (!phoenix.hasKernel(state.path)) {
          // Its notebook comes back after it.
          return;
        }
        phoenix.changed.disconnect(attach);
        phoenix.restore(state).then(
          inspection => {
            if (!tab.isDisposed && inspection && !tab.content.inspection) {
              tab.content.inspection = inspection;
              if (app.shell.currentWidget === tab) {
                follow(tab);
              } else if (tab.isVisible) {
                phoenix.select(inspection, column);
              }
            }
          },
          () => undefined
        );
      };
      if (state.primary.id !== null) {
        phoenix.changed.connect(attach);
        attach();
      }
      tab.disposed.connect(() => {
        phoenix.changed.disconnect(attach);
      });
      return tab;
    };

    app.commands.addCommand(CommandIDs.restoreView, {
      label: trans.__('Restore a View'),
      describedBy: {
        args: {
          type: 'object',
          required: ['state'],
          properties: {
            state: {
              type: 'object',
              description: trans.__('The sets that the view is about')
            },
            column: {
              type: ['string', 'null'],
              description: trans.__('The column; none for the overview')
            },
            id: {
              type: 'string',
              description: trans.__('What tells the tab from others')
            }
          }
        }
      },
      isVisible: () => false,
      execute: args => {
        const tab = reopen(
          args.state as unknown as IInspectionState,
          typeof args.column === 'string' ? args.column : null,
          typeof args.id === 'string' ? args.id : undefined
        );
        place(tab);
        tracker.add(tab).catch(() => undefined);
        return tab;
      }
    });
    if (restorer) {
      restorer
        .restore(tracker, {
          command: CommandIDs.restoreView,
          args: ({ id, content }) =>
            ({
              state: content.state,
              column: content.column,
              id: id.slice(PREFIX.length)
            }) as unknown as ReadonlyPartialJSONObject,
          name: ({ id }) => id
        })
        .catch(() => undefined);
      app.restored
        .then(() =>
          // A tab that the saved layout does not know has no place: it was opened just before the page was left.
          tracker.filter(tab => !tab.isAttached).forEach(tab => place(tab))
        )
        .catch(() => undefined);
    }

    document.addEventListener('dblclick', ({ target }) => {
      const node = (target as Element).closest?.('.lm-TabBar-tab');
      if (node?.classList.contains('px-mod-preview')) {
        [...previews]
          .filter(({ id }) => node.getAttribute('data-id') === id)
          .forEach(keep);
      }
    });

    return {
      open: path => {
        const found: { state: IInspectionState; column: string | null }[] = [];
        tracker.forEach(({ content, isDisposed }) => {
          // One that is being closed is still known to the tracker when that is told.
          if (!isDisposed && content.state.path === path) {
            found.push({ state: content.state, column: content.column });
          }
        });
        return found;
      },
      reopen: (state, column) => {
        const tab = reopen(state, column);
        place(tab);
        tracker.add(tab).catch(() => undefined);
      },
      changed
    };
  }
};
