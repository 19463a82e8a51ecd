import { execFileSync } from 'child_process';

/** What lines of Python print of a text that they read, as JSON; fails if they do. */
export function runPython(lines: readonly string[], input: string): unknown {
  const printed = execFileSync('python3', ['-c', lines.join('\n')], {
    input,
    encoding: 'utf8'
  });
  return JSON.parse(printed);
}
