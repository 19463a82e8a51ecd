"""The rows nearest to one row in the original space: exact, over all rows of a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.vectors import VectorMetric, parts

BLOCK = 1024
"""Rows compared at once: their values stay in the processor's cache for the second product."""

LARGEST = {np.float32: 1e18, np.float64: 1e150}
"""Numbers whose squares still add up; rows beyond, or as far below, are compared once more, scaled."""


@dataclass(frozen=True)
class Nearest:
    """Rows of several columns by distance, nearest first; of equals, the earlier column's and row first.

    Parameters
    ----------
    column
        Which of the columns, int64 (m,).
    row
        Position in it, int64 (m,).
    distance
        float64 (m,): 1 less the cosine of the angle, or Euclidean.
    compared
        How many rows of each column had a vector to compare, the row itself left out.
    """

    column: NDArray[np.int64]
    row: NDArray[np.int64]
    distance: NDArray[np.float64]
    compared: tuple[int, ...]


def vector_at(column: pa.ChunkedArray, row: int) -> NDArray[np.float64] | None:
    """Return one row of a column of fixed-size lists as float64 (d,); None where it is missing."""
    values = column[row].as_py()
    return None if values is None else np.array(values, np.float64)


def nearest_rows(
    query: NDArray[np.float64],
    columns: tuple[pa.ChunkedArray, ...],
    metric: VectorMetric,
    k: int,
    *,
    itself: tuple[int, int] | None = None,
    among: tuple[NDArray[np.bool_], ...] | None = None,
) -> Nearest:
    """Find the `k` rows of all columns that are nearest to a vector.

    The columns' own numbers are multiplied, without a copy; whatever rounding could have put among the `k` nearest is then
    measured in float64. So the result is exact up to float64, and the same whatever the number of threads.

    Parameters
    ----------
    query
        float64 (d,), finite, and not zero with the cosine metric.
    columns
        Fixed-size lists of d numbers.
    metric
        What is near.
    k
        How many; fewer come back where there are fewer.
    itself
        Column and row that the vector is of; it is not its own neighbour, its copies are.
    among
        Of each column the rows to choose from; None is all.
    """
    near: list[NDArray[np.float64]] = []
    slack = 0.0
    for column in columns:
        distances, error = _rough(query, column, metric)
        near.append(distances)
        slack = max(slack, error)
    if itself is not None:
        near[itself[0]][itself[1]] = np.inf
    for distances, some in zip(near, among or (), strict=False):
        distances[~some] = np.inf
    sizes = [len(distances) for distances in near]
    rough = np.concatenate(near) if near else np.empty(0)
    usable = np.isfinite(rough)
    k = min(k, int(usable.sum()))
    compared = tuple(int(np.isfinite(distances).sum()) for distances in near)
    if k == 0:
        none = np.empty(0, np.int64)
        return Nearest(none, none, np.empty(0), compared)
    limit = np.partition(rough, k - 1)[k - 1]
    candidates = np.flatnonzero(rough <= limit + 2 * slack * max(1.0, limit))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    which = np.searchsorted(starts, candidates, side="right") - 1
    row = candidates - starts[which]
    distance = np.empty(len(candidates))
    for c, column in enumerate(columns):
        of_column = which == c
        distance[of_column] = _measured(query, column, row[of_column], metric)
    order = np.lexsort((row, which, distance))[:k]
    return Nearest(which[order], row[order], distance[order], compared)


def _rough(
    query: NDArray[np.float64], column: pa.ChunkedArray, metric: VectorMetric
) -> tuple[NDArray[np.float64], float]:
    """Return the distance of every row of a column, inf for those without a usable vector, and by how much rounding may be off."""
    result = np.full(len(column), np.inf)
    d = len(query)
    error = 0.0
    unit = query / np.abs(query).max() if metric == "cosine" else query
    if metric == "cosine":
        unit = unit / np.linalg.norm(unit)
    for start, values, valid in parts(column):
        kind: Any = np.float64 if values.dtype.itemsize > 4 or values.dtype.kind != "f" else np.float32
        if metric == "euclidean":
            kind = np.float64
        q = unit.astype(kind)
        error = max(error, 4 * (d + 8) * float(np.finfo(kind).eps))
        doubtful = []
        for lo in range(0, len(values), BLOCK):
            block = values[lo : lo + BLOCK].astype(kind, copy=False)
            there = valid[lo : lo + BLOCK]
            into = result[start + lo : start + lo + len(block)]
            with np.errstate(all="ignore"):
                if metric == "euclidean":
                    far = np.sqrt(((block - q) ** 2).sum(axis=1))
                    good = there & np.isfinite(far)
                    into[good] = far[good]
                    continue
                length = np.sqrt(np.einsum("ij,ij->i", block, block))
                good = there & (length < LARGEST[kind]) & (length > 1 / LARGEST[kind])
                into[good] = 1 - (block @ q)[good] / length[good]
            if not good.all():
                doubtful.append(lo + np.flatnonzero(there & ~good))
        if doubtful:
            rows = np.concatenate(doubtful)
            with np.errstate(all="ignore"):
                result[start + rows] = _cosine(unit, values[rows].astype(np.float64))
    return result, error


def _measured(
    query: NDArray[np.float64], column: pa.ChunkedArray, rows: NDArray[np.int64], metric: VectorMetric
) -> NDArray[np.float64]:
    """Return the distances of some rows, ascending, in float64."""
    result = np.empty(len(rows))
    for start, values, _ in parts(column):
        lo, hi = np.searchsorted(rows, [start, start + len(values)])
        for first in range(lo, hi, BLOCK):
            last = min(hi, first + BLOCK)
            block = values[rows[first:last] - start].astype(np.float64)
            if metric == "euclidean":
                result[first:last] = np.sqrt(((block - query) ** 2).sum(axis=1))
            else:
                result[first:last] = _cosine(query, block)
    return result


def _cosine(query: NDArray[np.float64], block: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 - cos of the angles, inf where there is none. Half the squared chord: of close vectors 1 - cos itself would keep no digits."""

    def unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        scaled = vectors / np.abs(vectors).max(axis=-1, keepdims=True)
        return np.asarray(scaled / np.linalg.norm(scaled, axis=-1, keepdims=True))

    far = ((unit(block) - unit(query)) ** 2).sum(axis=1) / 2
    return np.where(np.isfinite(far), far, np.inf)
