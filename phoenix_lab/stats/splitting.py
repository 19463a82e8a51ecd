"""Sample splitting: what is found on one half of the rows is judged on the other, which had no part in finding it.

One test is all that has to be paid for then, however many things were looked at (Cox, Biometrika 62, 1975).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats


def halves(units: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which rows are of the first half, bool (rows,): whole units, so that no row has its like in the other half."""
    names, codes = np.unique(units, return_inverse=True)
    first = np.zeros(len(names), bool)
    first[rng.permutation(len(names))[: len(names) // 2]] = True
    return np.asarray(first[codes.ravel()], bool)


def one_each(units: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the place of one row of each unit, chosen at random: rows that are independent of each other."""
    order = rng.permutation(len(units))
    return np.asarray(order[np.unique(units[order], return_index=True)[1]], dtype=np.int64)


def higher_p(mine: NDArray[np.bool_], y: NDArray[np.float64], units: NDArray[np.int64]) -> float | None:
    """Return the one-sided p of a number being no higher in a group than in the other rows.

    Exact (hypergeometric) for a number of two values and independent rows. Otherwise the covariance of group and number, with sums over
    whole units, is looked up in Student's distribution with as many degrees of freedom as the smaller side has units, less one.

    Parameters
    ----------
    mine, y, units
        Of each row, shape (rows,): whether it is in the group, its number (finite), its unit. Rows of different units are independent.

    Returns
    -------
    None where fewer than two units on a side tell nothing.
    """
    names, of_row = np.unique(units, return_inverse=True)
    of_row = of_row.ravel()
    sides = [int(np.count_nonzero(np.bincount(of_row[rows]))) for rows in (mine, ~mine)]
    if min(sides) < 2:
        return None
    low, high = float(y.min()), float(y.max())
    if not high > low:
        return 1.0
    n, k = len(y), int(mine.sum())
    if len(names) == n and bool(((y == low) | (y == high)).all()):
        return float(stats.hypergeom.sf(int((y[mine] == high).sum()) - 1, n, int((y == high).sum()), k))
    part = (mine - mine.mean()) * (y - y.mean())
    sums = np.bincount(of_row, weights=part)
    spread = float(np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1)))
    return float(stats.t.sf(sums.sum() / spread, min(sides) - 1)) if spread > 0 else 1.0
