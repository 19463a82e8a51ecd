import { nullTranslator } from '@jupyterlab/translation';

import { inferences } from '../../api/__tests__/server';
import type { Client } from '../../api/client';
import type { Change, ColumnInfo, FrameListing } from '../../api/contract';
import {
  aboutText,
  candidates,
  commonText,
  counterpart,
  lookOf
} from '../alike';
import { Inspection } from '../inspection';
import type { IInspectionHost } from '../inspection-host';
import { lost, staleness } from '../staleness';
import { compare } from '../watch';

const trans = nullTranslator.load('phoenix_lab');

function column(name: string, kind: ColumnInfo['kind'] = 'number'): ColumnInfo {
  return {
    name,
    position: 0,
    dtype: 'float64',
    kind,
    role: 'feature',
    carrier: 'number',
    reason: '',
    raw_data: null,
    link_to_data: null,
    retrieved: null,
    dimension: null,
    problem: null
  };
}

function frame(change: Partial<FrameListing>): FrameListing {
  return {
    ref: 'r1',
    names: ['prod'],
    library: 'pandas',
    type: 'DataFrame',
    n_rows: 3,
    n_columns: 3,
    nbytes: 24,
    embeddings: ['v'],
    query: null,
    columns: [],
    ...change
  };
}

const prod = inferences({
  columns: [column('a'), column('b'), column('v', 'vector')]
});

const train = inferences({ id: 'i2', name: 'train', variable: 'train' });

function change(what: Partial<Change>): Change {
  return {
    set: 'i1',
    what: 'changed',
    name: null,
    n_rows: 3,
    added: [],
    removed: [],
    renamed: [],
    retyped: [],
    edited: [],
    ...what
  };
}

describe('staleness', () => {
  const said = (...changes: Partial<Change>[]): string | undefined =>
    staleness(prod, train, changes.map(change), trans)?.message;

  it('is none while nothing has changed', () => {
    expect(staleness(prod, train, [], trans)).toBeNull();
    expect(staleness(prod, null, [change({ set: 'other' })], trans)).toBeNull();
  });

  it('says in words what has changed', () => {
    expect(said({ n_rows: 123, retyped: [['age', 'int64', 'string']] })).toBe(
      'prod has changed: +120 rows, column age became string, it was int64.'
    );
    expect(said({ n_rows: 2, added: ['c', 'd'] })).toBe(
      'prod has changed: −1 row, new columns c, d.'
    );
    expect(said({ n_rows: 1203, removed: ['b'] })).toBe(
      'prod has changed: +1\u202f200 rows, column b is gone.'
    );
    expect(said({ renamed: [['a', 'age']], edited: ['b', 'v'] })).toBe(
      'prod has changed: column a is called age, other values in b, v.'
    );
    expect(said({ edited: ['a', 'b', 'c', 'd'] })).toBe(
      'prod has changed: other values in 4 columns.'
    );
  });

  it('says that an object is another one, or has another name', () => {
    expect(said({ what: 'another' })).toBe(
      'prod was made anew, and looks the same.'
    );
    expect(said({ what: 'another', n_rows: null })).toBe(
      'prod is another query now.'
    );
    expect(said({ what: 'renamed', name: 'live' })).toBe(
      'prod is called live now.'
    );
  });

  it('names both sets', () => {
    expect(said({ what: 'gone' }, { set: 'i2', what: 'gone' })).toBe(
      'prod and train are no longer in the kernel. Run the cells that make them, then refresh.'
    );
    const both = [
      change({ n_rows: 4 }),
      change({ set: 'i2', what: 'gone', n_rows: null })
    ];
    expect(staleness(prod, train, both, trans)).toEqual({
      sets: ['primary', 'reference'],
      moved: ['primary'],
      message:
        'train is no longer in the kernel. Run the cell that makes it, then refresh. prod has changed: +1 row.'
    });
  });

  it('names both sets when the kernel is gone', () => {
    expect(lost(prod, train, [], trans).message).toContain('prod and train');
    expect(lost(prod, null, [], trans).message).toContain('prod is gone');
  });

  it('says of an output of an earlier kernel that it cannot be read again, and what can be', () => {
    const head = { ...prod, variable: null, name: 'prod.head()' };
    const gone = lost(head, train, [], trans);
    expect(gone.message).toMatch(
      /^prod\.head\(\) is an output of an earlier kernel, and cannot be read again/
    );
    expect(gone.instead).toEqual([]);
    const half = [frame({})];
    expect(lost(head, train, half, trans).instead).toEqual([]);
    const both = [...half, frame({ ref: 'r9', names: ['train'] })];
    expect(lost(head, train, both, trans).instead).toEqual([
      { set: 'primary', name: 'prod' }
    ]);
    expect(lost(prod, train, both, trans).instead).toBeUndefined();
  });

  it('stays said after a restart, whatever the server no longer knows, until the sets are read again', () => {
    const inspection = new Inspection({
      path: () => 'a.ipynb',
      client: null as unknown as Client,
      host: { release: () => undefined } as unknown as IInspectionHost,
      trans,
      primary: prod,
      reference: train
    });
    const seen = {
      asked: ['i1', 'i2'],
      changes: [],
      frames: [] as FrameListing[],
      lost: new Set([prod, train])
    };
    compare([inspection], seen, trans);
    expect(inspection.stale?.message).toContain('prod and train are gone');
    // Whoever inserts positions now would have other rows, perhaps.
    const frames = [frame({}), frame({ ref: 'r9', names: ['train'] })];
    compare([inspection], { ...seen, frames: frames.slice(0, 1) }, trans);
    expect(inspection.stale?.message).toContain('train is gone');
    compare([inspection], { ...seen, frames }, trans);
    expect(inspection.stale?.message).toContain('were made anew');
    expect(inspection.moved).toEqual(['primary', 'reference']);
    inspection.replace({ ...prod, id: 'i3' }, { ...train, id: 'i4' });
    compare([inspection], { ...seen, asked: ['i3', 'i4'], frames }, trans);
    expect(inspection.stale).toBeNull();
  });
});

