import * as React from 'react';

import { span } from '../../charts/format';
import { type ISeries, isoOf } from './series';
import type { IWindow } from './state';

/** A stretch of windows: indices of edges, the first of its first and the last of its last. */
export interface IBrush {
  readonly from: number;
  readonly to: number;
}

/** What a press takes hold of. */
type Grip = 'new' | 'move' | 'start' | 'end';

interface IDrag {
  readonly grip: Grip;
  /** Where it began, in pixels. */
  readonly origin: number;
  /** The brush that it began with. */
  readonly brush: IBrush;
  readonly gesture: string;
}

/** Half the width of what can be gripped at the edge of a window. */
const GRIP = 6;
/** Moves shorter than this are clicks. */
const CLICK = 3;

export interface ITimeScale {
  (time: number): number;
  invert(px: number): Date;
}

export interface IBrushing {
  readonly brush: IBrush | null;
  /** Times of the edges of the windows, in milliseconds. */
  readonly edges: readonly number[];
  readonly isDragging: () => boolean;
  readonly onPointerDown: (event: React.PointerEvent<Element>) => void;
  readonly onPointerMove: (event: React.PointerEvent<Element>) => void;
  readonly onPointerUp: (event: React.PointerEvent<Element>) => void;
  readonly onKeyDown: (event: React.KeyboardEvent) => void;
}

/** Choose a window of the primary set, in steps of the series, by pointer or keys. */
export function useBrush(
  series: ISeries,
  x: ITimeScale,
  chosen: IWindow | null,
  onWindow: (window: IWindow | null, gesture?: string) => void
): IBrushing {
  const drag = React.useRef<IDrag | null>(null);
  const edges = React.useMemo(() => edgesOf(series), [series]);
  const last = edges.length - 1;
  const brush: IBrush | null = chosen && {
    from: nearestEdge(edges, chosen.start),
    to: nearestEdge(edges, chosen.end)
  };
  const at = (px: number): number => nearestEdge(edges, x.invert(px).getTime());
  const choose = (next: IBrush, gesture?: string): void =>
    onWindow(
      next.to > next.from ? windowOf(series, edges, next) : null,
      gesture
    );

  const onPointerDown = (event: React.PointerEvent<Element>): void => {
    if (event.button !== 0) {
      return;
    }
    const px = pixel(event);
    const grip = brush
      ? gripAt(px, x(edges[brush.from]), x(edges[brush.to]))
      : 'new';
    drag.current = {
      grip,
      origin: px,
      brush: brush && grip !== 'new' ? brush : { from: at(px), to: at(px) },
      gesture: `brush:${event.timeStamp}`
    };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: React.PointerEvent<Element>): void => {
    const active = drag.current;
    const px = pixel(event);
    if (!active || Math.abs(px - active.origin) < CLICK) {
      return;
    }
    const next = dragged(active, at(px), at(active.origin), last);
    if (next.from !== brush?.from || next.to !== brush.to) {
      choose(next, active.gesture);
    }
  };
  const onPointerUp = (event: React.PointerEvent<Element>): void => {
    const active = drag.current;
    drag.current = null;
    const px = pixel(event);
    if (active?.grip !== 'new' || Math.abs(px - active.origin) >= CLICK) {
      return;
    }
    // A click takes the one window under the pointer.
    const time = x.invert(px).getTime();
    const hit = edges.findIndex(
      (edge, i) => time >= edge && time < (edges[i + 1] ?? -Infinity)
    );
    if (hit >= 0) {
      choose({ from: hit, to: hit + 1 });
    } else if (chosen) {
      onWindow(null);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step =
      event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (event.key === 'Escape' && chosen) {
      onWindow(null);
    } else if (step !== 0) {
      const next = stepped(brush, step, event.shiftKey, last);
      if (next) {
        choose(next, 'brush:keys');
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    brush,
    edges,
    isDragging: () => drag.current !== null,
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onKeyDown
  };
}

function pixel(event: React.PointerEvent<Element>): number {
  return event.clientX - event.currentTarget.getBoundingClientRect().left;
}

function edgesOf({ points }: ISeries): number[] {
  const primary = points.filter(p => p.set === 'primary');
  return [...primary.map(p => p.start), ...primary.slice(-1).map(p => p.end)];
}

function nearestEdge(edges: readonly number[], time: number): number {
  let best = 0;
  edges.forEach((edge, i) => {
    if (Math.abs(edge - time) < Math.abs(edges[best] - time)) {
      best = i;
    }
  });
  return best;
}

function windowOf(
  { zone, kind }: ISeries,
  edges: readonly number[],
  { from, to }: IBrush
): IWindow {
  const start = edges[from];
  const end = edges[to];
  return {
    start,
    end,
    iso: [isoOf(start, zone), isoOf(end, zone)],
    label: span(start, end - 1, kind, true)
  };
}

function gripAt(px: number, x0: number, x1: number): Grip {
  if (Math.abs(px - x0) <= GRIP) {
    return 'start';
  }
  if (Math.abs(px - x1) <= GRIP) {
    return 'end';
  }
  return px > x0 && px < x1 ? 'move' : 'new';
}

/** The brush of a drag that is now at one edge and began at another. */
function dragged(
  { grip, brush: { from, to } }: IDrag,
  now: number,
  origin: number,
  last: number
): IBrush {
  switch (grip) {
    case 'start':
      return { from: Math.min(now, to - 1), to };
    case 'end':
      return { from, to: Math.max(now, from + 1) };
    case 'move': {
      const by = Math.max(-from, Math.min(now - origin, last - to));
      return { from: from + by, to: to + by };
    }
    case 'new':
      return { from: Math.min(from, now), to: Math.max(from, now) };
  }
}

/** The brush one step on, or with Shift one step longer; null at the end. */
export function stepped(
  brush: IBrush | null,
  step: -1 | 1,
  longer: boolean,
  last: number
): IBrush | null {
  if (!brush) {
    const from = step > 0 ? 0 : last - 1;
    return { from, to: from + 1 };
  }
  const { from, to } = brush;
  if (longer) {
    return step > 0
      ? { from, to: Math.min(to + 1, last) }
      : { from: Math.max(from - 1, 0), to };
  }
  return from + step >= 0 && to + step <= last
    ? { from: from + step, to: to + step }
    : null;
}
