import * as React from 'react';

import type { IResult } from '../tokens';
import { type IAnswerTile, type ILast, isAnswer, type Tile } from './document';
import { answerOf } from './kept-answer';

const decoded = new WeakMap<ILast, IResult>();

/** The last answers of the tiles, as drawings read them, by tile; those that are being decoded are not there yet. */
export function useAnswers(
  tiles: readonly Tile[]
): ReadonlyMap<string, IResult> {
  const [, setTicks] = React.useState(0);
  React.useEffect(() => {
    let live = true;
    const wanted = tiles.filter(
      (tile): tile is IAnswerTile & { last: ILast } =>
        isAnswer(tile) && tile.last !== null && !decoded.has(tile.last)
    );
    if (wanted.length > 0) {
      Promise.all(
        wanted.map(async ({ recipe, last }) => {
          decoded.set(last, await answerOf(recipe, last.answer));
        })
      ).then(
        () => live && setTicks(n => n + 1),
        () => undefined
      );
    }
    return () => {
      live = false;
    };
  }, [tiles]);
  return new Map(
    tiles.flatMap(tile => {
      const result =
        isAnswer(tile) && tile.last ? decoded.get(tile.last) : undefined;
      return result ? [[tile.id, result] as const] : [];
    })
  );
}
