import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { EmbeddingMap } from '../../api/contract';
import { isAbort } from '../../api/problem';
import { count } from '../../charts/format';
import { readPoints } from '../../charts/map';
import { narrowed } from '../../model/cohort';
import type { IInspection } from '../../tokens';
import {
  Banner,
  type IStage,
  JobStrip,
  ProblemBanner,
  setIds,
  StaleBanner,
  standingOf,
  useAnalysis,
  useAttempt,
  useInsertion,
  useSignal,
  useSize,
  useStanding
} from '../parts';
import { useCorrelated } from '../overview/correlated';
import { CorrelatedNote } from '../overview/unit-note';
import { Explorer } from './explorer';
import { mapFacts, readClusters, verdictAt } from './facts';
import { placedText, useAnchor, useOnward } from './anchored';
import { USUAL, useAskedMap } from './asked-map';
import { useFollowed } from './follow';
import { Head } from './head';
import { useNamed } from './named';
import { useRows } from './rows';
import { type ISeries, readSeries } from './series';
import { history, START } from './state';
import { isOutside, Strip } from './strip';
import type { IMapParameters } from './toolbar';
import { useWindowed } from './window';

export interface IEmbeddingProps {
  inspection: IInspection;
  /** Name of the column of vectors. */
  embedding: string;
  trans: TranslationBundle;
}

const MEDIUM = 1000;
const TIGHT = 600;
/** Of more rows than this a map of a part is offered when that of all fails. */
const MANY = 50_000;
const FEWER = 20_000;

