import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import { act } from 'react';

import { added } from '../../../model/cohort';
import type { IChosen, IInspection, ISelection } from '../../../tokens';
import { Cohort } from '../cohort';
import { barCondition, conditionText } from '../condition';
import { RowsMenu } from '../rows-menu';
import { host, root } from '../../../__tests__/host';

const trans = nullTranslator.load('phoenix_lab');

const carrier: IChosen = {
  condition: { kind: 'values', column: 'carrier', values: ['AA'] }
};
const cluster: IChosen = {
  condition: {
    kind: 'in_cluster',
    map: { kind: 'embedding_map', embedding: 'text' },
    cluster: 3
  },
  label: 'iraq · terrorists'
};

/** An inspection as far as the chips know it. */
class Fake {
  readonly changed = new Signal<unknown, void>(this);
  readonly primary = { name: 'prod', n_rows: 100 };
  readonly reference = { name: 'train', n_rows: 50 };
  readonly clusterNames = [];
  where: readonly IChosen[] = [carrier, cluster];
  dropped: readonly IChosen[] = [];
  cohort: unknown = {
    primary: { rows: 12, of: 100 },
    reference: { rows: 0, of: 50 }
  };
  canUndoCohort = true;
  dismissDropped(): void {
    this.dropped = [];
    this.changed.emit();
  }
  undone = 0;
  inserted: ISelection[] = [];
  narrow(more: readonly IChosen[]): void {
    this.where = added(this.where, more);
    this.changed.emit();
  }
  widen(one: IChosen | null): void {
    this.where = one ? this.where.filter(other => other !== one) : [];
    this.changed.emit();
  }
  undoCohort(): boolean {
    this.undone += 1;
    return true;
  }
  insert(what: ISelection): Promise<never> {
    this.inserted.push(what);
    return Promise.reject(new Error('not here'));
  }
}

function show(): Fake {
  const fake = new Fake();
  act(() =>
    root.render(
      <Cohort inspection={fake as unknown as IInspection} trans={trans} />
    )
  );
  return fake;
}

function press(name: string): Promise<void> {
  const button = [...host.querySelectorAll('button')].find(
    one => (one.getAttribute('aria-label') ?? one.textContent) === name
  );
  return act(async () => button?.click());
}

describe('the conditions in the head of a view', () => {
  it('say which went with the map that they were of', async () => {
    const fake = show();
    act(() => {
      fake.where = [];
      fake.dropped = [cluster];
      fake.changed.emit();
    });
    expect(host.textContent).toContain(
      'No longer only text: iraq · terrorists'
    );
    await press('Dismiss');
    expect(host.textContent).toBe('');
  });

  it('have one Undo: while what was inserted can be undone, that', async () => {
    const fake = show();
    const undos = (): number =>
      [...host.querySelectorAll('button')].filter(
        ({ textContent }) => textContent === 'Undo'
      ).length;
    fake.insert = () =>
      Promise.resolve({
        message: 'Cell added.',
        isAsPromised: true,
        undo: () => true,
        show: null
      } as never);
    expect(undos()).toBe(1);
    await press('Insert these rows');
    expect(host.textContent).toContain('Cell added.');
    expect(undos()).toBe(1);
    await press('Undo');
    expect(fake.undone).toBe(0);
    expect(host.textContent).not.toContain('Cell added.');
    await press('Undo');
    expect(fake.undone).toBe(1);
  });

  it('are told apart where their words are the same', () => {
    const complain = jest.spyOn(console, 'error').mockImplementation();
    const fake = show();
    const many = (last: string): IChosen => ({
      condition: { kind: 'values', column: 'c', values: ['a', 'b', 'd', last] }
    });
    act(() => {
      fake.where = [many('e'), many('f')];
      fake.changed.emit();
    });
    expect(host.querySelectorAll('.px-mod-condition')).toHaveLength(2);
    expect(complain).not.toHaveBeenCalled();
    complain.mockRestore();
  });

  it('say what rows are shown, how many, and that a set has none', () => {
    show();
    const text = host.textContent?.replace(/\s/g, ' ');
    expect(text).toContain('carrier: AA');
    expect(text).toContain('text: iraq · terrorists');
    expect(text).toContain('12 of 100 rows of prod');
    expect(text).toContain('no rows of train');
  });

  it('are taken back one by one, by Undo, and all together', async () => {
    const fake = show();
    await press('Remove the condition carrier: AA');
    expect(fake.where).toEqual([cluster]);
    await press('Undo');
    expect(fake.undone).toBe(1);
    await press('Clear all');
    expect(fake.where).toEqual([]);
    expect(host.querySelector('.px-cohort')).toBeNull();
  });

  it('give their rows as a cell', async () => {
    const fake = show();
    await press('Insert these rows');
    expect(fake.inserted).toMatchObject([
      {
        conditions: [carrier.condition, cluster.condition],
        rows: [
          { set: 'primary', n: 12, of: 100 },
          { set: 'reference', n: 0, of: 50 }
        ]
      }
    ]);
  });
});

