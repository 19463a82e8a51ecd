import type { IEmbedding } from '../../tokens';
import { generate } from '../code';
import { CodeError, type ISetCode } from '../set-code';

const train: ISetCode = {
  name: 'train',
  expression: 'train',
  library: 'pandas',
  schema: null
};
const prod: ISetCode = { ...train, name: 'prod', expression: 'prod' };

const texts: IEmbedding = {
  kind: 'embedding',
  column: 'text',
  isOfImages: false,
  model: 'wordllama',
  name: 'text_vector'
};

function lines(
  what: IEmbedding,
  primary: ISetCode,
  reference: ISetCode | null = null
): string[] {
  return generate(what, {
    primary,
    reference,
    sources: ['import phoenix_lab as px'],
    taken: []
  }).source.split('\n');
}

describe('the cell that embeds', () => {
  it('gives both sets the column, the reference first', () => {
    expect(lines(texts, prod, train)).toEqual([
      '# Phoenix: embeds text of train and prod by wordllama',
      'import phoenix_lab as px',
      '',
      'train["text_vector"] = px.embed(train["text"], "wordllama")',
      'prod["text_vector"] = px.embed(prod["text"], "wordllama")'
    ]);
  });

  it('says of images that they are images, and fetches a model that a person names', () => {
    const images = { ...texts, column: 'photo', isOfImages: true, name: 'v' };
    expect(lines({ ...images, model: 'a/clip' }, prod).at(-1)).toBe(
      'prod["v"] = px.embed(prod["photo"], "a/clip", of="image")'
    );
    expect(lines({ ...images, model: null }, prod).at(-1)).toBe(
      'prod["v"] = px.embed(prod["photo"], "openai/clip-vit-base-patch32", download=True, of="image")'
    );
  });

  it('sees rows of the primary as those of the reference', () => {
    const rows = { ...texts, column: null, model: 'table', name: 'row_vector' };
    expect(lines(rows, prod, train).slice(3)).toEqual([
      'train["row_vector"] = px.embed(train)',
      'prod["row_vector"] = px.embed(prod, fit=train)'
    ]);
    expect(lines(rows, prod, prod).slice(3)).toEqual([
      'prod["row_vector"] = px.embed(prod)'
    ]);
  });

  it('knows how other libraries take a column', () => {
    expect(lines(texts, { ...prod, library: 'polars' }).at(-1)).toBe(
      'prod = prod.with_columns(px.embed(prod["text"], "wordllama").alias("text_vector"))'
    );
    expect(lines(texts, { ...prod, library: 'pyarrow' }).at(-1)).toBe(
      'prod = prod.append_column("text_vector", px.embed(prod["text"], "wordllama"))'
    );
  });

  it('lets nothing of a dataframe become code', () => {
    const column = 'a"] = 1\n__import__("os")#';
    expect(lines({ ...texts, column, name: `${column}_vector` }, prod)).toEqual(
      [
        expect.stringMatching(/^# Phoenix: embeds /),
        'import phoenix_lab as px',
        '',
        'prod["a\\"] = 1\\n__import__(\\"os\\")#_vector"] = px.embed(prod["a\\"] = 1\\n__import__(\\"os\\")#"], "wordllama")'
      ]
    );
  });

  it('names an endpoint on this machine, for the person to change', () => {
    expect(lines({ ...texts, model: null }, prod).at(-1)).toBe(
      'prod["text_vector"] = px.embed(prod["text"], "text-embedding-3-small", endpoint=px.Endpoint("http://localhost:8000/v1"))'
    );
  });

  it('refuses what cannot take a column', () => {
    expect(() => lines(texts, { ...prod, library: 'query' })).toThrow(
      CodeError
    );
    expect(() => lines(texts, { ...prod, expression: 'df.head()' })).toThrow(
      CodeError
    );
  });
});
