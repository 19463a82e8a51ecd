import type { IEmbedding } from '../tokens';
import { columnLine, columnOwner } from './column-line';
import { literal, quote } from './python';
import type { ISetCode } from './set-code';

/** An endpoint that a person is to put right: a server on this machine, so that nothing leaves it by mistake. */
const ENDPOINT = '"http://localhost:8000/v1"';

/** A model that a person is to put right: it is fetched once, and the images stay. */
const FETCHED = ['"openai/clip-vit-base-patch32"', 'download=True'];

/** The lines that give each set a column of vectors; rows of later sets are seen as the first one's. */
export function embedLines(
  { column, isOfImages, model, name }: IEmbedding,
  sets: readonly ISetCode[],
  px: string,
  /** A set as an argument, with what its columns are for. */
  given: (set: ISetCode) => string
): string[] {
  const how =
    model === null && isOfImages
      ? FETCHED
      : model === null
        ? ['"text-embedding-3-small"', `endpoint=${px}.Endpoint(${ENDPOINT})`]
        : column === null && model === 'table'
          ? []
          : [quote(model)];
  return sets.map((set, i) => {
    const frame = columnOwner(set);
    const fit =
      column === null && model === 'table' && i > 0
        ? [`fit=${given(sets[0])}`]
        : [];
    const what = column === null ? given(set) : `${frame}[${literal(column)}]`;
    const of = isOfImages ? ['of="image"'] : [];
    const call = `${px}.embed(${[what, ...how, ...of, ...fit].join(', ')})`;
    return columnLine(set, name, call);
  });
}
