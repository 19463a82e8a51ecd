import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { isAbort } from '../../api/problem';
import { count } from '../../charts/format';
import { type IMapPoints, readPoints } from '../../charts/map';
import type { IInspection, Recipe } from '../../tokens';
import {
  Banner,
  type IStage,
  JobStrip,
  ProblemBanner,
  StaleBanner,
  useAnalysis,
  useSignal,
  useSize
} from '../parts';
import { Explorer } from './explorer';
import { mapFacts, readClusters } from './facts';
import { Head } from './head';
import { useRows } from './rows';
import { readSeries, times } from './series';
import { history, type IWindow, START } from './state';
import { Strip } from './strip';
import { readTimes } from './times';
import type { IMapParameters } from './toolbar';

export interface IEmbeddingProps {
  inspection: IInspection;
  /** Name of the column of vectors. */
  embedding: string;
  trans: TranslationBundle;
}

const USUAL: IMapParameters = {
  n_neighbors: 15,
  min_dist: 0.1,
  min_cluster_size: null
};
const MEDIUM = 1000;
/** Of more rows than this a map of a part is offered when that of all fails. */
const MANY = 50_000;
const FEWER = 20_000;
/** How long a window rests before the clusters are asked about it, in milliseconds. */
const REST = 180;

/** An embedding: how far it moved, when, where on its map, and which rows. */
export function EmbeddingView({
  inspection,
  embedding,
  trans
}: IEmbeddingProps): React.ReactElement {
  useSignal(inspection.changed);
  const root = React.useRef<HTMLDivElement | null>(null);
  const [measured, size] = useSize<HTMLDivElement>();
  const frame = React.useCallback(
    (element: HTMLDivElement | null) => {
      root.current = element;
      measured(element);
    },
    [measured]
  );
  const { primary, reference, unit } = inspection;
  const [parameters, setParameters] = React.useState(USUAL);
  const [sample, setSample] = React.useState<number | null>(null);
  const [{ now, past }, dispatch] = React.useReducer(history, {
    now: START,
    past: [],
    gesture: null
  });

  // Only what was chosen is part of the question, so that others who ask it share the answer.
  const recipe: Recipe = {
    kind: 'embedding_map',
    embedding,
    unit,
    ...(sample === null ? {} : { sample }),
    ...chosen(parameters)
  };
  const state = useAnalysis(inspection, recipe);
  const { result } = state;
  const map = React.useMemo(
    () => (result ? readPoints(result.table) : null),
    [result]
  );
  const facts = React.useMemo(
    () => (result ? mapFacts(result) : null),
    [result]
  );
  const clusters = React.useMemo(
    () => (result ? readClusters(result) : []),
    [result]
  );
  React.useEffect(() => dispatch({ type: 'points' }), [map]);

  const timeColumn = primary.columns.find(
    c => c.role === 'timestamp' && c.problem === null
  );
  const strip = useAnalysis(
    inspection,
    timeColumn ? { kind: 'time_series', column: embedding, unit } : null
  );
  const series = React.useMemo(
    () => (strip.result ? readSeries(strip.result) : null),
    [strip.result]
  );

  // The map of a window is the same map: only the clusters are asked again.
  const rested = useRested(now.window);
  const windowed = useAnalysis(
    inspection,
    rested ? { ...recipe, window: [rested.iso[0], rested.iso[1]] } : null
  );
  const instants = useTimes(inspection, timeColumn?.name ?? null, map !== null);
  const inWindow = React.useMemo(
    () =>
      map && now.window && instants ? within(map, instants, now.window) : null,
    [map, instants, now.window]
  );
  const windowRows = inWindow ? inWindow.reduce((sum, v) => sum + v, 0) : null;
  const windowAnswer = React.useMemo(
    () =>
      windowed.result &&
      now.window &&
      windowed.answered?.kind === 'embedding_map' &&
      windowed.answered.window?.join() === now.window.iso.join()
        ? {
            clusters: readClusters(windowed.result),
            facts: mapFacts(windowed.result)
          }
        : null,
    [windowed.result, windowed.answered, now.window]
  );

  // How far the window as one is from the reference, and how far windows as long as it mostly are.
  const steps = series?.points.filter(
    p =>
      p.set === 'primary' &&
      rested &&
      p.start >= rested.start &&
      p.start < rested.end
  ).length;
  const long = series?.step && steps ? times(series.step, steps) : null;
  const longer = useAnalysis(
    inspection,
    rested && long && series?.step
      ? {
          kind: 'time_series',
          column: embedding,
          unit,
          window: long,
          step: series.step
        }
      : null
  );
  const whole = React.useMemo(
    () =>
      longer.result &&
      longer.answered?.kind === 'time_series' &&
      longer.answered.window === long
        ? readSeries(longer.result)
        : null,
    [longer.result, longer.answered, long]
  );
  const ofWindow =
    whole?.points.find(
      p => p.set === 'primary' && p.start === now.window?.start
    ) ?? null;

  const [reader, read] = useRows(inspection, embedding);
  const [problem, setProblem] = React.useState<Error | null>(null);
  const onSwap = (): void => {
    inspection.swap().then(
      () => setProblem(null),
      (reason: unknown) =>
        setProblem(reason instanceof Error ? reason : new Error(String(reason)))
    );
  };
  const info = primary.columns.find(c => c.name === embedding);
  const total = primary.n_rows + (reference?.n_rows ?? 0);
  const again = [
    ...(total > MANY && sample === null
      ? [
          {
            label: trans.__('Use %1 rows', count(FEWER)),
            onClick: () => setSample(FEWER)
          }
        ]
      : []),
    { label: trans.__('Try again'), onClick: state.retry }
  ];
  return (
    <div
      ref={frame}
      className="px-view px-embedding"
      tabIndex={-1}
      aria-busy={state.pending}
    >
      <StaleBanner inspection={inspection} trans={trans} />
      {problem && (
        <ProblemBanner
          error={problem}
          actions={[
            { label: trans.__('Dismiss'), onClick: () => setProblem(null) }
          ]}
        />
      )}
      {state.error &&
        (isAbort(state.error) || state.event?.state === 'cancelled' ? (
          <Banner tone="info" actions={again}>
            {trans.__('Cancelled. No map of %1 was made.', embedding)}
          </Banner>
        ) : (
          <ProblemBanner error={state.error} actions={again} />
        ))}
      {windowed.error && (
        <ProblemBanner
          error={windowed.error}
          actions={[{ label: trans.__('Try again'), onClick: windowed.retry }]}
        />
      )}
      <Head
        inspection={inspection}
        embedding={embedding}
        rawData={info?.raw_data ?? facts?.rawData ?? null}
        drift={
          now.window
            ? (windowAnswer?.facts.drift ?? null)
            : (facts?.drift ?? null)
        }
        window={now.window}
        windowRows={windowRows}
        windowValue={ofWindow?.value ?? null}
        windowUsual={whole?.band?.upper ?? null}
        onClearWindow={() =>
          dispatch({ type: 'set', change: { window: null } })
        }
        onSwap={onSwap}
        narrow={size.width > 0 && size.width < MEDIUM}
        trans={trans}
      />
      {timeColumn && (
        <div className="px-strip-frame" aria-busy={strip.pending}>
          {series ? (
            <Strip
              series={series}
              reference={reference?.name ?? null}
              window={now.window}
              onWindow={(next, gesture) =>
                dispatch({ type: 'set', change: { window: next }, gesture })
              }
              trans={trans}
            />
          ) : (
            <div className="px-strip-wait px-muted">
              {strip.error
                ? strip.error.message
                : trans.__('Following %1 through time…', embedding)}
            </div>
          )}
        </div>
      )}
      {map && facts && map.n > 0 && (
        <Explorer
          inspection={inspection}
          embedding={embedding}
          recipe={recipe}
          map={map}
          facts={facts}
          clusters={clusters}
          windowClusters={windowAnswer?.clusters ?? null}
          inWindow={inWindow}
          busy={state.pending || windowed.pending}
          state={now}
          canUndo={past.length > 0}
          dispatch={dispatch}
          reader={reader}
          read={read}
          timeKind={series?.kind ?? 'date'}
          parameters={parameters}
          onParameters={setParameters}
          scope={root}
          width={size.width}
          trans={trans}
        />
      )}
      {map && map.n === 0 && (
        <div className="px-embedding-wait">
          <p>{trans.__('No row has a usable vector in %1.', embedding)}</p>
        </div>
      )}
      {state.pending && (
        <div className={map ? 'px-embedding-again' : 'px-embedding-wait'}>
          <JobStrip
            event={state.event}
            title={
              map
                ? trans.__('Making the map again; this is the one before')
                : trans.__('Map of %1, %2 rows', embedding, count(total))
            }
            stages={stages(trans)}
            onCancel={state.cancel}
            trans={trans}
          />
        </div>
      )}
    </div>
  );
}

