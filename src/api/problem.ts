import type { Problem } from './contract';

/** Why a request failed, in words for the user. */
export class ProblemError extends Error implements Problem {
  readonly hint: string | null;
  readonly column: string | null;
  /** Status of the HTTP answer; 0 when there was none. */
  readonly status: number;

  constructor(
    problem: { message: string; hint?: string | null; column?: string | null },
    status = 0
  ) {
    super(problem.message);
    this.name = 'ProblemError';
    this.hint = problem.hint ?? null;
    this.column = problem.column ?? null;
    this.status = status;
  }
}

/** Whether an error only says that somebody no longer wanted the answer. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Whatever was thrown, as a problem that can be shown. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) {
    return error;
  }
  return new ProblemError({
    message: error instanceof Error ? error.message : String(error)
  });
}

/** A file of that name is there, and was not to be replaced. */
export class FileExistsError extends ProblemError {}
