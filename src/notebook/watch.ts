import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ProblemError } from '../api/problem';
import type { IInserted, IWatching } from '../tokens';
import { quote } from './python';

/** A monitor as code: `px.Monitor("drift", column="temp", limit=0.1)`. */
export function monitorText(
  { watch, column, limit }: IWatching,
  px: string
): string {
  return `${px}.Monitor("${watch}", column=${quote(column)}, limit=${limit})`;
}

/** The same as a table of a suite's file. */
export function monitorTable({ watch, column, limit }: IWatching): string {
  return `${monitorHead(watch, column)}limit = ${limit}\n`;
}

function monitorHead(watch: string, column: string): string {
  // A string of JSON is one of TOML, but for this character.
  const name = JSON.stringify(column).replace(/\u007f/g, '\\u007f');
  return `[[monitor]]\nwatch = "${watch}"\ncolumn = ${name}\n`;
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
    `# phoenix-lab check ${name} --primary new.parquet --reference reference.parquet\n`;
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
