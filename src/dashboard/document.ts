import { fieldsOf, isText, readRecipe, readWhere } from '../notebook/recipes';
import type { IChosen, Recipe } from '../tokens';
import { readAnswer, type IKeptAnswer } from './kept-answer';
import { isDrawn } from './kept-facts';
import { COLUMNS, type IPlace, MOST_ROWS, within } from './layout';

/** How the names of our files end. */
export const EXTENSION = '.phoenix';
/** What a file of ours says that it is. */
const FORMAT = 'phoenix-dashboard';
const VERSION = 1;

/** A file may hold anything, but not any amount of it. */
const MOST_FILE = 4_000_000;
export const MOST_TILES = 100;
export const MOST_TITLE = 200;
export const MOST_WORDS = 10_000;
const MOST_NAME = 500;
/** So long may the kept answer of one tile be, as text. */
const MOST_ANSWER = 200_000;

/** A set that an answer is of. */
export interface IKeptSet {
  readonly name: string;
  readonly rows: number;
}

/** The last answer of a tile: when, and of which rows. */
export interface ILast {
  /** When the dataframes were read, ISO 8601. */
  readonly at: string;
  readonly primary: IKeptSet;
  readonly reference: IKeptSet | null;
  /** The recipe as it was asked: with what all tiles share. */
  readonly asked: Recipe;
  readonly answer: IKeptAnswer;
}

interface ITileBase {
  readonly id: string;
  /** What a person calls it; empty where it names itself. */
  readonly title: string;
  readonly place: IPlace;
}

/** The answer to a recipe, drawn. */
export interface IAnswerTile extends ITileBase {
  readonly recipe: Recipe;
  /** From where on a change matters: PSI. */
  readonly limit: number;
  /** The cluster that it was pinned for, by its name. */
  readonly focus: string | null;
  readonly last: ILast | null;
}

/** Words. */
export interface ITextTile extends ITileBase {
  readonly text: string;
}

export type Tile = IAnswerTile | ITextTile;

export function isAnswer(tile: Tile): tile is IAnswerTile {
  return 'recipe' in tile;
}

/** A stretch of time that all tiles are of: of the primary set, which is compared with the whole reference. */
export interface IBetween {
  readonly column: string;
  readonly low: number | string | null;
  /** Not in it. */
  readonly high: number | string | null;
}

/** A dashboard, as its file has it. */
export interface IDashboard {
  readonly title: string;
  /** The notebook whose cells make the dataframes, as seen from the folder of the file; null while there is none. */
  readonly notebook: string | null;
  /** Variables of its kernel. */
  readonly primary: string | null;
  readonly reference: string | null;
  readonly between: IBetween | null;
  /** What the rows of all tiles must meet. */
  readonly where: readonly IChosen[];
  readonly tiles: readonly Tile[];
}

export const EMPTY: IDashboard = {
  title: '',
  notebook: null,
  primary: null,
  reference: null,
  between: null,
  where: [],
  tiles: []
};

/** Why a file cannot be shown. */
export class WrongFileError extends Error {
  constructor(
    readonly reason:
      'no-json' | 'too-large' | 'no-dashboard' | 'newer' | 'unknown' | 'wrong',
    /** The version, or the field that it is about. */
    readonly where: string
  ) {
    super(`${reason}: ${where}`);
    this.name = 'WrongFileError';
  }
}

/**
 * Read the text of a file; an empty one is a new dashboard.
 *
 * Everything in it is checked, and nothing that is not understood is passed over: it would be lost when the file is written.
 */
export function parse(text: string): IDashboard {
  if (text.trim() === '') {
    return EMPTY;
  }
  if (text.length > MOST_FILE) {
    throw new WrongFileError('too-large', String(text.length));
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new WrongFileError('no-json', (error as Error).message);
  }
  const fields = fieldsOf(data);
  if (Array.isArray(data) || fields.format !== FORMAT) {
    throw new WrongFileError('no-dashboard', '');
  }
  const { version } = fields;
  if (!Number.isSafeInteger(version) || Number(version) < 1) {
    throw new WrongFileError('wrong', 'version');
  }
  if (Number(version) > VERSION) {
    throw new WrongFileError('newer', String(version));
  }
  only(
    fields,
    [
      'format',
      'version',
      'title',
      'notebook',
      'primary',
      'reference',
      'between',
      'where',
      'tiles'
    ],
    ''
  );
  return {
    title: text_(fields.title, MOST_TITLE, 'title') ?? '',
    notebook: text_(fields.notebook, MOST_NAME, 'notebook'),
    primary: text_(fields.primary, MOST_NAME, 'primary'),
    reference: text_(fields.reference, MOST_NAME, 'reference'),
    between: readBetween(fields.between),
    where: readAllWhere(fields.where, 'where'),
    tiles: readTiles(fields.tiles)
  };
}

