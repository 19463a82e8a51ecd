import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';

import type { ColumnInfo } from '../../../api/contract';
import type { Condition, IInspection, Insertable } from '../../../tokens';
import { RoleMenu } from '../role-menu';
import { type IVerb } from '../menu';
import { type IWatched, limitBelow, ofColumn, watchVerbs } from '../watch';

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
  primary: { schema: null, name: 'prod' },
  reference: { name: 'train' },
  clusterNames: [],
  where: [],
  limit: 0.2,
  unit: null
} as unknown as IInspection;

const trans = nullTranslator.load('phoenix_lab');

function watching(
  inspection: IInspection,
  column: ColumnInfo,
  watched: readonly IWatched[] = ofColumn(column, inspection.limit)
) {
  const inserted: Insertable[] = [];
  const verbs = watchVerbs(
    inspection,
    watched,
    what => void inserted.push(what),
    trans
  );
  return {
    inserted,
    verbs,
    labels: verbs.map(({ label }) => label),
    watch: (label: string) =>
      verbs.find(verb => verb.label === label)?.onChoose()
  };
}

/** The conditions of a view. */
function only(...conditions: readonly Condition[]): IInspection {
  return {
    ...pair,
    where: conditions.map(condition => ({ condition }))
  } as unknown as IInspection;
}

describe('watching a column from its menu', () => {
  it('is of its drift from the limit of the view on, or of its vectors', () => {
    const number = watching(pair, temp);
    number.watch('Watch this column');
    expect(number.inserted).toEqual([
      {
        kind: 'watch',
        watch: 'drift',
        column: 'temp',
        metric: null,
        limit: 0.2,
        where: [],
        name: null,
        unit: null,
        valueKind: null,
        isInFile: false
      }
    ]);
    const vector = watching(pair, { ...temp, kind: 'vector' });
    vector.watch('Watch it in a file');
    expect(vector.inserted).toMatchObject([
      { watch: 'embedding', limit: 0.6, isInFile: true }
    ]);
  });

  it('is of its missing values, too', () => {
    const { watch, inserted, verbs } = watching(pair, temp);
    watch('Watch its missing values');
    expect(inserted).toMatchObject([
      { watch: 'missing', column: 'temp', limit: { change: 0.01 } }
    ]);
    expect(verbs[2].detail).toBe(
      'A cell that says when they are more than in train by 1\u202f% of the rows.'
    );
  });

  it('has a limit that what was seen is beyond', () => {
    expect([0.4, -0.4, 0.01, 0.004, 0.0002, null].map(limitBelow)).toEqual([
      0.01, 0.01, 0.001, 0.001, 0, 0.01
    ]);
  });

  it('is of the rows that are shown alone, under a name of its own', () => {
    const condition: Condition = {
      kind: 'values',
      column: 'carrier',
      values: ['AA']
    };
    const { watch, inserted } = watching(only(condition), temp);
    watch('Watch its missing values');
    expect(inserted).toMatchObject([
      { where: [condition], name: 'temp: missing (carrier: AA)' }
    ]);
  });

  it('says why it cannot be of some rows', () => {
    const why = (inspection: IInspection, watched?: readonly IWatched[]) => {
      const { verbs } = watching(inspection, temp, watched);
      expect(verbs.every(({ disabled }) => disabled)).toBe(true);
      return verbs[0].detail;
    };
    expect(why(only({ kind: 'at_rows', primary: '3' }))).toContain('places');
    expect(
      why(
        only({
          kind: 'in_cluster',
          map: { kind: 'embedding_map', embedding: 'v' },
          cluster: 1
        })
      )
    ).toContain('map');
    expect(why({ ...pair, reference: null })).toContain('reference');
    const missing: Condition = { kind: 'missing', column: 'temp' };
    expect(
      why(only(missing), [
        { watch: 'share', column: null, limit: 0, where: [missing] }
      ])
    ).toContain('share is of all');
  });

  it('rests on the unit and the kind of values that the screen rests on', () => {
    const said = {
      ...pair,
      unit: 'day',
      primary: { schema: { discrete_column_names: ['temp'] } }
    } as unknown as IInspection;
    const number = watching(said, temp);
    number.watch('Watch it in a file');
    const vector = watching(said, { ...temp, kind: 'vector' });
    vector.watch('Watch it in a file');
    expect([...number.inserted, ...vector.inserted]).toMatchObject([
      { unit: 'day', valueKind: 'category' },
      { unit: 'day', valueKind: null }
    ]);
  });

  it('is not offered of times, or of what could not be read', () => {
    expect(watching(pair, { ...temp, kind: 'time' }).labels).toEqual([]);
    expect(watching(pair, { ...temp, problem: 'broken' }).labels).toEqual([]);
  });

  it('has two verbs in the menu of the column', () => {
    const { verbs, inserted } = watching(pair, temp);
    const text = options(verbs, 'Watch it in a file');
    options(verbs, 'Watch this column');
    expect(text).toContain('Watch its missing values in a file');
    expect(inserted).toMatchObject([{ isInFile: true }, { isInFile: false }]);
  });
});

/** What the menu offers; one of it is chosen. */
function options(verbs: readonly IVerb[], choose: string): string {
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  act(() =>
    root.render(
      <RoleMenu
        column={temp}
        columns={[temp]}
        isCorrected={false}
        anchor={place}
        trans={trans}
        onChoose={() => undefined}
        onEmbed={() => undefined}
        verbs={verbs}
        onClose={() => undefined}
      />
    )
  );
  const found = [...document.querySelectorAll<HTMLElement>('[role=option]')];
  const text = found.map(option => option.textContent).join('\n');
  act(() => found.find(o => o.textContent?.startsWith(choose))?.click());
  act(() => root.unmount());
  place.remove();
  return text;
}
