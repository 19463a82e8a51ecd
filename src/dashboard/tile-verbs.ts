import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { tell } from '../notebook/inspect';
import { suiteOf } from '../notebook/watch';
import {
  type IInspection,
  type Insertable,
  type IResult,
  PERFORMANCE
} from '../tokens';
import {
  type IVerb,
  type IWatched,
  ofColumn,
  watching,
  watchVerbs,
  whyNot
} from '../views/parts';
import { readPerformance } from '../views/performance/answer';
import { metricText } from '../views/performance/words';
import { askedOf } from './asked';
import { titleOf } from './names';
import type { IAnswerTile, IDashboard } from './document';

/** What can be done with a tile while its dataframes are there: open its view, watch it, have it as a cell. */
export function tileVerbs(
  tile: IAnswerTile,
  result: IResult | null,
  dashboard: IDashboard,
  inspection: IInspection,
  insert: (what: Insertable) => void,
  trans: TranslationBundle
): IVerb[] {
  const asked = askedOf(tile.recipe, dashboard);
  return [
    {
      label: trans.__('Open the view'),
      apart: true,
      onChoose: () => openView(inspection, tile)
    },
    {
      label: trans.__('Insert into notebook'),
      onChoose: () => insert(asked)
    },
    ...watchVerbs(
      inspection,
      watchedOf(tile, result, inspection, trans),
      insert,
      trans,
      (asked.where ?? []).map(condition => ({ condition }))
    )
  ];
}

/** Add a monitor of each tile to the suite beside the notebook, and say how many are there now. */
export async function watchAll(
  tiles: readonly IAnswerTile[],
  results: ReadonlyMap<string, IResult>,
  dashboard: IDashboard,
  inspection: IInspection,
  trans: TranslationBundle
): Promise<void> {
  let done = 0;
  const left: string[] = [];
  try {
    for (const tile of tiles) {
      const base = (askedOf(tile.recipe, dashboard).where ?? []).map(
        condition => ({ condition })
      );
      const result = results.get(tile.id) ?? null;
      const [one] = watchedOf(tile, result, inspection, trans);
      if (!one || whyNot(inspection.reference === null, base, one, trans)) {
        left.push(titleOf(tile, trans));
        continue;
      }
      // One after the other: each reads what the one before has written.
      await inspection.insert(watching(inspection, one, base, true, trans));
      done++;
    }
  } catch (error) {
    tell(error);
    return;
  }
  const said = trans._n(
    '%1 tile is watched in %2.',
    '%1 tiles are watched in %2.',
    done,
    suiteOf(inspection.path)
  );
  Notification.success(
    left.length > 0
      ? trans.__(
          '%1 There is no monitor of this kind: %2.',
          said,
          left.join(', ')
        )
      : said,
    { autoClose: 8000 }
  );
}

/** What of a tile can be watched. */
function watchedOf(
  { recipe, limit }: IAnswerTile,
  result: IResult | null,
  { primary }: IInspection,
  trans: TranslationBundle
): IWatched[] {
  if (recipe.kind === 'performance') {
    return result ? metricsOf(result, trans) : [];
  }
  const name =
    recipe.kind === 'embedding_map'
      ? recipe.embedding
      : recipe.kind === 'distribution' || recipe.kind === 'time_series'
        ? recipe.column
        : null;
  const column = primary.columns.find(one => one.name === name);
  return column ? ofColumn(column, limit) : [];
}

/** The metric that a tile of predictions is worst by, or has first. */
function metricsOf(result: IResult, trans: TranslationBundle): IWatched[] {
  const { facts, metrics } = readPerformance(result);
  const watchable = metrics.filter(({ name }) => name !== 'calibration_error');
  const worst =
    watchable.find(({ change }) => change === 'worse') ?? watchable.at(0);
  return worst
    ? [
        {
          watch: 'performance',
          column: null,
          metric: worst.name,
          label: metricText(worst.name, facts, trans),
          limit: { change: worst.limit ?? 0 }
        }
      ]
    : [];
}

function openView(inspection: IInspection, { recipe }: IAnswerTile): void {
  switch (recipe.kind) {
    case 'distribution':
      inspection.openColumn(recipe.column);
      break;
    case 'embedding_map':
      inspection.openColumn(recipe.embedding);
      break;
    case 'time_series':
      inspection.openColumn(recipe.column ?? PERFORMANCE);
      break;
    case 'performance':
      inspection.openColumn(PERFORMANCE);
      break;
    case 'quality':
      inspection.point({ view: null, quality: { column: null } });
      break;
    default:
      inspection.openOverview();
  }
}
