import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';

import { host, root } from '../../../__tests__/host';
import type { IFinding } from '../../../model/findings';
import type { IInspection } from '../../../tokens';
import { standingOf } from '../../parts';
import { Head } from '../head';

const trans = nullTranslator.load('phoenix_lab');
const finding = (kind: string, column: string): IFinding[] => [
  { kind, column, sentence: kind, words: [], where: [] } as unknown as IFinding
];
const STANDING = [
  finding('embedding', 'vector'),
  finding('cluster', 'vector'),
  finding('drift', 'age')
];

describe('the head of a map', () => {
  it('tells of the findings about it that stand, but for the drift that the verdict tells', () => {
    const frame = { name: 'prod', columns: [], span: null, n_rows: 9 };
    act(() =>
      root.render(
        <Head
          inspection={
            {
              primary: frame,
              reference: { ...frame, name: 'train' },
              limit: 0.1,
              where: []
            } as unknown as IInspection
          }
          embedding="vector"
          rawData={null}
          drift={null}
          window={null}
          windowRows={null}
          windowValue={null}
          windowUsual={null}
          standing={standingOf(STANDING, 'vector', true)}
          onClearWindow={() => undefined}
          onInsert={() => undefined}
          onSwap={() => undefined}
          narrow
          tight={false}
          trans={trans}
        />
      )
    );
    expect(host.textContent).toContain('1 finding stands: see it');
    expect(standingOf(STANDING, 'vector', false)).toHaveLength(2);
  });
});
