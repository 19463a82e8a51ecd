"""A share of many rows from labels of a few and a cheap prediction for all: prediction-powered inference.

Angelopoulos, Bates, Fannjiang, Jordan and Zrnic (Science 382, 2023), with the prediction weighed as well as can be (Angelopoulos, Duchi and Zrnic,
arXiv:2311.01453) within strata (Fisch and others, arXiv:2406.04291). Where strata are the predicted labels themselves, that weight leaves the
share of the labelled rows of each stratum, added up by the strata's sizes. The prediction can be as biased as it likes: it makes the interval
wider, never wrong.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta
from scipy.stats import t as student

from phoenix_lab.stats.estimates import Estimate, Floats, Ints, undefined
from phoenix_lab.stats.proportions import z_of

CONFIDENCE = 0.95


def corrected_share(
    stratum: Ints,
    labelled: NDArray[np.bool_],
    hit: NDArray[np.bool_],
    *,
    units: Ints | None = None,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Return the share of rows that are a hit, known of the labelled rows only, which are drawn at random within strata.

    Interval: those of the strata's shares (Jeffreys': Brown, Cai and DasGupta, Statistical Science 16, 2001) are put together by the squares of
    their arms (Zou and Donner, Statistics in Medicine 27, 2008), with the chance of how many rows fall into each stratum. Of units,
    each stratum counts as many rows as its design effect leaves (Kish, Survey Sampling, 1965), with Student's quantile for the units of the rarer kind.

    Parameters
    ----------
    stratum
        Of each row, numbered from 0, shape (rows,).
    labelled, hit
        Whether a row has a label, and whether that is a hit (of others: anything), shape (rows,).
    units
        The unit of each row; None when rows are independent.
    confidence
        Of the interval.
    """
    n = len(stratum)
    if not labelled.any():
        return undefined("corrected_share", n, "no row has a label")
    size = int(stratum.max()) + 1
    rows = np.bincount(stratum, minlength=size)
    of = stratum[labelled]
    a: Floats = np.bincount(of, minlength=size).astype(np.float64)
    k: Floats = np.bincount(of, weights=hit[labelled], minlength=size).astype(np.float64)
    weight = rows / n
    share = np.where(a > 0, k / np.maximum(a, 1), 0.5)  # of a stratum without labels nothing is known
    value = float(weight @ share)
    few, many = 1.0, 1.0
    effective = int(a.sum())
    if units is not None:
        u = units[labelled]
        effective = int(np.count_nonzero(np.bincount(u)))
        if effective < 2:
            return Estimate("corrected_share", value, n, reason=f"an interval needs 2 units, there is {effective}")
        few = _design_effect((weight / np.maximum(a, 1))[of] * (hit[labelled] - share[of]), u)
        # Few units with (or without) a hit tell little of how much units differ.
        rarer = min(len(np.unique(u[hit[labelled]])), len(np.unique(u[~hit[labelled]])))
        freedom = min(effective - 1, max(rarer - 1, 4))
        few *= (float(student.ppf((1 + confidence) / 2, freedom)) / z_of(confidence)) ** 2
        many = _design_effect((share[stratum] - value) / n, units)
    a, k = a / few, k / few
    tail = (1 - confidence) / 2
    with np.errstate(invalid="ignore"):
        lower = np.where(k <= 0, 0.0, beta.ppf(tail, k + 0.5, a - k + 0.5))
        upper = np.where(k >= a, 1.0, beta.ppf(1 - tail, k + 0.5, a - k + 0.5))
    between = z_of(confidence) ** 2 * many * float(weight @ (share - value) ** 2) / n
    down = np.sqrt(float((weight**2) @ (share - lower) ** 2) + between)
    up = np.sqrt(float((weight**2) @ (upper - share) ** 2) + between)
    return Estimate(
        "corrected_share", value, n, float(max(0.0, value - down)), float(min(1.0, value + up)), effective=effective
    )


def allocation(rows: Ints, n: int) -> Ints:
    """Return how many rows of each stratum to label, of `n`: by the root of its size (Bankier, The American Statistician 42, 1988), at least 2.

    Between equal numbers, which tell most about how strata differ, and proportional ones.

    Parameters
    ----------
    rows
        Rows of each stratum, shape (strata,).
    n
        How many in all; all rows where there are no more.
    """
    n = min(n, int(rows.sum()))
    wanted = n * np.sqrt(rows) / np.sqrt(rows).sum()
    taken: Ints = np.minimum(rows, np.maximum(2, np.floor(wanted).astype(np.int64)))
    while taken.sum() != n:
        if taken.sum() < n:
            taken[np.where(taken < rows, wanted - taken, -np.inf).argmax()] += 1
        else:
            taken[np.where(taken > 0, taken - wanted, -np.inf).argmax()] -= 1
    return taken


def _design_effect(influence: Floats, units: Ints) -> float:
    """Return how many times the variance of independent rows the influences have when they are added up by unit; at least 1."""
    alone = float((influence**2).sum())
    together = float((np.bincount(units, weights=influence) ** 2).sum())
    return max(1.0, together / alone) if alone > 0 else float(np.bincount(units).max())
