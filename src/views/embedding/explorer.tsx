import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { EmbeddingMap } from '../../api/contract';
import { count, type TimeKind } from '../../charts/format';
import type { IMapHandle, IMapPoints, Tool } from '../../charts/map';
import type { IInspection, Recipe } from '../../tokens';
import { useImages } from '../images';
import { type SetIds, useRested } from '../parts';
import { useCarriers } from './carriers';
import { ClusterList } from './clusters';
import { clusterSlots } from './colour';
import {
  colourChoices,
  colourKey,
  colourName,
  colourOf,
  useColouring
} from './colouring';
import { namesOn, useDrawing, useVisible } from './drawing';
import { Retrieved, ServedNote } from './documents';
import {
  clusterAt,
  type ICluster,
  type IMapFacts,
  NOISE,
  sortClusters
} from './facts';
import { MapFoot } from './foot';
import { useKeys } from './keys';
import { LabelBar, useLabelling } from './labelling';
import { MapFrame } from './map';
import { chosenOf, termsOf } from './picked';
import {
  clusterOf,
  clustersOf,
  inverse,
  nextCluster,
  usePickedAgain,
  usePicking,
  useShown
} from './picking';
import type { INamed } from './named';
import { usePointing } from './pointing';
import { useRenaming } from './renaming';
import { type IRowMenu, PointMenu } from './row-menu';
import { labelIn, useRowLabels } from './row-labels';
import { useNoting } from './row-note';
import type { RowReader } from './rows';
import { useSearching } from './searching';
import { useRules } from './rules';
import { useSelected } from './selected';
import { useLinks, useServed } from './served';
import { useShownClusters } from './shown-clusters';
import { useSimilar } from './similar';
import type { HistoryAction, IViewState } from './state';
import { useTaking } from './taking';
import { type IMapParameters, MapToolbar } from './toolbar';
import { Tray } from './tray';
import type { ISeries } from './series';
import { Verbs } from './verbs';
import { type IWindowed, REST } from './window';

export interface IExplorerProps {
  inspection: IInspection;
  embedding: string;
  recipe: EmbeddingMap;
  /** The same of all rows. */
  whole: EmbeddingMap;
  map: IMapPoints;
  /** What the map answers: while another one is asked for, the one before. */
  answered: Recipe | null;
  facts: IMapFacts;
  /** The clusters of all rows: names, order of colours. */
  clusters: readonly ICluster[];
  onRename: INamed['rename'];
  /** The embedding through time; null without times. */
  series: ISeries | null;
  /** What is known of the window of time. */
  windowed: IWindowed;
  busy: boolean;
  state: IViewState;
  canUndo: boolean;
  dispatch: React.Dispatch<HistoryAction>;
  reader: RowReader;
  /** The sets that the map is of; after Refresh those before, until there is another map. */
  sets: SetIds;
  timeKind: TimeKind;
  parameters: IMapParameters;
  onParameters: (parameters: IMapParameters) => void;
  /** Make the map of all rows; null where it is. */
  onFitAgain: (() => void) | null;
  /** Where the keys of the view hold. */
  scope: React.RefObject<HTMLElement>;
  size: { readonly width: number; readonly height: number };
  trans: TranslationBundle;
}

const MEDIUM = 1000;
const COMPACT = 800;
const NARROW = 720;
/** Below this the tools of the map have no room beside the list of clusters, which then lies over the map when it is asked for. */
const TIGHT = 660;
/** Below this the rows are listed when some are picked. */
const SHORT = 680;

