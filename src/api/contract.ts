/* Generated from the Python models by `jlpm contract`: do not edit. */

export interface Contract {
  AllOf: AllOf;
  AnalysisEvent: AnalysisEvent;
  AnalysisModel: AnalysisModel;
  AnalysisRequest: AnalysisRequest;
  AnyOf: AnyOf;
  AtRows: AtRows;
  Attribution: Attribution;
  Change: Change;
  ClusterMeans: ClusterMeans;
  ClusterRules: ClusterRules;
  Cohort: Cohort;
  ColumnInfo: ColumnInfo;
  ColumnsRequest: ColumnsRequest;
  Correction: Correction;
  Distribution: Distribution;
  EmbeddingColumnNames: EmbeddingColumnNames;
  EmbeddingDrift: EmbeddingDrift;
  EmbeddingMap: EmbeddingMap;
  EstimatedPerformance: EstimatedPerformance;
  ExportModel: ExportModel;
  ExportRequest: ExportRequest;
  Findings: Findings;
  FrameListing: FrameListing;
  Frames: Frames;
  HistoryStatus: HistoryStatus;
  ImagesRequest: ImagesRequest;
  InCluster: InCluster;
  InLasso: InLasso;
  InferencesModel: InferencesModel;
  InferencesRequest: InferencesRequest;
  KernelState: KernelState;
  LabelsModel: LabelsModel;
  LabelsRequest: LabelsRequest;
  Length: Length;
  Missing: Missing;
  Neighbors: Neighbors;
  Not: Not;
  OfSet: OfSet;
  Performance: Performance;
  Problem: Problem;
  Quality: Quality;
  Range: Range;
  ReadProgress: ReadProgress;
  Repeated: Repeated;
  ResponseDrift: ResponseDrift;
  Retrieval: Retrieval;
  RetrievalEmbeddingColumnNames: RetrievalEmbeddingColumnNames;
  RolesRequest: RolesRequest;
  Schema: Schema;
  SelectionPart: SelectionPart;
  SeriesStatus: SeriesStatus;
  Slices: Slices;
  Summary: Summary;
  TimeSeries: TimeSeries;
  Trace: Trace;
  Values: Values;
  WindowStatus: WindowStatus;
}
/**
 * Rows that meet all of some conditions, `a & b`; of none, every row.
 *
 * Parameters
 * ----------
 * conditions
 *     The conditions.
 * set
 *     See `Values`.
 */
export interface AllOf {
  conditions: (
    Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not
  )[];
  set?: ('primary' | 'reference') | null;
  kind: 'all_of';
}
/**
 * Rows that hold one of these values.
 *
 * Parameters
 * ----------
 * column
 *     Name of the column.
 * values
 *     What it may hold; None is a missing value. A value alone is written without brackets.
 * negated
 *     Rows that hold anything else. A missing value is something else, unless it is named.
 * set
 *     The set whose rows must meet it, "primary" or "reference"; the other stays whole then. None is both.
 */
export interface Values {
  column: string;
  values: (boolean | number | string | null)[];
  negated?: boolean;
  set?: ('primary' | 'reference') | null;
  kind: 'values';
}
/**
 * Rows whose number or time lies in an interval, closed at its start and open at its end, as bins and windows are.
 *
 * A missing value lies in none.
 *
 * Parameters
 * ----------
 * column
 *     Name of a column of numbers, durations (in seconds) or times.
 * low, high
 *     Its ends, None where it has none. Numbers are compared as the column has them: exactly, however large, and float32 as float32. Of times,
 *     a `datetime` or ISO 8601; one without an offset means UTC, or for naive data what it says.
 * set
 *     See `Values`.
 */
export interface Range {
  column: string;
  low?: number | string | null;
  high?: number | string | null;
  set?: ('primary' | 'reference') | null;
  kind: 'range';
}
/**
 * Rows whose text has at least `low` and fewer than `high` characters.
 *
 * Parameters
 * ----------
 * column
 *     Name of a column of text.
 * low, high
 *     Numbers of characters, None for no limit.
 * set
 *     See `Values`.
 */
