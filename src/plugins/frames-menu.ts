import type { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Menu } from '@lumino/widgets';

import type { FrameListing } from '../api/contract';
import { shape } from '../model/shape';
import { CommandIDs } from '../tokens';

/** A menu of dataframes, new or filled again. */
export function framesMenu(
  commands: CommandRegistry,
  frames: readonly FrameListing[],
  /** Refs and names of those that are left out. */
  without: readonly string[],
  item: (ref: string) => { command: string; args: ReadonlyPartialJSONObject },
  trans: TranslationBundle,
  menu: Menu = new MenuSvg({ commands })
): Menu {
  menu.clearItems();
  for (const frame of frames) {
    const { ref, names } = frame;
    if (names.length === 0 || [ref, ...names].some(n => without.includes(n))) {
      continue;
    }
    const { command, args } = item(ref);
    menu.addItem({
      command,
      args: {
        ...args,
        label: trans.__('%1   %2', names[0], shape(frame))
      }
    });
  }
  if (menu.items.length === 0) {
    menu.addItem({
      command: CommandIDs.compare,
      args: { label: trans.__('No other dataframe'), isNone: true }
    });
  }
  return menu;
}
