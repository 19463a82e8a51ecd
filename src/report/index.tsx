import * as React from 'react';
import { createRoot } from 'react-dom/client';

import { readContents } from './contents';
import { Document } from './document';
import { english } from './english';
import { preparePaper } from './theme';

/** Draw the report that the page carries. */
async function start(): Promise<void> {
  const trans = english;
  const host = document.getElementById('phoenix-report');
  const data = document.getElementById('phoenix-data');
  if (!host || !data) {
    return;
  }
  const root = createRoot(host);
  try {
    const contents = await readContents(data.textContent ?? '');
    // The page holds it once, and not its packed form, too.
    data.remove();
    root.render(<Document contents={contents} trans={trans} />);
  } catch (error) {
    root.render(
      <main className="px-view px-report">
        <p role="alert">
          {trans.__(
            'This report cannot be read here: %1. Chrome 103, Firefox 113, Safari 16.4 and newer read it.',
            error instanceof Error ? error.message : String(error)
          )}
        </p>
      </main>
    );
  }
}

preparePaper();
void start();
