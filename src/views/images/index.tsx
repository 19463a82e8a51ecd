import type { TranslationBundle } from '@jupyterlab/translation';
import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import { count } from '../../charts/format';
import type { IMapPoints } from '../../charts/map';
import type { SetName } from '../../tokens';
import { Glyph, SetMark, useSize } from '../parts';
import type { ImageReader, Look } from './reader';

export { type ImageReader, useImages } from './reader';

/** A picture; a plain sign, with the reason, where there is none. */
export function Picture(props: {
  readonly look: Look | null;
  readonly label: string;
  readonly className: string;
}): React.ReactElement {
  const { look, label, className } = props;
  const [broken, setBroken] = React.useState<string | null>(null);
  if (look === null) {
    return <span className={`px-picture px-mod-wait ${className}`} />;
  }
  const isShown = 'url' in look && look.url !== broken;
  if (!isShown) {
    const why = 'problem' in look ? look.problem : 'no image';
    return (
      <span
        className={`px-picture px-mod-none ${className}`}
        role="img"
        aria-label={`${label}: ${why}`}
        title={why}
      >
        <Glyph name="unknown" size={14} />
      </span>
    );
  }
  return (
    <img
      className={`px-picture ${className}`}
      src={look.url}
      alt={label}
      draggable={false}
      onError={() => setBroken(look.url)}
    />
  );
}

/** That images are on other machines, which are asked when somebody wants it. */
export function ElsewhereNote(props: {
  readonly reader: ImageReader;
  readonly trans: TranslationBundle;
}): React.ReactElement | null {
  const { reader, trans } = props;
  const n = reader.elsewhere;
  return n === 0 ? null : (
    <div className="px-tray-about px-muted">
      {trans._n(
        '%2 image is on another machine, which has not been asked.',
        '%2 images are on other machines, which have not been asked.',
        n,
        count(n)
      )}
      <button
        type="button"
        className="px-link"
        title={trans.__(
          'The kernel asks those addresses, on public machines only; they learn that somebody looks.'
        )}
        onClick={() => reader.allowUrls()}
      >
        {trans.__('Ask them')}
      </button>
    </div>
  );
}

const TILE = 104;

/** Rows as pictures, side by side. */
export function Gallery(props: {
  readonly map: IMapPoints;
  readonly reader: ImageReader;
  readonly indices: Int32Array;
  readonly nameOf: (set: SetName) => string;
  /** Index of the point that is pointed at, or −1. */
  readonly point: number;
  readonly onPoint: (index: number) => void;
  readonly onOpenRow: (index: number) => void;
  readonly onMenu: (index: number, x: number, y: number) => void;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { map, reader, indices, point, trans } = props;
  const [frame, size] = useSize<HTMLDivElement>();
  const scroller = React.useRef<HTMLDivElement | null>(null);
  const across = Math.max(1, Math.floor((size.width - 16) / TILE));
  const virtual = useVirtualizer({
    count: Math.ceil(indices.length / across),
    getScrollElement: () => scroller.current,
    estimateSize: () => TILE,
    overscan: 1
  });
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const at = indices.indexOf(point);
    const step = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: across,
      ArrowUp: -across
    }[event.key];
    if (event.key === 'Enter' && at >= 0) {
      props.onOpenRow(point);
    } else if (step === undefined) {
      return;
    } else {
      const next = Math.min(
        Math.max(at < 0 ? 0 : at + step, 0),
        indices.length - 1
      );
      if (next >= 0) {
        virtual.scrollToIndex(Math.floor(next / across));
        props.onPoint(indices[next]);
      }
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={element => {
        scroller.current = element;
        frame(element);
      }}
      className="px-tray-rows px-gallery"
      role="list"
      aria-label={trans.__('Gallery')}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerLeave={() => props.onPoint(-1)}
      onBlur={() => props.onPoint(-1)}
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index: line, key, start }) => (
          <div
            key={key}
            className="px-gallery-line"
            style={{ transform: `translateY(${start}px)` }}
          >
            {Array.from(
              indices.subarray(line * across, (line + 1) * across),
              index => {
                const set = map.primary[index] ? 'primary' : 'reference';
                const row = map.row[index];
                const label = trans.__('%1, row %2', props.nameOf(set), row);
                return (
                  <div
                    key={index}
                    role="listitem"
                    className={`px-gallery-tile ${index === point ? 'px-mod-on' : ''}`}
                    title={label}
                    onPointerEnter={() => props.onPoint(index)}
                    onClick={() => props.onOpenRow(index)}
                    onContextMenu={event => {
                      if (!event.shiftKey) {
                        event.preventDefault();
                        event.stopPropagation();
                        props.onMenu(index, event.clientX, event.clientY);
                      }
                    }}
                  >
                    <Picture
                      look={reader.get(set, row)}
                      label={label}
                      className="px-gallery-picture"
                    />
                    <span className="px-gallery-name">
                      <SetMark set={set} />
                      {row}
                    </span>
                  </div>
                );
              }
            )}
          </div>
        ))}
      </div>
    </div>
  );
}
