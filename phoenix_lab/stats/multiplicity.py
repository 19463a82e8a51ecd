"""Many tests at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Return the adjusted p-values that control the false discovery rate; None (no test was made) stays None.

    Benjamini and Hochberg, JRSS B 1995; equal to `scipy.stats.false_discovery_control`.
    """
    places = [i for i, p in enumerate(p_values) if p is not None]
    adjusted: list[float | None] = [None] * len(p_values)
    if not places:
        return adjusted
    p = np.array([p_values[i] for i in places], dtype=np.float64)
    order = np.argsort(p, kind="stable")
    m = len(p)
    scaled = p[order] * m / np.arange(1, m + 1)
    rising = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    for place, value in zip(order, rising, strict=True):
        adjusted[places[place]] = float(value)
    return adjusted


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p-values adjusted over those that are there (Holm, Scandinavian Journal of Statistics 6, 1979); None stays None."""
    known = [(value, i) for i, value in enumerate(p_values) if value is not None]
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for place, (value, i) in enumerate(sorted(known)):
        largest = max(largest, min(1.0, value * (len(known) - place)))
        adjusted[i] = largest
    return adjusted


def over_families(families: Sequence[Sequence[float | None]], alpha: float = 0.05) -> list[list[float | None]]:
    """Return p-values adjusted over families of tests, each of which was adjusted within itself before.

    First whole families are tested, by their least adjusted p (Simes' p where they were adjusted by Benjamini-Hochberg), corrected over families; within the
    R of F that pass, tests are held to alpha R / F (Benjamini and Bogomolov, JRSS B 2014; Bogomolov, Peterson, Benjamini and Sabatti, Biometrika 2021). A test passes
    where what is returned is below `alpha`; with no difference anywhere the chance that any does is `alpha`, and a family of many tests does not weaken one of few.
    """
    tops = [min((p for p in family if p is not None), default=None) for family in families]
    outer = benjamini_hochberg(tops)
    n = sum(p is not None for p in outer)
    factor = n / max(1, sum(p is not None and p < alpha for p in outer))
    return [
        [None if p is None or top is None else max(top, min(1.0, p * factor)) for p in family]
        for family, top in zip(families, outer, strict=True)
    ]


def permutation_p(observed: float, drawn: NDArray[np.float64]) -> float:
    """Return (1 + k) / (1 + B), k the number of the B draws at least as large as what was observed; never 0.

    Phipson and Smyth, SAGMB 2010. Draws equal up to rounding count as equal.
    """
    slack = 1e-12 * max(1.0, abs(observed))
    k = int((drawn >= observed - slack).sum())
    return (1 + k) / (1 + len(drawn))
