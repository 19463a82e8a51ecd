import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Gestures, type PickMode, type Tool } from './gestures';
import { PointGrid } from './grid';
import type { IGround } from './ground';
import { STYLE_BYTES, Weight } from './layer';
import {
  type IBox,
  type IMapLabel,
  type IPlacedLabel,
  labelAt,
  placeLabels
} from './labels';
import type { IMapPoints } from './points';
import { type Polygon, round, simplify } from './polygon';
import { MapScene } from './scene';
import { readTheme } from './theme';

/** How near to a point the pointer has to be, in pixels. */
const REACH = 9;

const NO_LINKS: readonly (readonly [number, number, number, number])[] = [];

/** Moves of the camera that a toolbar asks for. */
export interface IMapHandle {
  step(factor: number): void;
  fit(): void;
  /** Show all points, however far off. */
  fitAll(): void;
  /** Bring a point into the picture. */
  reveal(index: number): void;
  focus(): void;
}

export interface IMapViewProps {
  points: IMapPoints;
  /** Look of each point, `STYLE_BYTES` each; a new array means a new look. */
  style: Uint8Array;
  ground: IGround | null;
  labels: readonly IMapLabel[];
  selected: readonly Polygon[];
  hovered: readonly Polygon[];
  /** Index of the point that is pointed at anywhere in the view, or −1. */
  point: number;
  /** Lines from a query to documents. */
  links?: readonly (readonly [number, number, number, number])[];
  /** A document is pointed at, by its place among them, or none, −1. */
  onHoverDocument?: (
    index: number,
    at: readonly [number, number] | null
  ) => void;
  tool: Tool;
  /** Whether the wheel zooms only once the map has the focus: in a page that scrolls. */
  wheelsInFocus?: boolean;
  /** What the map is, for those who do not see it. */
  label: string;
  /** Id of the element that says the same in words. */
  describedBy?: string;
  handle?: React.Ref<IMapHandle>;
  onHover: (index: number, at: readonly [number, number] | null) => void;
  onHoverLabel: (id: number | null) => void;
  onPick: (index: number, mode: PickMode) => void;
  onPickLabel: (id: number, mode: PickMode) => void;
  onShape: (shape: Polygon, indices: Int32Array, mode: PickMode) => void;
  onClear: () => void;
  /** A menu is asked for at a point; the place is that of the screen. */
  onMenu?: (index: number, x: number, y: number) => void;
  /** Which renderer there is, once it is known. */
  onKind?: (kind: 'webgl' | 'canvas' | null) => void;
  trans: TranslationBundle;
  children?: React.ReactNode;
}

/** What the event handlers outside of React look at. */
interface ILive {
  props: IMapViewProps;
  grid: PointGrid | null;
  documents: PointGrid | null;
  placed: readonly IPlacedLabel[];
}

/**
 * A map of points that can be moved, picked from and read with keys.
 */
