"""A first look into groups of rows: each column is cut into bins once, and a group's counts tell whether the exact question can come to anything."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.recipes.cohort import Cohort
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.slice_columns import described
from phoenix_lab.slices.coded import Coded
from phoenix_lab.stats.divergence import psi


class FirstLook:
    """Two sets, whose columns are cut into bins when they are asked about first: deciles of both sets, or the most frequent values."""

    def __init__(self, primary: Frame, reference: Frame) -> None:
        self._primary, self._reference = primary, reference
        self._columns: dict[str, Coded | None] = {}

    def change(self, column: str, rows: Cohort) -> tuple[float, float]:
        """Return how much a column changed in some rows: PSI less its bias with no drift, and the difference of the shares that are missing; about."""
        coded = self._coded(column)
        if coded is None or rows.reference is None:
            return 0.0, 0.0
        n = self._primary.n_rows
        sides = coded.codes[n:][rows.reference], coded.codes[:n][rows.primary]
        reference, primary = (np.bincount(side, minlength=coded.n_sorts) for side in sides)
        totals = max(1, len(sides[0])), max(1, len(sides[1]))
        missing = primary[-1] / totals[1] - reference[-1] / totals[0]
        return _drift(reference[:-1], primary[:-1]), float(missing)

    def _coded(self, column: str) -> Coded | None:
        if column not in self._columns:
            try:
                self._columns[column] = described(column, self._primary, self._reference, own=False).coded
            except (RecipeError, ColumnError, ValueError):
                self._columns[column] = None
        return self._columns[column]


def _drift(reference: NDArray[np.int64], primary: NDArray[np.int64]) -> float:
    used = reference + primary > 0
    n, m = int(reference.sum()), int(primary.sum())
    if n == 0 or m == 0:
        return 0.0
    bias = (1 / n + 1 / m) * (int(used.sum()) - 1)
    return max(0.0, float(psi(reference[used], primary[used])) - bias)
