import type { IResult } from '../../tokens';
import type { Drawn } from '../kept-facts';
import { drawChecks } from './checks';
import { drawClusters } from './clusters';
import { drawColumns } from './columns';
import { drawDistribution } from './distribution';
import type { IDrawing, IDrawingOf } from './drawing';
import { drawMetrics } from './metrics';
import { drawSeries } from './series';

export type { IDrawing, IDrawingOf, Standing } from './drawing';

/** How the answers to each recipe are drawn. */
export const DRAWINGS: Readonly<
  Record<Drawn, (result: IResult, of: IDrawingOf) => IDrawing>
> = {
  distribution: drawDistribution,
  time_series: drawSeries,
  summary: drawColumns,
  quality: drawChecks,
  performance: drawMetrics,
  embedding_map: drawClusters
};
