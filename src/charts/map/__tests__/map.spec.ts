import {
  coreOf,
  extent,
  groundOf,
  type IMapLabel,
  type IMapPoints,
  outlineOf,
  outside,
  placeLabels,
  PointGrid,
  rectangle,
  round,
  simplify
} from '..';
import { between, fit, pan, toMap, toScreen, zoom } from '../camera';
import { opacityFor, orderFor, radiusFor } from '../layer';
import { inside, type Polygon } from '../polygon';
import { along, parseColour } from '../theme';

/** The same numbers every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function cloud(n: number, seed = 1): IMapPoints {
  const next = random(seed);
  const x = Float32Array.from({ length: n }, () => 20 * next() - 10);
  const y = Float32Array.from({ length: n }, () => 8 * next() - 4);
  const primary = Uint8Array.from({ length: n }, (_, i) => i % 2);
  return {
    n,
    nPrimary: primary.reduce((a, b) => a + b, 0),
    x,
    y,
    row: Int32Array.from({ length: n }, (_, i) => i),
    primary,
    cluster: new Int32Array(n),
    documents: null,
    kept: new Float32Array(x.length).fill(NaN),
    within: new Float32Array(x.length).fill(NaN),
    extent: extent(x, y),
    core: coreOf(x, y)
  };
}

describe('polygon', () => {
  it('follows the even-odd rule where a shape crosses itself', () => {
    // A pentagram: its middle is crossed twice.
    const star: Polygon = [0, 2, 4, 1, 3].map(k => {
      const angle = Math.PI / 2 + (2 * Math.PI * k) / 5;
      return [Math.cos(angle), Math.sin(angle)] as const;
    });
    expect(inside(star, 0, 0)).toBe(false);
    expect(inside(star, 0, 0.7)).toBe(true);
    expect(inside(star, 0, 1.2)).toBe(false);
  });

  it('gives each point of a shared edge to one side alone', () => {
    const left = rectangle(0, 0, 1, 1);
    const right = rectangle(1, 0, 2, 1);
    for (const y of [0.1, 0.25, 0.5, 0.9]) {
      expect(
        [inside(left, 1, y), inside(right, 1, y)].filter(Boolean)
      ).toHaveLength(1);
    }
  });

  it('keeps nearly all points when a lasso is simplified', () => {
    const circle: Polygon = Array.from({ length: 400 }, (_, k) => {
      const angle = (2 * Math.PI * k) / 400;
      return [3 * Math.cos(angle), 3 * Math.sin(angle)] as const;
    });
    const slim = simplify(circle, 0.02);
    expect(slim.length).toBeLessThan(80);
    const next = random(3);
    for (let i = 0; i < 2000; i++) {
      const x = 8 * next() - 4;
      const y = 8 * next() - 4;
      if (Math.abs(Math.hypot(x, y) - 3) > 0.03) {
        expect(inside(slim, x, y)).toBe(inside(circle, x, y));
      }
    }
  });

  it('rounds corners and drops those that fall together', () => {
    expect(
      round(
        [
          [0.12345, 1],
          [0.12349, 1],
          [2, 3]
        ],
        3
      )
    ).toEqual([
      [0.123, 1],
      [2, 3]
    ]);
  });
});

describe('PointGrid', () => {
  const points = cloud(3000);
  const grid = new PointGrid(points);

  it('finds the nearest point as looking at all of them does', () => {
    const next = random(9);
    for (let i = 0; i < 200; i++) {
      const x = 22 * next() - 11;
      const y = 10 * next() - 5;
      let best = -1;
      let least = 0.5;
      for (let j = 0; j < points.n; j++) {
        const d = Math.hypot(points.x[j] - x, points.y[j] - y);
        if (points.primary[j] === 1 && d <= least) {
          least = d;
          best = j;
        }
      }
      expect(grid.nearest(x, y, 0.5, j => points.primary[j] === 1)).toBe(best);
    }
  });

  it('finds all allowed points of a shape, in order', () => {
    const shape: Polygon = [
      [-3, -2],
      [4, -3],
      [1, 3.5],
      [-6, 1]
    ];
    const expected: number[] = [];
    for (let j = 0; j < points.n; j++) {
      if (inside(shape, points.x[j], points.y[j]) && j % 3 === 0) {
        expected.push(j);
      }
    }
    expect(Array.from(grid.within(shape, j => j % 3 === 0))).toEqual(expected);
    expect(expected.length).toBeGreaterThan(100);
  });

  it('goes in the direction of an arrow', () => {
    const from = grid.nearest(0, 0, Infinity, () => true);
    const right = grid.towards(from, 1, 0, () => true);
    expect(points.x[right]).toBeGreaterThan(points.x[from]);
    expect(grid.towards(from, 1, 0, () => false)).toBe(-1);
  });

  it('holds points that all lie in one place, and none', () => {
    const same = {
      ...cloud(5),
      x: new Float32Array(5),
      y: new Float32Array(5)
    };
    const one = new PointGrid({ ...same, extent: extent(same.x, same.y) });
    expect(one.nearest(0, 0, 1, () => true)).toBe(4);
    expect(new PointGrid(cloud(0)).nearest(0, 0, 1, () => true)).toBe(-1);
  });
});

describe('camera', () => {
  const size = { width: 600, height: 400 };
  const whole = fit({ x0: -10, x1: 10, y0: -4, y1: 4 }, size);

  it('shows the whole extent, y upwards', () => {
    const [x, y] = toScreen(whole, size, 10, 4);
    expect(x).toBeLessThanOrEqual(600);
    expect(y).toBeLessThan(200);
    expect(toMap(whole, size, x, y)).toEqual([
      expect.closeTo(10),
      expect.closeTo(4)
    ]);
  });

  it('keeps the place under the pointer when it zooms', () => {
    const before = toMap(whole, size, 123, 77);
    const after = toMap(zoom(whole, size, 2.5, 123, 77, whole), size, 123, 77);
    expect(after[0]).toBeCloseTo(before[0], 9);
    expect(after[1]).toBeCloseTo(before[1], 9);
    expect(zoom(whole, size, 1e9, 0, 0, whole).scale).toBe(whole.scale * 80);
  });

  it('moves with the hand', () => {
    const [x, y] = toScreen(pan(whole, 30, -20), size, 1, 1);
    const [x0, y0] = toScreen(whole, size, 1, 1);
    expect([x - x0, y - y0]).toEqual([expect.closeTo(30), expect.closeTo(-20)]);
  });

  it('ends where it was to go', () => {
    const goal = { x: 3, y: 1, scale: 90 };
    expect(between(whole, goal, 1)).toEqual(goal);
    expect(between(whole, goal, 0.5).scale).toBeGreaterThan(whole.scale);
  });
});

describe('the part that is shown first', () => {
  it('leaves out a far group, and says how many rows that is', () => {
    const points = cloud(2000);
    for (let i = 0; i < 8; i++) {
      points.x[i] = 60;
    }
    const core = coreOf(points.x, points.y);
    expect(core.x1).toBeLessThan(15);
    expect(outside({ ...points, core }, core)).toBe(8);
  });

  it('is the whole where nothing lies far off', () => {
    const points = cloud(2000);
    expect(points.core).toEqual(points.extent);
  });
});

describe('ground', () => {
  it('says which set is over-represented, whatever the sizes of the sets', () => {
    const points = cloud(4000);
    // Three quarters of the rows are reference; the primary rows are all on the left.
    for (let i = 0; i < points.n; i++) {
      points.primary[i] = i % 4 === 0 ? 1 : 0;
      points.x[i] = points.primary[i] ? -Math.abs(points.x[i]) : points.x[i];
    }
    const { all, balance, contours } = groundOf(points, () => true, true);
    expect(contours.length).toBeGreaterThan(0);
    const at = (x: number, y: number): number => {
      const column = Math.floor((x - all.x0) / all.cell);
      const row = Math.floor((y - all.y0) / all.cell);
      return balance?.[row * all.width + column] ?? NaN;
    };
    // Left: all of the primary density against half of the reference's.
    expect(at(-5, 0)).toBeGreaterThan(0.15);
    expect(at(-5, 0)).toBeLessThan(0.5);
    expect(at(5, 0)).toBeLessThan(-0.9);
  });

  it('compares nothing where a set has no rows', () => {
    const points = cloud(100);
    expect(
      groundOf(points, i => points.primary[i] === 0, true).balance
    ).toBeNull();
    expect(groundOf(points, () => true, false).balance).toBeNull();
  });

  it('draws a line around the points of a cluster', () => {
    const points = cloud(500);
    const shapes = outlineOf(points, i => points.x[i] > 5);
    for (let i = 0; i < points.n; i++) {
      if (points.x[i] > 5) {
        expect(shapes.some(s => inside(s, points.x[i], points.y[i]))).toBe(
          true
        );
      }
    }
    expect(outlineOf(points, () => false)).toEqual([]);
  });
});

describe('names', () => {
  const label = (id: number, x: number, strong = false): IMapLabel => ({
    id,
    forms: [`cluster ${id} with words`, `c${id}`],
    x,
    y: 100,
    strong
  });
  const place = (labels: IMapLabel[]): ReturnType<typeof placeLabels> =>
    placeLabels(
      labels,
      { width: 400, height: 200 },
      (x, y) => [x, y],
      t => 6 * t.length,
      new Map()
    );

  it('never lie on each other', () => {
    const { placed } = place(
      Array.from({ length: 14 }, (_, i) => label(i, 150 + 5 * i, true))
    );
    expect(placed.length).toBeGreaterThan(3);
    placed.forEach((a, i) =>
      placed.slice(i + 1).forEach(b => {
        const apart =
          Math.abs(a.x - b.x) >= (a.width + b.width) / 2 ||
          Math.abs(a.y - b.y) >= (a.height + b.height) / 2;
        expect(apart).toBe(true);
      })
    );
  });

  it('keep the first place for the first, and become short before they go', () => {
    const { placed } = place([label(1, 200, true), label(2, 200, true)]);
    expect(placed[0]).toMatchObject({ id: 1, x: 200, y: 100 });
    expect(placed.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('never go while they are of what is picked', () => {
    const wall = { x: 200, y: 100, width: 400, height: 200 };
    const written = (isPinned: boolean): unknown[] =>
      placeLabels(
        [{ ...label(1, 200), pinned: isPinned }],
        { width: 400, height: 200 },
        (x, y) => [x, y],
        t => 6 * t.length,
        new Map(),
        [wall]
      ).placed;
    expect(written(false)).toEqual([]);
    expect(written(true)).toMatchObject([{ text: 'c1', x: 200, y: 100 }]);
  });

  it('leave out what is not in the picture', () => {
    expect(place([label(1, -50)]).placed).toEqual([]);
  });
});

describe('looks', () => {
  it('are those of the rules', () => {
    expect(radiusFor(5000)).toBeCloseTo(1.8);
    expect(radiusFor(100_000)).toBeLessThanOrEqual(1);
    expect(opacityFor(100_000)).toBeLessThan(opacityFor(5000));
  });

  it('keep the order of few points, and mix that of many without losing one', () => {
    expect(Array.from(orderFor(4))).toEqual([0, 1, 2, 3]);
    const mixed = orderFor(30_000);
    expect(mixed[0]).not.toBe(0);
    expect(Array.from(mixed).sort((a, b) => a - b)[29_999]).toBe(29_999);
    expect(new Set(mixed).size).toBe(30_000);
  });

  it('read colours as style sheets write them', () => {
    expect(parseColour(' #C8430F')).toEqual([200, 67, 15]);
    expect(parseColour('#fff')).toEqual([255, 255, 255]);
    expect(parseColour('rgb(1, 2, 3)')).toEqual([1, 2, 3]);
    expect(
      along(
        [
          [0, 0, 0],
          [100, 50, 0]
        ],
        0.5
      )
    ).toEqual([50, 25, 0]);
  });
});
