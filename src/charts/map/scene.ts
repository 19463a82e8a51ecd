import {
  between,
  fit,
  type ICamera,
  type ISize,
  pan,
  toMap,
  toScreen,
  zoom
} from './camera';
import { CanvasLayer } from './canvas';
import { type IGround, paintGround } from './ground';
import { type IPointLayer, opacityFor, orderFor, radiusFor } from './layer';
import { everywhere, type IMapPoints, isSameExtent } from './points';
import type { Polygon } from './polygon';
import { css, type IMapTheme, paletteOf } from './theme';
import { WebGLLayer } from './webgl';

/** Lines and marks above the points. */
export interface IMarks {
  /** Outlines of what is selected, in ink. */
  readonly selected: readonly Polygon[];
  /** Outlines of what is pointed at. */
  readonly hovered: readonly Polygon[];
  /** Index of the point that is pointed at, or −1. */
  readonly point: number;
  /** Lines from a query to documents, in the map's coordinates. */
  readonly links: readonly (readonly [number, number, number, number])[];
  /** The shape being drawn, in pixels. */
  readonly sketch: Polygon | null;
}

const NO_MARKS: IMarks = {
  selected: [],
  hovered: [],
  point: -1,
  links: [],
  sketch: null
};

/** How long a move of the camera takes, in milliseconds. */
const MOVE = 350;

/**
 * The three canvases of a map (ground, points, marks), their camera and when they are drawn.
 */
export class MapScene {
  /**
   * @param canvases - From the lowest to the highest.
   * @param onFrame - Called after each drawing, with the camera that it was drawn with.
   */
  constructor(
    canvases: {
      ground: HTMLCanvasElement;
      points: HTMLCanvasElement;
      marks: HTMLCanvasElement;
    },
    onFrame: () => void
  ) {
    this._canvases = canvases;
    this._onFrame = onFrame;
    this._layer =
      WebGLLayer.create(canvases.points, () => this.invalidate()) ??
      CanvasLayer.create(canvases.points);
  }

  /** What draws the points; null when nothing can. */
  get kind(): 'webgl' | 'canvas' | null {
    return this._layer?.kind ?? null;
  }

  get camera(): ICamera {
    return this._camera;
  }

  get size(): ISize {
    return this._size;
  }

  project(x: number, y: number): [number, number] {
    return toScreen(this._camera, this._size, x, y);
  }

  unproject(x: number, y: number): [number, number] {
    return toMap(this._camera, this._size, x, y);
  }

  setPoints(points: IMapPoints): void {
    const before = this._points;
    this._points = points;
    if (before?.x !== points.x) {
      const below = points.documents?.n ?? 0;
      this._layer?.setPoints(...everywhere(points), orderFor(points.n, below));
      // The same map with more rows on it stays where it is.
      if (!before || !isSameExtent(before.core, points.core)) {
        this._stopped();
        this._camera = this._whole();
        this._moved = false;
      }
    }
    this.invalidate();
  }

  setStyle(style: Uint8Array): void {
    this._layer?.setStyle(style);
    this.invalidate();
  }

  setTheme(theme: IMapTheme): void {
    this._theme = theme;
    this._layer?.setPalette(paletteOf(theme));
    this._picture = null;
    this.invalidate();
  }

  setGround(ground: IGround | null): void {
    this._ground = ground;
    this._picture = null;
    this.invalidate();
  }

  setMarks(marks: Partial<IMarks>): void {
    this._marks = { ...this._marks, ...marks };
    // Pointing at something leaves the points as they are drawn.
    this._ask();
  }

  resize(size: ISize): void {
    if (size.width < 2 || size.height < 2) {
      return;
    }
    const first = this._size.width < 2;
    const before = this._whole();
    this._size = size;
    const whole = this._whole();
    this._camera =
      first || !this._moved
        ? whole
        : {
            ...this._camera,
            scale: (this._camera.scale * whole.scale) / before.scale
          };
    this.invalidate();
  }

  pan(dx: number, dy: number): void {
    this._stopped();
    this._moved = true;
    this._camera = pan(this._camera, dx, dy);
    this.invalidate();
  }

  zoom(factor: number, x: number, y: number): void {
    this._stopped();
    this._moved = true;
    this._camera = zoom(this._camera, this._size, factor, x, y, this._whole());
    this.invalidate();
  }

