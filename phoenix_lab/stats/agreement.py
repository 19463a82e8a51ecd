"""How far two who label the same rows agree, beyond what chance would give."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.stats.estimates import Estimate, Floats, Ints, pieces, undefined, with_interval

CONFIDENCE = 0.95


def kappa(
    first: Ints,
    second: Ints,
    n_labels: int,
    *,
    weights: Floats | None = None,
    units: Ints | None = None,
    disagreement: NDArray[np.float64] | None = None,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Return Cohen's kappa (Educational and Psychological Measurement 20, 1960) with its interval.

    1 less the disagreement over that of two who label independently. The interval comes from each row's influence, which for equal weights
    is the variance of Fleiss, Cohen and Everitt (Psychological Bulletin 72, 1969), added up by unit, on a scale where it cannot leave [-1, 1].

    Parameters
    ----------
    first, second
        Labels numbered from 0, shape (rows,).
    n_labels
        How many labels there are.
    weights
        Rows of the whole that a row stands for, shape (rows,); None is equal.
    units
        The unit of each row; None when rows are independent.
    disagreement
        Of each pair of labels, shape (n_labels, n_labels), 0 on the diagonal; None counts all differences alike.
    confidence
        Of the interval.
    """
    n = len(first)
    if n == 0:
        return undefined("kappa", 0, "no row has a label of both")
    w = np.full(n, 1 / n) if weights is None else weights / weights.sum()
    d = 1 - np.eye(n_labels) if disagreement is None else disagreement
    p = np.bincount(first, weights=w, minlength=n_labels)
    q = np.bincount(second, weights=w, minlength=n_labels)
    by_row = d[first, second]
    seen, expected = float(w @ by_row), float(p @ d @ q)
    if expected <= 0:
        return undefined("kappa", n, "both give one and the same label to all rows")
    value = 1 - seen / expected
    chance = (d @ q)[first] + (p @ d)[second] - 2 * expected
    influence = w * (-(by_row - seen) / expected + seen / expected**2 * chance)
    effective = pieces(np.ones(n, dtype=np.bool_), units)
    return with_interval(
        "kappa", value, n, influence, units, effective=effective, scale="signed", confidence=confidence
    )
