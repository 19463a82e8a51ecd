import type { IReporting } from '../tokens';
import { literal, quote } from './python';

/** PSI from which on drift matters where `px.report` is told nothing else. */
const LIMIT = 0.1;

/** What a report is written with, after its sets: the file, beside the notebook, and what is not as usual. */
export function reportArguments({ unit, limit, file }: IReporting): string[] {
  return [
    `path=${quote(file)}`,
    ...(unit === null ? [] : [`unit=${quote(unit)}`]),
    ...(limit === LIMIT ? [] : [`limit=${literal(limit)}`])
  ];
}
