import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { share } from '../../charts/format';
import type { EmbeddingMap } from '../../api/contract';
import type { IInspection, ISelection, Recipe } from '../../tokens';
import { type IAnchor, Picker, RowsMenu } from '../parts';
import type { MetricName } from '../performance/facts';
import { ClusterBox } from './cluster-box';
import { clusterCount, groupsOf } from './cluster-groups';
import { type ClusterSort, type ICluster, NOISE, sortClusters } from './facts';
import {
  averagedBy,
  type IJudgedCluster,
  isMean,
  judgedBy,
  type MeanOf,
  useAveraged,
  useJudged
} from './judged';

export interface IClusterListProps {
  id: string;
  inspection: IInspection;
  /** The map. */
  recipe: Recipe;
  /** The map of all rows, whose clusters they are. */
  whole: EmbeddingMap;
  clusters: readonly ICluster[];
  /** Whether there is something to compare with. */
  compared: boolean;
  /** Names of the sets. */
  primary: string;
  reference: string | null;
  /** Whether the shares are those of a window. */
  windowed: boolean;
  /** Whether the shares are counted, but not tested yet. */
  testing: boolean;
  busy: boolean;
  noiseShare: number | null;
  adjusted: string | null;
  selected: readonly number[];
  hovered: number | null;
  /** Whether stability is being computed; it is asked for by `onStability`. */
  stabilityBusy: boolean;
  onStability: () => void;
  /** Colours of clusters on the map, when it is coloured by cluster. */
  slots: ReadonlyMap<number, number> | null;
  onSelect: (cluster: number, add: boolean) => void;
  /** Ask for another name, beside this. */
  onRename: (cluster: number, anchor: HTMLElement) => void;
  onInsert: (what: ISelection) => void;
  onHover: (cluster: number | null) => void;
  trans: TranslationBundle;
}

/** The clusters of a map in words and bars, those that changed first. */
export function ClusterList(props: IClusterListProps): React.ReactElement {
  const { clusters, compared, trans } = props;
  const [chosen, setMetric] = React.useState<MetricName | MeanOf | null>(null);
  const metrics = [
    ...judgedBy(props.inspection, trans).map(choice => ({
      ...choice,
      detail: trans.__('Worst predictions first.')
    })),
    ...averagedBy(props.inspection, trans)
  ];
  // A column may go with a Refresh.
  const metric = metrics.find(({ value }) => value === chosen)?.value ?? null;
  const column = metric && isMean(metric) ? metric : null;
  const predicted = useJudged(
    props.inspection,
    props.recipe,
    metric && !isMean(metric) ? metric : null,
    trans
  );
  const averaged = useAveraged(props.inspection, props.recipe, column, trans);
  const judged = column === null ? predicted : averaged;
  const accuracy = metric !== null || hasAccuracy(clusters);
  const choices = sortChoices(compared, accuracy, trans);
  const [wanted, setWanted] = React.useState<ClusterSort>('change');
  // A set more or less, or a window, may take away what was sorted by.
  const sort =
    choices.find(({ value }) => value === wanted)?.value ?? choices[0].value;
  const sorted = React.useMemo(
    () =>
      sortClusters(
        metric === null
          ? clusters
          : clusters.map(c => ({
              ...c,
              accuracy: judged?.get(c.cluster)?.rank ?? null
            })),
        sort
      ),
    [clusters, sort, metric, judged]
  );
  const [asked, setAsked] = React.useState<{
    readonly cluster: number;
    readonly anchor: IAnchor;
  } | null>(null);
  const onMenu = React.useCallback(
    (cluster: number, anchor: IAnchor) => setAsked({ cluster, anchor }),
    []
  );
  const of = clusters.find(({ cluster }) => cluster === asked?.cluster);
  const measured =
    sort === 'stability' ? 'stability' : accuracy ? 'accuracy' : null;

  const groups =
    sort === 'change'
      ? groupsOf(sorted, props.windowed, props.testing, trans)
      : [{ label: '', rows: sorted }];

  return (
    <div
      className={`px-clusters ${measured ? '' : 'px-mod-plain'} ${compared ? '' : 'px-mod-alone'}`}
      aria-busy={props.busy}
    >
      <div className="px-clusters-head">
        <b>{clusterCount(clusters, trans)}</b>
        <Picker<ClusterSort | MetricName | MeanOf>
          label={trans.__('by')}
          quiet
          value={sort === 'accuracy' && metric !== null ? metric : sort}
          choices={[
            ...choices.filter(
              ({ value }) => value !== 'accuracy' || hasAccuracy(clusters)
            ),
            ...metrics
          ]}
          onChange={value => {
            const other = metrics.find(choice => choice.value === value);
            if (other) {
              setMetric(other.value);
              setWanted('accuracy');
              return;
            }
            setWanted(value as ClusterSort);
            if (value === 'accuracy') {
              setMetric(null);
            } else if (value === 'stability') {
              props.onStability();
            }
          }}
        />
        {props.noiseShare !== null && !props.windowed && (
          <span
            className="px-clusters-noise px-fits"
            title={trans.__(
              '%1 of the rows are in no cluster.',
              share(props.noiseShare)
            )}
          >
            <span>
              {trans.__('noise %1', `${Math.round(100 * props.noiseShare)} %`)}
            </span>
          </span>
        )}
      </div>
      <ClusterColumns
        {...props}
        measure={measured}
        metric={metrics.find(({ value }) => value === metric)?.label ?? null}
      />
      <ClusterBox
        {...props}
        onMenu={onMenu}
        groups={groups}
        measure={measured}
        judgedOf={
          metric === null || measured !== 'accuracy'
            ? null
            : cluster => judged?.get(cluster) ?? WAIT
        }
      />
      {asked && of && (
        <RowsMenu
          anchor={asked.anchor}
          inspection={props.inspection}
          chosen={[
            {
              condition: {
                kind: 'in_cluster',
                map: props.whole,
                cluster: of.cluster
              },
              label: of.cluster === NOISE ? trans.__('in no cluster') : of.name
            }
          ]}
          // Of a window the rows of the window are counted.
          counts={
            props.windowed
              ? { primary: null, reference: null }
              : { primary: of.nPrimary, reference: of.nReference }
          }
          verbs={
            of.cluster === NOISE
              ? []
              : [
                  {
                    label: trans.__('Rename…'),
                    detail: 'F2',
                    apart: true,
                    onChoose: () => {
                      const row = document.querySelector<HTMLElement>(
                        `#${CSS.escape(props.id)} [data-cluster="${of.cluster}"]`
                      );
                      if (row) {
                        props.onRename(of.cluster, row);
                      }
                    }
                  }
                ]
          }
          onInsert={props.onInsert}
          onClose={() => {
            setAsked(null);
            document.getElementById(props.id)?.focus({ preventScroll: true });
          }}
          trans={trans}
        />
      )}
    </div>
  );
}

