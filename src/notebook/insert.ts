import { CodeCell, type Cell } from '@jupyterlab/cells';
import { PathExt } from '@jupyterlab/coreutils';
import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import type { Contents, Kernel } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  type IMessageHandler,
  type Message,
  MessageLoop
} from '@lumino/messaging';

import type { FrameListing, InferencesModel } from '../api/contract';
import { FileExistsError, ProblemError } from '../api/problem';
import { count } from '../charts/format';
import type { IBack, IInsertion } from '../model/back';
import type {
  IEmbedders,
  IEmbedding,
  IInserted,
  IReporting,
  ISelection
} from '../tokens';
import { generate, type ICode } from './code';
import { askEmbedders } from './embedders';
import { markOf } from './mark';
import { assigns, freeName, namesIn, toName } from './python';
import { CodeError, type ISetCode } from './set-code';
import type { Source } from './source';
import { watchInFile } from './watch';

/** Puts code under the active cell of the notebook that an inspection belongs to. */
export class Back implements IBack {
  constructor(
    trans: TranslationBundle,
    /** Bring a widget of the shell to the front, by its id. */
    activate: (id: string) => void,
    contents: Contents.IManager,
    /** Open a file. */
    open: (path: string) => void
  ) {
    this._trans = trans;
    this._activate = activate;
    this._contents = contents;
    this._open = open;
  }

  async insert(insertion: IInsertion): Promise<IInserted> {
    const { source } = insertion;
    const panel = source?.notebook;
    if (!panel) {
      throw new ProblemError({
        message: this._trans.__('There is no notebook to insert a cell into.'),
        hint: this._trans.__('Export makes the rows a variable at once.')
      });
    }
    const { what } = insertion;
    if ('kind' in what && what.kind === 'watch' && what.isInFile) {
      return watchInFile(this._contents, panel.context.path, what, this._trans);
    }
    const page = 'kind' in what && what.kind === 'report' ? what : null;
    if (page) {
      await this._checkFile(panel, page);
    }
    const code = this._write(panel, insertion);
    const { primary, reference } = insertion.inspection;
    const after = 'kind' in what ? undefined : what.after;
    const sets = [
      primary.variable,
      reference?.variable ?? null,
      after?.kind === 'similar' ? after.pool : null
    ].filter((name): name is string => name !== null);
    const isHidden = !panel.isVisible;
    const { cell, place } = this._add(panel, code.source, sets);
    const id = cell.model.id;
    const ways = {
      undo: (): boolean => removeCell(panel, id, code.source),
      show: isHidden ? (): void => this._activate(panel.id) : null
    };
    if (after?.kind === 'file' || after?.kind === 'finetune') {
      const message =
        after.kind === 'file'
          ? this._trans.__('Cell added. Name the file in it, then run it.')
          : this._trans.__(
              'Cell added. Name the folder and columns in it, then run it.'
            );
      return { message, isAsPromised: true, ...ways };
    }
    if ('kind' in what && what.kind === 'embedding' && what.model === null) {
      const message = this._trans.__(
        'Cell added. Name the address and the model in it, then run it.'
      );
      return { message, isAsPromised: true, ...ways };
    }
    if ('kind' in what && what.kind === 'renaming') {
      // It changes a variable of the user's: to run it is for them to say.
      const message = this._trans.__(
        'Cell added. Run it, then Refresh to compare the columns.'
      );
      return { message, isAsPromised: true, ...ways };
    }
    if (!(await isIdle(source.kernel))) {
      const message =
        place === null
          ? this._trans.__(
              'Cell added on top; the kernel is busy, run it later.'
            )
          : this._trans.__(
              'Cell added below %1; the kernel is busy, run it later.',
              place
            );
      return { message, isAsPromised: true, ...ways };
    }
    const since = Date.now();
    await NotebookActions.runCells(panel.content, [cell], panel.sessionContext);
    if (
      panel.isVisible &&
      panel.content.activeCell === cell &&
      Date.now() - since < SOON
    ) {
      keepInSight(panel, cell);
    }
    const { inspection, shown } = insertion;
    const moved = inspection.moved
      .map(set => inspection[set]?.name)
      .join(this._trans.__(' and '));
    const done = report(
      {
        place,
        // what does something else with its rows shows none of them
        shown: code.rows === null ? null : shown,
        read: code.rows,
        moved: moved || null,
        found: rowsOf(cell),
        error: errorOf(cell),
        isRun: cell.model.executionCount !== null
      },
      this._trans
    );
    if (page && done.isAsPromised) {
      const path = beside(panel, page.file);
      return {
        message: this._trans.__('%1 is written, beside the notebook.', path),
        isAsPromised: true,
        ...ways,
        open: () => this._open(path)
      };
    }
    return { ...done, ...ways };
  }

