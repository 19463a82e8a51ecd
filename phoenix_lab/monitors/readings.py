"""What a monitor reads off some rows: one number, its interval, and how many rows are behind it.

The sets are read once for each monitor; a window then is only counting. Rows of the reference are read against the rest of it, as a later
window is against all of it, so that how much the reference's own windows vary can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.monitors.models import Monitor
from phoenix_lab.monitors.suite_file import SuiteError
from phoenix_lab.profiles import sums
from phoenix_lab.profiles.columns import Categories, Numbers, numbers, vectors
from phoenix_lab.profiles.pairs import Comparable, Pair, pair
from phoenix_lab.profiles.rows import digests, occurring_again
from phoenix_lab.recipes.models import Performance
from phoenix_lab.recipes.performance_metrics import chosen, measures
from phoenix_lab.recipes.quality_found import missing
from phoenix_lab.recipes.read_predictions import read as read_predictions
from phoenix_lab.recipes.sets import Units, generator, how_compared, known
from phoenix_lab.recipes.window_metrics import along_slope, distance_of_centroids, standard_error
from phoenix_lab.stats import estimates
from phoenix_lab.stats.estimates import Estimate
from phoenix_lab.stats.proportions import CONFIDENCE, z_of
from phoenix_lab.stats.psi import compare
from phoenix_lab.stats.units import UnitCounts

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

FEWEST = 2000
"""A classifier meets so many rows of the reference, or five times those of the window."""
ROWS = "whole rows"
"""The column of vectors that whole rows are seen as."""


@dataclass(frozen=True)
class Reading:
    """One number of some rows.

    Parameters
    ----------
    value, lower, upper
        The number and its 90 % interval; None where `reason` says why.
    n
        Rows behind it.
    k
        Of a share of independent rows, how many.
    p_value
        Under no change, where that is tested.
    bets
        Of a mean of bounded rows against its fixed limits: what was bet on it, above then below.
    """

    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    n: int = 0
    k: int | None = None
    p_value: float | None = None
    reason: str | None = None
    bets: tuple[tuple[float, ...], tuple[float, ...]] | None = None

    @property
    def interval(self) -> tuple[float, float, float] | None:
        """Lower end, number and upper end; the number alone where there is no interval."""
        if self.value is None:
            return None
        return (
            self.value if self.lower is None else self.lower,
            self.value,
            self.value if self.upper is None else self.upper,
        )


Read = Callable[[Ints, bool], Reading]
"""Reads rows, of the primary set or (True) of the reference."""


@dataclass(frozen=True)
class Both:
    """Both sets, and which of their rows meet a monitor's conditions.

    Parameters
    ----------
    primary, reference
        The sets.
    kept
        Masks of the reference's and of the primary rows.
    counted
        Of a share the rows that are counted.
    units
        The unit of independence.
    is_cut
        Whether the rows are cut into windows.
    """

    primary: Frame
    reference: Frame | None
    kept: tuple[Bools, Bools]
    counted: tuple[Bools, Bools] | None = None
    units: Units | None = None
    is_cut: bool = False

    def codes(self, again: bool) -> Ints | None:
        """Return the unit of each row of a set."""
        return None if self.units is None else self.units.codes[0 if again else 1]

    def base(self, rows: Ints, again: bool) -> Ints:
        """Return the rows of the reference that others are held against: of its own rows, the rest."""
        mask = self.kept[0]
        if again:
            mask = mask.copy()
            mask[rows] = False
        return np.flatnonzero(mask)


def reader(monitor: Monitor, both: Both) -> Read:
    """Return what reads a monitor's number off rows.

    Raises
    ------
    SuiteError
        A column is not there, or changed what it holds; the message says which.
    """
    kinds: dict[str, Callable[[Monitor, Both], Read]] = {
        "drift": _drift,
        "embedding": _apart,
        "centroid": _centroid,
        "rows": _apart,
        "performance": _performance,
        "mean": _mean,
        "volume": lambda _m, _b: lambda rows, _again: fact(len(rows), len(rows)),
    }
    make = kinds.get(monitor.watch, _rate)
    try:
        return make(monitor, both)
    except ValueError as error:  # what the recipes say of data that they can't answer with
        raise SuiteError(str(error)) from None


def fact(value: float, n: int) -> Reading:
    """Return a number that is as it is."""
    return Reading(float(value), float(value), float(value), n)


def of_estimate(found: Estimate, n_rows: int) -> Reading:
    """Return an estimate as a reading of so many rows."""
    n = found.n or n_rows
    if found.value is None:
        return Reading(n=n, reason=found.reason)
    reason = found.reason if found.lower is None else None
    return Reading(found.value, found.lower, found.upper, n, found.successes, reason=reason)


def _columns(monitor: Monitor, both: Both) -> tuple[ColumnInfo, pa.ChunkedArray, pa.ChunkedArray]:
    """Return the monitor's column, of the primary set and of the reference (empty without one)."""
    name = monitor.column or ROWS
    info = said(monitor, known(both.primary, name))
    here = both.primary.table.column(name)
    if both.reference is None:
        return info, here, here.slice(0, 0)
    other = known(both.reference, name)
    there = both.reference.table.column(name)
    if other.carrier != info.carrier and not (pa.types.is_null(here.type) or pa.types.is_null(there.type)):
        raise SuiteError(
            f'"{name}" is {info.dtype} in {both.primary.name} and was {other.dtype} in {both.reference.name}'
        )
    return info, here, there


