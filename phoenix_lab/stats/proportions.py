"""Shares: their intervals, the difference of two of them, and contingency tables."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special
from scipy.stats import fisher_exact, norm

from phoenix_lab.stats.multiplicity import permutation_p
from phoenix_lab.stats.result import Comparison

CONFIDENCE = 0.9
SMALL = 5
"""Expected counts below this are too small for the chi-square distribution."""


@cache
def z_of(confidence: float) -> float:
    """Return the two-sided normal quantile of a confidence level."""
    return float(norm.ppf((1 + confidence) / 2))


def wilson(
    k: ArrayLike, n: ArrayLike, confidence: float = CONFIDENCE
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Wilson's score interval of the share k / n, elementwise; NaN where n is 0. JASA 22, 1927."""
    k, n = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64)
    z = z_of(confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = k / n
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        lower = np.where(k == 0, 0 * n / n, np.clip(middle - half, 0, 1))
        upper = np.where(k == n, n / n, np.clip(middle + half, 0, 1))
    return lower, upper


def difference(
    k_reference: int, n_reference: int, k_primary: int, n_primary: int, confidence: float = CONFIDENCE
) -> Comparison:
    """Compare two shares: primary minus reference, with Newcombe's interval and a two-sided p.

    p is Fisher's exact one when an expected count is below 5, otherwise that of the chi-square test without continuity
    correction. Interval: method 10 of Newcombe, Statistics in Medicine 17, 1998.
    """
    if n_reference < 1 or n_primary < 1:
        which = "reference" if n_reference < 1 else "primary"
        return Comparison("difference", None, n_reference, n_primary, reason=f"no rows in the {which} set")
    r, p = k_reference / n_reference, k_primary / n_primary
    (low_r, low_p), (high_r, high_p) = wilson([k_reference, k_primary], [n_reference, n_primary], confidence)
    d = p - r
    lower = max(-1.0, d - float(np.hypot(p - low_p, high_r - r)))
    upper = min(1.0, d + float(np.hypot(high_p - p, r - low_r)))
    k, n = k_reference + k_primary, n_reference + n_primary
    if k in {0, n}:
        p_value = 1.0
    elif min(k, n - k) * min(n_reference, n_primary) < SMALL * n:
        table = [[k_reference, n_reference - k_reference], [k_primary, n_primary - k_primary]]
        p_value = min(1.0, float(fisher_exact(table).pvalue))
    else:
        share = k / n
        x = d * d / (share * (1 - share) * (1 / n_reference + 1 / n_primary))
        p_value = float(special.chdtrc(1, x))
    return Comparison("difference", d, n_reference, n_primary, lower, upper, p_value)


def chi_square(
    reference: ArrayLike, primary: ArrayLike, rng: np.random.Generator, permutations: int = 1999
) -> Comparison:
    """Test homogeneity of two rows of counts, without Yates' correction.

    When an expected count is below 5, p comes from permuting the set labels, which given the pooled counts is drawing
    from the multivariate hypergeometric distribution.
    """
    r, p = np.asarray(reference, dtype=np.int64), np.asarray(primary, dtype=np.int64)
    pooled = r + p
    r, p, pooled = r[pooled > 0], p[pooled > 0], pooled[pooled > 0]
    n, m = int(r.sum()), int(p.sum())
    if min(n, m) < 2:
        return Comparison("chi_square", None, n, m, reason="fewer than 2 values in a set")
    if len(pooled) < 2:
        return Comparison("chi_square", 0.0, n, m, p_value=1.0)
    expected = pooled * (m / (n + m))
    # Both rows deviate by the same amount, so one of them tells the whole statistic.
    weight = 1 / expected + 1 / (pooled - expected)
    value = float((weight * (p - expected) ** 2).sum())
    if min(expected.min(), (pooled - expected).min()) < SMALL:
        drawn = rng.multivariate_hypergeometric(pooled, m, size=permutations, method="marginals")
        p_value = permutation_p(value, ((drawn - expected) ** 2) @ weight)
    else:
        p_value = float(special.chdtrc(len(pooled) - 1, value))
    return Comparison("chi_square", value, n, m, p_value=p_value)
