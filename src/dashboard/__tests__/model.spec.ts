import { DocumentModel } from '@jupyterlab/docregistry';

import {
  EMPTY,
  type ILast,
  isAnswer,
  parse,
  print,
  type Tile
} from '../document';
import { placed } from '../layout';
import { DashboardModel } from '../model';

const tile = (id: string, x = 0): Tile => ({
  id,
  title: id,
  place: { x, y: 0, w: 4, h: 6 },
  recipe: { kind: 'distribution', column: id },
  limit: 0.1,
  focus: null,
  last: null
});

const last: ILast = {
  at: '2026-11-30T15:20:00.000Z',
  primary: { name: 'prod', rows: 1 },
  reference: null,
  asked: { kind: 'distribution', column: 'a' },
  answer: { meta: { column: 'a' }, tables: { '': { label: ['x'] } } }
};

let document: DocumentModel;
let model: DashboardModel;

beforeEach(() => {
  document = new DocumentModel();
  document.sharedModel.setSource(
    print({ ...EMPTY, primary: 'prod', tiles: [tile('a'), tile('b', 4)] })
  );
  document.dirty = false;
  model = new DashboardModel(document);
});

describe('a dashboard in its document', () => {
  it('makes it dirty, and leaves a whole file, at each change', () => {
    model.edit('a', { title: 'Temperature' });
    expect(document.dirty).toBe(true);
    expect(parse(document.toString())).toEqual(model.dashboard);
    expect(model.dashboard.tiles[0].title).toBe('Temperature');
  });

  it('follows whoever else changes the text', () => {
    let told = 0;
    model.changed.connect(() => told++);
    document.sharedModel.setSource(print({ ...EMPTY, title: 'Another' }));
    expect(model.dashboard.title).toBe('Another');
    expect(told).toBe(1);
  });

  it('keeps the answers that stay the same when somebody else changes the text', () => {
    model.keep(new Map([['a', last]]));
    document.sharedModel.setSource(
      print({ ...model.dashboard, title: 'Another' })
    );
    const [a] = model.dashboard.tiles;
    expect(isAnswer(a) && a.last).toBe(last);
  });

  it('writes only the lines that change', () => {
    const deltas: unknown[][] = [];
    document.sharedModel.changed.connect((_, { sourceChange }) => {
      if (sourceChange) {
        deltas.push(sourceChange);
      }
    });
    model.edit('b', { title: 'Bar' });
    const inserted = deltas.flat().flatMap(delta => {
      const { insert } = delta as { insert?: string };
      return insert === undefined ? [] : [insert];
    });
    expect(inserted).toEqual(['      "title": "Bar",\n']);
  });

  it('moves tiles, one step to be taken back each', () => {
    const move = (x: number): void =>
      model.arrange(placed(model.layout, 'a', { x, y: 0, w: 4, h: 6 }));
    move(4);
    expect(model.layout.get('b')).toEqual({ x: 4, y: 6, w: 4, h: 6 });
    model.undo();
    expect(model.layout.get('b')).toEqual({ x: 4, y: 0, w: 4, h: 6 });
    model.redo();
    expect(model.layout.get('a')?.x).toBe(4);
    move(4);
    model.undo();
    expect(model.layout.get('a')?.x).toBe(0);
  });

  it('takes back what a person did, and no answer', () => {
    model.edit('b', { title: 'Bar' });
    model.keep(new Map([['a', last]]));
    model.undo();
    const [a, b] = model.dashboard.tiles;
    expect(b.title).toBe('b');
    expect(isAnswer(a) && a.last).toEqual(last);
    expect(model.canUndo).toBe(false);
  });

  it('never writes a file that it cannot read', () => {
    const text = `${document.toString()}half`;
    document.sharedModel.setSource(text);
    expect(model.problem?.reason).toBe('no-json');
    model.edit('a', { title: 'lost' });
    model.arrange(new Map([['a', { x: 8, y: 0, w: 4, h: 6 }]]));
    model.keep(new Map([['a', last]]));
    model.remove('a');
    model.undo();
    expect(model.add(tile('c'))).toBe(false);
    expect(document.toString()).toBe(text);
  });

  it('is there again once the file can be read again', () => {
    const text = document.toString();
    document.sharedModel.setSource('{');
    document.sharedModel.setSource(text);
    expect(model.problem).toBeNull();
    model.remove('a');
    expect(model.dashboard.tiles.map(({ id }) => id)).toEqual(['b']);
  });

  it('writes nothing where the document may not be changed', () => {
    const text = document.toString();
    document.readOnly = true;
    model.edit('a', { title: 'lost' });
    expect(document.toString()).toBe(text);
  });

  it('writes nothing that could not be read again', () => {
    const text = document.toString();
    expect(() =>
      model.change({ tiles: [{ ...tile('a'), title: 'x'.repeat(201) }] })
    ).toThrow('tiles[0].title');
    expect(document.toString()).toBe(text);
    expect(model.canUndo).toBe(false);
  });
});
