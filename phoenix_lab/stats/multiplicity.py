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


def permutation_p(observed: float, drawn: NDArray[np.float64]) -> float:
    """Return (1 + k) / (1 + B), k the number of the B draws at least as large as what was observed; never 0.

    Phipson and Smyth, SAGMB 2010. Draws equal up to rounding count as equal.
    """
    slack = 1e-12 * max(1.0, abs(observed))
    k = int((drawn >= observed - slack).sum())
    return (1 + k) / (1 + len(drawn))
