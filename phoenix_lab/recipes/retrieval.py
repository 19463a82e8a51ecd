"""`Retrieval`: how well queries are served by a corpus, which have no near document, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.documents import apart_of, nearest_documents
from phoenix_lab.embeddings.vectors import UsableVectors, metric_for, usable
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.corpus import query_column, usable_documents, vectors_of
from phoenix_lab.recipes.models import Retrieval
from phoenix_lab.recipes.output import Output, Progress, RecipeError, silent
from phoenix_lab.recipes.performance import TABLE
from phoenix_lab.recipes.performance_change import COMPARED, judge, told
from phoenix_lab.recipes.performance_clusters import Clusters, map_of
from phoenix_lab.recipes.performance_metrics import Good
from phoenix_lab.recipes.performance_segments import SEGMENTS, segments
from phoenix_lab.recipes.retrieved import Columns, Ranked, key_of, ranked
from phoenix_lab.recipes.sets import Units, described, generator, known, units_of, wanted, within
from phoenix_lab.stats.estimates import Estimate, mean, share, undefined
from phoenix_lab.stats.proportions import CONFIDENCE
from phoenix_lab.stats.verdict import ALPHA

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NAMES = ("primary", "reference")
SHARES = {"no_near_document", "hit_rate"}
CALIBRATED_ON = 2000
"""Documents that are asked for their nearest other one, where there is no reference."""
FEWEST = 20
"""Fewer calibrating distances tell nothing of the twentieth part."""
MOST_WORK = 2e12
"""Products of two numbers: about a minute of two cores. Of more, an even part of the queries is asked for."""
SHOWN = 10
"""Ranks of what was retrieved that the answer tells."""


@dataclass(frozen=True, eq=False)
class Side:
    """What is known of the queries of one set.

    Parameters
    ----------
    name
        The set's.
    values
        Each metric of each query, NaN where it has none.
    nearest, distance
        The nearest document of each, −2 without one, and how far it is.
    ranked
        What was retrieved.
    apart
        How far each of the first `SHOWN` of that is, (queries, ranks); NaN where it is not known.
    units
        See `Units`.
    """

    name: str
    values: Mapping[str, Floats]
    nearest: Ints
    distance: Floats
    ranked: Ranked
    apart: Floats
    units: Ints | None

    def estimate(self, metric: str, rows: Bools | Ints | None = None) -> Estimate:
        """Return a metric of all queries, or of some."""
        if metric not in self.values:
            return undefined(metric, 0, f"nothing tells it of {self.name}")
        chosen = slice(None) if rows is None else rows
        values = self.values[metric][chosen]
        units = None if self.units is None else self.units[chosen]
        there = np.isfinite(values)
        if metric in SHARES:
            return share(metric, there & (values == 1), there, units)
        own = None if units is None else units[there]
        return mean(metric, values[there], own, "positive" if metric == "nearest" else "share")


@dataclass(frozen=True)
class Served:
    """How well the queries of both sets are served.

    Parameters
    ----------
    sides
        "primary" and, if there is one, "reference".
    metrics
        Name → label, the headline first.
    meta
        Facts about the whole.
    """

    sides: Mapping[str, Side]
    metrics: Mapping[str, str]
    meta: Mapping[str, Any]


def needs(
    recipe: Retrieval, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: vectors, lists, the segments, the unit."""
    own, other = tuple(primary), None if reference is None else tuple(reference)
    query = query_column(recipe, own)
    segment = recipe.segment if isinstance(recipe.segment, str) else None
    mine, theirs = wanted([query.name, segment, recipe.unit, *Columns.of(recipe, query, own).names], own, other)
    mapped = map_of(recipe, own)
    if mapped is not None:
        from phoenix_lab.recipes import embedding_map

        more = embedding_map.needs(mapped, own, other)
        mine, theirs = tuple(dict.fromkeys((*mine, *more[0]))), tuple(dict.fromkeys((*theirs, *more[1])))
    return mine, theirs