  /** A report is a page beside the notebook, and takes the place of another file only if that was said. */
  private async _checkFile(
    panel: NotebookPanel,
    { file, isReplacing }: IReporting
  ): Promise<void> {
    if (!/^[^./\\:][^/\\:]*\.html?$/i.test(file)) {
      throw new ProblemError({
        message: this._trans.__('No report can be called %1.', file),
        hint: this._trans.__(
          'It lies beside the notebook, and its name ends with .html.'
        )
      });
    }
    if (isReplacing) {
      return;
    }
    // To ask for a file that is not there would be an error in the browser's console.
    const { content } = await this._contents.get(
      PathExt.dirname(panel.context.path),
      { type: 'directory', content: true }
    );
    if ((content as readonly Contents.IModel[]).some(f => f.name === file)) {
      throw new FileExistsError({
        message: this._trans.__('%1 is there already.', file)
      });
    }
  }

  async embedders(
    source: Source | null,
    frames: readonly string[],
    what: Pick<IEmbedding, 'column' | 'isOfImages'>,
    model: string | null
  ): Promise<IEmbedders> {
    if (!source?.kernel || frames.length === 0) {
      throw new ProblemError({
        message: this._trans.__('The dataframe has no name in a notebook.'),
        hint: this._trans.__('Assign it to a variable and inspect that.')
      });
    }
    return askEmbedders(source.kernel, frames, what, model, this._trans);
  }

  insertCode(source: Source | null, code: string): void {
    const panel = source?.notebook;
    if (panel) {
      this._add(panel, code);
    }
  }

  freeName(
    source: Source | null,
    selection: ISelection,
    frames: readonly FrameListing[]
  ): string {
    const taken = new Set([
      ...frames.flatMap(({ names }) => names),
      ...namesIn(source?.notebook ? sourcesOf(source.notebook).join('\n') : '')
    ]);
    return freeName(toName(selection.variable, 'rows'), taken);
  }

  private _write(
    panel: NotebookPanel,
    { inspection, what, frames, expressions, hasPackage }: IInsertion
  ): ICode {
    const { primary, reference, corpus } = inspection;
    const known = new Set(frames.flatMap(({ names }) => names));
    for (const { variable } of [primary, reference, corpus].flatMap(
      set => set ?? []
    )) {
      if (variable !== null && !known.has(variable)) {
        throw new ProblemError({
          message: this._trans.__('%1 is no longer in the kernel.', variable),
          hint: this._trans.__('Run the cell that makes it, then insert.')
        });
      }
    }
    const named = (model: InferencesModel): ISetCode => ({
      name: model.name,
      expression: model.variable ?? expressions.get(model.id) ?? null,
      // the rows of a query have no place that code could name
      library: model.is_query ? 'query' : model.library,
      schema: model.schema
    });
    try {
      return generate(what, {
        primary: named(primary),
        reference: reference && named(reference),
        corpus: corpus && named(corpus),
        sources: sourcesOf(panel),
        taken: known,
        isPlain: !hasPackage
      });
    } catch (error) {
      if (error instanceof CodeError) {
        throw this._explain(error);
      }
      throw error;
    }
  }

