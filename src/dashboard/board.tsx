import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IResult } from '../tokens';
import { useSize } from '../views/parts';
import { isAnswer } from './document';
import {
  COLUMNS,
  inOrder,
  type IPlace,
  isSamePlace,
  type Layout,
  placed,
  stepped
} from './layout';
import type { Live } from './live';
import type { DashboardModel } from './model';
import { type ITileActions, TileBox } from './tile';

/** Height of a row of the grid and what lies between rows, and columns; the style sheet has the same. */
const ROW = 24;
const GAP = 12;
/** Narrower than this the grid has no room: tiles follow each other, two abreast, or one. */
const MEDIUM = 900;
const NARROW = 480;

export interface IBoardProps {
  readonly model: DashboardModel;
  readonly live: Live;
  readonly results: ReadonlyMap<string, IResult>;
  readonly now: number;
  readonly actions: Omit<ITileActions, 'grab' | 'step'>;
  readonly trans: TranslationBundle;
}

/** A tile under the mouse. */
interface IHeld {
  readonly id: string;
  readonly place: IPlace;
}

/** A place, as the very object that was there before where it is the same. */
function placeOf(shown: IPlace | undefined, own: IPlace): IPlace {
  return shown && !isSamePlace(shown, own) ? shown : own;
}

/** The tiles on their grid. */
export function Board(props: IBoardProps): React.ReactElement {
  const { model, live, results, trans } = props;
  const [measured, size] = useSize<HTMLDivElement>();
  const [held, setHeld] = React.useState<IHeld | null>(null);
  const [said, setSaid] = React.useState('');
  const flow =
    size.width === 0 || size.width >= MEDIUM
      ? null
      : size.width < NARROW
        ? 1
        : 2;
  const { layout } = model;
  const shown = held ? placed(layout, held.id, held.place) : layout;
  const tiles = new Map(model.dashboard.tiles.map(tile => [tile.id, tile]));

  const arrange = (id: string, next: Layout): void => {
    model.arrange(next);
    const at = model.layout.get(id);
    if (at) {
      setSaid(
        trans.__(
          'Column %1, row %2; %3 wide, %4 high',
          at.x + 1,
          at.y + 1,
          at.w,
          at.h
        )
      );
    }
  };
  const grab = (
    id: string,
    event: React.PointerEvent,
    isCorner: boolean
  ): void => {
    const from = layout.get(id);
    const { clientX, clientY, pointerId } = event;
    const node = event.currentTarget;
    if (!from || flow !== null || size.width === 0) {
      return;
    }
    const wide = (size.width + GAP) / COLUMNS;
    const high = ROW + GAP;
    let place = from;
    const onMove = (at: Event): void => {
      const to = at as PointerEvent;
      const dx = Math.round((to.clientX - clientX) / wide);
      const dy = Math.round((to.clientY - clientY) / high);
      place = isCorner
        ? { ...from, w: from.w + dx, h: from.h + dy }
        : { ...from, x: from.x + dx, y: from.y + dy };
      setHeld({ id, place });
    };
    const end = (): void => {
      node.removeEventListener('pointermove', onMove);
      node.removeEventListener('pointerup', onDrop);
      node.removeEventListener('pointercancel', end);
      window.removeEventListener('keydown', onKey, true);
      setHeld(null);
    };
    const onDrop = (): void => {
      end();
      arrange(id, placed(model.layout, id, place));
    };
    const onKey = (key: KeyboardEvent): void => {
      if (key.key === 'Escape') {
        key.preventDefault();
        key.stopPropagation();
        end();
      }
    };
    node.setPointerCapture(pointerId);
    node.addEventListener('pointermove', onMove);
    node.addEventListener('pointerup', onDrop);
    node.addEventListener('pointercancel', end);
    window.addEventListener('keydown', onKey, true);
  };
  const latest = React.useRef<ITileActions>();
  latest.current = {
    ...props.actions,
    grab,
    step: (id, step, isSize) =>
      arrange(id, stepped(model.layout, id, step, isSize))
  };
  // Always the same, so that a tile is drawn again only when something about it is other.
  const actions = React.useMemo<ITileActions>(() => {
    const now = (): ITileActions => {
      if (!latest.current) {
        throw new Error('the board is not drawn yet');
      }
      return latest.current;
    };
    return {
      refresh: id => now().refresh(id),
      edit: (id, change) => now().edit(id, change),
      remove: id => now().remove(id),
      verbs: tile => now().verbs(tile),
      grab: (id, event, isCorner) => now().grab(id, event, isCorner),
      step: (id, step, isSize) => now().step(id, step, isSize)
    };
  }, []);
  const canAsk = live.whereabouts === 'there' && !live.isReading;
  return (
    <div
      ref={measured}
      className={`px-board ${flow === null ? '' : 'px-mod-flow'}`}
      style={{
        gridTemplateColumns: `repeat(${flow ?? COLUMNS}, minmax(0, 1fr))`
      }}
      role="region"
      aria-label={trans.__('Tiles')}
    >
      {inOrder(layout).map(id => {
        const tile = tiles.get(id);
        return (
          tile && (
            <TileBox
              key={id}
              tile={tile}
              place={placeOf(shown.get(id), tile.place)}
              flow={flow}
              result={results.get(id) ?? null}
              asking={isAnswer(tile) ? live.asking(tile) : null}
              isFresh={isAnswer(tile) && live.isFresh(tile)}
              canAsk={canAsk}
              isReadOnly={model.isReadOnly}
              isHeld={held?.id === id}
              now={props.now}
              actions={actions}
              trans={trans}
            />
          )
        );
      })}
      <div className="px-hidden" aria-live="polite">
        {said}
      </div>
    </div>
  );
}
