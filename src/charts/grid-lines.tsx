import * as React from 'react';

/** The lines of a chart's vertical axis, with a word at the left end of each. */
export function GridLines({
  ticks,
  y,
  left,
  right,
  text
}: {
  ticks: readonly number[];
  y: (tick: number) => number;
  left: number;
  right: number;
  text: (tick: number, index: number) => string;
}): React.ReactElement {
  return (
    <>
      {ticks.map((tick, i) => (
        <g key={tick}>
          <path d={`M${left} ${y(tick)}H${right}`} stroke="var(--px-grid)" />
          <text
            className="px-axis-text"
            x={left - 6}
            y={y(tick) + 3.5}
            textAnchor="end"
          >
            {text(tick, i)}
          </text>
        </g>
      ))}
    </>
  );
}