def compute(
    recipe: Retrieval,
    primary: Frame,
    reference: Frame | None = None,
    corpus: Frame | None = None,
    progress: Progress = silent,
    *,
    clusters: Clusters | None = None,
) -> Output:
    """Compute the table of metrics, the queries, what was retrieved for each, and the segments."""
    units = units_of(recipe.unit, primary, reference)
    served = serve(recipe, (primary, reference, corpus), units, progress)
    inside = within(recipe.window, primary)
    chosen: dict[str, Bools | None] = {"primary": inside, "reference": None}

    def row(metric: str, rows: tuple[Bools, Bools] | None = None) -> dict[str, Any]:
        some = dict(chosen)
        if rows is not None:
            some = {"primary": rows[0] if inside is None else rows[0] & inside, "reference": rows[1]}
        return told({name: side.estimate(metric, some[name]) for name, side in served.sides.items()})

    rows = [
        {"metric": name, "label": label, "good": _good(name), "thresholded": False, **row(name)}
        for name, label in served.metrics.items()
    ]
    limits = [_matters(name, row.get("value_reference")) for name, row in zip(served.metrics, rows, strict=True)]
    n_tests = judge(rows, [_good(name) for name in served.metrics], limits)
    parts = {"queries": _queries(served, inside), "documents": _documents(served, primary, reference)}
    by: dict[str, Any] | None = None
    if recipe.segment is not None:
        metric = chosen_metric(recipe.metric, served)
        if clusters is not None:
            pieces, left_out = clusters.segments()
        else:
            pieces, left_out = segments(str(recipe.segment), primary, reference)
        listed = [{**named, **row(metric, found)} for named, found in pieces]
        limit = limits[list(served.metrics).index(metric)]
        tested = judge(listed, [_good(metric)] * len(listed), [limit] * len(listed))
        parts["segments"] = pa.Table.from_pylist(listed, schema=pa.schema([*SEGMENTS, *COMPARED]))
        by = {
            "column": recipe.segment if isinstance(recipe.segment, str) else recipe.segment.embedding,
            "clusters": clusters is not None,
            "metric": metric,
            "limit": limit,
            "n_tests": tested,
            "adjusted": _adjusted(tested, "segment"),
            "left_out": left_out,
        }
    progress("Retrieval", 1.0)
    meta = {
        **served.meta,
        "segment": by,
        "window": None if recipe.window is None else list(recipe.window),
        "alpha": ALPHA,
        "confidence": CONFIDENCE,
        "n_tests": n_tests,
        "adjusted": _adjusted(n_tests, "metric"),
        "unit": None if units is None else units.meta,
        "primary": described(primary),
        "reference": described(reference),
        "corpus": described(corpus),
    }
    return Output(pa.Table.from_pylist(rows, schema=TABLE), parts, meta)


def chosen_metric(asked: str | None, served: Served) -> str:
    """Return the metric that is compared, or the headline; raises `RecipeError` when nothing tells it."""
    metric = asked or next(iter(served.metrics))
    if metric not in served.metrics:
        raise RecipeError(f"{metric} is not told of here; there are {', '.join(served.metrics)}")
    return metric


def serve(
    recipe: Retrieval, sets: tuple[Frame, Frame | None, Frame | None], units: Units | None, progress: Progress
) -> Served:
    """Find the nearest documents of all queries, what has none near, and how good what was retrieved is.

    Raises
    ------
    RecipeError
        There is no corpus, or no vectors that could be compared with its.
    """
    primary, reference, _ = sets
    query, vectors, corpus = _columns(recipe, primary, sets[2])
    frames = {"primary": primary, **({} if reference is None else {"reference": reference})}
    documents = usable_documents(corpus, known(corpus, vectors.name).name)
    cosine = metric_for(documents.X.shape[1]) == "cosine"
    places = _places(corpus)
    progress("Retrieval", 0.0)
    found = {name: _nearest(frame, query.name, documents, recipe.k, progress) for name, frame in frames.items()}
    limit, source = _limit(recipe, found, documents, corpus, cosine=cosine)
    columns = {name: Columns.of(recipe, query, frame.columns) for name, frame in frames.items()}
    sides: dict[str, Side] = {}
    for name, frame in frames.items():
        X, rows, distances = found[name]
        lists = ranked(frame, columns[name], places, rows)
        nearest = distances[:, 0] if distances.shape[1] else np.full(frame.n_rows, np.nan)
        values: dict[str, Floats] = {}
        if limit is not None:
            values["no_near_document"] = np.where(np.isnan(nearest), np.nan, nearest > limit)
        values["nearest"] = nearest
        values |= lists.metrics(recipe.k)
        apart = _apart(X, documents, lists.rows[:, :SHOWN], cosine=cosine)
        own = None if units is None else getattr(units, name)
        first = rows[:, 0] if rows.shape[1] else np.full(frame.n_rows, -2)
        sides[name] = Side(frame.name, values, first, nearest, lists, apart, own)
    told_of = [m for m in _labels(recipe.k, cosine=cosine) if any(m in side.values for side in sides.values())]
    meta = {
        "embedding": query.name,
        "documents": vectors.name,
        "k": recipe.k,
        "metric": "cosine" if cosine else "euclidean",
        "limit": limit,
        "limit_source": source,
        "beyond": recipe.beyond,
        "columns": {name: vars(one) for name, one in columns.items()},
        "n_documents": len(documents.rows),
        "unknown_ids": {name: side.ranked.unknown for name, side in sides.items()},
        "asked": {name: int(np.isfinite(side.distance).sum()) for name, side in sides.items()},
    }
    labels = _labels(recipe.k, cosine=cosine)
    return Served(sides, {name: labels[name] for name in told_of}, meta)


