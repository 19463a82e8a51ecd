import { decode, join, meta, numbers, strings } from '../arrow';
import { ipc } from './server';

describe('decode', () => {
  it('gives the columns and the facts back', async () => {
    const table = await decode(
      ipc(
        { n: [1, null, 3], name: ['a', 'ü', null] },
        { limit: 0.1, unit: null }
      )
    );
    expect(table.numRows).toBe(3);
    expect(numbers(table, 'n')).toEqual([1, null, 3]);
    expect(strings(table, 'name')).toEqual(['a', 'ü', null]);
    expect(meta(table)).toEqual({ limit: 0.1, unit: null });
  });

  it('makes numbers of 64-bit integers', async () => {
    const table = await decode(ipc({ n: [1n, 2n ** 40n] }));
    expect(numbers(table, 'n')).toEqual([1, 2 ** 40]);
  });

  it('knows nothing of a column that is not there', async () => {
    const table = await decode(ipc({ n: [1] }));
    expect(numbers(table, 'm')).toEqual([]);
    expect(meta(table)).toEqual({});
  });

  it('fails on what is no Arrow', async () => {
    await expect(decode(new Uint8Array([1, 2, 3]))).rejects.toThrow();
  });
});

describe('join', () => {
  it('puts columns side by side, in the order asked for', async () => {
    const a = await decode(ipc({ x: [1, 2] }));
    const b = await decode(ipc({ y: ['p', 'q'] }));
    const both = join([a, b], ['y', 'x']);
    expect(both.schema.fields.map(({ name }) => name)).toEqual(['y', 'x']);
    expect(both.toArray().map(row => row.toJSON())).toEqual([
      { y: 'p', x: 1 },
      { y: 'q', x: 2 }
    ]);
  });
});
