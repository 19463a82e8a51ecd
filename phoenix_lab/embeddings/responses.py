"""Responses given their prompts: which reference rows had such prompts, and how far a response is from what was answered to them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.between import distances
from phoenix_lab.embeddings.drift import sampled
from phoenix_lab.embeddings.vectors import VectorMetric

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Matrix = NDArray[np.float32]

MOST = 10_000
"""Reference rows that others are compared with; of more a sample."""
SPARE = 15
"""Neighbours kept beyond k, for a row that is left out takes its place among those of its neighbours."""
USUAL = 0.95
"""Quantile of the reference's own rows from which on a prompt is new, or a response far."""
COPY = 1e-5
"""Prompts this near are the same."""
COPIES = 0.05
"""How many more primary than reference rows may have a copy of their prompt in the reference, as a share."""
BLOCK = 1024


@dataclass(frozen=True, eq=False)
class GivenPrompts:
    """What the reference answered to prompts like those of each row.

    Parameters
    ----------
    reference, primary
        Excess distance of each response, (n,) and (m,): its mean distance to the responses of the k reference rows with the nearest prompts, less what that is, on average,
        for these rows themselves. NaN where the prompt is new. A reference row is compared as if it were not there.
    known_reference, known_primary
        Whether prompts like it are in the reference: the mean distance of the k nearest is no more than for 95 % of the reference's own rows.
    limit
        Excess distance that 95 % of the known reference rows stay below; NaN without any.
    pairs
        (p, 2): positions of a primary row and of a reference row with a near prompt, none twice.
    compared_with
        Reference rows that others were compared with.
    skips_copies
        Whether rows with the very same prompt were passed over, in both sets alike: where the primary set asks again what the reference was asked, its own
        rows have no such twin.
    """

    reference: Floats = field(repr=False)
    primary: Floats = field(repr=False)
    known_reference: NDArray[np.bool_] = field(repr=False)
    known_primary: NDArray[np.bool_] = field(repr=False)
    limit: float
    pairs: Ints = field(repr=False)
    compared_with: int
    skips_copies: bool


def given_prompts(
    reference: tuple[Matrix, Matrix],
    primary: tuple[Matrix, Matrix],
    metrics: tuple[VectorMetric, VectorMetric],
    rng: np.random.Generator,
    *,
    k: int = 10,
    units: tuple[Ints, Ints] | None = None,
) -> GivenPrompts | None:
    """Compare responses with what was answered to the nearest prompts; None where the reference has too few rows.

    Ours, of known parts: the excess over what is usual in the neighbourhood is the idea of the local outlier factor (Breunig et al., SIGMOD 2000), of one part of a
    row given another that of conditional anomaly detection (Song et al., TKDE 19, 2007); each reference row is left out of everything that it is compared with, so that
    rows of both sets have the same distribution when neither prompts nor responses changed. Pairs are matched greedily, nearest first, without replacement, within a
    caliper (Rosenbaum and Rubin, The American Statistician 39, 1985): in the paired rows prompts are alike, so that what differs are the responses.

    Parameters
    ----------
    reference, primary
        Vectors of prompts and of responses, float32 (n, d) and (n, e), (m, d) and (m, e), as `usable` gives them.
    metrics
        How prompts and responses are compared.
    rng
        Source of the sample of a large reference.
    k
        Nearest prompts that count.
    units
        The unit of each row: rows of its own are not compared with a reference row.
    """
    P, R = reference
    n = len(P)
    some = sampled(np.arange(n), rng, MOST)
    look = P[some], R[some]
    own = np.arange(n) if units is None else units[0]
    codes = own[some]
    if len(np.unique(codes)) < k + 2:
        return None
    wanted = min(k + SPARE, len(some) - 1)
    width = min(wanted + _most_of_a_unit(codes), len(some))
    mine = _nearest(P, look[0], metrics[0], width, own, codes=codes)
    theirs = _nearest(primary[0], look[0], metrics[0], width, None, codes=codes)
    twins = [float((near.distance[:, 0] <= COPY).mean()) if len(near.distance) else 0.0 for near in (mine, theirs)]
    skips = twins[1] > twins[0] + COPIES
    if skips:
        width = min(width + _most_copies((mine, theirs)), len(some))
        mine = _nearest(P, look[0], metrics[0], width, own, codes=codes, skips=True)
        others = _nearest(primary[0], look[0], metrics[0], width, None, codes=codes, skips=True)
    else:
        others = theirs
    apart = _Apart(look[1], metrics[1])
    base = _Base(mine.rows[some], apart.of(R[some], mine.rows[some]), codes, mine.there[some])
    excess = (
        _excess(R, mine, apart, base, own, k=k),
        _excess(primary[1], others, apart, base, None, k=k),
    )
    far = [_mean_of_first(near.distance, near.there, k) for near in (mine, others)]
    caliper = float(np.nanquantile(far[0], USUAL))
    known = [np.isfinite(one) & (near <= caliper) for one, near in zip(excess, far, strict=True)]
    values = excess[0][known[0]]
    pairs = _paired(theirs, known[1], caliper, k)
    return GivenPrompts(
        np.where(known[0], excess[0], np.nan),
        np.where(known[1], excess[1], np.nan),
        known[0],
        known[1],
        float(np.quantile(values, USUAL, method="higher")) if len(values) else float("nan"),
        np.stack([pairs[:, 0], some[pairs[:, 1]]], axis=1),
        len(some),
        skips,
    )


