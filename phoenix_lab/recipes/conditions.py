"""The conditions that a recipe's rows must meet: each a small, frozen, serialisable description, as the recipes are.

Python writes bounds and values as it likes (`datetime`, numpy scalars, `Decimal`, a set); what is kept is what JSON can say, so that the same
condition is the same text in a cell, in the panel and in the key of the cache. Text is read as what the column holds: "2021-05-31" of a column of
times, "9007199254740993" of one of numbers, where a browser could not write the number.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from importlib import import_module
from itertools import pairwise
from operator import index
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

if TYPE_CHECKING:
    from phoenix_lab.recipes.models import EmbeddingMap

_STRICT = ConfigDict(extra="forbid")


def _scalar(value: Any) -> Any:
    """Return a value as JSON can say it; NaN, NaT and NA are None, as they are missing in a dataframe."""
    if value is None:
        return None
    if isinstance(value, str):  # numpy has texts of its own
        return str(value)
    if isinstance(value, dt.timedelta):
        seconds = value.total_seconds()
        return None if math.isnan(seconds) else seconds
    if isinstance(value, dt.date | dt.datetime | dt.time):  # of pandas, too
        text = value.isoformat()
        return None if text == "NaT" else text
    if isinstance(value, Decimal):
        return None if value.is_nan() else str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if type(value).__name__ == "NAType":
        return None
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if kind == "M":  # numpy.datetime64
        text = str(value)
        return None if text == "NaT" else text
    if kind == "m":
        seconds = float(value / type(value)(1, "s"))
        return None if math.isnan(seconds) else seconds
    if kind is not None and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value


def _values(value: Any) -> Any:
    """Return several values as a tuple, none twice; one alone is written without brackets."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        value = (value,)
    found = dict.fromkeys((type(v), v) for v in map(_scalar, value))  # True is not 1
    return tuple(v for _, v in found)


def _names(value: Any) -> Any:
    """Return names as a tuple, none twice; one alone is written without brackets."""
    return (value,) if isinstance(value, str) else tuple(dict.fromkeys(value)) if isinstance(value, Iterable) else value


_RANGES = re.compile(r"(\d{1,15}(-\d{1,15})?)(,\d{1,15}(-\d{1,15})?)*|")
"""Positions as text: "3-10,15"."""


def _ranges(value: Any) -> Any:
    """Return positions as text, rising, none twice: runs as their first and last."""
    if isinstance(value, str):
        if not _RANGES.fullmatch(value):
            raise ValueError('positions are numbers from 0, or text such as "3-10,15"')
        if not value:
            return value
        ends = [[int(end) for end in part.split("-")] for part in value.split(",")]
        if all(part[0] <= part[-1] for part in ends) and all(a[-1] < b[0] for a, b in pairwise(ends)):
            return value
        raise ValueError(f'positions rise, and "{value}" does not')
    given = list(value) if isinstance(value, Iterable) else [value]
    if any(isinstance(row, bool) or type(row).__name__ in ("bool", "bool_") for row in given):
        raise ValueError("positions are numbers from 0, not a mask: numpy.flatnonzero(mask) gives those of one")
    try:
        rows = sorted({index(row) for row in given})
    except TypeError:
        raise ValueError("positions are whole numbers from 0") from None
    if rows and rows[0] < 0:
        raise ValueError("positions are numbers from 0")
    parts: list[str] = []
    start = 0
    for i in range(1, len(rows) + 1):
        if i == len(rows) or rows[i] != rows[i - 1] + 1:
            parts.append(f"{rows[start]}" if start == i - 1 else f"{rows[start]}-{rows[i - 1]}")
            start = i
    return ",".join(parts)


_WHOLE = re.compile(r"-?\d+")
_OF_NUMBERS = re.compile(r"(u?int|float|double)\d*", re.IGNORECASE)
LARGEST = 2**53
"""From here on not every whole number is one in a browser."""


def as_number(text: str | None) -> int | float | str | None:
    """Return the number that a text says, as a condition holds it and a cell has it; one that JSON cannot say, in a browser too, stays text."""
    if text is None:
        return None
    if _WHOLE.fullmatch(text):
        return int(text) if abs(int(text)) < LARGEST else text
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def as_value(label: str, kind: str, dtype: str) -> bool | int | float | str | None:
    """Return the value that the label of a category stands for, in the kind that its column holds."""
    if kind == "boolean" and label in {"True", "False"}:
        return label == "True"
    return as_number(label) if _OF_NUMBERS.fullmatch(dtype) else label


