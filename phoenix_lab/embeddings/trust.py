"""How far a map can be believed: what it keeps of each row's neighbours, and how it ranks those it invents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.crew import Crew, chunks

K = 15
"""Neighbours that are looked at, as in most of the literature on maps."""

PAIRS = 2_000_000
"""Distances that are measured for the trustworthiness; of more rows, fewer are asked."""

ASKED, ASKED_AT_LEAST = 300, 100
BLOCK = 4096
_Z90 = 1.6448536269514722


@dataclass(frozen=True)
class Trust:
    """Trustworthiness (Venna and Kaski, 2001) of a map, from 0 to 1: 1 when whoever is near on it is near in the original space.

    Parameters
    ----------
    value, lower, upper
        The mean over the rows that were asked, and its 90 % interval; None of too few rows.
    n
        How many rows were asked.
    """

    value: float | None
    lower: float | None
    upper: float | None
    n: int


def on_the_map(
    positions: NDArray[np.float32], asked: NDArray[np.float32], k: int, crew: Crew, *, same: bool
) -> NDArray[np.int32]:
    """Return the `k` rows of `positions` (n, dim) nearest to each row of `asked` (m, dim), int32 (m, k); with `same` a row is not its own."""
    from scipy.spatial import cKDTree

    tree = cKDTree(positions, balanced_tree=False, compact_nodes=False)
    near = tree.query(asked, k=k + same, workers=crew.threads)[1].reshape(len(asked), -1)
    if not same:
        return np.asarray(near, np.int32)
    # Among rows at one place a row may be any of the found, or none.
    own = near == np.arange(len(asked))[:, None]
    own[~own.any(axis=1), -1] = True
    return np.asarray(near[~own].reshape(len(asked), k), np.int32)


def kept(near: NDArray[np.int32], shown: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return the share of each row's neighbours `near` (n, k) that are among those of the map, `shown` (n, k): float32 (n,)."""
    result = np.full(len(near), np.nan, np.float32)
    for lo, hi in chunks(len(near) if near.size else 0, BLOCK):
        result[lo:hi] = (near[lo:hi, :, None] == shown[lo:hi, None, :]).any(axis=2).mean(axis=1)
    return result


def within(near: NDArray[np.int32], labels: NDArray[np.int32], own: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return the share of each row's neighbours `near` (n, k) whose label is the row's own, float32 (n,); NaN for noise."""
    result = np.full(len(near), np.nan, np.float32)
    some = own >= 0
    if near.shape[1] and some.any():
        result[some] = (labels[near[some]] == own[some, None]).mean(axis=1, dtype=np.float32)
    return result


def trustworthiness(X: NDArray[np.float32], shown: NDArray[np.int32], seed: int) -> Trust:
    """Return the trustworthiness of a map from some of its rows.

    Parameters
    ----------
    X
        The vectors, float32 (n, d).
    shown
        The k nearest others of each row on the map, int32 (n, k).
    seed
        Which rows are asked.
    """
    n, k = shown.shape
    if k == 0 or n < 3 * k + 2:
        return Trust(None, None, None, 0)
    m = min(n, max(ASKED_AT_LEAST, min(ASKED, PAIRS // n)))
    asked = np.sort(np.random.default_rng(seed).choice(n, m, replace=False))
    A = X[asked].astype(np.float64)
    # In float64, so that no order of summation changes a rank. The product of two rows stands for their distance; |a|^2 is left out.
    others = np.empty((m, k))
    for i in range(m):
        B = X[shown[asked[i]]].astype(np.float64)
        others[i] = np.einsum("ij,ij->i", B, B) - 2 * (B @ A[i])
    limit = others - 1e-9 * (1 + np.abs(others))
    rank = np.zeros((m, k), np.int64)
    for lo, hi in chunks(n, BLOCK):
        B = X[lo:hi].astype(np.float64)
        far = np.einsum("ij,ij->i", B, B) - 2 * (A @ B.T)
        for j in range(k):
            rank[:, j] += np.count_nonzero(far < limit[:, j, None], axis=1)
    # The row itself is nearer than all others, and so is in each count: the counts are ranks.
    penalty = np.maximum(rank - k, 0).sum(axis=1)
    scores = 1 - penalty * 2 / (k * (2 * n - 3 * k - 1))
    value = float(scores.mean())
    margin = _Z90 * float(scores.std(ddof=1)) / np.sqrt(m) * np.sqrt(1 - m / n)
    return Trust(value, float(max(0.0, value - margin)), float(min(1.0, value + margin)), m)
