"""How good ranked lists are, query by query: precision, hit rate, reciprocal rank and NDCG at a cut, as trec_eval and scikit-learn define them.

Precision at k divides by k, however few documents came back. NDCG has linear gains and the discount 1 / log2(rank + 1) (Järvelin and Kekäläinen,
ACM TOIS 20, 2002).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def precision(gains: Floats, k: int) -> Floats:
    """Return the share of the first k that is relevant; `gains` is (queries, ranks), the best rank first, 0 where nothing relevant stands."""
    return np.asarray((gains[:, :k] > 0).sum(axis=1) / k, np.float64)


def hit(gains: Floats, k: int) -> Floats:
    """Return 1 where any of the first k is relevant, else 0."""
    return np.asarray((gains[:, :k] > 0).any(axis=1), np.float64)


def reciprocal_rank(gains: Floats, k: int) -> Floats:
    """Return 1 / rank of the first relevant document, 0 where none is among the first k."""
    found = gains[:, :k] > 0
    if not found.shape[1]:
        return np.zeros(len(gains))
    result: Floats = np.where(found.any(axis=1), 1 / (1 + found.argmax(axis=1)), 0.0)
    return result


def recall(gains: Floats, n_relevant: Floats, k: int) -> Floats:
    """Return the share of all relevant documents that is among the first k; NaN for queries that have none."""
    found = (gains[:, :k] > 0).sum(axis=1)
    result: Floats = np.divide(found, n_relevant, out=np.full(len(gains), np.nan), where=n_relevant > 0)
    return result


def ndcg(gains: Floats, ideal: Floats, k: int) -> Floats:
    """Return the discounted gain of the first k against that of the best order; 0 where nothing is relevant, as scikit-learn has it.

    Parameters
    ----------
    gains
        Gains in the order of the list, (queries, ranks).
    ideal
        Gains of all that could have been listed, (queries, any number), in any order.
    k
        The cut.
    """
    best = _discounted(-np.sort(-ideal, axis=1), k)
    return np.divide(_discounted(gains, k), best, out=np.zeros(len(gains)), where=best > 0)


def _discounted(gains: Floats, k: int) -> Floats:
    some = gains[:, :k]
    return np.asarray(some @ (1 / np.log2(np.arange(some.shape[1]) + 2.0)))
