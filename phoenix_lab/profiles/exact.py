"""Sums and sums of squares as whole numbers: exact, so that order, batches and machines can't change a bit.

A value is (x - middle) / step, rounded to a whole number q, `step` being 2^-48 of the scale. Sums are kept in *limbs* of 24 bits, each in an int64
that is not carried over: limb i stands for its number times 2^(24 i). Limbs are added one by one; they hold 2^38 rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BITS = 24
FRACTION = 48
BEYOND = 2.0**6
"""Values farther from the middle than so many times the scale are not added, and counted instead."""
_LOW = (1 << BITS) - 1


@dataclass(frozen=True)
class Grid:
    """Where values are rounded to.

    Parameters
    ----------
    middle
        What is taken off them.
    scale
        A power of two, at or above the farthest value from the middle.
    """

    middle: float = 0.0
    scale: float = 1.0

    @classmethod
    def of(cls, ordered: Floats) -> Grid:
        """Return the grid for finite values in rising order: around their median."""
        if len(ordered) == 0:
            return cls()
        return cls.around(float(ordered[(len(ordered) - 1) // 2]), float(ordered[0]), float(ordered[-1]))

    @classmethod
    def around(cls, middle: float, least: float, most: float) -> Grid:
        """Return the grid around a value for values that lie between others."""
        with np.errstate(over="ignore"):
            farthest = max(abs(least - middle), abs(most - middle))
        if not np.isfinite(farthest):
            return cls(0.0, 2.0**1023)
        return cls(middle, float(2.0 ** min(1023.0, max(-900.0, np.ceil(np.log2(farthest))))) if farthest > 0 else 1.0)


@dataclass(frozen=True)
class Moments:
    """Sums by cell.

    Parameters
    ----------
    n, beyond
        Finite values that were added, and those too far from the middle; shape (cells,).
    total, squares
        Limbs of Σq and Σq², shapes (cells, 2) and (cells, 4).
    """

    n: Ints
    beyond: Ints
    total: Ints
    squares: Ints

    @classmethod
    def of(cls, values: Floats, cell: Ints, n_cells: int, grid: Grid) -> Moments:
        """Add finite values, shape (n,), up by cell, shape (n,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            places = (values - grid.middle) / grid.scale
        near = np.abs(places) <= BEYOND
        beyond = np.bincount(cell[~near], minlength=n_cells).astype(np.int64)
        if not near.all():
            places, cell = places[near], cell[near]
        places, cell, starts = in_order(places, cell)
        q = np.rint(places * 2.0**FRACTION).astype(np.int64)
        low, high = q & _LOW, q >> BITS
        low2, cross, high2 = low * low, 2 * low * high, high * high
        limbs = (
            low,
            high,
            low2 & _LOW,
            (low2 >> BITS) + (cross & _LOW),
            (cross >> BITS) + (high2 & _LOW),
            high2 >> BITS,
        )
        sums = np.zeros((n_cells, len(limbs)), dtype=np.int64)
        if len(starts):
            for i, limb in enumerate(limbs):
                sums[cell[starts], i] = np.add.reduceat(limb, starts)
        return cls(np.bincount(cell, minlength=n_cells).astype(np.int64), beyond, sums[:, :2], sums[:, 2:])

    @classmethod
    def none(cls, n_cells: int) -> Moments:
        """Return the sums of nothing."""
        zero = np.zeros(n_cells, dtype=np.int64)
        return cls(zero, zero, np.zeros((n_cells, 2), dtype=np.int64), np.zeros((n_cells, 4), dtype=np.int64))

    def __add__(self, other: Moments) -> Moments:
        """Return both, cell by cell."""
        return Moments(
            self.n + other.n, self.beyond + other.beyond, self.total + other.total, self.squares + other.squares
        )

    def take(self, cells: Ints) -> Moments:
        """Return some of the cells."""
        return Moments(self.n[cells], self.beyond[cells], self.total[cells], self.squares[cells])


def in_order(values: Floats, cell: Ints) -> tuple[Floats, Ints, Ints]:
    """Return values and cells in the order of the cells, and where each cell starts; rows that come by their time are so already."""
    if (cell[1:] < cell[:-1]).any():
        order = np.argsort(cell, kind="stable")
        values, cell = values[order], cell[order]
    return values, cell, np.flatnonzero(np.diff(cell, prepend=-1))


def mean_and_spread(moments: Moments, grid: Grid) -> tuple[float, float] | None:
    """Return the mean of all cells' values and the sum of their squared distances from it; None without a value.

    The mean is off by at most 2^-49 of the grid's scale, and the rounding of float64.
    """
    n = int(moments.n.sum())
    if n == 0:
        return None
    total, squares = _whole(moments.total), _whole(moments.squares)
    step = grid.scale * 2.0**-FRACTION
    # n Σq² - (Σq)² is whole: nothing cancels, however small the spread is beside the mean.
    left = n * squares - total * total
    mean = grid.middle + _ratio(total, n) * step
    return mean, _ratio(left, n) * step * step


def _whole(limbs: Ints) -> int:
    return sum(int(part) << (BITS * i) for i, part in enumerate(limbs.sum(axis=0)))


def _ratio(a: int, b: int) -> float:
    return a / b  # Python rounds the ratio of two whole numbers correctly