/** The field, if it is a text that is not too long; null where there is none. */
function text_(value: unknown, most: number, where: string): string | null {
  if (value === undefined || value === null) {
    return null;
  }
  if (!isText(value, most)) {
    throw new WrongFileError('wrong', where);
  }
  return value;
}

function only(
  fields: Readonly<Record<string, unknown>>,
  known: readonly string[],
  where: string
): void {
  const other = Object.keys(fields).find(name => !known.includes(name));
  if (other !== undefined) {
    const name = other.slice(0, 40);
    throw new WrongFileError('unknown', where ? `${where}.${name}` : name);
  }
}

function isBound(value: unknown): value is number | string | null {
  return (
    value === null ||
    (typeof value === 'number' && Number.isFinite(value)) ||
    isText(value, MOST_NAME)
  );
}

function readBetween(data: unknown): IBetween | null {
  if (data === undefined || data === null) {
    return null;
  }
  const fields = fieldsOf(data);
  only(fields, ['column', 'low', 'high'], 'between');
  const { column, low = null, high = null } = fields;
  if (
    !isText(column, MOST_NAME) ||
    !isBound(low) ||
    !isBound(high) ||
    (low === null && high === null)
  ) {
    throw new WrongFileError('wrong', 'between');
  }
  return { column, low, high };
}

function readAllWhere(data: unknown, where: string): readonly IChosen[] {
  if (data === undefined || data === null) {
    return [];
  }
  const found = readWhere(data);
  if (!Array.isArray(data) || found.length !== data.length) {
    throw new WrongFileError('wrong', where);
  }
  return found;
}

function readTiles(data: unknown): readonly Tile[] {
  if (data === undefined || data === null) {
    return [];
  }
  if (!Array.isArray(data) || data.length > MOST_TILES) {
    throw new WrongFileError('wrong', 'tiles');
  }
  const tiles = data.map((one: unknown, i) => readTile(one, `tiles[${i}]`));
  if (new Set(tiles.map(({ id }) => id)).size < tiles.length) {
    throw new WrongFileError('wrong', 'tiles: two have the same id');
  }
  return tiles;
}

function readTile(data: unknown, where: string): Tile {
  const fields = fieldsOf(data);
  const { id } = fields;
  if (!isText(id, 64) || !/^[\w-]+$/.test(id)) {
    throw new WrongFileError('wrong', `${where}.id`);
  }
  const base = {
    id,
    title: text_(fields.title, MOST_TITLE, `${where}.title`) ?? '',
    place: readPlace(fields.place, `${where}.place`)
  };
  if ('text' in fields) {
    only(fields, ['id', 'title', 'place', 'text'], where);
    return {
      ...base,
      text: text_(fields.text, MOST_WORDS, `${where}.text`) ?? ''
    };
  }
  only(
    fields,
    ['id', 'title', 'place', 'recipe', 'limit', 'focus', 'last'],
    where
  );
  const recipe = readWholeRecipe(fields.recipe, `${where}.recipe`);
  const { limit = 0.1 } = fields;
  if (typeof limit !== 'number' || !(limit >= 0 && limit <= 1000)) {
    throw new WrongFileError('wrong', `${where}.limit`);
  }
  return {
    ...base,
    recipe,
    limit,
    focus: text_(fields.focus, MOST_TITLE, `${where}.focus`),
    last: readLast(fields.last, recipe, `${where}.last`)
  };
}

function readPlace(data: unknown, where: string): IPlace {
  if (
    !Array.isArray(data) ||
    data.length !== 4 ||
    !data.every(n => Number.isSafeInteger(n) && n >= 0 && n <= MOST_ROWS)
  ) {
    throw new WrongFileError('wrong', where);
  }
  const [x, y, w, h] = data as number[];
  const place = within({ x, y, w, h });
  if (place.x !== x || place.w !== w || place.y !== y || place.h !== h) {
    throw new WrongFileError(
      'wrong',
      `${where}: not within ${COLUMNS} columns`
    );
  }
  return place;
}

