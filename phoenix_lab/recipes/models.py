"""The recipes: each a small, frozen, serialisable description of one question.

These models are the contract between Python and TypeScript: the types in `src/api/contract.ts` are generated from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, model_validator
from pydantic.dataclasses import dataclass, rebuild_dataclass

from phoenix_lab.recipes.conditions import AllOf, AnyOf, Condition, InCluster, InLasso, Not, Repeated

Window = tuple[str, str]
"""Half-open interval of time, [start, end), as ISO 8601 strings."""
_Count = Annotated[int, Field(ge=0)]

Metric = Literal["psi", "js", "ks", "wasserstein", "mean", "missing", "count", "euclidean", "cosine", "accuracy"]
"""What can be followed through time. `euclidean` and `cosine` are distances of a window's centroid to the reference's."""

PerformanceMetric = Literal[
    "accuracy",
    "balanced_accuracy",
    "precision",
    "recall",
    "f1",
    "mcc",
    "roc_auc",
    "average_precision",
    "brier",
    "log_loss",
    "calibration_bias",
    "mae",
    "rmse",
    "mape",
    "r2",
    "bias",
]
"""How good predictions are; those of classes first, then those of numbers."""

RetrievalMetric = Literal["no_near_document", "nearest", "precision", "hit_rate", "mrr", "ndcg", "recall"]
"""How well queries are served: the share without a near document, the mean distance to the nearest; and of what was retrieved, where it is said what
is relevant, precision, hit rate, reciprocal rank, NDCG and recall at k."""

Check = Literal[
    "missing",
    "empty",
    "stand_in",
    "infinite",
    "zero",
    "above",
    "below",
    "new",
    "gone",
    "constant",
    "stuck",
    "spelling",
    "date_form",
    "repeated",
    "shared",
    "type",
    "only_primary",
    "only_reference",
    "unreadable",
]
"""What data can be checked for: no value; a text of nothing but white space; a text such as "n/a"; infinite, or a vector that is; a vector of zeros; above or
below all that the reference holds; categories that the reference does not have, or that are gone; one value throughout; one value
far more often than the reference has it, or than all the others; a category in another spelling of case or white space; a date in another form than most; rows that are there again; primary rows that the reference has too; another type; in one set alone; not to be read."""

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_STRICT)
class Summary:
    """One row a column: role, type, missing, cardinality, statistics and drift.

    Parameters
    ----------
    columns
        The columns to look at; None is all of them.
    unit
        Column whose values group rows that are not independent of each other (a session, a user, a document).
        Permutations and bootstraps then move whole groups.
    where
        Conditions that rows must meet, all of them, in both sets. The answer is that of dataframes which hold these rows alone; the bins are the
        quantiles of the reference's.
    """

    columns: tuple[str, ...] | None = None
    unit: str | None = None
    where: tuple[Condition, ...] = ()
    kind: Literal["summary"] = "summary"


@dataclass(frozen=True, config=_STRICT)
class Distribution:
    """A column's distribution, set beside set.

    Parameters
    ----------
    column
        Name of the column.
    window
        Only the primary rows of this time; None is all of them. The reference stays whole.
    picked_from
        The step of the series that the window was picked on, such as `"7d"`: its p is then corrected for all windows of that length
        that could have been picked.
    unit, where
        See `Summary`.
    """

    column: str
    window: Window | None = None
    unit: str | None = None
    where: tuple[Condition, ...] = ()
    picked_from: str | None = None
    kind: Literal["distribution"] = "distribution"


@dataclass(frozen=True, config=_STRICT)
class TimeSeries:
    """A metric through time, with the number of rows behind each point.

    Parameters
    ----------
    column
        Name of the column (or of an embedding's vector column); None to follow predictions.
    metric
        What is followed; None takes the column's headline: PSI, or for vectors the Euclidean distance of centroids. Without a column
        one of `PerformanceMetric`.
    window, step
        Durations such as `"7d"`, `"1h"`, `"1mo"` or `"1y"`; None chooses them from the span of the data.
    zone
        Time zone whose days, months and hours windows are cut at, such as `"Europe/Berlin"`; None is the zone of the data. Naive times
        have none: they are taken as they are.
    unit, where
        See `Summary`.
    predictions
        Which predictions, and from which threshold on, where `Performance()` does not find them; its segment, window, unit and conditions are not looked at.
    retrieval
        Follow how well queries are served instead; what of `predictions` is not looked at is not of this, either.
    """

    column: str | None = None
    metric: Metric | PerformanceMetric | RetrievalMetric | None = None
    window: str | None = None
    step: str | None = None
    unit: str | None = None
    predictions: Performance | None = None
    retrieval: Retrieval | None = None
    where: tuple[Condition, ...] = ()
    zone: str | None = None
    kind: Literal["time_series"] = "time_series"


@dataclass(frozen=True, config=_STRICT)
class EmbeddingMap:
    """The map of an embedding (UMAP) and its clusters (HDBSCAN), each tested for change.

    Parameters
    ----------
    embedding
        Name of the vector column.
    n_components
        Dimensions of the map.
    n_neighbors, min_dist
        UMAP's parameters.
    min_cluster_size
        HDBSCAN's parameter; None follows the number of rows.
    sample
        At most this many rows fit the map, the others are placed on it; None follows the number of rows.
    window
        Only the primary rows of this time count in the clusters' shares and tests; the map is that of all rows.
    anchor
        What the map is of: "reference" is the reference set alone, (p, r) the first p rows of the primary set and the first r of the reference.
        All other rows are placed on it: no point of the map moves, and their places do not depend on one another. Those that are nearer to each
        other than to it are areas of their own, `meta["anchor"]["new"]`. None is a map of all rows.
    picked_from
        See `Distribution`.
    seed
        Seed of everything random; the same seed and data give the same map, bit for bit.
    resamples
        In how many parts of the rows, each of 80 % of them, clusters are looked for again: their `stability` is how alike those found
        there are. 0 leaves it out; each takes about the time that the clusters took.
    unit
        See `Summary`.
    where
        Conditions that rows must meet to be on the map; the places and clusters are those of the map of all rows.
    """

    embedding: str
    n_components: Annotated[int, Field(ge=2, le=3)] = 2
    n_neighbors: Annotated[int, Field(ge=2, le=200)] = 15
    min_dist: Annotated[float, Field(ge=0, le=1)] = 0.1
    min_cluster_size: Annotated[int, Field(ge=2)] | None = None
    sample: Annotated[int, Field(ge=3)] | None = None
    window: Window | None = None
    anchor: Literal["reference"] | tuple[_Count, _Count] | None = None
    seed: int = 0
    resamples: Annotated[int, Field(ge=0, le=100)] = 0
    unit: str | None = None
    where: tuple[Condition, ...] = ()
    picked_from: str | None = None
    kind: Literal["embedding_map"] = "embedding_map"


@dataclass(frozen=True, config=_STRICT)
class EmbeddingDrift:
    """Whether an embedding drifted, by a classifier and by the maximum mean discrepancy, and which rows carry it.

    Every row has a score: how much it is like the primary set rather than like the reference, by a classifier that has not seen it.

    Parameters
    ----------
    embedding
        Name of the vector column.
    window
        Only the primary rows of this time; None is all of them. The reference stays whole.
    seed
        Of folds, samples and permutations.
    unit, where
        See `Summary`.
    picked_from
        See `Distribution`.
    """

    embedding: str
    window: Window | None = None
    seed: int = 0
    unit: str | None = None
    where: tuple[Condition, ...] = ()
    picked_from: str | None = None
    kind: Literal["embedding_drift"] = "embedding_drift"


@dataclass(frozen=True, config=_STRICT)
class ResponseDrift:
    """Whether responses drifted where prompts did not, beside how prompts and responses drifted, and which rows carry it.

    Each primary row is paired with a reference row that had a prompt like it; what then differs are the responses.

    Parameters
    ----------
    prompt, response
        Columns of their vectors; None are those of the texts that are the prompts and the responses, by schema or guess.
    k
        How many of the reference's nearest prompts tell what is answered to such a prompt.
    window, picked_from, seed
        See `EmbeddingDrift`.
    unit, where
        See `Summary`.
    """

    prompt: str | None = None
    response: str | None = None
    k: Annotated[int, Field(ge=1, le=100)] = 10
    window: Window | None = None
    seed: int = 0
    unit: str | None = None
    where: tuple[Condition, ...] = ()
    picked_from: str | None = None
    kind: Literal["response_drift"] = "response_drift"


@dataclass(frozen=True, config=_STRICT)
class Neighbors:
    """The rows nearest to one row, of both sets, by their vectors and not by their places on a map; found exactly.

    Parameters
    ----------
    embedding
        Name of the vector column.
    row
        Position of the row in its set, from 0.
    set
        The set that it is of.
    k
        How many rows, of both sets together; the row itself is not among them, copies of it are.
    where
        See `Summary`: the rows to choose from; the row that is asked about need not be one of them.
    """

    embedding: str
    row: Annotated[int, Field(ge=0)]
    set: Literal["primary", "reference"] = "primary"
    k: Annotated[int, Field(ge=1, le=10_000)] = 25
    where: tuple[Condition, ...] = ()
    kind: Literal["neighbors"] = "neighbors"


@dataclass(frozen=True, config=_STRICT)
class Retrieval:
    """How well queries are served by a corpus of documents, which is given as `corpus`, and whether that has become worse.

    Parameters
    ----------
    embedding
        Column of the queries' vectors; None is that of the prompts, or the only one.
    documents
        Column of the documents' vectors in the corpus; None is that of the documents by their schema, the one of the same name, or the only one of
        this length.
    retrieved
        Column of lists: the ids of the documents that were retrieved, best first. None is what the schema says, or the k nearest by the vectors.
    relevance
        Column of lists: how relevant each retrieved document is, in the same order; 0 is not. None is a column of that name.
    relevant
        Column of the ids of all documents that are relevant, one or a list. None is a column of that name.
    k
        The cut.
    limit
        A query whose nearest document is farther than this has none that is near. None is calibrated: see `beyond`.
    beyond
        The share of the reference's queries that lie beyond the limit; without a reference, of documents that have no other so near.
    segment, metric
        Compare one metric by the values of a column, or by the clusters of a map; see `Performance`.
    window, unit, where
        See `Performance`.
    """

    embedding: str | None = None
    documents: str | None = None
    retrieved: str | None = None
    relevance: str | None = None
    relevant: str | None = None
    k: Annotated[int, Field(ge=1, le=1000)] = 5
    limit: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    beyond: Annotated[float, Field(gt=0, lt=1)] = 0.05
    segment: str | EmbeddingMap | None = None
    metric: RetrievalMetric | None = None
    window: Window | None = None
    unit: str | None = None
    where: tuple[Condition, ...] = ()
    kind: Literal["retrieval"] = "retrieval"


@dataclass(frozen=True, config=_STRICT)
class ClusterRules:
    """What tells each cluster of a map from the other rows, in the other columns.

    One or two conditions, found on one half of the rows and judged on the other; and how many of its values are missing.

    Parameters
    ----------
    map
        The map; its unit is that of the halves and of the test.
    where
        See `Summary`.
    """

    map: EmbeddingMap
    where: tuple[Condition, ...] = ()
    kind: Literal["cluster_rules"] = "cluster_rules"


@dataclass(frozen=True, config=_STRICT)
class ClusterMeans:
    """The mean of a column in each cluster of a map beside all other rows: of a judge's score, of a share of its labels, of any number.

    Parameters
    ----------
    map
        The map; its unit is that of the intervals and tests.
    column
        Numbers, booleans (their share that is true), or categories (the share of one `value`).
    value
        Of categories; None is the most frequent but one of the primary set: of two labels the rarer.
    where
        See `Summary`.
    """

    map: EmbeddingMap
    column: str
    value: str | None = None
    where: tuple[Condition, ...] = ()
    kind: Literal["cluster_means"] = "cluster_means"


@dataclass(frozen=True, config=_STRICT)
class Performance:
    """How good the predictions are in both sets, and whether they have become worse.

    Columns that are not named are those whose roles say so. With labels of both sorts, or a score beside the actual labels, the task is
    classification; with a predicted and an actual number, regression.

    Parameters
    ----------
    prediction, actual
        Columns of the predicted and the actual labels, or numbers.
    score
        Column of the score (a probability) of two classes.
    scores
        Of more classes, the columns of their scores, one a class: each is called by its class after what all begin with ("p_cat", "p_dog"),
        or they are in the order of the labels. Without predicted labels the class with the highest score is predicted. A single `score` of
        more than two classes is how sure the predicted label is.
    positive
        The class that is looked for, of two; None takes the one that a high score speaks for.
    threshold
        Predict the positive class from this score on; None takes the predicted labels as they are, or without them a score of .5.
    segment
        Column whose values (or, of numbers, ranges of the reference) are compared one by one; the clusters of a map, or of the usual map
        where it is a column of vectors.
    average
        How precision, recall and F1 are averaged over the classes; None is the positive class of two, and "macro" of more.
    metric
        What the segments are compared by; None is accuracy, or the mean absolute error.
    window
        Only the primary rows of this time; None is all of them. The reference stays whole.
    picked_from
        See `Distribution`.
    unit, where
        See `Summary`.
    task
        "classification" or "regression"; None goes by roles, or where columns are named by their values: numbers of more than 20 sorts,
        or with fractions, are no labels.
    paired
        Compare both sets row by row. None does where they are the same rows: by the column of ids, or without one by as many rows with the
        same actual values in the same order. Rows of a window are then those of the same rows in the reference.
    limits
        How much a metric has to change before it matters, in its own unit; 0 is any change. Those that are not named: .02 of what lies
        between 0 and 1 or -1 and 1 (.01 of the Brier score) and of log loss, 5 % of the reference's own mean absolute, relative and
        root mean squared error, of the mean error 5 % of the mean absolute one.
    """

    prediction: str | None = None
    actual: str | None = None
    score: str | None = None
    scores: Annotated[tuple[str, ...], Field(min_length=2)] | None = None
    positive: str | None = None
    threshold: Annotated[float, Field(allow_inf_nan=False)] | None = None
    segment: str | EmbeddingMap | None = None
    average: Literal["macro", "weighted", "micro"] | None = None
    metric: PerformanceMetric | None = None
    window: Window | None = None
    unit: str | None = None
    task: Literal["classification", "regression"] | None = None
    paired: bool | None = None
    limits: Mapping[PerformanceMetric, Annotated[float, Field(ge=0, allow_inf_nan=False)]] | None = None
    where: tuple[Condition, ...] = ()
    picked_from: str | None = None
    kind: Literal["performance"] = "performance"


@dataclass(frozen=True, config=_STRICT)
class EstimatedPerformance:
    """How good the predictions of the primary set are likely to be, before its labels arrive: from its scores, and what came of such scores in the reference.

    That rests on one assumption: that as many rows of a score are positive as in the reference. Where the primary set is not covered by the reference,
    nothing is estimated; a change of what scores mean (concept drift) shows in no score.

    Parameters
    ----------
    predictions
        Which predictions, where `Performance()` does not find them; its columns, positive class, threshold and average are looked at.
    features
        Columns that tell whether the primary set is where the reference is; None is features and tags, () leaves that out and goes by scores alone.
    outside
        The largest share of rows that may lie where the reference has none, or by `features` less than a tenth as many; 1 estimates in any case.
    window
        Only the primary rows of this time; None is all of them. The reference stays whole.
    seed
        Of folds and halves.
    unit, where
        See `Summary`.
    """

    predictions: Performance | None = None
    features: tuple[str, ...] | None = None
    outside: Annotated[float, Field(ge=0, le=1)] = 0.1
    window: Window | None = None
    seed: int = 0
    unit: str | None = None
    where: tuple[Condition, ...] = ()
    kind: Literal["estimated_performance"] = "estimated_performance"


@dataclass(frozen=True, config=_STRICT)
class Quality:
    """What is wrong with the data itself, and whether it is new: one row for each check that found something.

    Parameters
    ----------
    columns
        The columns to look at; None is all of them, and whole rows too.
    unit
        See `Summary`.
    where
        See `Summary`.
    """

    columns: tuple[str, ...] | None = None
    unit: str | None = None
    where: tuple[Condition, ...] = ()
    kind: Literal["quality"] = "quality"


@dataclass(frozen=True, config=_STRICT)
class Slices:
    """The groups of rows in which something is worst, described by a few conditions.

    They are found on one half of the rows and judged on the other: the numbers told are those of the half that had no part in the search.

    Parameters
    ----------
    metric
        What is looked at: "error", the share of wrong predictions, or of numbers their mean absolute error; "set", where rows of the primary
        set are more than the reference's; "mean" of the numbers of `column` (of booleans the share that is true); "missing", the share
        of `column` that is.
    column
        Of "mean" and "missing".
    direction
        Whether high or low is worth finding.
    columns
        What conditions may speak of; None is features, tags, times, texts (by length), predictions and labels.
    map
        A map whose clusters are conditions too.
    conditions
        How many a slice may have at most, 1 to 3.
    least
        The smallest share of the rows that is a slice; at least 30 rows of each half are.
    predictions
        Which predictions, where `Performance()` does not find them; only its columns, threshold and task are looked at.
    unit, where
        See `Summary`.
    seed
        Of the halves.
    """

    metric: Literal["error", "set", "mean", "missing"] = "error"
    column: str | None = None
    direction: Literal["high", "low"] = "high"
    columns: tuple[str, ...] | None = None
    map: EmbeddingMap | None = None
    conditions: Annotated[int, Field(ge=1, le=3)] = 2
    least: Annotated[float, Field(ge=0, le=0.5)] = 0.01
    predictions: Performance | None = None
    unit: str | None = None
    where: tuple[Condition, ...] = ()
    seed: int = 0
    kind: Literal["slices"] = "slices"

    @model_validator(mode="after")
    def _some_column(self) -> Slices:
        _of_column(self)
        return self


@dataclass(frozen=True, config=_STRICT)
class Attribution:
    """Why a mean is another than in the reference: because there are more rows of some groups, or because these groups have changed themselves.

    Parameters
    ----------
    by
        Column whose values make the groups (see `Performance.segment`), or a map whose clusters do.
    metric, column, predictions
        What is looked at, but not "set": see `Slices`. "drift", of a map: how much a row is like the primary set rather than like the reference, by a classifier of
        its vectors that has not seen it; rows without a vector are told apart from the clusters.
    unit, where
        See `Summary`.
    """

    by: str | EmbeddingMap
    metric: Literal["error", "mean", "missing", "drift"] = "error"
    column: str | None = None
    predictions: Performance | None = None
    unit: str | None = None
    where: tuple[Condition, ...] = ()
    kind: Literal["attribution"] = "attribution"

    @model_validator(mode="after")
    def _some_column(self) -> Attribution:
        _of_column(self)
        return self


def _of_column(recipe: Slices | Attribution) -> None:
    if (recipe.column is None) == (recipe.metric in ("mean", "missing")):
        which = "needs a column" if recipe.column is None else "has no column of its own"
        raise ValueError(f'the metric "{recipe.metric}" {which}')


@dataclass(frozen=True, config=_STRICT)
class Findings:
    """What stands out, ranked: everything that the other recipes tell, corrected together; of a frame alone what is wrong with its rows.

    Parameters
    ----------
    limit
        PSI above which drift matters; the other limits are those of their recipes.
    budget
        Seconds of work after which the rest is left out, and named; None is no limit. How far that comes depends on the machine and on what is
        kept already; without a budget the same rows give the same findings.
    unit, where
        See `Summary`.
    """

    limit: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.1
    budget: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = 60.0
    unit: str | None = None
    where: tuple[Condition, ...] = ()
    kind: Literal["findings"] = "findings"


@dataclass(frozen=True, config=_STRICT)
class Cohort:
    """Which rows meet conditions, by their positions; `px.rows` gives the rows themselves.

    Parameters
    ----------
    where
        See `Summary`.
    """

    where: tuple[Condition, ...] = ()
    kind: Literal["cohort"] = "cohort"


_incomplete: tuple[Any, ...] = (
    InCluster,
    InLasso,
    AllOf,
    AnyOf,
    Not,
    Repeated,
    Cohort,
    Summary,
    Distribution,
    TimeSeries,
    EmbeddingMap,
    EmbeddingDrift,
    ResponseDrift,
    Neighbors,
    Retrieval,
    ClusterRules,
    ClusterMeans,
    Performance,
    EstimatedPerformance,
    Quality,
    Slices,
    Attribution,
    Findings,
)
for _model in _incomplete:
    # A condition may speak of a map, and a map have conditions.
    rebuild_dataclass(_model, force=True, _types_namespace={**globals(), "EmbeddingMap": EmbeddingMap})

AnyRecipe = (
    Summary
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
    | Cohort
)

Recipe = Annotated[AnyRecipe, Field(discriminator="kind")]

_adapter: TypeAdapter[Any] = TypeAdapter(Recipe)
_conditions: TypeAdapter[tuple[Condition, ...]] = TypeAdapter(tuple[Condition, ...])


Grouped = Performance | Retrieval | Slices | Attribution
"""The recipes that speak of groups of rows."""


def groups_of(recipe: Grouped) -> str | EmbeddingMap | None:
    """Return what makes the groups that a recipe speaks of: a column, or the clusters of a map."""
    if isinstance(recipe, Performance | Retrieval):
        return recipe.segment
    return recipe.map if isinstance(recipe, Slices) else recipe.by


def parse(data: Any) -> AnyRecipe:
    """Make a recipe from its JSON form; raises `pydantic.ValidationError` naming what is wrong."""
    recipe: AnyRecipe = _adapter.validate_python(data)
    return recipe


def dump(recipe: Any) -> dict[str, Any]:
    """Return the JSON form of a recipe, with every field, ready for `json.dumps`."""
    data: dict[str, Any] = _adapter.dump_python(recipe, mode="json")
    return data


def dump_conditions(where: tuple[Condition, ...]) -> str:
    """Return conditions as JSON text."""
    return _conditions.dump_json(where).decode()


def parse_conditions(text: str) -> tuple[Condition, ...]:
    """Make conditions from their JSON text."""
    return _conditions.validate_json(text)
