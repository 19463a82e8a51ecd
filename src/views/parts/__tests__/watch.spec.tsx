import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import type { ColumnInfo } from '../../../api/contract';
import type { IInspection, Insertable } from '../../../tokens';
import { RoleMenu } from '../role-menu';
import { watcher } from '../watch';

(
  globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
).IS_REACT_ACT_ENVIRONMENT = true;

const temp = {
  name: 'temp',
  kind: 'number',
  role: 'feature',
  carrier: 'number',
  reason: 'guessed',
  problem: null,
  raw_data: null,
  link_to_data: null
} as ColumnInfo;
const pair = {
  primary: { schema: null },
  reference: {},
  where: [],
  limit: 0.2,
  unit: null
} as unknown as IInspection;

function watching(inspection: IInspection, column: ColumnInfo) {
  const inserted: Insertable[] = [];
  const insert = (what: Insertable): unknown => inserted.push(what);
  const watch = watcher(inspection, column, {
    insert,
    busy: false,
    notice: null
  });
  return { inserted, watch };
}

describe('watching a column from its menu', () => {
  it('is of its drift from the limit of the view on, or of its vectors', () => {
    const number = watching(pair, temp);
    number.watch?.(false);
    expect(number.inserted).toEqual([
      {
        kind: 'watch',
        watch: 'drift',
        column: 'temp',
        limit: 0.2,
        unit: null,
        valueKind: null,
        isInFile: false
      }
    ]);
    const vector = watching(pair, { ...temp, kind: 'vector' });
    vector.watch?.(true);
    expect(vector.inserted).toMatchObject([
      { watch: 'embedding', limit: 0.6, isInFile: true }
    ]);
  });

  it('rests on the unit and the kind of values that the screen rests on', () => {
    const said = {
      ...pair,
      unit: 'day',
      primary: { schema: { discrete_column_names: ['temp'] } }
    } as unknown as IInspection;
    const number = watching(said, temp);
    number.watch?.(true);
    const vector = watching(said, { ...temp, kind: 'vector' });
    vector.watch?.(true);
    expect([...number.inserted, ...vector.inserted]).toMatchObject([
      { unit: 'day', valueKind: 'category' },
      { unit: 'day', valueKind: null }
    ]);
  });

  it('is not offered without a reference, of some rows alone, or of times', () => {
    expect(watching({ ...pair, reference: null }, temp).watch).toBeNull();
    const some = { ...pair, where: [{}] } as unknown as IInspection;
    expect(watching(some, temp).watch).toBeNull();
    expect(options(null)).not.toContain('Watch this column');
    expect(options(() => undefined, 'time')).not.toContain('Watch');
  });

  it('has two verbs', () => {
    const chosen: boolean[] = [];
    options(isInFile => chosen.push(isInFile), 'number', 'Watch it in a file');
    options(isInFile => chosen.push(isInFile), 'number', 'Watch this column');
    expect(chosen).toEqual([true, false]);
  });
});

/** What the menu offers; one of it is chosen. */
function options(
  onWatch: ((isInFile: boolean) => void) | null,
  kind: ColumnInfo['kind'] = 'number',
  choose?: string
): string {
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  act(() =>
    root.render(
      <RoleMenu
        onPin={() => undefined}
        column={{ ...temp, kind }}
        columns={[temp]}
        isCorrected={false}
        anchor={place}
        trans={nullTranslator.load('phoenix_lab')}
        onChoose={() => undefined}
        onEmbed={() => undefined}
        onWatch={onWatch}
        onClose={() => undefined}
      />
    )
  );
  const found = [...document.querySelectorAll<HTMLElement>('[role=option]')];
  const text = found.map(option => option.textContent).join('\n');
  if (choose) {
    act(() => found.find(o => o.textContent?.startsWith(choose))?.click());
  }
  act(() => root.unmount());
  place.remove();
  return text;
}
