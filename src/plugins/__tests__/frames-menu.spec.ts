import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Menu, Widget } from '@lumino/widgets';

import type { FrameListing } from '../../api/contract';
import { FramesMenu } from '../frames-menu';

const trans = nullTranslator.load('');

const frame = (name: string, rows: number): FrameListing =>
  ({
    ref: `@${name}`,
    names: [name],
    n_rows: rows,
    n_columns: 1,
    columns: [],
    embeddings: []
  }) as unknown as FrameListing;

function opened(): {
  frames: FramesMenu;
  parent: Menu;
  labels: () => string[];
} {
  const commands = new CommandRegistry();
  const frames = new FramesMenu(commands, trans);
  commands.addCommand('phoenix-lab:compare', {
    label: args => String(args.label),
    describedBy: { args: { type: 'object' } },
    execute: () => undefined
  });
  const parent = new Menu({ commands });
  parent.addItem({ type: 'submenu', submenu: frames.menu });
  Widget.attach(parent, document.body);
  parent.activeIndex = 0;
  const labels = (): string[] => frames.menu.items.map(({ label }) => label);
  return { frames, parent, labels };
}

const fill = (frames: FramesMenu, all: FrameListing[], none?: string): void =>
  frames.fill(
    all,
    ['new'],
    ref => ({ command: 'phoenix-lab:compare', args: { ref } }),
    none
  );

describe('A menu of dataframes', () => {
  it('stays open when the list of dataframes comes, and when it comes again', () => {
    const { frames, parent, labels } = opened();
    fill(frames, [], 'Looking');
    parent.triggerActiveItem();
    expect(frames.menu.isAttached).toBe(true);
    expect(labels()).toEqual(['Looking']);
    fill(frames, [frame('old', 5), frame('new', 7)]);
    expect(labels()).toHaveLength(1);
    expect(labels()[0]).toMatch(/^old/);
    expect(frames.menu.isAttached).toBe(true);
    const items = [...frames.menu.items];
    fill(frames, [frame('old', 5), frame('new', 8)]);
    expect([...frames.menu.items]).toEqual(items);
    expect(frames.menu.isAttached).toBe(true);
    expect(frames.menu.parentMenu).toBe(parent);
    parent.dispose();
  });

  it('is not opened by being filled', () => {
    const { frames, parent, labels } = opened();
    fill(frames, [frame('old', 5)]);
    fill(frames, []);
    expect(labels()).toEqual(['No other dataframe']);
    expect(frames.menu.isAttached).toBe(false);
    parent.dispose();
  });
});
