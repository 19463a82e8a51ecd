import { tableFromArrays } from 'apache-arrow';

import type { IInspection } from '../../../tokens';
import { ImageReader } from '../reader';

const ELSEWHERE = 'on another machine, and not asked for';

function inspectionOf(
  images: IInspection['images']
): Pick<IInspection, 'primary' | 'reference' | 'images'> {
  const columns = [{ name: 'vector', link_to_data: 'look' }];
  return {
    primary: { id: 'i1', columns } as unknown as IInspection['primary'],
    reference: null,
    images
  };
}

describe('pictures of rows', () => {
  beforeAll(() => {
    Object.assign(window, {
      createImageBitmap: () =>
        Promise.resolve({ width: 8, height: 8, close: () => undefined })
    });
    URL.createObjectURL = blob => `blob:${(blob as Blob).type}`;
    URL.revokeObjectURL = () => undefined;
  });

  it('are asked together, are of known types, and addresses only when allowed', async () => {
    const asked: unknown[] = [];
    let arrived: () => void = () => undefined;
    const read = () => new Promise<void>(resolve => (arrived = resolve));
    const reader = new ImageReader(
      inspectionOf((set, column, rows, urls) => {
        asked.push([set, column, rows, urls]);
        const of = (row: number) =>
          row === 0
            ? ['image/png', null]
            : row === 1
              ? ['image/svg+xml', null]
              : urls
                ? ['image/jpeg', null]
                : [null, ELSEWHERE];
        return Promise.resolve(
          tableFromArrays({
            type: rows.map(row => of(row)[0]),
            data: rows.map(() => 'x'),
            problem: rows.map(row => of(row)[1])
          })
        );
      }) as IInspection,
      'vector',
      { primary: 'i1', reference: null },
      () => arrived()
    );
    const first = read();
    expect([0, 1, 2].map(row => reader.get('primary', row))).toEqual([
      null,
      null,
      null
    ]);
    await first;
    expect(asked).toEqual([['primary', 'look', [0, 1, 2], false]]);
    expect(reader.get('primary', 0)).toEqual({ url: 'blob:image/png' });
    expect(reader.get('primary', 1)).toEqual({
      problem: 'no image',
      isElsewhere: false
    });
    expect(reader.elsewhere).toBe(1);
    reader.allowUrls();
    const second = read();
    expect(reader.get('primary', 2)).toBeNull();
    await second;
    expect(asked[1]).toEqual(['primary', 'look', [2], true]);
    expect(reader.get('primary', 2)).toEqual({ url: 'blob:image/jpeg' });
    expect(reader.elsewhere).toBe(0);
    reader.dispose();
  });
});
