import type { IResult } from '../../tokens';

/** A set, as a result describes it. */
export interface ISetFacts {
  readonly name: string;
  readonly rows: number;
  readonly span: readonly [string, string] | null;
}

/** What a summary says about the whole. */
export interface ISummaryFacts {
  readonly limit: number;
  readonly alpha: number;
  readonly confidence: number;
  readonly adjusted: string | null;
  readonly unit: {
    readonly column: string;
    readonly n_primary: number;
    readonly n_reference: number | null;
  } | null;
  readonly untested: readonly {
    readonly column: string;
    readonly why: string;
  }[];
  readonly primary: ISetFacts | null;
  readonly reference: ISetFacts | null;
  readonly correlated: { readonly column: string; readonly icc: number } | null;
  /** Columns whose values are of another kind than in the reference, and those that one set alone has. */
  readonly retyped: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Columns of the primary set that perhaps are one of the reference under another name, for their values are distributed alike. */
  readonly renamed: readonly IRenamed[];
}

/** A column of the primary set, the one of the reference that it perhaps was, and how far their values are apart. */
export interface IRenamed {
  readonly primary: string;
  readonly reference: string;
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Read the facts of a summary, with the customary values where it is silent. */
export function summaryFacts(result: IResult): ISummaryFacts {
  const meta = result.meta as Partial<ISummaryFacts>;
  return {
    limit: meta.limit ?? 0.1,
    alpha: meta.alpha ?? 0.05,
    confidence: meta.confidence ?? 0.9,
    adjusted: meta.adjusted ?? null,
    unit: meta.unit ?? null,
    untested: meta.untested ?? [],
    primary: meta.primary ?? null,
    reference: meta.reference ?? null,
    correlated: meta.correlated ?? null,
    retyped: meta.retyped ?? [],
    added: meta.added ?? [],
    removed: meta.removed ?? [],
    renamed: meta.renamed ?? []
  };
}
