"""The nearest neighbours of every row: exact for few rows, a forest with neighbour descent for many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.crew import Crew, chunks
from phoenix_lab.embeddings.kernels.nearest import descend, grow_tree, join_leaves, rerank, scan, search, snapshot

EXACT_BELOW = 4000
"""Rows from which the descent is faster than comparing all pairs."""

TREES, LEAF, ROUNDS = 6, 64, 5
STOP = 0.002
BLOCK = 1024
SPARE = 5
"""Candidates kept beyond k, so that the final order by exact distances has something to choose from."""

Step = Callable[[float], None]


@dataclass(frozen=True)
class Neighbors:
    """Neighbours of n rows, nearest first, the row itself left out.

    Parameters
    ----------
    rows
        int32 (n, k).
    distances
        Euclidean, float32 (n, k).
    """

    rows: NDArray[np.int32]
    distances: NDArray[np.float32]

    def first(self, k: int) -> Neighbors:
        """Return the `k` nearest of them."""
        return Neighbors(np.ascontiguousarray(self.rows[:, :k]), np.ascontiguousarray(self.distances[:, :k]))


@dataclass(frozen=True)
class Index:
    """What a descent leaves behind for finding the neighbours of new rows; all arrays in the order of one tree's leaves."""

    quantised: NDArray[np.int8]
    norms: NDArray[np.int32]
    scale: float
    original: NDArray[np.int32]
    orders: NDArray[np.int32]
    bounds: NDArray[np.int32]
    nodes: NDArray[np.int32]
    graph: NDArray[np.int32]


def nearest(
    X: NDArray[np.float32], k: int, crew: Crew, *, seed: int = 0, step: Step = lambda _: None
) -> tuple[Neighbors, Index | None]:
    """Find the `k` nearest other rows of every row of `X`, float32 (n, d), contiguous and finite, with 0 < k < n.

    `step` is told the fraction done. The index is there where the descent was used.
    """
    if len(X) < EXACT_BELOW:
        return exact(X, X, k, crew, same=True, step=step), None
    return descent(X, k, crew, seed=seed, step=step)


def exact(
    A: NDArray[np.float32],
    X: NDArray[np.float32],
    k: int,
    crew: Crew,
    *,
    same: bool = False,
    step: Step = lambda _: None,
) -> Neighbors:
    """Find the `k` nearest rows of `X` for every row of `A`; with `same` the two are one, and a row is not its own neighbour.

    The scan proposes k + 5 candidates from products; true distances decide. A row's result depends on that row and `X` alone.
    """
    half_norms = (np.einsum("ij,ij->i", X, X) / 2).astype(np.float32)
    candidates = np.empty((len(A), min(k + SPARE, len(X))), np.int32)
    for start, end in chunks(len(A), BLOCK):
        tasks = chunks(end - start, 64)
        crew.run(scan, [(A, X, half_norms, same, start + lo, start + hi, candidates) for lo, hi in tasks])
        step(end / len(A))
    return _ranked(A, X, candidates, k, crew, same=same)