/** A recipe that is drawn, and of which nothing was left out when it was read. */
function readWholeRecipe(data: unknown, where: string): Recipe {
  const recipe = readRecipe(data);
  if (!recipe || !isDrawn(recipe.kind)) {
    throw new WrongFileError('wrong', where);
  }
  if (!covers(recipe, data)) {
    throw new WrongFileError('unknown', where);
  }
  return recipe;
}

/** Whether what was read holds all that was told; null and an empty list tell nothing. */
function covers(read: unknown, told: unknown): boolean {
  if (told === null || (Array.isArray(told) && told.length === 0)) {
    return true;
  }
  if (typeof told !== 'object') {
    return read === told;
  }
  return Object.entries(told).every(([name, value]) =>
    covers(fieldsOf(read)[name] ?? null, value)
  );
}

function readSet(data: unknown, where: string): IKeptSet {
  const fields = fieldsOf(data);
  only(fields, ['name', 'rows'], where);
  const { name, rows } = fields;
  if (!isText(name, MOST_NAME) || !Number.isSafeInteger(rows)) {
    throw new WrongFileError('wrong', where);
  }
  return { name, rows: Number(rows) };
}

function readLast(data: unknown, recipe: Recipe, where: string): ILast | null {
  if (data === undefined || data === null) {
    return null;
  }
  const fields = fieldsOf(data);
  only(
    fields,
    ['at', 'primary', 'reference', 'asked', 'meta', 'tables'],
    where
  );
  const { at, reference = null } = fields;
  if (!isText(at, 40) || !Number.isFinite(Date.parse(at))) {
    throw new WrongFileError('wrong', `${where}.at`);
  }
  const asked = readWholeRecipe(fields.asked, `${where}.asked`);
  const answer = readAnswer(recipe, {
    meta: fields.meta,
    tables: fields.tables
  });
  if (asked.kind !== recipe.kind || !answer) {
    throw new WrongFileError('wrong', where);
  }
  return {
    at,
    primary: readSet(fields.primary, `${where}.primary`),
    reference:
      reference === null ? null : readSet(reference, `${where}.reference`),
    asked,
    answer
  };
}

/** Whether an answer is small enough to be kept. */
export function isKeepable(answer: IKeptAnswer): boolean {
  return JSON.stringify(answer).length <= MOST_ANSWER;
}

/** The text of a file: a line for each thing that changes by itself, so that a difference can be read. */
export function print(dashboard: IDashboard): string {
  const { title, notebook, primary, reference, between, where, tiles } =
    dashboard;
  return `${pretty(
    {
      format: FORMAT,
      version: VERSION,
      title,
      notebook,
      primary,
      reference,
      ...(between ? { between } : {}),
      ...(where.length > 0 ? { where } : {}),
      tiles: tiles.map(plainTile)
    },
    ''
  )}\n`;
}

function plainTile(tile: Tile): Record<string, unknown> {
  const { id, title, place } = tile;
  const base = { id, title, place: [place.x, place.y, place.w, place.h] };
  if (!isAnswer(tile)) {
    return { ...base, text: tile.text };
  }
  const { recipe, limit, focus, last } = tile;
  return {
    ...base,
    recipe: withoutNulls(recipe),
    limit,
    ...(focus === null ? {} : { focus }),
    ...(last
      ? {
          last: {
            at: last.at,
            primary: last.primary,
            reference: last.reference,
            asked: withoutNulls(last.asked),
            ...last.answer
          }
        }
      : {})
  };
}

function withoutNulls(recipe: Recipe): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(recipe).filter(
      ([, value]) => value !== null && value !== undefined
    )
  );
}

/** JSON in which lists of plain values stand on one line, and everything else has lines of its own. */
function pretty(value: unknown, indent: string): string {
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const isFlat = value.every(
      item => typeof item !== 'object' || item === null
    );
    return isFlat
      ? `[${value.map(item => JSON.stringify(item ?? null)).join(', ')}]`
      : `[\n${value.map(item => deeper + pretty(item, deeper)).join(',\n')}\n${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, v]) => v !== undefined);
    return fields.length === 0
      ? '{}'
      : `{\n${fields
          .map(
            ([name, v]) =>
              `${deeper}${JSON.stringify(name)}: ${pretty(v, deeper)}`
          )
          .join(',\n')}\n${indent}}`;
  }
  return JSON.stringify(value ?? null);
}
