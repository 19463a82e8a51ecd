import type { Correction } from '../../api/contract';
import { readRoles, writeRoles } from '../roles';
import { load, loadRoles, save } from '../state';

const grade: Correction = { column: 'grade', role: null, kind: 'category' };
const epoch: Correction = { column: 'epoch', role: 'timestamp', kind: null };

describe('roles that a notebook keeps', () => {
  it('are small, and do not depend on the order in which they were said', () => {
    const kept = writeRoles([
      { variable: 'prod', corrections: [grade, epoch] },
      { variable: 'new', corrections: [epoch] },
      { variable: 'old', corrections: [] }
    ]);
    expect(kept).toEqual([
      { variable: 'new', columns: [{ column: 'epoch', role: 'timestamp' }] },
      {
        variable: 'prod',
        columns: [
          { column: 'epoch', role: 'timestamp' },
          { column: 'grade', kind: 'category' }
        ]
      }
    ]);
    expect(readRoles(JSON.parse(JSON.stringify(kept)))).toEqual([
      { variable: 'new', corrections: [epoch] },
      { variable: 'prod', corrections: [epoch, grade] }
    ]);
  });

  it('know what vectors were made of, and that it is nothing', () => {
    const corrections: Correction[] = [
      { column: 'v', role: null, kind: null, raw_data: '' },
      { column: 'w', role: null, kind: null, link_to_data: 'url' }
    ];
    const kept = writeRoles([{ variable: 'prod', corrections }]);
    expect(kept[0].columns).toEqual([
      { column: 'v', raw_data: '' },
      { column: 'w', link_to_data: 'url' }
    ]);
    expect(readRoles(JSON.parse(JSON.stringify(kept)))).toEqual([
      { variable: 'prod', corrections }
    ]);
  });

  it('have the unit of independence beside them, or alone', () => {
    const said = [
      { variable: 'prod', corrections: [grade], unit: 'day' },
      { variable: 'train', corrections: [], unit: 'a "b"' }
    ];
    const kept = writeRoles(said);
    expect(kept[1]).toEqual({ variable: 'train', unit: 'a "b"', columns: [] });
    expect(readRoles(JSON.parse(JSON.stringify(kept)))).toEqual(said);
    expect(readRoles([{ variable: 'prod', unit: 7, columns: [] }])).toEqual([]);
  });

  it('are kept though no view is open, and nothing where nothing was said', () => {
    const said = [{ variable: 'prod', corrections: [grade] }];
    const saved = save([], 0.1, [], said);
    expect(saved).toEqual({
      inspections: [],
      roles: [
        {
          variable: 'prod',
          columns: [{ column: 'grade', kind: 'category' }]
        }
      ]
    });
    expect(loadRoles(saved)).toEqual(said);
    expect(load(saved, 'a.ipynb', 0.1)).toEqual([]);
    expect(save([], 0.1, [], [])).toBeNull();
  });

  it('may have names of any kind', () => {
    const odd = [
      '__proto__',
      'constructor',
      '"; import os #',
      '<b>',
      '',
      'é\n'
    ];
    const said = [
      {
        variable: 'prod',
        corrections: odd.map(column => ({ ...epoch, column })).sort(byColumn)
      }
    ];
    expect(readRoles(JSON.parse(JSON.stringify(writeRoles(said))))).toEqual(
      said
    );
  });

  it('are read with care: a file may hold anything', () => {
    for (const data of [
      undefined,
      null,
      3,
      'x',
      {},
      [null, 1, 'x', [], {}],
      [{ variable: 'prod' }],
      [{ variable: 'prod', columns: {} }],
      [
        { variable: 'prod', columns: [null, 3, {}, { column: 3, role: 'tag' }] }
      ],
      [{ variable: 'prod', columns: [{ column: 'x', role: 'king' }] }],
      [{ variable: 'prod', columns: [{ column: 'x', role: 'toString' }] }],
      [{ variable: 'prod', columns: [{ column: 'x', kind: 'time' }] }],
      [{ variable: 'os.system("x")', columns: [grade] }],
      [{ variable: 'import', columns: [grade] }],
      [{ variable: 'prod', columns: [{ ...grade, column: 'x'.repeat(501) }] }]
    ]) {
      expect(readRoles(data)).toEqual([]);
      expect(loadRoles({ roles: data })).toEqual([]);
    }
    const many = Array.from({ length: 5000 }, (_, i) => ({
      column: `c${i}`,
      role: 'tag'
    }));
    expect(
      readRoles([{ variable: 'prod', columns: many }])[0].corrections.length
    ).toBe(2000);
  });
});

function byColumn(a: Correction, b: Correction): number {
  return a.column < b.column ? -1 : 1;
}