  private _explain({ reason, set }: CodeError): ProblemError {
    const trans = this._trans;
    const byExport = trans.__('Export makes the rows a variable at once.');
    switch (reason) {
      case 'no-name':
        return new ProblemError({
          message: trans.__(
            '%1 has no name in the notebook, so no code can give it again.',
            set
          ),
          hint: trans.__(
            'Assign it to a variable and inspect that, or use Export.'
          )
        });
      case 'no-rows':
        return new ProblemError({ message: trans.__('No rows are selected.') });
      case 'no-order':
        return new ProblemError({
          message: trans.__(
            '%1 is a query: its rows have no place that code could name.',
            set
          ),
          hint: byExport
        });
      case 'no-package':
        return new ProblemError({
          message: trans.__(
            'The kernel has no phoenix_lab, which the code of an analysis needs.'
          ),
          hint: trans.__(
            'Run %pip install phoenix_lab in the notebook; rows can be inserted without it.'
          )
        });
      case 'two-kinds':
        return new ProblemError({
          message: trans.__(
            '%1 is a dataframe of another library than the other set: rows of both cannot be put together.',
            set
          ),
          hint: trans.__('Take the rows of one set alone.')
        });
      case 'too-long':
        return new ProblemError({
          message: trans.__('These rows would fill pages of code.'),
          hint: byExport
        });
    }
  }

  /** Add a code cell; `place` is the cell above as the notebook marks it, or its number where it was not run, null when it is the first. */
  private _add(
    panel: NotebookPanel,
    source: string,
    /** Variables that the code takes: it stands below the cells that make them. */
    takes: readonly string[] = []
  ): { cell: CodeCell; place: string | null } {
    const notebook = panel.content;
    const made = notebook.widgets.reduce(
      (last, { model }, i) =>
        model.type === 'code' &&
        takes.some(name => assigns(model.sharedModel.getSource(), name))
          ? i
          : last,
      -1
    );
    if (notebook.activeCellIndex < made) {
      notebook.activeCellIndex = made;
    }
    const above = notebook.widgets.length > 0 ? notebook.activeCell : null;
    const number = notebook.activeCellIndex + 1;
    NotebookActions.insertBelow(notebook);
    if (!(notebook.activeCell instanceof CodeCell)) {
      NotebookActions.changeCellType(notebook, 'code');
    }
    const cell = notebook.activeCell;
    if (!(cell instanceof CodeCell)) {
      throw new ProblemError({
        message: this._trans.__('This notebook takes no new cells.')
      });
    }
    cell.model.sharedModel.setSource(source);
    notebook.mode = 'command';
    scrollTo(panel, cell);
    const count = above instanceof CodeCell ? above.model.executionCount : null;
    const shown =
      count === null ? this._trans.__('cell %1', number) : `[${count}]`;
    return {
      cell,
      place: !above
        ? null
        : panel.isVisible
          ? shown
          : this._trans.__(
              '%1 of %2',
              shown,
              PathExt.basename(panel.context.path)
            )
    };
  }

  private readonly _trans: TranslationBundle;
  private readonly _activate: (id: string) => void;
  private readonly _contents: Contents.IManager;
  private readonly _open: (path: string) => void;
}

/** The path of a file beside a notebook. */
function beside(panel: NotebookPanel, file: string): string {
  return PathExt.join(PathExt.dirname(panel.context.path), file);
}

/** Bring a cell into sight, now or when its notebook comes to the front. */
function scrollTo(panel: NotebookPanel, cell: Cell): void {
  const scroll = (): void => keepInSight(panel, cell);
  if (panel.isVisible) {
    scroll();
    return;
  }
  const hook = (_: IMessageHandler, message: Message): boolean => {
    if (message.type === 'after-show') {
      MessageLoop.removeMessageHook(panel, hook);
      // It has its size, and has scrolled to where it was, only then.
      requestAnimationFrame(() => requestAnimationFrame(scroll));
    }
    return true;
  };
  MessageLoop.installMessageHook(panel, hook);
}

