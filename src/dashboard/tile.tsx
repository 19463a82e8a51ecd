import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IResult } from '../tokens';
import { ViewBoundary } from '../views/boundary';
import {
  asking as menuOf,
  Banner,
  Glyph,
  type IAnchor,
  type IVerb,
  useSize
} from '../views/parts';
import { ageText, dateText } from './age';
import { type IAnswerTile, isAnswer, type Tile } from './document';
import { DRAWINGS, type IDrawing } from './drawings';
import { isDrawn } from './kept-facts';
import { COLUMNS, type IPlace } from './layout';
import type { IAsking } from './live';
import { nameOf, titleOf } from './names';
import { TileControls } from './tile-controls';

/** What can be done with a tile. */
export interface ITileActions {
  readonly refresh: (id: string) => void;
  readonly edit: (
    id: string,
    change: { readonly title?: string; readonly text?: string }
  ) => void;
  readonly remove: (id: string) => void;
  /** Move it by columns and rows, or size it. */
  readonly step: (
    id: string,
    step: readonly [number, number],
    isSize: boolean
  ) => void;
  /** Begin to drag it, or its corner. */
  readonly grab: (
    id: string,
    event: React.PointerEvent,
    isCorner: boolean
  ) => void;
  /** What else can be done with it while its dataframes are there. */
  readonly verbs: (tile: IAnswerTile) => readonly IVerb[];
}

export interface ITileProps {
  readonly tile: Tile;
  /** Where it is shown, also while it is dragged. */
  readonly place: IPlace;
  /** Tiles follow each other, so many abreast, rather than lie at their places; null where they do that. */
  readonly flow: 1 | 2 | null;
  readonly result: IResult | null;
  readonly asking: IAsking | null;
  readonly isFresh: boolean;
  /** Whether it could be asked. */
  readonly canAsk: boolean;
  readonly isReadOnly: boolean;
  readonly isHeld: boolean;
  readonly now: number;
  readonly actions: ITileActions;
  readonly trans: TranslationBundle;
}

const drawings = new WeakMap<
  Tile,
  { readonly result: IResult | null; readonly drawing: IDrawing | null }
>();

/** How an answer is drawn; null where there is none, or it makes no sense. The same tile and answer have the same drawing. */
export function drawingOf(
  tile: Tile,
  result: IResult | null,
  trans: TranslationBundle
): IDrawing | null {
  const known = drawings.get(tile);
  if (known && known.result === result) {
    return known.drawing;
  }
  const drawing = draw(tile, result, trans);
  drawings.set(tile, { result, drawing });
  return drawing;
}

function draw(
  tile: Tile,
  result: IResult | null,
  trans: TranslationBundle
): IDrawing | null {
  if (!isAnswer(tile) || !tile.last || !result) {
    return null;
  }
  const { recipe, last, limit, focus } = tile;
  if (!isDrawn(recipe.kind)) {
    return null;
  }
  try {
    return DRAWINGS[recipe.kind](result, {
      limit,
      primary: last.primary.name,
      reference: last.reference?.name ?? null,
      focus,
      isOfPredictions:
        recipe.kind === 'time_series' && typeof recipe.column !== 'string',
      trans
    });
  } catch {
    // A file may say what no answer would.
    return null;
  }
}