@dataclass(frozen=True, eq=False)
class _Near:
    """The nearest of the rows that are compared with, nearest first; (n, width) each, `there` tells which count."""

    rows: Ints
    distance: Floats
    there: NDArray[np.bool_]


class _Apart:
    """Distances of responses from those of rows that are compared with."""

    def __init__(self, responses: Matrix, metric: VectorMetric) -> None:
        self._responses, self._metric = responses, metric

    def of(self, R: Matrix, rows: Ints) -> Floats:
        found = np.empty(rows.shape)
        for lo in range(0, len(R), BLOCK):
            A, B = R[lo : lo + BLOCK], self._responses[rows[lo : lo + BLOCK]]
            if self._metric == "cosine":
                found[lo : lo + BLOCK] = 1 - np.einsum("id,ikd->ik", A, B)
            else:
                found[lo : lo + BLOCK] = np.linalg.norm(A[:, None].astype(np.float64) - B, axis=2)
        return found


@dataclass(frozen=True, eq=False)
class _Base:
    """Of each row that is compared with: its own neighbours, how far their responses are, and of which unit they are."""

    rows: Ints
    far: Floats
    codes: Ints
    there: NDArray[np.bool_]

    def usual(self, rows: Ints, without: Ints | None, k: int) -> Floats:
        """Return what is usual for some of these rows, (b, k), each as if the units `without`, (b,), were not there."""
        there = self.there[rows]
        if without is not None:
            there = there & (self.codes[self.rows[rows]] != without[:, None, None])
        return _mean_of_first(self.far[rows], there, k)


def _nearest(
    A: Matrix,
    X: Matrix,
    metric: VectorMetric,
    width: int,
    own: Ints | None,
    *,
    codes: Ints,
    skips: bool = False,
) -> _Near:
    rows, distance = np.empty((len(A), width), np.int64), np.empty((len(A), width))
    for lo in range(0, len(A), BLOCK):
        far = distances(A[lo : lo + BLOCK], X, metric)
        found = (
            np.argpartition(far, width - 1, axis=1)[:, :width]
            if width < len(X)
            else np.tile(np.arange(len(X)), (len(far), 1))
        )
        value = np.take_along_axis(far, found, axis=1)
        order = np.lexsort((found, value), axis=-1)
        rows[lo : lo + BLOCK] = np.take_along_axis(found, order, axis=1)
        distance[lo : lo + BLOCK] = np.take_along_axis(value, order, axis=1)
    there = np.ones(rows.shape, bool) if own is None else codes[rows] != own[:, None]
    if skips:
        there &= distance > COPY
    # those that count stand first, in their order
    order = np.argsort(~there, axis=1, kind="stable")
    return _Near(*(np.take_along_axis(one, order, axis=1) for one in (rows, distance, there)))


def _excess(R: Matrix, near: _Near, apart: _Apart, base: _Base, own: Ints | None, *, k: int) -> Floats:
    """Return the excess distance of responses; NaN where fewer than k rows count."""
    found = np.empty(len(R))
    for lo in range(0, len(R), BLOCK):
        part = slice(lo, lo + BLOCK)
        rows, there = near.rows[part, :k], near.there[part, :k]
        usual = base.usual(rows, None if own is None else own[part], k)
        found[part] = _mean_of_first(apart.of(R[part], rows), there, k) - usual.mean(axis=1)
    return found


def _mean_of_first(values: Floats, there: NDArray[np.bool_], k: int) -> Floats:
    """Return the mean of the first k values that are there, along the last axis; NaN where they are fewer."""
    place = np.cumsum(there, axis=-1)
    first = there & (place <= k)
    total = np.where(first, values, 0).sum(axis=-1)
    return np.where(place[..., -1] >= k, total / k, np.nan)


def _paired(near: _Near, known: NDArray[np.bool_], caliper: float, k: int) -> Ints:
    """Return pairs (primary, reference), none twice: of all that are near enough the nearest first."""
    i, place = np.nonzero(known[:, None] & (near.distance[:, :k] <= caliper))
    j, distance = near.rows[i, place], near.distance[i, place]
    free_i, free_j = np.ones(len(near.rows), bool), np.ones(int(near.rows.max(initial=-1)) + 1, bool)
    found = []
    for at in np.lexsort((j, i, distance)):
        if free_i[i[at]] and free_j[j[at]]:
            free_i[i[at]] = free_j[j[at]] = False
            found.append((i[at], j[at]))
    return np.array(sorted(found), np.int64).reshape(-1, 2)


def _most_of_a_unit(codes: Ints) -> int:
    """Return how many rows of a row's own unit there are at most; beyond 200 some neighbours are given up."""
    return min(200, int(np.unique(codes, return_counts=True)[1].max()))


def _most_copies(both: tuple[_Near, _Near]) -> int:
    return min(200, max(int((near.distance <= COPY).sum(axis=1).max(initial=0)) for near in both))
