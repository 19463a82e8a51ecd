"""Groups of rows: HDBSCAN on a layout made for it, with a choice of clusters that neither collapses nor crumbles."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

MIN_SAMPLES = 5
LARGE = 0.1
"""Share of the rows from which a cluster must be the more stable than its parts, the larger it is."""

LEAST_WORTH = 0.2
"""A large cluster's stability counts this much at least: the parts of a homogeneous cloud reach a twentieth of its own."""

DENSEST = 3.0
"""Densities above this many times a row's median count as one: at distances that small a layout arranges nothing, such as copies of a row."""

FEWEST = 10
"""Rows below which there is nothing to group."""


def min_cluster_size_for(n: int) -> int:
    """Return the smallest cluster worth a name among `n` rows: 15 or n / 400, and down to 5 below 300 rows."""
    return max(5, min(15, n // 20), n // 400)


def find_clusters(Y: NDArray[np.float32], min_cluster_size: int) -> NDArray[np.int32]:
    """Return the cluster of each row of the layout `Y` (n, dim), int32 (n,), numbered as found; -1 is noise.

    Campello, Moulavi and Sander (2013) with the excess-of-mass choice of `choose`.
    """
    n = len(Y)
    if n < max(FEWEST, min_cluster_size):
        return np.full(n, -1, np.int32)
    import hdbscan

    # Rows at one place would have infinite density; float32 has no finer steps than this at a map's size.
    apart = Y.astype(np.float64) + np.random.default_rng(0).normal(scale=1e-6, size=Y.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that hdbscan calls, about their own future
        model = hdbscan.HDBSCAN(
            min_cluster_size=min_cluster_size, min_samples=min(MIN_SAMPLES, n - 1), core_dist_n_jobs=1
        ).fit(apart)
    tree = model.condensed_tree_.to_numpy()
    return choose(tree["parent"], tree["child"], tree["lambda_val"], tree["child_size"], n)


def choose(
    parent: NDArray[np.int64],
    child: NDArray[np.int64],
    density: NDArray[np.float64],
    size: NDArray[np.int64],
    n: int,
) -> NDArray[np.int32]:
    """Choose clusters from a condensed tree and return each row's, -1 for none.

    The excess of mass keeps a cluster when it is more stable than the best choice within it. On real text one split far
    from the rest can outweigh everything inside, and most rows end in one cluster; a hard limit of the size instead breaks
    round clouds, leaving half of their rows as noise. So the stability of a cluster larger than a tenth of the rows counts only
    in proportion (a tenth over its share, a fifth at least). Parts of a homogeneous cloud reach less than that (.02 to .06
    measured, real topics .35 to .95).

    Parameters
    ----------
    parent, child, density, size
        The edges of the tree: nodes below `n` are rows, `n` is the root, and children have larger numbers than their
        parents. `density` is lambda, at which the child leaves.
    n
        Number of rows.
    """
    is_node = child >= n
    density = np.minimum(density, DENSEST * np.median(density[~is_node]))
    count = int(parent.max()) - n + 1
    up = np.zeros(count, np.int64)
    birth, rows, stability = np.zeros(count), np.zeros(count), np.zeros(count)
    up[child[is_node] - n] = parent[is_node] - n
    birth[child[is_node] - n] = density[is_node]
    rows[child[is_node] - n] = size[is_node]
    np.add.at(stability, parent - n, (density - birth[parent - n]) * size)

    within = np.zeros(count)
    chosen = np.zeros(count, bool)
    has_parts = np.zeros(count, bool)
    has_parts[parent[is_node] - n] = True
    for node in range(count - 1, 0, -1):
        worth = stability[node] * max(LEAST_WORTH, min(1.0, LARGE * n / rows[node]))
        chosen[node] = not has_parts[node] or within[node] <= worth
        within[up[node]] += stability[node] if chosen[node] else within[node]

    label = np.full(count, -1, np.int32)
    found = 0
    for node in range(1, count):
        if label[up[node]] >= 0:
            label[node] = label[up[node]]
        elif chosen[node]:
            label[node] = found
            found += 1
    labels = np.full(n, -1, np.int32)
    labels[child[~is_node]] = label[parent[~is_node] - n]
    return labels


def by_size(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the labels numbered anew, 0 the largest; of equals the one with the earlier row first."""
    names, first, codes, counts = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -counts))
    order = order[names[order] >= 0]
    renamed = np.full(len(names), -1, np.int32)
    renamed[order] = np.arange(len(order), dtype=np.int32)
    numbered: NDArray[np.int32] = renamed[codes]
    return numbered
