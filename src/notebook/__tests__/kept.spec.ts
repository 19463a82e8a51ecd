import { MOST_KEPT_ROWS } from '../../model/selection';
import type { ISelection } from '../../tokens';
import { read, write } from '../kept';
import { loadKept, save } from '../state';

const cluster: ISelection = {
  id: 'text_vector:{"kind":"cluster","cluster":18}',
  label: 'iraq · terrorists · afghanistan',
  variable: 'iraq',
  comment: ['cluster "iraq" of text_vector', '150 rows of prod, 2 of train'],
  source: {
    recipe: { kind: 'embedding_map', embedding: 'text_vector', seed: 3 },
    call: '.cluster(18)'
  },
  rows: [
    { set: 'primary', rows: [3, 4, 5, 15], of: 1650 },
    { set: 'reference', rows: [7], of: 3206 }
  ]
};
const area: ISelection = {
  id: 'area',
  label: 'Area on the map',
  variable: 'area',
  comment: [],
  source: {
    recipe: { kind: 'embedding_map', embedding: 'v' },
    call: '.lasso([(-1.5, 2), (3e-7, 0.25), (1, 1)])'
  },
  rows: [{ set: 'primary', rows: [0], of: 3 }],
  view: 'v'
};
const bare: ISelection = {
  ...cluster,
  id: 'bare',
  source: null,
  view: null,
  rows: [{ set: 'reference', rows: [1, 2], of: 9 }]
};

/** What a file would hold after it was written and read again. */
function file(selection: ISelection): unknown {
  return JSON.parse(JSON.stringify(write(selection)));
}

const good = file(cluster) as Record<string, unknown>;
const changed = (change: Record<string, unknown>): ISelection[] =>
  read([{ ...good, ...change }]);

describe('a saved selection in the file', () => {
  it('is short and can be read by people', () => {
    expect(file(cluster)).toEqual({
      id: cluster.id,
      label: 'iraq · terrorists · afghanistan',
      variable: 'iraq',
      comment: cluster.comment,
      source: {
        recipe: { kind: 'embedding_map', embedding: 'text_vector', seed: 3 },
        call: '.cluster(18)'
      },
      primary: { rows: '3-5,15', of: 1650 },
      reference: { rows: '7', of: 3206 }
    });
  });

  it('comes back as it was', () => {
    const half: ISelection = {
      ...cluster,
      rows: cluster.rows.slice(0, 1),
      source: cluster.source && {
        ...cluster.source,
        call: '.cluster([18, 19], set="primary")'
      }
    };
    const similar: ISelection = {
      ...cluster,
      source: {
        recipe: {
          kind: 'neighbors',
          embedding: 'v',
          row: 3,
          set: 'reference',
          k: 50
        },
        call: '.neighbors()'
      }
    };
    const drifted: ISelection = {
      ...cluster,
      rows: cluster.rows.slice(0, 1),
      source: {
        recipe: { kind: 'embedding_drift', embedding: 'v', unit: 'who' },
        call: '.carriers()'
      }
    };
    const answered: ISelection = {
      ...drifted,
      source: {
        recipe: {
          kind: 'response_drift',
          prompt: 'v',
          response: 'w',
          window: ['2026-01-01', '2026-02-01'],
          unit: 'who'
        },
        call: '.carriers()'
      }
    };
    for (const selection of [
      cluster,
      half,
      area,
      bare,
      similar,
      drifted,
      answered
    ]) {
      expect(read([file(selection)])).toEqual([selection]);
    }
  });

  it('comes back with the inspection that it is of', () => {
    const kept = [
      { primary: 'prod', reference: 'train', selections: [cluster, bare] },
      { primary: 'prod', reference: null, selections: [area] },
      { primary: 'empty', reference: null, selections: [] }
    ];
    const state = {
      path: 'a.ipynb',
      primary: { name: 'prod', variable: 'prod', id: 'i1' },
      reference: null,
      unit: null,
      limit: 0.1
    };
    const written = save([{ state, column: null }], 0.1, kept);
    expect(written?.inspections).toMatchObject([
      { primary: 'prod', reference: null, views: [null] },
      { primary: 'prod', reference: 'train', views: [] }
    ]);
    const found = loadKept(JSON.parse(JSON.stringify(written)));
    expect(found).toHaveLength(2);
    expect(found).toEqual(expect.arrayContaining(kept.slice(0, 2)));
  });

  it('is its code and its number of rows when it is large, nothing without code', () => {
    const rows = Array.from({ length: MOST_KEPT_ROWS + 1 }, (_, i) => 2 * i);
    const large = { ...cluster, rows: [{ set: 'primary', rows, of: 9000 }] };
    expect(write({ ...large, source: null } as ISelection)).toBeNull();
    const kept = file(large as ISelection);
    expect(kept).toMatchObject({ primary: { n: 2001, of: 9000 } });
    expect(JSON.stringify(kept).length).toBeLessThan(500);
    const [back] = read([kept]);
    expect(back.rows).toEqual([
      { set: 'primary', rows: [], n: 2001, of: 9000 }
    ]);
    // And stays that when it is written again.
    expect(file(back)).toEqual(kept);
  });
});