export function MapView(props: IMapViewProps): React.ReactElement {
  const { points, style, ground, labels, selected, hovered, point } = props;
  const { links = NO_LINKS } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const canvases = {
    ground: React.useRef<HTMLCanvasElement>(null),
    points: React.useRef<HTMLCanvasElement>(null),
    marks: React.useRef<HTMLCanvasElement>(null)
  };
  const svg = React.useRef<SVGSVGElement>(null);
  const scene = React.useRef<MapScene | null>(null);
  const gestures = React.useRef<Gestures | null>(null);
  const live = React.useRef<ILive>({
    props,
    grid: null,
    documents: null,
    placed: []
  });
  live.current.props = props;
  const [ready, setReady] = React.useState(false);

  React.useEffect(() => {
    const element = host.current;
    const { ground, points, marks } = canvases;
    if (!element || !ground.current || !points.current || !marks.current) {
      return;
    }
    const writer = new LabelWriter(svg.current);
    const made = new MapScene(
      { ground: ground.current, points: points.current, marks: marks.current },
      () => {
        live.current.placed = writer.write(made, live.current.props.labels);
        setReady(true);
      }
    );
    scene.current = made;
    live.current.props.onKind?.(made.kind);
    const hands = new Gestures(
      element,
      targetOf(made, live.current, () =>
        element.contains(document.activeElement)
      )
    );
    gestures.current = hands;

    // What is drawn anew while it is printed is not on the paper.
    let isOnPaper = false;
    const theme = (): void => {
      if (!isOnPaper) {
        made.setTheme(readTheme(element));
      }
    };
    theme();
    // JupyterLab writes the theme on the body, and loads its style sheet a moment later.
    const themes = new MutationObserver(() => {
      theme();
      window.setTimeout(theme, 300);
    });
    themes.observe(document.body, {
      attributes: true,
      attributeFilter: ['data-jp-theme-light', 'data-jp-theme-name']
    });
    const resize = (): void => {
      if (!isOnPaper) {
        made.resize({
          width: element.clientWidth,
          height: element.clientHeight
        });
      }
    };
    const sizes = new ResizeObserver(resize);
    sizes.observe(element);
    resize();
    // Nothing waits for the next frame when a page goes to paper.
    const print = (): void => {
      theme();
      resize();
      isOnPaper = true;
      made.drawForPaper();
    };
    const printed = (): void => {
      isOnPaper = false;
      theme();
      resize();
    };
    window.addEventListener('beforeprint', print);
    window.addEventListener('afterprint', printed);
    return () => {
      window.removeEventListener('beforeprint', print);
      window.removeEventListener('afterprint', printed);
      themes.disconnect();
      sizes.disconnect();
      hands.dispose();
      made.dispose();
      scene.current = null;
    };
    // The refs stay the same for the life of the component.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  React.useEffect(() => {
    live.current.grid = new PointGrid(points);
    live.current.documents = points.documents
      ? new PointGrid({ ...points.documents, extent: points.extent })
      : null;
    scene.current?.setPoints(points);
  }, [points]);
  React.useEffect(() => scene.current?.setStyle(style), [style]);
  React.useEffect(() => scene.current?.setGround(ground), [ground]);
  React.useEffect(() => scene.current?.invalidate(), [labels]);
  React.useEffect(
    () => scene.current?.setMarks({ selected, hovered, point, links }),
    [selected, hovered, point, links]
  );

  React.useImperativeHandle(
    props.handle,
    () => ({
      step: factor => scene.current?.step(factor),
      fit: () => scene.current?.fit(),
      fitAll: () => scene.current?.fitAll(),
      reveal: index => scene.current?.reveal(index),
      focus: () => host.current?.focus({ preventScroll: true })
    }),
    []
  );

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) {
      return;
    }
    const handled = keyDown(
      event,
      scene.current,
      gestures.current,
      live.current
    );
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  return (
    <div
      ref={host}
      className="px-map"
      role="application"
      aria-roledescription={props.trans.__('map')}
      aria-label={props.label}
      aria-describedby={props.describedBy}
      tabIndex={0}
      data-tool={props.tool}
      onContextMenu={event => {
        const index = menuPoint(event, scene.current, live.current);
        // With Shift the menu is the browser's.
        if (index >= 0 && props.onMenu && !event.shiftKey) {
          const [x, y] = scene.current?.project(
            points.x[index],
            points.y[index]
          ) ?? [0, 0];
          const box = event.currentTarget.getBoundingClientRect();
          event.preventDefault();
          event.stopPropagation();
          props.onMenu(index, box.left + x, box.top + y);
        }
      }}
      onKeyDown={onKeyDown}
      onKeyUp={event => {
        if (event.key === ' ' && gestures.current) {
          gestures.current.panning = false;
          delete host.current?.dataset.panning;
        }
      }}
      onBlur={() => {
        if (gestures.current) {
          gestures.current.panning = false;
          delete host.current?.dataset.panning;
        }
        props.onHover(-1, null);
      }}
    >
      <canvas ref={canvases.ground} aria-hidden="true" />
      <canvas
        ref={canvases.points}
        role="img"
        aria-label={props.label}
        data-n-points={points.n}
        data-ready={ready}
      />
      <canvas ref={canvases.marks} aria-hidden="true" />
      <svg ref={svg} className="px-map-names" aria-hidden="true" />
      {props.children}
    </div>
  );
}

