import * as React from 'react';

import { count } from '../../charts/format';

export interface ISegment<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly count?: number;
}

export interface ISegmentedProps<T extends string> {
  label: string;
  value: T;
  segments: readonly ISegment<T>[];
  onChange: (value: T) => void;
}

/** A few choices side by side, one of them in force. One tab stop, arrows within. */
export function Segmented<T extends string>(
  props: ISegmentedProps<T>
): React.ReactElement {
  const { label, value, segments, onChange } = props;
  const group = React.useRef<HTMLDivElement>(null);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step =
      event.key === 'ArrowRight' || event.key === 'ArrowDown'
        ? 1
        : event.key === 'ArrowLeft' || event.key === 'ArrowUp'
          ? -1
          : 0;
    if (step === 0) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const now = segments.findIndex(s => s.value === value);
    const next = (now + step + segments.length) % segments.length;
    onChange(segments[next].value);
    (group.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div
      ref={group}
      className="px-segmented"
      role="radiogroup"
      aria-label={label}
      onKeyDown={onKeyDown}
    >
      {segments.map(segment => (
        <button
          key={segment.value}
          type="button"
          role="radio"
          aria-checked={segment.value === value}
          tabIndex={segment.value === value ? 0 : -1}
          onClick={() => onChange(segment.value)}
        >
          {segment.label}
          {segment.count !== undefined && <b>{count(segment.count)}</b>}
        </button>
      ))}
    </div>
  );
}
