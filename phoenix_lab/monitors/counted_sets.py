"""Sets without their rows: counts by cell, whose units are numbered alike in both."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import info_of
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.monitors.suite_file import SuiteError
from phoenix_lab.profiles.columns import ColumnError, by_frequency, codes, label
from phoenix_lab.profiles.counts import ColumnCounts, Counts
from phoenix_lab.profiles.plan import Plan
from phoenix_lab.profiles.profile import Profile

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Counted:
    """One set as counts.

    Parameters
    ----------
    name
        Its name.
    columns
        Its columns.
    slot, rows
        Of each cell.
    unit
        The unit of each cell: numbered by `values` (-1: one of its own), or alike in both sets; None where rows are independent.
    counts
        Of its columns, by one plan.
    values
        The units' different values.
    """

    name: str
    columns: tuple[ColumnInfo, ...]
    slot: Ints
    rows: Ints
    unit: Ints | None
    counts: Counts
    values: pa.Array = field(default_factory=lambda: pa.nulls(0))

    @classmethod
    def from_profile(cls, profile: Profile) -> Counted:
        """Return what a profile holds."""
        return cls(
            profile.name,
            profile.columns,
            profile.slot,
            profile.rows,
            profile.unit,
            profile.counts,
            profile.unit_values,
        )

    def of(self, column: str) -> tuple[ColumnInfo, ColumnCounts]:
        """Return a column; raises `SuiteError` where it can't be used."""
        try:
            info = info_of(column, self.columns, self.name)
        except KeyError as error:
            raise SuiteError(str(error.args[0])) from None
        if info.problem is not None:
            raise SuiteError(f'"{column}" in {self.name}: {info.problem}')
        if column not in self.counts:
            raise SuiteError(f'"{column}" of {self.name} was not counted')
        return info, self.counts[column]


@dataclass(frozen=True, eq=False)
class Both:
    """The reference and the new rows, counted by the plan of the reference."""

    reference: Counted
    primary: Counted
    plan: Plan
    unit: str | None = None

    def side(self, again: bool) -> Counted:
        """Return the set that is read."""
        return self.reference if again else self.primary

    def base(self, cells: Ints, again: bool) -> Ints:
        """Return the cells of the reference that others are held against: of its own, the rest."""
        every = np.arange(len(self.reference.rows))
        return np.setdiff1d(every, cells) if again else every


def numbered(reference: Counted, primary: Counted) -> tuple[Counted, Counted]:
    """Return both sets with the units of their cells numbered alike, as `units` numbers rows.

    Raises
    ------
    SuiteError
        The units of one are texts, those of the other numbers.
    """
    sides = reference, primary
    try:
        names, *places = _names(*(side.values for side in sides))
    except (ColumnError, pa.ArrowNotImplementedError) as error:
        raise SuiteError(str(error)) from None
    own = [np.append(known, -1)[side.unit] for known, side in zip(places, sides, strict=True)]
    n_rows = [
        np.bincount(unit[unit >= 0], weights=side.rows[unit >= 0], minlength=len(names))
        for unit, side in zip(own, sides, strict=True)
    ]
    rank = np.empty(len(names) + 1, dtype=np.int64)
    rank[by_frequency(names, *n_rows)] = np.arange(len(names))
    next_one = len(names)
    result = []
    for unit, side in zip(own, sides, strict=True):
        full, lone = rank[unit], unit < 0
        full[lone] = next_one + np.arange(int(lone.sum()))
        next_one += int(lone.sum())
        result.append(replace(side, unit=full))
    return result[0], result[1]


def _names(reference: pa.Array, primary: pa.Array) -> tuple[list[str], Ints, Ints]:
    """Return what the units of both sets are called, and which of these each set's are."""
    if len(reference) + len(primary) == 0:
        nothing = np.empty(0, dtype=np.int64)
        return [], nothing, nothing
    values, (known, mine), _ = codes(pa.chunked_array([reference]), pa.chunked_array([primary]), "unit")
    return [label(v) for v in values.to_pylist()], known, mine
