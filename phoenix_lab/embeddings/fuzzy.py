"""The weighted graph of neighbours that the layout follows: UMAP's fuzzy simplicial set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.crew import Crew, chunks
from phoenix_lab.embeddings.kernels.moves import LANES, compress, degrees, memberships, unite
from phoenix_lab.embeddings.neighbors import Neighbors


@dataclass(frozen=True)
class Graph:
    """A symmetric weighted graph in compressed rows; vertex v's edges are starts[v]:starts[v + 1], the weakest first.

    Parameters
    ----------
    starts, ends, weights
        The edges.
    rows
        The row that each vertex is: vertices are in the layout's order.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int32]
    weights: NDArray[np.float32]
    rows: NDArray[np.int64]


def membership(neighbors: Neighbors, crew: Crew) -> NDArray[np.float32]:
    """Return how strongly each row belongs with each of its neighbours, float32 (n, k), the nearest 1."""
    W = np.empty(neighbors.distances.shape, np.float32)
    crew.run(memberships, [(neighbors.distances, lo, hi, W) for lo, hi in chunks(len(W), 4096)])
    return W


def fuzzy_graph(neighbors: Neighbors, n_epochs: int, seed: int, crew: Crew) -> Graph:
    """Return the union of the rows' memberships, without the edges too weak to be followed once in `n_epochs`.

    Vertices are ordered by the number of edges followed in an epoch, so that the lanes of a group end together; the groups
    themselves are shuffled.
    """
    near = neighbors.rows
    n = len(near)
    W = membership(neighbors, crew)
    P = np.empty_like(W)
    crew.run(unite, [(near, W, lo, hi, P) for lo, hi in chunks(n, 4096)])
    least = np.float32(np.abs(P).max() / n_epochs)
    degree, rate = np.empty(n, np.int64), np.empty(n, np.float32)
    degrees(near, P, least, degree, rate)

    rng = np.random.default_rng(seed)
    order = rng.permutation(n)
    order = order[np.argsort(-rate[order], kind="stable")]
    groups = n // LANES
    whole = order[: groups * LANES].reshape(groups, LANES)[rng.permutation(groups)].ravel()
    rows = np.concatenate([whole, order[groups * LANES :]])
    place = np.empty(n, np.int32)
    place[rows] = np.arange(n, dtype=np.int32)

    starts = np.zeros(n + 1, np.int64)
    np.cumsum(degree[rows], out=starts[1:])
    ends, weights = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.float32)
    compress(near, P, least, place, starts, np.empty(n, np.int64), ends, weights)
    return Graph(starts, ends, weights, rows)
