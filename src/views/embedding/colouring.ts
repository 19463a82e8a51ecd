import type { TranslationBundle } from '@jupyterlab/translation';
import type { Table } from 'apache-arrow';
import * as React from 'react';

import type { ColumnInfo } from '../../api/contract';
import type { TimeKind } from '../../charts/format';
import type { IMapPoints } from '../../charts/map';
import type { IInspection } from '../../tokens';
import type { IChoice } from '../parts';
import { conversationOf } from './carriers';
import {
  colourByCategory,
  colourByCluster,
  colourByCorrect,
  colourByNumber,
  colourByServed,
  colourBySet,
  type IColouring,
  valuesOf
} from './colour';
import type { ICluster } from './facts';
import type { IServed } from './served';
import type { ColourBy } from './state';
import { readTimes } from './times';

/** Columns that points can be coloured by. */
export function colourChoices(
  inspection: IInspection,
  trans: TranslationBundle
): IChoice<string>[] {
  const { primary } = inspection;
  const choices: IChoice<string>[] = [
    {
      value: 'set',
      label: trans.__('set'),
      detail: trans.__('Which set a row is of.')
    },
    {
      value: 'cluster',
      label: trans.__('cluster'),
      detail: trans.__('The twelve that changed most have a colour each.')
    }
  ];
  choices.push({
    value: 'kept',
    label: trans.__('neighbours kept'),
    detail: trans.__(
      'Share of a row’s 15 nearest that are its nearest on the map.'
    )
  });
  if (inspection.corpus) {
    choices.push(
      {
        value: 'nearest',
        label: trans.__('nearest document'),
        detail: trans.__('How far a query is from its nearest document.')
      },
      {
        value: 'alone',
        label: trans.__('no near document'),
        detail: trans.__('Whether a query has a document within the limit.')
      }
    );
  }
  if (inspection.reference) {
    choices.push({
      value: 'drift',
      label: trans.__('drift'),
      detail: trans.__(
        'How much a row is like %1 rather than like %2, by a classifier that has not seen it.',
        primary.name,
        inspection.reference.name
      )
    });
  }
  if (inspection.reference && conversationOf(primary.columns)) {
    choices.push({
      value: 'response',
      label: trans.__('response to like prompts'),
      detail: trans.__(
        'How much a response is like those of %1 rather than like those of %2, where prompts are alike; grey where %2 has no such prompt.',
        primary.name,
        inspection.reference.name
      )
    });
  }
  const role = (name: ColumnInfo['role']): boolean =>
    primary.columns.some(c => c.role === name && c.problem === null);
  if (role('prediction_label') && role('actual_label')) {
    choices.push({
      value: 'correct',
      label: trans.__('correctness'),
      detail: trans.__('Whether the prediction was right.')
    });
  }
  for (const { name, kind, problem, role: r } of primary.columns) {
    const fits = ['number', 'category', 'boolean', 'time'].includes(kind);
    if (fits && problem === null && r !== 'excluded' && r !== 'prediction_id') {
      choices.push({ value: `column:${name}`, label: name });
    }
  }
  return choices;
}

export function colourKey(colour: ColourBy): string {
  return colour.kind === 'column' ? `column:${colour.column}` : colour.kind;
}

/** What decides the colour, in words. */
export function colourName(key: string, trans: TranslationBundle): string {
  switch (key) {
    case 'set':
      return trans.__('set');
    case 'cluster':
      return trans.__('cluster');
    case 'kept':
      return trans.__('neighbours kept');
    case 'nearest':
      return trans.__('nearest document');
    case 'alone':
      return trans.__('no near document');
    case 'drift':
      return trans.__('drift');
    case 'response':
      return trans.__('response to like prompts');
    case 'correct':
      return trans.__('correctness');
    default:
      return key.slice('column:'.length);
  }
}

export function colourOf(key: string): ColourBy {
  if (key.startsWith('column:')) {
    return { kind: 'column', column: key.slice('column:'.length) };
  }
  return { kind: key as Exclude<ColourBy['kind'], 'column'> };
}

/** Colours for which no column is read. */
const COMPUTED = new Set([
  'set',
  'cluster',
  'kept',
  'drift',
  'response',
  'nearest',
  'alone'
]);

/**
 * The colour of every point. While a column is read, and when it cannot be, points keep the colour of their set.
 */