def said(monitor: Monitor, info: ColumnInfo) -> ColumnInfo:
    """Return a column as the monitor takes it."""
    if monitor.kind is None:
        return info
    if info.carrier not in ({"number"} if monitor.kind == "number" else {"number", "text"}):
        raise SuiteError(f'"{info.name}" holds {info.dtype} values, which are not of kind "{monitor.kind}"')
    return replace(info, kind=monitor.kind)


def _how(monitor: Monitor, both: Both, info: ColumnInfo, here: pa.ChunkedArray, there: pa.ChunkedArray) -> Comparable:
    """Return as what a column is compared, as on screen; raises `SuiteError` where it is not."""
    other = None if both.reference is None else said(monitor, known(both.reference, info.name))
    how = how_compared(info, other, here.type, None if other is None else there.type)
    if how in {"numbers", "categories"}:
        return how  # type: ignore[return-value]
    if how == "vectors":
        raise SuiteError(
            f'"{info.name}" holds vectors; watch = "embedding" is of these'
            if monitor.watch == "drift"
            else f'"{info.name}": vectors have no range'
        )
    raise SuiteError(f'"{info.name}": {how}')


def _needs_reference(monitor: Monitor, both: Both) -> Frame:
    if both.reference is None:
        raise SuiteError(f'"{monitor.watch}" needs a reference')
    return both.reference


def _rate(monitor: Monitor, both: Both) -> Read:
    """Count rows among rows. What `flags` says of the reference's may depend on which of them are read."""
    flags, among = _flags(monitor, both)

    def read(rows: Ints, again: bool) -> Reading:
        k, n = flags(rows, again), among(rows, again)
        codes = both.codes(again)
        found = estimates.share(monitor.watch, k, n, None if codes is None else codes[rows])
        return of_estimate(found, len(rows))

    return read


Mask = Callable[[Ints, bool], Bools]


def _flags(monitor: Monitor, both: Both) -> tuple[Mask, Mask]:
    def every(rows: Ints, _again: bool) -> Bools:
        return np.ones(len(rows), dtype=bool)

    if monitor.watch == "share" and both.counted is not None:
        counted = both.counted
        return (lambda rows, again: counted[0 if again else 1][rows]), every
    if monitor.watch == "duplicates":
        return _repeated(monitor, both), every
    info, here, there = _columns(monitor, both)
    if monitor.watch == "missing":
        none = missing(there), missing(here)
        return (lambda rows, again: none[0 if again else 1][rows]), every
    _needs_reference(monitor, both)
    how = _how(monitor, both, info, here, there)
    return _unseen(monitor, both, pair(there, here, how, info.name))


def _repeated(monitor: Monitor, both: Both) -> Mask:
    names = (
        [monitor.column]
        if monitor.column
        else [c.name for c in both.primary.columns if c.kind not in {"vector", "other"}]
    )
    here = [(name, both.primary.table.column(name)) for name in names if name in both.primary.table.column_names]
    if monitor.column is not None:
        known(both.primary, monitor.column)
    other = both.reference.table if both.reference is not None else both.primary.table.slice(0, 0)
    pairs = [(name, other.column(name), column) for name, column in here if name in other.column_names]
    sums = digests(pairs, other.num_rows, both.primary.n_rows)

    def read(rows: Ints, again: bool) -> Bools:
        return occurring_again((sums.reference if again else sums.primary)[rows])

    return read


