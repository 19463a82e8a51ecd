import * as React from 'react';

/** How both sets are drawn in the small pictures of the table. */
export function SetLegend({
  primary,
  reference
}: {
  /** Names of the sets. */
  primary: string;
  reference: string;
}): React.ReactElement {
  return (
    <span className="px-legend">
      <i className="px-mod-reference" />
      <span className="px-code">{reference}</span>
      <i className="px-mod-primary" />
      <span className="px-code">{primary}</span>
    </span>
  );
}