/** Milliseconds within which whoever inserted a cell still looks for it. */
const SOON = 3000;
/** Milliseconds between looks whether a cell is in sight, and how many there are. */
const [LOOK, LOOKS] = [60, 15];

/**
 * Bring a cell into sight and keep it there until the notebook is at rest: cells above that are drawn only now, or the cell's own output, move it away again.
 * Whoever scrolls or types meanwhile is left alone.
 */
function keepInSight(panel: NotebookPanel, cell: Cell): void {
  const notebook = panel.content;
  const stops = ['wheel', 'pointerdown', 'keydown'];
  let left = LOOKS;
  let calm = 0;
  const stop = (): void => {
    left = 0;
    stops.forEach(name => panel.node.removeEventListener(name, stop, true));
  };
  const look = (): void => {
    const index = notebook.widgets.indexOf(cell);
    if (left <= 0 || index < 0 || !panel.isVisible) {
      stop();
      return;
    }
    left -= 1;
    if (isInSight(notebook.outerNode, cell)) {
      calm += 1;
    } else {
      calm = 0;
      notebook
        .scrollToItem(index, left === LOOKS - 1 ? 'smart' : 'start')
        .catch(() => undefined);
    }
    if (calm < 3) {
      window.setTimeout(look, LOOK);
    } else {
      stop();
    }
  };
  stops.forEach(name => panel.node.addEventListener(name, stop, true));
  look();
}

/** Whether the first lines of a cell are to be seen. */
function isInSight(frame: HTMLElement, { node }: Cell): boolean {
  const { top, bottom } = frame.getBoundingClientRect();
  const at = node.getBoundingClientRect();
  return (
    node.isConnected &&
    at.height > 0 &&
    at.top >= top - 1 &&
    at.top + Math.min(at.height, 60) <= bottom + 1
  );
}

/** Milliseconds that the kernel may look busy: each question that is asked about a dataframe makes it so for a moment. */
const PATIENCE = 1500;

/** Whether a kernel has nothing to do, or hardly anything. */
export async function isIdle(
  kernel: Pick<Kernel.IKernelConnection, 'status' | 'statusChanged'> | null
): Promise<boolean> {
  if (kernel === null || kernel.status === 'idle') {
    return kernel !== null;
  }
  return new Promise(resolve => {
    const end = (): void => {
      clearTimeout(timer);
      kernel.statusChanged.disconnect(look);
      resolve(kernel.status === 'idle');
    };
    const look = (): void => {
      if (kernel.status === 'idle') {
        end();
      }
    };
    const timer = setTimeout(end, PATIENCE);
    kernel.statusChanged.connect(look);
  });
}

type IReport = Pick<IInserted, 'message' | 'isAsPromised'>;

/** What is known of a cell after it should have run. */
export interface IOutcome {
  /** The cell above, null when there is none. */
  readonly place: string | null;
  /** Rows that the person was shown before; null where none were, and then the cell's own number is all that is told. */
  readonly shown: number | null;
  /** Rows that meet the same in the sets as they were read, whether or not anybody has seen the number. */
  readonly read: number | null;
  /** Rows that the cell gave; null where nothing tells. */
  readonly found: number | null;
  /** The sets of which other rows are shown than the kernel has now; null when there are none. */
  readonly moved: string | null;
  readonly error: string | null;
  /** Whether the kernel took it. */
  readonly isRun: boolean;
}