def _unseen(monitor: Monitor, both: Both, found: Pair) -> tuple[Mask, Mask]:
    """Count numbers beyond, or categories not among, those of the reference; of its own rows, of the rest of it."""
    by_range = monitor.watch == "range"
    if by_range and found.numbers is None:
        raise SuiteError(f'"{monitor.column}" holds categories; watch = "new_categories" is of these')
    if not by_range and found.categories is None:
        raise SuiteError(f'"{monitor.column}" holds numbers; watch = "range" is of these')
    places, there = [], found.present
    for told, present in zip(_told(found), there, strict=True):
        # As the column has them: whole numbers beyond 2^53 are not all numbers of a float.
        values = np.zeros(len(present), dtype=told.dtype)
        values[present] = told
        places.append(values)
    usable = there[0] & np.isfinite(places[0])

    def known(rows: Ints, again: bool) -> NDArray[Any]:
        base = both.base(rows, again)
        values = places[0][base[usable[base]]]
        return np.array([values.min(), values.max()]) if by_range and len(values) else np.unique(values)

    usual = known(np.empty(0, dtype=np.int64), False)

    def flags(rows: Ints, again: bool) -> Bools:
        side = 0 if again else 1
        values, base = places[side][rows], known(rows, again) if again else usual
        if not len(base):
            return np.zeros(len(rows), dtype=bool)
        beyond = (values < base[0]) | (values > base[1]) if by_range else ~np.isin(values, base)
        return np.asarray(beyond & there[side][rows])

    return flags, lambda rows, again: there[0 if again else 1][rows]


def _told(found: Pair) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the values that both sets have, the reference's first: numbers, or those of categories."""
    if found.categories is not None:
        return found.categories.reference, found.categories.primary
    if found.numbers is None:
        raise ValueError("a pair without values")
    return found.numbers[0].values, found.numbers[1].values


def _mean(monitor: Monitor, both: Both) -> Read:
    info, here, there = _columns(monitor, both)
    name = info.name
    if info.carrier not in {"number", "boolean"}:
        raise SuiteError(f'"{name}" holds {info.dtype} values, which have no mean')
    sides: list[Numbers] = [numbers(there, name), numbers(here, name)]
    full = []
    for side in sides:
        values = np.full(len(side.present), np.nan)
        values[side.present] = side.values
        full.append(values)

    def read(rows: Ints, again: bool) -> Reading:
        values = full[0 if again else 1][rows]
        there_is = np.isfinite(values)
        values, codes = values[there_is], both.codes(again)
        if monitor.between is not None and len(values):
            low, high = monitor.between
            if values.min() < low or values.max() > high:
                wrong = values.min() if values.min() < low else values.max()
                return Reading(n=len(values), reason=f"{wrong:g} is not between {low:g} and {high:g}")
        return of_estimate(estimates.mean("mean", values, None if codes is None else codes[rows][there_is]), len(rows))

    return read


def _performance(monitor: Monitor, both: Both) -> Read:
    """Read both sets once, so that classes, the positive one and the threshold are the same in every window."""
    recipe = monitor.predictions or Performance()
    found = read_predictions(replace(recipe, metric=monitor.metric), both.primary, both.reference, both.units)
    measure = chosen(monitor.metric, measures(found))

    def read(rows: Ints, again: bool) -> Reading:
        side = found.reference if again else found.primary
        if side is None or side.absent is not None:
            return Reading(n=0, reason=None if side is None else f"{side.name} {side.absent}")
        return of_estimate(measure.of(side.where(rows)), len(rows))

    return read


def _drift(monitor: Monitor, both: Both) -> Read:
    """Compare rows with the reference: PSI, as `Summary` has it."""
    _needs_reference(monitor, both)
    info, here, there = _columns(monitor, both)
    found = pair(there, here, _how(monitor, both, info, here, there), info.name)
    codes, n_bins = _bins(found, is_cut=both.is_cut)
    of_all = np.bincount(codes[0][both.kept[0] & (codes[0] >= 0)], minlength=n_bins)

    def read(rows: Ints, again: bool) -> Reading:
        mine = codes[0 if again else 1][rows]
        counts = np.bincount(mine[mine >= 0], minlength=n_bins)
        units = None
        if both.units is not None:
            own, base = both.codes(again), both.base(rows, again)
            other = codes[0][base]
            units = UnitCounts.count(
                both.units.reference[base][other >= 0],
                other[other >= 0],
                (own if own is not None else rows)[rows][mine >= 0],
                mine[mine >= 0],
                n_bins=n_bins,
                name=both.units.column,
            )
        psi = compare(of_all - counts if again else of_all, counts, generator(info.name), units=units)
        return Reading(psi.estimate, psi.lower, psi.upper, psi.n_primary, p_value=psi.p_value, reason=psi.reason)

    return read


def _bins(found: Pair, *, is_cut: bool) -> tuple[tuple[Ints, Ints], int]:
    """Return the bin of each row of both sets, −1 without a value; of windows from the reference alone, so that the number of one does not hang on the others."""
    n_bins = found.n_bins
    codes = found.codes
    if is_cut and found.categories is not None:
        c: Categories = found.categories
        most = c.n_bins
        bin_of = np.where(c.counts_reference == 0, most, np.minimum(np.arange(len(c.labels)), most - 1))
        codes, n_bins = (bin_of[c.reference], bin_of[c.primary]), most + 1
    rows = []
    for present, part in zip(found.present, codes, strict=True):
        full = np.full(len(present), -1, dtype=np.int64)
        if len(part):
            full[present] = part
        rows.append(full)
    return (rows[0], rows[1]), n_bins


