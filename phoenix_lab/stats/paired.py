"""Two results on the same rows: what both share cancels, and only rows on which they differ tell them apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import chdtrc
from scipy.stats import binomtest

from phoenix_lab.stats.estimates import Estimate, change, telling
from phoenix_lab.stats.proportions import CONFIDENCE, wilson
from phoenix_lab.stats.result import Comparison

FEW = 25
"""With fewer rows on which the two differ, the exact binomial distribution takes the place of the chi-square."""


def paired_change(reference: Estimate, primary: Estimate) -> Comparison:
    """Compare a number of two results on the same rows: primary minus reference, with its interval and a two-sided p.

    Both estimates must have been made with the rows' own numbers, alike in both, as their units. Shares of the same rows have
    McNemar's test and Newcombe's interval; all other numbers the standard error of their influences added up by row. A row that
    only one of the two has counts as independent.
    """
    if reference.rows is not None and primary.rows is not None:
        (of_r, hit_r), (of_p, hit_p) = reference.rows, primary.rows
        if len(of_r) == len(of_p) and np.array_equal(np.sort(of_r), np.sort(of_p)):
            both = len(np.intersect1d(hit_r, hit_p, assume_unique=True))
            found = mcnemar(both, len(hit_r) - both, len(hit_p) - both, len(of_r))
            return telling(replace(found, name=primary.name), reference, primary)
    found = change(reference, primary)
    if found.value is not None and found.p_value is None and found.reason == "nothing varies within the sets":
        why = "do not differ on any row" if found.value == 0 else "differ by as much on every row"
        return replace(found, reason=f"the two {why}")
    return found


def mcnemar(both: int, reference_only: int, primary_only: int, n: int, confidence: float = CONFIDENCE) -> Comparison:
    """Compare two shares of the same n rows: primary minus reference, from how often both, or one alone, has a hit.

    p is McNemar's (Psychometrika 12, 1947) without continuity correction, exact where fewer than 25 rows differ. Interval: method 10
    for paired shares of Newcombe, Statistics in Medicine 17, 1998, pages 2635-2650.
    """
    if n < 1:
        return Comparison("difference", None, n, n, reason="there are no such rows")
    b, c = reference_only, primary_only
    d = (c - b) / n
    if b + c == 0:
        p_value = 1.0
    elif b + c < FEW:
        p_value = float(binomtest(c, b + c).pvalue)
    else:
        p_value = float(chdtrc(1, (c - b) ** 2 / (b + c)))
    k_r, k_p, neither = both + b, both + c, n - both - b - c
    r, p = k_r / n, k_p / n
    (low_r, low_p), (high_r, high_p) = wilson([k_r, k_p], [n, n], confidence)
    below = float(k_r) * (n - k_r) * k_p * (n - k_p)
    cross = float(both * neither - b * c)
    if cross > 0:
        cross = max(cross - n / 2, 0.0)
    phi = cross / float(np.sqrt(below)) if below > 0 else 0.0
    down_p, up_p, down_r, up_r = p - low_p, high_p - p, r - low_r, high_r - r
    lower = d - float(np.sqrt(max(0.0, down_p**2 - 2 * phi * down_p * up_r + up_r**2)))
    upper = d + float(np.sqrt(max(0.0, up_p**2 - 2 * phi * up_p * down_r + down_r**2)))
    return Comparison("difference", d, n, n, max(-1.0, lower), min(1.0, upper), p_value)
