import type { TranslationBundle } from '@jupyterlab/translation';

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
  watchVerbs
} from '../views/parts';
import { readPerformance } from '../views/performance/answer';
import { metricText } from '../views/performance/words';
import { askedOf } from './asked';
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
      inspection.point({ view: null, quality: { search: '' } });
      break;
    default:
      inspection.openOverview();
  }
}
