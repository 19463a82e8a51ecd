import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { Table } from 'apache-arrow';

import type {
  AnalysisEvent,
  AnalysisRequest,
  ColumnInfo,
  Correction,
  FrameListing,
  InferencesModel,
  KernelState,
  Schema,
  Summary,
  Trace
} from './api/contract';
import type { TimeKind } from './charts/format';

/** Any question that the server can be asked. */
export type Recipe = AnalysisRequest['recipe'];

/** Stands in the place of a column for the view of the predictions, which is of no single column; no dataframe has one of this name. */
export const PERFORMANCE = '\u0000performance';

/** The same for the view of queries against a corpus. */
export const RETRIEVAL = '\u0000retrieval';

/** Vectors that a cell is to make, of both sets. */
export interface IEmbedding {
  readonly kind: 'embedding';
  /** The column of texts or images that they are of; null is the rows. */
  readonly column: string | null;
  /** Whether the column holds images, or says where they are. */
  readonly isOfImages: boolean;
  /** As `px.embedders()` calls it; null is an endpoint, or a model for images to be fetched, which the person names in the cell. */
  readonly model: string | null;
  /** The column that they become. */
  readonly name: string;
}

/** Something that is to be watched: as a cell, or in the suite beside the notebook. */
export interface IWatching {
  readonly kind: 'watch';
  readonly watch:
    | 'drift'
    | 'embedding'
    | 'missing'
    | 'type'
    | 'range'
    | 'new_categories'
    | 'duplicates'
    | 'performance'
    | 'share';
  /** null where it is of whole rows. */
  readonly column: string | null;
  /** Of performance. */
  readonly metric: string | null;
  /** From where on it is an alarm: a fixed limit, or how much more than in the reference; null of a type, which either is the same or is not. */
  readonly limit: number | { readonly change: number } | null;
  /** Conditions that rows must meet; of a share those that are counted. */
  readonly where: readonly Condition[];
  /** How the monitor is called where what is watched does not tell it from others. */
  readonly name: string | null;
  /** Column that groups rows which are not independent, as on screen. */
  readonly unit: string | null;
  /** What the values were said to be, where that is not guessed. */
  readonly valueKind: 'number' | 'category' | null;
  readonly isInFile: boolean;
}

/** A report of all rows, which a cell is to write as a file. */
export interface IReporting {
  readonly kind: 'report';
  readonly unit: string | null;
  readonly limit: number;
  /** The name of the file, beside the notebook. */
  readonly file: string;
  /** Whether it takes the place of one that is there; without it such a one stays, and the cell is not inserted. */
  readonly isReplacing: boolean;
}

/** Columns of a dataframe that a cell is to give other names. */
export interface IRenaming {
  readonly kind: 'renaming';
  readonly set: SetName;
  /** The name that each has, and the one that it is to have. */
  readonly names: readonly (readonly [string, string])[];
}

/** A model that the kernel could embed with. */
export interface IEmbedder {
  readonly model: string;
  readonly dimension: number | null;
  readonly licence: string;
  readonly note: string;
}

/** What the kernel could embed with, and how long one of these would take. */
export interface IEmbedders {
  readonly models: readonly IEmbedder[];
  /** The one that was measured. */
  readonly model: string | null;
  readonly seconds: number | null;
  /** On how many texts, images or rows. */
  readonly sample: number;
  readonly problem: string | null;
}

/** What rows must meet. */
export type Condition = NonNullable<Summary['where']>[number];

/** A condition that a person chose by pointing at something. */
export interface IChosen {
  readonly condition: Condition;
  /** How it is called where its own words do not tell: the name of a cluster. */
  readonly label?: string;
}

/** The rows that meet all conditions, of how many. */
export interface ICohortCount {
  readonly rows: number;
  readonly of: number;
}

