import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import {
  EMPTY,
  type IDashboard,
  type ILast,
  isAnswer,
  MOST_TILES,
  parse,
  print,
  type Tile,
  WrongFileError
} from './document';
import { closed, isSamePlace, type Layout } from './layout';

/** Changes that can be taken back. */
const MOST_UNDONE = 50;

/**
 * A dashboard in the model of its document, whose text is the only truth.
 *
 * Whatever changes the text, a person here or somebody else, is read anew; each change writes the whole file. A file that cannot be read is never
 * written.
 */
export class DashboardModel implements IDisposable {
  constructor(private readonly _document: DocumentRegistry.ICodeModel) {
    this._read();
    _document.contentChanged.connect(this._read, this);
    _document.stateChanged.connect(this._tell, this);
  }

  get dashboard(): IDashboard {
    return this._dashboard;
  }

  /** Why the file cannot be shown; null where it can. */
  get problem(): WrongFileError | null {
    return this._problem;
  }

  /** Whether nothing can be changed. */
  get isReadOnly(): boolean {
    return this._document.readOnly || this._problem !== null;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get layout(): Layout {
    return new Map(this._dashboard.tiles.map(({ id, place }) => [id, place]));
  }

  get canUndo(): boolean {
    return this._undone.length > 0 && !this.isReadOnly;
  }

  get canRedo(): boolean {
    return this._redone.length > 0 && !this.isReadOnly;
  }

  /** Change the dashboard, as a person does: that can be taken back. */
  change(change: Partial<IDashboard>): void {
    if (!this.isReadOnly) {
      const before = this._dashboard;
      this._write({ ...before, ...change });
      this._undone = [...this._undone, before].slice(-MOST_UNDONE);
      this._redone = [];
      this._tell();
    }
  }

  /** Add a tile; false where there is no room for one more. */
  add(tile: Tile): boolean {
    const { tiles } = this._dashboard;
    if (this.isReadOnly || tiles.length >= MOST_TILES) {
      return false;
    }
    this.change({ tiles: [...tiles, tile] });
    return true;
  }

  remove(id: string): void {
    const left = this._dashboard.tiles.filter(tile => tile.id !== id);
    this.change({
      tiles: withLayout(
        left,
        closed(new Map(left.map(tile => [tile.id, tile.place])))
      )
    });
  }

  /** Change what one tile says. */
  edit(
    id: string,
    change: { readonly title?: string; readonly text?: string }
  ): void {
    this.change({
      tiles: this._dashboard.tiles.map(tile =>
        tile.id === id ? { ...tile, ...change } : tile
      )
    });
  }

  /** Put the tiles somewhere. */
  arrange(layout: Layout): void {
    const { tiles } = this._dashboard;
    const next = withLayout(tiles, layout);
    if (JSON.stringify(next) !== JSON.stringify(tiles)) {
      this.change({ tiles: next });
    }
  }

  /** Keep answers: no change of a person's, so that it is not taken back. */
  keep(answers: ReadonlyMap<string, ILast>): void {
    const { tiles } = this._dashboard;
    if (this.isReadOnly) {
      return;
    }
    this._write({
      ...this._dashboard,
      tiles: tiles.map(tile => {
        const last = answers.get(tile.id);
        return last && isAnswer(tile) ? { ...tile, last } : tile;
      })
    });
  }

  undo(): void {
    const before = this._undone.pop();
    if (before && !this.isReadOnly) {
      this._redone.push(this._dashboard);
      this._write(this._withAnswers(before));
    }
  }

  redo(): void {
    const after = this._redone.pop();
    if (after && !this.isReadOnly) {
      this._undone.push(this._dashboard);
      this._write(this._withAnswers(after));
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.disconnectReceiver(this);
    Signal.clearData(this);
  }

  /** A dashboard of another time with the answers that its tiles have now. */
  private _withAnswers(dashboard: IDashboard): IDashboard {
    const now = new Map(this._dashboard.tiles.map(tile => [tile.id, tile]));
    return {
      ...dashboard,
      tiles: dashboard.tiles.map(tile => {
        const same = now.get(tile.id);
        return isAnswer(tile) && same && isAnswer(same)
          ? { ...tile, last: same.last }
          : tile;
      })
    };
  }

  private _write(dashboard: IDashboard): void {
    const before = this._document.sharedModel.getSource();
    const after = print(dashboard);
    // What could not be read again is not written.
    parse(after);
    // Lines that are the same stay, so that two who change different tiles at once do not have each other's text twice.
    const [start, end] = sameEnds(before, after);
    this._isWriting = true;
    try {
      this._document.sharedModel.updateSource(
        start,
        before.length - end,
        after.slice(start, after.length - end)
      );
    } finally {
      this._isWriting = false;
    }
    if (this._document.toString() === after) {
      // The same objects, so that what is drawn of them stays.
      this._text = after;
      this._dashboard = dashboard;
      this._tell();
    } else {
      this._read();
    }
  }

  private _read(): void {
    if (this._isWriting) {
      return;
    }
    const text = this._document.toString();
    if (text === this._text) {
      return;
    }
    this._text = text;
    try {
      this._dashboard = withKnown(parse(text), this._dashboard);
      this._problem = null;
    } catch (error) {
      if (!(error instanceof WrongFileError)) {
        throw error;
      }
      this._problem = error;
    }
    this._tell();
  }

  private _tell(): void {
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _dashboard: IDashboard = EMPTY;
  private _problem: WrongFileError | null = null;
  private _text: string | null = null;
  private _undone: IDashboard[] = [];
  private _redone: IDashboard[] = [];
  private _isWriting = false;
  private _isDisposed = false;
}

/** A dashboard with the answers that it had before, where they are the same: what is drawn of them stays. */
function withKnown(dashboard: IDashboard, before: IDashboard): IDashboard {
  const known = new Map(before.tiles.map(tile => [tile.id, tile]));
  return {
    ...dashboard,
    tiles: dashboard.tiles.map(tile => {
      const same = known.get(tile.id);
      return isAnswer(tile) &&
        same &&
        isAnswer(same) &&
        JSON.stringify(tile.last) === JSON.stringify(same.last)
        ? { ...tile, last: same.last }
        : tile;
    })
  };
}

function withLayout(tiles: readonly Tile[], layout: Layout): readonly Tile[] {
  // What stays where it is stays the same, so that it is not drawn again.
  return tiles.map(tile => {
    const place = layout.get(tile.id);
    return place && !isSamePlace(place, tile.place) ? { ...tile, place } : tile;
  });
}

/** How many characters of whole lines two texts have in common at their start, and at their end. */
function sameEnds(before: string, after: string): [number, number] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) {
    start++;
  }
  start = start === 0 ? 0 : before.lastIndexOf('\n', start - 1) + 1;
  let end = 0;
  while (
    end < most - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end++;
  }
  const tail = before.slice(before.length - end);
  const line = tail.indexOf('\n');
  return [start, line < 0 ? 0 : end - line - 1];
}
