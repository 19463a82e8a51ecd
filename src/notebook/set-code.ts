import type { Schema } from '../api/contract';

/** A set, as code can name it. */
export interface ISetCode {
  /** What the user calls it. */
  readonly name: string;
  /** The expression that gives it: a variable, or for example `df.head()`; null when there is none. */
  readonly expression: string | null;
  /** The library of the dataframe: "pandas", "polars", "pyarrow", … */
  readonly library: string;
  /** What its columns are for, where that is not guessed. */
  readonly schema: Schema | null;
}

/** Why there is no code for something. */
export class CodeError extends Error {
  constructor(
    readonly reason:
      | 'no-name'
      | 'no-rows'
      | 'no-order'
      | 'no-package'
      | 'too-long'
      | 'two-kinds',
    /** The set that it is about. */
    readonly set: string
  ) {
    super(reason);
    this.name = 'CodeError';
  }
}

/** The expression that gives a set; raises `CodeError` where there is none. */
export function expression(set: ISetCode): string {
  if (!set.expression) {
    throw new CodeError('no-name', set.name);
  }
  return set.expression;
}

/** The expression, in brackets where something is to follow it. */
export function operand(set: ISetCode): string {
  const text = expression(set);
  return /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(text) ? text : `(${text})`;
}
