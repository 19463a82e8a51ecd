import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ProblemError } from '../api/problem';
import {
  type Condition,
  HISTORY,
  type IInserted,
  type IWatching
} from '../tokens';
import { conditionsCode } from './conditions';
import { literal, quote } from './python';
import { inner, NARROW } from './recipe-code';

/** A monitor as code: `px.Monitor("drift", column="temp", limit=0.1)`, in a suite where that has a unit. */
export function monitorText(what: IWatching, px: string): string[] {
  const { watch, column, metric, limit, where, name, unit } = what;
  const args = [
    `"${watch}"`,
    ...(column === null ? [] : [`column=${quote(column)}`]),
    ...(metric === null ? [] : [`metric=${quote(metric)}`]),
    ...(limit === null
      ? []
      : typeof limit === 'number'
        ? [`limit=${literal(limit)}`]
        : [`limit=${px}.Limit(change=${literal(limit.change)})`]),
    ...(where.length === 0
      ? []
      : [`where=${conditionsCode(where, px, map => inner(map, px))}`]),
    ...(name === null ? [] : [`name=${quote(name)}`])
  ];
  const oneLine = `${px}.Monitor(${args.join(', ')})`;
  const monitor =
    oneLine.length <= NARROW
      ? [oneLine]
      : [`${px}.Monitor(`, ...args.map(arg => `    ${arg},`), ')'];
  if (unit === null) {
    return monitor;
  }
  const lines =
    monitor.length === 1
      ? [`    (${monitor[0]},),`]
      : ['    (', ...monitor.map(line => `        ${line}`), '    ),'].map(
          (line, i, all) => (i === all.length - 2 ? `${line},` : line)
        );
  return [`${px}.Suite(`, ...lines, `    unit=${quote(unit)},`, ')'];
}

/** What is watched, as a monitor is called. */
export function watchedName({
  watch,
  column,
  metric,
  name
}: IWatching): string {
  const what = metric ?? watch.replace(/_/g, ' ');
  return (
    name ??
    (column === null
      ? what
      : watch === 'drift' || watch === 'embedding'
        ? column
        : `${column}: ${what}`)
  );
}

/** The same as a table of a suite's file. */
export function monitorTable(what: IWatching): string {
  const { limit, where, valueKind } = what;
  return [
    monitorHead(what),
    // The schema of a set, which says it in a cell, is not in the file.
    ...(valueKind === null ? [] : [`kind = "${valueKind}"\n`]),
    ...(limit === null
      ? []
      : typeof limit === 'number'
        ? [`limit = ${limit}\n`]
        : [`limit = { change = ${limit.change} }\n`]),
    ...(where.length === 0 ? [] : [`where = ${tomlValue(where.map(said))}\n`])
  ].join('');
}

function monitorHead({ watch, column, metric, name }: IWatching): string {
  const lines = [
    '[[monitor]]',
    ...(name === null ? [] : [`name = ${tomlText(name)}`]),
    `watch = "${watch}"`,
    ...(column === null ? [] : [`column = ${tomlText(column)}`]),
    ...(metric === null ? [] : [`metric = ${tomlText(metric)}`])
  ];
  return `${lines.join('\n')}\n`;
}

/** A condition without a null among its values, which TOML cannot say. */
function said(condition: Condition): Condition {
  switch (condition.kind) {
    case 'values': {
      const { column, set, negated } = condition;
      const values = condition.values.filter(value => value !== null);
      if (values.length === condition.values.length) {
        return condition;
      }
      const either: Condition = {
        kind: 'any_of',
        conditions: [
          { kind: 'values', column, values },
          { kind: 'missing', column }
        ],
        ...(set ? { set } : {})
      };
      return negated
        ? {
            kind: 'not',
            condition: { ...either, set: null },
            ...(set ? { set } : {})
          }
        : either;
    }
    case 'all_of':
    case 'any_of':
      return { ...condition, conditions: condition.conditions.map(said) };
    case 'not':
      return { ...condition, condition: said(condition.condition) };
    case 'repeated':
      return { ...condition, among: condition.among?.map(said) };
    default:
      return condition;
  }
}

/** A value as TOML has it on one line; what is not said is left out. */
function tomlValue(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(tomlValue).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(
      ([, one]) => one !== null && one !== undefined
    );
    return `{ ${fields.map(([key, one]) => `${key} = ${tomlValue(one)}`).join(', ')} }`;
  }
  return typeof value === 'string' ? tomlText(value) : String(value);
}

