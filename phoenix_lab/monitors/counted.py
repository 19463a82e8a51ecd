"""What a monitor reads off counts: the same numbers as `readings`, of sets whose rows are not there.

A reading is of *cells* of a profile, the reference's or those of the new rows, which are counted by the reference's plan. Counts are whole numbers, so
what is made of them is the same in all bits; means and what has units differ from those of rows in the rounding of float64 alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.monitors.counted_sets import Both, Counted
from phoenix_lab.monitors.models import Monitor
from phoenix_lab.monitors.readings import Read, Reading, fact, of_estimate, said
from phoenix_lab.monitors.suite_file import SuiteError
from phoenix_lab.profiles.columns import MOST_CATEGORIES, by_frequency, label
from phoenix_lab.profiles.counts import ENDS, ColumnCounts, NumberCounts
from phoenix_lab.profiles.exact import mean_and_spread
from phoenix_lab.profiles.plan import ColumnPlan
from phoenix_lab.profiles.profile import Profile
from phoenix_lab.recipes.conditions import Condition, Missing, Values
from phoenix_lab.recipes.sets import generator, how_compared
from phoenix_lab.stats.estimates import Estimate, undefined, with_interval
from phoenix_lab.stats.proportions import wilson
from phoenix_lab.stats.psi import compare
from phoenix_lab.stats.units import UnitCounts

Ints = NDArray[np.int64]

FROM_COUNTS = frozenset({"drift", "missing", "range", "new_categories", "mean", "volume"})
"""What is read off counts alone."""


def reader(monitor: Monitor, both: Both) -> Read:
    """Return what reads a monitor's number off cells.

    Raises
    ------
    SuiteError
        A column is not there, changed what it holds, or was not counted so.
    """
    make: dict[str, Callable[[Monitor, Both], Read]] = {
        "drift": _drift,
        "mean": _mean,
        "range": _range,
        "new_categories": _new,
        "missing": _missing,
        "volume": lambda _m, b: lambda cells, again: fact(n := int(b.side(again).rows[cells].sum()), n),
    }
    return make[monitor.watch](monitor, both)


def _columns(monitor: Monitor, both: Both) -> tuple[ColumnPlan, ColumnInfo, ColumnCounts, ColumnCounts]:
    """Return a monitor's column: its plan, what it is in the primary set, and its counts, the reference's first."""
    name = str(monitor.column)
    other, there = both.reference.of(name)
    info, here = both.primary.of(name)
    info = said(monitor, info)
    empty = any((c.missing.sum() >= side.rows.sum()) for c, side in ((here, both.primary), (there, both.reference)))
    if other.carrier != info.carrier and not empty:
        raise SuiteError(
            f'"{name}" is {info.dtype} in {both.primary.name} and was {other.dtype} in {both.reference.name}'
        )
    return both.plan[name], info, there, here


def _how(plan: ColumnPlan, info: ColumnInfo, here: ColumnCounts) -> str:
    """Return as what a column is compared; raises `SuiteError` where it was not counted so."""
    how = how_compared(info, info, pa.null(), pa.null())
    if how == "vectors":
        raise SuiteError(f'"{info.name}" holds vectors; watch = "embedding" or "centroid" is of these')
    if how not in {"numbers", "categories"}:
        raise SuiteError(f'"{info.name}": {how}')
    if here.problem is not None:
        raise SuiteError(here.problem)
    if (plan.numbers if how == "numbers" else plan.categories) is None:
        raise SuiteError(
            f'"{info.name}" holds {"numbers or texts" if how == "numbers" else "categories"} now, and was profiled as {plan.info.kind}: say which in a schema, for both sets'
        )
    return how


def shared(name: str, k: Ints, n: Ints, unit: Ints | None) -> Reading:
    """Return the share of rows, from the counts of each cell."""
    of, total = int(n.sum()), int(k.sum())
    if of == 0:
        return of_estimate(undefined(name, 0, "there are no such rows"), 0)
    value = total / of
    if unit is None:
        lower, upper = wilson(total, of)
        found = Estimate(name, value, of, float(lower), float(upper), successes=total)
    else:
        pieces = len(np.unique(unit[n > 0]))
        found = with_interval(name, value, of, (k - value * n) / of, unit, effective=pieces)
    return of_estimate(found, of)


def _rate(monitor: Monitor, both: Both, counted: Callable[[Ints, bool], tuple[Ints, Ints]]) -> Read:
    def read(cells: Ints, again: bool) -> Reading:
        side = both.side(again)
        k, n = counted(cells, again)
        return shared(monitor.watch, k, n, None if side.unit is None else side.unit[cells])

    return read


def _missing(monitor: Monitor, both: Both) -> Read:
    _, _, there, here = _columns(monitor, both)
    return _rate(
        monitor,
        both,
        lambda cells, again: ((there if again else here).missing[cells], both.side(again).rows[cells]),
    )


def _present(counts: ColumnCounts, side: Counted, cells: Ints) -> Ints:
    present: Ints = side.rows[cells] - counts.missing[cells]
    return present


def _range(monitor: Monitor, both: Both) -> Read:
    plan, info, there, here = _columns(monitor, both)
    if _how(plan, info, here) != "numbers":
        raise SuiteError(f'"{monitor.column}" holds categories; watch = "new_categories" is of these')
    mine, theirs = _numbers(here), _numbers(there)
    how = plan.numbers
    ends = () if how is None or how.dtype == "float64" else (how.least or 0.0, how.most or 0.0)
    if any(abs(end) > 2**53 for end in ends):
        raise SuiteError(
            f'"{monitor.column}" has whole numbers beyond 2^53, whose range needs the rows of the reference: a profile keeps its ends as floating point numbers'
        )

    def counted(cells: Ints, again: bool) -> tuple[Ints, Ints]:
        if not again:
            return mine.outside[cells].sum(axis=1), _present(here, both.primary, cells)
        k = np.zeros(len(cells), dtype=np.int64)
        if len(cells):
            k[0] = _beyond_the_rest(theirs, both.reference.slot, cells, str(monitor.column))
        return k, _present(there, both.reference, cells)

    return _rate(monitor, both, counted)


def _beyond_the_rest(x: NumberCounts, slot: Ints, cells: Ints, name: str) -> int:
    """Return how many values of some slots lie beyond those of all others."""
    inside = np.unique(slot[cells])
    rest = x.ends[np.setdiff1d(np.arange(len(x.ends)), inside)]
    if not np.isfinite(rest[:, 0, 0]).any():
        return 0
    low, high = np.nanmin(rest[:, 0, 0]), np.nanmax(rest[:, 1, 0])
    ends = x.ends[inside]
    below, above = (ends[:, 0] < low).sum(axis=1), (ends[:, 1] > high).sum(axis=1)
    n = np.zeros(len(x.ends), dtype=np.int64)
    np.add.at(n, slot, x.moments.n + x.moments.beyond)
    if ((np.maximum(below, above) == ENDS) & (n[inside] > ENDS)).any():
        raise SuiteError(
            f'"{name}": a window of the reference has {ENDS} values or more beyond its others, how many needs its rows, which a profile does not have'
        )
    return int(below.sum() + above.sum()) + int(x.infinite[cells].sum())


def _numbers(counts: ColumnCounts) -> NumberCounts:
    if counts.numbers is None:
        raise SuiteError("it was not counted as numbers")
    return counts.numbers


def _new(monitor: Monitor, both: Both) -> Read:
    plan, info, there, here = _columns(monitor, both)
    if _how(plan, info, here) != "categories" or plan.categories is None:
        raise SuiteError(f'"{monitor.column}" holds numbers; watch = "range" is of these')
    if not plan.categories.complete:
        raise SuiteError(
            f'"{monitor.column}" had more than {len(plan.categories.values):,} values, of which a profile keeps the most frequent: which are new needs the rows'
        )
    total = _added(there.by_value)

    def counted(cells: Ints, again: bool) -> tuple[Ints, Ints]:
        n = _present(there if again else here, both.side(again), cells)
        if not again:
            return _column_of(here.by_value, cells, len(total) - 1), n
        part = there.by_value[cells]
        alone = (_added(part) == total) & (total > 0)
        if alone.all() or len(cells) == len(both.reference.rows):
            return np.zeros(len(cells), dtype=np.int64), n
        return np.asarray(part @ alone.astype(np.int64)).ravel(), n

    return _rate(monitor, both, counted)


def _added(table: Any) -> Ints:
    total: Ints = np.asarray(table.sum(axis=0)).ravel().astype(np.int64)
    return total


def _column_of(table: Any, cells: Ints, column: int) -> Ints:
    found: Ints = np.asarray(table[cells][:, [column]].todense()).ravel().astype(np.int64)
    return found


def _mean(monitor: Monitor, both: Both) -> Read:
    plan, info, there, here = _columns(monitor, both)
    name = info.name
    if info.carrier not in {"number", "boolean"}:
        raise SuiteError(f'"{name}" holds {info.dtype} values, which have no mean')
    if here.problem is not None or plan.numbers is None:
        raise SuiteError(here.problem or f'"{name}" was profiled as {plan.info.kind}, which has no mean')
    grid = plan.numbers.grid

    def read(cells: Ints, again: bool) -> Reading:
        side = both.side(again)
        x = _numbers(there if again else here)
        moments = x.moments.take(cells)
        n = int(moments.n.sum())
        if int(moments.beyond.sum()):
            return Reading(n=n, reason="values lie too far from those of the reference to be added up")
        found = mean_and_spread(moments, grid)
        if found is None:
            return of_estimate(undefined("mean", 0, "there are no such rows"), int(side.rows[cells].sum()))
        value, squares = found
        if monitor.between is not None:
            low, high = monitor.between
            ends = x.ends[np.unique(side.slot[cells])]
            least, most = np.nanmin(ends[:, 0, 0]), np.nanmax(ends[:, 1, 0])
            if least < low or most > high:
                wrong = least if least < low else most
                return Reading(n=n, reason=f"{wrong:g} is not between {low:g} and {high:g}")
        if not np.isfinite(value):
            return Reading(n=n, reason="its sum is beyond what floating point numbers hold")
        if side.unit is None:
            # one piece whose square is that of all rows' influences
            influence, unit, pieces = np.array([np.sqrt(squares) / n]), None, n
        else:
            unit = side.unit[cells]
            used = np.flatnonzero(moments.n > 0)
            unit, pieces = unit[used], len(np.unique(unit[used]))
            means = [mean_and_spread(moments.take(np.array([i])), grid) for i in used]
            influence = np.array(
                [moments.n[i] * (m[0] - value) / n for i, m in zip(used, means, strict=True) if m is not None]
            )
        return of_estimate(with_interval("mean", value, n, influence, unit, effective=pieces, scale="real"), n)

    return read


def _drift(monitor: Monitor, both: Both) -> Read:
    """Compare on the reference's bins; the numbers are those of `readings`, in all bits."""
    plan, info, there, here = _columns(monitor, both)
    tables = _number_bins(there, here) if _how(plan, info, here) == "numbers" else _category_bins(plan, there, here)
    of_all = tables[0].sum(axis=0)

    def read(cells: Ints, again: bool) -> Reading:
        side, table = both.side(again), tables[0 if again else 1]
        mine = table[cells]
        counts = mine.sum(axis=0)
        units = None
        if both.reference.unit is not None and side.unit is not None:
            base = both.base(cells, again)
            units = _by_unit(both, tables[0][base], base, mine, side.unit[cells])
        psi = compare(of_all - counts if again else of_all, counts, generator(info.name), units=units)
        return Reading(psi.estimate, psi.lower, psi.upper, psi.n_primary, p_value=psi.p_value, reason=psi.reason)

    return read


