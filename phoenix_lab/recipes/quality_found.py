"""What a check of data quality finds, and the column that it looks into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.changed_share import changed_share
from phoenix_lab.recipes.models import Check
from phoenix_lab.recipes.sets import Units

Bools = NDArray[np.bool_]
Counted = tuple[int, int]

LONGEST = 80
"""Characters of an example."""


@dataclass(frozen=True)
class Found:
    """What one check found in one column.

    Parameters
    ----------
    check
        Its name.
    primary, reference
        Rows that it counted, and the rows that it counted among; None where the check says nothing of a set.
    difference, lower, upper
        Of the shares, primary minus reference, with its interval.
    p_value
        Under no change; None where there is no test.
    novel
        Whether this is about what the other set never had: then any amount that chance does not explain counts.
    plain
        Whether this is a fact that no test belongs to.
    examples
        Some of the values.
    low, high, values
        What the rows hold, as `Range` and `Values` take it; nothing where that is not to be said. Of repeated rows `values` are the columns that they are equal in.
    note
        More in words.
    """

    check: Check
    primary: Counted | None = None
    reference: Counted | None = None
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None
    p_value: float | None = None
    novel: bool = False
    plain: bool = False
    examples: tuple[str, ...] = ()
    low: str | None = None
    high: str | None = None
    values: tuple[str, ...] = ()
    note: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was counted in any set."""
        return not any(side is not None and side[0] > 0 for side in (self.primary, self.reference))


@dataclass(frozen=True)
class Column:
    """A column's values in both sets; `other` is None without a reference, or where it lacks the column."""

    info: ColumnInfo
    data: pa.ChunkedArray
    other: pa.ChunkedArray | None
    units: Units | None

    @property
    def name(self) -> str:
        """Its name."""
        return self.info.name

    @property
    def base(self) -> pa.ChunkedArray:
        """The reference's values; none where there is no reference."""
        return self.data.slice(0, 0) if self.other is None else self.other

    def masks(self, mark: Callable[[pa.ChunkedArray], Bools]) -> tuple[Bools, Bools | None]:
        """Mark rows of both sets, the primary first."""
        return mark(self.data), None if self.other is None else mark(self.other)

    def rate(self, check: Check, primary: Bools, reference: Bools | None, *, examples: tuple[str, ...] = ()) -> Found:
        """Compare how many rows two masks mark; shares are of all rows."""
        mine = int(primary.sum()), len(primary)
        if reference is None:
            return Found(check, primary=mine, plain=True, examples=examples)
        theirs = int(reference.sum()), len(reference)
        if mine[0] == theirs[0] == 0:
            return Found(check, primary=mine, reference=theirs, p_value=1.0)
        found = changed_share(check, reference, primary, self.units)
        return Found(
            check,
            primary=mine,
            reference=theirs,
            difference=found.value,
            lower=found.lower,
            upper=found.upper,
            p_value=found.p_value,
            examples=examples,
        )


def missing(column: pa.ChunkedArray) -> Bools:
    """Return which rows have no value, NaN among them."""
    return np.asarray(column.is_null(nan_is_null=True).to_numpy(), bool)


def plain_values(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the values themselves where they are kept in a dictionary."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def exact(value: Any) -> str:
    """Return a number as text that says the very number."""
    return str(int(value)) if isinstance(value, int | np.integer) else repr(float(value))


def shown(value: Any) -> str:
    """Return a value as an example shows it: one line, not too long, numbers to six digits."""
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return f"{value:,}"
    line = " ".join(str(value).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