/** A tile: what it is, what it says, how old that is, and what can be done with it. */
function TileOnBoard(props: ITileProps): React.ReactElement {
  const { tile, place, isFresh, isReadOnly, asking, trans, now } = props;
  const { id } = tile;
  const drawing = drawingOf(tile, props.result, trans);
  const own = isAnswer(tile) ? nameOf(tile.recipe, trans) : null;
  const title = titleOf(tile, trans);
  const last = isAnswer(tile) ? tile.last : null;
  const isOld = isAnswer(tile) && !isFresh;
  const titleId = React.useId();
  const box = React.useRef<HTMLElement>(null);
  const [menu, setMenu] = React.useState<IAnchor | null>(null);
  const ask = menuOf(setMenu);
  return (
    <article
      ref={box}
      className={`px-tile ${isOld && last ? 'px-mod-dated' : ''} ${
        props.isHeld ? 'px-mod-held' : ''
      } ${isAnswer(tile) ? '' : 'px-mod-text'}`}
      aria-labelledby={titleId}
      aria-busy={asking?.isPending ?? false}
      data-tile={id}
      onContextMenu={ask.onContextMenu}
      onKeyDown={event => {
        // What is in a popup of the tile is a part of it to React, but not on the page.
        if (event.currentTarget.contains(event.target as Element)) {
          ask.onKeyDown(event);
        }
      }}
      style={
        props.flow === null
          ? {
              gridColumn: `${place.x + 1} / span ${place.w}`,
              gridRow: `${place.y + 1} / span ${place.h}`
            }
          : {
              gridColumn: `span ${place.w > COLUMNS / 2 ? props.flow : 1}`,
              gridRow: `span ${place.h}`
            }
      }
    >
      <header
        onPointerDown={event => {
          if (
            !isReadOnly &&
            event.button === 0 &&
            !(event.target as Element).closest('button, input, textarea')
          ) {
            props.actions.grab(id, event, false);
          }
        }}
      >
        <h3
          id={titleId}
          className={!tile.title && own?.isCode ? 'px-code' : ''}
          title={title}
        >
          {title}
        </h3>
        <span className="px-spacer" />
        {drawing?.mark}
      </header>
      <TileControls
        {...props}
        title={title}
        box={box}
        menu={menu}
        onMenu={setMenu}
      />
      {isAnswer(tile) && (
        <p className="px-tile-facts">
          <span title={drawing?.facts}>{drawing?.facts}</span>
          {last && (
            <time
              dateTime={last.at}
              title={
                isFresh
                  ? trans.__('Of %1', dateText(last.at))
                  : trans.__(
                      'The last result, of %1: the dataframes as they are now were not asked',
                      dateText(last.at)
                    )
              }
            >
              {isFresh ? (
                ageText(last.at, now, trans)
              ) : (
                <>
                  <Glyph name="clock" size={12} />
                  {trans.__('Old: %1', dateText(last.at))}
                </>
              )}
            </time>
          )}
        </p>
      )}
      {drawing?.beside && (
        <p className="px-tile-beside" title={drawing.beside}>
          {drawing.beside}
        </p>
      )}
      <TileBody {...props} drawing={drawing} title={title} />
      {drawing?.foot}
      {!isReadOnly && props.flow === null && (
        <i
          className="px-tile-corner"
          aria-hidden="true"
          onPointerDown={event => {
            if (event.button === 0) {
              props.actions.grab(id, event, true);
            }
          }}
        />
      )}
    </article>
  );
}

export const TileBox = React.memo(TileOnBoard);

/** What a tile says. */
function TileBody(
  props: ITileProps & {
    readonly drawing: IDrawing | null;
    readonly title: string;
  }
): React.ReactElement {
  const { tile, asking, drawing, trans } = props;
  const [measured, size] = useSize<HTMLDivElement>();
  if (!isAnswer(tile)) {
    return (
      <div className="px-tile-body px-tile-words" tabIndex={0}>
        {tile.text}
      </div>
    );
  }
  const { error } = asking ?? {};
  const isEmpty = tile.last === null;
  return (
    <>
      {error && (
        <Banner
          tone="error"
          brief={trans}
          actions={[
            {
              label: trans.__('Try again'),
              onClick: () => props.actions.refresh(tile.id)
            }
          ]}
        >
          <b>{error.message}</b>
          {error.hint && <> {error.hint}</>}
        </Banner>
      )}
      {asking?.isPending && (
        <div className="px-tile-job" role="status">
          <span
            style={{ width: `${(asking.event?.fraction ?? 0) * 100}%` }}
            aria-hidden="true"
          />
          <span className="px-hidden">
            {trans.__('%1 is being computed', props.title)}
          </span>
        </div>
      )}
      <div
        ref={measured}
        className={`px-tile-body ${drawing?.isList ? 'px-mod-list' : ''}`}
        {...(drawing
          ? drawing.isList
            ? { tabIndex: 0, role: 'group', 'aria-label': drawing.words }
            : { role: 'group', 'aria-label': drawing.words }
          : {})}
      >
        {drawing && size.width > 0 ? (
          <ViewBoundary key={tile.last ? tile.last.at : ''} trans={trans}>
            {drawing.draw(size)}
          </ViewBoundary>
        ) : isEmpty && !asking ? (
          <p className="px-muted">
            {trans.__('Not asked yet.')}{' '}
            {props.canAsk && trans.__('Press Refresh.')}
          </p>
        ) : !isEmpty && props.result && !drawing ? (
          <p className="px-muted">
            {trans.__(
              'The last answer in the file cannot be drawn. Press Refresh.'
            )}
          </p>
        ) : null}
      </div>
    </>
  );
}
