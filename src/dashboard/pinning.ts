import { UUID } from '@lumino/coreutils';

import { added } from '../model/cohort';
import type { IInspection, IPin, Recipe } from '../tokens';
import { EMPTY, type IAnswerTile, type IDashboard } from './document';
import { freePlace } from './layout';
import { sizeOf } from './names';

/**
 * A dashboard with one more tile. One that has no dataframes yet becomes one of the sets, and the rows, that the pin is of.
 *
 * @param notebook - How the notebook of the sets is called in the dashboard's file.
 */
export function withPin(
  dashboard: IDashboard,
  inspection: Pick<IInspection, 'primary' | 'reference' | 'where' | 'limit'>,
  pin: IPin,
  notebook: string
): { readonly dashboard: IDashboard; readonly tile: IAnswerTile } {
  const isNew = dashboard.primary === null && dashboard.tiles.length === 0;
  const base: IDashboard = isNew
    ? {
        ...EMPTY,
        title: dashboard.title,
        notebook,
        primary: inspection.primary.variable,
        reference: inspection.reference?.variable ?? null,
        where: inspection.where
      }
    : dashboard;
  const { w, h } = sizeOf(pin.recipe);
  const places = new Map(base.tiles.map(({ id, place }) => [id, place]));
  const tile: IAnswerTile = {
    id: UUID.uuid4().slice(0, 8),
    title: pin.title ?? '',
    place: freePlace(places, w, h),
    recipe: own(pin.recipe, base),
    limit: inspection.limit,
    focus: pin.focus ?? null,
    last: null
  };
  return { dashboard: { ...base, tiles: [...base.tiles, tile] }, tile };
}

/** A recipe without the conditions that all tiles share anyway. */
function own(recipe: Recipe, { where }: IDashboard): Recipe {
  const left = (recipe.where ?? []).filter(
    condition => added(where, [{ condition }]) !== where
  );
  return { ...recipe, where: left.length > 0 ? left : undefined };
}
