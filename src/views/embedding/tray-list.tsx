import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import type { ITrayProps } from './tray';
import { TrayRow } from './tray-row';

interface IProps extends Pick<
  ITrayProps,
  | 'map'
  | 'reader'
  | 'rowLabels'
  | 'indices'
  | 'primary'
  | 'reference'
  | 'timeKind'
  | 'timeName'
  | 'terms'
  | 'query'
  | 'point'
  | 'onPoint'
  | 'onOpenRow'
  | 'neighbors'
  | 'carriers'
  | 'searching'
  | 'onSimilar'
  | 'onMenu'
  | 'marksOf'
  | 'narrow'
  | 'images'
  | 'trans'
> {
  /** Begins the ids of the rows: the index of the point follows. */
  id: string;
}

const ROW = 36;

/** The rows in a list: which, what they say, what was predicted. */
export function TrayList(props: IProps): React.ReactElement {
  const { id, map, reader, indices, point, neighbors, carriers, trans } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const { columns } = reader;
  const isNarrow = props.narrow;
  const isRanked = neighbors !== null || carriers !== null;
  // The same object for the same columns: so rows are drawn again only when something of them is another.
  const shown = React.useMemo(() => {
    const has = (name: 'predicted' | 'actual' | 'score'): boolean =>
      !isNarrow &&
      (columns.primary[name] !== null ||
        (columns.reference !== null && columns.reference[name] !== null));
    return {
      predicted: has('predicted'),
      actual: has('actual'),
      score: has('score'),
      distance: isRanked
    };
  }, [columns, isNarrow, isRanked]);
  const grid = [
    '48px',
    'minmax(64px, max-content)',
    'minmax(0, 1fr)',
    ...(shown.predicted ? ['minmax(40px, 76px)'] : []),
    ...(shown.actual ? ['minmax(40px, 76px)'] : []),
    ...(shown.score ? ['44px'] : []),
    ...(shown.distance ? ['52px'] : []),
    '22px'
  ].join(' ');

  const virtual = useVirtualizer({
    count: indices.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6
  });
  React.useEffect(() => {
    scroller.current?.scrollTo?.({ top: 0 });
  }, [indices]);

  const distances = React.useMemo(
    () =>
      new Map(
        neighbors
          ? Array.from(neighbors.order, (i, place) => [
              i,
              neighbors.distances[place]
            ])
          : carriers
            ? Array.from(carriers.order, (i, place) => [
                i,
                carriers.scores[place]
              ])
            : []
      ),
    [neighbors, carriers]
  );
  const rowOf = (index: number): React.ComponentProps<typeof TrayRow> => {
    const set = map.primary[index] ? 'primary' : 'reference';
    return {
      id: `${id}-${index}`,
      top: 0,
      place: 0,
      total: indices.length,
      index,
      set,
      setName:
        set === 'primary' ? props.primary.name : (props.reference?.name ?? ''),
      row: map.row[index],
      indexLabel: props.rowLabels.get(set, map.row[index]),
      detail: reader.get(set, map.row[index]),
      look: props.images && props.images.get(set, map.row[index]),
      isPictured: props.images !== null,
      columns: shown,
      grid,
      timeKind: props.timeKind,
      terms: props.terms,
      query: props.query,
      on: index === point,
      distance: distances.get(index) ?? null,
      marks: props.marksOf(set, map.row[index]),
      searching: index === props.searching,
      onPoint: props.onPoint,
      onOpenRow: props.onOpenRow,
      onSimilar: props.onSimilar,
      onMenu: props.onMenu,
      trans
    };
  };

  const at = point < 0 ? -1 : indices.indexOf(point);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    let next: number;
    switch (event.key) {
      case 'ArrowDown':
        next = Math.min(at + 1, indices.length - 1);
        break;
      case 'ArrowUp':
        next = Math.max(at - 1, 0);
        break;
      case 'Home':
        next = 0;
        break;
      case 'End':
        next = indices.length - 1;
        break;
      case 'Enter':
        if (at >= 0) {
          event.preventDefault();
          event.stopPropagation();
          props.onOpenRow(indices[at]);
        }
        return;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (next >= 0 && next < indices.length) {
      virtual.scrollToIndex(next);
      props.onPoint(indices[next]);
    }
  };
  return (
    <>
      <div
        className="px-tray-columns"
        style={{ gridTemplateColumns: grid }}
        aria-hidden="true"
      >
        <span
          title={trans.__(
            'What the index of the dataframe calls the row; without an index of its own, its place from 0'
          )}
        >
          {trans.__('row')}
        </span>
        <span>{props.timeName ?? trans.__('set')}</span>
        <span>{columns.primary.text ?? trans.__('values')}</span>
        {shown.predicted && (
          <span title={columns.primary.predicted ?? ''}>
            {trans.__('pred.')}
          </span>
        )}
        {shown.actual && (
          <span title={columns.primary.actual ?? ''}>{trans.__('actual')}</span>
        )}
        {shown.score && (
          <span className="px-mod-number" title={columns.primary.score ?? ''}>
            {trans.__('score')}
          </span>
        )}
        {neighbors && (
          <span
            className="px-mod-number"
            title={
              neighbors.metric === 'cosine'
                ? trans.__(
                    '1 less the cosine of the angle between the vectors: 0 for the same direction'
                  )
                : trans.__('Euclidean distance of the vectors')
            }
          >
            {trans.__('distance')}
          </span>
        )}
        {carriers && (
          <span
            className="px-mod-number"
            title={trans.__(
              'How much the row is like %1, from 0 to 1, by a classifier that has not seen it',
              props.primary.name
            )}
          >
            {trans.__('drift')}
          </span>
        )}
      </div>
      {neighbors && neighbors.point >= 0 && (
        <div
          className="px-tray-asked"
          role="list"
          aria-label={trans.__('The row that is asked about')}
          onPointerLeave={() => props.onPoint(-1)}
        >
          <TrayRow {...rowOf(neighbors.point)} id={`${id}-asked`} />
        </div>
      )}
      <div
        ref={scroller}
        className="px-tray-rows"
        role="list"
        aria-label={trans.__('Rows')}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerLeave={() => props.onPoint(-1)}
        onBlur={() => props.onPoint(-1)}
      >
        <div
          style={{
            height: virtual.getTotalSize(),
            position: 'relative'
          }}
        >
          {virtual.getVirtualItems().map(item => {
            return (
              <TrayRow
                key={item.key}
                {...rowOf(indices[item.index])}
                top={item.start}
                place={item.index}
              />
            );
          })}
        </div>
      </div>
    </>
  );
}
