import { toScreen } from './camera';
import {
  type IFrame,
  type IPointLayer,
  Shape,
  SLOT_CANVAS,
  SLOT_INK,
  STYLE_BYTES,
  Weight
} from './layer';

/**
 * The same drawing without the graphics card: each look is drawn once and stamped at every point that has it.
 */
export class CanvasLayer implements IPointLayer {
  static create(canvas: HTMLCanvasElement): CanvasLayer | null {
    const context = canvas.getContext('2d');
    return context ? new CanvasLayer(canvas, context) : null;
  }

  private constructor(
    canvas: HTMLCanvasElement,
    context: CanvasRenderingContext2D
  ) {
    this._canvas = canvas;
    this._context = context;
  }

  readonly kind = 'canvas';

  setPoints(x: Float32Array, y: Float32Array, order: Uint32Array): void {
    this._order = order;
    this._x = x;
    this._y = y;
  }

  setStyle(style: Uint8Array): void {
    this._style = style;
  }

  setPalette(palette: Uint8Array): void {
    this._palette = palette;
  }

  draw(frame: IFrame): void {
    const { size, camera, ratio } = frame;
    const context = this._context;
    const stamps = new Map<number, HTMLCanvasElement>();
    if (this._style.length < STYLE_BYTES * this._order.length) {
      return;
    }
    context.clearRect(0, 0, this._canvas.width, this._canvas.height);
    for (const dims of [true, false]) {
      for (const i of this._order) {
        const weight = this._style[STYLE_BYTES * i + 2];
        if (weight === Weight.Hidden || (weight === Weight.Dim) !== dims) {
          continue;
        }
        const [x, y] = toScreen(camera, size, this._x[i], this._y[i]);
        if (x < -8 || y < -8 || x > size.width + 8 || y > size.height + 8) {
          continue;
        }
        const slot = this._style[STYLE_BYTES * i];
        const shape = this._style[STYLE_BYTES * i + 1];
        const key = (slot << 8) | (shape << 4) | weight;
        let stamp = stamps.get(key);
        if (!stamp) {
          stamp = this._stamp(slot, shape, weight, frame);
          stamps.set(key, stamp);
        }
        context.drawImage(
          stamp,
          Math.round(x * ratio - stamp.width / 2),
          Math.round(y * ratio - stamp.height / 2)
        );
      }
    }
  }

  dispose(): void {
    this._x = this._y = new Float32Array(0);
    this._order = new Uint32Array(0);
  }

  private _stamp(
    slot: number,
    shape: Shape,
    weight: Weight,
    { radius, ratio, opacity }: IFrame
  ): HTMLCanvasElement {
    const stamp = document.createElement('canvas');
    const more =
      shape === Shape.Large ? 1.2 : shape === Shape.Triangle ? 1 : 0.2;
    const outer = (radius + more) * ratio;
    const side = 2 * Math.ceil(outer + 2 * ratio);
    stamp.width = stamp.height = side;
    const context = stamp.getContext('2d');
    if (!context) {
      return stamp;
    }
    const circle = (r: number): void => {
      context.beginPath();
      if (shape === Shape.Triangle) {
        context.moveTo(side / 2, side / 2 - r);
        context.lineTo(side / 2 + 0.866 * r, side / 2 + r / 2);
        context.lineTo(side / 2 - 0.866 * r, side / 2 + r / 2);
        context.closePath();
        return;
      }
      context.arc(side / 2, side / 2, Math.max(r, 0.1), 0, 2 * Math.PI);
    };
    context.globalAlpha = opacity * (weight === Weight.Dim ? 0.5 : 1);
    if (shape === Shape.Ring && outer > 1.4 * ratio) {
      context.strokeStyle = this._colour(slot);
      context.lineWidth = 1.05 * ratio;
      circle(outer - 0.4 * ratio);
      context.stroke();
    } else {
      context.fillStyle = this._colour(slot);
      circle(outer);
      context.fill();
    }
    if (weight === Weight.Outlined || shape === Shape.Large) {
      context.globalAlpha = 1;
      context.strokeStyle = this._colour(
        weight === Weight.Outlined ? SLOT_INK : SLOT_CANVAS
      );
      context.lineWidth = ratio;
      circle(outer + 0.5 * ratio);
      context.stroke();
    }
    return stamp;
  }

  private _colour(slot: number): string {
    const [r, g, b] = this._palette.subarray(4 * slot, 4 * slot + 3);
    return `rgb(${r}, ${g}, ${b})`;
  }

  private readonly _canvas: HTMLCanvasElement;
  private readonly _context: CanvasRenderingContext2D;
  private _order = new Uint32Array(0);
  private _x = new Float32Array(0);
  private _y = new Float32Array(0);
  private _style = new Uint8Array(0);
  private _palette = new Uint8Array(256 * 4);
}
