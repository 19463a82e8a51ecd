import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { DockPanel, Widget } from '@lumino/widgets';

import type { IInspectionState, IPhoenix, IViews } from '../../tokens';
import { viewsPlugin } from '../views';

const state: IInspectionState = {
  path: 'a.ipynb',
  primary: { name: 'prod', variable: 'prod', id: null },
  reference: null,
  unit: null,
  limit: 0.1
};

/** The views of a shell that only holds what is added to it, or that places it in a dock. */
function start(
  dock: DockPanel | null = null,
  panels: readonly Widget[] = []
): { views: IViews; tabs: Widget[] } {
  const tabs: Widget[] = [];
  const add = (
    tab: Widget,
    _: string,
    { mode, ref }: { mode?: DockPanel.InsertMode; ref?: string }
  ): void => {
    tabs.push(tab);
    dock?.addWidget(tab, {
      mode,
      ref: [...dock.widgets()].find(({ id }) => id === ref)
    });
  };
  const owner = {};
  const app = {
    commands: new CommandRegistry(),
    shell: { add }
  } as unknown as JupyterFrontEnd;
  const phoenix = {
    changed: new Signal(owner),
    viewRequested: new Signal(owner)
  } as unknown as IPhoenix;
  const notebooks = {
    size: 1,
    find: (is: (panel: Widget) => boolean) => panels.find(is),
    widgetAdded: new Signal(owner)
  } as unknown as INotebookTracker;
  const views = viewsPlugin.activate(
    app,
    phoenix,
    notebooks,
    null,
    null,
    {} as ILabShell
  ) as IViews;
  return { views, tabs };
}

describe('the views of a notebook', () => {
  it('are without the one that is closed when that is told, for the notebook is then written', () => {
    const { views, tabs } = start();
    views.reopen(state, null);
    views.reopen(state, 'dashes');
    const open = (): (string | null)[] =>
      views.open('a.ipynb').map(({ column }) => column);
    expect(open()).toEqual([null, 'dashes']);
    const told: (string | null)[][] = [];
    views.changed.connect(() => told.push(open()));
    tabs[1].dispose();
    expect(told).toEqual([[null]]);
    expect(open()).toEqual([null]);
  });

  it('open beside it, also where it lies among the views of another', () => {
    const notebook = (path: string): Widget =>
      Object.assign(new Widget(), { id: path, context: { path } });
    const [a, b] = [notebook('a.ipynb'), notebook('b.ipynb')];
    const dock = new DockPanel();
    Widget.attach(dock, document.body);
    dock.addWidget(a);
    const { views, tabs } = start(dock, [a, b]);
    views.reopen(state, null);
    // Opened at the right, behind the view that is there.
    dock.addWidget(b, { mode: 'tab-after', ref: tabs[0] });
    views.reopen({ ...state, path: 'b.ipynb' }, null);
    views.reopen({ ...state, path: 'b.ipynb' }, 'age');
    const barOf = (widget: Widget): readonly unknown[] =>
      [...dock.tabBars()].find(({ titles }) => titles.includes(widget.title))
        ?.titles ?? [];
    expect(barOf(b)).toEqual([tabs[0].title, b.title]);
    expect(barOf(tabs[1])).toEqual([tabs[1].title, tabs[2].title]);
    // A view of the notebook at the left goes to the views that cover nothing of it.
    views.reopen(state, 'age');
    expect(barOf(a)).toEqual([a.title]);
    dock.dispose();
  });
});
