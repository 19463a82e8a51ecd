"""The conditions that a recipe's rows must meet: each a small, frozen, serialisable description, as the recipes are.

Python writes bounds and values as it likes (`datetime`, numpy scalars, `Decimal`, a set); what is kept is what JSON can say, so that the same
condition is the same text in a cell, in the panel and in the key of the cache. Text is read as what the column holds: "2021-05-31" of a column of
times, "9007199254740993" of one of numbers, where a browser could not write the number.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from decimal import Decimal
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


Scalar = bool | int | float | str | None
Bound = Annotated[int | float | str | None, BeforeValidator(_scalar)]
Side = Literal["primary", "reference"] | None


@dataclass(frozen=True, config=_STRICT)
class Values:
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
class Range:
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
class Length:
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
class Missing:
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
class InCluster:
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
class InLasso:
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


Condition = Annotated[Values | Range | Length | Missing | InCluster | InLasso, Field(discriminator="kind")]
