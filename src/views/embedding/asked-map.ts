import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { EmbeddingMap } from '../../api/contract';
import type { IInspection, ISelection, Recipe } from '../../tokens';
import type { IMapParameters } from './toolbar';

export const USUAL: IMapParameters = {
  n_neighbors: 15,
  min_dist: 0.1,
  min_cluster_size: null,
  anchor: null
};

/** The map that a selection is of, where only that map has its clusters or its area; null where any map has its rows. */
export function mapOf({ source }: ISelection): EmbeddingMap | null {
  return source?.recipe.kind === 'embedding_map' ? source.recipe : null;
}

function parametersOf(recipe: EmbeddingMap): IMapParameters {
  const { n_neighbors, min_dist, min_cluster_size, anchor } = recipe;
  return {
    n_neighbors: n_neighbors ?? USUAL.n_neighbors,
    min_dist: min_dist ?? USUAL.min_dist,
    min_cluster_size: min_cluster_size ?? USUAL.min_cluster_size,
    anchor: anchor ?? USUAL.anchor
  };
}

/** Whether two recipes give the same points and clusters; tests, windows and conditions change neither. */
export function isMapOf(
  answered: Recipe | null,
  wanted: EmbeddingMap
): boolean {
  const keyOf = (recipe: EmbeddingMap): string =>
    JSON.stringify([parametersOf(recipe), recipe.sample ?? null]);
  return (
    answered?.kind === 'embedding_map' && keyOf(answered) === keyOf(wanted)
  );
}

/** What is said of a map that was opened because a selection is of it. */
export interface IAskedMap {
  readonly recipe: EmbeddingMap;
  readonly text: string;
}

/**
 * Open the map that a finding, or a kept selection, is of when it is asked for, where another one is shown.
 *
 * @param current - The recipe of the map that is shown.
 * @param open - Called with the parameters of the other map and of how many rows it is fitted; null for all.
 * @returns What is to be said while that map is shown; null where nothing is.
 */
export function useAskedMap(
  { shown }: Pick<IInspection, 'shown'>,
  embedding: string,
  current: EmbeddingMap,
  open: (parameters: IMapParameters, sample: number | null) => void,
  trans: TranslationBundle
): IAskedMap | null {
  const followed = React.useRef<ISelection | null>(null);
  const [said, setSaid] = React.useState<IAskedMap | null>(null);
  const latest = React.useRef({ current, open, trans });
  latest.current = { current, open, trans };
  React.useEffect(() => {
    if (!shown || shown === followed.current || shown.view !== embedding) {
      return;
    }
    followed.current = shown;
    const { current, open, trans } = latest.current;
    const wanted = mapOf(shown);
    if (!wanted || isMapOf(current, wanted)) {
      setSaid(null);
      return;
    }
    const text =
      wanted.anchor || !current.anchor
        ? trans.__(
            'This is the map that “%1” is of; the one before had other settings.',
            shown.label
          )
        : trans.__(
            'Fitted again on all rows: “%1” is of this map. On the one before, rows had only been placed.',
            shown.label
          );
    setSaid({ recipe: wanted, text });
    open(parametersOf(wanted), wanted.sample ?? null);
  }, [shown, embedding]);
  return said && isMapOf(current, said.recipe) ? said : null;
}
