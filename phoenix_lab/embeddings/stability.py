"""Which clusters are found again when the rows are others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.clusters import find_clusters
from phoenix_lab.embeddings.crew import Crew
from phoenix_lab.embeddings.model import CLUSTER_NEIGHBORS, for_clusters
from phoenix_lab.embeddings.neighbors import Neighbors, Step, nearest

SHARE = 0.8
"""Part of the rows that each resample has."""

SPARE = 44
"""Neighbours from which those within a resample are taken: all but some of a thousand rows then have as many as the map had."""


@dataclass(frozen=True)
class Stability:
    """How well clusters are found again.

    Parameters
    ----------
    jaccard
        float64 (resamples, clusters): rows in common with the most similar cluster of a resample, as a part of the rows in either;
        NaN where the resample has none of the cluster's rows.
    """

    jaccard: NDArray[np.float64]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Mean of each cluster over the resamples that have it, float64 (clusters,). Below .5 a cluster counts as dissolved, from .75 as stable."""
        there = np.isfinite(self.jaccard)
        sums = np.where(there, self.jaccard, 0).sum(axis=0)
        with np.errstate(invalid="ignore"):
            return np.asarray(sums / there.sum(axis=0))


def resampled(
    X: NDArray[np.float32],
    labels: NDArray[np.int32],
    min_cluster_size: int,
    crew: Crew,
    *,
    resamples: int,
    seed: int,
    step: Step = lambda _: None,
) -> Stability:
    """Find clusters in parts of the rows anew and compare (Hennig, Cluster-wise assessment of cluster stability, 2007).

    Each part is drawn without replacement, so that no copies make groups of their own; it has its own layout with its own seed.

    Parameters
    ----------
    X
        The vectors that the clusters were found in, less their mean, float32 (n, d).
    labels
        int32 (n,); -1 is noise.
    min_cluster_size
        Rows of the smallest cluster there; those of a part may be smaller in proportion.
    resamples, seed
        How many parts, and which.
    """
    n, K = len(X), int(labels.max(initial=-1)) + 1
    result = np.full((resamples, K), np.nan)
    k = min(SPARE, n - 1)
    if K == 0:
        return Stability(result)
    whole, _ = nearest(X, k, crew, seed=seed, step=lambda done: step(0.2 * done))
    least = max(2, round(SHARE * min_cluster_size))
    for r in range(resamples):
        rng = np.random.default_rng([seed, r])
        part = np.sort(rng.choice(n, round(SHARE * n), replace=False))
        near = restricted(whole, part, min(CLUSTER_NEIGHBORS, len(part)) - 1)

        def part_step(done: float, r: int = r) -> None:
            step(0.2 + 0.8 * (r + done) / resamples)

        layout = for_clusters(X[part], near, seed + 1 + r, crew, part_step)
        result[r] = jaccard(labels[part], find_clusters(layout, least), K)
        part_step(1.0)
    return Stability(result)


def restricted(neighbors: Neighbors, part: NDArray[np.int64], k: int) -> Neighbors:
    """Return the `k` nearest within a part of the rows, ascending, from longer lists; too short ones repeat their last."""
    n = len(neighbors.rows)
    place = np.full(n, -1, np.int32)
    place[part] = np.arange(len(part), dtype=np.int32)
    rows = place[neighbors.rows[part]]
    outside = rows < 0
    # Those inside come first, in their order.
    order = np.argsort(outside, axis=1, kind="stable")[:, :k]
    last = np.maximum((~outside).sum(axis=1) - 1, 0)
    order = np.take_along_axis(order, np.minimum(np.arange(order.shape[1]), last[:, None]), axis=1)
    rows = np.take_along_axis(rows, order, axis=1)
    distances = np.take_along_axis(neighbors.distances[part], order, axis=1)
    # A row that has none left stands alone with its neighbour in number.
    alone = rows < 0
    rows[alone] = ((np.arange(len(part))[:, None] + 1) % len(part) + 0 * rows)[alone]
    return Neighbors(np.ascontiguousarray(rows, np.int32), np.ascontiguousarray(distances))


def jaccard(old: NDArray[np.int32], new: NDArray[np.int32], K: int) -> NDArray[np.float64]:
    """Return for each old cluster the largest overlap with a new one: rows in both by rows in either; NaN for one without rows."""
    M = int(new.max(initial=-1)) + 1
    both = np.zeros((K, M + 1))
    inside = old >= 0
    np.add.at(both, (old[inside], np.where(new[inside] < 0, M, new[inside])), 1)
    size = np.bincount(old[inside], minlength=K)
    found = np.bincount(new[new >= 0], minlength=M)
    best = np.full(K, np.nan)
    best[size > 0] = 0.0
    if M:
        either = size[:, None] + found[None] - both[:, :M]
        overlap = (both[:, :M] / np.maximum(either, 1)).max(axis=1)
        best[size > 0] = overlap[size > 0]
    return best