function allowedBy(style: Uint8Array): (index: number) => boolean {
  return index => style[STYLE_BYTES * index + 2] !== Weight.Hidden;
}

/** The point at a place of the element, or −1. */
function pointAt(scene: MapScene, live: ILive, x: number, y: number): number {
  const [mx, my] = scene.unproject(x, y);
  const reach = REACH / scene.camera.scale;
  return live.grid?.nearest(mx, my, reach, allowedBy(live.props.style)) ?? -1;
}

/** The document at a place of the element, or −1. */
function documentAt(
  scene: MapScene,
  { props, documents }: ILive,
  x: number,
  y: number
): number {
  const [mx, my] = scene.unproject(x, y);
  const shown = (index: number): boolean =>
    allowedBy(props.style)(props.points.n + index);
  return documents?.nearest(mx, my, REACH / scene.camera.scale, shown) ?? -1;
}

/** The point that a menu is asked for: below the pointer; the one that is pointed at when a key asks. */
function menuPoint(
  event: React.MouseEvent,
  scene: MapScene | null,
  live: ILive
): number {
  if (!scene) {
    return -1;
  }
  const byKey = event.button !== 2 && !event.ctrlKey;
  if (byKey) {
    return live.props.point;
  }
  const box = event.currentTarget.getBoundingClientRect();
  return pointAt(
    scene,
    live,
    event.clientX - box.left,
    event.clientY - box.top
  );
}

function targetOf(
  scene: MapScene,
  live: ILive,
  hasFocus: () => boolean
): ConstructorParameters<typeof Gestures>[1] {
  const find = (x: number, y: number): number => pointAt(scene, live, x, y);
  return {
    get tool() {
      return live.props.tool;
    },
    get wheels() {
      return !live.props.wheelsInFocus || hasFocus();
    },
    pan: (dx, dy) => {
      live.props.onHover(-1, null);
      scene.pan(dx, dy);
    },
    zoom: (factor, x, y) => {
      live.props.onHover(-1, null);
      scene.zoom(factor, x, y);
    },
    sketch: sketch => scene.setMarks({ sketch }),
    shape: (shape, kind, mode) => {
      const { scale } = scene.camera;
      const corners = shape.map(([x, y]) => scene.unproject(x, y));
      // A tenth of a pixel is more than the hand can do.
      const decimals = Math.min(
        Math.max(Math.ceil(Math.log10(10 * scale)), 0),
        8
      );
      const slim = kind === 'lasso' ? simplify(corners, 1.2 / scale) : corners;
      const polygon = round(slim, decimals);
      if (polygon.length > 2 && live.grid) {
        live.props.onShape(
          polygon,
          live.grid.within(polygon, allowedBy(live.props.style)),
          mode
        );
      }
    },
    click: (x, y, mode) => {
      const name = labelAt(live.placed, x, y);
      const index = find(x, y);
      if (name) {
        live.props.onPickLabel(name.id, mode);
      } else if (index >= 0) {
        live.props.onPick(index, mode);
      } else if (mode === 'replace') {
        live.props.onClear();
      }
    },
    hover: (x, y) => {
      const name = labelAt(live.placed, x, y);
      live.props.onHoverLabel(name?.id ?? null);
      const index = name ? -1 : find(x, y);
      live.props.onHover(index, index >= 0 ? [x, y] : null);
      const document = name || index >= 0 ? -1 : documentAt(scene, live, x, y);
      live.props.onHoverDocument?.(document, document >= 0 ? [x, y] : null);
    },
    leave: () => {
      live.props.onHover(-1, null);
      live.props.onHoverDocument?.(-1, null);
      live.props.onHoverLabel(null);
    }
  };
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1]
};

