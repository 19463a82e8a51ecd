"""How good predictions are in windows of time: what `Performance` tells of a set, told of each window."""

from __future__ import annotations

import numpy as np

from phoenix_lab.recipes import window_metrics as wm
from phoenix_lab.recipes.performance_metrics import Measure
from phoenix_lab.recipes.predictions import Predictions


def through_time(found: Predictions, measure: Measure) -> wm.Measure:
    """Follow a number about the predictions; a window's rows without what it needs are missing, and without any other it has no value."""
    sides = {wm.PRIMARY: found.primary, wm.REFERENCE: found.reference}

    def points(side: int, cut: wm.Cut, *, intervals: bool = True) -> wm.Points:
        del intervals
        own = sides[side]
        if own is None:
            raise ValueError("there are no predictions of this set")
        n, left = wm.with_values(cut, getattr(own, measure.rows))
        value, lower, upper = wm.empty(len(cut))
        for w in np.flatnonzero(n):
            estimate = measure.of(own.where(cut.rows(int(w))))
            value[w], lower[w], upper[w] = (
                np.nan if x is None else x for x in (estimate.value, estimate.lower, estimate.upper)
            )
        return wm.Points(value, lower, upper, n, left)

    return points
