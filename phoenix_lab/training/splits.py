"""Training, validation and test rows that share no group, and have the same mix of strata."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.between import distances
from phoenix_lab.embeddings.vectors import metric_for, usable

NAMES = ("train", "validation", "test")
_CLUSTERS = 8
_ROWS_EACH = 40
_FITTED = 20_000
_ROUNDS = 20


def split(
    groups: NDArray[np.int64], strata: NDArray[np.int64], shares: tuple[float, float, float], seed: int
) -> NDArray[np.int64]:
    """Return the split of each row, 0 to 2; rows of a group stay together.

    Groups are placed whole, the largest first, each where it brings the counts of all strata nearest to what they should be (least squares); single
    rows then fill up what is missing. No split is left empty while there are groups for it.

    Parameters
    ----------
    groups, strata
        Codes from 0, (n,).
    shares
        Of training, validation and test rows; they add up to 1.
    seed
        Decides among equals.
    """
    rng = np.random.default_rng(seed)
    totals = np.bincount(strata).astype(float)
    need = totals[:, None] * np.array(shares)
    weight = 1 / np.maximum(totals, 1)[:, None] ** 2
    open_ = np.array(shares) > 0
    result = np.full(len(groups), -1, np.int64)
    order = np.argsort(groups, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1) if len(order) else []
    several = [rows for rows in members if len(rows) > 1]
    for i in sorted(rng.permutation(len(several)), key=lambda i: -len(several[i])):
        has = np.bincount(strata[several[i]], minlength=len(totals))
        at = int(np.argmax(np.where(open_, (has[:, None] * need * weight).sum(axis=0), -np.inf)))
        result[several[i]] = at
        need[:, at] -= has
    for stratum in range(len(totals)):
        single = rng.permutation(np.flatnonzero((strata == stratum) & (result < 0)))
        wanted = np.where(open_, np.maximum(need[stratum], 0), 0)
        wanted = wanted if wanted.any() else np.array(shares)
        wanted = wanted * (len(single) / wanted.sum())
        counts = np.floor(wanted + 1e-9).astype(int)
        rest = len(single) - counts.sum()
        # Which split has the row more is drawn by what each lacks, so that small strata are not all training rows.
        if rest > 0:
            lacks = np.where(open_, wanted - counts + 1e-9, 0)
            counts[rng.choice(3, rest, replace=False, p=lacks / lacks.sum())] += 1
        result[single] = np.repeat(np.arange(3), counts)[: len(single)]
    _none_empty(result, members, open_)
    return result


def _none_empty(places: NDArray[np.int64], members: list[NDArray[np.int64]], wanted: NDArray[np.bool_]) -> None:
    """Give a split without rows the smallest group of the one with the most rows that has another."""
    for at in np.flatnonzero(wanted):
        if (places == at).any():
            continue
        of_split = [[rows for rows in members if places[rows[0]] == one] for one in range(len(wanted))]
        donors = [found for found in of_split if len(found) > 1]
        if donors:
            places[min(max(donors, key=lambda found: sum(map(len, found))), key=len)] = at


def clusters(column: pa.ChunkedArray, seed: int) -> NDArray[np.int64]:
    """Return a rough cluster of each row by its vector, k-means with at most 8, for strata; rows without a vector are one more."""
    metric = metric_for(column.type.list_size)
    there = usable(column, metric)
    k = min(_CLUSTERS, len(there.X) // _ROWS_EACH)
    found = np.zeros(len(column), np.int64)
    if k > 1:
        some = there.X[:: -(-len(there.X) // _FITTED)]
        centres = some[np.random.default_rng(seed).choice(len(some), k, replace=False)]
        for _ in range(_ROUNDS):
            of = distances(some, centres, metric).argmin(axis=1)
            centres = np.stack([some[of == i].mean(axis=0) if (of == i).any() else centres[i] for i in range(k)])
        for lo in range(0, len(there.X), _FITTED):
            part = slice(lo, lo + _FITTED)
            found[there.rows[part]] = distances(there.X[part], centres, metric).argmin(axis=1) + 1
    return found