Rows = Annotated[str, BeforeValidator(_ranges)]
Scalar = bool | int | float | str | None
Bound = Annotated[int | float | str | None, BeforeValidator(_scalar)]
Side = Literal["primary", "reference"] | None


class _Algebra:
    """Conditions are combined with `&` (both), `|` (either), `~` (all other rows) and `-` (the first without the second), as sets are."""

    def __and__(self, other: Any) -> AllOf:
        made: AllOf = _made("AllOf", (self, other))
        return made

    def __or__(self, other: Any) -> AnyOf:
        made: AnyOf = _made("AnyOf", (self, other))
        return made

    def __invert__(self) -> Not:
        made: Not = _made("Not", self)
        return made

    def __sub__(self, other: Any) -> AllOf:
        made: AllOf = _made("AllOf", (self, _made("Not", other)))
        return made


def _made(name: str, of: Any) -> Any:
    """Combine conditions; what speaks of maps, which have conditions, is complete only with the recipes."""
    return getattr(import_module("phoenix_lab.recipes.models"), name)(of)


@dataclass(frozen=True, config=_STRICT)
class Values(_Algebra):
    """Rows that hold one of these values.

    Parameters
    ----------
    column
        Name of the column.
    values
        What it may hold; None is a missing value. A value alone is written without brackets.
    negated
        Rows that hold anything else. A missing value is something else, unless it is named.
    set
        The set whose rows must meet it, "primary" or "reference"; the other stays whole then. None is both.
    """

    column: str
    values: Annotated[tuple[Scalar, ...], BeforeValidator(_values)]
    negated: bool = False
    set: Side = None
    kind: Literal["values"] = "values"


@dataclass(frozen=True, config=_STRICT)
class Range(_Algebra):
    """Rows whose number or time lies in an interval, closed at its start and open at its end, as bins and windows are.

    A missing value lies in none.

    Parameters
    ----------
    column
        Name of a column of numbers, durations (in seconds) or times.
    low, high
        Its ends, None where it has none. Numbers are compared as the column has them: exactly, however large, and float32 as float32. Of times,
        a `datetime` or ISO 8601; one without an offset means UTC, or for naive data what it says.
    set
        See `Values`.
    """

    column: str
    low: Bound = None
    high: Bound = None
    set: Side = None
    kind: Literal["range"] = "range"

    @model_validator(mode="after")
    def _some_end(self) -> Range:
        if self.low is None and self.high is None:
            raise ValueError("a range needs low or high")
        return self


@dataclass(frozen=True, config=_STRICT)
class Length(_Algebra):
    """Rows whose text has at least `low` and fewer than `high` characters.

    Parameters
    ----------
    column
        Name of a column of text.
    low, high
        Numbers of characters, None for no limit.
    set
        See `Values`.
    """

    column: str
    low: Annotated[int, Field(ge=0)] | None = None
    high: Annotated[int, Field(ge=0)] | None = None
    set: Side = None
    kind: Literal["length"] = "length"


@dataclass(frozen=True, config=_STRICT)
class Missing(_Algebra):
    """Rows without a value: null, NaN, or a vector that cannot be used.

    Parameters
    ----------
    column
        Name of the column.
    negated
        Rows that have a value.
    set
        See `Values`.
    """

    column: str
    negated: bool = False
    set: Side = None
    kind: Literal["missing"] = "missing"


@dataclass(frozen=True, config=_STRICT)
class Repeated(_Algebra):
    """Rows that are equal, in every one of some columns, to a row before them in their own set: pandas' `duplicated(columns)`.

    Missing equals missing.

    Parameters
    ----------
    columns
        Names of the columns, of values that can be compared: not of vectors. One alone is written without brackets.
    first
        Whether the first of equal rows is among them, too: `duplicated(columns, keep=False)`.
    among
        Conditions that rows must meet to count as equal at all: others are neither repeats nor repeated.
    set
        See `Values`.
    """

    columns: Annotated[tuple[str, ...], BeforeValidator(_names), Field(min_length=1)]
    first: bool = False
    among: tuple[Condition, ...] = ()
    set: Side = None
    kind: Literal["repeated"] = "repeated"


