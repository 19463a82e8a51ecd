"""A column as small numbers, and the conditions that can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Coded:
    """A column whose values fall into a few sorts, and conditions that hold for some of the sorts.

    Parameters
    ----------
    name
        Of the column.
    codes
        The sort of each row, shape (rows,).
    holds
        For which sorts each condition holds, shape (conditions, sorts). No condition holds for all or for none.
    """

    name: str
    codes: NDArray[np.int64]
    holds: Bools

    @property
    def n_sorts(self) -> int:
        """Number of sorts."""
        return int(self.holds.shape[1])

    def rows(self, condition: int, chosen: NDArray[np.int64] | slice = slice(None)) -> Bools:
        """Return which rows, of all or of the chosen ones, meet a condition."""
        return np.asarray(self.holds[condition][self.codes[chosen]])


def intervals(n: int) -> list[tuple[int, int]]:
    """Return the runs of `n` bins in order, `[first, last)`, that make conditions: up to a bin, from a bin on, and each bin alone."""
    runs = {(0, i) for i in range(1, n)} | {(i, n) for i in range(1, n)} | {(i, i + 1) for i in range(n)}
    return sorted(runs - {(0, n)})
