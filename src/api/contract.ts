/* Generated from the Python models by `jlpm contract`: do not edit. */

export interface Contract {
  AnalysisEvent: AnalysisEvent;
  AnalysisModel: AnalysisModel;
  AnalysisRequest: AnalysisRequest;
  ColumnInfo: ColumnInfo;
  ColumnsRequest: ColumnsRequest;
  Correction: Correction;
  Distribution: Distribution;
  EmbeddingColumnNames: EmbeddingColumnNames;
  EmbeddingMap: EmbeddingMap;
  ExportModel: ExportModel;
  ExportRequest: ExportRequest;
  FrameListing: FrameListing;
  Frames: Frames;
  InferencesModel: InferencesModel;
  InferencesRequest: InferencesRequest;
  KernelState: KernelState;
  Neighbors: Neighbors;
  Performance: Performance;
  Problem: Problem;
  ReadProgress: ReadProgress;
  RetrievalEmbeddingColumnNames: RetrievalEmbeddingColumnNames;
  RolesRequest: RolesRequest;
  Schema: Schema;
  SelectionPart: SelectionPart;
  Summary: Summary;
  TimeSeries: TimeSeries;
}
/**
 * One line of `GET analyses/<id>/events`: where the work stands.
 *
 * `stage` is a short name such as "reading", "neighbors" or "layout"; `fraction` is its progress, 0 to 1; `remaining` is an estimate
 * in seconds of the whole work; `reading` is set while the kernel sends. The last line of the stream has a state other than "running".
 */
export interface AnalysisEvent {
  state: 'running' | 'done' | 'failed' | 'cancelled';
  stage: string;
  fraction: number;
  remaining: number | null;
  elapsed: number;
  cached: boolean;
  reading: ReadProgress | null;
  parts: string[];
  problem: Problem | null;
}
/**
 * How many bytes of a dataframe have come from its kernel; `total` is an estimate until the last column is known.
 */
export interface ReadProgress {
  name: string;
  done: number;
  total: number;
}
/**
 * Why something failed, for a person: one sentence, and what could be done.
 */
export interface Problem {
  message: string;
  hint: string | null;
  column: string | null;
}
/**
 * Answer to `POST analyses`.
 */
export interface AnalysisModel {
  id: string;
  event: AnalysisEvent;
}
/**
 * Body of `POST analyses`: run a recipe on sets that were read before.
 */
export interface AnalysisRequest {
  recipe: Summary | Distribution | TimeSeries | EmbeddingMap | Neighbors | Performance;
  primary: string;
  reference?: string | null;
  corpus?: string | null;
}
/**
 * One row a column: role, type, missing, cardinality, statistics and drift.
 *
 * Parameters
 * ----------
 * columns
 *     The columns to look at; None is all of them.
 * unit
 *     Column whose values group rows that are not independent of each other (a session, a user, a document).
 *     Permutations and bootstraps then move whole groups.
 */
export interface Summary {
  columns?: string[] | null;
  unit?: string | null;
  kind: 'summary';
}
/**
 * A column's distribution, set beside set.
 *
 * Parameters
 * ----------
 * column
 *     Name of the column.
 * window
 *     Only the primary rows of this time; None is all of them. The reference stays whole.
 * unit
 *     See `Summary`.
 */
export interface Distribution {
  column: string;
  window?: [string, string] | null;
  unit?: string | null;
  kind: 'distribution';
}
/**
 * A metric through time, with the number of rows behind each point.
 *
 * Parameters
 * ----------
 * column
 *     Name of the column (or of an embedding's vector column).
 * metric
 *     What is followed; None takes the column's headline: PSI, or for vectors the Euclidean distance of centroids.
 * window, step
 *     Durations such as `"7d"`, `"1h"`, `"1mo"` or `"1y"`; None chooses them from the span of the data.
 * unit
 *     See `Summary`.
 */
export interface TimeSeries {
  column: string;
  metric?:
    ('psi' | 'js' | 'ks' | 'wasserstein' | 'mean' | 'missing' | 'count' | 'euclidean' | 'cosine' | 'accuracy') | null;
  window?: string | null;
  step?: string | null;
  unit?: string | null;
  kind: 'time_series';
}
/**
 * The map of an embedding (UMAP) and its clusters (HDBSCAN), each tested for change.
 *
 * Parameters
 * ----------
 * embedding
 *     Name of the vector column.
 * n_components
 *     Dimensions of the map.
 * n_neighbors, min_dist
 *     UMAP's parameters.
 * min_cluster_size
 *     HDBSCAN's parameter; None follows the number of rows.
 * sample
 *     At most this many rows fit the map, the others are placed on it; None follows the number of rows.
 * window
 *     Only the primary rows of this time count in the clusters' shares and tests; the map is that of all rows.
 * seed
 *     Seed of everything random; the same seed and data give the same map, bit for bit.
 * unit
 *     See `Summary`.
 */
