import type { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Menu } from '@lumino/widgets';

import type { FrameListing } from '../api/contract';
import { aboutText, candidates, rootOf } from '../model/alike';
import { shape } from '../model/shape';
import { CommandIDs } from '../tokens';

/** What happens to a dataframe that is chosen. */
type Chosen = (ref: string) => {
  command: string;
  args: ReadonlyPartialJSONObject;
};

/** A menu of dataframes. */
export class FramesMenu {
  readonly menu: Menu;

  constructor(
    commands: CommandRegistry,
    private readonly _trans: TranslationBundle
  ) {
    this.menu = new MenuSvg({ commands });
  }

  /** Fill it, again where it was filled before: one that is open stays so, and as it is when nothing is new. */
  fill(
    frames: readonly FrameListing[],
    /** Refs and names of those that are left out. */
    without: readonly string[],
    chosen: Chosen,
    /** What it says where there are none. */
    none = this._trans.__('No other dataframe')
  ): void {
    const { menu } = this;
    const isOwn = ({ ref, names }: FrameListing): boolean =>
      [ref, ...names].some(name => without.includes(name));
    const own = frames.find(isOwn) ?? outputOf(frames, without);
    const items: Menu.IItemOptions[] = (own ? candidates(frames, own) : frames)
      .filter(frame => frame.names.length > 0 && !isOwn(frame))
      .map(frame => {
        const { command, args } = chosen(frame.ref);
        const label = this._trans.__(
          '%1   %2',
          frame.names[0],
          own ? aboutText(frame, own, this._trans) : shape(frame)
        );
        return { command, args: { ...args, label } };
      });
    if (items.length === 0) {
      const args = { label: none, isNone: true };
      items.push({ command: CommandIDs.compare, args });
    }
    const key = JSON.stringify(items);
    if (key === this._key) {
      return;
    }
    this._key = key;
    // Lumino closes a menu whose items change.
    const parent = menu.isAttached ? menu.parentMenu : null;
    menu.clearItems();
    items.forEach(item => menu.addItem(item));
    if (parent?.isAttached) {
      parent.activeIndex = parent.items.findIndex(
        ({ submenu }) => submenu === menu
      );
      parent.triggerActiveItem();
    }
  }

  private _key = '';
}

/** An output such as `df.head()`, which is no frame of the list, as one of the kind of `df`. */
function outputOf(
  frames: readonly FrameListing[],
  expressions: readonly string[]
): (FrameListing & { readonly expression: string }) | undefined {
  for (const expression of expressions) {
    const root = rootOf(expression);
    const whole = frames.find(
      ({ names }) => root !== null && names.includes(root)
    );
    if (whole) {
      return { ...whole, ref: '', names: [], expression };
    }
  }
  return undefined;
}