/** The clusters, the map and the rows that were picked. */
export function Explorer(props: IExplorerProps): React.ReactElement {
  const { inspection, embedding, map, facts, state, dispatch, trans } = props;
  const { clusters, reader, timeKind } = props;
  const { width, height } = props.size;
  const { inside, rows: insideRows } = props.windowed;
  const { picked, colour, hidden } = state;
  const { primary, reference } = inspection;
  const compared = reference !== null;
  const listId = React.useId();
  const handle = React.useRef<IMapHandle>(null);
  const [tool, setTool] = React.useState<Tool>('lasso');
  const [hoveredCluster, setHoveredCluster] = React.useState<number | null>(
    null
  );
  const [fold, setFold] = React.useState<boolean | null>(null);
  const folded = fold ?? (height < SHORT && picked === null);
  const [drawer, setDrawer] = React.useState<boolean | null>(null);
  const narrow = width < NARROW;
  const tight = width < TIGHT;
  const listed = !narrow || (drawer ?? !tight);

  const { shown: shownClusters, stability } = useShownClusters(
    inspection,
    props.whole,
    clusters,
    map,
    props.windowed
  );
  const ranked = React.useMemo(
    () => sortClusters(clusters, compared ? 'change' : 'size'),
    [clusters, compared]
  );
  const slots = React.useMemo(
    () => (colour.kind === 'cluster' ? clusterSlots(ranked) : null),
    [colour.kind, ranked]
  );
  const { served, error: servedError } = useServed(
    inspection,
    embedding,
    map,
    trans
  );
  const drifted = useCarriers(
    inspection,
    props.recipe,
    map,
    compared && (colour.kind === 'drift' || colour.kind === 'response')
      ? colour.kind
      : null,
    useRested(state.window, REST),
    props.series,
    trans
  );
  const { colouring, error: colourError } = useColouring(
    inspection,
    map,
    ranked,
    colour,
    timeKind,
    served,
    drifted.carriers?.scores ?? null,
    trans
  );

  const picking = usePicking(map, picked, dispatch);
  const similar = useSimilar(inspection, props.recipe, map, picking, trans);
  useShown(inspection, embedding, map, props.answered, dispatch, similar.ask);
  const [menu, setMenu] = React.useState<IRowMenu | null>(null);
  const onMenu = React.useCallback(
    (point: number, x: number, y: number) => setMenu({ point, x, y }),
    []
  );
  const pointing = usePointing(map.n);
  const rowLabels = useRowLabels(inspection, props.sets);
  const searching = useSearching(inspection, reader, map, picking);
  const visible = useVisible(map, colouring, hidden, inside);
  const drawing = useDrawing(map, {
    colouring,
    visible,
    inside,
    picked,
    comparing: compared && colour.kind === 'set',
    hoveredCluster,
    hasDocuments: !hidden.has('set:corpus')
  });
  const { onRename, popup: renaming } = useRenaming(
    shownClusters,
    props.onRename,
    trans
  );
  const images = useImages(inspection, embedding, props.sets);
  const asked = picked?.indices.length === 1 ? picked.indices[0] : -1;
  const links = useLinks(map, served, asked < 0 ? pointing.point : asked);
  const [borderline, setBorderline] = React.useState(false);
  const pickedCluster = clusterOf(picked);
  const isCluster = pickedCluster !== null && pickedCluster !== NOISE;
  const rules = useRules(inspection, isCluster ? props.whole : null);
  const labels = React.useMemo(
    () => namesOn(shownClusters, clustersOf(picked)),
    [shownClusters, picked]
  );
  const { label, indices, counts, shares, area, selection } = useSelected(
    picked,
    {
      inspection,
      embedding,
      recipe: props.recipe,
      map,
      clusters: shownClusters,
      typical: clusters.find(c => c.cluster === clusterOf(picked))?.prototypes,
      borderline: borderline && isCluster,
      visible,
      window: state.window,
      inside,
      insideRows: insideRows ?? 0,
      only: state.only,
      trans
    }
  );
  usePickedAgain(inspection, embedding, map, selection, dispatch);
  const taking = useTaking(
    inspection,
    selection,
    props.recipe,
    chosenOf(picked, label, props.whole, {
      window: state.window,
      time: reader.columns.primary.time,
      isCompared: compared
    }),
    trans
  );
  const set = (change: Partial<IViewState>): void =>
    dispatch({ type: 'set', change });
  const labelling = useLabelling(
    inspection,
    embedding,
    map,
    state,
    (set, row) => labelIn(rowLabels.get(set, row)) ?? `${row}`,
    trans
  );
  const noting = useNoting(map, labelling.note);
  const undo = (): void => {
    if (labelling.undo()) {
      return;
    }
    if (props.canUndo) {
      dispatch({ type: 'undo' });
    } else {
      inspection.undoCohort();
    }
  };
  const selectCluster = React.useCallback(
    (cluster: number, add: boolean) =>
      picking.pickCluster(cluster, add ? 'add' : 'replace'),
    [picking]
  );
  const step = (by: -1 | 1): void => {
    const next = nextCluster(picked, shownClusters, compared, by);
    if (next !== null) {
      picking.pickCluster(next, 'replace');
    }
  };
  const onKey = (key: string): void => {
    if (/^\d$/.test(key)) {
      return labelling.press(Number(key), pointing.point);
    }
    switch (key) {
      case '[':
        return step(-1);
      case ']':
        return step(1);
      case 'l':
        return setTool('lasso');
      case 'r':
        return setTool('rectangle');
      case 'n':
        return similar.find(pointing.point);
      case 'x':
        return picking.pick(inverse(map, picked, visible));
      case 'i':
        return taking.onInsert();
      case 'e':
        return taking.onExport();
      case 's':
        return taking.onSave();
      case 'm':
        return noting.ask(pointing.point);
      case 'z':
        return undo();
      case 'F2': {
        const button = props.scope.current?.querySelector('.px-tray-rename');
        return button instanceof HTMLElement ? button.click() : undefined;
      }
      case 'Escape':
        if (picked) {
          picking.pick(null);
        } else if (state.window) {
          set({ window: null });
        }
    }
  };
  useKeys(props.scope, onKey, pointing.point >= 0);

  const size = tight
    ? 'px-mod-narrow px-mod-tight'
    : narrow
      ? 'px-mod-narrow'
      : width < MEDIUM
        ? 'px-mod-medium'
        : '';
  return (
    <>
      <div className={`px-explorer ${size}`}>
        {listed && (
          <ClusterList
            id={listId}
            inspection={inspection}
            recipe={props.recipe}
            whole={props.whole}
            clusters={shownClusters}
            compared={compared}
            primary={primary.name}
            reference={reference?.name ?? null}
            windowed={inside !== null}
            testing={inside !== null && props.windowed.clusters === null}
            busy={props.busy && inside === null}
            noiseShare={facts.noiseShare}
            adjusted={inside ? props.windowed.adjusted : facts.adjusted}
            selected={clustersOf(picked)}
            hovered={hoveredCluster}
            stabilityBusy={stability.pending}
            onStability={stability.ask}
            slots={slots}
            onSelect={selectCluster}
            onRename={onRename}
            onInsert={taking.insert}
            onHover={setHoveredCluster}
            trans={trans}
          />
        )}
        <div className="px-explorer-map">
          <MapToolbar
            tool={tool}
            onTool={setTool}
            canUndo={props.canUndo || inspection.canUndoCohort}
            onUndo={undo}
            onFit={() => handle.current?.fit()}
            text={reader.columns.primary.text}
            query={searching.query}
            onQuery={searching.onQuery}
            searching={searching.busy}
            onLeaveSearch={() => handle.current?.focus()}
            scope={props.scope}
            colour={colourKey(colour)}
            colours={colourChoices(inspection, trans)}
            onColour={key => set({ colour: colourOf(key), hidden: new Set() })}
            carriers={drifted.carriers}
            onCarriers={() => picking.pick(drifted.carriers?.picked ?? null)}
            parameters={props.parameters}
            reference={reference?.name ?? null}
            onParameters={props.onParameters}
            onClusters={narrow ? () => setDrawer(!listed) : null}
            clustersOpen={listed}
            trans={trans}
          />
          <MapFrame
            inspection={inspection}
            map={map}
            label={trans.__(
              'Map of %1 rows by %2, coloured by %3',
              count(map.n),
              embedding,
              colourName(colourKey(colour), trans)
            )}
            listId={listed ? listId : undefined}
            drawing={drawing}
            labels={labels}
            tool={tool}
            handle={handle}
            picking={picking}
            pointing={pointing}
            links={links}
            onMenu={onMenu}
            onHoverCluster={setHoveredCluster}
            clusterName={index =>
              clusterAt(clusters, map, index)?.terms[0] ?? null
            }
            reader={reader}
            images={images}
            rowLabels={rowLabels}
            timeKind={timeKind}
            problem={
              colourError ??
              servedError ??
              drifted.error ??
              searching.error ??
              similar.error ??
              stability.error
            }
            trans={trans}
          >
            <MapFoot
              inspection={inspection}
              map={map}
              facts={facts}
              windowed={
                inside
                  ? `${state.window?.label ?? ''}, ${count(insideRows)}`
                  : null
              }
              bySet={colour.kind === 'set'}
              entries={colouring?.entries ?? []}
              hidden={hidden}
              onHidden={next => set({ hidden: next })}
              onFitAgain={props.onFitAgain}
              onFitAll={() => handle.current?.fitAll()}
              trans={trans}
            />
          </MapFrame>
        </div>
      </div>
      {served && (
        <ServedNote
          served={served}
          onAlone={() =>
            picking.pickIndices(
              served.alone.slice().sort(),
              { kind: 'rows' },
              'replace'
            )
          }
          onOpen={() => inspection.openRetrieval()}
          trans={trans}
        />
      )}
      <Tray
        {...taking}
        {...noting}
        map={map}
        reader={reader}
        rowLabels={rowLabels}
        label={label}
        onRename={isCluster ? anchor => onRename(pickedCluster, anchor) : null}
        whole={selection === null}
        indices={indices}
        primary={{ name: primary.name, n: counts.primary }}
        reference={
          reference ? { name: reference.name, n: counts.reference } : null
        }
        shares={shares}
        area={area}
        only={state.only}
        onOnly={only => set({ only })}
        timeKind={timeKind}
        timeName={reader.columns.primary.time}
        terms={termsOf(picked, clusters)}
        query={picked?.how.kind === 'search' ? picked.how.query : ''}
        point={pointing.point}
        onPoint={pointing.onPoint}
        onOpenRow={index => handle.current?.reveal(index)}
        neighbors={picked?.how.kind === 'neighbors' ? picked.how : null}
        carriers={picked?.how.kind === 'carriers' ? picked.how : null}
        searching={similar.busy}
        borderline={isCluster ? borderline : null}
        onBorderline={setBorderline}
        unit={inspection.unit}
        rule={isCluster ? rules(pickedCluster) : null}
        onSimilar={similar.find}
        onMenu={onMenu}
        marksOf={labelling.marksOf}
        labels={
          labelling.isShown ? (
            <LabelBar
              inspection={inspection}
              labelling={labelling}
              listed={selection === null ? [] : indices}
              trans={trans}
            />
          ) : null
        }
        onLabels={() => labelling.onShown(!labelling.isShown)}
        folded={folded}
        onFold={() => setFold(!folded)}
        verbs={
          <Verbs
            inspection={inspection}
            embedding={embedding}
            amount={trans._n(
              '%2 row',
              '%2 rows',
              indices.length,
              count(indices.length)
            )}
            selection={selection}
            busy={taking.inserting}
            onAfter={after =>
              selection && taking.insert({ ...selection, after })
            }
            onPin={anchor =>
              inspection.pin(
                {
                  recipe: props.whole,
                  focus: isCluster ? foundName(clusters, pickedCluster) : null
                },
                anchor
              )
            }
            trans={trans}
          />
        }
        windowed={state.window !== null}
        compact={width < COMPACT}
        narrow={narrow}
        images={images}
        about={
          served && asked >= 0 && asked < map.n ? (
            <Retrieved
              inspection={inspection}
              documents={served.of(asked)}
              query={label}
              trans={trans}
            />
          ) : null
        }
        trans={trans}
      />
      {menu && menu.point < map.n && (
        <PointMenu
          inspection={inspection}
          embedding={embedding}
          map={map}
          menu={menu}
          cluster={clusterAt(clusters, map, menu.point)?.name ?? null}
          reader={reader}
          onSimilar={() => similar.find(menu.point)}
          onInsert={taking.insert}
          onCluster={() =>
            picking.pickCluster(map.cluster[menu.point], 'replace')
          }
          onReveal={() => handle.current?.reveal(menu.point)}
          onClose={() => setMenu(null)}
          trans={trans}
        />
      )}
      {renaming}
      <div className="px-hidden" role="status">
        {picked || inside
          ? trans.__(
              '%1: %2 rows, %3 of %4',
              label,
              count(indices.length),
              count(counts.primary),
              primary.name
            )
          : ''}
      </div>
    </>
  );
}

/** What a cluster is called by the map itself, whoever gave it another name. */
function foundName(
  clusters: readonly ICluster[],
  wanted: number
): string | null {
  const cluster = clusters.find(one => one.cluster === wanted);
  return cluster?.found ?? cluster?.name ?? null;
}