/** The answer to a recipe: its main table, its parts, and the facts about the whole. */
export interface IResult {
  readonly table: Table;
  readonly parts: ReadonlyMap<string, Table>;
  readonly meta: Readonly<Record<string, unknown>>;
}

/** A recipe under way; `done` settles when it has ended, and rejects with a `ProblemError`. */
export interface IAnalysis {
  readonly recipe: Recipe;
  /** Where the work stands. */
  readonly event: AnalysisEvent;
  readonly changed: ISignal<IAnalysis, AnalysisEvent>;
  readonly done: Promise<IResult>;
  cancel(): void;
}

/** The side of a comparison that a set stands on. */
export type SetName = 'primary' | 'reference';

/** Rows of one set, by position in the frame that was read. */
export interface IRows {
  readonly set: SetName;
  readonly rows: readonly number[];
  /** How many rows the set had when they were picked; as many as now without it. */
  readonly of?: number;
  /** What the set's values looked like then, in the column that they were picked by: the same number of rows may be other rows. */
  readonly print?: string;
  /** How many they are, where they are too many for a notebook to keep: `rows` is empty then. */
  readonly n?: number;
}

/** What a cell does with the rows that it has made: look for more like them, find the direction to them, make a prompt of them; or write them, which does not run at once. */
export type IAfter =
  | {
      readonly kind: 'similar';
      /** The variable of the dataframe to look in, and its column of vectors. */
      readonly pool: string;
      readonly column: string;
    }
  | {
      readonly kind: 'finetune';
      readonly format: 'chat' | 'classification' | 'images';
      /** What is read from which column. */
      readonly columns: Readonly<Record<string, string>>;
      readonly unit: string | null;
      readonly embedding: string | null;
    }
  | { readonly kind: 'file' }
  | {
      readonly kind: 'direction';
      /** The rows that it leads from, and the column of vectors that it is in. */
      readonly other: ISelection;
      readonly column: string;
      readonly unit: string | null;
      /** The column that says how far along it each row of these sets lies. */
      readonly name: string;
      readonly sets: readonly SetName[];
    }
  | {
      readonly kind: 'prompt';
      /** The set that the rows are told from. */
      readonly among: SetName;
      readonly text: string;
      readonly label: string;
      readonly unit: string | null;
      readonly embedding: string | null;
    };

/**
 * What a person picked in a view: how it is called, the rows, and the code that gives them again.
 */
export interface ISelection {
  /** Unique in the inspection. */
  readonly id: string;
  /** What it is, in words: "iraq · terrorists · afghanistan". */
  readonly label: string;
  readonly rows: readonly IRows[];
  /** A name for the variable, a valid Python identifier. */
  readonly variable: string;
  /** What its cell does with the rows beside showing them; never kept. */
  readonly after?: IAfter;
  /** One or two lines for the comment above the code: what and how much. */
  readonly comment: readonly string[];
  /** The recipe that it came from, and the Python expression on its result (`.cluster(18)`); without it the rows are written out. */
  readonly source: { readonly recipe: Recipe; readonly call: string } | null;
  /** The column of the view that it was picked in, null for the overview; told by the source, or unknown, without it. */
  readonly view?: string | null;
  /** The conditions that give the rows, whatever the sets hold. */
  readonly conditions?: readonly Condition[];
  /** What a person says of it: in many words, and in one that others share ("mislabelled"). */
  readonly note?: string;
  readonly tag?: string;
  /** Rows that were labelled, or noted, one by one; `label` is what with. */
  readonly mark?: Mark;
}

export type Mark = 'label' | 'note';

/** The labels and notes of rows of one set, as columns beside it. */
export interface ILabels {
  readonly kind: 'labels';
  readonly sets: readonly {
    readonly set: SetName;
    readonly marks: readonly {
      readonly mark: Mark;
      readonly text: string;
      readonly rows: readonly number[];
    }[];
  }[];
}

