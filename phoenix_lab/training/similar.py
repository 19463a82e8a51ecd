"""`similar` and `nearest_unlike`: rows of one dataframe that are near to those of another, in the space of their vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.between import ROUNDING, Closest, closest, nearest_first
from phoenix_lab.embeddings.choosing import unlike_each_other, without_copies
from phoenix_lab.embeddings.vectors import VectorMetric, metric_for, usable
from phoenix_lab.generate.progress import Progress
from phoenix_lab.training.source import Source, TrainingError

COPIES = {"cosine": 0.02, "euclidean": 0.0}
"""Rows as near as this are taken for the same row, unless told otherwise."""
_AT_ONCE = 1_000
"""Rows that are looked through for copies at once, at least."""
_CANDIDATES = 10
"""Of how many times as many near rows those unlike each other are chosen."""


class _Near(NamedTuple):
    """Rows of the pool that are near, nearest first; an array each."""

    rows: NDArray[Any]
    distance: NDArray[Any]
    to: NDArray[Any]
    copies: NDArray[Any]
    X: NDArray[Any]


def similar(
    rows: Any,
    pool: Any,
    embedding: str | None = None,
    *,
    k: int = 50,
    to: Literal["any", "centroid"] = "any",
    fold: float | None = None,
    diversity: float = 0.0,
    beyond: float | None = None,
    quiet: bool = False,
) -> Any:
    """Return the rows of a dataframe that are nearest to given rows, by their vectors in the original space, nearest first.

    All rows are compared, by products of float32 in blocks of some 32 MiB; who is near is measured again in float64.

    Parameters
    ----------
    rows
        What to look for the like of: a dataframe (a selection, one row); positions of rows of `pool`, integers, which are then not among the
        answers; or a vector of floats (a centroid), or several, (q, d).
    pool
        The dataframe to look in, of any kind.
    embedding
        The column of vectors in both; None where there is only one.
    k
        How many; fewer come back where there are fewer.
    to
        "any": near to any of the rows. "centroid": near to the middle of them.
    fold
        Rows as near to each other as this are shown once, the nearest of them. None is .02 (1 less the cosine); for vectors of up to three
        numbers 0. A number below 0 folds nothing.
    diversity
        0 is the nearest rows; up to 1, rows that are also unlike each other (maximal marginal relevance among the nearest 10 `k`).
    beyond
        Only rows that are farther than this from what was asked for; 0 leaves out those with the very same vector.
    quiet
        Show no progress.

    Returns
    -------
    dataframe
        Of the kind of `pool`, with its own index and dtypes, and beside its columns `similar_distance` (1 less the cosine, or Euclidean up to
        three numbers), `similar_to` (which of the rows is nearest, from 0; of a centroid 0) and `similar_copies` (how many rows more of
        `pool` are as near to it as `fold`).

    Raises
    ------
    TrainingError
        No vectors in common, nothing to look for, or nothing to look in.
    """
    if k < 1 or not 0 <= diversity <= 1:
        raise TrainingError(f"k is at least 1 and diversity from 0 to 1; these are {k} and {diversity:g}.")
    source = Source.of(pool, "pool")
    name = source.embedding(embedding)
    column = source.vectors(name)
    metric = metric_for(column.type.list_size)
    wanted, own = _wanted(rows, source, name, metric)
    if to == "centroid":
        wanted = _centroid(wanted, metric)
    fold = (COPIES[metric] if fold is None else fold) + (ROUNDING if metric == "cosine" else 0)
    progress = Progress("compared", quiet=quiet)
    found = closest(wanted, column, metric, step=progress.tell)
    found.distance[own] = np.inf
    if found.compared == 0:
        raise TrainingError(f'No row of {source.name} has a vector in "{name}" to compare.')
    compared = found.compared
    if beyond is not None:
        found.distance[found.distance < beyond - ROUNDING] = np.inf
    enough = k * (_CANDIDATES if diversity else 1)
    near = _folded(found, wanted, column, metric, enough=enough, fold=fold, beyond=beyond)
    if len(near.rows) == 0:
        raise TrainingError(f"No row of {source.name} is farther than {beyond:g}.")
    if diversity:
        best = unlike_each_other(near.X, near.distance, k, diversity, metric)
        near = _Near(*(column[best] for column in near))
    if progress.is_shown:
        progress.end(f"{compared:,} rows compared")
    beside = {"similar_distance": near.distance, "similar_to": near.to, "similar_copies": near.copies}
    return source.take(near.rows, beside)


def _folded(
    found: Closest,
    wanted: NDArray[np.float32],
    column: pa.ChunkedArray,
    metric: VectorMetric,
    *,
    enough: int,
    fold: float,
    beyond: float | None,
) -> _Near:
    """Return the nearest rows, none as near as `fold` to one before it; takes those and their copies out of `found`."""
    none = np.empty(0, np.int64)
    near = _Near(none, np.empty(0), none, none, wanted[:0])
    while (missing := enough - len(near.rows)) > 0 and found.compared:
        rows, distance, X = nearest_first(found, wanted, column, metric, max(missing, _AT_ONCE))
        far = np.flatnonzero(distance > (-np.inf if beyond is None else beyond))
        far = far[without_copies(X[far], fold, missing, metric)]
        counts = np.zeros(len(far), np.int64)
        if fold >= 0:
            copies = closest(X[far], column, metric)
            same = (copies.distance <= fold) & np.isfinite(found.distance)
            counts = np.maximum(np.bincount(copies.to[same], minlength=len(far)) - 1, 0)
            found.distance[same] = np.inf
        more = _Near(rows[far], distance[far], found.to[rows[far]], counts, X[far])
        near = _Near(*map(np.concatenate, zip(near, more, strict=True)))
        found.distance[rows] = np.inf
    return near


def nearest_unlike(rows: Any, pool: Any, label: str, embedding: str | None = None) -> Any:
    """Return for each row the nearest row of a dataframe that has another label: what the border between the labels runs between.

    The nearest unlike neighbour (Dasarathy 1995). A pair at next to no distance is likely a wrong label.

    Parameters
    ----------
    rows
        A dataframe with the labels and vectors.
    pool
        The dataframe to look in; may be the same.
    label
        The column of labels in both.
    embedding
        The column of vectors in both; None where there is only one.

    Returns
    -------
    dataframe
        Of the kind of `pool`: one row for each row that has a label, a vector, and a row unlike it, in their order, with `similar_to` (its position in
        `rows`) and `similar_distance`.

    Raises
    ------
    TrainingError
        No vectors in common, no labels, or no row with another label.
    """
    asked, source = Source.of(rows, "rows"), Source.of(pool, "pool")
    name = source.embedding(embedding)
    column = source.vectors(name)
    metric = metric_for(column.type.list_size)
    _same_space(asked, name, column.type.list_size)
    codes: dict[str, int] = {}
    of_rows, of_pool = (
        np.array([-1 if one is None else codes.setdefault(one, len(codes)) for one in part.texts(label)], np.int64)
        for part in (asked, source)
    )
    there = usable(column, metric)
    found = closest(there.X, asked.vectors(name), metric, labels=(of_pool[there.rows], of_rows))
    which = np.flatnonzero(np.isfinite(found.distance))
    if len(which) == 0:
        n = len(codes)
        why = (
            f'"{label}" has no values'
            if n == 0
            else f'all labels are "{next(iter(codes))}"'
            if n == 1
            else "no vectors"
        )
        raise TrainingError(f"No row of {source.name} has another label than a row of {asked.name}: {why}.")
    at = there.rows[found.to[which]]
    return source.take(at, {"similar_to": which, "similar_distance": found.distance[which]})


def _wanted(
    rows: Any, source: Source, name: str, metric: VectorMetric
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the vectors to look for the like of, and the positions in the pool that are themselves."""
    column = source.vectors(name)
    none = np.empty(0, np.int64)
    if isinstance(rows, (int, np.integer)) and not isinstance(rows, bool):
        rows = [rows]
    if isinstance(rows, (Sequence, np.ndarray)) and not isinstance(rows, str):
        given = np.asarray(rows)
        if given.dtype.kind in "iu" and given.ndim == 1:
            outside = given[(given < 0) | (given >= source.n)]
            if len(outside):
                raise TrainingError(f"{source.name} has {source.n:,} rows, from 0; there is no row {outside[0]:,}.")
            return _some(usable(column.take(given), metric).X, name), given.astype(np.int64)
        if given.dtype.kind != "f" or given.ndim > 2 or given.shape[-1] != column.type.list_size:
            raise TrainingError(
                f'rows are a dataframe, positions, or vectors of {column.type.list_size:,} numbers as in "{name}" of {source.name}.'
            )
        flat = pa.array(np.atleast_2d(given).reshape(-1))
        lists = pa.FixedSizeListArray.from_arrays(flat, column.type.list_size)
        return _some(usable(pa.chunked_array([lists]), metric).X, name), none
    asked = Source.of(rows, "rows")
    _same_space(asked, name, column.type.list_size)
    return _some(usable(asked.vectors(name), metric).X, name), none


def _some(vectors: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    if len(vectors) == 0:
        raise TrainingError(f'There is nothing to look for the like of: no row has a vector in "{name}".')
    return vectors


def _same_space(asked: Source, name: str, dimension: int) -> None:
    own = asked.vectors(asked.embedding(name)).type.list_size
    if own != dimension:
        raise TrainingError(
            f'"{name}" has {own:,} numbers in {asked.name} and {dimension:,} in the pool: vectors of two models cannot be compared.'
        )


def _centroid(vectors: NDArray[np.float32], metric: VectorMetric) -> NDArray[np.float32]:
    mean = vectors.mean(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(mean))
    if metric == "cosine" and length < 1e-6:
        raise TrainingError('The rows point in all directions: they have no middle. to="any" looks near each of them.')
    return np.asarray((mean / (length if metric == "cosine" else 1))[None], np.float32)