export interface Length {
  column: string;
  low?: number | null;
  high?: number | null;
  set?: ('primary' | 'reference') | null;
  kind: 'length';
}
/**
 * Rows without a value: null, NaN, or a vector that cannot be used.
 *
 * Parameters
 * ----------
 * column
 *     Name of the column.
 * negated
 *     Rows that have a value.
 * set
 *     See `Values`.
 */
export interface Missing {
  column: string;
  negated?: boolean;
  set?: ('primary' | 'reference') | null;
  kind: 'missing';
}
/**
 * Rows that are equal, in every one of some columns, to a row before them in their own set: pandas' `duplicated(columns)`.
 *
 * Missing equals missing.
 *
 * Parameters
 * ----------
 * columns
 *     Names of the columns, of values that can be compared: not of vectors. One alone is written without brackets.
 * first
 *     Whether the first of equal rows is among them, too: `duplicated(columns, keep=False)`.
 * among
 *     Conditions that rows must meet to count as equal at all: others are neither repeats nor repeated.
 * set
 *     See `Values`.
 */
export interface Repeated {
  columns: string[];
  first?: boolean;
  among?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  set?: ('primary' | 'reference') | null;
  kind: 'repeated';
}
/**
 * Rows in a cluster of a map of all rows.
 *
 * Parameters
 * ----------
 * map
 *     The recipe of the map. It is not made again where its result is kept.
 * cluster
 *     The cluster's number; −1 is the noise.
 * set
 *     See `Values`.
 */
