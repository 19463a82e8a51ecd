import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  count,
  interval,
  percent,
  share,
  type TimeKind
} from '../../charts/format';
import {
  groundOf,
  type IMapHandle,
  type IMapLabel,
  type IMapPoints,
  MapView,
  outlineOf,
  outside,
  type PickMode,
  type Polygon,
  Shape,
  STYLE_BYTES,
  type Tool,
  Weight
} from '../../charts/map';
import type { IInspection, Recipe } from '../../tokens';
import { Banner, useInsertion, useSize } from '../parts';
import { ClusterList } from './clusters';
import { clusterSlots } from './colour';
import { colourChoices, colourKey, colourOf, useColouring } from './colouring';
import {
  changed,
  type ICluster,
  type IMapFacts,
  NOISE,
  sortClusters,
  windowShares
} from './facts';
import { Legend } from './legend';
import {
  combine,
  countSets,
  indicesOf,
  labelOf,
  termsOf,
  toSelection
} from './picked';
import type { RowReader } from './rows';
import { search } from './search';
import type { IPicked, IViewState, HistoryAction } from './state';
import { PointTip, predictionText } from './tip';
import { type IMapParameters, MapToolbar } from './toolbar';
import { Tray } from './tray';

export interface IExplorerProps {
  inspection: IInspection;
  embedding: string;
  recipe: Recipe;
  map: IMapPoints;
  facts: IMapFacts;
  /** The clusters of all rows: names, order of colours. */
  clusters: readonly ICluster[];
  /** The clusters with the numbers of the window, when they are there. */
  windowClusters: readonly ICluster[] | null;
  /** 1 for primary points inside of the window; null without one. */
  inWindow: Uint8Array | null;
  busy: boolean;
  state: IViewState;
  canUndo: boolean;
  dispatch: React.Dispatch<HistoryAction>;
  reader: RowReader;
  read: number;
  timeKind: TimeKind;
  parameters: IMapParameters;
  onParameters: (parameters: IMapParameters) => void;
  scope: React.RefObject<HTMLElement>;
  width: number;
  trans: TranslationBundle;
}

/** How long a pointer rests before the tooltip comes, in milliseconds. */
const REST = 50;
const MEDIUM = 1000;
const NARROW = 720;
/** Below this the list of clusters lies over the map. */
const TIGHT = 480;

interface IPointed {
  readonly index: number;
  /** Place in the map, when it was pointed at there. */
  readonly at: readonly [number, number] | null;
}

const NOWHERE: IPointed = { index: -1, at: null };

