"""What is followed through time, computed for any cut of the rows into windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.profiles import sums
from phoenix_lab.profiles.pairs import Pair
from phoenix_lab.profiles.time import TimeAxis, Windows
from phoenix_lab.recipes.sets import Units
from phoenix_lab.stats import divergence
from phoenix_lab.stats.proportions import CONFIDENCE, wilson, z_of
from phoenix_lab.stats.psi import compare
from phoenix_lab.stats.samples import ks_distance, wasserstein
from phoenix_lab.stats.units import UnitCounts

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

REFERENCE, PRIMARY = 0, 1
PERMUTATIONS = 499


@dataclass(frozen=True)
class Cut:
    """Which rows of a set lie in which window; windows may overlap.

    Parameters
    ----------
    slot
        The slot of each row, shape (rows,); 0 is in no window.
    first, last
        Window `k` is the slots from `first[k]` to before `last[k]`.
    """

    slot: Ints
    first: Ints
    last: Ints

    @classmethod
    def of_time(cls, axis: TimeAxis, windows: Windows) -> Cut:
        """Cut rows by their time."""
        slot = np.zeros(len(axis.present), dtype=np.int64)
        slot[axis.present] = windows.slots(axis.instants) % windows.n_slots
        first = np.searchsorted(windows.boundaries, windows.starts) + 1
        last = np.searchsorted(windows.boundaries, windows.ends) + 1
        return cls(slot, first, last)

    @classmethod
    def of_parts(cls, part: Ints, n_parts: int) -> Cut:
        """Cut rows into given parts; -1 is none."""
        first = np.arange(1, n_parts + 1)
        return cls(part + 1, first, first + 1)

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.first)

    @property
    def n_slots(self) -> int:
        """Number of slots, that of the rows in no window among them."""
        return int(self.last.max(initial=1))

    def gather(self, by_slot: NDArray[Any]) -> NDArray[Any]:
        """Add up slots, shape (slots, …), to windows, shape (windows, …); exact for counts and sums on a grid."""
        running = np.concatenate([np.zeros_like(by_slot[:1]), np.cumsum(by_slot, axis=0)])
        result: NDArray[Any] = running[self.last] - running[self.first]
        return result

    def count(self, rows: Bools) -> Ints:
        """Return how many of the rows (a mask) are in each window."""
        return self.gather(np.bincount(self._inside[rows], minlength=self.n_slots))

    @cached_property
    def _inside(self) -> Ints:
        return np.where(self.slot < self.n_slots, self.slot, 0)

    @cached_property
    def _order(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.slot, kind="stable")
        return order, self.slot[order]

    def rows(self, k: int) -> Ints:
        """Return the rows of a window."""
        order, ordered = self._order
        ends = np.searchsorted(ordered, [self.first[k], self.last[k]])
        return np.sort(order[ends[0] : ends[1]])

    def slots_of(self, rows: Ints) -> Ints:
        """Return the slots of some rows."""
        return self._inside[rows]


@dataclass(frozen=True)
class Points:
    """A metric's values, one a window; NaN where undefined.

    Parameters
    ----------
    value, lower, upper
        Shape (windows,).
    n, missing
        Rows with and without a value in each window.
    """

    value: Floats
    lower: Floats
    upper: Floats
    n: Ints
    missing: Ints


class Measure(Protocol):
    """A metric: what it is in each window of a set."""

    def __call__(self, side: int, cut: Cut, *, intervals: bool = True) -> Points:
        """Return its points; side 0 is the reference, whose windows are compared with the rest of it, 1 the primary set.

        Without `intervals` those that cost a pass over the rows may be left out.
        """


def empty(n_windows: int) -> tuple[Floats, Floats, Floats]:
    """Return values and both ends of intervals, none known yet."""
    return np.full(n_windows, np.nan), np.full(n_windows, np.nan), np.full(n_windows, np.nan)


def with_values(cut: Cut, present: Bools) -> tuple[Ints, Ints]:
    """Return how many rows of each window have a value, and how many have none."""
    n = cut.count(present)
    return n, cut.count(np.ones(len(present), dtype=bool)) - n


def count() -> Measure:
    """Follow the number of rows."""

    def measure(side: int, cut: Cut, *, intervals: bool = True) -> Points:
        del side, intervals
        n = cut.count(np.ones(len(cut.slot), dtype=bool))
        nan = np.full(len(cut), np.nan)
        return Points(np.where(n > 0, n, np.nan), nan, nan, n, np.zeros_like(n))

    return measure


def share(flags: tuple[Bools, Bools], rows: tuple[Bools, Bools], units: Units | None) -> Measure:
    """Follow a share: of the rows in `rows`, those that `flags` marks (both masks of all rows, reference first).

    Wilson's interval; with units, for as many independent rows as have the same variance.
    """

    def measure(side: int, cut: Cut, *, intervals: bool = True) -> Points:
        n, left = with_values(cut, rows[side])
        k = cut.count(flags[side] & rows[side])
        value, *_ = empty(len(cut))
        np.divide(k, n, out=value, where=n > 0)
        effective = n.astype(np.float64)
        if units is not None and intervals:
            for w in np.flatnonzero((k > 0) & (k < n)):
                inside = cut.rows(int(w))
                inside = inside[rows[side][inside]]
                spread = _cluster_variance(flags[side][inside] - value[w], units.codes[side][inside])
                effective[w] = min(n[w], value[w] * (1 - value[w]) / spread) if spread > 0 else n[w]
        lower, upper = wilson(value * effective, effective)
        exact = wilson(k, n)
        whole = effective == n
        return Points(value, np.where(whole, exact[0], lower), np.where(whole, exact[1], upper), n, left)

    return measure


def missing(present: tuple[Bools, Bools], units: Units | None) -> Measure:
    """Follow the share of rows without a value; `n` stays the number of rows with one."""
    every = tuple(np.ones(len(p), dtype=bool) for p in present)
    of_all = share((~present[0], ~present[1]), (every[0], every[1]), units)

    def measure(side: int, cut: Cut, *, intervals: bool = True) -> Points:
        points = of_all(side, cut, intervals=intervals)
        n = cut.count(present[side])
        return Points(points.value, points.lower, points.upper, n, points.n - n)

    return measure


def mean(pair: Pair, units: Units | None) -> Measure:
    """Follow the mean of the finite values, with a normal interval; the sums do not depend on the order of the rows."""
    if pair.numbers is None:
        raise ValueError("a mean needs numbers")
    scale = max(sums.scale_of(side.values) for side in pair.numbers)
    values, rows = [], []
    for side in pair.numbers:
        good = np.isfinite(side.values)
        values.append(side.values[good].astype(np.float64))
        rows.append(np.flatnonzero(side.present)[good])

    def measure(side: int, cut: Cut, *, intervals: bool = True) -> Points:
        present = np.zeros(len(cut.slot), dtype=bool)
        present[rows[side]] = True
        n, left = with_values(cut, present)
        slot = cut.slots_of(rows[side])
        total = sums.off_grid(cut.gather(sums.by_group(sums.on_grid(values[side], scale), slot, cut.n_slots)), scale)
        value, lower, upper = empty(len(cut))
        np.divide(total, n, out=value, where=n > 0)
        place = np.full(len(cut.slot), -1)
        place[rows[side]] = np.arange(len(rows[side]))
        for w in np.flatnonzero(n > 1) if intervals else ():
            inside = cut.rows(int(w))
            inside = inside[present[inside]]
            rest = values[side][place[inside]] - value[w]
            se = standard_error(rest, None if units is None else units.codes[side][inside])
            if np.isfinite(se):
                lower[w], upper[w] = value[w] - z_of(CONFIDENCE) * se, value[w] + z_of(CONFIDENCE) * se
        return Points(value, lower, upper, n, left)

    return measure


def psi(pair: Pair, units: Units | None, rng: np.random.Generator) -> Measure:
    """Follow PSI against the reference: the estimate and interval of `stats.psi`."""

    def measure(side: int, cut: Cut, *, intervals: bool = True) -> Points:
        del intervals
        n, left = with_values(cut, pair.present[side])
        value, lower, upper = empty(len(cut))
        for w, base, here, by_unit in _counts(pair, cut, side, units):
            found = compare(base, here, rng, units=by_unit, permutations=PERMUTATIONS)
            if found.estimate is not None and found.lower is not None and found.upper is not None:
                value[w], lower[w], upper[w] = found.estimate, found.lower, found.upper
            elif by_unit is not None:
                # a window with one unit has a value, but nothing to say how sure it is
                alone = compare(base, here, rng, permutations=PERMUTATIONS).estimate
                value[w] = np.nan if alone is None else alone
        return Points(value, lower, upper, n, left)

    return measure


def js(pair: Pair) -> Measure:
    """Follow the Jensen-Shannon distance to the reference."""

    def measure(side: int, cut: Cut, *, intervals: bool = True) -> Points:
        del intervals
        n, left = with_values(cut, pair.present[side])
        value, lower, upper = empty(len(cut))
        for w, base, here, _ in _counts(pair, cut, side, None):
            if base.sum() > 0 and here.sum() > 0:
                value[w] = float(divergence.js(base, here))
        return Points(value, lower, upper, n, left)

    return measure


def _counts(
    pair: Pair, cut: Cut, side: int, units: Units | None
) -> Iterator[tuple[int, Ints, Ints, UnitCounts | None]]:
    """Yield for each window with values: its number, what it is compared with, its own counts, both by unit."""
    bins = pair.n_bins
    if bins == 0:
        return
    rows = np.flatnonzero(pair.present[side])
    codes = pair.codes[side]
    slot = cut.slots_of(rows)
    flat = np.bincount(slot * bins + codes, minlength=cut.n_slots * bins)
    windows = cut.gather(flat.reshape(cut.n_slots, bins))
    whole = pair.counts[REFERENCE]
    place = np.full(len(cut.slot), -1)
    place[rows] = np.arange(len(rows))
    for w in np.flatnonzero(windows.sum(axis=1)):
        here = windows[w]
        by_unit = None
        if units is not None:
            inside = place[cut.rows(int(w))]
            inside = inside[inside >= 0]
            unit_r = units.reference[pair.present[REFERENCE]]
            rest_r, rest_codes = unit_r, pair.codes[REFERENCE]
            if side == REFERENCE:
                keep = np.ones(len(unit_r), dtype=bool)
                keep[inside] = False
                rest_r, rest_codes = unit_r[keep], rest_codes[keep]
            here_unit = units.codes[side][rows[inside]]
            by_unit = UnitCounts.count(rest_r, rest_codes, here_unit, codes[inside], n_bins=bins, name=units.column)
        yield int(w), whole - here if side == REFERENCE else whole, here, by_unit


def samples(pair: Pair, name: str) -> Measure:
    """Follow the KS or the Wasserstein distance (in standard deviations of the reference) to the reference."""
    if pair.numbers is None:
        raise ValueError("this distance needs numbers")
    numbers = pair.numbers
    order = np.argsort(numbers[REFERENCE].values, kind="stable")
    ordered = numbers[REFERENCE].values[order]
    spread = numbers[REFERENCE].std

    def measure(side: int, cut: Cut, *, intervals: bool = True) -> Points:
        del intervals
        n, left = with_values(cut, pair.present[side])
        value, lower, upper = empty(len(cut))
        place = np.full(len(cut.slot), -1)
        place[np.flatnonzero(pair.present[side])] = np.arange(len(numbers[side].values))
        for w in np.flatnonzero(n):
            inside = place[cut.rows(int(w))]
            inside = inside[inside >= 0]
            here = np.sort(numbers[side].values[inside])
            base = ordered
            if side == REFERENCE:
                keep = np.ones(len(ordered), dtype=bool)
                keep[inside] = False
                base = ordered[keep[order]]
            if len(base) == 0:
                continue
            if name == "ks":
                value[w] = ks_distance(base, here)
            elif spread:
                raw = wasserstein(base, here).value
                value[w] = np.nan if raw is None else raw / spread
        return Points(value, lower, upper, n, left)

    return measure


def centroids(
    matrices: tuple[NDArray[Any], NDArray[Any]], usable: tuple[Bools, Bools], name: str, units: Units | None
) -> Measure:
    """Follow the Euclidean or cosine distance of a window's centroid to the reference's; interval by the delta method."""
    scale = max(sums.scale_of(m) for m in matrices)

    def totals(side: int, slot: Ints, n_slots: int) -> Floats:
        rows = np.flatnonzero(usable[side])
        return sums.of_rows(matrices[side], rows, slot[rows], n_slots, scale)

    whole = totals(REFERENCE, np.zeros(len(usable[REFERENCE]), dtype=np.int64), 1)[0]
    n_whole = int(usable[REFERENCE].sum())

    def measure(side: int, cut: Cut, *, intervals: bool = True) -> Points:
        n, left = with_values(cut, usable[side])
        here = cut.gather(totals(side, cut.slots_of(np.arange(len(cut.slot))), cut.n_slots))
        value, lower, upper = empty(len(cut))
        for w in np.flatnonzero(n):
            base, n_base = (whole - here[w], n_whole - n[w]) if side == REFERENCE else (whole, n_whole)
            if n_base == 0:
                continue
            found = distance_of_centroids(
                sums.off_grid(base, scale) / n_base, sums.off_grid(here[w], scale) / n[w], name
            )
            if found is None:
                continue
            value[w], slope = found
            if n[w] < 2 or not intervals:
                continue
            inside = cut.rows(int(w))
            inside = inside[usable[side][inside]]
            along = along_slope(matrices[side], inside, slope)
            se = standard_error(along - along.mean(), None if units is None else units.codes[side][inside])
            if np.isfinite(se):
                most = np.inf if name == "euclidean" else 2.0
                half = z_of(CONFIDENCE) * se
                lower[w], upper[w] = max(0.0, value[w] - half), min(most, value[w] + half)
        return Points(value, lower, upper, n, left)

    return measure


def along_slope(matrix: NDArray[Any], rows: Ints, slope: Floats) -> Floats:
    """Return rows of a matrix times a vector."""
    found = np.empty(len(rows))
    for start in range(0, len(rows), sums.ROWS):
        part = slice(start, start + sums.ROWS)
        found[part] = matrix[rows[part]].astype(np.float64) @ slope
    return found


def distance_of_centroids(base: Floats, here: Floats, name: str) -> tuple[float, Floats] | None:
    """Return the distance of two centroids and its slope in the second; None where it is undefined."""
    if name == "euclidean":
        gap = here - base
        size = float(np.linalg.norm(gap))
        return size, gap / size if size > 0 else np.zeros_like(gap)
    a, b = float(np.linalg.norm(base)), float(np.linalg.norm(here))
    if a == 0 or b == 0:
        return None
    along = float(base @ here) / (a * b)
    return float(np.clip(1 - along, 0, 2)), along * here / b**2 - base / (a * b)


def _cluster_variance(rest: NDArray[Any], units: Ints) -> float:
    """Return the variance of a mean whose rows come in units, from the residuals; infinite with one unit."""
    groups = np.unique(units, return_inverse=True)[1]
    totals = np.bincount(groups, weights=rest)
    k = len(totals)
    return float((totals**2).sum()) / len(rest) ** 2 * k / (k - 1) if k > 1 else float("inf")


def standard_error(rest: NDArray[Any], units: Ints | None) -> float:
    """Return the standard error of a mean from the residuals of its rows, over units where they come in such; infinite with one unit."""
    if units is not None:
        return float(np.sqrt(_cluster_variance(rest, units)))
    n = len(rest)
    return float(np.sqrt((rest**2).sum() / (n - 1) / n))
