"""How many rows, at the least, lie where a reference has none to speak of.

A classifier that has learnt to tell two sets apart scores rows of both that it has not seen. Whatever it is worth, each of its thresholds parts the space in
two, and the shares of both sets beyond it have exact intervals. If the primary set held no row that the reference does not have up to `times` as often, the
share p beyond a threshold could be at most `times` r, r being the reference's: p less `times` r is a lower bound on the share of the other rows. With
`times` 1 it bounds the total variation distance: so many rows, at the least, are not as the reference would have them (compare Blanchard, Lee and
Scott, JMLR 11, 2010, on the share of a mixture).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
FAR = 10.0
"""Rows that are more frequent than this many times the reference's come from where it has next to none."""
ODDS = (1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
"""Thresholds, as odds of a row being of the primary set: fixed beforehand, so that choosing the best of them is corrected for by their number."""


@dataclass(frozen=True)
class LeastOutside:
    """A lower bound.

    Parameters
    ----------
    share
        At the least this share of the primary set; 0 says nothing.
    threshold
        The score from which on the rows are that it comes from; None where it is 0.
    n_reference, n_primary
        Rows that had no part in the learning.
    beyond_reference, beyond_primary
        Of these, those from the threshold on.
    """

    share: float
    threshold: float | None
    n_reference: int
    n_primary: int
    beyond_reference: int = 0
    beyond_primary: int = 0


def least_outside(
    reference: Floats, primary: Floats, times: float = 1.0, confidence: float = CONFIDENCE
) -> LeastOutside:
    """Return the largest bound of all thresholds, which holds with `confidence`, one-sided.

    Clopper and Pearson's intervals (Biometrika 26, 1934), Bonferroni over thresholds and both sets.

    Parameters
    ----------
    reference, primary
        Chances of being of the primary set, both sets weighing the same, by a classifier that has not seen these independent rows; shapes (n,), (m,).
    times
        How much more frequent rows may be than in the reference without being outside.
    """
    n, m = len(reference), len(primary)
    best = LeastOutside(0.0, None, n, m)
    if n == 0 or m == 0:
        return best
    alpha = (1 - confidence) / (2 * len(ODDS))
    for odds in ODDS:
        at = odds / (1 + odds)
        k, j = int((primary >= at).sum()), int((reference >= at).sum())
        least = at_least(k, m, alpha)
        most = float(beta.ppf(1 - alpha, j + 1, n - j)) if j < n else 1.0
        share = least - times * most
        if share > best.share:
            best = LeastOutside(share, at, n, m, j, k)
    return best


def at_least(k: int, n: int, tail: float = 1 - CONFIDENCE) -> float:
    """Return Clopper and Pearson's lower end of the share k / n, which is above the truth with a chance of `tail` at the most."""
    return float(beta.ppf(tail, k, n - k + 1)) if k else 0.0
