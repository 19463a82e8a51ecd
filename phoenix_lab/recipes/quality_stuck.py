"""The check for a value that is repeated: far more often than the other values, or in one run through time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.profiles.columns import Numbers
from phoenix_lab.profiles.durations import iso
from phoenix_lab.profiles.time import TimeAxis
from phoenix_lab.recipes.quality_found import Column, Found, exact, shown
from phoenix_lab.recipes.sets import Units
from phoenix_lab.stats.atoms import LEAST, atom, longest_run

RUN = 5
"""So many times as long as the longest one before must a run be."""


@dataclass(frozen=True)
class Run:
    """The longest run of one value in the order of time."""

    value: Any = None
    length: int = 0
    span: str = ""


def stuck(
    column: Column, here: Numbers, there: Numbers | None, times: tuple[TimeAxis | None, TimeAxis | None]
) -> Found:
    """Look for a value that is repeated.

    Against a reference its share of the values is tested, corrected for the search among all values (`stats.atoms`). A run is
    told and not tested: how long runs are by chance depends on how alike neighbours are.
    """
    found = atom(here.finite, None if there is None else there.finite)
    run = _run(here, times[0])
    before = Run() if there is None else _run(there, times[1])
    none = Found("stuck", primary=(0, len(here.values)), reference=None if there is None else (0, len(there.values)))
    if found is None:
        is_long = there is not None and before.length > 0 and run.length >= max(LEAST, RUN * before.length)
        if not is_long:
            return replace(none, p_value=None if there is None else 1.0, plain=there is None)
        told = _rate(column, here, there, run.value)
        return replace(_said(told, run, before), plain=True, difference=None, lower=None, upper=None, p_value=None)
    told = _rate(column, here, there, found.value)
    if told.p_value is not None:
        told = replace(told, p_value=min(1.0, told.p_value / found.weight))
    return _said(told, run, before) if run.value == found.value else told


def _said(found: Found, run: Run, before: Run) -> Found:
    if run.length < LEAST:
        return found
    then = f", at most {before.length:,} before" if before.length else ""
    return replace(found, note=f"{run.length:,} in a row in time, {run.span}{then}")


def _rate(column: Column, here: Numbers, there: Numbers | None, value: Any) -> Found:
    """Compare the share of a value among the values of both sets."""
    units = column.units
    if units is not None:
        others = units.reference if there is None else units.reference[there.present]
        units = Units(units.column, others, units.primary[here.present])
    told = replace(column, units=units).rate(
        "stuck", here.values == value, None if there is None else there.values == value, examples=(shown(value),)
    )
    return replace(told, values=(exact(value),))


def _run(side: Numbers, axis: TimeAxis | None) -> Run:
    if axis is None:
        return Run()
    timed = axis.present[side.present]
    instants: NDArray[np.int64] = axis.instants[side.present[axis.present]]
    order = np.argsort(instants, kind="stable")
    values = side.values[timed][order]
    start, length = longest_run(values)
    if not length:
        return Run()
    ends = [iso(int(instants[order[i]]), axis.zone) for i in (start, start + length - 1)]
    if all(end[10:19] == "T00:00:00" for end in ends):
        ends = [end[:10] for end in ends]
    return Run(values[start], length, " to ".join(ends))