/** The clusters, the map and the rows that were picked. */
export function Explorer(props: IExplorerProps): React.ReactElement {
  const { inspection, embedding, map, facts, state, dispatch, trans } = props;
  const { picked, colour, hidden } = state;
  const { primary, reference } = inspection;
  const compared = reference !== null;
  const listId = React.useId();
  const [frame, size] = useSize<HTMLDivElement>();
  const handle = React.useRef<IMapHandle>(null);
  const [tool, setTool] = React.useState<Tool>('lasso');
  const [kind, setKind] = React.useState<'webgl' | 'canvas' | null>('webgl');
  const [pointed, setPointed] = React.useState<IPointed>(NOWHERE);
  const [rested, setRested] = React.useState<IPointed>(NOWHERE);
  const [hoveredCluster, setHoveredCluster] = React.useState<number | null>(
    null
  );
  const [folded, setFolded] = React.useState(false);
  const [drawer, setDrawer] = React.useState<boolean | null>(null);
  const insertion = useInsertion(inspection, trans);
  const exporting = useExport(inspection, trans);
  const narrow = props.width < NARROW;
  const tight = props.width < TIGHT;
  const listed = !narrow || (drawer ?? !tight);

  const { inWindow } = props;
  const counted = React.useMemo(
    () => (inWindow ? windowShares(props.clusters, map, inWindow) : null),
    [props.clusters, map, inWindow]
  );
  const shownClusters = props.windowClusters ?? counted ?? props.clusters;
  const ranked = React.useMemo(
    () => sortClusters(props.clusters, compared ? 'change' : 'size'),
    [props.clusters, compared]
  );
  const { colouring, error: colourError } = useColouring(
    inspection,
    map,
    ranked,
    colour,
    props.timeKind,
    trans
  );

  // What is shown, and what of it is picked.
  const visible = React.useMemo(() => {
    const mask = new Uint8Array(map.n);
    const entries = colouring?.entries ?? [];
    for (let i = 0; i < map.n; i++) {
      const entry = entries[colouring?.entry[i] ?? 0];
      const outside = props.inWindow && map.primary[i] && !props.inWindow[i];
      mask[i] =
        outside ||
        hidden.has(map.primary[i] ? 'set:primary' : 'set:reference') ||
        (entry && hidden.has(entry.key))
          ? 0
          : 1;
    }
    return mask;
  }, [map, colouring, hidden, props.inWindow]);
  // Without a pick the rows are those of the window, or all.
  const effective = React.useMemo(
    (): IPicked =>
      picked ?? {
        indices: indicesOf(map.n, i => (inWindow ? inWindow[i] === 1 : true)),
        how: { kind: 'rows' }
      },
    [map, picked, inWindow]
  );
  const shown = React.useMemo(
    () => effective.indices.filter(i => visible[i] === 1),
    [effective, visible]
  );
  const style = React.useMemo(() => {
    const bytes = new Uint8Array(STYLE_BYTES * map.n);
    const outlined =
      picked?.how.kind === 'search' || picked?.how.kind === 'rows';
    const rest = picked ? Weight.Dim : Weight.Full;
    for (let i = 0; i < map.n; i++) {
      const at = STYLE_BYTES * i;
      bytes[at] = colouring?.slots[i] ?? 0;
      bytes[at + 1] = map.primary[i]
        ? props.inWindow
          ? Shape.Large
          : Shape.Disc
        : Shape.Ring;
      bytes[at + 2] = visible[i]
        ? props.inWindow && !map.primary[i]
          ? Weight.Dim
          : rest
        : Weight.Hidden;
    }
    for (const i of picked?.indices ?? []) {
      if (visible[i]) {
        bytes[STYLE_BYTES * i + 2] = outlined ? Weight.Outlined : Weight.Full;
      }
    }
    return bytes;
  }, [map, colouring, visible, picked, props.inWindow]);

  const compareGround = compared && colour.kind === 'set';
  const ground = React.useMemo(
    () => groundOf(map, i => visible[i] === 1, compareGround),
    [map, visible, compareGround]
  );
  const outlines = React.useMemo(() => {
    const known = new Map<number, readonly Polygon[]>();
    return (cluster: number): readonly Polygon[] => {
      let outline = known.get(cluster);
      if (!outline) {
        outline =
          cluster === NOISE
            ? []
            : outlineOf(map, i => map.cluster[i] === cluster);
        known.set(cluster, outline);
      }
      return outline;
    };
  }, [map]);
  const selectedOutline = React.useMemo((): readonly Polygon[] => {
    if (picked?.how.kind === 'cluster') {
      return outlines(picked.how.cluster);
    }
    return picked?.how.kind === 'lasso' ? [picked.how.polygon] : [];
  }, [picked, outlines]);
  const hoveredOutline = React.useMemo(
    () => (hoveredCluster === null ? [] : outlines(hoveredCluster)),
    [hoveredCluster, outlines]
  );
  const far = React.useMemo(() => outside(map, map.core), [map]);
  const labels = React.useMemo(() => namesOn(shownClusters), [shownClusters]);

  // Picking.
  const pick = React.useCallback(
    (next: IPicked | null, gesture?: string) =>
      dispatch({ type: 'set', change: { picked: next }, gesture }),
    [dispatch]
  );
  const current = picked?.indices ?? null;
  const pickIndices = (
    indices: Int32Array,
    how: IPicked['how'],
    mode: PickMode
  ): void => {
    const combined = combine(current, indices, mode);
    if (combined.length === 0) {
      pick(null);
    } else if (mode === 'replace' || (mode === 'add' && !current)) {
      pick({ indices, how });
    } else {
      pick({ indices: combined, how: { kind: 'rows' } });
    }
  };
  const pickCluster = (cluster: number, mode: PickMode): void => {
    const same =
      picked?.how.kind === 'cluster' && picked.how.cluster === cluster;
    if (same && mode === 'replace') {
      pick(null);
    } else {
      const members = indicesOf(map.n, i => map.cluster[i] === cluster);
      pickIndices(members, { kind: 'cluster', cluster }, mode);
    }
  };
  const step = (by: number): void => {
    const order = sortClusters(shownClusters, compared ? 'change' : 'size')
      .map(({ cluster }) => cluster)
      .filter(cluster => cluster !== NOISE);
    const at =
      picked?.how.kind === 'cluster' ? order.indexOf(picked.how.cluster) : -1;
    const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : at + by;
    if (order[next] !== undefined) {
      pickCluster(order[next], 'replace');
    }
  };
  const invert = (): void => {
    const set = new Set(picked?.indices ?? []);
    const rest = indicesOf(map.n, i => visible[i] === 1 && !set.has(i));
    pick(rest.length > 0 ? { indices: rest, how: { kind: 'rows' } } : null);
  };

  // Searching.
  const [query, setQuery] = React.useState('');
  const [searching, setSearching] = React.useState(false);
  const [searchError, setSearchError] = React.useState<Error | null>(null);
  const pickedQuery = picked?.how.kind === 'search' ? picked.how.query : '';
  React.useEffect(() => {
    // Undo takes the words back, too.
    setQuery(pickedQuery);
  }, [pickedQuery]);
  React.useEffect(() => {
    const wanted = query.trim();
    if (wanted === pickedQuery) {
      return;
    }
    let live = true;
    const timer = window.setTimeout(() => {
      if (wanted === '') {
        pick(null, 'search');
        return;
      }
      setSearching(true);
      search(inspection, props.reader, map, wanted)
        .then(
          indices => {
            if (live) {
              setSearchError(null);
              pick(
                { indices, how: { kind: 'search', query: wanted } },
                'search'
              );
            }
          },
          (reason: unknown) =>
            live &&
            setSearchError(
              reason instanceof Error ? reason : new Error(String(reason))
            )
        )
        .finally(() => setSearching(false));
    }, 200);
    return () => {
      live = false;
      window.clearTimeout(timer);
    };
    // A pick made otherwise ends a search; it must not start it again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [query, map, inspection, props.reader]);

  // Pointing.
  const onHover = React.useCallback(
    (index: number, at: readonly [number, number] | null) =>
      setPointed(old =>
        old.index === index && (index < 0 || old.at !== null)
          ? old
          : index < 0
            ? NOWHERE
            : { index, at }
      ),
    []
  );
  const onPoint = React.useCallback(
    (index: number) => setPointed(index < 0 ? NOWHERE : { index, at: null }),
    []
  );
  React.useEffect(() => {
    if (pointed.at === null) {
      setRested(NOWHERE);
      return;
    }
    const timer = window.setTimeout(() => setRested(pointed), REST);
    return () => window.clearTimeout(timer);
  }, [pointed]);

  // The rows, the most typical of a cluster first.
  const order = React.useMemo(() => {
    const first: number[] = [];
    if (picked?.how.kind === 'cluster') {
      const { cluster } = picked.how;
      const typical = props.clusters.find(
        c => c.cluster === cluster
      )?.prototypes;
      const members = new Set(shown);
      first.push(...(typical ?? []).filter(i => members.has(i)));
    }
    const taken = new Set(first);
    const rest = [...shown].filter(i => !taken.has(i));
    return Int32Array.from([
      ...first,
      ...rest.filter(i => map.primary[i]),
      ...rest.filter(i => !map.primary[i])
    ]);
  }, [map, picked, props.clusters, shown]);
  const counts = React.useMemo(() => countSets(map, shown), [map, shown]);
  const inWindowCount = React.useMemo(
    () => inWindow?.reduce((sum, v) => sum + v, 0) ?? 0,
    [inWindow]
  );
  const selection = React.useMemo(
    () =>
      (picked || inWindow) && shown.length > 0
        ? toSelection(effective, {
            inspection,
            embedding,
            map,
            clusters: shownClusters,
            recipe: props.recipe,
            window: state.window,
            shown,
            trans
          })
        : null,
    [
      picked,
      inWindow,
      effective,
      shown,
      inspection,
      embedding,
      map,
      shownClusters,
      props.recipe,
      state.window,
      trans
    ]
  );
  const label = picked
    ? labelOf(picked, shownClusters, trans)
    : (state.window?.label ?? trans.__('All rows'));

  const insertSelection = (): void => {
    insertion.insert(selection ?? props.recipe);
  };
  useKeys(props.scope, event => {
    switch (event.key) {
      case '[':
        return step(-1);
      case ']':
        return step(1);
      case 'l':
        return setTool('lasso');
      case 'r':
        return setTool('rectangle');
      case 'x':
        return invert();
      case 'i':
        return insertSelection();
      case 'e':
        return selection ? exporting.start(selection) : undefined;
      case 's':
        return selection ? inspection.save(selection) : undefined;
      case 'z':
        return dispatch({ type: 'undo' });
      case 'Escape':
        if (picked) {
          return pick(null);
        }
        return state.window
          ? dispatch({ type: 'set', change: { window: null } })
          : undefined;
    }
  });

  const tip = rested.index >= 0 && rested.index < map.n ? rested : null;
  const tipSet = tip && (map.primary[tip.index] ? 'primary' : 'reference');
  const tipDetail =
    tip && tipSet ? props.reader.get(tipSet, map.row[tip.index]) : null;
  const clusterName = (index: number): string | null =>
    props.clusters.find(
      c => c.cluster === map.cluster[index] && c.cluster !== NOISE
    )?.terms[0] ?? null;
  const slots = React.useMemo(
    () => (colour.kind === 'cluster' ? clusterSlots(ranked) : null),
    [colour.kind, ranked]
  );
  // The list of clusters is their legend; what has no colour of its own is left.
  const legendEntries = (colouring?.entries ?? []).filter(
    ({ key }) => !key.startsWith('cluster:') || key === 'cluster:others'
  );
  const mapLabel = trans.__(
    'Map of %1 rows by %2, coloured by %3',
    count(map.n),
    embedding,
    colourName(colourKey(colour), trans)
  );
  const list = (
    <ClusterList
      id={listId}
      clusters={shownClusters}
      compared={compared}
      primary={primary.name}
      reference={reference?.name ?? null}
      windowed={inWindow !== null}
      testing={inWindow !== null && props.windowClusters === null}
      busy={props.busy && inWindow === null}
      noiseShare={facts.noiseShare}
      adjusted={facts.adjusted}
      selected={picked?.how.kind === 'cluster' ? picked.how.cluster : null}
      hovered={hoveredCluster}
      slots={slots}
      onSelect={(cluster, add) => pickCluster(cluster, add ? 'add' : 'replace')}
      onHover={setHoveredCluster}
      trans={trans}
    />
  );

  return (
    <>
      {kind !== 'webgl' && (
        <Banner tone="info">
          {kind === 'canvas'
            ? trans.__(
                'Drawn without the graphics card: all %1 rows, slower to pan.',
                count(map.n)
              )
            : trans.__(
                'This browser cannot draw the map. The clusters say the same in words.'
              )}
        </Banner>
      )}
      {(colourError ?? searchError ?? exporting.error) && (
        <Banner tone="error">
          {(colourError ?? searchError ?? exporting.error)?.message}
        </Banner>
      )}
      <div
        className={`px-explorer ${tight ? 'px-mod-tight' : ''} ${narrow ? 'px-mod-narrow' : props.width < MEDIUM ? 'px-mod-medium' : ''}`}
      >
        {listed && list}
        <div className="px-explorer-map">
          <MapToolbar
            tool={tool}
            onTool={setTool}
            canUndo={props.canUndo}
            onUndo={() => dispatch({ type: 'undo' })}
            onFit={() => handle.current?.fit()}
            text={props.reader.columns.primary.text}
            query={query}
            onQuery={setQuery}
            searching={searching}
            onLeaveSearch={() => handle.current?.focus()}
            scope={props.scope}
            colour={colourKey(colour)}
            colours={colourChoices(inspection, trans)}
            onColour={key =>
              dispatch({
                type: 'set',
                change: { colour: colourOf(key), hidden: new Set() }
              })
            }
            parameters={props.parameters}
            onParameters={props.onParameters}
            onClusters={narrow ? () => setDrawer(!listed) : null}
            clustersOpen={listed}
            trans={trans}
          />
          <div ref={frame} className="px-map-frame">
            <MapView
              points={map}
              style={style}
              ground={ground}
              labels={labels}
              selected={selectedOutline}
              hovered={hoveredOutline}
              point={pointed.index}
              tool={tool}
              label={mapLabel}
              describedBy={listed ? listId : undefined}
              handle={handle}
              onHover={onHover}
              onHoverLabel={setHoveredCluster}
              onPick={(index, mode) =>
                pickIndices(Int32Array.of(index), { kind: 'rows' }, mode)
              }
              onPickLabel={pickCluster}
              onShape={(polygon, indices, mode) =>
                pickIndices(indices, { kind: 'lasso', polygon }, mode)
              }
              onClear={() => picked && pick(null)}
              onKind={setKind}
              trans={trans}
            />
            {tip && tip.at && tipSet && (
              <PointTip
                at={tip.at}
                size={size}
                set={tipSet}
                setName={inspection[tipSet]?.name ?? ''}
                row={map.row[tip.index]}
                cluster={clusterName(tip.index)}
                detail={tipDetail}
                timeKind={props.timeKind}
                trans={trans}
              />
            )}
            <div className="px-map-foot">
              <Legend
                sets={(['primary', 'reference'] as const).flatMap(set => {
                  const model = inspection[set];
                  if (!model) {
                    return [];
                  }
                  const n =
                    set === 'primary' ? map.nPrimary : map.n - map.nPrimary;
                  const rows =
                    set === 'primary' && props.inWindow
                      ? `${state.window?.label ?? ''}, ${count(inWindowCount)}`
                      : count(n);
                  return [{ set, name: model.name, detail: rows }];
                })}
                bySet={colour.kind === 'set'}
                entries={legendEntries}
                hidden={hidden}
                onToggle={key => {
                  const next = new Set(hidden);
                  if (!next.delete(key)) {
                    next.add(key);
                  }
                  dispatch({ type: 'set', change: { hidden: next } });
                }}
                trans={trans}
              />
              <span className="px-map-note" data-covers="">
                {far > 0 && (
                  <>
                    <button
                      type="button"
                      className="px-link"
                      title={trans.__('Show the whole map')}
                      onClick={() => handle.current?.fitAll()}
                    >
                      {trans._n(
                        '%2 row lies beyond the edge',
                        '%2 rows lie beyond the edge',
                        far,
                        count(far)
                      )}
                    </button>{' '}
                    ·{' '}
                  </>
                )}
                {noteText(facts, props.inWindow !== null, primary.name, trans)}
              </span>
            </div>
            <div className="px-hidden" aria-live="polite">
              {tip && tipSet
                ? [
                    inspection[tipSet]?.name,
                    trans.__('row %1', map.row[tip.index]),
                    tipDetail?.text?.slice(0, 160),
                    predictionText(tipDetail, trans)
                  ]
                    .filter(Boolean)
                    .join(', ')
                : ''}
            </div>
          </div>
        </div>
      </div>
      <Tray
        map={map}
        reader={props.reader}
        read={props.read}
        label={label}
        whole={selection === null}
        indices={order}
        primary={{ name: primary.name, n: counts.primary }}
        reference={
          reference ? { name: reference.name, n: counts.reference } : null
        }
        shares={sharesText(
          picked,
          shownClusters,
          counts,
          {
            primary: props.inWindow ? inWindowCount : map.nPrimary,
            reference: map.n - map.nPrimary
          },
          inspection,
          inWindow !== null,
          trans
        )}
        timeKind={props.timeKind}
        timeName={props.reader.columns.primary.time}
        terms={termsOf(picked, props.clusters)}
        query={pickedQuery}
        point={pointed.index}
        onPoint={onPoint}
        onOpenRow={index => handle.current?.reveal(index)}
        folded={folded}
        onFold={() => setFolded(!folded)}
        saved={inspection.selections.some(({ id }) => id === selection?.id)}
        onSave={() => selection && inspection.save(selection)}
        onExport={() => selection && exporting.start(selection)}
        exporting={exporting.busy}
        onInsert={insertSelection}
        inserting={insertion.busy}
        windowed={state.window !== null}
        narrow={narrow}
        trans={trans}
      />
      {insertion.notice ?? exporting.notice}
      <div className="px-hidden" role="status">
        {picked || inWindow
          ? trans.__(
              '%1: %2 rows, %3 of %4',
              label,
              count(shown.length),
              count(counts.primary),
              primary.name
            )
          : ''}
      </div>
    </>
  );
}

function colourName(key: string, trans: TranslationBundle): string {
  switch (key) {
    case 'set':
      return trans.__('set');
    case 'cluster':
      return trans.__('cluster');
    case 'correct':
      return trans.__('correctness');
    default:
      return key.slice('column:'.length);
  }
}

/** Names of clusters for the map: changed ones first and bold, then by size. */
function namesOn(clusters: readonly ICluster[]): IMapLabel[] {
  return clusters
    .filter(c => c.cluster !== NOISE && c.x !== null && c.y !== null)
    .sort((a, b) => Number(changed(b)) - Number(changed(a)) || b.n - a.n)
    .map(c => {
      const terms = c.terms.length > 0 ? c.terms : [c.name];
      return {
        id: c.cluster,
        forms: [terms.slice(0, 2).join(' · '), terms[0]],
        x: c.x as number,
        y: c.y as number,
        strong: changed(c)
      };
    });
}

/** "8.7 % of prod [6.2, 11.5] against .2 % of train [.1, .5]". */
function sharesText(
  picked: IPicked | null,
  clusters: readonly ICluster[],
  counts: { primary: number; reference: number },
  totals: { primary: number; reference: number },
  { primary, reference }: IInspection,
  windowed: boolean,
  trans: TranslationBundle
): string {
  const cluster =
    picked?.how.kind === 'cluster'
      ? clusters.find(
          c => picked.how.kind === 'cluster' && c.cluster === picked.how.cluster
        )
      : undefined;
  const of = windowed ? trans.__('the window') : primary.name;
  if (cluster) {
    const side = (s: ICluster['primary'], name: string): string => {
      const text = trans.__('%1 of %2', share(s.value), name);
      return s.lower === null
        ? text
        : `${text} ${interval(s.lower, s.upper, percent)}`;
    };
    return reference
      ? trans.__(
          '%1 against %2',
          side(cluster.primary, of),
          side(cluster.reference, reference.name)
        )
      : side(cluster.primary, of);
  }
  // What was picked by eye has counts, but no interval that would be honest.
  const part = (n: number, total: number, name: string): string =>
    total > 0
      ? trans.__(
          '%1 of the %2 rows of %3',
          share(n / total),
          count(total),
          name
        )
      : trans.__('no rows of %1', name);
  if (!picked) {
    return '';
  }
  return reference
    ? trans.__(
        '%1 against %2',
        part(counts.primary, totals.primary, of),
        part(counts.reference, totals.reference, reference.name)
      )
    : part(counts.primary, totals.primary, of);
}

function noteText(
  facts: IMapFacts,
  windowed: boolean,
  primary: string,
  trans: TranslationBundle
): string {
  const parts: string[] = [];
  const { missing, nonfinite, zero } = facts.skipped;
  const skipped = missing + nonfinite + zero;
  if (windowed) {
    parts.push(trans.__('same map, no refit'));
    parts.push(trans.__('other %1 rows hidden', primary));
  } else if (facts.sampled) {
    parts.push(
      trans.__(
        'Fitted on %1 of %2 rows, the others placed on it',
        count(facts.nFitted),
        count(facts.nRows)
      )
    );
  } else {
    parts.push(trans.__('all %1 rows', count(facts.nRows)));
  }
  if (skipped > 0) {
    parts.push(
      trans.__(
        '%1 without a usable vector',
        trans._n('%2 row', '%2 rows', skipped, count(skipped))
      )
    );
  }
  if (!windowed && facts.nNeighbors !== null) {
    parts.push(trans.__('UMAP %1, seed %2', facts.nNeighbors, facts.seed));
  }
  return parts.join(' · ');
}

/** Make rows a variable of the kernel, and say so for a while. */
function useExport(
  inspection: IInspection,
  trans: TranslationBundle
): {
  start: (selection: Parameters<IInspection['exportRows']>[0]) => void;
  busy: boolean;
  error: Error | null;
  notice: React.ReactElement | null;
} {
  const [busy, setBusy] = React.useState(false);
  const [error, setError] = React.useState<Error | null>(null);
  const [name, setName] = React.useState<string | null>(null);
  React.useEffect(() => {
    const timer = window.setTimeout(() => {
      setName(null);
      setError(null);
    }, 10_000);
    return () => window.clearTimeout(timer);
  }, [name, error]);
  const start = React.useCallback(
    (selection: Parameters<IInspection['exportRows']>[0]) => {
      setBusy(true);
      setError(null);
      inspection
        .exportRows(selection)
        .then(setName, (reason: unknown) =>
          setError(reason instanceof Error ? reason : new Error(String(reason)))
        )
        .finally(() => setBusy(false));
    },
    [inspection]
  );
  const notice =
    name === null ? null : (
      <div className="px-notice" role="status">
        {trans.__('The rows are now in the kernel, as ')}
        <span className="px-code">{name}</span>
      </div>
    );
  return { start, busy, error, notice };
}

/** Keys that hold in the whole view, but not while one types. */
function useKeys(
  scope: React.RefObject<HTMLElement>,
  onKey: (event: { readonly key: string }) => void
): void {
  const latest = React.useRef(onKey);
  latest.current = onKey;
  React.useEffect(() => {
    const element = scope.current;
    if (!element) {
      return;
    }
    const plain = new Set(['[', ']', 'l', 'r', 'x', 'i', 'e', 's', 'Escape']);
    const listen = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (target.matches('input, textarea, select, [contenteditable]')) {
        return;
      }
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const command = event.ctrlKey || event.metaKey;
      const wanted = command
        ? key === 'z' && !event.shiftKey
        : !event.altKey && plain.has(key);
      if (wanted) {
        event.preventDefault();
        event.stopPropagation();
        latest.current({ key });
      }
    };
    element.addEventListener('keydown', listen);
    return () => element.removeEventListener('keydown', listen);
  }, [scope]);
}
