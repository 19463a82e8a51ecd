import type { Table } from 'apache-arrow';

import { decode, strings } from '../api/arrow';
import type { IResult, Recipe, SetName } from '../tokens';

/** The form of the data that this script reads; the page that it is in has no other. */
const FORMAT = 1;

/** Where a table lies among all of them: its first byte, and how many there are. */
type Place = readonly [number, number];

/** An answer, as the file has it. */
interface IPacked {
  readonly recipe: Recipe;
  readonly meta: Record<string, unknown>;
  /** By name; "" is the main table. */
  readonly tables: Readonly<Record<string, Place>>;
}

interface IFacts {
  readonly format: number;
  readonly version: string;
  readonly made: string;
  readonly title: string;
  readonly texts: boolean;
  readonly limit: number;
  readonly sets: Readonly<Record<SetName, ISet | null>>;
  readonly summary: IPacked;
  readonly findings: IPacked | null;
  readonly columns: readonly {
    readonly column: string;
    readonly distribution: IPacked;
    readonly series: IPacked | null;
  }[];
  readonly maps: readonly {
    readonly embedding: string;
    readonly map: IPacked;
    readonly points: { readonly drawn: number; readonly of: number };
    readonly texts: { readonly table: Place; readonly length: number } | null;
    readonly series: IPacked | null;
  }[];
  readonly performance: IPacked | null;
  readonly left_out: readonly { readonly what: string; readonly why: string }[];
  readonly licences: string;
}

/** A set that was compared. */
export interface ISet {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/** An answer with the recipe that it is to. */
export interface IAnswered {
  readonly recipe: Recipe;
  readonly result: IResult;
}

export interface IColumnSection {
  readonly column: string;
  readonly distribution: IAnswered;
  readonly series: IAnswered | null;
}

export interface IMapSection {
  readonly embedding: string;
  readonly map: IAnswered;
  /** Of a map of many rows, so many are drawn. */
  readonly points: { readonly drawn: number; readonly of: number };
  /** The text of each point, cut to a length; null where the file has none. */
  readonly texts: readonly (string | null)[] | null;
  readonly series: IAnswered | null;
}

/** What a report says. */
export interface IContents {
  readonly version: string;
  /** When it was made, in ISO form with the offset of whoever made it. */
  readonly made: string;
  readonly title: string;
  /** Whether it holds texts of rows. */
  readonly texts: boolean;
  readonly limit: number;
  readonly primary: ISet;
  readonly reference: ISet | null;
  readonly summary: IAnswered;
  readonly findings: IAnswered | null;
  readonly columns: readonly IColumnSection[];
  readonly maps: readonly IMapSection[];
  readonly performance: IAnswered | null;
  readonly leftOut: IFacts['left_out'];
  /** Of what the script of the page is made of. */
  readonly licences: string;
}

/** Read what the page carries: JSON with a gzip file in base64, whose content is the length of the facts, the facts, and Arrow streams. */
export async function readContents(text: string): Promise<IContents> {
  const { data } = JSON.parse(text) as { data: string };
  const bytes = await unpack(Uint8Array.from(atob(data), c => c.charCodeAt(0)));
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(
    0,
    true
  );
  const start = 4 + length;
  const facts = JSON.parse(
    new TextDecoder().decode(bytes.subarray(4, start))
  ) as IFacts;
  if (facts.format !== FORMAT) {
    throw new Error(`This page holds data of another form: ${facts.format}`);
  }
  const table = ([at, size]: Place): Promise<Table> =>
    // A copy, so that what Arrow looks at begins at a multiple of eight.
    decode(bytes.slice(start + at, start + at + size));
  const answered = async ({
    recipe,
    meta,
    tables
  }: IPacked): Promise<IAnswered> => {
    const parts = new Map<string, Table>();
    for (const [name, place] of Object.entries(tables)) {
      parts.set(name, await table(place));
    }
    const main = parts.get('') ?? parts.values().next().value;
    if (!main) {
      throw new Error('An answer of this page has no table');
    }
    parts.delete('');
    return { recipe, result: { table: main, parts, meta } };
  };
  const maybe = async (packed: IPacked | null): Promise<IAnswered | null> =>
    packed && answered(packed);
  const { primary } = facts.sets;
  if (!primary) {
    throw new Error('This page is of no set');
  }
  return {
    version: facts.version,
    made: facts.made,
    title: facts.title,
    texts: facts.texts,
    limit: facts.limit,
    primary,
    reference: facts.sets.reference,
    summary: await answered(facts.summary),
    findings: await maybe(facts.findings),
    columns: await Promise.all(
      facts.columns.map(async one => ({
        column: one.column,
        distribution: await answered(one.distribution),
        series: await maybe(one.series)
      }))
    ),
    maps: await Promise.all(
      facts.maps.map(async one => ({
        embedding: one.embedding,
        map: await answered(one.map),
        points: one.points,
        texts: one.texts && strings(await table(one.texts.table), 'text'),
        series: await maybe(one.series)
      }))
    ),
    performance: await maybe(facts.performance),
    leftOut: facts.left_out,
    licences: facts.licences
  };
}

async function unpack(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