@dataclass(frozen=True, config=_STRICT)
class InCluster(_Algebra):
    """Rows in a cluster of a map of all rows.

    Parameters
    ----------
    map
        The recipe of the map. It is not made again where its result is kept.
    cluster
        The cluster's number; −1 is the noise.
    set
        See `Values`.
    """

    map: EmbeddingMap
    cluster: int
    set: Side = None
    kind: Literal["in_cluster"] = "in_cluster"


@dataclass(frozen=True, config=_STRICT)
class InLasso(_Algebra):
    """Rows whose points on a map of all rows lie in a polygon (even-odd rule).

    Parameters
    ----------
    map
        See `InCluster`; of two dimensions.
    polygon
        Corners (x, y), at least three, in the map's coordinates.
    set
        See `Values`.
    """

    map: EmbeddingMap
    polygon: tuple[tuple[float, float], ...]
    set: Side = None
    kind: Literal["in_lasso"] = "in_lasso"

    @model_validator(mode="after")
    def _area(self) -> InLasso:
        if len(self.polygon) < 3:
            raise ValueError("a polygon has at least three corners")
        return self


@dataclass(frozen=True, config=_STRICT)
class AtRows(_Algebra):
    """Rows by their positions in the dataframes, from 0; of a set that is not named, none.

    Parameters
    ----------
    primary, reference
        Positions: a number, several, or text of rising ranges ("3-10,15"), which is what is kept.
    set
        See `Values`.
    """

    primary: Rows = ""
    reference: Rows = ""
    set: Side = None
    kind: Literal["at_rows"] = "at_rows"

    def positions(self, name: Literal["primary", "reference"]) -> tuple[int, ...]:
        """Return the positions in a set, rising."""
        text = self.primary if name == "primary" else self.reference
        ends = [[int(end) for end in part.split("-")] for part in text.split(",") if part]
        return tuple(row for part in ends for row in range(part[0], part[-1] + 1))


@dataclass(frozen=True, config=_STRICT)
class OfSet(_Algebra):
    """All rows of one set, none of the other: with another condition, its rows of that set alone.

    Parameters
    ----------
    name
        "primary" or "reference".
    set
        See `Values`.
    """

    name: Literal["primary", "reference"]
    set: Side = None
    kind: Literal["of_set"] = "of_set"


@dataclass(frozen=True, config=_STRICT)
class AllOf(_Algebra):
    """Rows that meet all of some conditions, `a & b`; of none, every row.

    Parameters
    ----------
    conditions
        The conditions.
    set
        See `Values`.
    """

    conditions: tuple[Condition, ...]
    set: Side = None
    kind: Literal["all_of"] = "all_of"


@dataclass(frozen=True, config=_STRICT)
class AnyOf(_Algebra):
    """Rows that meet at least one of some conditions, `a | b`; of none, no row.

    Parameters
    ----------
    conditions
        The conditions.
    set
        See `Values`.
    """

    conditions: tuple[Condition, ...]
    set: Side = None
    kind: Literal["any_of"] = "any_of"


@dataclass(frozen=True, config=_STRICT)
class Not(_Algebra):
    """The rows that do not meet a condition, `~a`. Those without a value do not meet a range either.

    Parameters
    ----------
    condition
        The condition.
    set
        See `Values`.
    """

    condition: Condition
    set: Side = None
    kind: Literal["not"] = "not"


Plain = Values | Range | Length | Missing | Repeated | InCluster | InLasso | AtRows | OfSet
"""Conditions that are not made of others; those that rows must meet to be repeated are asked of them as well."""
Condition = Annotated[Plain | AllOf | AnyOf | Not, Field(discriminator="kind")]


def parts_of(conditions: Iterable[Condition]) -> Iterator[Plain]:
    """Return the conditions that others are combined of, in order: those that are asked of rows."""
    for condition in conditions:
        if isinstance(condition, AllOf | AnyOf):
            yield from parts_of(condition.conditions)
        elif isinstance(condition, Not):
            yield from parts_of((condition.condition,))
        else:
            yield condition
            if isinstance(condition, Repeated):
                yield from parts_of(condition.among)
