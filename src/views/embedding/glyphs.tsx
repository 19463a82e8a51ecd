import * as React from 'react';

const line = {
  stroke: 'currentColor',
  strokeWidth: 1.3,
  fill: 'none'
} as const;

/** Drawings of this view alone. */
const DRAWINGS = {
  lasso: (
    <>
      <path
        d="M8 2.8c3.2 0 5.6 1.6 5.6 3.8S11.2 10.4 8 10.4 2.4 8.8 2.4 6.6 4.8 2.8 8 2.8z"
        strokeDasharray="2.3 1.5"
        {...line}
      />
      <path d="M5.2 10.1c-.8 1-.5 2.4-1.8 3.2" {...line} />
    </>
  ),
  rectangle: (
    <rect
      x="2.7"
      y="3.7"
      width="10.6"
      height="8.6"
      strokeDasharray="2.3 1.5"
      {...line}
    />
  ),
  pan: (
    <path
      d="M8 2v12M2 8h12M6.3 3.7 8 2l1.7 1.7M6.3 12.3 8 14l1.7-1.7M3.7 6.3 2 8l1.7 1.7M12.3 6.3 14 8l-1.7 1.7"
      {...line}
    />
  ),
  undo: (
    <path
      d="M5.6 3.4 2.8 6.2l2.8 2.8M3 6.2h6.2a3.5 3.5 0 0 1 0 7H6"
      {...line}
    />
  ),
  fit: (
    <path
      d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10"
      {...line}
    />
  ),
  plus: <path d="M8 3.5v9M3.5 8h9" {...line} />,
  minus: <path d="M3.5 8h9" {...line} />,
  export: <path d="M8 2.5v7M5.2 6.8 8 9.6l2.8-2.8M3 11v2.3h10V11" {...line} />,
  similar: (
    <>
      <circle cx="8" cy="8" r="5.3" {...line} />
      <circle cx="8" cy="8" r="1.9" fill="currentColor" />
    </>
  ),
  pencil: (
    <path d="M3 13l.7-3L10.8 3l2.2 2.2L5.9 12.3zM9.4 4.4l2.2 2.2" {...line} />
  ),
  label: (
    <>
      <path d="M2.5 3h5.2l5.8 5.8-4.7 4.7L2.5 7.7z" {...line} />
      <circle cx="5.3" cy="5.8" r="1" fill="currentColor" />
    </>
  ),
  save: <path d="M4 2.5h8v11L8 10.6l-4 2.9z" {...line} />,
  list: <path d="M3 4h1M3 8h1M3 12h1M6.5 4H13M6.5 8H13M6.5 12H13" {...line} />
} as const;

export type MapGlyphName = keyof typeof DRAWINGS;

export function MapGlyph({
  name,
  size = 15
}: {
  name: MapGlyphName;
  size?: number;
}): React.ReactElement {
  return (
    <svg
      className="px-glyph"
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
