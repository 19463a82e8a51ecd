import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count, pValue, share } from '../charts/format';
import { type IMapHandle, MapView, readPoints } from '../charts/map';
import { ClusterBox } from '../views/embedding/cluster-box';
import { clusterCount, groupsOf } from '../views/embedding/cluster-groups';
import { ClusterColumns } from '../views/embedding/clusters';
import {
  clusterSlots,
  colourByCluster,
  colourBySet
} from '../views/embedding/colour';
import { namesOn, useDrawing, useVisible } from '../views/embedding/drawing';
import {
  clusterAt,
  mapFacts,
  NOISE,
  readClusters,
  sortClusters,
  verdictAt
} from '../views/embedding/facts';
import { driftFacts } from '../views/embedding/head';
import { Legend } from '../views/embedding/legend';
import { pickOfClusters } from '../views/embedding/picked';
import { clustersOf, usePicking } from '../views/embedding/picking';
import { usePointing } from '../views/embedding/pointing';
import type { IRowDetail } from '../views/embedding/rows';
import type { HistoryAction, IPicked } from '../views/embedding/state';
import { PointTip } from '../views/embedding/tip';
import {
  KindIcon,
  Segmented,
  toggled,
  useSize,
  VerdictMark
} from '../views/parts';
import { Through } from './column';
import type { IContents, IMapSection } from './contents';
import { Picked } from './picked';

interface IProps {
  id: string;
  section: IMapSection;
  contents: IContents;
  /** A cluster that a finding led to. */
  asked: { readonly cluster: number } | null;
  trans: TranslationBundle;
}

type Colour = 'set' | 'cluster';

