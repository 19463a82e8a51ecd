import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  count,
  finite,
  measure,
  NONE,
  percent,
  points,
  pointsInterval,
  pValue,
  share
} from '../../charts/format';
import { slotVariable } from '../../charts/map';
import { Picker } from '../parts';
import {
  ALPHA,
  changed,
  type ClusterSort,
  type ICluster,
  type IShare,
  NOISE,
  sortClusters
} from './facts';

export interface IClusterListProps {
  id: string;
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
  selected: number | null;
  hovered: number | null;
  /** Colours of clusters on the map, when it is coloured by cluster. */
  slots: ReadonlyMap<number, number> | null;
  onSelect: (cluster: number, add: boolean) => void;
  onHover: (cluster: number | null) => void;
  trans: TranslationBundle;
}

const BAR = 96;

/** The clusters of a map in words and bars, those that changed first. */
export function ClusterList(props: IClusterListProps): React.ReactElement {
  const { id, clusters, compared, selected, hovered, trans } = props;
  const [sort, setSort] = React.useState<ClusterSort>(
    compared ? 'change' : 'size'
  );
  const list = React.useRef<HTMLDivElement>(null);
  const [active, setActive] = React.useState<number | null>(null);
  const accuracy = clusters.some(c => c.accuracy !== null);
  const sorted = React.useMemo(
    () => sortClusters(clusters, sort),
    [clusters, sort]
  );
  const longest = React.useMemo(() => {
    const ends = clusters
      .filter(({ cluster }) => cluster !== NOISE)
      .flatMap(({ primary, reference }) => [
        primary.upper ?? primary.value ?? 0,
        compared ? (reference.upper ?? reference.value ?? 0) : 0
      ]);
    return Math.max(...ends, 1e-6);
  }, [clusters, compared]);

  React.useEffect(() => {
    if (selected !== null) {
      setActive(selected);
      const row = list.current?.querySelector(`[data-cluster="${selected}"]`);
      row?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [selected]);

  const order = sorted.map(({ cluster }) => cluster);
  const current = active !== null && order.includes(active) ? active : null;
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const at = current === null ? -1 : order.indexOf(current);
    let next: number | undefined;
    switch (event.key) {
      case 'ArrowDown':
        next = order[Math.min(at + 1, order.length - 1)];
        break;
      case 'ArrowUp':
        next = order[Math.max(at - 1, 0)];
        break;
      case 'Home':
        next = order[0];
        break;
      case 'End':
        next = order[order.length - 1];
        break;
      case 'Enter':
      case ' ':
        if (current !== null) {
          event.preventDefault();
          event.stopPropagation();
          props.onSelect(current, event.shiftKey);
        }
        return;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (next !== undefined) {
      setActive(next);
      props.onHover(next);
      list.current
        ?.querySelector(`[data-cluster="${next}"]`)
        ?.scrollIntoView?.({ block: 'nearest' });
    }
  };

  const grouped = compared && sort === 'change';
  const groups: { label: string; title?: string; rows: ICluster[] }[] = grouped
    ? [
        {
          label: props.windowed
            ? trans.__('Changed in this window')
            : trans.__('Changed'),
          title: trans.__('adjusted p below %1', measure(ALPHA)),
          rows: sorted.filter(changed)
        },
        {
          label: props.testing
            ? trans.__('Testing this window…')
            : trans.__('No change shown'),
          rows: sorted.filter(c => !changed(c) && c.cluster !== NOISE)
        },
        {
          label: trans.__('In no cluster'),
          rows: sorted.filter(c => c.cluster === NOISE)
        }
      ].filter(({ rows }) => rows.length > 0)
    : [{ label: '', rows: sorted }];
  const n = clusters.filter(({ cluster }) => cluster !== NOISE).length;

  return (
    <div
      className={`px-clusters ${accuracy ? '' : 'px-mod-plain'} ${compared ? '' : 'px-mod-alone'}`}
      aria-busy={props.busy}
    >
      <div className="px-clusters-head">
        <b>{trans._n('%2 cluster', '%2 clusters', n, count(n))}</b>
        <Picker<ClusterSort>
          label={trans.__('by')}
          quiet
          value={sort}
          choices={sortChoices(compared, accuracy, props.windowed, trans)}
          onChange={setSort}
        />
        <span className="px-spacer" />
        {props.noiseShare !== null && !props.windowed && (
          <span
            className="px-muted"
            title={trans.__(
              '%1 of the rows are in no cluster.',
              share(props.noiseShare)
            )}
          >
            {trans.__('noise %1', `${Math.round(100 * props.noiseShare)} %`)}
          </span>
        )}
      </div>
      <div className="px-clusters-columns" aria-hidden="true">
        <span>
          {!compared
            ? trans.__('share of rows, 90 %')
            : props.windowed
              ? trans.__('share of window and %1', props.reference ?? '')
              : trans.__('share of each set, 90 %')}
        </span>
        {compared && (
          <>
            <span title={trans.__('difference of the shares, in points')}>
              {trans.__('change')}
            </span>
            <span title={props.adjusted ?? undefined}>
              {trans.__('p adj.')}
            </span>
          </>
        )}
        {accuracy && (
          <span
            title={trans.__(
              'share of right predictions, rows of %1',
              props.primary
            )}
          >
            {trans.__('acc.')}
          </span>
        )}
      </div>
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-label={trans.__('Clusters')}
        aria-activedescendant={
          current === null ? undefined : `${id}-${current}`
        }
        tabIndex={0}
        className="px-clusters-list"
        onKeyDown={onKeyDown}
        onBlur={() => props.onHover(null)}
      >
        {groups.map(({ label, title, rows }) => (
          <div key={label} role="group" aria-label={label || undefined}>
            {label && rows[0]?.cluster !== NOISE && (
              <div
                className="px-clusters-group"
                title={title}
                aria-hidden="true"
              >
                {label} <span>{count(rows.length)}</span>
              </div>
            )}
            {rows.map(cluster => (
              <ClusterRow
                key={cluster.cluster}
                id={`${id}-${cluster.cluster}`}
                cluster={cluster}
                longest={longest}
                compared={compared}
                accuracy={accuracy}
                primary={props.primary}
                reference={props.reference}
                selected={selected === cluster.cluster}
                active={current === cluster.cluster}
                hovered={hovered === cluster.cluster}
                slot={props.slots?.get(cluster.cluster) ?? null}
                byCluster={props.slots !== null}
                onSelect={props.onSelect}
                onHover={props.onHover}
                trans={trans}
              />
            ))}
          </div>
        ))}
        {n === 0 && (
          <p className="px-clusters-none">
            {trans.__('No clusters: the rows lie too evenly.')}
          </p>
        )}
      </div>
    </div>
  );
}

function sortChoices(
  compared: boolean,
  accuracy: boolean,
  windowed: boolean,
  trans: TranslationBundle
): { value: ClusterSort; label: string; detail: string }[] {
  const choices: { value: ClusterSort; label: string; detail: string }[] = [];
  if (compared) {
    choices.push({
      value: 'change',
      label: windowed ? trans.__('change in this window') : trans.__('change'),
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
  if (accuracy) {
    choices.push({
      value: 'accuracy',
      label: trans.__('accuracy'),
      detail: trans.__('Worst predictions first.')
    });
  }
  return choices;
}

interface IClusterRowProps {
  id: string;
  cluster: ICluster;
  longest: number;
  compared: boolean;
  accuracy: boolean;
  primary: string;
  reference: string | null;
  selected: boolean;
  active: boolean;
  hovered: boolean;
  slot: number | null;
  byCluster: boolean;
  onSelect: (cluster: number, add: boolean) => void;
  onHover: (cluster: number | null) => void;
  trans: TranslationBundle;
}

function ClusterRowPlain(props: IClusterRowProps): React.ReactElement {
  const { cluster: c, compared, longest, trans } = props;
  const noise = c.cluster === NOISE;
  const certain = changed(c);
  const name = noise ? trans.__('in no cluster') : c.name;
  const up = (c.difference.value ?? 0) > 0;
  const swatch = noise
    ? 'var(--px-noise)'
    : props.byCluster
      ? props.slot === null
        ? 'var(--px-noise)'
        : slotVariable(props.slot)
      : !compared || up
        ? 'var(--px-primary)'
        : 'var(--px-reference)';
  const faint = !props.byCluster && compared && !certain && !noise;
  return (
    <div
      id={props.id}
      role="option"
      aria-selected={props.selected}
      aria-label={spoken(c, name, props)}
      data-cluster={c.cluster}
      className={`px-cluster ${props.selected ? 'px-mod-selected' : ''} ${props.active ? 'px-mod-active' : ''} ${props.hovered ? 'px-mod-hovered' : ''} ${certain ? 'px-mod-changed' : ''}`}
      onClick={event => props.onSelect(c.cluster, event.shiftKey)}
      onPointerEnter={() => props.onHover(c.cluster)}
      onPointerLeave={() => props.onHover(null)}
      title={rowTitle(c, name, props)}
    >
      <i
        className="px-cluster-swatch"
        style={{ background: swatch, opacity: faint ? 0.45 : 1 }}
      />
      <span className="px-cluster-name">
        {name}
        <em>{count(c.n)}</em>
      </span>
      <svg
        className="px-cluster-bar"
        width={BAR}
        height={18}
        viewBox={`0 0 ${BAR} 18`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {compared && (
          <Bar share={c.reference} longest={longest} y={3} set="reference" />
        )}
        <Bar
          share={c.primary}
          longest={longest}
          y={compared ? 10 : 6}
          set="primary"
        />
      </svg>
      {compared && (
        <>
          <span className="px-cluster-change">
            {points(c.difference.value, '')}
          </span>
          <span
            className="px-cluster-p"
            title={c.pAdjusted === null ? trans.__('Not tested.') : undefined}
          >
            {pValue(c.pAdjusted)}
          </span>
        </>
      )}
      {props.accuracy && (
        <span
          className="px-cluster-accuracy"
          title={
            c.accuracy === null ? trans.__('Too few labelled rows.') : undefined
          }
        >
          {finite(c.accuracy) === null
            ? NONE
            : (c.accuracy as number).toFixed(2).replace(/^0/, '')}
        </span>
      )}
    </div>
  );
}

const ClusterRow = React.memo(ClusterRowPlain);

function Bar({
  share: { value, lower, upper },
  longest,
  y,
  set
}: {
  share: IShare;
  longest: number;
  y: number;
  set: 'primary' | 'reference';
}): React.ReactElement {
  // Noise may be longer than all clusters; its bar then ends open.
  const at = (v: number | null): number =>
    Math.min(((v ?? 0) / longest) * BAR, BAR);
  return (
    <>
      <rect
        x={0}
        y={y}
        width={at(value)}
        height={5}
        fill={`var(--px-${set})`}
        opacity={set === 'reference' ? 0.75 : 1}
      />
      {lower !== null && upper !== null && at(lower) < BAR && (
        <path
          d={`M${at(lower).toFixed(1)} ${y + 2.5}H${at(upper).toFixed(1)}`}
          stroke="var(--px-ink)"
          strokeWidth={1}
        />
      )}
    </>
  );
}

/** "iraq · terrorists, 152 rows, up 8.5 points, 6.0 to 11.3, p below .001". */
function spoken(
  c: ICluster,
  name: string,
  { compared, trans }: IClusterRowProps
): string {
  const parts = [name, trans._n('%2 row', '%2 rows', c.n, count(c.n))];
  const { value, lower, upper } = c.difference;
  if (compared && value !== null) {
    const size = Math.abs(value * 100).toFixed(1);
    parts.push(
      value < 0
        ? trans.__('down %1 points', size)
        : trans.__('up %1 points', size)
    );
    if (lower !== null && upper !== null) {
      parts.push(
        trans.__('%1 to %2', (lower * 100).toFixed(1), (upper * 100).toFixed(1))
      );
    }
    if (c.pAdjusted !== null) {
      parts.push(
        c.pAdjusted < 0.0005
          ? trans.__('p below .001')
          : trans.__('p %1', pValue(c.pAdjusted))
      );
    }
  }
  return parts.join(', ');
}

function rowTitle(
  c: ICluster,
  name: string,
  { compared, primary, reference, trans }: IClusterRowProps
): string {
  const lines = [name];
  const side = (n: number, s: IShare, set: string): string =>
    s.lower !== null && s.upper !== null
      ? trans.__(
          '%1: %2 rows, %3 % [%4, %5]',
          set,
          count(n),
          percent(s.value),
          percent(s.lower),
          percent(s.upper)
        )
      : trans.__('%1: %2 rows, %3 %', set, count(n), percent(s.value));
  lines.push(side(c.nPrimary, c.primary, primary));
  if (compared && reference !== null) {
    lines.push(side(c.nReference, c.reference, reference));
    lines.push(
      trans.__(
        'change %1 %2, adjusted p %3',
        points(c.difference.value),
        pointsInterval(c.difference.lower, c.difference.upper),
        pValue(c.pAdjusted)
      )
    );
  }
  return lines.join('\n');
}