export function useColouring(
  inspection: IInspection,
  map: IMapPoints | null,
  ranked: readonly ICluster[],
  colour: ColourBy,
  timeKind: TimeKind,
  served: IServed | null,
  /** Of each point how much it is like the primary set; null while nobody asked. */
  scores: Float64Array | null,
  trans: TranslationBundle
): { colouring: IColouring | null; error: Error | null } {
  const key = colourKey(colour);
  const bySet = React.useMemo(() => (map ? colourBySet(map) : null), [map]);
  const byCluster = React.useMemo(
    () =>
      map && key === 'cluster' ? colourByCluster(map, ranked, trans) : null,
    [map, key, ranked, trans]
  );
  const byKept = React.useMemo(
    () =>
      map && key === 'kept'
        ? colourByNumber(map, i => map.kept[i], null, trans)
        : null,
    [map, key, trans]
  );
  const byServed = React.useMemo(
    () => (map && served ? colourByServed(key, map, served, trans) : null),
    [map, key, served, trans]
  );
  const byDrift = React.useMemo(
    () =>
      map && (key === 'drift' || key === 'response') && scores?.length === map.n
        ? colourByNumber(map, i => scores[i], null, trans)
        : null,
    [map, key, scores, trans]
  );
  const [read, setRead] = React.useState<{
    key: string;
    map: IMapPoints;
    colouring: IColouring | null;
    error: Error | null;
  } | null>(null);

  React.useEffect(() => {
    if (!map || COMPUTED.has(key)) {
      return;
    }
    let live = true;
    byColumns(inspection, map, colourOf(key), timeKind, trans).then(
      colouring => live && setRead({ key, map, colouring, error: null }),
      (reason: unknown) =>
        live &&
        setRead({
          key,
          map,
          colouring: null,
          error: reason instanceof Error ? reason : new Error(String(reason))
        })
    );
    return () => {
      live = false;
    };
  }, [inspection, map, key, timeKind, trans]);

  const fresh = read && read.key === key && read.map === map ? read : null;
  return {
    colouring:
      byCluster ?? byKept ?? byServed ?? byDrift ?? fresh?.colouring ?? bySet,
    error: fresh?.error ?? null
  };
}

async function byColumns(
  inspection: IInspection,
  map: IMapPoints,
  colour: ColourBy,
  timeKind: TimeKind,
  trans: TranslationBundle
): Promise<IColouring> {
  const { primary, reference } = inspection;
  const read = async (
    set: 'primary' | 'reference',
    name: string | undefined
  ): Promise<Table | null> => {
    const model = set === 'primary' ? primary : reference;
    return name !== undefined && model?.columns.some(c => c.name === name)
      ? inspection.columns(set, [name])
      : null;
  };
  const both = async (
    name: (columns: readonly ColumnInfo[]) => string | undefined
  ): Promise<
    [Table | null, Table | null, string | undefined, string | undefined]
  > => {
    const p = name(primary.columns);
    const r = name(reference?.columns ?? []);
    const tables = await Promise.all([
      read('primary', p),
      read('reference', r)
    ]);
    return [...tables, p, r];
  };
  const values = async (
    name: (columns: readonly ColumnInfo[]) => string | undefined
  ): Promise<ReturnType<typeof valuesOf>> => {
    const [p, r, pName, rName] = await both(name);
    return valuesOf(
      map,
      (pName && p?.getChild(pName)) || null,
      (rName && r?.getChild(rName)) || null
    );
  };
  if (colour.kind !== 'column') {
    const [predicted, actual] = await Promise.all(
      (['prediction_label', 'actual_label'] as const).map(role =>
        values(columns => columns.find(c => c.role === role)?.name)
      )
    );
    return colourByCorrect(map, predicted, actual, trans);
  }
  const { column } = colour;
  const kind = primary.columns.find(c => c.name === column)?.kind;
  if (kind === 'time') {
    const [p, r] = await both(() => column);
    const times = [r, p].map(table => table && readTimes(table, column));
    return colourByNumber(
      map,
      i => times[map.primary[i]]?.[map.row[i]] ?? NaN,
      timeKind,
      trans
    );
  }
  const value = await values(() => column);
  if (kind === 'number') {
    const number = (i: number): number => {
      const v = value(i);
      return v === null || v === undefined ? NaN : Number(v);
    };
    return colourByNumber(map, number, null, trans);
  }
  return colourByCategory(map, value, trans);
}