describe('a file that holds anything', () => {
  it('gives nothing where there is nothing', () => {
    for (const data of [
      undefined,
      null,
      3,
      'x',
      {},
      [],
      [null, 1, 'x', [], {}]
    ]) {
      expect(read(data)).toEqual([]);
      expect(loadKept({ inspections: data })).toEqual([]);
      expect(
        loadKept({ inspections: [{ primary: 'a', selections: data }] })
      ).toEqual([]);
    }
    expect(
      loadKept({ inspections: [{ primary: 3, selections: [good] }] })
    ).toEqual([]);
  });

  it('gives no rows that cannot be', () => {
    for (const primary of [
      null,
      'all',
      { rows: '0-3' },
      { rows: '0-3', of: 3 },
      { rows: '0-3', of: '9' },
      { rows: '3-0', of: 9 },
      { rows: '0-1999999999', of: 2_000_000_000 },
      { rows: [1, 2], of: 9 },
      { n: 0, of: 9 },
      { n: 10, of: 9 },
      { n: 1.5, of: 9 },
      { n: 5, of: Infinity }
    ]) {
      expect(changed({ primary })).toEqual([]);
    }
    expect(changed({ primary: undefined, reference: undefined })).toEqual([]);
    // Without code, a number alone is nothing.
    expect(changed({ source: undefined, primary: { n: 5, of: 9 } })).toEqual(
      []
    );
  });

  it('never brings code of its own', () => {
    const { recipe } = good.source as { recipe: unknown };
    for (const call of [
      '',
      '.cluster(18); import os',
      '.cluster(18)\nimport os',
      '.cluster(__import__("os"))',
      '.cluster(18)(e)',
      '.cluster([18, e])',
      '.cluster([18, 19]).x',
      '.cluster(18, set=e)',
      '.cluster(18, set="primary").x',
      '.rows(e)',
      '.neighbors(e)',
      '.neighbors(set=e)',
      '.neighbors().x',
      '.carriers(e)',
      '.carriers().x',
      '.lasso([])',
      '.lasso([(1, 2)]).x',
      '.lasso([(1, 2), (a, b)])',
      ' .cluster(18)',
      3,
      null
    ]) {
      const [found] = changed({ source: { recipe, call } });
      expect(found.source).toBeNull();
      expect(found.rows).toEqual(cluster.rows);
    }
    for (const name of ['1x', 'a b', 'class', 'x = 1; y', '', 3]) {
      expect(changed({ variable: name })[0].variable).toBe(
        'iraq_terrorists_afghanistan'
      );
    }
  });

  it('asks no question that is none', () => {
    const ask = (wrong: unknown) =>
      changed({ source: { recipe: wrong, call: '.cluster(1)' } })[0].source;
    for (const wrong of [
      null,
      'summary',
      { kind: 'toString' },
      { kind: '__proto__' },
      { kind: 'embedding_map' },
      { kind: 'embedding_map', embedding: 3 },
      { kind: 'embedding_map', embedding: 'v', seed: { a: 1 } },
      { kind: 'embedding_map', embedding: 'v', seed: 1.5 },
      { kind: 'embedding_map', embedding: 'v', min_dist: '0.1' },
      { kind: 'distribution', column: 'x', window: ['a'] },
      { kind: 'summary', columns: [3] }
    ]) {
      expect(ask(wrong)).toBeNull();
    }
    expect(
      ask({ kind: 'distribution', column: 'x', window: null, evil: {} })
    ).toEqual({
      recipe: { kind: 'distribution', column: 'x' },
      call: '.cluster(1)'
    });
  });

  it('is cut to what can be shown', () => {
    expect(changed({ label: '  ' })).toEqual([]);
    expect(changed({ label: 'x'.repeat(201) })).toEqual([]);
    const [found] = changed({
      id: 'x'.repeat(1000),
      comment: [3, 'a', null, 'x'.repeat(501), ...'bcdefghijk'],
      view: 4
    });
    expect(found.comment).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(found.id.length).toBeLessThan(50);
    expect('view' in found).toBe(false);
    const many = Array.from({ length: 1100 }, (_, i) => ({
      ...good,
      id: `${i}`
    }));
    expect(read(many)).toHaveLength(1000);
    expect(read([good, good])).toHaveLength(1);
  });

  it('is what is written even of what is long', () => {
    const long: ISelection = {
      ...cluster,
      label: 'x'.repeat(900),
      comment: Array.from({ length: 20 }, () => 'y'.repeat(900))
    };
    const [back] = read([file(long)]);
    expect(back.label).toHaveLength(200);
    expect(back.comment).toHaveLength(6);
  });
});