  /** Come closer or move away around the middle, in a short movement. */
  step(factor: number): void {
    const { width, height } = this._size;
    this._moved = true;
    this._fly(
      zoom(
        this._goal ?? this._camera,
        this._size,
        factor,
        width / 2,
        height / 2,
        this._whole()
      )
    );
  }

  /** Show the core of the map, or when that is what is seen, the whole with all that lies far off. */
  fit(): void {
    const core = this._whole();
    const there =
      Math.abs(Math.log(this._camera.scale / core.scale)) < 0.01 &&
      Math.hypot(this._camera.x - core.x, this._camera.y - core.y) *
        core.scale <
        2;
    if (there && this._points) {
      this._moved = true;
      this._fly(fit(this._points.extent, this._size));
    } else {
      this._moved = false;
      this._fly(core);
    }
  }

  /** Show everything, however far off it lies. */
  fitAll(): void {
    if (this._points) {
      this._moved = true;
      this._fly(fit(this._points.extent, this._size));
    }
  }

  /** Move the camera so that a point is well inside the picture. */
  reveal(index: number): void {
    const points = this._points;
    if (!points || index < 0) {
      return;
    }
    const [sx, sy] = this.project(points.x[index], points.y[index]);
    const { width, height } = this._size;
    const margin = 24;
    if (
      sx < margin ||
      sy < margin ||
      sx > width - margin ||
      sy > height - margin
    ) {
      this._moved = true;
      this._fly({ ...this._camera, x: points.x[index], y: points.y[index] });
    }
  }

  /**
   * Draw now, and everything on the ground: a printer draws once more what a page drew for it, and then the graphics card's picture is gone and a
   * canvas that was cleared is a white sheet over those below. The next drawing is as ever.
   */
  drawForPaper(): void {
    const { ground, points, marks } = this._canvases;
    cancelAnimationFrame(this._request);
    this._goal = null;
    this._stale = true;
    this._draw(performance.now());
    const context = ground.getContext('2d');
    context?.setTransform(1, 0, 0, 1, 0, 0);
    for (const above of [points, marks]) {
      if (above.width > 0 && above.height > 0) {
        context?.drawImage(inMemory(above), 0, 0);
      }
      above.style.visibility = 'hidden';
    }
  }

  /** Draw everything at the next chance. */
  invalidate(): void {
    this._stale = true;
    this._ask();
  }

  private _ask(): void {
    if (this._request === 0 && !this._isDisposed) {
      this._request = requestAnimationFrame(this._draw);
    }
  }

  dispose(): void {
    this._isDisposed = true;
    cancelAnimationFrame(this._request);
    this._layer?.dispose();
  }

  private _whole(): ICamera {
    return fit(
      this._points?.core ?? { x0: 0, x1: 1, y0: 0, y1: 1 },
      this._size
    );
  }

