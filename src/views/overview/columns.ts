import { driftAxis, type IDriftAxis } from '../../charts/scales';
import type { IJudged, SortKey } from './arrange';

export type CellKey =
  | 'name'
  | 'missing'
  | 'distinct'
  | 'spark'
  | 'drift'
  | 'estimate'
  | 'verdict'
  | 'p'
  | 'n'
  | 'range'
  | 'mean';

export interface IColumnLayout {
  readonly key: CellKey;
  readonly left: number;
  readonly width: number;
  readonly sort: SortKey | null;
  readonly right: boolean;
}

/** How much room there is. */
export type Breadth = 'wide' | 'medium' | 'narrow';

const SORTS: Partial<Record<CellKey, SortKey>> = {
  name: 'column',
  missing: 'missing',
  distinct: 'distinct',
  estimate: 'estimate',
  verdict: 'verdict',
  p: 'p',
  n: 'n'
};

const RIGHT: ReadonlySet<CellKey> = new Set([
  'distinct',
  'estimate',
  'p',
  'n',
  'mean',
  'range'
]);

/** What is free left and right of the table. */
export const GUTTER = 16;

/** The breadth that a width gives. */
export function breadthOf(width: number): Breadth {
  return width >= 1000 ? 'wide' : width >= 720 ? 'medium' : 'narrow';
}

/** Width that a name takes with what stands before it: of a character, and of that. */
export function nameWidth(name: string): number {
  return 44 + 7.3 * name.length;
}

/** The axis that all rows share, in the table's column for it. */
export function axisOf(
  judged: readonly IJudged[],
  columns: readonly IColumnLayout[],
  limit: number
): IDriftAxis {
  const width = columns.find(({ key }) => key === 'drift')?.width ?? 0;
  return driftAxis(
    judged.map(({ row }) => ({
      lower: row.lower,
      upper: row.upper ?? row.estimate
    })),
    limit,
    6,
    Math.max(width - 22, 20)
  );
}

/** Places of the table's columns: fixed widths, the name and the axis share what is left. */
export function layoutOf(
  width: number,
  breadth: Breadth,
  compared: boolean,
  /** Width that the longest name would take. */
  longest: number
): IColumnLayout[] {
  let fixed: [CellKey, number][];
  if (compared) {
    fixed =
      breadth === 'wide'
        ? [
            ['name', 142],
            ['missing', 98],
            ['distinct', 96],
            ['spark', 100],
            ['drift', 120],
            ['estimate', 118],
            ['verdict', 160],
            ['p', 46],
            ['n', 92]
          ]
        : breadth === 'medium'
          ? [
              ['name', 140],
              ['missing', 76],
              ['spark', 84],
              ['drift', 88],
              ['estimate', 112],
              ['verdict', 160]
            ]
          : [
              ['name', 100],
              ['drift', 84],
              ['estimate', 46],
              ['verdict', 150]
            ];
  } else {
    fixed =
      breadth === 'wide'
        ? [
            ['name', 200],
            ['spark', 104],
            ['n', 90],
            ['missing', 100],
            ['distinct', 90],
            ['mean', 110],
            ['range', 180]
          ]
        : breadth === 'medium'
          ? [
              ['name', 150],
              ['spark', 104],
              ['n', 80],
              ['missing', 96],
              ['distinct', 80],
              ['range', 160]
            ]
          : [
              ['name', 100],
              ['spark', 104],
              ['missing', 90]
            ];
  }
  const used = fixed.reduce((sum, [, w]) => sum + w, 0);
  const spare = Math.max(0, width - used);
  const hasDrift = compared;
  // The name takes what is left, up to a length that reads well; the axis takes the rest.
  const wanted = Math.max(0, Math.min(longest, 330) - fixed[0][1]);
  const toName = hasDrift
    ? Math.min(
        spare,
        Math.max(
          wanted,
          Math.min(spare * 0.55, breadth === 'medium' ? 150 : 190)
        )
      )
    : Math.min(spare, 260);
  const toDrift = hasDrift ? Math.min(spare - toName, 160) : 0;
  let left = 0;
  return fixed.map(([key, base]) => {
    const extra = key === 'name' ? toName : key === 'drift' ? toDrift : 0;
    const column: IColumnLayout = {
      key,
      left,
      width: base + extra,
      sort: SORTS[key] ?? null,
      right: RIGHT.has(key)
    };
    left += column.width;
    return column;
  });
}
