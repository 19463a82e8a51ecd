import * as React from 'react';

import { estimate } from './format';
import type { IDriftAxis } from './scales';

export interface ILimitProps {
  axis: IDriftAxis;
  limit: number;
  /** Called all the while it moves. */
  onMove: (limit: number) => void;
  /** Called when it was let go. */
  onCommit: (limit: number) => void;
  /** Back to where it was first. */
  onReset: () => void;
  label: string;
  hint: string;
  /** "PSI" */
  statistic: string;
}

const HALF = 22;

/** Round to what the handle can show. */
function snap(value: number, max: number): number {
  const step = value < 0.5 ? 0.01 : 0.05;
  const snapped = Math.round(value / step) * step;
  return Number(Math.max(0.01, Math.min(snapped, max)).toFixed(2));
}

/** The limit on the axis in a table's head: drag it, or move it with the arrow keys. */
export function LimitHandle(props: ILimitProps): React.ReactElement {
  const { axis, limit, onMove, onCommit, onReset, statistic } = props;
  const root = React.useRef<HTMLDivElement>(null);
  const drag = React.useRef<{ offset: number; value: number } | null>(null);
  const x = axis.scale(limit);

  const at = (clientX: number, offset: number) => {
    const left = root.current?.parentElement?.getBoundingClientRect().left ?? 0;
    return snap(axis.scale.invert(clientX - left - offset), axis.max);
  };
  const step = (by: number) => {
    const value = snap(limit + by, axis.max);
    onMove(value);
    onCommit(value);
  };
  return (
    <div
      ref={root}
      className="px-limit px-limit-tag"
      style={{ left: x - HALF }}
      role="slider"
      tabIndex={0}
      aria-label={props.label}
      aria-valuemin={0.01}
      aria-valuemax={axis.max}
      aria-valuenow={limit}
      aria-valuetext={`${statistic} ${estimate(limit)}`}
      title={props.hint}
      onDoubleClick={onReset}
      onPointerDown={event => {
        if (event.button !== 0) {
          return;
        }
        event.currentTarget.setPointerCapture(event.pointerId);
        const left =
          root.current?.parentElement?.getBoundingClientRect().left ?? 0;
        drag.current = { offset: event.clientX - left - x, value: limit };
      }}
      onPointerMove={event => {
        if (drag.current) {
          const value = at(event.clientX, drag.current.offset);
          if (value !== drag.current.value) {
            drag.current.value = value;
            onMove(value);
          }
        }
      }}
      onPointerUp={() => {
        if (drag.current) {
          onCommit(drag.current.value);
          drag.current = null;
        }
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onKeyDown={event => {
        const small = event.shiftKey ? 0.05 : 0.01;
        switch (event.key) {
          case 'ArrowRight':
          case 'ArrowUp':
            step(limit >= 0.5 ? Math.max(small, 0.05) : small);
            break;
          case 'ArrowLeft':
          case 'ArrowDown':
            step(-(limit > 0.5 ? Math.max(small, 0.05) : small));
            break;
          case 'PageUp':
            step(0.1);
            break;
          case 'PageDown':
            step(-0.1);
            break;
          case 'Home':
            step(-limit);
            break;
          case 'End':
            step(axis.max - limit);
            break;
          case 'Escape':
            onReset();
            break;
          default:
            return;
        }
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <span aria-hidden="true">{`‹ ${estimate(limit)} ›`}</span>
    </div>
  );
}
