import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ProblemError } from '../api/problem';
import type { IInserted, IWatching } from '../tokens';
import { literal, quote } from './python';

/** A monitor as code: `px.Monitor("drift", column="temp", limit=0.1)`, in a suite where that has a unit. */
export function monitorText(
  { watch, column, limit, unit }: IWatching,
  px: string
): string[] {
  const monitor = `${px}.Monitor("${watch}", column=${quote(column)}, limit=${literal(limit)})`;
  return unit === null
    ? [monitor]
    : [`${px}.Suite(`, `    (${monitor},),`, `    unit=${quote(unit)},`, ')'];
}

/** The same as a table of a suite's file. */
export function monitorTable(what: IWatching): string {
  const { watch, column, limit, valueKind } = what;
  // The schema of a set, which says it in a cell, is not in the file.
  const kind = valueKind === null ? '' : `kind = "${valueKind}"\n`;
  return `${monitorHead(watch, column)}${kind}limit = ${limit}\n`;
}

function monitorHead(watch: string, column: string): string {
  return `[[monitor]]\nwatch = "${watch}"\ncolumn = ${tomlText(column)}\n`;
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

/** Add a monitor to the suite beside a notebook; what is in the file stays as it is. */
export async function watchInFile(
  contents: Contents.IManager,
  notebook: string,
  what: IWatching,
  trans: TranslationBundle
): Promise<IInserted> {
  const stem = PathExt.basename(notebook, PathExt.extname(notebook));
  const path = PathExt.join(PathExt.dirname(notebook), `${stem}.phoenix.toml`);
  const name = PathExt.basename(path);
  const before = await read(contents, path);
  const text =
    before?.text ??
    `# phoenix-lab check ${name} --primary new.parquet --reference reference.parquet\n` +
      (what.unit === null ? '' : `unit = ${tomlText(what.unit)}\n`);
  const unit = unitOf(text);
  if (unit !== what.unit) {
    throw new ProblemError(otherUnit(name, unit, what.unit, trans));
  }
  if (text.includes(monitorHead(what.watch, what.column))) {
    return told(trans.__('%1 is watched in %2 already.', what.column, name));
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
  return told(trans.__('%1 is watched in %2.', what.column, name));
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