/** What is to be pinned to a dashboard. */
export interface IPin {
  readonly recipe: Recipe;
  /** What it is called, where the recipe alone does not say it. */
  readonly title?: string;
  /** The cluster that is looked at, by its name. */
  readonly focus?: string | null;
}

/** What is to be pinned, of which sets, and beside what the dashboard is asked for. */
export interface IPinRequest {
  readonly inspection: IInspection;
  readonly pin: IPin;
  readonly anchor: Element | null;
}

/** What can be put into a cell. */
export type Insertable =
  | ISelection
  | Recipe
  | IEmbedding
  | ILabels
  | IWatching
  | IReporting
  | IRenaming;

/** The selections that are kept, and what is done with them; each change can be taken back. */
export interface ISelections {
  readonly all: readonly ISelection[];
  /** What the keys 1 to 9 label rows with. */
  readonly labels: readonly string[];
  /** Keep a selection, or another of the same id in its place; its rows are looked for where only conditions say which they are. */
  keep(selection: ISelection): Promise<void>;
  change(
    id: string,
    change: Partial<Pick<ISelection, 'label' | 'note' | 'tag'>>
  ): void;
  remove(id: string): void;
  /** The selection with every row of it, as the sets are now; rejects with a `ProblemError` where they cannot be had. */
  whole(selection: ISelection): Promise<ISelection>;
  /** Ask a live one again, though its map is another one. */
  again(id: string): Promise<void>;
  /** Make a live one the list of the rows that it has now. */
  freeze(id: string): Promise<void>;
  /** Why a live one could not be counted again, or that it is being counted. */
  state(id: string): { readonly problem: string | null } | undefined;
  /** Label rows, or note something of them; null takes it back. */
  mark(
    mark: Mark,
    text: string | null,
    rows: readonly IRows[],
    view: string | null
  ): void;
  /** Change what the keys stand for; rows that had a label have what it is called now. */
  relabel(labels: readonly string[]): void;
  undo(): boolean;
  redo(): boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** A view, and what is to be selected in it. */
export interface IPointed {
  /** The column of the view; null for the overview. */
  readonly view: string | null;
  /** In the overview: whether the quality is looked at, and of which column. */
  readonly quality?: { readonly column: string | null };
  /** A window of time, as the view of a column takes it. */
  readonly window?: {
    readonly iso: readonly [string, string];
    readonly kind: TimeKind;
  };
  /** What the predictions are grouped by. */
  readonly segment?: string;
  /** Of the predictions: which number. */
  readonly metric?: string;
}

/** What happened to a set since it was read. */
export interface IStaleness {
  /** The sets that are not as they were read. */
  readonly sets: readonly ('primary' | 'reference')[];
  /** Those of them in which a position may be another row now. */
  readonly moved: readonly ('primary' | 'reference')[];
  readonly message: string;
  /** Of outputs of an earlier kernel, which cannot be read again: the variables to read instead, none where one of them is not there. */
  readonly instead?: readonly {
    readonly set: 'primary' | 'reference';
    readonly name: string;
  }[];
}

/** A column that somebody chose as the time, until the sets are others. */
export interface ITimeChoice {
  readonly column: string;
  /** The time column before. */
  readonly before: string | null;
  /** Why it is likely none. */
  readonly doubt: string | null;
  /** Take the one before again. */
  back(): Promise<void>;
}

/**
 * One inspection: a primary set, perhaps a reference, in one kernel. All views of it share this object.
 */
export interface IInspection {
  readonly id: string;
  /** Path of the notebook or console that it belongs to. */
  readonly path: string;
  readonly primary: InferencesModel;
  readonly reference: InferencesModel | null;
  /** Documents that the rows of the others are queries for. */
  readonly corpus: InferencesModel | null;
  /** Emitted when the sets were swapped, refreshed or replaced, a selection was saved, or the unit or limit changed. */
  readonly changed: ISignal<IInspection, void>;
  readonly isDisposed: boolean;
  /** Column that groups rows which are not independent, or null. */
  unit: string | null;
  /** The limit above which drift matters, PSI. */
  limit: number;
  /** What the rows that all views show must meet; none is all rows. */
  readonly where: readonly IChosen[];
  /** Conditions that went with the map that they were of, until somebody has seen it. */
  readonly dropped: readonly IChosen[];
  dismissDropped(): void;
  /** How many rows of each set that are; null while it is not known. */
  readonly cohort: Readonly<Record<SetName, ICohortCount | null>> | null;
  /** Show only rows that meet these, too. */
  narrow(chosen: readonly IChosen[]): void;
  /** The same without those that a finding came with: what stands out is looked for among these rows, whichever finding is looked at. */
  readonly whereBefore: readonly IChosen[];
  /** Show the rows that a finding is of, or with null those from before again. */
  visit(chosen: readonly IChosen[] | null): void;
  /** Take back a condition; null is all of them. */
  widen(chosen: IChosen | null): void;
  /** Take back the last change of the conditions; false when there is none. */
  undoCohort(): boolean;
  readonly canUndoCohort: boolean;
  /** Why the numbers on screen may be old, or null. */
  readonly stale: IStaleness | null;
  /** The sets in which a position may be another row now than the one that is shown, whether or not somebody wants to hear of it. */
  readonly moved: readonly ('primary' | 'reference')[];
  readonly selections: readonly ISelection[];
  /** Names that a person gave to clusters: some rows of each, by which it is found again. */
  readonly clusterNames: readonly ISelection[];
  /** Say which names the clusters of an embedding have; the others go. Kept with the notebook. */
  nameClusters(embedding: string, names: readonly ISelection[]): void;
  /** The analyses that were asked, the last asked last. */
  readonly analyses: readonly IAnalysis[];
  /** Emitted when an analysis starts or moves on. */
  readonly worked: ISignal<IInspection, IAnalysis>;
  /** Ask a recipe; the same recipe asked twice is one analysis. */
  run(recipe: Recipe): IAnalysis;
  /** Values of columns of one set, of all rows or some, cached while the set lives. */
  columns(
    set: SetName | 'corpus',
    names: readonly string[],
    rows?: readonly number[]
  ): Promise<Table>;
  /** The images that some rows of a column are, or name: `type, data, problem`; addresses are asked only with `urls`. */
  images(
    set: SetName,
    column: string,
    rows: readonly number[],
    urls: boolean
  ): Promise<Table>;
  /** What the dataframe's own index calls rows; null where it has none or only counts. */
  labelsOf(
    set: 'primary' | 'reference',
    rows: readonly number[]
  ): Promise<readonly string[] | null>;
  /** Open a view and select something in it; views follow the last that was asked for, another object each time, at `changed`. */
  point(at: IPointed): void;
  readonly pointed: IPointed | null;
  /** Open (or bring to front) the view of a column or embedding. */
  openColumn(column: string): void;
  openOverview(): void;
  /** Open the view of how good the predictions are. */
  openPerformance(): void;
  /** Open the view of how well queries are served by the corpus. */
  openRetrieval(): void;
  /** Ask for a dashboard to put an answer on, of the rows that are shown. */
  pin(what: IPin, anchor: Element | null): void;
  /** Take documents as the corpus, or none; the views stay. */
  useCorpus(corpus: IFrameName | null): Promise<void>;
  swap(): Promise<void>;
  /** Dataframes of the same kernel that could be the reference, the most alike first. */
  readonly candidates: readonly FrameListing[];
  /** Take another reference, or none; the views stay. */
  compare(reference: IFrameName | null): Promise<void>;
  /** Take another dataframe as one of the sets; the views stay. */
  take(set: SetName, name: IFrameName): Promise<void>;
  /** Read again what changed in the kernel. */
  refresh(): Promise<void>;
  /** Say what a column is for, in both sets; null takes back what was said. Kept with the notebook. */
  correct(column: string, said: IRoleChange | null): Promise<void>;
  /** What likely are predictions and labels, unless somebody has said that they are not. */
  readonly plausible: readonly Correction[];
  /** Say that they are. */
  usePlausible(): Promise<void>;
  /** Hear no more of them. */
  declinePlausible(): void;
  /** The sets that are outputs of a variable which has changed since. */
  readonly older: readonly SetName[];
  /** The time column that was chosen last, while that can be taken back. */
  readonly timeChoice: ITimeChoice | null;
  chooseTime(choice: ITimeChoice | null): void;
  /** Keep showing the old numbers. */
  dismissStale(): void;
  /** Keep a selection, with the notebook where that can be. */
  save(selection: ISelection): void;
  readonly kept: ISelections;
  /** Open the view that a selection was picked in, where it may be picked again. */
  show(selection: ISelection): void;
  /** The selection that was last asked to be shown, another object each time; views may follow it at `changed`. */
  readonly shown: ISelection | null;
  /** What is picked in the view of each embedding, so that it is again when the view comes back. */
  readonly picked: ReadonlyMap<string, ISelection>;
  pick(embedding: string, selection: ISelection | null): void;
  /**
   * Put a cell with the code of a selection (or of a recipe alone) below the active cell and run it when the kernel is idle.
   * Resolves to a sentence about what was done.
   */
  insert(what: Insertable): Promise<IInserted>;
  /** The models for a column of texts (null is the rows) that the kernel has, and the time of one, the first without a name. */
  embedders(column: string | null, model?: string): Promise<IEmbedders>;
  /** Make the rows a variable in the kernel at once; resolves to its name. */
  exportRows(selection: ISelection, name?: string): Promise<IExported>;

