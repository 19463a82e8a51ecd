import { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

/** Where the bridge leaves its mark in the metadata of an output. */
const MARK_KEY = 'phoenix_lab';

/** What the bridge wrote beside a dataframe that was displayed. */
export interface IMark {
  /** The very object, while the kernel that made it lives. */
  readonly ref: string;
  /** The variables that were the object when it was shown. */
  readonly names: readonly string[];
  /** The variable that the expression starts from: `df` of `df.head()`. */
  readonly root: string | null;
  /** The expression that was shown: `df.head()`. */
  readonly expr: string | null;
  /** Which life of the kernel made it. */
  readonly session: string | null;
  readonly rows: number | null;
}

/** The mark in some metadata, or null; a file may hold anything there. */
export function markOf(metadata: unknown): IMark | null {
  const data = field(metadata, MARK_KEY);
  const ref = field(data, 'ref');
  if (typeof ref !== 'string' || ref === '') {
    return null;
  }
  const names = field(data, 'names');
  const shape = field(data, 'shape');
  const rows =
    field(data, 'n_rows') ??
    (Array.isArray(shape) ? (shape[0] as unknown) : null);
  return {
    ref,
    names: Array.isArray(names)
      ? names.filter((name): name is string => typeof name === 'string')
      : [],
    root: text(field(data, 'root')),
    expr: text(field(data, 'expr')),
    session: text(field(data, 'session')),
    rows: typeof rows === 'number' ? rows : null
  };
}

/** How a displayed dataframe is called in menus. */
export function labelOf(mark: IMark): string | null {
  return mark.names[0] ?? mark.expr ?? mark.root;
}

/** The mark of the output that a node of the page belongs to, or null. */
export function markAt(panel: NotebookPanel, node: Node): IMark | null {
  const cell = panel.content.widgets.find(widget => widget.node.contains(node));
  if (!(cell instanceof CodeCell)) {
    return null;
  }
  const index = cell.outputArea.widgets.findIndex(output =>
    output.node.contains(node)
  );
  const { model } = cell.outputArea;
  return index >= 0 && index < model.length
    ? markOf(model.get(index).metadata)
    : null;
}

function field(data: unknown, key: string): unknown {
  return typeof data === 'object' && data !== null
    ? (data as Record<string, unknown>)[key]
    : undefined;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
