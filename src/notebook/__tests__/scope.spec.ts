import { generate } from '../code';
import { assigned, both, map, selection } from './cells';

describe('the names of a cell', () => {
  it('shadows nothing of the notebook or the kernel', () => {
    const code = generate(selection(), {
      ...both,
      sources: [
        'areas = 1',
        'import plotly.express as px',
        'df = prod[x == 2]'
      ],
      taken: ['prod', 'train', 'iraq']
    });
    expect(assigned(code)).toEqual([
      'pd',
      'phoenix_lab',
      'areas_2',
      'iraq_2_prod',
      'iraq_2_train',
      'iraq_2'
    ]);
    expect(code.source).toContain('phoenix_lab.run(');
  });

  it('keeps its names when the notebook has the very same lines', () => {
    const first = generate(selection(), both);
    const again = generate(selection(), {
      ...both,
      sources: [first.source],
      taken: ['prod', 'train', 'iraq']
    });
    expect(again.source).toBe(first.source);
    const other = generate(
      selection({
        variable: 'aids',
        source: { recipe: map, call: '.cluster(3)' }
      }),
      { ...both, sources: [first.source] }
    );
    expect(assigned(other)).toContain('areas');
    expect(assigned(other)).toContain('aids');
    const further = generate(
      selection({
        source: { recipe: { ...map, seed: 1 }, call: '.cluster(18)' }
      }),
      { ...both, sources: [first.source] }
    );
    expect(assigned(further)).toContain('areas_2');
    expect(assigned(further)).toContain('iraq_2');
  });

  it('uses the name that the notebook has for the module', () => {
    const code = generate(selection(), {
      ...both,
      sources: ['import phoenix_lab as phx']
    });
    expect(code.source).toContain('import phoenix_lab as phx');
    expect(code.source).toContain('phx.EmbeddingMap');
  });

  it('makes a name of whatever it is given', () => {
    const code = generate(selection({ variable: 'not a name!' }), both);
    expect(assigned(code).at(-1)).toBe('not_a_name');
  });
});
