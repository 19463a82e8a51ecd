"""Placed rows that are nearer to each other than to the map: areas that the map never had."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.clusters import by_size
from phoenix_lab.embeddings.crew import Crew
from phoenix_lab.embeddings.neighbors import nearest

FEWEST = 5
"""Nearest rows that have to be new ones, at least."""

RARE = 1e-3
"""Where nothing is new, a row's nearest rows are all placed ones less often than this."""

BLOCK = 8192

FAR = 0.9
"""Rows no farther from the map than this part of its own rows are from each other are not looked at."""


def new_areas(
    A: NDArray[np.float32],
    to_map: NDArray[np.float32],
    usual: NDArray[np.float32],
    least: int,
    crew: Crew,
) -> NDArray[np.int32]:
    """Return the new area of each placed row, int32 (m,): 0 the largest, -1 for rows that are in none.

    Were the m placed rows of the same distribution as the n of the map, the k rows nearest to a placed one would all be placed ones with
    probability (m / (m + n))^k at most; k makes that less than one in a thousand. Rows for which it is so, linked to those nearest to them, are an
    area where they are as many as a cluster needs.

    Parameters
    ----------
    A
        The placed vectors, float32 (m, d).
    to_map
        How far each is from the nearest row of the map, float32 (m,).
    usual
        How far each row of the map is from its nearest, float32 (n,).
    least
        Rows of the smallest area.
    """
    m, n = len(A), len(usual)
    areas = np.full(m, -1, np.int32)
    k = max(FEWEST, math.ceil(math.log(RARE) / math.log(m / (m + n)))) if m and n else 0
    if k == 0 or max(least, k + 1) > m:
        return areas
    far = np.flatnonzero(to_map > np.quantile(usual, FAR))
    if len(far) <= k:
        return areas
    near, _ = nearest(np.ascontiguousarray(A[far]), k, crew)
    apart = near.distances[:, -1] < to_map[far]
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first, second = np.repeat(np.arange(len(far)), k), near.rows.ravel()
    linked = apart[first] & apart[second]
    graph = coo_array((np.ones(linked.sum()), (first[linked], second[linked])), shape=(len(far), len(far)))
    _, part = connected_components(graph, directed=False)
    part = np.where(apart & (np.bincount(part)[part] >= least), part, -1).astype(np.int32)
    areas[far] = by_size(part)
    return areas


def apart(A: NDArray[np.float32], X: NDArray[np.float32], near: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return how far each row of `A`, float32 (m, d), is from the row of `X` whose place is in `near`, int32 (m,)."""
    result = np.empty(len(A), np.float32)
    for lo in range(0, len(A), BLOCK):
        difference = A[lo : lo + BLOCK] - X[near[lo : lo + BLOCK]]
        result[lo : lo + BLOCK] = np.sqrt(np.einsum("ij,ij->i", difference, difference))
    return result
