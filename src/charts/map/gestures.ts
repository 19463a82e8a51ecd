import { type Polygon } from './polygon';

/** What the left button does. */
export type Tool = 'lasso' | 'rectangle' | 'pan';

/** How a pick goes together with what is already selected. */
export type PickMode = 'replace' | 'add' | 'subtract';

export function modeOf(event: {
  shiftKey: boolean;
  altKey: boolean;
}): PickMode {
  return event.altKey ? 'subtract' : event.shiftKey ? 'add' : 'replace';
}

/** What gestures on a map ask for; places are in pixels of the element. */
export interface IGestureTarget {
  readonly tool: Tool;
  /** Whether the wheel is the map's; otherwise it scrolls the page. */
  readonly wheels: boolean;
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  /** The shape being drawn, or null when it ends. */
  sketch(shape: Polygon | null): void;
  shape(shape: Polygon, kind: 'lasso' | 'rectangle', mode: PickMode): void;
  click(x: number, y: number, mode: PickMode): void;
  hover(x: number, y: number): void;
  leave(): void;
}

/** Up to so many pixels of movement are a click. */
const STILL = 4;
/** Corners of a lasso are at least so far apart. */
const STEP = 3;

/**
 * Turns pointer and wheel events of an element into gestures.
 */
export class Gestures {
  constructor(element: HTMLElement, target: IGestureTarget) {
    this._element = element;
    this._target = target;
    element.addEventListener('pointerdown', this._down);
    element.addEventListener('pointermove', this._move);
    element.addEventListener('pointerup', this._up);
    element.addEventListener('pointercancel', this._cancel);
    element.addEventListener('pointerleave', this._leave);
    // React listens passively, and then the page could not be kept from scrolling.
    element.addEventListener('wheel', this._wheel, { passive: false });
  }

  /** While true the left button moves the map whatever the tool. */
  panning = false;

  /** Stop what is being drawn. */
  abort(): boolean {
    const active = this._path !== null;
    this._path = null;
    this._target.sketch(null);
    return active;
  }

  dispose(): void {
    const element = this._element;
    element.removeEventListener('pointerdown', this._down);
    element.removeEventListener('pointermove', this._move);
    element.removeEventListener('pointerup', this._up);
    element.removeEventListener('pointercancel', this._cancel);
    element.removeEventListener('pointerleave', this._leave);
    element.removeEventListener('wheel', this._wheel);
  }

  private _place(event: MouseEvent): [number, number] {
    const box = this._element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private readonly _down = (event: PointerEvent): void => {
    if (event.button > 1) {
      return;
    }
    const pan =
      event.button === 1 || this.panning || this._target.tool === 'pan';
    this._gesture = pan
      ? 'pan'
      : this._target.tool === 'rectangle'
        ? 'rectangle'
        : 'lasso';
    this._path = [this._place(event)];
    this._last = this._path[0];
    this._moved = false;
    this._element.setPointerCapture(event.pointerId);
    this._element.focus({ preventScroll: true });
    event.preventDefault();
  };

  private readonly _move = (event: PointerEvent): void => {
    const place = this._place(event);
    if (!this._path) {
      this._target.hover(...place);
      return;
    }
    const [x0, y0] = this._path[0];
    if (!this._moved && Math.hypot(place[0] - x0, place[1] - y0) < STILL) {
      return;
    }
    this._moved = true;
    const dx = place[0] - this._last[0];
    const dy = place[1] - this._last[1];
    if (this._gesture === 'pan') {
      this._target.pan(dx, dy);
      this._last = place;
    } else if (this._gesture === 'rectangle') {
      this._path = [[x0, y0], place];
      this._target.sketch(corners([x0, y0], place));
    } else if (Math.hypot(dx, dy) >= STEP) {
      this._path.push(place);
      this._target.sketch(this._path);
      this._last = place;
    }
  };

  private readonly _up = (event: PointerEvent): void => {
    const path = this._path;
    this._path = null;
    if (!path) {
      return;
    }
    const mode = modeOf(event);
    if (!this._moved) {
      this._target.click(...path[0], mode);
    } else if (this._gesture === 'rectangle' && path.length === 2) {
      this._target.shape(corners(path[0], path[1]), 'rectangle', mode);
    } else if (this._gesture === 'lasso' && path.length > 2) {
      this._target.shape(path, 'lasso', mode);
    }
    this._target.sketch(null);
  };

  private readonly _cancel = (): void => {
    this.abort();
  };

  private readonly _leave = (): void => {
    if (!this._path) {
      this._target.leave();
    }
  };

  private readonly _wheel = (event: WheelEvent): void => {
    // A pinch is always meant for the map.
    if (!this._target.wheels && !event.ctrlKey) {
      return;
    }
    event.preventDefault();
    // Lines and pages become pixels; a pinch comes as a wheel with Ctrl, in small steps.
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.0018;
    const delta = Math.max(-300, Math.min(300, event.deltaY * unit));
    this._target.zoom(Math.exp(-delta * speed), ...this._place(event));
  };

  private readonly _element: HTMLElement;
  private readonly _target: IGestureTarget;
  private _gesture: 'pan' | 'lasso' | 'rectangle' = 'lasso';
  private _path: [number, number][] | null = null;
  private _last: [number, number] = [0, 0];
  private _moved = false;
}

function corners(a: [number, number], b: [number, number]): Polygon {
  return [a, [b[0], a[1]], b, [a[0], b[1]]];
}