def _columns(recipe: Retrieval, primary: Frame, corpus: Frame | None) -> tuple[ColumnInfo, ColumnInfo, Frame]:
    """Return the columns of the vectors of queries and documents, and the corpus."""
    query = query_column(recipe, primary.columns)
    if corpus is None:
        raise RecipeError("Retrieval needs the documents: px.run(recipe, queries, corpus=documents)")
    vectors = vectors_of(corpus.columns, query, recipe.documents)
    if vectors is None:
        raise RecipeError(
            f'{corpus.name} has no column of vectors like "{query.name}" of {primary.name}, which has {query.dimension} numbers; name one: documents="…"'
        )
    return query, vectors, corpus


def _nearest(
    frame: Frame, name: str, documents: UsableVectors, k: int, progress: Progress
) -> tuple[UsableVectors, Ints, Floats]:
    """Return the vectors of the queries, and of each the nearest documents and their distances; −2 and NaN for those that were not asked for."""
    known(frame, name)
    column = frame.table.column(name)
    d = documents.X.shape[1]
    if pa.types.is_null(column.type):
        own = UsableVectors(np.empty((0, d), np.float32), np.empty(0, np.int64), frame.n_rows, 0, 0)
    else:
        own = usable(column, metric_for(column.type.list_size))
    if own.X.shape[1] != d:
        raise RecipeError(f'"{name}" of {frame.name} has {own.X.shape[1]} numbers, the documents have {d}.')
    n, m = len(own.rows), max(1, len(documents.rows))
    asked = np.arange(n)
    if (most := max(1, int(MOST_WORK / (m * max(d, 1))))) < n:
        asked = np.sort(generator("queries", name).choice(n, most, replace=False))
    near, far = nearest_documents(
        own.X[asked],
        documents.X,
        k,
        cosine=metric_for(d) == "cosine",
        step=lambda done: progress("Retrieval", 0.9 * done),
    )
    rows = np.full((frame.n_rows, near.shape[1]), -2, np.int64)
    distances = np.full(rows.shape, np.nan)
    rows[own.rows[asked]] = documents.rows[near] if near.size else near
    distances[own.rows[asked]] = far
    return own, rows, distances


def _limit(
    recipe: Retrieval,
    found: Mapping[str, tuple[UsableVectors, Ints, Floats]],
    documents: UsableVectors,
    corpus: Frame,
    *,
    cosine: bool,
) -> tuple[float | None, str]:
    """Return from which distance on a document is not near, and what says so."""
    if recipe.limit is not None:
        return recipe.limit, "given"
    percent = f"{100 * (1 - recipe.beyond):.3g} %"
    if "reference" in found:
        distances = found["reference"][2][:, :1]
        distances = distances[np.isfinite(distances)]
        if len(distances) >= FEWEST:
            return float(np.quantile(distances, 1 - recipe.beyond)), (
                f"{percent} of {len(distances):,} reference queries have a document this near"
            )
    n = len(documents.rows)
    drawn = np.arange(n)
    if n > CALIBRATED_ON:
        drawn = np.sort(generator("limit", corpus.name).choice(n, CALIBRATED_ON, replace=False))
    _, far = nearest_documents(documents.X[drawn], documents.X, 1, cosine=cosine, apart=drawn)
    if far.size < FEWEST:
        return None, f"fewer than {FEWEST} reference queries and documents: nothing tells what is near"
    return float(np.quantile(far, 1 - recipe.beyond)), (
        f"{percent} of {far.size:,} documents have another this near; queries are often farther from documents than these are from each other"
    )