describe('the menu of a bar', () => {
  it('offers the rows alone, all others, and cells of either set', async () => {
    const fake = new Fake();
    fake.where = [cluster];
    const picked: ISelection[] = [];
    const open = (): void =>
      act(() =>
        root.render(
          <RowsMenu
            anchor={host}
            inspection={fake as unknown as IInspection}
            chosen={[carrier]}
            counts={{ primary: 7, reference: 0 }}
            onInsert={what => picked.push(what)}
            onClose={() => undefined}
            trans={trans}
          />
        )
      );
    open();
    const options = (): HTMLElement[] => [
      ...document.querySelectorAll<HTMLElement>('[role="option"]')
    ];
    expect(
      options().map(o => [
        o.querySelector('.px-menu-label')?.textContent,
        o.getAttribute('aria-disabled')
      ])
    ).toEqual([
      ['Only these rows', null],
      ['All but these rows', null],
      ['Keep as selection', null],
      ['Insert into notebook: prod', null],
      ['Insert into notebook: train', 'true'],
      ['Insert into notebook: both', null]
    ]);
    act(() => options()[3].click());
    expect(picked).toMatchObject([
      {
        conditions: [cluster.condition, carrier.condition],
        rows: [{ set: 'primary', n: 7 }],
        variable: 'AA'
      }
    ]);
    act(() => options()[0].click());
    expect(fake.where).toEqual([cluster, carrier]);
    act(() => options()[1].click());
    expect(fake.where[2].condition).toEqual({
      ...carrier.condition,
      negated: true
    });
  });

  it('offers no rows of a set that the conditions say nothing of', () => {
    const within: IChosen = {
      condition: {
        kind: 'range',
        column: 'departure',
        low: '2014-06-09',
        high: '2014-06-23',
        set: 'primary'
      }
    };
    act(() =>
      root.render(
        <RowsMenu
          anchor={host}
          inspection={new Fake() as unknown as IInspection}
          chosen={[within]}
          counts={{ primary: 159, reference: 221 }}
          onInsert={() => undefined}
          onClose={() => undefined}
          trans={trans}
        />
      )
    );
    const said = [...document.querySelectorAll('[role="option"]')].map(
      option => option.textContent
    );
    expect(said.filter(text => text?.includes('train'))).toEqual([
      'Only these rowsIn every view; train stays whole'
    ]);
    expect(said.at(-1)).toContain('Insert into notebook: prod');
  });
});

describe('what the rows of a bar meet', () => {
  const bar = (kind: string, low: string | null, high: string | null) => ({
    label: 'x',
    kind,
    low,
    high
  });
  const number = { kind: 'number', dtype: 'float64' };

  it('is exact, also where numbers are beyond those of a browser', () => {
    const of = (low: string | null, high: string | null) =>
      barCondition('a', bar('range', low, high), [], number);
    expect(of('0.1', '2')).toMatchObject({ low: 0.1, high: 2 });
    expect(of(null, '9007199254740993')).toMatchObject({
      low: null,
      high: '9007199254740993'
    });
    expect(of(null, null)).toEqual({
      kind: 'missing',
      column: 'a',
      negated: true
    });
    expect(barCondition('a', bar('atom', '0.0', null), [], number)).toEqual({
      kind: 'values',
      column: 'a',
      values: [0]
    });
  });

  it('is of the length of texts, and of the type of categories', () => {
    expect(
      barCondition('a', bar('range', '12.5', null), [], {
        kind: 'text',
        dtype: 'object'
      })
    ).toEqual({ kind: 'length', column: 'a', low: 13, high: null });
    const named = (label: string, kind: string, dtype: string) =>
      barCondition('a', { ...bar('category', null, null), label }, [], {
        kind,
        dtype
      });
    expect(named('3', 'category', 'int64')).toMatchObject({ values: [3] });
    expect(named('3', 'category', 'str')).toMatchObject({ values: ['3'] });
    expect(named('True', 'boolean', 'bool')).toMatchObject({ values: [true] });
    const bars = ['b', 'c'].map(label => ({
      ...bar('category', null, null),
      label
    }));
    const rest = bar('rest', null, null);
    expect(
      barCondition('a', rest, [...bars, rest], {
        kind: 'category',
        dtype: 'str'
      })
    ).toEqual({
      kind: 'values',
      column: 'a',
      values: ['b', 'c', null],
      negated: true
    });
  });

  it('is said in few words', () => {
    const sets = {
      primary: { name: 'prod' },
      reference: { name: 'train' },
      clusterNames: []
    } as unknown as IInspection;
    const text = (condition: IChosen['condition'], label?: string): string =>
      conditionText({ condition, label }, sets, trans);
    expect(text({ kind: 'range', column: 'temp', low: 20, high: 30 })).toBe(
      'temp: 20 to below 30'
    );
    // what lies between 269.612 and 270 meets it, too
    expect(
      text({ kind: 'range', column: 'cost', low: 269.612, high: 254493 })
    ).toBe('cost: 269.612 to below 254\u202f493');
    expect(
      text({
        kind: 'range',
        column: 'when',
        low: '2021-01-01T00:00:00+00:00',
        high: null,
        set: 'primary'
      })
    ).toBe('when: 2021-01-01 and above · prod only');
    expect(
      text({
        kind: 'values',
        column: 'c',
        values: ['a', '', null, 'd', 'e'],
        negated: true
      })
    ).toBe('c: not a, (empty), missing, 2 more');
    expect(text(cluster.condition, cluster.label)).toBe(
      'text: iraq · terrorists'
    );
  });
});