export interface EmbeddingMap {
  embedding: string;
  n_components?: number;
  n_neighbors?: number;
  min_dist?: number;
  min_cluster_size?: number | null;
  sample?: number | null;
  window?: [string, string] | null;
  seed?: number;
  unit?: string | null;
  kind: 'embedding_map';
}
/**
 * The rows nearest to one row, of both sets, by their vectors and not by their places on a map; found exactly.
 *
 * Parameters
 * ----------
 * embedding
 *     Name of the vector column.
 * row
 *     Position of the row in its set, from 0.
 * set
 *     The set that it is of.
 * k
 *     How many rows, of both sets together; the row itself is not among them, copies of it are.
 */
export interface Neighbors {
  embedding: string;
  row: number;
  set?: 'primary' | 'reference';
  k?: number;
  kind: 'neighbors';
}
/**
 * How good the predictions are in both sets, and whether they have become worse.
 *
 * Columns that are not named are those whose roles say so. With labels of both sorts, or a score beside the actual labels, the task is
 * classification; with a predicted and an actual number, regression.
 *
 * Parameters
 * ----------
 * prediction, actual
 *     Columns of the predicted and the actual labels, or numbers.
 * score
 *     Column of the score (a probability) of two classes.
 * positive
 *     The class that is looked for, of two; None takes the one that a high score speaks for.
 * threshold
 *     Predict the positive class from this score on; None takes the predicted labels as they are, or without them a score of .5.
 * segment
 *     Column whose values (or, of numbers, ranges of the reference) are compared one by one.
 * metric
 *     What the segments are compared by; None is accuracy, or the mean absolute error.
 * unit
 *     See `Summary`.
 * task
 *     "classification" or "regression"; None goes by roles, or where columns are named by their values: numbers of more than 20 sorts,
 *     or with fractions, are no labels.
 */
export interface Performance {
  prediction?: string | null;
  actual?: string | null;
  score?: string | null;
  positive?: string | null;
  threshold?: number | null;
  segment?: string | null;
  metric?:
    | (
        | 'accuracy'
        | 'balanced_accuracy'
        | 'precision'
        | 'recall'
        | 'f1'
        | 'mcc'
        | 'roc_auc'
        | 'average_precision'
        | 'brier'
        | 'log_loss'
        | 'calibration_bias'
        | 'mae'
        | 'rmse'
        | 'mape'
        | 'r2'
        | 'bias'
      )
    | null;
  unit?: string | null;
  task?: ('classification' | 'regression') | null;
  kind: 'performance';
}
/**
 * One column of a frame as everything after the reading sees it.
 *
 * Parameters
 * ----------
 * name
 *     The column's name in the Arrow table; unique in the frame.
 * position
 *     Its place in the user's frame, from 0.
 * dtype
 *     The type as the user's library prints it.
 * kind, role
 *     How its values behave and what it is for.
 * carrier
 *     What type carries its values.
 * reason
 *     Why this role: "named in the schema", "guessed: name and type", …
 * raw_data
 *     For an embedding: the name of the column with its text, if there is one.
 * link_to_data
 *     For an embedding: the name of the column with its image path or URL, if there is one.
 * dimension
 *     For an embedding: the length of its vectors.
 * problem
 *     Why the column cannot be used, in one sentence for the user; None when it can.
 */
export interface ColumnInfo {
  name: string;
  position: number;
  dtype: string;
  kind: 'number' | 'category' | 'boolean' | 'text' | 'time' | 'vector' | 'other';
  role:
    | 'prediction_id'
    | 'timestamp'
    | 'feature'
    | 'tag'
    | 'prediction_label'
    | 'prediction_score'
    | 'actual_label'
    | 'actual_score'
    | 'prompt'
    | 'response'
    | 'document'
    | 'embedding'
    | 'raw_data'
    | 'link_to_data'
    | 'excluded';
  carrier: 'number' | 'text' | 'boolean' | 'time' | 'vector' | 'other';
  reason: string;
  raw_data: string | null;
  link_to_data: string | null;
  dimension: number | null;
  problem: string | null;
}
/**
 * Body of `POST inferences/<id>/columns`: values of some columns, of all rows or of some; the answer is an Arrow stream.
 */
export interface ColumnsRequest {
  columns: string[];
  rows?: number[] | null;
}
/**
 * What a person says of one column instead of what is guessed, or named in a schema.
 *
 * Parameters
 * ----------
 * column
 *     Its name.
 * role
 *     What it is for; None leaves that as it is.
 * kind
 *     Whether its values are quantities or categories; None leaves that as it is.
 */
export interface Correction {
  column: string;
  role?:
    | (
        | 'prediction_id'
        | 'timestamp'
        | 'feature'
        | 'tag'
        | 'prediction_label'
        | 'prediction_score'
        | 'actual_label'
        | 'actual_score'
        | 'prompt'
        | 'response'
        | 'document'
        | 'embedding'
        | 'raw_data'
        | 'link_to_data'
        | 'excluded'
      )
    | null;
  kind?: ('number' | 'category') | null;
}
/**
 * The columns of one embedding: its vectors, and what they were made from.
 *
 * Parameters
 * ----------
 * vector_column_name
 *     Column of equally long numeric vectors.
 * raw_data_column_name
 *     Column of the text that was embedded.
 * link_to_data_column_name
 *     Column of paths or URLs of the images (or other files) that were embedded.
 */
