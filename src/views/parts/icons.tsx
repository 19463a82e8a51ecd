import * as React from 'react';

import type { ColumnInfo } from '../../api/contract';

/** Names of the small drawings, 16 units square, in the colour of the text around them. */
export type GlyphName =
  | 'number'
  | 'category'
  | 'boolean'
  | 'text'
  | 'time'
  | 'vector'
  | 'other'
  | 'down'
  | 'right'
  | 'up'
  | 'swap'
  | 'close'
  | 'check'
  | 'search'
  | 'settings'
  | 'insert'
  | 'filter'
  | 'warning'
  | 'info'
  | 'clock'
  | 'refresh'
  | 'table'
  | 'chart'
  | 'performance'
  | 'more'
  | 'undo'
  | 'redo'
  | 'pin'
  | 'grip'
  | 'unknown';

const line = {
  stroke: 'currentColor',
  strokeWidth: 1.4,
  fill: 'none'
} as const;

const DRAWINGS: Readonly<Record<GlyphName, React.ReactElement>> = {
  number: (
    <path
      d="M3 12.5v-3M6.3 12.5V5M9.7 12.5v-9M13 12.5V8"
      {...line}
      strokeWidth={1.7}
    />
  ),
  category: <path d="M3 4h10M3 8h6M3 12h8" {...line} strokeWidth={1.7} />,
  boolean: (
    <>
      <rect x="2" y="4.8" width="12" height="6.4" rx="3.2" {...line} />
      <circle cx="10.8" cy="8" r="1.7" fill="currentColor" />
    </>
  ),
  text: <path d="M3.5 5V3.5h9V5M8 3.5v9M6.3 12.5h3.4" {...line} />,
  time: (
    <>
      <circle cx="8" cy="8" r="5.4" {...line} />
      <path d="M8 5v3.2l2.2 1.4" {...line} />
    </>
  ),
  vector: (
    <g fill="currentColor">
      <circle cx="4.2" cy="5" r="1.6" />
      <circle cx="8" cy="10.8" r="1.6" />
      <circle cx="11.8" cy="4.4" r="1.6" />
      <circle cx="12.3" cy="11.6" r="1" />
      <circle cx="3.3" cy="11.3" r="1" />
      <circle cx="8" cy="6" r="1" />
    </g>
  ),
  other: (
    <path
      d="M6 3.5c-2 0-1 4-3 4.5 2 .5 1 4.5 3 4.5M10 3.5c2 0 1 4 3 4.5-2 .5-1 4.5-3 4.5"
      {...line}
    />
  ),
  down: <path d="m4.5 6.5 3.5 3.5 3.5-3.5" {...line} />,
  right: <path d="m6.5 4.5 3.5 3.5-3.5 3.5" {...line} />,
  up: <path d="m4.5 9.5 3.5-3.5 3.5 3.5" {...line} />,
  swap: (
    <path
      d="M3 5.5h9M9.6 3l2.6 2.5L9.6 8M13 10.5H4M6.4 8 3.8 10.5 6.4 13"
      {...line}
      strokeWidth={1.3}
    />
  ),
  pin: <path d="M5.5 2.5h5M6.5 2.5v4L4 9.5h8L9.5 6.5v-4M8 9.5v4" {...line} />,
  grip: (
    <g fill="currentColor">
      <circle cx="5.5" cy="4" r="1.1" />
      <circle cx="10.5" cy="4" r="1.1" />
      <circle cx="5.5" cy="8" r="1.1" />
      <circle cx="10.5" cy="8" r="1.1" />
      <circle cx="5.5" cy="12" r="1.1" />
      <circle cx="10.5" cy="12" r="1.1" />
    </g>
  ),
  undo: (
    <path
      d="M5.6 3.4 2.8 6.2l2.8 2.8M3 6.2h6.2a3.5 3.5 0 0 1 0 7H6"
      {...line}
    />
  ),
  redo: (
    <path
      d="m10.4 3.4 2.8 2.8-2.8 2.8M13 6.2H6.8a3.5 3.5 0 0 0 0 7H10"
      {...line}
    />
  ),
  close: <path d="m4 4 8 8M12 4l-8 8" {...line} />,
  check: <path d="m3.5 8.5 3 3 6-7" {...line} />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.2" {...line} />
      <path d="m10.2 10.2 3.5 3.5" {...line} />
    </>
  ),
  settings: (
    <g {...line} strokeWidth={1.3}>
      <path d="M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6" />
      <circle cx="10" cy="4.5" r="1.6" />
      <circle cx="6" cy="11.5" r="1.6" />
    </g>
  ),
  filter: <path d="M2.5 3.5h11L9.5 8.5v4.5l-3-1.5v-3z" {...line} />,
  insert: (
    <>
      <rect x="2.5" y="2.8" width="11" height="4" rx=".8" {...line} />
      <path d="M8 8.8v5M5.5 11.3h5" {...line} />
    </>
  ),
  performance: (
    <path
      d="M2.5 2.5v11h11M4.5 11.5c.6-5 2.6-7 8.5-7.5"
      {...line}
      strokeWidth={1.5}
    />
  ),
  warning: (
    <>
      <path d="M8 2.6 14 13H2z" {...line} />
      <path d="M8 6.4v3.2M8 11v.6" {...line} />
    </>
  ),
  info: (
    <>
      <circle cx="8" cy="8" r="5.6" {...line} />
      <path d="M8 7.4v3.4M8 5v.7" {...line} />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="5.4" {...line} />
      <path d="M8 5v3.2l2.2 1.4" {...line} />
    </>
  ),
  refresh: <path d="M12.8 8a4.8 4.8 0 1 1-1.5-3.5M12.8 2.5v3h-3" {...line} />,
  table: (
    <>
      <rect x="2.5" y="3" width="11" height="10" rx="1" {...line} />
      <path d="M2.5 6.3h11M6.5 6.3V13" {...line} />
    </>
  ),
  chart: <path d="M2.5 2.5v11h11M5 10.5l3-3.5 2 1.8L13 5" {...line} />,
  more: (
    <g fill="currentColor">
      <circle cx="3.5" cy="8" r="1.2" />
      <circle cx="8" cy="8" r="1.2" />
      <circle cx="12.5" cy="8" r="1.2" />
    </g>
  ),
  unknown: (
    <circle
      cx="8"
      cy="8"
      r="5"
      {...line}
      strokeDasharray="2.4 2.1"
      strokeLinecap="butt"
    />
  )
};

export interface IGlyphProps {
  name: GlyphName;
  size?: number;
  className?: string;
}

/** A small drawing; decoration only, so name what it stands for beside it. */
export function Glyph({
  name,
  size = 14,
  className
}: IGlyphProps): React.ReactElement {
  return (
    <svg
      className={`px-glyph ${className ?? ''}`}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden="true"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {DRAWINGS[name]}
    </svg>
  );
}

/** The drawing for the kind of a column. */
export function KindIcon({
  kind,
  size = 15
}: {
  kind: ColumnInfo['kind'];
  size?: number;
}): React.ReactElement {
  return <Glyph name={kind in DRAWINGS ? kind : 'other'} size={size} />;
}
