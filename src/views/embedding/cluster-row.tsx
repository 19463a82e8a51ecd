import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  count,
  estimate,
  finite,
  NONE,
  percent,
  points,
  pointsInterval,
  pValue,
  share
} from '../../charts/format';
import { slotVariable } from '../../charts/map';
import { asking, type IAnchor } from '../parts';
import type { IJudgedCluster } from './judged';
import { changed, doubtful, type ICluster, type IShare, NOISE } from './facts';

/** Width of the bar of the largest share. */
const BAR = 96;

export interface IClusterRowProps {
  id: string;
  cluster: ICluster;
  longest: number;
  compared: boolean;
  /** What the last column tells; null without one. */
  measure: 'accuracy' | 'stability' | null;
  /** Rather than the accuracy; null is the accuracy. */
  judged: IJudgedCluster | null;
  primary: string;
  reference: string | null;
  selected: boolean;
  active: boolean;
  hovered: boolean;
  slot: number | null;
  byCluster: boolean;
  onSelect: (cluster: number, add: boolean) => void;
  /** Without it names stay. */
  onRename?: (cluster: number, anchor: HTMLElement) => void;
  /** Ask what can be done with its rows; without it nothing can. */
  onMenu?: (cluster: number, anchor: IAnchor) => void;
  onHover: (cluster: number | null) => void;
  trans: TranslationBundle;
}

function ClusterRowPlain(props: IClusterRowProps): React.ReactElement {
  const { cluster: c, compared, longest, onMenu, trans } = props;
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
      onClick={event =>
        props.onSelect(
          c.cluster,
          event.shiftKey || event.ctrlKey || event.metaKey
        )
      }
      onDoubleClick={event =>
        !noise && props.onRename?.(c.cluster, event.currentTarget)
      }
      onContextMenu={
        onMenu && asking(anchor => onMenu(c.cluster, anchor)).onContextMenu
      }
      onPointerEnter={() => props.onHover(c.cluster)}
      onPointerLeave={() => props.onHover(null)}
      title={rowTitle(c, name, props)}
    >
      <i
        className="px-cluster-swatch"
        style={{ background: swatch, opacity: faint ? 0.45 : 1 }}
      />
      <span className="px-cluster-name">
        <span>{name}</span>
        <em>{count(c.n)}</em>
        {doubtful(c) && (
          <i className="px-cluster-doubt" title={doubtText(c, trans)}>
            ◌
          </i>
        )}
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
      {props.measure && (
        <span
          className={`px-cluster-accuracy ${props.judged?.isSure ? 'px-mod-sure' : ''}`}
          title={
            props.judged
              ? props.judged.title
              : c[props.measure] !== null
                ? undefined
                : props.measure === 'accuracy'
                  ? trans.__('Too few labelled rows.')
                  : trans.__('Not known.')
          }
        >
          {props.judged
            ? props.judged.text
            : finite(c[props.measure]) === null
              ? NONE
              : estimate(c[props.measure] as number)}
        </span>
      )}
    </div>
  );
}

/** A cluster: its name, its shares, how it changed. */
export const ClusterRow = React.memo(ClusterRowPlain);

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

/** Why a cluster is hardly one. */
function doubtText(
  { stability, within }: ICluster,
  trans: TranslationBundle
): string {
  return stability === null
    ? trans.__(
        'Hardly a group in the vectors: of the rows nearest to its rows, %1 are in it.',
        share(within)
      )
    : trans.__(
        'Hardly found again: stability %1 in other parts of the rows, below .50.',
        estimate(stability)
      );
}

/** "iraq · terrorists, 152 rows, up 8.5 points, 6.0 to 11.3, p below .001". */
function spoken(
  c: ICluster,
  name: string,
  { compared, trans }: IClusterRowProps
): string {
  const parts = [name, trans._n('%2 row', '%2 rows', c.n, count(c.n))];
  if (c.nCorpus !== null) {
    parts.push(
      trans._n('%2 document', '%2 documents', c.nCorpus, count(c.nCorpus))
    );
  }
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
  if (doubtful(c)) {
    parts.push(trans.__('hardly a group in the vectors'));
  }
  return parts.join(', ');
}

function rowTitle(
  c: ICluster,
  name: string,
  { compared, primary, reference, trans }: IClusterRowProps
): string {
  const lines = [
    c.found === undefined ? name : trans.__('%1, found as %2', name, c.found)
  ];
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
  if (c.nCorpus !== null) {
    lines.push(
      trans._n('%2 document', '%2 documents', c.nCorpus, count(c.nCorpus))
    );
  }
  if (c.primary.lower !== null) {
    lines.push(trans.__('in brackets 90 % intervals, two-sided'));
  }
  return lines.join('\n');
}
