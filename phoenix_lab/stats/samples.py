"""Two samples of numbers: distances of their distributions, and tests."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from phoenix_lab.stats.result import Comparison, finite

Numbers = NDArray[Any]

EXACT = 10_000
"""Largest set for which scipy's `method="auto"` computes the exact KS distribution."""

TESTED = 100_000
"""Values of a set that the slower tests look at; more are sampled, and the result says so."""


def _gaps(a: Numbers, b: Numbers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sorted union of two rising samples and F_b - F_a at each of its values."""
    union = np.concatenate([a, b])
    union.sort(kind="stable")  # two runs in order: timsort merges them
    gap = np.searchsorted(b, union, side="right") / len(b) - np.searchsorted(a, union, side="right") / len(a)
    return union.astype(np.float64), gap


def _too_few(name: str, a: Numbers, b: Numbers) -> Comparison | None:
    if min(len(a), len(b)) >= 2:
        return None
    which = "reference" if len(a) < 2 else "primary"
    return Comparison(name, None, len(a), len(b), reason=f"fewer than 2 values in the {which} set")


def ks(reference: Numbers, primary: Numbers) -> Comparison:
    """Return the two-sided Kolmogorov-Smirnov statistic and p-value of rising samples without NaN.

    Infinities count as values. The p-value is that of `scipy.stats.ks_2samp(method="auto")`.
    """
    few = _too_few("ks", reference, primary)
    if few:
        return few
    n, m = len(reference), len(primary)
    if max(n, m) <= EXACT:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # falls back to the asymptotic p by itself
            result = stats.ks_2samp(reference, primary)
        return Comparison("ks", float(result.statistic), n, m, p_value=float(result.pvalue))
    value = ks_distance(reference, primary)
    p = float(np.clip(stats.kstwo.sf(value, np.round(n * m / (n + m))), 0, 1))
    return Comparison("ks", value, n, m, p_value=p)


def ks_distance(reference: Numbers, primary: Numbers) -> float:
    """Return the largest difference of two rising samples' distribution functions."""
    both = np.concatenate([reference, primary])
    gap = np.searchsorted(primary, both, "right") / len(primary) - np.searchsorted(reference, both, "right") / len(
        reference
    )
    return float(np.abs(gap).max())


def wasserstein(reference: Numbers, primary: Numbers) -> Comparison:
    """Return the Wasserstein-1 distance of rising samples in their own unit; undefined with infinities."""
    few = _too_few("wasserstein", reference, primary)
    if few:
        return few
    if not all(np.isfinite(x[[0, -1]].astype(np.float64)).all() for x in (reference, primary)):
        return Comparison("wasserstein", None, len(reference), len(primary), reason="there are infinite values")
    union, gap = _gaps(reference, primary)
    value = float((np.abs(gap[:-1]) * np.diff(union)).sum())
    return Comparison("wasserstein", finite(value), len(reference), len(primary))


def wasserstein_scaled(reference: Numbers, primary: Numbers) -> Comparison:
    """Return the Wasserstein-1 distance in standard deviations of the reference; undefined when that is 0."""
    raw = wasserstein(reference, primary)
    n, m = raw.n_reference, raw.n_primary
    if raw.value is None:
        return Comparison("wasserstein_scaled", None, n, m, reason=raw.reason)
    sd = float(reference.astype(np.float64).std(ddof=1))
    if sd == 0:
        return Comparison("wasserstein_scaled", None, n, m, reason="the reference values are all equal")
    return Comparison("wasserstein_scaled", finite(raw.value / sd), n, m)


def energy(reference: Numbers, primary: Numbers) -> Comparison:
    """Return the energy distance of rising samples (its square root form, as `scipy.stats.energy_distance`)."""
    few = _too_few("energy", reference, primary)
    if few:
        return few
    if not all(np.isfinite(x[[0, -1]].astype(np.float64)).all() for x in (reference, primary)):
        return Comparison("energy", None, len(reference), len(primary), reason="there are infinite values")
    union, gap = _gaps(reference, primary)
    value = float(np.sqrt(2 * (gap[:-1] ** 2 * np.diff(union)).sum()))
    return Comparison("energy", finite(value), len(reference), len(primary))


def mann_whitney(reference: Numbers, primary: Numbers) -> Comparison:
    """Return the chance that a primary value is above a reference value (ties half), and the two-sided p-value."""
    few = _too_few("mann_whitney", reference, primary)
    if few:
        return few
    n, m = len(reference), len(primary)
    if reference[0] == primary[-1] and reference[-1] == primary[0]:
        return Comparison("mann_whitney", 0.5, n, m, p_value=1.0)
    result = stats.mannwhitneyu(primary, reference, alternative="two-sided")
    return Comparison("mann_whitney", float(result.statistic) / (n * m), n, m, p_value=finite(float(result.pvalue)))


def cramer_von_mises(reference: Numbers, primary: Numbers) -> Comparison:
    """Return the two-sample Cramér-von Mises statistic and p-value."""
    few = _too_few("cramer_von_mises", reference, primary)
    if few:
        return few
    n, m = len(reference), len(primary)
    result = stats.cramervonmises_2samp(reference, primary, method="asymptotic" if max(n, m) > 20 else "exact")
    return Comparison("cramer_von_mises", float(result.statistic), n, m, p_value=finite(float(result.pvalue)))


def anderson_darling(reference: Numbers, primary: Numbers) -> Comparison:
    """Return the two-sample Anderson-Darling statistic and p-value; scipy's p lies between .001 and .25, which are bounds."""
    few = _too_few("anderson_darling", reference, primary)
    if few:
        return few
    n, m = len(reference), len(primary)
    if reference[0] == primary[-1] and reference[-1] == primary[0]:
        return Comparison("anderson_darling", None, n, m, reason="all values are equal")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tells that p is a bound
        result = stats.anderson_ksamp([reference, primary])
    return Comparison("anderson_darling", float(result.statistic), n, m, p_value=finite(float(result.pvalue)))
