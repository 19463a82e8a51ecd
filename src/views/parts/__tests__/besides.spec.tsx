import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import {
  Field,
  List,
  Table,
  tableFromArrays,
  Utf8,
  vectorFromArray
} from 'apache-arrow';
import * as React from 'react';
import { act } from 'react';

import type { IInspection, IPointed, IResult } from '../../../tokens';
import type { IDistributionFacts, Values } from '../../column/facts';
import { ColumnSentence } from '../../column/words';
import type { ISummaryFacts } from '../../overview/facts';
import type { ISummaryRow } from '../../overview/rows';
import { arrange, BY_VERDICT, type IJudged } from '../../overview/arrange';
import { GroupHead } from '../../overview/group-head';
import { tallyOf } from '../../overview/tally';
import { Sentence } from '../../overview/words';
import { StandingLink, useStanding } from '../standing';
import './dom-rect';
import { host, root } from '../../../__tests__/host';

const trans = nullTranslator.load('phoenix_lab');

const text = (): string => (host.textContent ?? '').replace(/\s/g, ' ');
const lead = (): string =>
  (host.querySelector('b')?.textContent ?? '').replace(/\s/g, ' ');

/** A column whose values are as they were, 19.8 % of which are missing now. */
const DELAY = {
  column: 'delay',
  n: { primary: 802, reference: 998 },
  missing: { primary: 198, reference: 2 },
  missingDifference: 0.196,
  missingLower: 0.17,
  missingUpper: 0.22,
  missingPAdjusted: 0.001,
  auc: null,
  distinct: { primary: 9, reference: 9 },
  beyond: null,
  beyondLower: null,
  beyondPAdjusted: null
} as unknown as ISummaryRow;
const DISTANCE = {
  ...DELAY,
  column: 'distance',
  missingPAdjusted: null,
  beyond: 0.031,
  beyondLower: 0.02,
  beyondPAdjusted: 0.001
};
const QUIET = { ...DELAY, column: 'temp', missingPAdjusted: 0.4 };

const FACTS = {
  limit: 0.1,
  alpha: 0.05,
  retyped: [],
  added: [],
  removed: [],
  renamed: [],
  primary: { name: 'prod', rows: 1000, span: null },
  reference: { name: 'train', rows: 1000, span: null }
} as unknown as ISummaryFacts;

function overview(
  rows: readonly ISummaryRow[],
  verdict: 'none' | 'undecided',
  onQuality?: (column: string) => void
): void {
  overviewOf(
    rows.map(row => ({ row, verdict, limit: 0.1 })),
    onQuality
  );
}

function overviewOf(
  judged: readonly IJudged[],
  onQuality?: (column: string) => void
): void {
  act(() =>
    root.render(
      <Sentence
        counts={tallyOf(judged, FACTS.alpha)}
        rows={judged.map(({ row }) => row)}
        facts={FACTS}
        limit={0.1}
        verdictOf={row =>
          judged.find(one => one.row === row)?.verdict ?? 'none'
        }
        onQuality={onQuality}
        trans={trans}
      />
    )
  );
}

describe('the headline of the overview', () => {
  it('is not that all is well where missing values changed or some are beyond the range', () => {
    overview([DELAY, DISTANCE, QUIET], 'none');
    expect(lead()).toBe(
      'None of 3 columns drifted as a whole, but missing values of delay changed: .2 % → 19.8 %; 3.1 % of the values of distance lie beyond all of train.'
    );
    overview([DELAY, QUIET], 'undecided');
    expect(lead()).toBe(
      'Not enough data to say whether any of 2 columns drifted; but missing values of delay changed: .2 % → 19.8 %.'
    );
    overview([QUIET], 'none');
    expect(text()).not.toContain('but');
  });

  it('counts no column that changed among those that did not, and adds up', () => {
    const as = (verdict: IJudged['verdict'], ...some: ISummaryRow[]) =>
      some.map(row => ({ row, verdict, limit: 0.1 }));
    const moved = { ...QUIET, column: 'moved' };
    const drifted = { ...QUIET, column: 'drifted' };
    overviewOf([
      ...as('drift', drifted),
      ...as('moved', moved),
      ...as('none', DELAY, DISTANCE, QUIET)
    ]);
    expect(text()).toMatch(/^1 of 5 columns drifted; missing values of delay/);
    expect(text()).toContain(
      '. 1 column shows no change that matters, 1 moved, size unsure.'
    );
    // Nothing is said not to have been shown that has moved.
    overviewOf([
      ...as('moved', moved),
      ...as('none', QUIET),
      ...as('undecided', drifted)
    ]);
    expect(text().trim()).toBe(
      '1 of 3 columns moved, size unsure, 1 did not, 1 has not enough data.'
    );
    const all = as('none', DELAY, DISTANCE, QUIET);
    const { lines } = arrange(all, '', 'all', BY_VERDICT, new Set(), true);
    const [group] = lines;
    if (group.type !== 'group') {
      throw new Error('no group');
    }
    act(() =>
      root.render(
        <GroupHead
          group={group}
          facts={FACTS}
          isBrief
          onFold={() => undefined}
          trans={trans}
        />
      )
    );
    expect(text()).toBe(
      'No drift that matters32 changed in missing values or range'
    );
  });

  it('leads to where it stands', () => {
    const shown: string[] = [];
    overview([DELAY, QUIET], 'none', column => shown.push(column));
    act(() => host.querySelector('button')?.click());
    expect(shown).toEqual(['delay']);
  });
});

