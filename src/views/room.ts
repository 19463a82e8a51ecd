import { MessageLoop } from '@lumino/messaging';
import { DockLayout, DockPanel, type Widget } from '@lumino/widgets';

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
