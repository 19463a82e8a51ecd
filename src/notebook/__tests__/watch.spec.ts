import type { Contents } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';

import type { IWatching } from '../../tokens';
import { generate } from '../code';
import type { ISetCode } from '../set-code';
import { runPython } from './run-python';
import { monitorTable, unitOf, watchInFile } from '../watch';

const trans = nullTranslator.load('phoenix_lab');
const temp: IWatching = {
  kind: 'watch',
  watch: 'drift',
  column: 'temp',
  metric: null,
  limit: 0.1,
  where: [],
  name: null,
  unit: null,
  valueKind: null,
  isInFile: true
};
const train: ISetCode = {
  name: 'train',
  expression: 'train',
  library: 'pandas',
  schema: null
};

/** A server's files, as far as they are asked for here. */
class Files {
  readonly files = new Map<string, { text: string; modified: string }>();
  /** Somebody else writes between two reads. */
  isBusy = false;
  private _reads = 0;

  get(
    path: string,
    options: Contents.IFetchOptions
  ): Promise<Partial<Contents.IModel>> {
    const found = this.files.get(path);
    const last = this.isBusy ? String(this._reads++) : found?.modified;
    const content =
      options.type === 'directory'
        ? Array.from(this.files.keys(), at => ({ name: at.split('/').pop() }))
        : found?.text;
    // As JupyterLab: without being asked for, it does not come.
    return Promise.resolve({
      content: options.content ? content : null,
      last_modified: last
    });
  }

  save(path: string, model: Partial<Contents.IModel>): Promise<void> {
    const modified = String(this.files.size);
    this.files.set(path, { text: String(model.content), modified });
    return Promise.resolve();
  }
}

function watch(files: Files, what: IWatching) {
  const contents = files as unknown as Contents.IManager;
  return watchInFile(contents, 'work/flights.ipynb', what, trans);
}

