import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../../charts/format';
import type { IClusterGroup } from './cluster-groups';
import { type IAnchor, isMenuKey } from '../parts';
import { ClusterRow } from './cluster-row';
import { type ICluster, NOISE } from './facts';
import type { IJudgedCluster } from './judged';

export interface IClusterBoxProps {
  id: string;
  /** All of them, by whose shares the bars are drawn. */
  clusters: readonly ICluster[];
  groups: readonly IClusterGroup[];
  /** Whether there is something to compare with. */
  compared: boolean;
  /** What the last column tells; null without one. */
  measure: 'accuracy' | 'stability' | null;
  /** Rather than the accuracy; null is the accuracy. */
  judgedOf: ((cluster: number) => IJudgedCluster) | null;
  /** Names of the sets. */
  primary: string;
  reference: string | null;
  selected: readonly number[];
  hovered: number | null;
  /** Colours of clusters on the map, when it is coloured by cluster. */
  slots: ReadonlyMap<number, number> | null;
  onSelect: (cluster: number, add: boolean) => void;
  /** Ask for another name, beside this; without it names stay. */
  onRename?: (cluster: number, anchor: HTMLElement) => void;
  /** Ask what can be done with its rows; without it nothing can. */
  onMenu?: (cluster: number, anchor: IAnchor) => void;
  onHover: (cluster: number | null) => void;
  trans: TranslationBundle;
}

/** The clusters as a list to choose from, by pointer and by key. */
export function ClusterBox(props: IClusterBoxProps): React.ReactElement {
  const { id, clusters, groups, compared, selected, hovered, trans } = props;
  const list = React.useRef<HTMLDivElement>(null);
  const [active, setActive] = React.useState<number | null>(null);
  const longest = React.useMemo(() => {
    const ends = clusters
      .filter(({ cluster }) => cluster !== NOISE)
      .flatMap(({ primary, reference }) => [
        primary.upper ?? primary.value ?? 0,
        compared ? (reference.upper ?? reference.value ?? 0) : 0
      ]);
    return Math.max(...ends, 1e-6);
  }, [clusters, compared]);

  const last = selected.at(-1) ?? null;
  React.useEffect(() => {
    if (last !== null) {
      setActive(last);
      const row = list.current?.querySelector(`[data-cluster="${last}"]`);
      row?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [last]);

  const order = groups.flatMap(({ rows }) => rows.map(c => c.cluster));
  const current = active !== null && order.includes(active) ? active : null;
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const row = list.current?.querySelector(`[data-cluster="${current}"]`);
    if (props.onMenu && isMenuKey(event) && current !== null && row) {
      event.preventDefault();
      event.stopPropagation();
      return props.onMenu(current, row);
    }
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
      case 'F2':
        if (!props.onRename || current === null || current === NOISE || !row) {
          return;
        }
        event.preventDefault();
        event.stopPropagation();
        return props.onRename(current, row as HTMLElement);
      case 'Enter':
      case ' ':
        if (current !== null) {
          event.preventDefault();
          event.stopPropagation();
          props.onSelect(
            current,
            event.shiftKey || event.ctrlKey || event.metaKey
          );
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

  return (
    <div
      ref={list}
      id={id}
      role="listbox"
      aria-label={trans.__('Clusters')}
      aria-keyshortcuts={props.onRename ? 'F2' : undefined}
      aria-activedescendant={current === null ? undefined : `${id}-${current}`}
      tabIndex={0}
      className="px-clusters-list"
      onKeyDown={onKeyDown}
      onBlur={() => props.onHover(null)}
    >
      {groups.map(({ label, title, rows }) => (
        <div key={label} role="group" aria-label={label || undefined}>
          {label && rows[0]?.cluster !== NOISE && (
            <div className="px-clusters-group" title={title} aria-hidden="true">
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
              measure={props.measure}
              judged={props.judgedOf?.(cluster.cluster) ?? null}
              primary={props.primary}
              reference={props.reference}
              selected={selected.includes(cluster.cluster)}
              active={current === cluster.cluster}
              hovered={hovered === cluster.cluster}
              slot={props.slots?.get(cluster.cluster) ?? null}
              byCluster={props.slots !== null}
              onSelect={props.onSelect}
              onRename={props.onRename}
              onMenu={props.onMenu}
              onHover={props.onHover}
              trans={trans}
            />
          ))}
        </div>
      ))}
      {!clusters.some(({ cluster }) => cluster !== NOISE) && (
        <p className="px-clusters-none">
          {trans.__('No clusters: the rows lie too evenly.')}
        </p>
      )}
    </div>
  );
}
