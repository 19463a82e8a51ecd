"""Rows of a column compared with a few vectors, in blocks: exact, with bounded memory, however long the column is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.vectors import VectorMetric, usable

ROWS, VECTORS = 8192, 1024
"""Rows and vectors whose products are held at once: 32 MiB."""

ROUNDING = 2e-6
"""By how much distances from products of float32 may be off."""

_SPARE = 1_000
"""Rows more than are wanted, whose order rounding could change."""

Step = Callable[[int, int], None]
"""`step(done, of)`: rows compared so far."""


@dataclass(frozen=True)
class Closest:
    """Of each row of a column, the nearest of some vectors.

    Parameters
    ----------
    distance
        float64 (n,): 1 less the cosine, or Euclidean; inf where a row has no vector to compare, or none is allowed for it.
    to
        int64 (n,): which vector, the first of equals; −1 where the distance is inf.
    """

    distance: NDArray[np.float64]
    to: NDArray[np.int64]

    @property
    def compared(self) -> int:
        """How many rows could be compared."""
        return int(np.isfinite(self.distance).sum())


def closest(
    vectors: NDArray[np.float32],
    column: pa.ChunkedArray,
    metric: VectorMetric,
    *,
    labels: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
    step: Step = lambda _done, _of: None,
) -> Closest:
    """Return which of the vectors is nearest to each row of a column.

    Parameters
    ----------
    vectors
        float32 (q, d), as `usable` gives them: of length 1 for the cosine metric.
    column
        Fixed-size lists of d numbers.
    metric
        What is near.
    labels
        Codes of the vectors (q,) and of the rows (n,): only pairs of different codes count, and none with a code below 0.
    step
        Told how many rows are done.
    """
    n = len(column)
    distance, to = np.full(n, np.inf), np.full(n, -1, np.int64)
    for lo in range(0, n, ROWS):
        part = usable(column.slice(lo, ROWS), metric)
        rows = lo + part.rows
        best, which = np.full(len(rows), np.inf), np.full(len(rows), -1, np.int64)
        for first in range(0, len(vectors), VECTORS):
            block = vectors[first : first + VECTORS]
            far = distances(part.X, block, metric)
            if labels is not None:
                of_vectors, of_rows = labels[0][first : first + VECTORS], labels[1][rows]
                far[(of_rows[:, None] == of_vectors) | (of_rows[:, None] < 0) | (of_vectors < 0)] = np.inf
            nearest = far.argmin(axis=1)
            smallest = far[np.arange(len(rows)), nearest]
            nearer = smallest < best
            best[nearer], which[nearer] = smallest[nearer], first + nearest[nearer]
        distance[rows], to[rows] = best, which
        step(min(n, lo + ROWS), n)
    return Closest(distance, to)


def distances(A: NDArray[np.float32], B: NDArray[np.float32], metric: VectorMetric) -> NDArray[np.floating]:
    """Return the distances of all rows of A (m, d) from all of B (q, d), (m, q), by one product.

    Coordinates, which have few dimensions, are compared in float64: differences of their squares would lose too much.
    """
    if metric == "euclidean":
        return np.asarray(np.sqrt(((A[:, None].astype(np.float64) - B.astype(np.float64)) ** 2).sum(axis=2)))
    return np.asarray(np.maximum(1 - A @ B.T, 0))


def nearest_first(
    found: Closest, vectors: NDArray[np.float32], column: pa.ChunkedArray, metric: VectorMetric, most: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float32]]:
    """Return the `most` nearest rows, nearest first (of equals the earlier), their distances in float64, and their own vectors."""
    rows = np.argsort(found.distance, kind="stable")[: min(2 * most + _SPARE, found.compared)]
    X = vectors_at(column, rows, metric)
    distance = _apart(X, vectors[found.to[rows]], metric)
    order = np.lexsort((rows, distance))[:most]
    return rows[order], distance[order], X[order]


def _apart(A: NDArray[np.float32], B: NDArray[np.float32], metric: VectorMetric) -> NDArray[np.float64]:
    """Return the distance of each row of A from that of B, (m,)."""
    a, b = A.astype(np.float64), B.astype(np.float64)
    if metric == "euclidean":
        return np.asarray(np.linalg.norm(a - b, axis=1))
    # Half the squared chord of unit vectors is 1 - cos, and keeps its digits where that is small.
    a, b = (X / np.linalg.norm(X, axis=1, keepdims=True) for X in (a, b))
    return np.asarray(((a - b) ** 2).sum(axis=1) / 2)


def vectors_at(column: pa.ChunkedArray, rows: NDArray[np.int64], metric: VectorMetric) -> NDArray[np.float32]:
    """Return the vectors of some rows that are usable, float32 (m, d)."""
    return usable(column.take(pa.array(rows)), metric).X
