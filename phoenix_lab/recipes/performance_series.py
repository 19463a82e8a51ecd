"""How good predictions are in windows of time: what `Performance` tells of a set, told of each window."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from phoenix_lab.recipes import window_metrics as wm
from phoenix_lab.recipes.performance_metrics import Measure
from phoenix_lab.recipes.predictions import Predictions
from phoenix_lab.stats.estimates import Estimate


def through_time(found: Predictions, measure: Measure) -> wm.Measure:
    """Follow a number about the predictions; a window's rows without what it needs are missing, and without any other it has no value."""
    sides = {wm.PRIMARY: found.primary, wm.REFERENCE: found.reference}
    there = {which: side for which, side in sides.items() if side is not None}
    return in_windows(
        {which: getattr(side, measure.rows) for which, side in there.items()},
        lambda which, rows: measure.of(there[which].where(rows)),
    )


def in_windows(rows: Mapping[int, wm.Bools], of: Callable[[int, wm.Ints], Estimate]) -> wm.Measure:
    """Follow an estimate: `rows` are those of each set that it is of (masks), `of` is given the set and the rows of a window."""

    def points(side: int, cut: wm.Cut, *, intervals: bool = True) -> wm.Points:
        del intervals
        n, left = wm.with_values(cut, rows[side])
        value, lower, upper = wm.empty(len(cut))
        for w in np.flatnonzero(n):
            estimate = of(side, cut.rows(int(w)))
            value[w], lower[w], upper[w] = (
                np.nan if x is None else x for x in (estimate.value, estimate.lower, estimate.upper)
            )
        return wm.Points(value, lower, upper, n, left)

    return points
