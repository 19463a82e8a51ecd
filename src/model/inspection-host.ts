import type { FrameListing, InferencesModel } from '../api/contract';
import type {
  IEmbedders,
  IExported,
  IFrameName,
  IInserted,
  IInspection,
  Insertable,
  IPin,
  IRoleChange,
  ISelection
} from '../tokens';
import type { Inspection } from './inspection';

/** What an inspection asks of the world around it. */
export interface IInspectionHost {
  /** Read a dataframe of the kernel of the inspection. */
  read(inspection: Inspection, name: IFrameName): Promise<InferencesModel>;
  /** Read a set again: what its variable holds now. */
  reread(
    inspection: Inspection,
    model: InferencesModel
  ): Promise<InferencesModel>;
  /** Say at once what columns are for; null takes back what was said. */
  correct(
    inspection: Inspection,
    said: readonly (readonly [string, IRoleChange | null])[]
  ): Promise<void>;
  /** Another inspection of the same dataframes that a view is open of. */
  findOpen(
    inspection: Inspection,
    primary: InferencesModel,
    reference: InferencesModel | null
  ): Inspection | null;
  candidates(inspection: Inspection): readonly FrameListing[];
  /** The column of the view that is in front; null for the overview. */
  readonly column: string | null;
  openOverview(inspection: Inspection): void;
  openColumn(inspection: Inspection, column: string): void;
  /** Put a cell into the notebook; `shown` is the number of rows that a person has seen of it, null where none was shown. */
  insert(
    inspection: Inspection,
    what: Insertable,
    shown: number | null
  ): Promise<IInserted>;
  /** Ask for a dashboard to put an answer on. */
  pin(inspection: Inspection, pin: IPin, anchor: Element | null): void;
  embedders(
    inspection: Inspection,
    column: string | null,
    model: string | null
  ): Promise<IEmbedders>;
  exportRows(
    inspection: Inspection,
    selection: ISelection,
    name: string
  ): Promise<IExported>;
  /** A name for an export that no variable has, as far as is known. */
  freeName(inspection: Inspection, selection: ISelection): string;
  /** Whether the kernel is known to hold a dataframe of that name. */
  holds(inspection: Inspection, name: string): boolean;
  /** Sets that this inspection no longer needs. */
  release(ids: readonly string[]): void;
}

/** The units of independence that were chosen for dataframes. */
export interface IUnits {
  find(of: Pick<IInspection, 'primary' | 'reference'>): string | null;
  keep(
    of: Pick<IInspection, 'primary' | 'reference'>,
    unit: string | null
  ): void;
}
