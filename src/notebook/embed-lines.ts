import type { IEmbedding } from '../tokens';
import { isName, literal, quote } from './python';
import { CodeError, type ISetCode } from './set-code';

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
  return sets.flatMap((set, i) => {
    const frame = set.expression;
    if (frame === null || !isName(frame)) {
      throw new CodeError('no-name', set.name);
    }
    const fit =
      column === null && model === 'table' && i > 0
        ? [`fit=${given(sets[0])}`]
        : [];
    const what = column === null ? given(set) : `${frame}[${literal(column)}]`;
    const of = isOfImages ? ['of="image"'] : [];
    const call = `${px}.embed(${[what, ...how, ...of, ...fit].join(', ')})`;
    switch (set.library) {
      case 'pandas':
        return [`${frame}[${quote(name)}] = ${call}`];
      case 'polars':
        return [
          `${frame} = ${frame}.with_columns(${call}.alias(${quote(name)}))`
        ];
      case 'pyarrow':
        return [`${frame} = ${frame}.append_column(${quote(name)}, ${call})`];
      default:
        throw new CodeError('no-order', set.name);
    }
  });
}