  /** What a variable with these rows is best called: as before where they were exported already. */
  exportName(selection: ISelection): string;
}

/** Rows that are a variable of the kernel. */
export interface IExported {
  readonly name: string;
  /** The variables with the rows of each set, when there are rows of both. */
  readonly parts: readonly string[];
  /** Whether they were there before: nothing was made. */
  readonly wasThere: boolean;
}

/** A cell that was inserted. */
export interface IInserted {
  readonly message: string;
  /** False when the cell failed, was not run though it should have been, or gave another number of rows than were shown. */
  readonly isAsPromised: boolean;
  /** Remove the cell again, if it is unchanged; false when it was not removed. Null where there is no cell. */
  readonly undo: (() => boolean) | null;
  /** Bring the cell into sight; null where it is. */
  readonly show: (() => void) | null;
  /** Open the file that it has written. */
  readonly open?: () => void;
}

/** A dataframe that is being read. */
export interface IReading {
  readonly name: string;
  readonly nbytes: number | null;
  /** When a cell was seen to be in the way, in ms since the epoch; null where none is. */
  readonly waitsSince: number | null;
  cancel(): void;
}

/** A view that is asked for: of a column, or of the whole. */
export interface IViewRequest {
  readonly inspection: IInspection;
  readonly column: string | null;
  /** Whether it takes the focus; a cell that runs leaves it where the person works. */
  readonly takesFocus: boolean;
}

/** What was answered, in digests that hold nothing of the data: by these one can tell later whether it is still so. */
export interface IAnswer extends Trace {
  readonly recipe: Recipe;
}

/** Saved selections of one pair of sets, named by their variables. */
export interface IKept {
  readonly primary: string;
  readonly reference: string | null;
  readonly selections: readonly ISelection[];
  /** Names that a person gave to clusters. */
  readonly clusters?: readonly ISelection[];
  /** What rows are labelled with, where somebody has said it. */
  readonly labels?: readonly string[];
  /** What was answered about the sets. */
  readonly answers?: readonly IAnswer[];
}

/** The saved selections of notebooks, by their paths. */
export interface IShelf {
  /** All that there are, of what is open and of what is not. */
  of(path: string): readonly IKept[];
  /** Those whose sets are not inspected now. */
  waiting(path: string): readonly IKept[];
  /** Take what a notebook has kept, for the inspections that are open or will be. */
  put(path: string, kept: readonly IKept[]): void;
  /** A notebook has another path. */
  move(from: string, to: string): void;
  /** Emitted, with the path of the notebook, when any of its selections may be others. */
  readonly changed: ISignal<IShelf, string>;
}

/** What a person says of a column: what it is for, whether its values are quantities or categories. */
export interface IRoleChange {
  readonly role?: ColumnInfo['role'];
  readonly kind?: 'number' | 'category';
  /** Of vectors: the column that they were made of, '' for none. */
  readonly raw_data?: string;
  readonly link_to_data?: string;
}

/** What was said of the columns of a dataframe, by its variable. */
export interface IKeptRoles {
  readonly variable: string;
  readonly corrections: readonly Correction[];
  /** The column that groups its rows which are not independent, where one was chosen. */
  readonly unit?: string;
}

/** What was said of the columns of the dataframes of notebooks, by their paths. */
export interface IRoles {
  of(path: string): readonly IKeptRoles[];
  /** Take what a notebook has kept, for what is open and what will be. */
  put(path: string, kept: readonly IKeptRoles[]): void;
  /** A notebook has another path. */
  move(from: string, to: string): void;
  /** Emitted, with the path of the notebook, when something else is said. */
  readonly changed: ISignal<IRoles, string>;
}

/** The dataframes of the notebook in front, and what can be done with them. */
export interface IPhoenix {
  readonly kernel: KernelState | null;
  readonly frames: readonly FrameListing[];
  /** Path of the notebook (or console) in front, or null. */
  readonly path: string | null;
  readonly state:
    | 'no-notebook'
    | 'no-kernel'
    | 'starting'
    | 'busy'
    | 'ready'
    | 'unsupported'
    | 'failed';
  /** What to tell the user in the states other than "ready". */
  readonly message: string;
  /** What could be done about it, or null. */
  readonly hint: string | null;
  /** When the kernel was found busy, in ms since the epoch, or null. */
  readonly busySince: number | null;
  /** What is being read. */
  readonly reading: readonly IReading[];
  /** The inspection of the notebook in front that the panel shows. */
  readonly current: IInspection | null;
  readonly shelf: IShelf;
  readonly roles: IRoles;
  readonly changed: ISignal<IPhoenix, void>;
  /** Emitted when a view should be opened or come to the front. */
  readonly viewRequested: ISignal<IPhoenix, IViewRequest>;
  /** Emitted when something is to be pinned to a dashboard. */
  readonly pinRequested: ISignal<IPhoenix, IPinRequest>;
  /** Emitted when an analysis of the current inspection starts or moves on. */
  readonly worked: ISignal<IPhoenix, IAnalysis>;
  /** Look again; does nothing in the kernel while nobody watches, unless asked for by a person. */
  refresh(): Promise<void>;
  /** Inspect frames, named by ref or by expression; opens the overview, which takes the focus unless told otherwise. */
  inspect(
    primary: IFrameName,
    reference?: IFrameName | null,
    options?: {
      readonly takesFocus?: boolean;
      readonly corpus?: IFrameName | null;
    }
  ): Promise<IInspection>;
  /** Show an inspection in the panel: a view of it came to the front; `column` is null for the overview, absent when nobody knows. */
  select(inspection: IInspection, column?: string | null): void;
  /** Take a notebook or console as the one in front: a view of it came there. */
  follow(path: string): void;
  /** Whether what is inspected is looked through for findings without being asked. */
  readonly findsByItself: boolean;
  /** The column of the view that was last in front; null for the overview. */
  readonly column: string | null;
  /** Add a cell with code below the active one, without running it. */
  insertCode(code: string): void;
  /** Delete the results that the server keeps. */
  clearCache(): Promise<void>;
  /** Keep the list of dataframes and the staleness of what is open up to date until disposed. */
  watch(): IDisposable;
  /** Keep an inspection alive until disposed. */
  hold(inspection: IInspection): IDisposable;
  /** Whether a notebook or console is open and has a kernel. */
  hasKernel(path: string): boolean;
  /** The dataframes of the kernel of a notebook or console, as far as somebody has looked; null where it is not open. */
  framesOf(path: string): readonly FrameListing[] | null;
  /** Read dataframes of a notebook as they are now, for something else than the panel: what that shows stays. */
  take(
    path: string,
    primary: string,
    reference: string | null
  ): Promise<IInspection>;
  /** Take up an inspection that was open before, without computing; null if its sets are gone. */
  restore(state: IInspectionState): Promise<IInspection | null>;
  /** Read the sets of an inspection that was open before, by their variables. */
  reopen(state: IInspectionState): Promise<IInspection>;
  /** Start a Python kernel for the notebook in front. */
  startKernel(): Promise<void>;
  /** How the kernel that `startKernel` starts is called. */
  readonly kernelName: string;
}

/** What is kept of an inspection when its notebook is closed, or the page is left. */
export interface IInspectionState {
  readonly path: string;
  readonly primary: ISetState;
  readonly reference: ISetState | null;
  readonly corpus?: ISetState;
  readonly unit: string | null;
  readonly limit: number;
  readonly where?: readonly IChosen[];
  /** The conditions without those that a finding came with, where one is looked at. */
  readonly whereBefore?: readonly IChosen[];
  /** What is picked in views, as a notebook keeps selections; a workspace may hold anything there. */
  readonly picked?: unknown;
}

/** What is kept of a set: its name, its variable, and what the server called it. */
export interface ISetState {
  readonly name: string;
  readonly variable: string | null;
  readonly id: string | null;
  /** The schema that it was given, as by `px.inspect(px.Inferences(df, schema))`. */
  readonly schema?: Schema | null;
}

/** How a frame is named to the server: the very object, or an expression of the kernel. */
export interface IFrameName {
  readonly ref?: string;
  readonly expression?: string;
  readonly name?: string;
  /** What its columns are for; guessed without it. */
  readonly schema?: Schema;
}

export const IPhoenix = new Token<IPhoenix>(
  'phoenix-lab:IPhoenix',
  'The dataframes of the notebook in front, and the inspection that is open.'
);

/** The views that are open. */
export interface IViews {
  /** Those of a notebook or console. */
  open(
    path: string
  ): { readonly state: IInspectionState; readonly column: string | null }[];
  /** Open a view of an earlier time; it computes nothing until it is asked to. */
  reopen(state: IInspectionState, column: string | null): void;
  /** Emitted, with the path of the notebook, when a view was opened or closed, or what it is about has changed. */
  readonly changed: ISignal<object, string>;
}

export const IViews = new Token<IViews>(
  'phoenix-lab:IViews',
  'The views that are open beside the notebooks.'
);

/** How the names of histories of monitors end where nobody calls them otherwise. */
export const HISTORY = '.phoenix-history';

/** The id of the side panel's widget. */
export const PANEL_ID = 'phoenix-lab-panel';

export namespace CommandIDs {
  export const open = 'phoenix-lab:open';
  export const inspect = 'phoenix-lab:inspect';
  export const compare = 'phoenix-lab:compare';
  export const insertSelection = 'phoenix-lab:insert-selection';
  export const exportSelection = 'phoenix-lab:export-selection';
  export const refresh = 'phoenix-lab:refresh';
  export const newDashboard = 'phoenix-lab:new-dashboard';
  /** Used by the menu of dashboards only. */
  export const pin = 'phoenix-lab:pin';
  /** Used by the layout restorer only. */
  export const restoreView = 'phoenix-lab:restore-view';
}
