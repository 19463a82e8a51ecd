import type { ColumnInfo } from '../../../api/contract';
import { conversationOf } from '../carriers';

const column = (
  name: string,
  role: ColumnInfo['role'],
  more: Partial<ColumnInfo> = {}
): ColumnInfo =>
  ({
    name,
    role,
    kind: role === 'embedding' ? 'vector' : 'text',
    problem: null,
    raw_data: null,
    ...more
  }) as ColumnInfo;

describe('A conversation', () => {
  const texts = [column('asked', 'prompt'), column('said', 'response')];
  const vectors = [
    column('v', 'embedding', { raw_data: 'asked' }),
    column('w', 'embedding', { raw_data: 'said' })
  ];

  it('is told by the texts of the vectors', () => {
    expect(conversationOf([...vectors, ...texts])).toEqual({
      prompt: 'v',
      response: 'w'
    });
  });

  it('needs vectors of both that can be read', () => {
    expect(conversationOf([vectors[0], ...texts])).toBeNull();
    expect(conversationOf([...vectors, texts[0]])).toBeNull();
    const broken = { ...vectors[1], problem: 'vectors of several lengths' };
    expect(conversationOf([vectors[0], broken, ...texts])).toBeNull();
    expect(
      conversationOf([column('v', 'embedding'), column('w', 'embedding')])
    ).toBeNull();
  });
});
