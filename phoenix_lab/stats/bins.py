"""Bins of numbers: deciles of the reference, with a bin of its own for a value that is many deciles at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DECILES = 10


@dataclass(frozen=True)
class Bins:
    """Adjoining intervals, closed on the left, that cover the whole line.

    Parameters
    ----------
    cuts
        Rising values, in the type of the column. Value `v` is in bin `i` when `i` of the cuts are at most `v`; so
        there is one bin more than cuts.
    lower, upper
        Ends of the bins, shape (bins,); -inf and inf at the open ends. An atom has `lower == upper`; the range after one
        starts at the next integer, or for other numbers just above it.
    atom
        Which bins hold one value only.
    """

    cuts: NDArray[Any]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    atom: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of bins."""
        return len(self.cuts) + 1


def quantiles(ordered: NDArray[Any], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the quantiles `q` of rising finite values: `numpy.quantile`'s linear method, bit for bit, without sorting."""
    a, b, part = _neighbours(ordered, q)
    low, high = a.astype(np.float64), b.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        step = high - low
        between = np.where(part < 0.5, low + step * part, high - step * (1 - part))
    result: NDArray[np.float64] = np.where(np.isfinite(step), between, low * (1 - part) + high * part)
    return result


def _neighbours(
    ordered: NDArray[Any], q: NDArray[np.float64]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float64]]:
    """Return the values on both sides of each quantile, and the part of the way from one to the other."""
    place = q * (len(ordered) - 1)
    low = np.floor(place).astype(np.int64)
    return ordered[low], ordered[np.minimum(low + 1, len(ordered) - 1)], place - low


def quantile_bins(ordered: NDArray[Any], bins: int = DECILES, *, single: bool = False) -> Bins:
    """Cut the line at the quantiles of the finite reference values.

    A value that occurs twice or more among the `bins + 1` quantile points (the extremes among them) gets a bin of its
    own, so that constants and columns with many zeros have sensible bins. The outer bins are open.

    Parameters
    ----------
    ordered
        Finite values in rising order, at least one; integers or float64. Integers are cut by integers, so that values
        beyond 2^53 are compared exactly.
    bins
        Number of quantile intervals.
    single
        The values came from float32: cuts are rounded to float32 as well.
    """
    if len(ordered) == 0:
        raise ValueError("bins need at least one value")
    whole = ordered.dtype.kind in "iu"
    place = np.arange(bins + 1) / bins  # not linspace, whose .3 is not the number .3
    if whole:
        edges, atoms = _whole_edges(ordered, place)
    else:
        points = quantiles(ordered, place)
        if single:
            points = points.astype(np.float32).astype(np.float64)
        edges, times = np.unique(points, return_counts=True)
        atoms = times >= 2
    cuts: list[Any] = []
    ends: list[tuple[float, float, bool]] = []
    start = -np.inf
    for i, (edge, atom) in enumerate(zip(edges, atoms, strict=True)):
        if not atom and i in {0, len(edges) - 1}:
            continue
        if not cuts or edge > cuts[-1]:
            cuts.append(edge)
            ends.append((start, float(edge), False))
        start = float(edge)
        if atom:
            after = _next(edge)
            ends.append((start, start, True))
            if after is None:
                break
            cuts.append(after)
            start = float(after) if whole else start
    else:
        ends.append((start, np.inf, False))
    table = np.array([(low, high) for low, high, _ in ends], dtype=np.float64)
    return Bins(
        cuts=np.array(cuts, dtype=ordered.dtype if whole else np.float64),
        lower=table[:, 0],
        upper=table[:, 1],
        atom=np.array([atom for *_, atom in ends]),
    )


def _whole_edges(ordered: NDArray[Any], place: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return the quantile points of integers as integers (at least 2.5 is at least 3), and which of them are atoms."""
    points, values = [], []
    for low, high, part in zip(*_neighbours(ordered, place), strict=True):
        a, gap = int(low), int(high) - int(low)
        # As `quantiles` has it below 2^53; beyond, the offset from `a` is exact where the sum would not be.
        exact = gap == 0 or part == 0
        point = a if exact else max(a + 1, a + math.ceil(gap * part)) if abs(a) + gap > 2**53 else _ceil(a, gap, part)
        points.append(point)
        if exact:
            values.append(point)
    edges = np.unique(np.array(points, dtype=ordered.dtype))
    return edges, np.array([values.count(int(edge)) >= 2 for edge in edges])


def _ceil(a: int, gap: int, part: float) -> int:
    return math.ceil(a + gap * part if part < 0.5 else a + gap - gap * (1 - part))


def _next(edge: Any) -> Any:
    """Return the smallest value above `edge` in its own type, None at the type's end."""
    if isinstance(edge, np.integer):
        return None if edge == np.iinfo(edge.dtype).max else edge + edge.dtype.type(1)
    return np.nextafter(edge, np.inf)


def count_ordered(ordered: NDArray[Any], cuts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the number of values in each bin; `ordered` rises (infinities at its ends) and has no NaN."""
    places = np.searchsorted(ordered, cuts, side="left")
    return np.diff(places, prepend=0, append=len(ordered)).astype(np.int64)


def assign(values: NDArray[Any], cuts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the bin of each value, in any order, without NaN."""
    return np.searchsorted(cuts, values, side="right").astype(np.int64)