/** A text as TOML has it. */
function tomlText(text: string): string {
  // A string of JSON is one of TOML, but for this character.
  return JSON.stringify(text).replace(/\u007f/g, '\\u007f');
}

const SEVERAL_LINES = /"""[\s\S]*?"""|'''[\s\S]*?'''/g;
const UNIT =
  /^[ \t]*(?:unit|"unit"|'unit')[ \t]*=[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*')/m;

/** The unit of independence that a suite's file names before its first table; null where it names none. */
export function unitOf(text: string): string | null {
  const [top] = text.replace(SEVERAL_LINES, '""').split(/^[ \t]*\[/m);
  const said = UNIT.exec(top)?.[1];
  if (said === undefined) {
    return null;
  }
  try {
    return said.startsWith("'")
      ? said.slice(1, -1)
      : (JSON.parse(said) as string);
  } catch {
    // An escape that JSON does not have: it is some unit, as it stands there.
    return said.slice(1, -1);
  }
}

/** How the suite beside a notebook is called. */
export function suiteOf(notebook: string): string {
  const stem = PathExt.basename(notebook, PathExt.extname(notebook));
  return `${stem}.phoenix.toml`;
}

/** How the history of that suite is called, beside it. */
export function historyOf(notebook: string): string {
  return PathExt.basename(notebook, PathExt.extname(notebook)) + HISTORY;
}

/** Add a monitor to the suite beside a notebook; what is in the file stays as it is. */
export async function watchInFile(
  contents: Contents.IManager,
  notebook: string,
  what: IWatching,
  trans: TranslationBundle
): Promise<IInserted> {
  const name = suiteOf(notebook);
  const path = PathExt.join(PathExt.dirname(notebook), name);
  const before = await read(contents, path);
  const text =
    before?.text ??
    `# phoenix-lab check ${name} --primary new.parquet --reference reference.parquet\n` +
      (what.unit === null ? '' : `unit = ${tomlText(what.unit)}\n`);
  const unit = unitOf(text);
  if (unit !== what.unit) {
    throw new ProblemError(otherUnit(name, unit, what.unit, trans));
  }
  if (text.includes(monitorHead(what))) {
    return told(
      trans.__('%1 is watched in %2 already.', watchedName(what), name)
    );
  }
  if ((await read(contents, path))?.modified !== before?.modified) {
    throw new ProblemError({
      message: trans.__('%1 has just been changed.', name),
      hint: trans.__('Try again.')
    });
  }
  await contents.save(path, {
    type: 'file',
    format: 'text',
    content: `${text.trimEnd()}\n\n${monitorTable(what)}`
  });
  return told(trans.__('%1 is watched in %2.', watchedName(what), name));
}

/** Why a monitor does not go into a file: it would be judged there otherwise than on screen. */
function otherUnit(
  file: string,
  there: string | null,
  here: string | null,
  trans: TranslationBundle
): { message: string; hint: string } {
  if (there === null) {
    return {
      message: trans.__(
        '%1 has no unit of independence, and here it is %2: nothing was added.',
        file,
        here ?? ''
      ),
      hint: trans.__(
        'Write unit = %1 on its first line, which then holds for all its monitors, or watch the column in a cell.',
        tomlText(here ?? '')
      )
    };
  }
  return {
    message:
      here === null
        ? trans.__(
            '%1 has the unit of independence %2, and here there is none: nothing was added.',
            file,
            there
          )
        : trans.__(
            '%1 has the unit of independence %2, and here it is %3: nothing was added.',
            file,
            there,
            here
          ),
    hint: trans.__(
      'Choose %1 as the unit here, or watch the column in a cell.',
      there
    )
  };
}

function told(message: string): IInserted {
  return { message, isAsPromised: true, undo: null, show: null };
}

/** The text of a file and when it was written; null where the folder has none of that name. */
async function read(
  contents: Contents.IManager,
  path: string
): Promise<{ text: string; modified: string } | null> {
  // To ask for a file that is not there would be an error in the browser's console.
  const folder = await contents.get(PathExt.dirname(path), {
    type: 'directory',
    content: true
  });
  const listed = folder.content as readonly Contents.IModel[];
  if (!listed.some(({ name }) => name === PathExt.basename(path))) {
    return null;
  }
  const file = await contents.get(path, {
    type: 'file',
    format: 'text',
    content: true
  });
  if (typeof file.content !== 'string') {
    throw new Error(`${path} came without its text`);
  }
  return { text: file.content, modified: file.last_modified };
}
