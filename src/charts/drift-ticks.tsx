import * as React from 'react';

import type { IDriftAxis } from './scales';

/** So much room the limit takes on the axis, on either side. */
const ROOM = 31;

/** The numbers of the axis that all rows of a table share, but for those that the limit stands on. */
export function DriftTicks({
  axis,
  limit,
  width
}: {
  axis: IDriftAxis;
  limit: number;
  width: number;
}): React.ReactElement {
  return (
    <svg width={width} height={30} aria-hidden="true">
      {axis.ticks
        .filter(tick => Math.abs(axis.scale(tick) - axis.scale(limit)) >= ROOM)
        .map(tick => (
          <text
            key={tick}
            className="px-axis-text"
            x={axis.scale(tick)}
            y={25}
            textAnchor="middle"
          >
            {tick === 0 ? '0' : String(tick).replace(/^0/, '')}
          </text>
        ))}
    </svg>
  );
}
