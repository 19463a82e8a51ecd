import type { EmbeddingMap } from '../../api/contract';
import type { IChosen } from '../../tokens';
import { added, carried, isSame, narrowed } from '../cohort';

const carrier: IChosen = {
  condition: { kind: 'values', column: 'carrier', values: ['AA'] }
};
const lately: IChosen = {
  condition: {
    kind: 'range',
    column: 'when',
    low: '2021-01-01',
    set: 'primary'
  }
};
const map: EmbeddingMap = { kind: 'embedding_map', embedding: 'v' };
const cluster: IChosen = {
  condition: { kind: 'in_cluster', map, cluster: 3 },
  label: 'iraq'
};

describe('the conditions of an inspection', () => {
  it('are part of every recipe, unless it has its own', () => {
    expect(narrowed(map, [])).toBe(map);
    expect(narrowed(map, [carrier, cluster])).toEqual({
      ...map,
      where: [carrier.condition, cluster.condition]
    });
    const own = { ...map, where: [] };
    expect(narrowed(own, [carrier])).toBe(own);
  });

  it('are there once, whoever leaves out what is usual', () => {
    const again: IChosen = {
      condition: {
        column: 'carrier',
        values: ['AA'],
        kind: 'values',
        set: null
      }
    };
    expect(added([carrier], [again])).toEqual([carrier]);
    expect(isSame([carrier], [again])).toBe(true);
    expect(added([carrier], [lately, cluster])).toEqual([
      carrier,
      lately,
      cluster
    ]);
  });

  it('follow the sets to the other side, but are of no other map', () => {
    expect(carried([carrier, lately, cluster], false)).toEqual([
      carrier,
      lately
    ]);
    expect(carried([cluster], false, true)).toEqual([cluster]);
    expect(carried([lately], true)).toEqual([
      { condition: { ...lately.condition, set: 'reference' } }
    ]);
  });
});