function keyDown(
  event: React.KeyboardEvent,
  scene: MapScene | null,
  gestures: Gestures | null,
  live: ILive
): boolean {
  const { props, grid } = live;
  if (!scene || !grid) {
    return false;
  }
  const allowed = allowedBy(props.style);
  const arrow = ARROWS[event.key];
  if (arrow) {
    const middle = scene.unproject(scene.size.width / 2, scene.size.height / 2);
    const next =
      props.point < 0
        ? grid.nearest(...middle, Infinity, allowed)
        : grid.towards(props.point, ...arrow, allowed);
    if (next >= 0) {
      scene.reveal(next);
      props.onHover(
        next,
        scene.project(props.points.x[next], props.points.y[next])
      );
    }
    return true;
  }
  switch (event.key) {
    case '+':
    case '=':
      props.onHover(-1, null);
      scene.step(1.5);
      return true;
    case '-':
    case '−':
      props.onHover(-1, null);
      scene.step(1 / 1.5);
      return true;
    case '0':
      props.onHover(-1, null);
      scene.fit();
      return true;
    case ' ':
      if (gestures) {
        gestures.panning = true;
        (event.currentTarget as HTMLElement).dataset.panning = '';
      }
      return true;
    case 'Enter':
      if (props.point >= 0) {
        props.onPick(
          props.point,
          event.altKey ? 'subtract' : event.shiftKey ? 'add' : 'replace'
        );
      }
      return true;
    case 'Escape':
      return gestures?.abort() ?? false;
    default:
      return false;
  }
}

/** Writes names into an SVG, and keeps those that stay. */
class LabelWriter {
  constructor(svg: SVGSVGElement | null) {
    this._svg = svg;
  }

  write(
    scene: MapScene,
    labels: readonly IMapLabel[]
  ): readonly IPlacedLabel[] {
    if (!this._svg) {
      return [];
    }
    const { placed, offsets } = placeLabels(
      labels,
      scene.size,
      (x, y) => scene.project(x, y),
      (text, strong) => this._width(text, strong),
      this._offsets,
      this._covered()
    );
    this._offsets = offsets;
    const left = new Set(this._nodes.keys());
    for (const label of placed) {
      left.delete(label.id);
      let node = this._nodes.get(label.id);
      if (!node) {
        node = document.createElementNS('http://www.w3.org/2000/svg', 'text');
        this._svg.append(node);
        this._nodes.set(label.id, node);
      }
      if (node.textContent !== label.text) {
        node.textContent = label.text;
      }
      node.setAttribute('class', label.strong ? 'px-mod-strong' : '');
      node.setAttribute('x', label.x.toFixed(1));
      node.setAttribute('y', (label.y + 4).toFixed(1));
    }
    for (const id of left) {
      this._nodes.get(id)?.remove();
      this._nodes.delete(id);
    }
    return placed;
  }

  /** What lies over the map, such as its legend: marked by `data-covers`. */
  private _covered(): IBox[] {
    const host = this._svg?.parentElement;
    const box = host?.getBoundingClientRect();
    if (!host || !box) {
      return [];
    }
    const covering = host.parentElement?.querySelectorAll('[data-covers]');
    return Array.from(covering ?? [], element => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return {
        x: left - box.left + width / 2,
        y: top - box.top + height / 2,
        width,
        height
      };
    });
  }

  private _width(text: string, strong: boolean): number {
    const key = (strong ? '*' : ' ') + text;
    let width = this._widths.get(key);
    if (width === undefined) {
      const context = (this._context ??= document
        .createElement('canvas')
        .getContext('2d'));
      if (!context || !this._svg) {
        return 7 * text.length;
      }
      const font = getComputedStyle(this._svg).fontFamily;
      context.font = `${strong ? '650 12px' : '550 11px'} ${font}`;
      width = context.measureText(text).width;
      this._widths.set(key, width);
    }
    return width;
  }

  private readonly _svg: SVGSVGElement | null;
  private readonly _nodes = new Map<number, SVGTextElement>();
  private readonly _widths = new Map<string, number>();
  private _offsets: ReadonlyMap<number, readonly [number, number]> = new Map();
  private _context: CanvasRenderingContext2D | null = null;
}
