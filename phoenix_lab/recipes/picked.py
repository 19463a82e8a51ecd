"""A window of time that was picked on a series: among which windows, and what that makes of its p."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.profiles.durations import Duration, parse_instant
from phoenix_lab.profiles.pairs import Pair
from phoenix_lab.profiles.time import TimeAxis, Windows, axis_of, windows
from phoenix_lab.recipes.models import Distribution, EmbeddingDrift, EmbeddingMap, Performance, ResponseDrift
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats.scan import scan_p

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Picked:
    """The windows that one was picked from.

    Parameters
    ----------
    axis
        The times of the primary rows.
    windows
        All that have rows, as long as the picked one, which is the last.
    """

    axis: TimeAxis
    windows: Windows

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.windows)

    def p(self, p: float | None) -> float | None:
        """Correct a p by Bonferroni, which holds however windows overlap and rows hang together."""
        return None if p is None else min(1.0, p * self.n)

    def scanned(self, p: float | None, both: Pair, rng: np.random.Generator) -> float | None:
        """Correct the p of PSI by the largest PSI of any of the windows; `both` holds all primary rows, which must be independent."""
        if p is None or both.n_bins == 0:
            return p
        codes, present = both.codes[1], both.present[1]
        timed = present & self.axis.present
        place = np.full(len(present), -1)
        place[self.axis.present] = self.windows.slots(self.axis.instants)
        n_bins = both.n_bins
        cell = place[timed] * n_bins + codes[self.axis.present[present]]
        slots = np.bincount(cell, minlength=self.windows.n_slots * n_bins).reshape(-1, n_bins)
        # A slot begins at each boundary; what lies before the first one is slot 0.
        ends = np.searchsorted(self.windows.boundaries, np.stack([self.windows.starts, self.windows.ends], axis=1)) + 1
        mine = slots[ends[-1, 0] : ends[-1, 1]].sum(axis=0)
        inside = np.zeros(len(slots), dtype=bool)
        for low, high in ends:
            inside[low:high] = True
        slots[~inside] = 0
        return max(p, scan_p(both.counts[0], slots, ends, mine, rng))

    def meta(self, how: str) -> dict[str, Any]:
        """For a result's `meta.picked`."""
        return {"windows": self.n, "adjusted": f"{how} over {self.n} window{'' if self.n == 1 else 's'}"}


def picked(
    recipe: Distribution | EmbeddingDrift | EmbeddingMap | Performance | ResponseDrift, primary: Frame
) -> Picked | None:
    """Return the windows that a recipe's was picked from; None where it was not picked on a series."""
    if recipe.window is None or recipe.picked_from is None:
        return None
    axis = axis_of(primary)
    if axis is None or axis.span is None:
        raise RecipeError(f"{primary.name} has no column of time, so no window can be taken from it")
    low, high = (parse_instant(end) for end in recipe.window)
    step = Duration.parse(recipe.picked_from)
    starts = windows(axis.span, step, step, axis.zone).starts
    # A window that was drawn begins where the series has one; at the end of the data it would be shorter.
    starts = np.append(starts[(starts != low) & (starts + (high - low) <= axis.span[1] + step.seconds * 1e6)], low)
    times = np.sort(axis.instants)
    rows = np.searchsorted(times, starts + (high - low)) - np.searchsorted(times, starts)
    rows[-1] = max(1, rows[-1])
    starts = starts[rows > 0]
    return Picked(axis, Windows(starts, starts + (high - low), step, step))