def _centroid(monitor: Monitor, both: Both) -> Read:
    _needs_reference(monitor, both)
    info, here, there = _columns(monitor, both)
    if info.kind != "vector":
        raise SuiteError(f'"{info.name}" holds no vectors; watch = "mean" is of numbers')
    if there.type.list_size != here.type.list_size:
        raise SuiteError(dimensions(info.name, both.primary.name, here.type.list_size, there.type.list_size))
    matrix, usable = vectors(there)
    scale = sums.scale_of(matrix[usable])
    whole = _total(matrix, np.flatnonzero(usable & both.kept[0]), scale)
    n_whole = int((usable & both.kept[0]).sum())

    def base(rows: Ints, again: bool) -> tuple[Floats, int]:
        if not again:
            return sums.off_grid(whole, scale), n_whole
        inside = rows[usable[rows]]
        return sums.off_grid(whole - _total(matrix, inside, scale), scale), n_whole - len(inside)

    return centroid_reader(both, here, base, (matrix, usable))


Base = Callable[[Ints, bool], tuple[Floats, int]]
"""Returns the sum of the reference's vectors that rows are held against, and how many these are."""


def centroid_reader(both: Both, here: pa.ChunkedArray, base: Base, own: tuple[NDArray[Any], Bools] | None) -> Read:
    """Return what reads the Euclidean distance of rows' centroid to the reference's, with an interval by the delta method.

    Parameters
    ----------
    here
        The vectors of the primary set.
    base
        The reference.
    own
        The reference's own vectors and which are usable; None where these are not there.
    """
    matrix, usable = vectors(here)
    scale = sums.scale_of(matrix[usable])

    def read(rows: Ints, again: bool) -> Reading:
        total, n_base = base(rows, again)
        side, there_is = own if again and own is not None else (matrix, usable)
        inside = rows[there_is[rows]]
        n = len(inside)
        if not n or not n_base:
            return Reading(n=n, reason="there is no vector" if not n else "the reference has no other vector")
        grid = sums.scale_of(side[inside]) if again else scale
        mine = sums.off_grid(_total(side, inside, grid), grid) / n
        found = distance_of_centroids(total / n_base, mine, "euclidean")
        if found is None or n < 2:
            return Reading(None if found is None else found[0], n=n, reason="an interval needs 2 rows, there is 1")
        value, slope = found
        codes = both.codes(again)
        along = along_slope(side, inside, slope)
        error = standard_error(along - along.mean(), None if codes is None else codes[inside])
        if not np.isfinite(error):
            return Reading(value, n=n, reason="an interval needs 2 units, there is 1")
        half = z_of(CONFIDENCE) * error
        return Reading(value, max(0.0, value - half), value + half, n)

    return read


def _total(matrix: NDArray[Any], rows: Ints, scale: float) -> Floats:
    """Add rows up, in steps of a grid."""
    total: Floats = sums.of_rows(matrix, rows, np.zeros(len(rows), dtype=np.int64), 1, scale)[0]
    return total


def dimensions(name: str, primary: str, here: int, there: int) -> str:
    """Say that vectors are of two lengths."""
    return f'"{name}" has {here} dimensions in {primary}, and had {there}'


def _apart(monitor: Monitor, both: Both) -> Read:
    """Let a classifier tell rows from the reference's."""
    from phoenix_lab.embeddings.drift import domain_classifier

    _needs_reference(monitor, both)
    info, here, there = _columns(monitor, both)
    if info.kind != "vector":
        raise SuiteError(f'"{info.name}" holds no vectors; watch = "drift" is of other columns')
    sides = vectors(there), vectors(here)
    if sides[0][0].shape[1] != sides[1][0].shape[1]:
        raise SuiteError(dimensions(info.name, both.primary.name, sides[1][0].shape[1], sides[0][0].shape[1]))

    def read(rows: Ints, again: bool) -> Reading:
        base = both.base(rows, again)
        base = base[sides[0][1][base]]
        matrix, usable = sides[0 if again else 1]
        mine, codes = rows[usable[rows]], both.codes(again)
        most = max(FEWEST, 5 * len(mine))
        if len(base) > most:
            base = np.sort(generator(info.name, "reference").choice(base, most, replace=False))
        found = domain_classifier(
            sides[0][0][base],
            matrix[mine],
            generator(info.name),
            None if both.units is None else both.units.reference[base],
            None if codes is None else codes[mine],
        )
        return Reading(found.auc, found.lower, found.upper, len(mine), p_value=found.p_value, reason=found.reason)

    return read