describe('candidates', () => {
  const train = frame({ ref: 'r2', names: ['train'], n_rows: 9 });
  const small = frame({
    ref: 'r3',
    names: ['small'],
    n_columns: 1,
    embeddings: []
  });
  const nameless = frame({ ref: 'r4', names: [] });

  it('are the others, the most alike first', () => {
    expect(
      candidates([small, frame({}), nameless, train], lookOf(prod)).map(
        ({ ref }) => ref
      )
    ).toEqual(['r2', 'r3']);
  });

  it('are first those with most columns in common, and those without any say so', () => {
    const named = (ref: string, ...columns: string[]) =>
      frame({ ref, names: [ref], columns, n_columns: columns.length });
    const look = lookOf(prod);
    const frames = [
      // Of the same shape, but of other things.
      named('none', 'x', 'y', 'z'),
      named('one', 'b', 'p', 'q'),
      named('most', 'a', 'b', 'v', 'w')
    ];
    expect(
      candidates(frames, look).map(one => [
        one.ref,
        commonText(one, look, trans)
      ])
    ).toEqual([
      ['most', null],
      ['one', '1 of 3 columns in common'],
      ['none', 'no column in common']
    ]);
    // Of a frame whose columns are not known nothing is said.
    expect(commonText(frame({}), look, trans)).toBeNull();
  });

  it('are first what is called like a reference, and last what is cut from the frame, though one of its columns was renamed', () => {
    const all = Array.from({ length: 20 }, (_, i) => `c${i}`);
    const named = (name: string, n_rows: number, columns = all) =>
      frame({ ref: name, names: [name], n_rows, columns, n_columns: 20 });
    const own = named('prod', 900);
    const renamed = [...all.slice(1), 'd0'];
    const frames = [
      own,
      named('prod_late', 800),
      named('few', 50),
      named('january', 700, renamed),
      named('last_prices', 700, ['price']),
      named('train', 1200, renamed)
    ];
    const names = (look: Parameters<typeof candidates>[1]): string[] =>
      candidates(frames, look).map(({ ref }) => ref);
    expect(names(own)).toEqual([
      'train',
      'january',
      'few',
      'prod_late',
      'last_prices'
    ]);
    expect(aboutText(frames[1], own, trans)).toContain('perhaps a part of it');
    expect(aboutText(frames[5], own, trans)).toContain(
      '19 of 20 columns in common'
    );
    const head = { ...own, ref: 'h', names: [], expression: 'prod.head()' };
    expect(names(head).slice(0, 2)).toEqual(['train', 'january']);
    expect(aboutText(own, head, trans)).toContain('has these rows');
    // What says that it is older is no part, though it is called after it.
    const old = named('prod_old', 900);
    expect(candidates([frames[3], old], own)[0]).toBe(old);
  });

  it('offer a counterpart only where one looks like it', () => {
    expect(counterpart([small, train], lookOf(prod))).toBe(train);
    expect(counterpart([small, frame({})], lookOf(prod))).toBeNull();
    const empty = { ...train, n_rows: 0 };
    expect(counterpart([empty], lookOf(prod))).toBeNull();
    expect(candidates([empty], lookOf(prod))).toEqual([empty]);
  });

  it('put what a frame was cut from behind what else was', () => {
    const sotu = frame({ ref: 'r0', names: ['sotu'], n_rows: 12 });
    const cut = frame({});
    const march = { ...train, names: ['march'] };
    const frames = [sotu, march, cut];
    expect(counterpart(frames, lookOf(prod))).toBe(march);
    expect(candidates(frames, lookOf(prod))).toEqual([march, sotu]);
    expect(counterpart(frames, { ...march })).toBe(cut);
    // Larger, but not by what another has; or made later, as a concatenation.
    const other = { ...sotu, n_rows: 13 };
    expect(counterpart([other, march, cut], lookOf(prod))).toBe(other);
    expect(candidates([cut, sotu, march], lookOf(prod))[0]).toBe(sotu);
    // Where there is nothing else, it is still something to compare with.
    expect(counterpart([sotu, cut], lookOf(prod))).toBe(sotu);
    // Frames of other shapes say nothing about it.
    const odd = frame({ ref: 'r5', names: ['odd'], n_columns: 9, n_rows: 9 });
    expect(counterpart([sotu, odd, cut], lookOf(prod))).toBe(sotu);
  });

  it('never offer the frame that an object without a name came from', () => {
    const own = frame({});
    const head = { ...prod, ref: 'r9', variable: null, name: 'prod.head()' };
    expect(counterpart([own], lookOf(head))).toBeNull();
    expect(counterpart([own, train], lookOf(head))).toBe(train);
    expect(candidates([own, train], lookOf(head))).toEqual([train, own]);
    // Nor what that was cut from, before the other part.
    const sotu = frame({ ref: 'r0', names: ['sotu'], n_rows: 12 });
    const few = { ...head, n_rows: 2 };
    expect(counterpart([sotu, train, own], lookOf(few))).toBe(train);
    const both = { ...head, name: 'pd.concat([prod, train])' };
    expect(counterpart([own, train], lookOf(both))).toBeNull();
    // Only whole names are names.
    const like = { ...head, name: 'prod_2.head("prod")' };
    expect(counterpart([own], lookOf(like))).toBe(own);
  });
});
