import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { cardPlugin } from './plugins/card';
import { commandsPlugin } from './plugins/commands';
import { dashboardsPlugin } from './plugins/dashboards';
import { monitorsPlugin } from './plugins/monitors';
import { panelPlugin } from './plugins/panel';
import { phoenixPlugin } from './plugins/phoenix';
import { statePlugin } from './plugins/state';
import { viewsPlugin } from './plugins/views';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  phoenixPlugin,
  viewsPlugin,
  panelPlugin,
  commandsPlugin,
  cardPlugin,
  statePlugin,
  dashboardsPlugin,
  monitorsPlugin
];

export default plugins;
