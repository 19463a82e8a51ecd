import {
  closed,
  freePlace,
  inOrder,
  type IPlace,
  type Layout,
  overlap,
  placed,
  stepped,
  within
} from '../layout';

const place = (x: number, y: number, w: number, h: number): IPlace => ({
  x,
  y,
  w,
  h
});

const three: Layout = new Map([
  ['a', place(0, 0, 4, 6)],
  ['b', place(4, 0, 4, 6)],
  ['c', place(0, 6, 12, 4)]
]);

function apart(layout: Layout): boolean {
  const all = [...layout.values()];
  return all.every((one, i) => all.slice(i + 1).every(o => !overlap(one, o)));
}

describe('the places of tiles', () => {
  it('stay on the grid, whatever is wished', () => {
    expect(within(place(-3, -1, 40, 1))).toEqual(place(0, 0, 12, 3));
    expect(within(place(11, 2, 4, 6))).toEqual(place(8, 2, 4, 6));
  });

  it('make room below for one that is put on them', () => {
    const next = placed(three, 'a', place(4, 0, 4, 6));
    expect(next.get('a')).toEqual(place(4, 0, 4, 6));
    expect(next.get('b')?.y).toBe(6);
    expect(apart(next)).toBe(true);
    expect(inOrder(next)).toEqual(['a', 'b', 'c']);
  });

  it('change by a step of a key, past what is in the way', () => {
    const two: Layout = new Map([
      ['a', place(0, 0, 4, 6)],
      ['b', place(0, 6, 4, 8)]
    ]);
    const down = stepped(two, 'a', [0, 1], false);
    expect(down.get('b')).toEqual(place(0, 0, 4, 8));
    expect(down.get('a')).toEqual(place(0, 8, 4, 6));
    // There is nothing below.
    expect(stepped(down, 'a', [0, 1], false)).toEqual(down);
    const up = stepped(down, 'a', [0, -1], false);
    expect(inOrder(up)).toEqual(['a', 'b']);
    expect(apart(up)).toBe(true);
    const beside = stepped(three, 'a', [0, 1], false);
    expect(beside.get('a')).toEqual(place(0, 1, 4, 6));
    expect(stepped(three, 'b', [1, 0], false).get('b')?.x).toBe(5);
    expect(stepped(three, 'b', [1, 2], true).get('b')).toEqual(
      place(4, 0, 5, 8)
    );
  });

  it('leave no row empty', () => {
    const left = new Map(three);
    left.delete('a');
    left.delete('b');
    expect(closed(left).get('c')).toEqual(place(0, 0, 12, 4));
  });

  it('grow over others, which give way', () => {
    const next = placed(three, 'a', place(0, 0, 12, 8));
    expect(apart(next)).toBe(true);
    expect(next.get('b')).toEqual(place(4, 8, 4, 6));
  });

  it('of a new tile are the first that are free', () => {
    expect(freePlace(three, 4, 6)).toEqual(place(8, 0, 4, 6));
    expect(freePlace(three, 6, 3)).toEqual(place(0, 10, 6, 3));
    expect(freePlace(new Map(), 4, 6)).toEqual(place(0, 0, 4, 6));
  });
});