/** Stands where the numbers are on their way. */
const WAIT: IJudgedCluster = {
  rank: null,
  text: '…',
  title: '',
  isSure: false
};

function hasAccuracy(clusters: readonly ICluster[]): boolean {
  return clusters.some(c => c.accuracy !== null);
}

/** What the columns of the list are. */
export function ClusterColumns({
  compared,
  windowed,
  primary,
  reference,
  adjusted,
  measure: told,
  metric,
  stabilityBusy,
  trans
}: Pick<
  IClusterListProps,
  | 'compared'
  | 'windowed'
  | 'primary'
  | 'reference'
  | 'adjusted'
  | 'stabilityBusy'
  | 'trans'
> & {
  measure: 'accuracy' | 'stability' | null;
  metric: string | null;
}): React.ReactElement {
  return (
    <div className="px-clusters-columns" aria-hidden="true">
      <span className="px-clusters-shares">
        <span
          className="px-fits"
          title={
            !compared
              ? trans.__('Share of all rows, with its 90 % interval')
              : windowed
                ? trans.__(
                    'Share of the rows in the window, and of those of %1, with 90 % intervals',
                    reference ?? ''
                  )
                : trans.__(
                    'Share of the rows of %1, and of those of %2, with 90 % intervals',
                    primary,
                    reference ?? ''
                  )
          }
        >
          <span className="px-mod-joined">{trans.__('share')}</span>
          <span>{trans.__(', 90 %')}</span>
          <span>
            {!compared
              ? trans.__('of rows')
              : windowed
                ? trans.__('of window')
                : trans.__('of each set')}
          </span>
        </span>
        {compared && (
          <span
            title={trans.__(
              'Difference of the shares, in points of per cent: share of %1 less share of %2',
              windowed ? trans.__('the window') : primary,
              reference ?? ''
            )}
          >
            {trans.__('change, pts')}
          </span>
        )}
      </span>
      {compared && (
        <span title={adjusted ?? undefined}>{trans.__('p adj.')}</span>
      )}
      {told && (
        <span
          className="px-clusters-accuracy"
          title={
            told !== 'accuracy'
              ? trans.__(
                  'How alike the most similar cluster is that is found in other parts of the rows, each 80 % of them: rows in both by rows in either, mean of %1. From .75 stable, below .50 dissolved.',
                  RESAMPLES
                )
              : metric === null
                ? trans.__('share of right predictions, rows of %1', primary)
                : trans.__('%1, rows of %2', metric, primary)
          }
        >
          {told === 'accuracy'
            ? (metric ?? trans.__('acc.'))
            : stabilityBusy
              ? trans.__('…')
              : trans.__('stab.')}
        </span>
      )}
      {compared && windowed && adjusted && (
        <span className="px-clusters-caution">{adjusted}</span>
      )}
    </div>
  );
}

/** Parts of the rows in which clusters are looked for again. */
export const RESAMPLES = 8;

function sortChoices(
  compared: boolean,
  accuracy: boolean,
  trans: TranslationBundle
): { value: ClusterSort; label: string; detail: string }[] {
  const choices: { value: ClusterSort; label: string; detail: string }[] = [];
  if (compared) {
    choices.push({
      value: 'change',
      label: trans.__('change'),
      detail: trans.__('The shown changes first, the largest on top.')
    });
  }
  choices.push(
    {
      value: 'size',
      label: trans.__('size'),
      detail: trans.__('Most rows first.')
    },
    { value: 'name', label: trans.__('name'), detail: trans.__('From A to Z.') }
  );
  choices.push({
    value: 'stability',
    label: trans.__('stability'),
    detail: trans.__('Found again in other parts of the rows; takes a moment.')
  });
  if (accuracy) {
    choices.push({
      value: 'accuracy',
      label: trans.__('accuracy'),
      detail: trans.__('Worst predictions first.')
    });
  }
  return choices;
}
