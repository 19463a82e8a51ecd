import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { nearest, type TimeScale } from './time';

/** A stretch of time in milliseconds, [start, end). */
export type Stretch = readonly [number, number];

export interface IBrushProps {
  scale: TimeScale;
  /** Times at which a window may start or end, in order. */
  stops: readonly number[];
  value: Stretch | null;
  /** Called when a stretch was chosen, or cleared. */
  onChange: (value: Stretch | null) => void;
  /** Called with the place of a click that was no drag. */
  onClick: (x: number) => void;
  /** Called while the pointer moves without a button. */
  onHover: (x: number | null) => void;
  top: number;
  bottom: number;
  /** The chosen stretch in words. */
  text: (value: Stretch) => string;
  trans: TranslationBundle;
}

type Grip = 'new' | 'move' | 'start' | 'end';

interface IDrag {
  grip: Grip;
  from: number;
  value: Stretch | null;
  moved: boolean;
}

const SLOP = 4;

/** Drag to choose a stretch of time; drag its edges or itself to change it. */
export function Brush(props: IBrushProps): React.ReactElement {
  const { scale, stops, value, top, bottom, text, trans } = props;
  const group = React.useRef<SVGGElement>(null);
  const drag = React.useRef<IDrag | null>(null);
  const [live, setLive] = React.useState<Stretch | null>(null);
  const shown = live ?? value;
  const [left, right] = scale.range();

  const place = (event: React.PointerEvent) => {
    const box = group.current?.ownerSVGElement?.getBoundingClientRect();
    return event.clientX - (box?.left ?? 0);
  };
  const snap = (x: number) =>
    stops[nearest(stops, scale.invert(x).getTime())] ?? 0;

  const reach = (state: IDrag, x: number): Stretch | null => {
    const at = snap(x);
    if (state.grip === 'new') {
      const from = snap(state.from);
      return from === at ? null : from < at ? [from, at] : [at, from];
    }
    const [start, end] = state.value ?? [0, 0];
    if (state.grip === 'start') {
      return at < end ? [at, end] : [start, end];
    }
    if (state.grip === 'end') {
      return at > start ? [start, at] : [start, end];
    }
    const shift =
      nearest(stops, scale.invert(scale(start) + x - state.from).getTime()) -
      nearest(stops, start);
    return shifted(stops, [start, end], shift);
  };

  const down = (grip: Grip) => (event: React.PointerEvent<SVGElement>) => {
    if (event.button !== 0) {
      return;
    }
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { grip, from: place(event), value, moved: false };
    props.onHover(null);
  };
  const move = (event: React.PointerEvent<SVGElement>) => {
    const state = drag.current;
    const x = place(event);
    if (!state) {
      props.onHover(x);
      return;
    }
    if (Math.abs(x - state.from) >= SLOP) {
      state.moved = true;
    }
    if (state.moved) {
      setLive(reach(state, x));
    }
  };
  const up = (event: React.PointerEvent<SVGElement>) => {
    const state = drag.current;
    drag.current = null;
    setLive(null);
    if (!state) {
      return;
    }
    if (!state.moved) {
      props.onClick(place(event));
      return;
    }
    const next = reach(state, place(event));
    if (next && (next[0] !== value?.[0] || next[1] !== value[1])) {
      props.onChange(next);
    }
  };
  const handlers = {
    onPointerMove: move,
    onPointerUp: up,
    onPointerCancel: () => {
      drag.current = null;
      setLive(null);
    }
  };
  const x0 = shown ? Math.max(left, scale(shown[0])) : 0;
  const x1 = shown ? Math.min(right, scale(shown[1])) : 0;
  return (
    <g ref={group} className="px-brush">
      <rect
        className="px-brush-ground"
        x={left}
        y={top}
        width={Math.max(0, right - left)}
        height={bottom - top}
        onPointerDown={down('new')}
        onPointerLeave={() => props.onHover(null)}
        {...handlers}
      />
      {shown && x1 > x0 && (
        <>
          <rect
            className="px-brush-stretch"
            x={x0}
            y={top}
            width={x1 - x0}
            height={bottom - top}
            rx={3}
            onPointerDown={down('move')}
            onPointerLeave={() => props.onHover(null)}
            {...handlers}
          />
          {(
            [
              ['start', x0],
              ['end', x1]
            ] as const
          ).map(([grip, x]) => (
            <g key={grip}>
              <rect
                className="px-brush-grip"
                x={x - 2}
                y={(top + bottom) / 2 - 8}
                width={4}
                height={16}
                rx={2}
              />
              <rect
                className="px-brush-edge"
                x={x - 5}
                y={top}
                width={10}
                height={bottom - top}
                role="slider"
                aria-label={
                  grip === 'start'
                    ? trans.__('Start of the window')
                    : trans.__('End of the window')
                }
                aria-valuemin={0}
                aria-valuemax={stops.length - 1}
                aria-valuenow={nearest(stops, shown[grip === 'start' ? 0 : 1])}
                aria-valuetext={text(shown)}
                onPointerDown={down(grip)}
                {...handlers}
              />
            </g>
          ))}
        </>
      )}
    </g>
  );
}

/** A stretch moved by some stops, kept within them. */
export function shifted(
  stops: readonly number[],
  value: Stretch,
  by: number
): Stretch {
  const start = nearest(stops, value[0]);
  const end = nearest(stops, value[1]);
  const most = stops.length - 1;
  const shift = Math.max(-start, Math.min(by, most - end));
  return [stops[start + shift], stops[end + shift]];
}

/** A stretch with its end moved by some stops; at least one stop long. */
export function widened(
  stops: readonly number[],
  value: Stretch,
  by: number
): Stretch {
  const start = nearest(stops, value[0]);
  const end = nearest(stops, value[1]);
  const next = Math.max(start + 1, Math.min(stops.length - 1, end + by));
  return [stops[start], stops[next]];
}