describe('the headline of a column', () => {
  const facts = {
    kind: 'number',
    estimate: 0.01,
    lower: 0,
    upper: 0.05,
    missing: { difference: 0.196, lower: 0.17, upper: 0.22, p_value: 0.001 },
    primary: { name: 'prod', rows: 1000, span: null },
    reference: { name: 'train', rows: 1000, span: null }
  } as unknown as IDistributionFacts;
  const values = (missing: number): Values =>
    ({ n: 1000 - missing, missing, mean: 1 }) as unknown as Values;
  const draw = (
    change: Partial<React.ComponentProps<typeof ColumnSentence>>
  ): void =>
    act(() =>
      root.render(
        <ColumnSentence
          column="delay"
          facts={facts}
          bins={[]}
          values={{ primary: values(198), reference: values(2) }}
          verdict="none"
          limit={0.1}
          window={null}
          trans={trans}
          {...change}
        />
      )
    );

  it('tells a change of missing values, or values beyond the range, in the lead', () => {
    draw({});
    expect(lead()).toBe(
      'delay has no drift that matters, but missing values changed: .2 % → 19.8 %.'
    );
    draw({ summarised: DISTANCE });
    expect(lead()).toBe(
      'delay has no drift that matters, but 3.1 % of the values lie beyond all of train.'
    );
    // The overview, which corrects over all columns, calls it chance.
    draw({ summarised: QUIET });
    expect(lead()).toBe('delay has no drift that matters.');
  });

  it('leads to the checks of the column', () => {
    let n = 0;
    draw({ onQuality: () => n++ });
    act(() => host.querySelector('button')?.click());
    expect(n).toBe(1);
  });
});

describe('findings that stand', () => {
  const words = (lists: string[][]) =>
    vectorFromArray(lists, new List(new Field('item', new Utf8())));
  const result: IResult = {
    table: new Table(),
    parts: new Map([
      [
        'faces',
        tableFromArrays({
          finding: [1, 2],
          status: ['stands', 'look'],
          kind: ['quality', 'quality'],
          sentence: ['delay has no value', 'x has no value'],
          opens: ['quality', 'quality'],
          column: ['delay', 'x']
        }).assign(
          new Table({
            words: words([['delay', ' has no value'], ['x']]),
            marks: words([['column', ''], ['column']])
          })
        )
      ]
    ]),
    meta: {}
  };

  /** An inspection in which somebody has looked for findings, as far as the link knows it. */
  class Fake {
    readonly changed = new Signal<unknown, void>(this);
    readonly worked = new Signal<unknown, unknown>(this);
    readonly clusterNames = [];
    readonly unit = null;
    readonly limit = 0.1;
    where: unknown[] = [];
    pointed: IPointed[] = [];
    analyses = [
      {
        recipe: { kind: 'findings', unit: null, limit: 0.1, where: [] },
        event: { state: 'running' },
        done: Promise.resolve(result)
      }
    ];
    visit(): void {
      return;
    }
    point(at: IPointed): void {
      this.pointed.push(at);
    }
  }

  function Shown({
    inspection
  }: {
    inspection: IInspection;
  }): React.ReactElement {
    const standing = useStanding(inspection);
    return standing.length === 0 ? (
      <>none</>
    ) : (
      <StandingLink standing={standing} inspection={inspection} trans={trans} />
    );
  }

  it('are counted once they are found, in the rows on screen, and opened one by one', async () => {
    const fake = new Fake();
    await act(async () =>
      root.render(<Shown inspection={fake as unknown as IInspection} />)
    );
    expect(text()).toBe('none');
    await act(async () => {
      fake.analyses[0].event.state = 'done';
      fake.worked.emit(fake.analyses[0]);
    });
    expect(text()).toBe('1 finding stands: see it');
    act(() => host.querySelector('button')?.click());
    const option = document.querySelector<HTMLElement>('[role="option"]');
    expect(option?.textContent).toContain('delay has no value');
    act(() => option?.click());
    expect(fake.pointed).toEqual([
      { view: null, quality: { column: 'delay' } }
    ]);
    await act(async () => {
      fake.where = [{ condition: { kind: 'missing', column: 'x' } }];
      fake.changed.emit();
    });
    expect(text()).toBe('none');
  });
});