export interface EmbeddingColumnNames {
  vector_column_name: string;
  raw_data_column_name?: string | null;
  link_to_data_column_name?: string | null;
}
/**
 * Answer to `POST exports`.
 */
export interface ExportModel {
  name: string;
  n_rows: number;
  library: string;
}
/**
 * Body of `POST exports`: make the rows a variable of the kernel and an entry of `px.exports`.
 */
export interface ExportRequest {
  kernel_id: string;
  name: string;
  parts: SelectionPart[];
}
/**
 * Rows of one set, by their positions in the frame that was read.
 */
export interface SelectionPart {
  inferences: string;
  rows: number[];
}
/**
 * One dataframe of a kernel, as the panel lists it.
 *
 * `ref` names the very object, whatever happens to the variable; `names` are the variables that hold it.
 */
export interface FrameListing {
  ref: string;
  names: string[];
  library: string;
  type: string;
  n_rows: number | null;
  n_columns: number;
  nbytes: number | null;
  embeddings: string[];
}
/**
 * Answer to `GET frames?kernel_id=…`.
 */
export interface Frames {
  kernel: KernelState;
  frames: FrameListing[];
}
/**
 * What the server found out about a kernel.
 */
export interface KernelState {
  kernel_id: string;
  alive: boolean;
  subshells: boolean;
  python: string;
  pyarrow: string | null;
  phoenix_lab: string | null;
  server_version: string;
  problem: string | null;
}
/**
 * One dataframe that the server knows; its values are read by column, as views ask for them.
 *
 * `span` is the first and last instant of the timestamp column, ISO 8601, once that column was read. `n_columns` counts as the user
 * does: without the levels of a pandas index, which `columns` has where they say something. `schema` is what code must pass to have the
 * same roles: None when they are guessed. `given` is the schema that it was read with, `corrections` are all that were said of it since;
 * `problems` tell which of them do not fit.
 */
export interface InferencesModel {
  id: string;
  kernel_id: string;
  ref: string;
  name: string;
  variable: string | null;
  library: string;
  n_rows: number;
  n_columns: number;
  nbytes: number | null;
  columns: ColumnInfo[];
  span: [string, string] | null;
  problems: string[];
  schema: Schema | null;
  given: Schema | null;
  corrections: Correction[];
}
/**
 * Names the columns of a dataframe by their role; a column that is not named is a feature.
 *
 * The field names are those of Arize Phoenix, so that a schema written for it works unchanged. Three things are more than Phoenix knows:
 *
 * Parameters
 * ----------
 * prompt_column_names
 *     May be the name of a column of text, without vectors, as `response_column_names` may.
 * discrete_column_names
 *     Columns whose values are categories though they are numbers (codes, ratings), or are long texts.
 * continuous_column_names
 *     Columns of numbers that are quantities though their names or few values look like codes.
 */
export interface Schema {
  prediction_id_column_name?: string | null;
  timestamp_column_name?: string | null;
  feature_column_names?: string[] | null;
  tag_column_names?: string[] | null;
  prediction_label_column_name?: string | null;
  prediction_score_column_name?: string | null;
  actual_label_column_name?: string | null;
  actual_score_column_name?: string | null;
  prompt_column_names?: EmbeddingColumnNames | RetrievalEmbeddingColumnNames | string | null;
  response_column_names?: EmbeddingColumnNames | string | null;
  document_column_names?: EmbeddingColumnNames | null;
  document_id_column_name?: string | null;
  embedding_feature_column_names?: {
    [k: string]: EmbeddingColumnNames;
  } | null;
  excluded_column_names?: string[] | null;
  discrete_column_names?: string[] | null;
  continuous_column_names?: string[] | null;
}
/**
 * An embedded query, with the ids and scores of the documents that were retrieved for it.
 */
export interface RetrievalEmbeddingColumnNames {
  vector_column_name: string;
  raw_data_column_name?: string | null;
  link_to_data_column_name?: string | null;
  context_retrieval_ids_column_name?: string | null;
  context_retrieval_scores_column_name?: string | null;
}
/**
 * Body of `POST inferences`: read one dataframe. Either `ref` or `expression` (a variable's name) says which.
 */
export interface InferencesRequest {
  kernel_id: string;
  ref?: string | null;
  expression?: string | null;
  name?: string | null;
  schema?: Schema | null;
}
/**
 * Body of `POST inferences/<id>/roles`: say of columns what they are for, in place of all that was said before; none leaves what is guessed.
 *
 * The answer is another set of the same values, which are not read again; the old one stays until it is deleted.
 */
export interface RolesRequest {
  corrections: Correction[];
}
