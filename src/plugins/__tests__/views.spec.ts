import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { IInspectionState, IPhoenix, IViews } from '../../tokens';
import { viewsPlugin } from '../views';

const state: IInspectionState = {
  path: 'a.ipynb',
  primary: { name: 'prod', variable: 'prod', id: null },
  reference: null,
  unit: null,
  limit: 0.1
};

/** The views of a shell that only holds what is added to it. */
function start(): { views: IViews; tabs: Widget[] } {
  const tabs: Widget[] = [];
  const owner = {};
  const app = {
    commands: new CommandRegistry(),
    shell: { add: (tab: Widget) => tabs.push(tab) }
  } as unknown as JupyterFrontEnd;
  const phoenix = {
    changed: new Signal(owner),
    viewRequested: new Signal(owner)
  } as unknown as IPhoenix;
  const notebooks = {
    size: 1,
    find: () => undefined,
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
});
