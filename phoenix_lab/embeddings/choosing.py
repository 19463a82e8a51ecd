"""Which of many rows: without near-duplicates, unlike each other, or standing for the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.between import distances
from phoenix_lab.embeddings.vectors import VectorMetric

Vectors = NDArray[np.float32]

_BLOCK = 256


def without_copies(X: Vectors, within: float, most: int, metric: VectorMetric) -> NDArray[np.int64]:
    """Return at most `most` rows, first come first kept, none of which is as near as `within` to one kept before; (kept,).

    Parameters
    ----------
    X
        float32 (m, d), the best first.
    within
        A distance; below 0 nothing is a copy.
    most
        How many rows are enough.
    metric
        That of the distance.
    """
    kept: list[int] = []
    for lo in range(0, len(X), _BLOCK):
        block = X[lo : lo + _BLOCK]
        free = np.ones(len(block), bool)
        if kept:
            free = distances(block, X[kept], metric).min(axis=1) > within
        inner = distances(block, block, metric) <= within
        for i in range(len(block)):
            if free[i]:
                kept.append(lo + i)
                free[i + 1 :] &= ~inner[i, i + 1 :]
                if len(kept) == most:
                    return np.array(kept)
    return np.array(kept, np.int64)


def unlike_each_other(
    X: Vectors, distance: NDArray[np.float64], k: int, diversity: float, metric: VectorMetric
) -> NDArray[np.int64]:
    """Choose `k` rows by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998), the nearest first; (k,).

    Each next row has the largest ``diversity`` · (distance to the nearest chosen row) − (1 − ``diversity``) · (distance to what was asked for).

    Parameters
    ----------
    X
        float32 (m, d), the candidates, the nearest first.
    distance
        (m,): how far they are from what was asked for.
    k
        How many.
    diversity
        0 is the nearest ones alone; near 1 those that are farthest from each other.
    metric
        What is near.
    """
    k = min(k, len(X))
    chosen = np.zeros(k, np.int64)
    apart = np.full(len(X), np.inf)
    for i in range(1, k):
        apart = np.minimum(apart, distances(X, X[chosen[i - 1 : i]], metric)[:, 0])
        apart[chosen[:i]] = -np.inf
        chosen[i] = np.argmax(diversity * apart - (1 - diversity) * distance)
    return chosen


def stand_for_others(
    X: Vectors,
    weight: NDArray[np.float64],
    k: int,
    metric: VectorMetric,
    *,
    covered: NDArray[np.float64] | None = None,
    kinds: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Choose `k` rows that the others, by their weight, have near: facility location, greedily; (k,).

    Adds the row that raises Σ wᵢ · (likeness of i to its nearest chosen row) most; at least 1 − 1/e of the best there is (Nemhauser, Wolsey and
    Fisher 1978). Other than the farthest-first choice of k centres it does not run after outliers. Holds (m, m) numbers.

    Parameters
    ----------
    X
        float32 (m, d).
    weight
        (m,), not negative.
    k
        How many.
    metric
        What is near; likeness is 1 less the cosine's distance, or exp(−distance / median).
    covered
        (m,): how far each row is from what was chosen before; None is nothing.
    kinds
        (m,): from 0, a kind of each row; then one of each is chosen in turn, as long as it has any. None is whichever is best.
    """
    near = distances(X, X, metric)
    scale = float(np.median(near)) or 1.0

    def likeness(far: NDArray[np.floating]) -> NDArray[np.floating]:
        return np.asarray(np.maximum(1 - far, 0) if metric == "cosine" else np.exp(-far / scale))

    like = likeness(near)
    have = np.zeros(len(X), like.dtype) if covered is None else likeness(covered).astype(like.dtype)
    weight = weight.astype(like.dtype)
    chosen: list[int] = []
    free = np.ones(len(X), bool)
    n_kinds = 1 if kinds is None else int(kinds.max(initial=0)) + 1
    turn = 0
    while len(chosen) < min(k, len(X)):
        gain = np.maximum(like - have[:, None], 0).T @ weight
        gain[~free] = -1
        if kinds is not None:
            while not (free & (kinds == turn % n_kinds)).any():
                turn += 1
            gain[kinds != turn % n_kinds] = -1
            turn += 1
        best = int(np.argmax(gain))
        chosen.append(best)
        free[best] = False
        have = np.maximum(have, like[:, best])
    return np.array(chosen, np.int64)
