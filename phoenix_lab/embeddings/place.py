"""Rows that were not fitted, placed on the map of those that were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.crew import Crew, chunks
from phoenix_lab.embeddings.fuzzy import membership
from phoenix_lab.embeddings.kernels.moves import LANES, mover
from phoenix_lab.embeddings.layout import NEGATIVES, curve
from phoenix_lab.embeddings.neighbors import Index, Step, look_up

EPOCHS = 30
BLOCK = 8192


@dataclass(frozen=True)
class Placed:
    """Where new rows are.

    Parameters
    ----------
    positions
        float32 (m, dim).
    labels
        Their clusters, int32 (m,): the one to which most of their neighbours belong, by membership; -1 is none.
    near
        The fitted rows nearest to each, nearest first, int32 (m, k).
    """

    positions: NDArray[np.float32]
    labels: NDArray[np.int32]
    near: NDArray[np.int32]


def place(
    A: NDArray[np.float32],
    X: NDArray[np.float32],
    positions: NDArray[np.float32],
    labels: NDArray[np.int32],
    index: Index | None,
    *,
    k: int,
    min_dist: float,
    crew: Crew,
    step: Step = lambda _: None,
) -> Placed:
    """Place the rows `A` (m, d) on the map `positions` (n, dim) of the rows `X` (n, d), which does not move.

    A row starts at the weighted mean of its `k` nearest fitted rows and then moves among them for 30 epochs. All rows meet the
    same random others, so a row's place depends on that row alone, never on the rows placed with it.
    """
    m, dim = len(A), positions.shape[1]
    where, groups = np.empty((m, dim), np.float32), np.empty(m, np.int32)
    lists = np.empty((m, k), np.int32)
    a, b = curve(min_dist)
    move = mover(dim)
    for first, last in chunks(m, BLOCK):
        near = look_up(np.ascontiguousarray(A[first:last]), X, index, k=k, crew=crew)
        W = membership(near, crew)
        Y = (positions[near.rows] * (W / W.sum(axis=1, keepdims=True))[:, :, None]).sum(axis=1).astype(np.float32)
        starts = np.arange(0, W.size + 1, k, dtype=np.int64)
        period = np.where(W > 1e-2, 1 / np.maximum(W, 1e-2), 1e9).astype(np.float32).ravel()
        graph = (starts, near.rows.ravel(), period, period.copy(), positions, Y)
        for epoch in range(EPOCHS):
            alpha = np.float32(0.25 * (1 - epoch / EPOCHS))
            fixed = (*graph, epoch, alpha, a, b, np.float32(1), NEGATIVES, 1, 0)
            crew.run(move, [(*fixed, g0, g1, 1, 0) for g0, g1 in chunks(-(-len(Y) // LANES), 64)])
        where[first:last] = Y
        lists[first:last] = near.rows
        groups[first:last] = _majority(labels[near.rows], W)
        step(last / m)
    return Placed(where, groups, lists)


def _majority(labels: NDArray[np.int32], weights: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return the label of each row with the largest sum of weights, of equals the smallest; both arrays are (m, k)."""
    order = np.argsort(labels, axis=1, kind="stable")
    ordered = np.take_along_axis(labels, order, axis=1)
    running = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1, dtype=np.float64)
    last = np.ones(labels.shape, bool)
    last[:, :-1] = ordered[:, 1:] != ordered[:, :-1]
    # A label's sum is the running sum at its last place less that at the last place of the label before it.
    before = np.maximum.accumulate(np.where(last, running, 0), axis=1)
    before = np.concatenate([np.zeros((len(labels), 1)), before[:, :-1]], axis=1)
    totals = np.where(last, running - before, -1.0)
    best = totals.argmax(axis=1)
    winner: NDArray[np.int32] = ordered[np.arange(len(labels)), best]
    return winner
