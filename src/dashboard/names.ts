import type { TranslationBundle } from '@jupyterlab/translation';

import type { Recipe } from '../tokens';
import { isAnswer, type Tile } from './document';

/** How a tile names itself: what its recipe is about. */
export interface ITileName {
  readonly text: string;
  /** Whether it is a name from the data. */
  readonly isCode: boolean;
}

export function nameOf(recipe: Recipe, trans: TranslationBundle): ITileName {
  switch (recipe.kind) {
    case 'distribution':
      return { text: recipe.column, isCode: true };
    case 'time_series':
      return typeof recipe.column === 'string'
        ? { text: recipe.column, isCode: true }
        : { text: trans.__('Predictions through time'), isCode: false };
    case 'embedding_map':
      return { text: recipe.embedding, isCode: true };
    case 'summary':
      return { text: trans.__('Columns'), isCode: false };
    case 'quality':
      return { text: trans.__('Quality of the data'), isCode: false };
    case 'performance':
      return { text: trans.__('Performance'), isCode: false };
    default:
      return { text: recipe.kind, isCode: false };
  }
}

/** How large a tile of a recipe is at first, in columns and rows of the grid. */
export function sizeOf(recipe: Recipe): {
  readonly w: number;
  readonly h: number;
} {
  switch (recipe.kind) {
    case 'distribution':
      return { w: 4, h: 8 };
    case 'time_series':
      return { w: 4, h: 6 };
    case 'performance':
    case 'quality':
      return { w: 6, h: 8 };
    default:
      return { w: 4, h: 8 };
  }
}

/** How a tile is called. */
export function titleOf(tile: Tile, trans: TranslationBundle): string {
  return (
    tile.title ||
    (isAnswer(tile) ? nameOf(tile.recipe, trans).text : trans.__('Text'))
  );
}