/** Say what came of a cell, and whether it was what was shown: that, and nothing else, it is compared with. */
export function report(outcome: IOutcome, trans: TranslationBundle): IReport {
  const { place, shown, read, found, moved, error, isRun } = outcome;
  if (error !== null) {
    return {
      message:
        place === null
          ? trans.__('Cell added on top, but it failed: %1', error)
          : trans.__('Cell added below %1, but it failed: %2', place, error),
      isAsPromised: false
    };
  }
  if (!isRun) {
    return {
      message:
        place === null
          ? trans.__('Cell added on top, but the kernel did not run it.')
          : trans.__(
              'Cell added below %1, but the kernel did not run it.',
              place
            ),
      isAsPromised: false
    };
  }
  if (found === null || (shown === null && read === null)) {
    return {
      message:
        place === null
          ? trans.__('Cell added on top and run.')
          : trans.__('Cell added below %1 and run.', place),
      isAsPromised: true
    };
  }
  const rows = trans._n('%2 row', '%2 rows', found, count(found));
  if (moved !== null) {
    return {
      message:
        shown === null || shown === found
          ? trans.__(
              'The cell gives %1 of %2 as it is now, not as it is shown. Refresh, then compare again.',
              rows,
              moved
            )
          : trans.__(
              'The cell gives %1 of %2 as it is now; %3 were shown of it as it was read. Refresh, then compare again.',
              rows,
              moved,
              count(shown)
            ),
      isAsPromised: false
    };
  }
  if (shown !== null && shown !== found) {
    return {
      message:
        read === found
          ? trans.__(
              'The cell gives %1, not the %2 that were shown: so many meet all that its code asks for; what was shown was counted under other conditions.',
              rows,
              count(shown)
            )
          : trans.__(
              'The cell gives %1, not the %2 that were shown: the dataframe holds others than when it was read. Refresh, then compare again.',
              rows,
              count(shown)
            ),
      isAsPromised: false
    };
  }
  if (read !== null && read !== found) {
    return {
      message: trans.__(
        'The cell gives %1, and %2 in the dataframe as it was read: it holds others now. Refresh, then compare again.',
        rows,
        count(read)
      ),
      isAsPromised: false
    };
  }
  const message =
    place === null
      ? trans.__('Cell added on top and run: %1', rows)
      : trans.__('Cell added below %1 and run: %2', place, rows);
  return {
    // a number that nobody has seen is not "as shown"
    message:
      shown === null ? `${message}.` : trans.__('%1, as shown.', message),
    isAsPromised: true
  };
}

/** Remove a cell if its source is still what was put there. */
export function removeCell(
  panel: NotebookPanel,
  id: string,
  source: string
): boolean {
  const model = panel.content.model;
  if (panel.isDisposed || !model) {
    return false;
  }
  const index = [...model.cells].findIndex(cell => cell.id === id);
  if (index < 0 || model.cells.get(index).sharedModel.getSource() !== source) {
    return false;
  }
  model.sharedModel.transact(() => {
    model.sharedModel.deleteCell(index);
  });
  panel.content.activeCellIndex = Math.max(0, index - 1);
  return true;
}

/** The source of the code cells of a notebook. */
function sourcesOf(panel: NotebookPanel): string[] {
  return panel.content.widgets
    .filter((cell: Cell) => cell.model.type === 'code')
    .map(cell => cell.model.sharedModel.getSource());
}

function errorOf(cell: CodeCell): string | null {
  const { outputs } = cell.model;
  for (let i = 0; i < outputs.length; i++) {
    const output = outputs.get(i);
    if (output.type === 'error') {
      const { ename, evalue } = output.toJSON() as {
        ename?: string;
        evalue?: string;
      };
      const text = [ename, evalue].filter(Boolean).join(': ').split('\n')[0];
      return text.length > 160 ? `${text.slice(0, 159)}…` : text;
    }
  }
  return null;
}

/** How many rows the dataframe has that a cell shows, or null if it shows none. */
function rowsOf(cell: CodeCell): number | null {
  const { outputs } = cell.model;
  for (let i = outputs.length - 1; i >= 0; i--) {
    const mark = markOf(outputs.get(i).metadata);
    if (mark) {
      return mark.rows;
    }
  }
  return null;
}