/** An embedding: how far it moved, when, where on its map, and which rows. */
export function EmbeddingView({
  inspection,
  embedding,
  trans
}: IEmbeddingProps): React.ReactElement {
  useSignal(inspection.changed);
  const correlated = useCorrelated(inspection);
  const allStanding = useStanding(inspection);
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
  const isWaiting = useAnchor(inspection, parameters, setParameters);
  const [sample, setSample] = React.useState<number | null>(null);
  const [{ now, past, isLetGo }, dispatch] = React.useReducer(history, {
    now: START,
    past: [],
    gesture: null
  });

  // Only what was chosen is part of the question, so that others who ask it share the answer.
  const whole: EmbeddingMap = {
    kind: 'embedding_map',
    embedding,
    unit,
    ...(sample === null ? {} : { sample }),
    ...chosen(parameters)
  };
  const asked = useAskedMap(
    inspection,
    embedding,
    whole,
    (wanted, rows) => {
      setParameters(wanted);
      setSample(rows);
    },
    trans
  );
  // What is picked comes from these rows alone, whatever the conditions are when it is inserted.
  const recipe = narrowed(whole, inspection.where);
  const state = useAnalysis(inspection, recipe);
  const { result } = state;
  const facts = React.useMemo(
    () => (result ? mapFacts(result) : null),
    [result]
  );
  const map = React.useMemo(
    () =>
      result && facts
        ? readPoints(result.table, result.parts.get('corpus'), facts.anchor)
        : null,
    [result, facts]
  );
  const found = React.useMemo(
    () => (result ? readClusters(result) : []),
    [result]
  );
  const followed = useFollowed(map, found, reference !== null, trans);
  const { clusters, rename } = useNamed(
    inspection,
    embedding,
    whole,
    map,
    followed.clusters
  );
  const grown = useOnward(map, {
    followed,
    picked: now.picked,
    isWaiting,
    setParameters,
    dispatch
  });

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

  const windowed = useWindowed(now.window, {
    inspection,
    embedding,
    recipe,
    map,
    series,
    time: timeColumn?.name ?? null
  });

  const drifted =
    reference !== null &&
    now.window === null &&
    !!facts?.drift &&
    verdictAt(facts.drift, inspection.limit) === 'drift';

  const { isOther, show } = followed;
  const isNarrowed = inspection.where.length > 0;
  React.useEffect(() => {
    if (!isNarrowed) {
      show(clusters);
    }
  }, [show, clusters, isNarrowed]);
  // After Refresh the map before stands until there is another.
  const isNow =
    state.sets?.primary === primary.id &&
    state.sets.reference === (reference?.id ?? null);
  const [read, setRead] = React.useState<typeof map>(null);
  const [readAsked, setReadAsked] = React.useState<typeof asked>(null);
  const isAnchored = facts?.anchor != null && parameters.anchor !== null;
  const saidOfMap =
    read === map
      ? null
      : grown === map && facts?.anchor
        ? placedText(facts.anchor, clusters, trans)
        : isOther
          ? followed.said
          : null;
  const said = [
    asked !== readAsked && asked?.text,
    saidOfMap,
    isLetGo &&
      trans.__(
        'This is another map than before: what was picked on that one is let go.'
      )
  ]
    .filter(Boolean)
    .join(' ');
  const fitAgain = {
    label: trans.__('Fit again'),
    onClick: () => setParameters({ ...parameters, anchor: null })
  };
  const inBand =
    series && drifted && isInBand(series)
      ? series.kind === 'year'
        ? trans.__(
            'Most years lie in the band though %1 drifted: few rows vary, and mean vectors miss what a classifier sees.',
            primary.name
          )
        : trans.__(
            'Most windows lie in the band though %1 drifted: few rows vary, and mean vectors miss what a classifier sees.',
            primary.name
          )
      : null;

  const reader = useRows(inspection, embedding, state.sets);
  const insertion = useInsertion(inspection, trans);
  const swapping = useAttempt(inspection, trans);
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
      {swapping.notice}
      {state.error &&
        (isAbort(state.error) || state.event?.state === 'cancelled' ? (
          <Banner tone="info" actions={again}>
            {trans.__('Cancelled. No map of %1 was made.', embedding)}
          </Banner>
        ) : (
          <ProblemBanner error={state.error} actions={again} />
        ))}
      {said !== '' && (
        <Banner
          tone="info"
          brief={trans}
          actions={[
            ...(isAnchored ? [fitAgain] : []),
            {
              label: trans.__('Dismiss'),
              onClick: () => {
                setRead(map);
                setReadAsked(asked);
                dispatch({ type: 'read' });
              }
            }
          ]}
        >
          {said}
        </Banner>
      )}
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
        drift={now.window ? windowed.drift : (facts?.drift ?? null)}
        window={now.window}
        windowRows={windowed.rows}
        windowValue={windowed.value}
        windowUsual={windowed.usual}
        standing={standingOf(
          allStanding,
          embedding,
          !!facts?.drift && verdictAt(facts.drift, inspection.limit) === 'drift'
        )}
        onInsert={insertion.insert}
        onClearWindow={() =>
          dispatch({ type: 'set', change: { window: null } })
        }
        onSwap={() => swapping.attempt(inspection.swap())}
        narrow={size.width > 0 && size.width < MEDIUM}
        tight={size.width > 0 && size.width < TIGHT}
        trans={trans}
      />
      {timeColumn && (
        <div className="px-strip-frame" aria-busy={strip.pending}>
          {series ? (
            <Strip
              series={series}
              primary={primary.name}
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
      {inBand && (
        <p
          className="px-embedding-note px-embedding-in-band px-muted"
          title={inBand}
        >
          {inBand}
        </p>
      )}
      {correlated && (
        <div className="px-embedding-note">
          <CorrelatedNote
            {...correlated}
            onUse={column => {
              inspection.unit = column;
            }}
            trans={trans}
          />
        </div>
      )}
      {map && facts && map.n > 0 && (
        <Explorer
          inspection={inspection}
          embedding={embedding}
          recipe={recipe}
          whole={whole}
          map={map}
          answered={isNow ? state.answered : null}
          facts={facts}
          clusters={clusters}
          onRename={rename}
          series={series}
          windowed={windowed}
          busy={state.pending || windowed.pending}
          state={now}
          canUndo={past.length > 0}
          dispatch={dispatch}
          reader={reader}
          sets={state.sets ?? setIds(inspection)}
          timeKind={series?.kind ?? 'date'}
          parameters={parameters}
          onParameters={setParameters}
          onFitAgain={isAnchored ? fitAgain.onClick : null}
          scope={root}
          size={size}
          trans={trans}
        />
      )}
      {map && map.n === 0 && (
        <div className="px-embedding-wait">
          <p>
            {inspection.where.length > 0
              ? trans.__(
                  'No row that meets the conditions has a usable vector in %1.',
                  embedding
                )
              : trans.__('No row has a usable vector in %1.', embedding)}
          </p>
        </div>
      )}
      {insertion.notice}
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

/** Whether most windows of the primary set are within what is usual. */
function isInBand({ points, band }: ISeries): boolean {
  const told = points.filter(p => p.set === 'primary' && p.value !== null);
  const within = told.filter(p => !isOutside(p, band));
  return band !== null && 2 * within.length > told.length;
}