  private _fly(goal: ICamera): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this._stopped();
      this._camera = goal;
    } else {
      this._from = this._camera;
      this._goal = goal;
      this._start = performance.now();
    }
    this.invalidate();
  }

  private _stopped(): void {
    this._goal = null;
  }

  private readonly _draw = (now: number): void => {
    this._request = 0;
    if (this._goal) {
      const t = (now - this._start) / MOVE;
      this._camera = between(this._from, this._goal, Math.max(t, 0));
      if (t >= 1) {
        this._stopped();
      } else {
        this.invalidate();
      }
    }
    const ratio = window.devicePixelRatio || 1;
    for (const canvas of Object.values(this._canvases)) {
      const width = Math.round(this._size.width * ratio);
      const height = Math.round(this._size.height * ratio);
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
        this._stale = true;
      }
    }
    if (!this._points || !this._theme || this._size.width < 2) {
      return;
    }
    if (this._stale) {
      this._stale = false;
      this._canvases.points.style.visibility = '';
      this._canvases.marks.style.visibility = '';
      this._drawGround(ratio, this._theme);
      const closer = this._camera.scale / this._whole().scale;
      this._layer?.draw({
        camera: this._camera,
        size: this._size,
        ratio,
        radius:
          radiusFor(this._points.n) *
          Math.min(Math.max(closer, 0.6) ** 0.35, 3),
        opacity: Math.min(
          opacityFor(this._points.n) * Math.max(closer, 1) ** 0.15,
          0.95
        )
      });
      this._onFrame();
    }
    this._drawMarks(ratio, this._theme);
  };

  private _drawGround(ratio: number, theme: IMapTheme): void {
    const context = this._canvases.ground.getContext('2d');
    if (!context) {
      return;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this._size.width, this._size.height);
    const ground = this._ground;
    if (!ground) {
      return;
    }
    if (!this._picture) {
      this._picture = document.createElement('canvas');
      this._picture.width = ground.all.width;
      this._picture.height = ground.all.height;
      this._picture
        .getContext('2d')
        ?.putImageData(paintGround(ground, theme), 0, 0);
    }
    const { all } = ground;
    const [x, y] = this.project(all.x0, all.y0 + all.height * all.cell);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      this._picture,
      x,
      y,
      all.width * all.cell * this._camera.scale,
      all.height * all.cell * this._camera.scale
    );
    context.strokeStyle = css(theme.ink, theme.dark ? 0.2 : 0.17);
    context.lineWidth = 0.9;
    this._trace(context, ground.contours);
    context.stroke();
  }

  private _drawMarks(ratio: number, theme: IMapTheme): void {
    const context = this._canvases.marks.getContext('2d');
    if (!context) {
      return;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this._size.width, this._size.height);
    context.lineJoin = 'round';
    const { selected, hovered, point, links, sketch } = this._marks;
    context.strokeStyle = css(theme.ink, 0.7);
    context.lineWidth = 1;
    context.beginPath();
    for (const [x0, y0, x1, y1] of links) {
      context.moveTo(...this.project(x0, y0));
      context.lineTo(...this.project(x1, y1));
    }
    context.stroke();
    context.strokeStyle = css(theme.ink, 0.5);
    context.lineWidth = 1.2;
    this._trace(context, hovered);
    context.stroke();
    context.strokeStyle = css(theme.ink);
    context.lineWidth = 1.6;
    this._trace(context, selected);
    context.stroke();
    if (point >= 0 && this._points) {
      const [x, y] = this.project(this._points.x[point], this._points.y[point]);
      context.beginPath();
      context.arc(x, y, 6.5, 0, 2 * Math.PI);
      context.strokeStyle = css(theme.canvas, 0.9);
      context.lineWidth = 4;
      context.stroke();
      context.strokeStyle = css(theme.ink);
      context.lineWidth = 1.8;
      context.stroke();
    }
    if (sketch && sketch.length > 1) {
      context.beginPath();
      sketch.forEach(([x, y], i) =>
        i ? context.lineTo(x, y) : context.moveTo(x, y)
      );
      context.closePath();
      context.fillStyle = css(theme.ink, 0.06);
      context.fill();
      context.strokeStyle = css(theme.ink);
      context.lineWidth = 1.4;
      context.setLineDash([5, 3]);
      context.stroke();
      context.setLineDash([]);
    }
  }

  private _trace(
    context: CanvasRenderingContext2D,
    shapes: readonly Polygon[]
  ): void {
    context.beginPath();
    for (const shape of shapes) {
      shape.forEach(([x, y], i) => {
        const [sx, sy] = this.project(x, y);
        if (i === 0) {
          context.moveTo(sx, sy);
        } else {
          context.lineTo(sx, sy);
        }
      });
      context.closePath();
    }
  }

  private readonly _canvases: {
    ground: HTMLCanvasElement;
    points: HTMLCanvasElement;
    marks: HTMLCanvasElement;
  };
  private readonly _onFrame: () => void;
  private readonly _layer: IPointLayer | null;
  private _points: IMapPoints | null = null;
  private _theme: IMapTheme | null = null;
  private _ground: IGround | null = null;
  private _picture: HTMLCanvasElement | null = null;
  private _marks: IMarks = NO_MARKS;
  private _size: ISize = { width: 0, height: 0 };
  private _camera: ICamera = { x: 0, y: 0, scale: 1 };
  private _from: ICamera = this._camera;
  private _goal: ICamera | null = null;
  private _start = 0;
  private _moved = false;
  private _stale = true;
  private _request = 0;
  private _isDisposed = false;
}

/** A picture of a canvas that the graphics card does not hold. */
function inMemory(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext('2d', { willReadFrequently: true });
  context?.drawImage(canvas, 0, 0);
  return copy;
}