export interface InCluster {
  map: EmbeddingMap;
  cluster: number;
  set?: ('primary' | 'reference') | null;
  kind: 'in_cluster';
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
 * anchor
 *     What the map is of: "reference" is the reference set alone, (p, r) the first p rows of the primary set and the first r of the reference.
 *     All other rows are placed on it: no point of the map moves, and their places do not depend on one another. Those that are nearer to each
 *     other than to it are areas of their own, `meta["anchor"]["new"]`. None is a map of all rows.
 * picked_from
 *     See `Distribution`.
 * seed
 *     Seed of everything random; the same seed and data give the same map, bit for bit.
 * resamples
 *     In how many parts of the rows, each of 80 % of them, clusters are looked for again: their `stability` is how alike those found
 *     there are. 0 leaves it out; each takes about the time that the clusters took.
 * unit
 *     See `Summary`.
 * where
 *     Conditions that rows must meet to be on the map; the places and clusters are those of the map of all rows.
 */
export interface EmbeddingMap {
  embedding: string;
  n_components?: number;
  n_neighbors?: number;
  min_dist?: number;
  min_cluster_size?: number | null;
  sample?: number | null;
  window?: [string, string] | null;
  anchor?: 'reference' | [number, number] | null;
  seed?: number;
  resamples?: number;
  unit?: string | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  picked_from?: string | null;
  kind: 'embedding_map';
}
/**
 * Rows whose points on a map of all rows lie in a polygon (even-odd rule).
 *
 * Parameters
 * ----------
 * map
 *     See `InCluster`; of two dimensions.
 * polygon
 *     Corners (x, y), at least three, in the map's coordinates.
 * set
 *     See `Values`.
 */
export interface InLasso {
  map: EmbeddingMap;
  polygon: [number, number][];
  set?: ('primary' | 'reference') | null;
  kind: 'in_lasso';
}
/**
 * Rows by their positions in the dataframes, from 0; of a set that is not named, none.
 *
 * Parameters
 * ----------
 * primary, reference
 *     Positions: a number, several, or text of rising ranges ("3-10,15"), which is what is kept.
 * set
 *     See `Values`.
 */
export interface AtRows {
  primary?: string;
  reference?: string;
  set?: ('primary' | 'reference') | null;
  kind: 'at_rows';
}
/**
 * All rows of one set, none of the other: with another condition, its rows of that set alone.
 *
 * Parameters
 * ----------
 * name
 *     "primary" or "reference".
 * set
 *     See `Values`.
 */
export interface OfSet {
  name: 'primary' | 'reference';
  set?: ('primary' | 'reference') | null;
  kind: 'of_set';
}
/**
 * Rows that meet at least one of some conditions, `a | b`; of none, no row.
 *
 * Parameters
 * ----------
 * conditions
 *     The conditions.
 * set
 *     See `Values`.
 */
export interface AnyOf {
  conditions: (
    Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not
  )[];
  set?: ('primary' | 'reference') | null;
  kind: 'any_of';
}
/**
 * The rows that do not meet a condition, `~a`. Those without a value do not meet a range either.
 *
 * Parameters
 * ----------
 * condition
 *     The condition.
 * set
 *     See `Values`.
 */
export interface Not {
  condition: Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not;
  set?: ('primary' | 'reference') | null;
  kind: 'not';
}
/**
 * One line of `GET analyses/<id>/events`: where the work stands.
 *
 * `stage` is a short name such as "reading", "neighbors" or "layout"; `fraction` is its progress, 0 to 1; `remaining` is an estimate
 * in seconds of the whole work; `reading` is set while the kernel sends. The last line of the stream has a state other than "running"; `trace` is
 * set once it is "done".
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
  trace: Trace | null;
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
 * Digests of an answer.
 *
 * Parameters
 * ----------
 * data
 *     Of the values of the columns that the answer needs, their names and roles, and what the sets are called.
 * code
 *     The version of the package, and a digest of its sources.
 * result
 *     Of all tables of the answer; `meta`, which may hold times, is no part of it.
 */
export interface Trace {
  data: string;
  code: string;
  result: string;
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
  recipe:
    | Summary
    | Distribution
    | TimeSeries
    | EmbeddingMap
    | EmbeddingDrift
    | ResponseDrift
    | Neighbors
    | Retrieval
    | ClusterRules
    | ClusterMeans
    | Performance
    | EstimatedPerformance
    | Quality
    | Slices
    | Attribution
    | Findings
    | Cohort;
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
 * where
 *     Conditions that rows must meet, all of them, in both sets. The answer is that of dataframes which hold these rows alone; the bins are the
 *     quantiles of the reference's.
 */
export interface Summary {
  columns?: string[] | null;
  unit?: string | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
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
 * picked_from
 *     The step of the series that the window was picked on, such as `"7d"`: its p is then corrected for all windows of that length
 *     that could have been picked.
 * unit, where
 *     See `Summary`.
 */
export interface Distribution {
  column: string;
  window?: [string, string] | null;
  unit?: string | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  picked_from?: string | null;
  kind: 'distribution';
}
/**
 * A metric through time, with the number of rows behind each point.
 *
 * Parameters
 * ----------
 * column
 *     Name of the column (or of an embedding's vector column); None to follow predictions.
 * metric
 *     What is followed; None takes the column's headline: PSI, or for vectors the Euclidean distance of centroids. Without a column
 *     one of `PerformanceMetric`.
 * window, step
 *     Durations such as `"7d"`, `"1h"`, `"1mo"` or `"1y"`; None chooses them from the span of the data.
 * zone
 *     Time zone whose days, months and hours windows are cut at, such as `"Europe/Berlin"`; None is the zone of the data. Naive times
 *     have none: they are taken as they are.
 * unit, where
 *     See `Summary`.
 * predictions
 *     Which predictions, and from which threshold on, where `Performance()` does not find them; its segment, window, unit and conditions are not looked at.
 * retrieval
 *     Follow how well queries are served instead; what of `predictions` is not looked at is not of this, either.
 */
export interface TimeSeries {
  column?: string | null;
  metric?:
    | ('psi' | 'js' | 'ks' | 'wasserstein' | 'mean' | 'missing' | 'count' | 'euclidean' | 'cosine' | 'accuracy')
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
    | ('no_near_document' | 'nearest' | 'precision' | 'hit_rate' | 'mrr' | 'ndcg' | 'recall')
    | null;
  window?: string | null;
  step?: string | null;
  unit?: string | null;
  predictions?: Performance | null;
  retrieval?: Retrieval | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  zone?: string | null;
  kind: 'time_series';
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
 * scores
 *     Of more classes, the columns of their scores, one a class: each is called by its class after what all begin with ("p_cat", "p_dog"),
 *     or they are in the order of the labels. Without predicted labels the class with the highest score is predicted. A single `score` of
 *     more than two classes is how sure the predicted label is.
 * positive
 *     The class that is looked for, of two; None takes the one that a high score speaks for.
 * threshold
 *     Predict the positive class from this score on; None takes the predicted labels as they are, or without them a score of .5.
 * segment
 *     Column whose values (or, of numbers, ranges of the reference) are compared one by one; the clusters of a map, or of the usual map
 *     where it is a column of vectors.
 * average
 *     How precision, recall and F1 are averaged over the classes; None is the positive class of two, and "macro" of more.
 * metric
 *     What the segments are compared by; None is accuracy, or the mean absolute error.
 * window
 *     Only the primary rows of this time; None is all of them. The reference stays whole.
 * picked_from
 *     See `Distribution`.
 * unit, where
 *     See `Summary`.
 * task
 *     "classification" or "regression"; None goes by roles, or where columns are named by their values: numbers of more than 20 sorts,
 *     or with fractions, are no labels.
 * paired
 *     Compare both sets row by row. None does where they are the same rows: by the column of ids, or without one by as many rows with the
 *     same actual values in the same order. Rows of a window are then those of the same rows in the reference.
 * limits
 *     How much a metric has to change before it matters, in its own unit; 0 is any change. Those that are not named: .02 of what lies
 *     between 0 and 1 or -1 and 1 (.01 of the Brier score) and of log loss, 5 % of the reference's own mean absolute, relative and
 *     root mean squared error, of the mean error 5 % of the mean absolute one.
 */
export interface Performance {
  prediction?: string | null;
  actual?: string | null;
  score?: string | null;
  scores?: [string, string, ...string[]] | null;
  positive?: string | null;
  threshold?: number | null;
  segment?: string | EmbeddingMap | null;
  average?: ('macro' | 'weighted' | 'micro') | null;
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
  window?: [string, string] | null;
  unit?: string | null;
  task?: ('classification' | 'regression') | null;
  paired?: boolean | null;
  limits?: {
    [k: string]: number;
  } | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  picked_from?: string | null;
  kind: 'performance';
}
/**
 * How well queries are served by a corpus of documents, which is given as `corpus`, and whether that has become worse.
 *
 * Parameters
 * ----------
 * embedding
 *     Column of the queries' vectors; None is that of the prompts, or the only one.
 * documents
 *     Column of the documents' vectors in the corpus; None is that of the documents by their schema, the one of the same name, or the only one of
 *     this length.
 * retrieved
 *     Column of lists: the ids of the documents that were retrieved, best first. None is what the schema says, or the k nearest by the vectors.
 * relevance
 *     Column of lists: how relevant each retrieved document is, in the same order; 0 is not. None is a column of that name.
 * relevant
 *     Column of the ids of all documents that are relevant, one or a list. None is a column of that name.
 * k
 *     The cut.
 * limit
 *     A query whose nearest document is farther than this has none that is near. None is calibrated: see `beyond`.
 * beyond
 *     The share of the reference's queries that lie beyond the limit; without a reference, of documents that have no other so near.
 * segment, metric
 *     Compare one metric by the values of a column, or by the clusters of a map; see `Performance`.
 * window, unit, where
 *     See `Performance`.
 */
export interface Retrieval {
  embedding?: string | null;
  documents?: string | null;
  retrieved?: string | null;
  relevance?: string | null;
  relevant?: string | null;
  k?: number;
  limit?: number | null;
  beyond?: number;
  segment?: string | EmbeddingMap | null;
  metric?: ('no_near_document' | 'nearest' | 'precision' | 'hit_rate' | 'mrr' | 'ndcg' | 'recall') | null;
  window?: [string, string] | null;
  unit?: string | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  kind: 'retrieval';
}
/**
 * Whether an embedding drifted, by a classifier and by the maximum mean discrepancy, and which rows carry it.
 *
 * Every row has a score: how much it is like the primary set rather than like the reference, by a classifier that has not seen it.
 *
 * Parameters
 * ----------
 * embedding
 *     Name of the vector column.
 * window
 *     Only the primary rows of this time; None is all of them. The reference stays whole.
 * seed
 *     Of folds, samples and permutations.
 * unit, where
 *     See `Summary`.
 * picked_from
 *     See `Distribution`.
 */
export interface EmbeddingDrift {
  embedding: string;
  window?: [string, string] | null;
  seed?: number;
  unit?: string | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  picked_from?: string | null;
  kind: 'embedding_drift';
}
/**
 * Whether responses drifted where prompts did not, beside how prompts and responses drifted, and which rows carry it.
 *
 * Each primary row is paired with a reference row that had a prompt like it; what then differs are the responses.
 *
 * Parameters
 * ----------
 * prompt, response
 *     Columns of their vectors; None are those of the texts that are the prompts and the responses, by schema or guess.
 * k
 *     How many of the reference's nearest prompts tell what is answered to such a prompt.
 * window, picked_from, seed
 *     See `EmbeddingDrift`.
 * unit, where
 *     See `Summary`.
 */
export interface ResponseDrift {
  prompt?: string | null;
  response?: string | null;
  k?: number;
  window?: [string, string] | null;
  seed?: number;
  unit?: string | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  picked_from?: string | null;
  kind: 'response_drift';
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
 * where
 *     See `Summary`: the rows to choose from; the row that is asked about need not be one of them.
 */
export interface Neighbors {
  embedding: string;
  row: number;
  set?: 'primary' | 'reference';
  k?: number;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  kind: 'neighbors';
}
/**
 * What tells each cluster of a map from the other rows, in the other columns.
 *
 * One or two conditions, found on one half of the rows and judged on the other; and how many of its values are missing.
 *
 * Parameters
 * ----------
 * map
 *     The map; its unit is that of the halves and of the test.
 * where
 *     See `Summary`.
 */
export interface ClusterRules {
  map: EmbeddingMap;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  kind: 'cluster_rules';
}
/**
 * The mean of a column in each cluster of a map beside all other rows: of a judge's score, of a share of its labels, of any number.
 *
 * Parameters
 * ----------
 * map
 *     The map; its unit is that of the intervals and tests.
 * column
 *     Numbers, booleans (their share that is true), or categories (the share of one `value`).
 * value
 *     Of categories; None is the most frequent but one of the primary set: of two labels the rarer.
 * where
 *     See `Summary`.
 */
export interface ClusterMeans {
  map: EmbeddingMap;
  column: string;
  value?: string | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  kind: 'cluster_means';
}
/**
 * How good the predictions of the primary set are likely to be, before its labels arrive: from its scores, and what came of such scores in the reference.
 *
 * That rests on one assumption: that as many rows of a score are positive as in the reference. Where the primary set is not covered by the reference,
 * nothing is estimated; a change of what scores mean (concept drift) shows in no score.
 *
 * Parameters
 * ----------
 * predictions
 *     Which predictions, where `Performance()` does not find them; its columns, positive class, threshold and average are looked at.
 * features
 *     Columns that tell whether the primary set is where the reference is; None is features and tags, () leaves that out and goes by scores alone.
 * outside
 *     The largest share of rows that may lie where the reference has none, or by `features` less than a tenth as many; 1 estimates in any case.
 * window
 *     Only the primary rows of this time; None is all of them. The reference stays whole.
 * seed
 *     Of folds and halves.
 * unit, where
 *     See `Summary`.
 */
export interface EstimatedPerformance {
  predictions?: Performance | null;
  features?: string[] | null;
  outside?: number;
  window?: [string, string] | null;
  seed?: number;
  unit?: string | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  kind: 'estimated_performance';
}
/**
 * What is wrong with the data itself, and whether it is new: one row for each check that found something.
 *
 * Parameters
 * ----------
 * columns
 *     The columns to look at; None is all of them, and whole rows too.
 * unit
 *     See `Summary`.
 * where
 *     See `Summary`.
 */
export interface Quality {
  columns?: string[] | null;
  unit?: string | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  kind: 'quality';
}
/**
 * The groups of rows in which something is worst, described by a few conditions.
 *
 * They are found on one half of the rows and judged on the other: the numbers told are those of the half that had no part in the search.
 *
 * Parameters
 * ----------
 * metric
 *     What is looked at: "error", the share of wrong predictions, or of numbers their mean absolute error; "set", where rows of the primary
 *     set are more than the reference's; "mean" of the numbers of `column` (of booleans the share that is true); "missing", the share
 *     of `column` that is.
 * column
 *     Of "mean" and "missing".
 * direction
 *     Whether high or low is worth finding.
 * columns
 *     What conditions may speak of; None is features, tags, times, texts (by length), predictions and labels.
 * map
 *     A map whose clusters are conditions too.
 * conditions
 *     How many a slice may have at most, 1 to 3.
 * least
 *     The smallest share of the rows that is a slice; at least 30 rows of each half are.
 * predictions
 *     Which predictions, where `Performance()` does not find them; only its columns, threshold and task are looked at.
 * unit, where
 *     See `Summary`.
 * seed
 *     Of the halves.
 */
export interface Slices {
  metric?: 'error' | 'set' | 'mean' | 'missing';
  column?: string | null;
  direction?: 'high' | 'low';
  columns?: string[] | null;
  map?: EmbeddingMap | null;
  conditions?: number;
  least?: number;
  predictions?: Performance | null;
  unit?: string | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  seed?: number;
  kind: 'slices';
}
/**
 * Why a mean is another than in the reference: because there are more rows of some groups, or because these groups have changed themselves.
 *
 * Parameters
 * ----------
 * by
 *     Column whose values make the groups (see `Performance.segment`), or a map whose clusters do.
 * metric, column, predictions
 *     What is looked at, but not "set": see `Slices`. "drift", of a map: how much a row is like the primary set rather than like the reference, by a classifier of
 *     its vectors that has not seen it; rows without a vector are told apart from the clusters.
 * unit, where
 *     See `Summary`.
 */
export interface Attribution {
  by: string | EmbeddingMap;
  metric?: 'error' | 'mean' | 'missing' | 'drift';
  column?: string | null;
  predictions?: Performance | null;
  unit?: string | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  kind: 'attribution';
}
/**
 * What stands out, ranked: everything that the other recipes tell, corrected together; of a frame alone what is wrong with its rows.
 *
 * Parameters
 * ----------
 * limit
 *     PSI above which drift matters; the other limits are those of their recipes.
 * budget
 *     Seconds of work after which the rest is left out, and named; None is no limit. How far that comes depends on the machine and on what is
 *     kept already; without a budget the same rows give the same findings.
 * unit, where
 *     See `Summary`.
 */
export interface Findings {
  limit?: number;
  budget?: number | null;
  unit?: string | null;
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  kind: 'findings';
}
/**
 * Which rows meet conditions, by their positions; `px.rows` gives the rows themselves.
 *
 * Parameters
 * ----------
 * where
 *     See `Summary`.
 */
export interface Cohort {
  where?: (Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet | AllOf | AnyOf | Not)[];
  kind: 'cohort';
}
/**
 * What of a set is no longer as it was read.
 *
 * Parameters
 * ----------
 * set
 *     Its id.
 * what
 *     "gone": the variable holds no dataframe any more; "renamed": another variable holds the object, and perhaps it changed, too; "changed": rows,
 *     columns, types or values; "another": the variable holds another object, which looks the same, or is a query that was not run.
 * name
 *     The variable that holds it now, where it was renamed.
 * n_rows
 *     Rows now; None where that is not known.
 * added, removed
 *     Columns.
 * renamed
 *     Pairs of a column's name before and now.
 * retyped
 *     A column, its type before and now.
 * edited
 *     Columns of which other values were seen.
 */
export interface Change {
  set: string;
  what: 'gone' | 'renamed' | 'changed' | 'another';
  name: string | null;
  n_rows: number | null;
  added: string[];
  removed: string[];
  renamed: [string, string][];
  retyped: [string, string, string][];
  edited: string[];
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
 * retrieved
 *     For an embedding of queries: the name of the column with the ids of the documents that were retrieved, best first, if there is one.
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
  retrieved: string | null;
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
 * raw_data, link_to_data
 *     Of vectors: the column of the text, or of the paths or URLs, that they were made of; "" for none, None leaves that as it is.
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
  raw_data?: string | null;
  link_to_data?: string | null;
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
  parts: string[];
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
  name?: string | null;
}
/**
 * One dataframe of a kernel, as the panel lists it.
 *
 * `ref` names the very object, whatever happens to the variable; `names` are the variables that hold it. `query` says what is to be done for its rows to
 * exist: "collect" (a lazy frame), "run" (DuckDB, ibis, a data set of files), or None where they do. `columns` are the names of the first of them, as
 * others are found alike by.
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
  query: ('collect' | 'run') | null;
  columns: string[];
}
/**
 * Answer to `GET frames?kernel_id=…&set=…`: the dataframes of a kernel, and what of those sets has changed since they were read.
 */
export interface Frames {
  kernel: KernelState;
  frames: FrameListing[];
  changes: Change[];
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
 * All monitors of a history; `left_out` are series beyond `MOST_SERIES`.
 */
export interface HistoryStatus {
  series: SeriesStatus[];
  left_out: number;
}
/**
 * A monitor through time.
 *
 * Parameters
 * ----------
 * is_former
 *     It was read by another limit or against another reference than now.
 * windows
 *     In their order; the last ones where there are more than `MOST_WINDOWS`.
 * earlier
 *     How many are before them.
 */
export interface SeriesStatus {
  suite: string;
  monitor: string;
  severity: string;
  is_former: boolean;
  windows: WindowStatus[];
  earlier: number;
}
/**
 * One window of a monitor.
 *
 * Parameters
 * ----------
 * window, until
 *     Its start and end, as text; of rows without a time what it is called.
 * order
 *     What windows are ordered by.
 * rows, n
 *     Rows of the window, and those that the value is of.
 * value, lower, upper
 *     What was read, and its 90 % interval.
 * why
 *     Of "not enough data" and "could not run".
 * since
 *     Of an alarm: the window at which the change most likely began.
 * checked
 *     When it was judged, ISO 8601.
 */
export interface WindowStatus {
  window: string;
  until: string | null;
  order: number;
  rows: number;
  n: number;
  value: number | null;
  lower: number | null;
  upper: number | null;
  state: 'well' | 'alarm' | 'not enough data' | 'could not run';
  why: string | null;
  since: string | null;
  checked: string;
}
/**
 * Body of `POST inferences/<id>/images`: the images that some rows of a column are, or name; the answer is an Arrow stream of `row, type, data, problem`.
 *
 * Addresses on other machines are asked only with `urls`.
 */
export interface ImagesRequest {
  column: string;
  /**
   * @maxItems 64
   */
  rows: number[];
  urls?: boolean;
}
/**
 * One dataframe that the server knows; its values are read by column, as views ask for them.
 *
 * `span` is the first and last instant of the timestamp column, ISO 8601, once that column was read. `n_columns` counts as the user
 * does: without the levels of a pandas index, which `columns` has where they say something. `schema` is what code must pass to have the
 * same roles: None when they are guessed. `given` is the schema that it was read with, `corrections` are all that were said of it since;
 * `problems` tell which of them do not fit, and `plausible` what a person would likely say of predictions and labels. `look` is the same for
 * what looks the same, `digests` tell it by column; see `kernel/looks.py`. Of a query (`is_query`) the rows are those that it gave when it was read.
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
  plausible: Correction[];
  look: string;
  digests: {
    [k: string]: string;
  };
  is_query: boolean;
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
  id_column_name?: string | null;
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
 *
 * `instead_of` is the id of a set that this one takes the place of: columns that still have the same values are not read again.
 */
export interface InferencesRequest {
  kernel_id: string;
  ref?: string | null;
  expression?: string | null;
  name?: string | null;
  schema?: Schema | null;
  instead_of?: string | null;
}
/**
 * Answer of `POST inferences/<id>/labels`; null where rows are called by their places, or by nothing.
 */
export interface LabelsModel {
  labels: string[] | null;
}
/**
 * Body of `POST inferences/<id>/labels`: what the dataframe's own index calls some rows.
 */
export interface LabelsRequest {
  /**
   * @maxItems 1000
   */
  rows: number[];
}
/**
 * Body of `POST inferences/<id>/roles`: say of columns what they are for, in place of all that was said before; none leaves what is guessed.
 *
 * The answer is another set of the same values, which are not read again; the old one stays until it is deleted.
 */
export interface RolesRequest {
  corrections: Correction[];
}