def _places(corpus: Frame) -> dict[str, int]:
    """Return id → position of each document; without a column of ids, positions are ids."""
    info = corpus.with_role("prediction_id")
    if info is None or info.name not in corpus.table.column_names:
        return {str(i): i for i in range(corpus.n_rows)}
    keys = [key_of(value) for value in corpus.table.column(info.name).to_pylist()]
    return {key: i for i, key in reversed(list(enumerate(keys))) if key is not None}


def _apart(own: UsableVectors, documents: UsableVectors, rows: Ints, *, cosine: bool) -> Floats:
    """Return how far queries are from documents by their positions in the corpus, NaN where a vector lacks."""
    result = np.full(rows.shape, np.nan)
    if not len(documents.rows) or not rows.size:
        return result
    of = rows[own.rows]
    place = np.clip(np.searchsorted(documents.rows, of), 0, len(documents.rows) - 1)
    result[own.rows] = np.where(documents.rows[place] == of, apart_of(own.X, documents.X, place, cosine=cosine), np.nan)
    return result


def _labels(k: int, *, cosine: bool) -> dict[str, str]:
    return {
        "no_near_document": "No near document",
        "nearest": f"{'Cosine distance' if cosine else 'Distance'} to the nearest",
        "precision": f"Precision@{k}",
        "hit_rate": f"Hit rate@{k}",
        "mrr": f"MRR@{k}",
        "ndcg": f"NDCG@{k}",
        "recall": f"Recall@{k}",
    }


def _good(metric: str) -> Good:
    return "low" if metric in ("no_near_document", "nearest") else "high"


def _matters(metric: str, reference: float | None) -> float | None:
    """Return how much a metric has to change before that matters: two points, or 5 % of the reference's distance."""
    if metric != "nearest":
        return 0.02
    return None if reference is None else 0.05 * reference


def _adjusted(n: int, what: str) -> str | None:
    return None if n == 0 else f"Benjamini-Hochberg over {n} {what}{'' if n == 1 else 's'}"


def _queries(served: Served, inside: Bools | None) -> pa.Table:
    """Return a row a query that has any number, in the sets' own order, the reference first."""
    tables = []
    for name in reversed(NAMES):
        side = served.sides.get(name)
        if side is None:
            continue
        there = np.any([np.isfinite(values) for values in side.values.values()], axis=0)
        if name == "primary" and inside is not None:
            there &= inside
        rows = np.flatnonzero(there)
        nearest = side.nearest[rows]
        data: dict[str, Any] = {
            "set": pa.array([name] * len(rows), pa.string()).dictionary_encode(),
            "row": pa.array(rows, pa.int64()),
            "document": pa.array(nearest, pa.int64(), mask=nearest < 0),
        }
        for metric in served.metrics:
            values = side.values.get(metric, np.full(len(there), np.nan))[rows]
            data[metric] = pa.array(values, pa.float64(), mask=np.isnan(values))
        tables.append(pa.table(data))
    return pa.concat_tables(tables).unify_dictionaries()


def _documents(served: Served, primary: Frame, reference: Frame | None) -> pa.Table:
    """Return the first documents of each query, a row each; `document` is null where the corpus has none of that id."""
    frames = {"primary": primary, "reference": reference}
    tables = []
    for name in reversed(NAMES):
        side, frame = served.sides.get(name), frames[name]
        if side is None or frame is None:
            continue
        rows = side.ranked.rows[:, :SHOWN]
        query, place = np.nonzero(rows >= -1)
        document, apart = rows[query, place], side.apart[query, place]
        gains = side.ranked.gains if side.ranked.is_aligned else None
        wide = 0 if gains is None else gains.shape[1]
        relevance = np.full(len(query), np.nan)
        if gains is not None:
            there = place < wide
            relevance[there] = gains[query[there], place[there]]
        tables.append(
            pa.table(
                {
                    "set": pa.array([name] * len(query), pa.string()).dictionary_encode(),
                    "row": pa.array(query, pa.int64()),
                    "rank": pa.array(place + 1, pa.int32()),
                    "document": pa.array(document, pa.int64(), mask=document < 0),
                    "distance": pa.array(apart, pa.float64(), mask=np.isnan(apart)),
                    "relevance": pa.array(relevance, pa.float64(), mask=np.isnan(relevance)),
                }
            )
        )
    return pa.concat_tables(tables).unify_dictionaries()


def without_groups(recipe: Retrieval) -> Retrieval:
    """Return the question of all queries, however they are grouped."""
    return replace(recipe, segment=None, window=None, where=())
