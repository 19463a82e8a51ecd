import type { FrameListing } from '../api/contract';
import type { Source } from '../notebook/source';
import type {
  IEmbedders,
  IEmbedding,
  Insertable,
  IInserted,
  IInspection,
  ISelection
} from '../tokens';

/** What is to be inserted, and all that its code depends on. */
export interface IInsertion {
  readonly source: Source | null;
  readonly inspection: IInspection;
  readonly what: Insertable;
  /** The number of rows that a person was shown of it, in a menu or a list; null where none was. */
  readonly shown: number | null;
  /** The dataframes that the kernel is known to hold. */
  readonly frames: readonly FrameListing[];
  /** Whether phoenix_lab is installed in the kernel. */
  readonly hasPackage: boolean;
  /** By the id of a set without a variable: the expression that showed it. */
  readonly expressions: ReadonlyMap<string, string>;
}

/** The way back into the notebook. */
export interface IBack {
  insert(insertion: IInsertion): Promise<IInserted>;
  /** The models that the kernel has for a column of dataframes, named by their variables. */
  embedders(
    source: Source | null,
    frames: readonly string[],
    what: Pick<IEmbedding, 'column' | 'isOfImages'>,
    model: string | null
  ): Promise<IEmbedders>;
  /** Add a cell with code, without running it. */
  insertCode(source: Source | null, code: string): void;
  /** A name for the rows that nothing in the notebook or the kernel has. */
  freeName(
    source: Source | null,
    selection: ISelection,
    frames: readonly FrameListing[]
  ): string;
}
