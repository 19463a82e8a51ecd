import * as React from 'react';

import type { EmbeddingMap } from '../../api/contract';
import type { IMapPoints } from '../../charts/map';
import type { IInspection } from '../../tokens';
import { useAnalysis, useRested } from '../parts';
import { type ICluster, type IDrift, mapFacts, readClusters } from './facts';
import { type ISeries, readSeries, times } from './series';
import type { IWindow } from './state';
import { readTimes } from './times';

/** How long a window rests before the server is asked about it, in milliseconds. */
export const REST = 180;

export interface IWindowContext {
  readonly inspection: IInspection;
  readonly embedding: string;
  /** The question that the map answers. */
  readonly recipe: EmbeddingMap;
  readonly map: IMapPoints | null;
  readonly series: ISeries | null;
  /** Name of the column of times of the primary set. */
  readonly time: string | null;
}

/** What is known of a window; all of it null without one, and until it is known. */
export interface IWindowed {
  /** 1 for primary points inside, 0 for all others. */
  readonly inside: Uint8Array | null;
  /** How many points that are. */
  readonly rows: number | null;
  readonly clusters: readonly ICluster[] | null;
  readonly drift: IDrift | null;
  /** What the p of its clusters is corrected for. */
  readonly adjusted: string | null;
  /** How far the window as one is from the reference. */
  readonly value: number | null;
  /** What windows of the reference, as long as this, mostly stay below. */
  readonly usual: number | null;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** Follow a window: who is inside at once, what it means once it has stood still. */
export function useWindowed(
  window: IWindow | null,
  context: IWindowContext
): IWindowed {
  const { inspection, embedding, recipe, map, series, time } = context;
  const instants = useInstants(inspection, time, map !== null);
  const inside = React.useMemo(
    () => (map && window && instants ? within(map, instants, window) : null),
    [map, instants, window]
  );
  const rows = React.useMemo(
    () => inside?.reduce((sum, is) => sum + is, 0) ?? null,
    [inside]
  );

  // The map of a window is the same map: only the clusters are asked again.
  const rested = useRested(window, REST);
  const asked = useAnalysis(
    inspection,
    rested && {
      ...recipe,
      window: [rested.iso[0], rested.iso[1]],
      picked_from: series?.step ?? null
    }
  );
  const answer = React.useMemo(
    () =>
      asked.result &&
      window &&
      asked.answered?.kind === 'embedding_map' &&
      asked.answered.window?.join() === window.iso.join()
        ? {
            clusters: readClusters(asked.result),
            drift: mapFacts(asked.result).drift,
            adjusted: mapFacts(asked.result).adjusted
          }
        : null,
    [asked.result, asked.answered, window]
  );
  const whole = useWhole(inspection, embedding, recipe.unit, series, rested);
  return {
    inside,
    rows,
    clusters: answer?.clusters ?? null,
    drift: answer?.drift ?? null,
    adjusted: answer?.adjusted ?? null,
    value:
      whole?.points.find(p => p.set === 'primary' && p.start === window?.start)
        ?.value ?? null,
    usual: whole?.band?.upper ?? null,
    pending: asked.pending,
    error: asked.error,
    retry: asked.retry
  };
}

/** The series again, in windows as long as this one. */
function useWhole(
  inspection: IInspection,
  embedding: string,
  unit: EmbeddingMap['unit'],
  series: ISeries | null,
  window: IWindow | null
): ISeries | null {
  const steps = series?.points.filter(
    p =>
      p.set === 'primary' &&
      window &&
      p.start >= window.start &&
      p.start < window.end
  ).length;
  const step = series?.step ?? null;
  const length = step !== null && steps ? times(step, steps) : null;
  const asked = useAnalysis(
    inspection,
    window && step !== null && length !== null
      ? { kind: 'time_series', column: embedding, unit, window: length, step }
      : null
  );
  return React.useMemo(
    () =>
      asked.result &&
      asked.answered?.kind === 'time_series' &&
      asked.answered.window === length
        ? readSeries(asked.result)
        : null,
    [asked.result, asked.answered, length]
  );
}

/** Times of the primary rows, by position. */
function useInstants(
  inspection: IInspection,
  column: string | null,
  wanted: boolean
): Float64Array | null {
  const [read, setRead] = React.useState<{
    id: string;
    column: string;
    values: Float64Array;
  } | null>(null);
  const { id } = inspection.primary;
  React.useEffect(() => {
    if (!wanted || column === null) {
      return;
    }
    let live = true;
    inspection.columns('primary', [column]).then(
      table =>
        live && setRead({ id, column, values: readTimes(table, column) }),
      // The strip says what is wrong with the column.
      () => undefined
    );
    return () => {
      live = false;
    };
  }, [inspection, id, column, wanted]);
  return read?.id === id && read.column === column ? read.values : null;
}

function within(
  map: IMapPoints,
  instants: Float64Array,
  { start, end }: IWindow
): Uint8Array {
  return Uint8Array.from(map.primary, (primary, i) => {
    const time = primary ? instants[map.row[i]] : NaN;
    return time >= start && time < end ? 1 : 0;
  });
}