/** An embedding: how far it moved, its map, and its clusters. */
export function MapSection(props: IProps): React.ReactElement {
  const { id, section, contents, asked, trans } = props;
  const { embedding, texts } = section;
  const { primary, reference, limit } = contents;
  const compared = reference !== null;
  const listId = React.useId();
  const handle = React.useRef<IMapHandle>(null);
  const { map, facts, clusters } = React.useMemo(() => {
    const { result } = section.map;
    const facts = mapFacts(result);
    return {
      facts,
      map: readPoints(result.table, undefined, facts.anchor),
      clusters: readClusters(result)
    };
  }, [section]);
  const [picked, setPicked] = React.useState<IPicked | null>(null);
  const dispatch = React.useCallback((action: HistoryAction): void => {
    if (action.type === 'set' && action.change.picked !== undefined) {
      setPicked(action.change.picked);
    }
  }, []);
  const onClear = React.useCallback(() => setPicked(null), []);
  const picking = usePicking(map, picked, dispatch);
  React.useEffect(() => {
    if (asked) {
      setPicked(pickOfClusters(map, [asked.cluster]));
    }
  }, [asked, map]);
  const [hidden, setHidden] = React.useState<ReadonlySet<string>>(new Set());
  const [colour, setColour] = React.useState<Colour>(
    compared ? 'set' : 'cluster'
  );
  const [hoveredCluster, setHoveredCluster] = React.useState<number | null>(
    null
  );
  const sorted = React.useMemo(
    () => sortClusters(clusters, compared ? 'change' : 'size'),
    [clusters, compared]
  );
  const groups = React.useMemo(
    () =>
      compared
        ? groupsOf(sorted, false, false, trans)
        : [{ label: '', rows: sorted }],
    [sorted, compared, trans]
  );
  const colouring = React.useMemo(
    () =>
      colour === 'set' ? colourBySet(map) : colourByCluster(map, sorted, trans),
    [colour, map, sorted, trans]
  );
  const slots = React.useMemo(
    () => (colour === 'cluster' ? clusterSlots(sorted) : null),
    [colour, sorted]
  );
  const visible = useVisible(map, colouring, hidden, null);
  const drawing = useDrawing(map, {
    colouring,
    visible,
    inside: null,
    picked,
    comparing: compared && colour === 'set',
    hoveredCluster,
    hasDocuments: false
  });
  const labels = React.useMemo(
    () => namesOn(clusters, clustersOf(picked)),
    [clusters, picked]
  );
  const pointing = usePointing(map.n);
  const [frame, size] = useSize<HTMLDivElement>();
  const [tool, setTool] = React.useState<'pan' | 'lasso'>('pan');
  const { rested } = pointing;
  const setOf = (index: number): 'primary' | 'reference' =>
    map.primary[index] ? 'primary' : 'reference';
  const nameOf = (index: number): string => contents[setOf(index)]?.name ?? '';
  const clusterName = (index: number): string | null =>
    clusterAt(clusters, map, index)?.name ?? null;
  const verdict = facts.drift && compared && verdictAt(facts.drift, limit);
  const drift = facts.drift ? driftFacts(facts.drift, limit, trans) : [];
  if (facts.drift && facts.drift.pValue !== null) {
    drift.push(trans.__('p %1, unadjusted', pValue(facts.drift.pValue)));
  }
  const spoken = rested
    ? [
        nameOf(rested.index),
        trans.__('row %1', count(map.row[rested.index])),
        texts?.[rested.index]?.slice(0, 160),
        clusterName(rested.index)
      ]
    : [];
  return (
    <article id={id} className="px-report-map" aria-label={embedding}>
      <h3>
        <KindIcon kind="vector" size={16} />
        <span className="px-code">{embedding}</span>
        {facts.rawData && (
          <span className="px-muted">{trans.__('of %1', facts.rawData)}</span>
        )}
        {verdict && <VerdictMark verdict={verdict} trans={trans} />}
        <span className="px-report-facts">{drift.join(' · ')}</span>
      </h3>
      {section.series && (
        <Through
          name={embedding}
          series={section.series}
          contents={contents}
          trans={trans}
        />
      )}
      <div className="px-report-area">
        <div
          className={`px-clusters px-mod-plain ${compared ? '' : 'px-mod-alone'}`}
        >
          <div className="px-clusters-head">
            <b>{clusterCount(clusters, trans)}</b>
            {facts.noiseShare !== null && (
              <span className="px-muted">
                {trans.__('in none %1', share(facts.noiseShare))}
              </span>
            )}
          </div>
          <ClusterColumns
            compared={compared}
            windowed={false}
            primary={primary.name}
            reference={reference?.name ?? null}
            adjusted={facts.adjusted}
            stabilityBusy={false}
            measure={null}
            metric={null}
            trans={trans}
          />
          <ClusterBox
            id={listId}
            clusters={clusters}
            groups={groups}
            compared={compared}
            measure={null}
            judgedOf={null}
            primary={primary.name}
            reference={reference?.name ?? null}
            selected={clustersOf(picked)}
            hovered={hoveredCluster}
            slots={slots}
            onSelect={(cluster, add) =>
              picking.pickCluster(cluster, add ? 'add' : 'replace')
            }
            onHover={setHoveredCluster}
            trans={trans}
          />
        </div>
        <div className="px-explorer-map">
          <div
            className="px-map-toolbar"
            role="toolbar"
            aria-label={trans.__('Map')}
          >
            <Segmented<'pan' | 'lasso'>
              label={trans.__('Pointer')}
              value={tool}
              segments={[
                { value: 'pan', label: trans.__('Move') },
                { value: 'lasso', label: trans.__('Lasso') }
              ]}
              onChange={setTool}
            />
            <button
              type="button"
              className="px-button"
              aria-label={trans.__('Zoom in')}
              onClick={() => handle.current?.step(1.6)}
            >
              +
            </button>
            <button
              type="button"
              className="px-button"
              aria-label={trans.__('Zoom out')}
              onClick={() => handle.current?.step(1 / 1.6)}
            >
              −
            </button>
            <button
              type="button"
              className="px-button"
              onClick={() => handle.current?.fit()}
            >
              {trans.__('Fit')}
            </button>
            <span className="px-spacer" />
            {compared && (
              <Segmented<Colour>
                label={trans.__('Colour')}
                value={colour}
                segments={[
                  { value: 'set', label: trans.__('By set') },
                  { value: 'cluster', label: trans.__('By cluster') }
                ]}
                onChange={setColour}
              />
            )}
          </div>
          <div ref={frame} className="px-map-frame">
            <MapView
              points={map}
              {...drawing}
              labels={labels}
              point={pointing.point}
              tool={tool}
              wheelsInFocus
              label={trans.__(
                'Map of %1 rows by %2, coloured by %3',
                count(map.n),
                embedding,
                colour === 'set' ? trans.__('set') : trans.__('cluster')
              )}
              describedBy={listId}
              handle={handle}
              onHover={pointing.onHover}
              onHoverLabel={setHoveredCluster}
              onPick={(index, mode) =>
                map.cluster[index] === NOISE
                  ? picking.pickIndices(
                      Int32Array.of(index),
                      { kind: 'rows' },
                      mode
                    )
                  : picking.pickCluster(map.cluster[index], mode)
              }
              onPickLabel={picking.pickCluster}
              onShape={(polygon, indices, mode) =>
                picking.pickIndices(indices, { kind: 'lasso', polygon }, mode)
              }
              onClear={onClear}
              trans={trans}
            />
            {rested && (
              <PointTip
                at={rested.at}
                size={size}
                set={setOf(rested.index)}
                setName={nameOf(rested.index)}
                row={map.row[rested.index]}
                index={null}
                cluster={clusterName(rested.index)}
                detail={texts && detailOf(texts[rested.index])}
                timeKind="instant"
                trans={trans}
              />
            )}
            <div className="px-map-foot">
              <Legend
                sets={(['primary', 'reference'] as const).flatMap(set => {
                  const one = contents[set];
                  const n =
                    set === 'primary' ? map.nPrimary : map.n - map.nPrimary;
                  return one ? [{ set, name: one.name, detail: count(n) }] : [];
                })}
                bySet={colour === 'set'}
                entries={[]}
                hidden={hidden}
                onToggle={key => setHidden(old => toggled(old, key))}
                trans={trans}
              />
              <span className="px-map-note">
                {section.points.drawn < section.points.of
                  ? trans.__(
                      '%1 of %2 rows drawn, a sample by chance',
                      count(section.points.drawn),
                      count(section.points.of)
                    )
                  : trans.__('all %1 rows', count(map.n))}
                {facts.nNeighbors !== null &&
                  ` · ${trans.__('UMAP %1, seed %2', facts.nNeighbors, facts.seed)}`}
              </span>
            </div>
            <div className="px-hidden" aria-live="polite">
              {spoken.filter(Boolean).join(', ')}
            </div>
          </div>
        </div>
      </div>
      <Picked
        picked={picked}
        section={section}
        map={map}
        clusters={clusters}
        contents={contents}
        onClear={onClear}
        trans={trans}
      />
    </article>
  );
}

function detailOf(text: string | null): IRowDetail {
  return { text, time: NaN, predicted: null, actual: null, score: null };
}
