import type { EmbeddingMap } from '../../api/contract';
import type { ISelection } from '../../tokens';
import type { ICode, ICodeOptions } from '../code';
import type { ISetCode } from '../set-code';
import { runPython } from './run-python';

/** A set, and what a cell of it and another one is written from. */
export const prod: ISetCode = {
  name: 'prod',
  expression: 'prod',
  library: 'pandas',
  schema: null
};
export const train: ISetCode = { ...prod, name: 'train', expression: 'train' };
export const both: ICodeOptions = {
  primary: prod,
  reference: train,
  sources: [],
  taken: ['prod', 'train']
};

export const map: EmbeddingMap = {
  kind: 'embedding_map',
  embedding: 'text_vector',
  n_neighbors: 20,
  min_cluster_size: 40,
  min_dist: 0.1,
  seed: 0,
  window: null
};

/** Rows of a cluster of both sets. */
export function selection(change: Partial<ISelection> = {}): ISelection {
  return {
    id: '1',
    label: 'iraq · terrorists',
    rows: [
      { set: 'primary', rows: [3, 5] },
      { set: 'reference', rows: [1] }
    ],
    variable: 'iraq',
    comment: [
      'cluster "iraq · terrorists" of text_vector',
      '2 rows of prod, 1 of train'
    ],
    source: { recipe: map, call: '.cluster(18)' },
    ...change
  };
}

/** The names that a cell assigns or imports, in order; fails if it is not Python. */
export function assigned({ source }: ICode): string[] {
  const code = [
    'import ast, json, sys',
    'tree = ast.parse(sys.stdin.read())',
    'names = []',
    'for node in tree.body:',
    '    if isinstance(node, ast.Assign): names += [n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)]',
    '    if isinstance(node, ast.Import): names += [a.asname or a.name for a in node.names]',
    'assert isinstance(tree.body[-1], ast.Expr)',
    'print(json.dumps(names))'
  ];
  return runPython(code, source) as string[];
}
