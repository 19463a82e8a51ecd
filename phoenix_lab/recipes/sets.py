"""What the recipes share: the two sets, the unit of independence, the time, and who a column is compared as."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.columns import units
from phoenix_lab.profiles.durations import iso
from phoenix_lab.profiles.time import axis_of
from phoenix_lab.recipes.output import RecipeError

Ints = NDArray[np.int64]
How = Literal["numbers", "categories", "vectors"]

_HOW: dict[str, How] = {
    "number": "numbers",
    "text": "numbers",
    "category": "categories",
    "boolean": "categories",
    "vector": "vectors",
}


@dataclass(frozen=True)
class Units:
    """The unit of independence.

    Parameters
    ----------
    column
        Its column.
    reference, primary
        The unit of each row, numbered alike in both sets.
    """

    column: str
    reference: Ints
    primary: Ints

    @property
    def codes(self) -> tuple[Ints, Ints]:
        """The units of the reference's and the primary set's rows."""
        return self.reference, self.primary

    @property
    def meta(self) -> dict[str, Any]:
        """For a result's `meta.unit`."""
        return {
            "column": self.column,
            "n_primary": len(np.unique(self.primary)),
            "n_reference": len(np.unique(self.reference)),
        }


def known(frame: Frame, name: str) -> ColumnInfo:
    """Return a column that was read; raises `RecipeError` when there is none or it cannot be read."""
    try:
        column = frame.info(name)
    except KeyError as error:
        raise RecipeError(str(error.args[0])) from None
    if column.problem is not None:
        raise RecipeError(f'"{name}" in {frame.name}: {column.problem}')
    if name not in frame.table.column_names:
        raise RecipeError(f'"{name}" of {frame.name} was not read')
    return column


def units_of(column: str | None, primary: Frame, reference: Frame | None) -> Units | None:
    """Return the unit of independence; raises `RecipeError` when a set does not have it."""
    if column is None:
        return None
    other = primary.table.slice(0, 0).column(column) if column in primary.table.column_names else None
    for frame in (primary, reference):
        if frame is not None and column not in frame.table.column_names:
            raise RecipeError(f'{frame.name} has no column "{column}" to take as the unit')
    if reference is not None:
        other = reference.table.column(column)
    codes = units(other, primary.table.column(column), column)
    return Units(column, *codes)


def within(window: tuple[str, str] | None, frame: Frame) -> NDArray[np.bool_] | None:
    """Return which rows are in a window of time, or None without one; raises `RecipeError` when the set has no time."""
    if window is None:
        return None
    axis = axis_of(frame)
    if axis is None:
        raise RecipeError(f"{frame.name} has no column of time, so no window can be taken from it")
    return axis.within(*window)


def described(frame: Frame | None) -> dict[str, Any] | None:
    """Return name, rows and span of a set, for a result's `meta`."""
    if frame is None:
        return None
    try:
        axis = axis_of(frame)
    except ValueError:  # the time column's own row tells what is wrong with it
        axis = None
    span = None if axis is None or axis.span is None else [iso(end, axis.zone) for end in axis.span]
    return {"name": frame.name, "rows": frame.n_rows, "span": span}


def generator(*parts: str) -> np.random.Generator:
    """Return a generator that depends on these names alone, so that a column's numbers don't depend on the others."""
    return np.random.default_rng([crc32(part.encode("utf-8", "surrogatepass")) for part in parts])


def how_compared(
    primary: ColumnInfo, reference: ColumnInfo | None, primary_type: pa.DataType, reference_type: pa.DataType | None
) -> How | str:
    """Return as what a column is compared, or a sentence why it is not."""
    kinds = {primary.kind: primary_type}
    if reference is not None and reference_type is not None and reference.kind != primary.kind:
        # A column that is all missing in one set is what it is in the other.
        if pa.types.is_null(primary_type):
            kinds = {reference.kind: reference_type}
        elif not pa.types.is_null(reference_type):
            kinds[reference.kind] = reference_type
    if len(kinds) == 1:
        kind = next(iter(kinds))
        if kind == "time":
            return "times are not compared"
        return _HOW.get(kind, f"{primary.dtype} values are not compared")
    names = set(kinds)
    if names <= {"number", "category", "boolean"} and all(_numeric(t) for t in kinds.values()):
        return "categories" if "boolean" in names else "numbers"
    if names <= {"category", "text", "boolean", "number"} and not any(_numeric(t) for t in kinds.values()):
        return "numbers" if kinds.keys() & {"text"} else "categories"
    if reference is None:
        return "not compared"
    return f"{_said(primary.kind)} in the primary set, {_said(reference.kind)} in the reference"


def _numeric(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
    )


def _said(kind: str) -> str:
    return {
        "number": "numbers",
        "category": "categories",
        "boolean": "booleans",
        "text": "text",
        "time": "times",
        "vector": "vectors",
    }.get(kind, "other values")


def joined(*parts: tuple[Iterable[str], Iterable[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns of both sets that any of several parts needs, none twice."""
    first, second = (tuple(dict.fromkeys(n for names in side for n in names)) for side in zip(*parts, strict=True))
    return first, second


def readable(columns: Iterable[ColumnInfo]) -> dict[str, ColumnInfo]:
    """Return the columns that can be read, by name."""
    return {c.name: c for c in columns if c.problem is None}


def wanted(
    names: Sequence[str | None], primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of the names each set can give, with its column of time, none twice."""
    result = []
    for columns in (tuple(primary), tuple(reference or ())):
        there = readable(columns)
        time = next((c.name for c in columns if c.role == "timestamp" and c.problem is None), None)
        result.append(tuple(dict.fromkeys(n for n in (*names, time) if n is not None and n in there)))
    return result[0], result[1]
