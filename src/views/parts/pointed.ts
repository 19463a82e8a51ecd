import * as React from 'react';

import type { IInspection, IPointed } from '../../tokens';

/**
 * Follow what somebody pointed at in a view, once each.
 *
 * @param view - The column of the view, null for the overview.
 * @param follow - What to select.
 */
export function usePointed(
  { pointed }: IInspection,
  view: string | null,
  follow: (at: IPointed) => void
): void {
  const followed = React.useRef<IPointed | null>(null);
  React.useEffect(() => {
    if (pointed && pointed !== followed.current && pointed.view === view) {
      followed.current = pointed;
      follow(pointed);
    }
  });
}