function chosen(parameters: IMapParameters): Partial<IMapParameters> {
  return Object.fromEntries(
    Object.entries(parameters).filter(
      ([key, value]) => value !== USUAL[key as keyof IMapParameters]
    )
  );
}

function stages(trans: TranslationBundle): IStage[] {
  return [
    { name: 'reading', label: trans.__('Reading') },
    { name: 'neighbors', label: trans.__('Neighbours') },
    { name: 'layout', label: trans.__('Map') },
    { name: 'clusters', label: trans.__('Clusters') },
    { name: 'names', label: trans.__('Names') }
  ];
}

/** The window once it has stood still for a moment. */
function useRested(window: IWindow | null): IWindow | null {
  const [rested, setRested] = React.useState(window);
  React.useEffect(() => {
    if (window === null) {
      setRested(null);
      return;
    }
    const timer = globalThis.setTimeout(() => setRested(window), REST);
    return () => globalThis.clearTimeout(timer);
  }, [window]);
  return window === null ? null : rested;
}

/** Times of the primary rows, by position. */
function useTimes(
  inspection: IInspection,
  column: string | null,
  wanted: boolean
): Float64Array | null {
  const [times, setTimes] = React.useState<{
    id: string;
    values: Float64Array;
  } | null>(null);
  const { id } = inspection.primary;
  React.useEffect(() => {
    if (!wanted || column === null) {
      return;
    }
    let live = true;
    inspection.columns('primary', [column]).then(
      table => live && setTimes({ id, values: readTimes(table, column) }),
      // The strip says what is wrong with the column.
      () => undefined
    );
    return () => {
      live = false;
    };
  }, [inspection, id, column, wanted]);
  return times?.id === id ? times.values : null;
}

function within(
  map: IMapPoints,
  times: Float64Array,
  { start, end }: IWindow
): Uint8Array {
  const mask = new Uint8Array(map.n);
  for (let i = 0; i < map.n; i++) {
    if (map.primary[i]) {
      const time = times[map.row[i]];
      mask[i] = time >= start && time < end ? 1 : 0;
    }
  }
  return mask;
}