def _by_unit(both: Both, reference: Ints, base: Ints, primary: Ints, unit_p: Ints) -> UnitCounts:
    """Return counts by unit from those by cell, as `UnitCounts.count` has them."""
    tables = []
    unit_r = np.zeros(0, dtype=np.int64) if both.reference.unit is None else both.reference.unit[base]
    for table, unit in ((reference, unit_r), (primary, unit_p)):
        size = int(unit.max(initial=-1)) + 1
        whole = np.zeros((size, table.shape[1]), dtype=np.int64)
        np.add.at(whole, unit, table)
        present = np.flatnonzero(whole.any(axis=1))
        tables.append((whole[present], present))
    (r, there), (p, here) = tables
    return UnitCounts(r, p, there, here, both.unit or "units")


def _number_bins(there: ColumnCounts, here: ColumnCounts) -> tuple[Ints, Ints]:
    mine, theirs = _numbers(here), _numbers(there)
    for a, b in zip(theirs.bins, mine.bins, strict=True):
        if a is not None and b is not None:
            return a, b
    return np.zeros((len(there.missing), 0), dtype=np.int64), np.zeros((len(here.missing), 0), dtype=np.int64)


def _category_bins(plan: ColumnPlan, there: ColumnCounts, here: ColumnCounts) -> tuple[Ints, Ints]:
    """Return counts by bin: the reference's most frequent values, its rare ones, and those that it does not have.

    Which value has which bin goes by the reference's counts, ties by the primary's, then by label, as in `categories`.
    """
    if plan.categories is None:
        raise SuiteError("it was not counted as categories")
    names = [label(v) for v in plan.categories.values.to_pylist()]
    r, p = _added(there.by_value), _added(here.by_value)
    last = MOST_CATEGORIES - 1
    bin_of = np.empty(len(names) + 1, dtype=np.int64)
    bin_of[by_frequency(names, r, p)] = np.minimum(np.arange(len(names)), last)
    # a value that is not among those kept is a rare one, where there are such
    bin_of[-1] = MOST_CATEGORIES if plan.categories.complete else last
    width = MOST_CATEGORIES + 1
    bins = sparse.csr_matrix(
        (np.ones(len(bin_of), dtype=np.int64), (np.arange(len(bin_of)), bin_of)), shape=(len(bin_of), width)
    )
    used = np.flatnonzero(_added(there.by_value @ bins) + _added(here.by_value @ bins))
    return tuple(  # type: ignore[return-value]
        np.asarray((c.by_value @ bins)[:, used].todense(), dtype=np.int64) for c in (there, here)
    )


def share_of(conditions: Sequence[Condition], profile: Profile) -> tuple[Ints, Ints] | None:
    """Return how many rows of each cell meet conditions, and how many there are; None where that needs rows.

    One condition on one column can be counted: that its value is missing, or among some of those that are told apart.
    """
    if len(conditions) != 1 or conditions[0].set is not None:
        return None
    one = conditions[0]
    if not isinstance(one, Missing | Values) or one.column not in profile.counts:
        return None
    counts, how = profile.counts[one.column], profile.plan[one.column]
    met = counts.missing if isinstance(one, Missing) or None in one.values else np.zeros_like(counts.missing)
    if isinstance(one, Values):
        wanted = {v for v in one.values if v is not None}
        if wanted:
            if how.categories is None or not how.categories.complete or not all(isinstance(v, str) for v in wanted):
                return None
            kind = how.categories.values.type
            if not pa.types.is_string(kind) and not pa.types.is_large_string(kind):
                return None
            flags = np.array([v in wanted for v in how.categories.values.to_pylist()] + [False], dtype=np.int64)
            met = met + np.asarray(counts.by_value @ flags).ravel()
    return (profile.rows - met if one.negated else met), profile.rows