describe('a column that is watched', () => {
  it('says what is wrong, of the rows that it is of, as a cell that Python takes', () => {
    const set = { ...train, name: 'prod', expression: 'prod' };
    const options = { primary: set, reference: train, sources: [], taken: [] };
    const { source } = generate(
      {
        ...temp,
        watch: 'missing',
        limit: { change: 0.01 },
        where: [{ kind: 'values', column: 'carrier', values: ['AA', null] }],
        name: 'temp: missing (carrier: AA)',
        unit: 'day'
      },
      options
    );
    expect(source).toContain('# Phoenix: watches temp: missing (carrier: AA)');
    expect(source).toContain('limit=px.Limit(change=0.01)');
    expect(source).toContain('where=(px.Values("carrier", ("AA", None)),)');
    // One call, which Python reads as it stands.
    expect(
      runPython(
        [
          'import ast, json, sys',
          'calls = [n for n in ast.walk(ast.parse(sys.stdin.read())) if isinstance(n, ast.Call)]',
          'print(json.dumps([c.func.attr for c in calls]))'
        ],
        source
      )
    ).toEqual(['check', 'Suite', 'Monitor', 'Limit', 'Values']);
    const { source: repeats } = generate(
      {
        ...temp,
        watch: 'duplicates',
        column: null,
        limit: { change: 0.001 }
      },
      options
    );
    expect(repeats).toContain(
      'px.Monitor("duplicates", limit=px.Limit(change=0.001))'
    );
  });

  it('is a table that a suite takes, whatever the conditions are', () => {
    const whats: IWatching[] = [
      { ...temp, watch: 'missing', limit: { change: 0.01 } },
      { ...temp, watch: 'type', limit: null },
      { ...temp, watch: 'duplicates', column: null, limit: 0 },
      {
        ...temp,
        watch: 'performance',
        column: null,
        metric: 'roc_auc',
        limit: { change: 0.02 }
      },
      {
        ...temp,
        watch: 'share',
        column: null,
        limit: { change: 0.01 },
        name: 'share of "x"',
        where: [
          { kind: 'values', column: 'c', values: ['a\u007f', null] },
          { kind: 'values', column: 'c', values: [true, null], negated: true },
          { kind: 'not', condition: { kind: 'repeated', columns: ['c', 'd'] } },
          { kind: 'range', column: 'x', low: 1e-7, high: null, set: 'primary' }
        ]
      }
    ];
    expect(whats.map(monitorTable).join('\n').split('\n')).toEqual([
      '[[monitor]]',
      'watch = "missing"',
      'column = "temp"',
      'limit = { change = 0.01 }',
      '',
      '[[monitor]]',
      'watch = "type"',
      'column = "temp"',
      '',
      '[[monitor]]',
      'watch = "duplicates"',
      'limit = 0',
      '',
      '[[monitor]]',
      'watch = "performance"',
      'metric = "roc_auc"',
      'limit = { change = 0.02 }',
      '',
      '[[monitor]]',
      'name = "share of \\"x\\""',
      'watch = "share"',
      'limit = { change = 0.01 }',
      'where = [' +
        [
          '{ kind = "any_of", conditions = [{ kind = "values", column = "c", values = ["a\\u007f"] }, { kind = "missing", column = "c" }] }',
          '{ kind = "not", condition = { kind = "any_of", conditions = [{ kind = "values", column = "c", values = [true] }, { kind = "missing", column = "c" }] } }',
          '{ kind = "not", condition = { kind = "repeated", columns = ["c", "d"] } }',
          '{ kind = "range", column = "x", low = 1e-7, set = "primary" }'
        ].join(', ') +
        ']',
      ''
    ]);
  });

  it('is a cell', () => {
    const set = { ...train, name: 'prod', expression: 'prod' };
    const { source } = generate(
      { ...temp, column: 'a "b"' },
      { primary: set, reference: train, sources: [], taken: [] }
    );
    expect(source.split('\n')).toEqual([
      '# Phoenix: watches a "b" of prod against train',
      'import phoenix_lab as px',
      '',
      'checked = px.check(',
      '    px.Monitor("drift", column="a \\"b\\"", limit=0.1),',
      '    prod, reference=train,',
      ')',
      'checked'
    ]);
  });

  it('is judged by the unit of the screen, in a cell and in a file', async () => {
    const what = { ...temp, unit: 'the "day"' };
    const { source } = generate(what, {
      primary: { ...train, name: 'prod', expression: 'prod' },
      reference: train,
      sources: [],
      taken: []
    });
    expect(source.split('\n').slice(3)).toEqual([
      'checked = px.check(',
      '    px.Suite(',
      '        (px.Monitor("drift", column="temp", limit=0.1),),',
      '        unit="the \\"day\\"",',
      '    ),',
      '    prod, reference=train,',
      ')',
      'checked'
    ]);
    const files = new Files();
    await watch(files, { ...what, valueKind: 'category' });
    const path = 'work/flights.phoenix.toml';
    const first = files.files.get(path)?.text ?? '';
    expect(first.split('\n').slice(1)).toEqual([
      'unit = "the \\"day\\""',
      '',
      '[[monitor]]',
      'watch = "drift"',
      'column = "temp"',
      'kind = "category"',
      'limit = 0.1',
      ''
    ]);
    expect((await watch(files, { ...what, column: 'humid' })).message).toBe(
      'humid is watched in flights.phoenix.toml.'
    );
    const both = files.files.get(path)?.text;
    await expect(
      watch(files, { ...what, column: 'dewp', unit: 'carrier' })
    ).rejects.toThrow('unit of independence the "day", and here it is carrier');
    await expect(
      watch(files, { ...what, column: 'dewp', unit: null })
    ).rejects.toThrow('unit of independence the "day", and here there is none');
    expect(files.files.get(path)?.text).toBe(both);
    files.files.set(path, { text: '[[monitor]]\nunit = "a"', modified: '8' });
    await expect(watch(files, what)).rejects.toThrow(
      'flights.phoenix.toml has no unit of independence, and here it is the "day"'
    );
  });

  it('finds the unit that a file names, not what only looks like one', () => {
    expect(unitOf("# unit = 'a'\nnote = 'x'\n 'unit' = 'b\\c' # why")).toBe(
      'b\\c'
    );
    expect(unitOf('unit = "ta\\u0067"\n[[monitor]]')).toBe('tag');
    expect(unitOf('unit = "\\U00000067"')).toBe('\\U00000067');
    expect(unitOf('note = """\nunit = "a"\n"""\n[[monitor]]')).toBeNull();
    expect(unitOf('[[monitor]]\nunit = "a"')).toBeNull();
  });

  it('is a table of the suite beside the notebook, whose own text stays', async () => {
    const files = new Files();
    const path = 'work/flights.phoenix.toml';
    expect((await watch(files, temp)).message).toBe(
      'temp is watched in flights.phoenix.toml.'
    );
    const first = files.files.get(path)?.text ?? '';
    expect(first).toContain(`\n\n${monitorTable(temp)}`);
    files.files.set(path, { text: `${first}# mine`, modified: '7' });
    await watch(files, { ...temp, column: 'a\n"b"\u007f' });
    expect(files.files.get(path)?.text).toBe(
      `${first}# mine\n\n[[monitor]]\nwatch = "drift"\ncolumn = "a\\n\\"b\\"\\u007f"\nlimit = 0.1\n`
    );
    const before = files.files.get(path)?.text;
    expect((await watch(files, { ...temp, limit: 0.2 })).message).toBe(
      'temp is watched in flights.phoenix.toml already.'
    );
    expect(files.files.get(path)?.text).toBe(before);
  });

  it('is not written over what somebody else has just written', async () => {
    const files = new Files();
    files.files.set('work/flights.phoenix.toml', { text: 'a', modified: '1' });
    files.isBusy = true;
    await expect(watch(files, temp)).rejects.toThrow('has just been changed');
    expect(files.files.get('work/flights.phoenix.toml')?.text).toBe('a');
  });
});
