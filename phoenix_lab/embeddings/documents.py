"""The documents nearest to each of many queries: exact, in blocks that a processor can hold."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

QUERIES, DOCUMENTS = 1024, 16_384
"""Compared at once."""
SPARE = 8
"""So many more than asked for are measured again in float64, so that rounding does not choose among them."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def nearest_documents(
    queries: NDArray[np.float32],
    documents: NDArray[np.float32],
    k: int,
    *,
    cosine: bool,
    apart: Ints | None = None,
    step: Callable[[float], None] = lambda _: None,
) -> tuple[Ints, Floats]:
    """Return the `k` documents nearest to each query, nearest first, and their distances, both (queries, k) or fewer where there are fewer.

    Parameters
    ----------
    queries, documents
        float32 (n, d), finite; of unit length where `cosine`.
    cosine
        The distance is 1 less the cosine of the angle, else Euclidean.
    apart
        Of each query the document that is not to be found, (queries,).
    step
        Told the part that is done; what it raises ends the work.
    """
    k = max(0, min(k, len(documents) - (apart is not None)))
    rows, distances = np.zeros((len(queries), k), np.int64), np.zeros((len(queries), k))
    if k == 0:
        return rows, distances
    asked, there = (queries, documents) if cosine else _coordinates(queries, documents)
    squares = (there.astype(np.float64) ** 2).sum(axis=1).astype(there.dtype)
    for lo in range(0, len(queries), QUERIES):
        step(lo / len(queries))
        block = queries[lo : lo + QUERIES]
        found = np.empty((len(block), 0), np.int64)
        far = np.empty((len(block), 0), there.dtype)
        for start in range(0, len(documents), DOCUMENTS):
            part = slice(start, start + DOCUMENTS)
            here = squares[part] - 2 * (asked[lo : lo + QUERIES] @ there[part].T)
            if apart is not None:
                own = apart[lo : lo + QUERIES] - start
                mine = np.flatnonzero((own >= 0) & (own < here.shape[1]))
                here[mine, own[mine]] = np.inf
            far = np.concatenate([far, here], axis=1)
            found = np.concatenate([found, np.broadcast_to(start + np.arange(here.shape[1]), here.shape)], axis=1)
            if (most := k + SPARE) < far.shape[1]:
                kept = np.argpartition(far, most, axis=1)[:, :most]
                far, found = np.take_along_axis(far, kept, axis=1), np.take_along_axis(found, kept, axis=1)
        exact = apart_of(block, documents, found, cosine=cosine)
        exact[np.isinf(far)] = np.inf
        order = np.lexsort((found, exact), axis=1)[:, :k]
        rows[lo : lo + QUERIES] = np.take_along_axis(found, order, axis=1)
        distances[lo : lo + QUERIES] = np.take_along_axis(exact, order, axis=1)
    return rows, distances


def _coordinates(queries: NDArray[np.float32], documents: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Return both in float64 around their middle: differences of squares of numbers far from 0 would lose what is near."""
    middle = documents.mean(axis=0, dtype=np.float64)
    return queries - middle, documents - middle


def apart_of(queries: NDArray[np.float32], documents: NDArray[np.float32], rows: Ints, *, cosine: bool) -> Floats:
    """Return how far each query is from some documents, (queries, m), in float64: half the squared chord is 1 - cos, with all its digits."""
    result = np.empty(rows.shape)
    for j in range(rows.shape[1]):
        chord = ((queries.astype(np.float64) - documents[rows[:, j]]) ** 2).sum(axis=1)
        result[:, j] = chord / 2 if cosine else np.sqrt(chord)
    return result
