import type { IDisposable } from '@lumino/disposable';

/** Where the context menu was last asked for. */
export interface IPoint {
  readonly node: Node;
  readonly x: number;
  readonly y: number;
}

/**
 * Remembers where the context menu was asked for, before the menu itself is made.
 */
export class Pointer implements IDisposable {
  constructor(onPoint: (point: IPoint) => void) {
    this._listener = event => {
      const { target, clientX: x, clientY: y } = event;
      this._point = target instanceof Node ? { node: target, x, y } : null;
      if (this._point) {
        onPoint(this._point);
      }
    };
    document.addEventListener('contextmenu', this._listener, true);
  }

  get point(): IPoint | null {
    return this._point;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._point = null;
      document.removeEventListener('contextmenu', this._listener, true);
    }
  }

  private readonly _listener: (event: MouseEvent) => void;
  private _point: IPoint | null = null;
  private _isDisposed = false;
}
