import { UUID } from '@lumino/coreutils';

import { fromRanges, toRanges } from '../model/ranges';
import { countRows, mostKept } from '../model/selection';
import type { Condition, IRows, ISelection, Mark, Recipe } from '../tokens';
import { isName, toName } from './python';
import {
  fieldsOf,
  isText,
  MOST_LINE,
  readConditions,
  readRecipe
} from './recipes';

/** What a notebook keeps of rows of one set: `rows` as ranges, or how many where they are too many. */
interface IKeptRows {
  readonly rows?: string;
  readonly n?: number;
  /** Rows that the set had, and what they looked like. */
  readonly of: number;
  readonly print?: string;
}

/** What a notebook keeps of a selection. */
export interface IKeptSelection {
  readonly id?: string;
  readonly label: string;
  readonly variable: string;
  readonly comment: readonly string[];
  readonly view?: string | null;
  readonly source?: { readonly recipe: Recipe; readonly call: string };
  readonly conditions?: readonly Condition[];
  readonly note?: string;
  readonly tag?: string;
  readonly mark?: Mark;
  readonly primary?: IKeptRows;
  readonly reference?: IKeptRows;
}

/** A file may hold anything, but not any amount of it. */
const MOST_SELECTIONS = 1000;
const MOST_LINES = 6;
const MOST_LABEL = 200;
const MOST_CALL = 20_000;
/** Ids are made of what was picked, which can be the outline of an area; a new one does as well. */
const MOST_ID = 200;
const MOST_PRINT = 64;
const MOST_NOTE = 2000;

/** What is kept of a selection, or null when it is too large and there is no code for it. */
export function write(selection: ISelection): IKeptSelection | null {
  const { id, label, variable, comment, view, note, tag, mark } = selection;
  const source = readSource(selection.source);
  const { conditions } = selection;
  const isLarge =
    conditions !== undefined || countRows(selection) > mostKept(selection);
  if (isLarge && !source && !conditions) {
    return null;
  }
  const parts = selection.rows.flatMap(({ set, rows: all, n, of, print }) => {
    // A name of a cluster has rows that its set has no longer, and may have again.
    const rows = all.filter(row => of === undefined || row < of);
    const count = n ?? rows.length;
    if ((count === 0 && !conditions) || of === undefined) {
      return [];
    }
    const isCounted = isLarge || n !== undefined;
    const which = isCounted ? { n: count } : { rows: toRanges(rows) };
    return [
      [
        set,
        { ...which, of, ...(print === undefined ? {} : { print }) }
      ] as const
    ];
  });
  return {
    ...(id.length <= MOST_ID ? { id } : {}),
    label: label.slice(0, MOST_LABEL),
    variable: variable.slice(0, MOST_LABEL),
    comment: comment.slice(0, MOST_LINES).map(line => line.slice(0, MOST_LINE)),
    ...(view === undefined ? {} : { view }),
    ...(source ? { source } : {}),
    ...(conditions ? { conditions } : {}),
    ...(note ? { note: note.slice(0, MOST_NOTE) } : {}),
    ...(tag ? { tag: tag.slice(0, MOST_LABEL) } : {}),
    ...(mark ? { mark } : {}),
    ...Object.fromEntries(parts)
  };
}

/** Read the selections that a notebook keeps; what makes no sense is left out. */
export function read(data: unknown): ISelection[] {
  if (!Array.isArray(data)) {
    return [];
  }
  const found = new Map<string, ISelection>();
  for (const one of data.slice(0, MOST_SELECTIONS) as unknown[]) {
    const selection = readOne(one);
    if (selection) {
      found.set(selection.id, selection);
    }
  }
  return [...found.values()];
}

function readOne(data: unknown): ISelection | null {
  const { id, label, variable, comment, view, source, primary, reference } =
    fieldsOf(data);
  const { conditions, note, tag, mark } = fieldsOf(data);
  const where = conditions === undefined ? null : readConditions(conditions);
  if (conditions !== undefined && !where) {
    return null;
  }
  if (!isText(label, MOST_LABEL) || label.trim() === '') {
    return null;
  }
  const origin = readSource(source);
  const rows: IRows[] = [];
  for (const [set, kept] of [
    ['primary', primary],
    ['reference', reference]
  ] as const) {
    if (kept !== undefined) {
      const part = readRows(
        kept,
        mark === 'label' || mark === 'note',
        where !== null
      );
      if (!part) {
        return null;
      }
      rows.push({ set, ...part });
    }
  }
  const isCounted = rows.some(({ n }) => n !== undefined);
  if (rows.length === 0 || (isCounted && !origin && !where)) {
    return null;
  }
  const selection: ISelection = {
    id: isText(id, MOST_ID) && id !== '' ? id : UUID.uuid4(),
    label,
    variable:
      isText(variable, MOST_LABEL) && isName(variable)
        ? variable
        : toName(label, 'rows'),
    comment: Array.isArray(comment)
      ? comment
          .filter((line): line is string => isText(line, MOST_LINE))
          .slice(0, MOST_LINES)
      : [],
    rows,
    source: origin,
    ...(view === null || isText(view, MOST_LINE) ? { view } : {}),
    ...(where ? { conditions: where } : {}),
    ...(isText(note, MOST_NOTE) ? { note } : {}),
    ...(isText(tag, MOST_LABEL) ? { tag } : {}),
    ...(mark === 'label' || mark === 'note' ? { mark } : {})
  };
  return isCounted || countRows(selection) <= mostKept(selection)
    ? selection
    : null;
}

function readRows(
  data: unknown,
  isMarked: boolean,
  mayBeNone: boolean
): Omit<IRows, 'set'> | null {
  const { rows, n, of, print } = fieldsOf(data);
  if (!isCount(of)) {
    return null;
  }
  const set = isText(print, MOST_PRINT) ? { of, print } : { of };
  if (typeof rows === 'string') {
    const most = mostKept({ mark: isMarked ? 'label' : undefined });
    const found = fromRanges(rows, of, most);
    return found && { rows: found, ...set };
  }
  return (n === 0 && mayBeNone) || (isCount(n) && n <= of)
    ? { rows: [], n, ...set }
    : null;
}

const NUMBER = String.raw`-?\d{1,20}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?`;

/** The only expressions that are written after a result; whatever else a file says would be code of a stranger. */
const SET_ALONE = '(?:set="(?:primary|reference)")?';
const SET = '(?:, set="(?:primary|reference)")?';
const CALL = new RegExp(
  String.raw`^(?:\.cluster\((?:-?\d{1,9}|\[-?\d{1,9}(?:, -?\d{1,9}){1,200}\])${SET}\)|\.neighbors\(${SET_ALONE}\)|\.carriers\(\)|\.lasso\(\[\(${NUMBER}, ${NUMBER}\)(?:, \(${NUMBER}, ${NUMBER}\))*\]${SET}\))$`
);

function readSource(data: unknown): ISelection['source'] {
  const { recipe, call } = fieldsOf(data);
  const question = readRecipe(recipe);
  return question && isText(call, MOST_CALL) && CALL.test(call)
    ? { recipe: question, call }
    : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
