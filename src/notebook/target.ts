import { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { IFrameName } from '../tokens';
import { labelOf, markAt, markOf, type IMark } from './mark';
import { isName } from './python';

/** What a person points at: a dataframe, and how sure we are that it is one. */
export interface ITarget {
  readonly name: IFrameName;
  /** An output that was marked is a dataframe; a name in a cell may be anything. */
  readonly isFrame: boolean;
  /** The output's mark, if it is one. */
  readonly mark: IMark | null;
}

/** What is under a point of a notebook, or null. */
export function targetAt(
  panel: NotebookPanel,
  node: Node,
  x: number,
  y: number
): ITarget | null {
  const mark = markAt(panel, node);
  if (mark) {
    return ofMark(mark);
  }
  const cell = panel.content.widgets.find(widget => widget.node.contains(node));
  const element = node instanceof Element ? node : node.parentElement;
  if (!(cell instanceof CodeCell) || !element?.closest('.cm-content')) {
    return null;
  }
  const position = cell.editor?.getPositionForCoordinate({
    left: x,
    top: y,
    right: x,
    bottom: y,
    x,
    y,
    width: 0,
    height: 0
  } as DOMRect);
  return position ? atPosition(cell, position) : null;
}

/** What the cursor is on: the name in the editor, otherwise the dataframe that the active cell shows. */
export function targetAtCursor(panel: NotebookPanel): ITarget | null {
  const cell = panel.content.activeCell;
  if (!(cell instanceof CodeCell)) {
    return null;
  }
  if (panel.content.mode === 'edit' && cell.editor) {
    const found = atPosition(cell, cell.editor.getCursorPosition());
    if (found) {
      return found;
    }
  }
  const { outputs } = cell.model;
  for (let i = outputs.length - 1; i >= 0; i--) {
    const mark = markOf(outputs.get(i).metadata);
    if (mark) {
      return ofMark(mark);
    }
  }
  return null;
}

function ofMark(mark: IMark): ITarget {
  return {
    name: {
      ref: mark.ref,
      // Only for code that is written later; the server finds the object by its ref.
      expression: mark.expr ?? undefined,
      name: labelOf(mark) ?? undefined
    },
    isFrame: true,
    mark
  };
}

function atPosition(
  cell: CodeCell,
  position: { line: number; column: number }
): ITarget | null {
  const { editor } = cell;
  if (!editor) {
    return null;
  }
  const token = editor.getTokenAt(editor.getOffsetAt(position));
  const { value, type, offset } = token;
  // An attribute (`df.year`) or a keyword argument is no variable.
  const before = editor.model.sharedModel.getSource().slice(0, offset);
  return type !== undefined &&
    /^(variable|VariableName)/.test(type) &&
    isName(value) &&
    !/\.\s*$/.test(before)
    ? { name: { expression: value, name: value }, isFrame: false, mark: null }
    : null;
}
