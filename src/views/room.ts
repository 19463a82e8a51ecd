import { MessageLoop } from '@lumino/messaging';
import {
  DockLayout,
  DockPanel,
  SplitPanel,
  type Widget
} from '@lumino/widgets';

/** What a notebook keeps of the breadth that it shares with a view. */
const SHARE = 0.34;
/** And what it keeps at least, in pixels: a cell is still readable. */
const LEAST = 320;

/**
 * Give a view that was just split off to the right more room than the notebook it came from: a map and its clusters
 * need it, and the shell halves.
 */
export function giveRoom(view: Widget, notebook: Widget): void {
  const dock = view.parent;
  if (!(dock instanceof DockPanel) || dock !== notebook.parent) {
    return;
  }
  const layout = dock.layout;
  if (!(layout instanceof DockLayout)) {
    return;
  }
  // The new place has its size only when the messages under way are done.
  MessageLoop.flush();
  const frame = dock.node.getBoundingClientRect();
  const left = notebook.node.getBoundingClientRect();
  const right = view.node.getBoundingClientRect();
  const whole = right.right - left.left;
  const keep = Math.max(LEAST, SHARE * whole);
  if (right.left < left.right || keep > whole / 2) {
    return;
  }
  for (const handle of layout.handles()) {
    const { left: x, right: end } = handle.getBoundingClientRect();
    if (end > x && x >= left.right - 2 && end <= right.left + 2) {
      layout.moveHandle(handle, left.left - frame.left + keep, 0);
      return;
    }
  }
}

/** Whether one of two widgets covers the other: they are tabs of the same bar. */
export function areTabbed(one: Widget, other: Widget): boolean {
  const dock = other.parent;
  return (
    dock instanceof DockPanel &&
    [...dock.tabBars()].some(
      ({ titles }) => titles.includes(one.title) && titles.includes(other.title)
    )
  );
}

/** What a view in the side area of Notebook 7 takes of the whole breadth. */
const SIDE = 0.5;

/** Give the side area that a view is in more room than it has for lists, once it is shown. */
export function giveSide(view: Widget): void {
  const split = splitOf(view);
  if (!split) {
    return;
  }
  const { panel, child } = split;
  const give = (): void => {
    const sizes = panel.relativeSizes();
    const at = panel.widgets.indexOf(child);
    const rest = sizes.reduce((sum, size, i) => sum + (i === at ? 0 : size), 0);
    if (at >= 0 && sizes[at] < SIDE && rest > 0) {
      panel.setRelativeSizes(
        sizes.map((size, i) => (i === at ? SIDE : (size / rest) * (1 - SIDE)))
      );
    }
  };
  // It has no size as long as it is hidden.
  const wait = new ResizeObserver(() => {
    if (child.isVisible && view.isVisible) {
      wait.disconnect();
      give();
    }
  });
  wait.observe(view.node);
  view.disposed.connect(() => wait.disconnect());
}

/** The split panel that a widget is somewhere in, and the part of it. */
function splitOf(view: Widget): { panel: SplitPanel; child: Widget } | null {
  for (let child = view; child.parent; child = child.parent) {
    if (child.parent instanceof SplitPanel) {
      return { panel: child.parent, child };
    }
  }
  return null;
}