def descent(
    X: NDArray[np.float32], k: int, crew: Crew, *, seed: int = 0, step: Step = lambda _: None
) -> tuple[Neighbors, Index]:
    """Find about 95 % of the `k` nearest other rows of every row, in n log n.

    Random-projection trees give the first lists; then neighbours of neighbours are tried until few change (Dong, Moses and
    Li, WWW 2011), all on int8 copies; true distances decide in the end.
    """
    n = len(X)
    K = k + SPARE
    KC = min(K, max(16, min(k, 24)))
    scale = np.float32(127 / (np.abs(X[:: max(1, n // 5000)]).max() + 1e-9))
    Q, norms = quantise(X, scale, crew)
    # Rows are renumbered by the leaves of one tree: neighbours then share cache lines and pages.
    original = np.empty(n, np.int32)
    grow_tree(Q, norms, LEAF, seed, original, np.empty(n, np.int32), np.empty((n, 4), np.int32))
    Q, norms = Q[original], norms[original]
    step(0.1)

    S = np.full((n, K), -(2**31) + 1, np.int32)
    I = np.full((n, K), -1, np.int32)  # noqa: E741
    W = np.zeros((n, K), np.uint8)
    orders = np.empty((TREES, n), np.int32)
    bounds = np.empty((TREES, n), np.int32)
    nodes = np.empty((TREES, n, 4), np.int32)
    n_leaves = [0] * TREES

    def grow(t: int) -> None:
        tree_seed = (seed * 7919 + 977 * (t + 1)) & 0x7FFFFFFF
        n_leaves[t] = int(grow_tree(Q, norms, LEAF, tree_seed, orders[t], bounds[t], nodes[t]))

    crew.run(grow, [(t,) for t in range(TREES)])
    step(0.2)
    for t in range(TREES):
        tasks = chunks(n_leaves[t], max(8, n_leaves[t] // 16))
        crew.run(join_leaves, [(Q, norms, orders[t], bounds[t], lo, hi, S, I, W) for lo, hi in tasks])
        step(0.2 + 0.2 * (t + 1) / TREES)

    F, R = np.empty((n, KC), np.int32), np.empty((n, KC), np.int32)
    FN, RN = np.empty((n, KC), np.uint8), np.empty((n, KC), np.uint8)
    n_reverse = np.empty(n, np.int32)
    parts = chunks(n, max(512, n // 32))
    updates = np.zeros(len(parts), np.int64)
    for r in range(ROUNDS):
        snapshot(I, W, KC, F, FN, R, RN, n_reverse)
        rounds = [
            (Q, norms, lo, hi, F, FN, R, RN, n_reverse, S, I, W, updates, slot) for slot, (lo, hi) in enumerate(parts)
        ]
        crew.run(descend, rounds)
        step(0.4 + 0.5 * (r + 1) / ROUNDS)
        if updates.sum() < STOP * n * K:
            break
    candidates = np.empty_like(I)
    candidates[original] = np.where(I >= 0, original[I], -1)
    found = _ranked(X, X, candidates, k, crew, same=True)
    return found, Index(Q, norms, float(scale), original, orders, bounds, nodes, I)


def look_up(
    A: NDArray[np.float32], X: NDArray[np.float32], index: Index | None, *, k: int, crew: Crew, beam: int = 8
) -> Neighbors:
    """Find rows of `X` near the new rows `A`, each independent of the others: exactly, or with the descent's index."""
    if index is None:
        return exact(A, X, k, crew)
    m = len(A)
    Q, _ = quantise(A, np.float32(index.scale), crew)
    candidates = np.empty((m, k + SPARE), np.int32)
    old = (index.quantised, index.norms, index.original, index.orders, index.bounds, index.nodes, index.graph)
    crew.run(search, [(Q, *old, lo, hi, beam, candidates) for lo, hi in chunks(m, max(256, m // 16))])
    return _ranked(A, X, candidates, k, crew, same=False)


def quantise(X: NDArray[np.float32], scale: np.float32, crew: Crew) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
    """Return int8 copies of the rows, their width a multiple of 64, and their squared lengths."""
    n, d = X.shape
    Q = np.zeros((n, -(-d // 64) * 64), np.int8)
    norms = np.empty(n, np.int32)

    def part(lo: int, hi: int) -> None:
        scaled = X[lo:hi] * scale
        np.clip(np.rint(scaled, out=scaled), -127, 127, out=scaled)
        Q[lo:hi, :d] = scaled
        norms[lo:hi] = np.einsum("ij,ij->i", Q[lo:hi], Q[lo:hi], dtype=np.int32)

    crew.run(part, chunks(n, 4096))
    return Q, norms


def _ranked(
    A: NDArray[np.float32], X: NDArray[np.float32], candidates: NDArray[np.int32], k: int, crew: Crew, *, same: bool
) -> Neighbors:
    rows = np.empty((len(A), k), np.int32)
    distances = np.empty((len(A), k), np.float32)
    crew.run(rerank, [(A, X, same, lo, hi, candidates, rows, distances) for lo, hi in chunks(len(A), 2048)])
    return Neighbors(rows, distances)
