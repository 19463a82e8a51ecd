"""One column of both sets, counted on the same bins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.profiles.columns import Categories, ColumnError, Numbers, categories, comparable, numbers
from phoenix_lab.stats.bins import Bins, assign, count_ordered, quantile_bins
from phoenix_lab.stats.units import UnitCounts

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Comparable = Literal["numbers", "categories"]

_NONE: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Pair:
    """A column's values in both sets; exactly one of `numbers` and `categories` is there.

    Parameters
    ----------
    numbers
        Reference and primary values.
    categories
        Values of both sets.
    bins
        Of numbers, from the reference; None when it has no finite value.
    """

    numbers: tuple[Numbers, Numbers] | None = None
    categories: Categories | None = None
    bins: Bins | None = None

    @property
    def n_bins(self) -> int:
        """Number of bins."""
        if self.categories is not None:
            return self.categories.n_bins
        return len(self.bins) if self.bins is not None else 0

    @cached_property
    def counts(self) -> tuple[Ints, Ints]:
        """Reference and primary counts, shape (bins,)."""
        if self.categories is not None:
            c = self.categories
            return tuple(  # type: ignore[return-value]
                np.bincount(c.bin_of, weights=counts, minlength=c.n_bins).astype(np.int64)
                for counts in (c.counts_reference, c.counts_primary)
            )
        if self.numbers is None or self.bins is None:
            return _NONE, _NONE
        reference, primary = self.numbers
        return count_ordered(reference.ordered, self.bins.cuts), count_ordered(primary.ordered, self.bins.cuts)

    @cached_property
    def codes(self) -> tuple[Ints, Ints]:
        """The bin of each present value, in the rows' order."""
        if self.categories is not None:
            return self.categories.bin_of[self.categories.reference], self.categories.bin_of[self.categories.primary]
        if self.numbers is None or self.bins is None:
            return _NONE, _NONE
        reference, primary = self.numbers
        return assign(reference.values, self.bins.cuts), assign(primary.values, self.bins.cuts)

    @property
    def present(self) -> tuple[Bools, Bools]:
        """Which rows have a value."""
        if self.categories is not None:
            return self.categories.present_reference, self.categories.present_primary
        if self.numbers is None:
            raise ValueError("a pair without values")
        return self.numbers[0].present, self.numbers[1].present

    @property
    def sizes(self) -> tuple[int, int]:
        """Number of values in the reference and the primary set."""
        if self.categories is not None:
            return len(self.categories.reference), len(self.categories.primary)
        if self.numbers is None:
            return 0, 0
        return len(self.numbers[0].values), len(self.numbers[1].values)

    def by_unit(self, units: tuple[Ints, Ints], name: str) -> UnitCounts:
        """Return the counts by unit and bin; `units` has the unit of every row of both sets."""
        present_r, present_p = self.present
        codes_r, codes_p = self.codes
        return UnitCounts.count(
            units[0][present_r], codes_r, units[1][present_p], codes_p, n_bins=self.n_bins, name=name
        )


def pair(reference: pa.ChunkedArray, primary: pa.ChunkedArray, how: Comparable, name: str) -> Pair:
    """Read a column of both sets and cut it into bins; raises `ColumnError` when the two cannot be compared."""
    if how == "categories":
        return Pair(categories=categories(reference, primary, name))
    texts = [is_text(column.type) for column in (reference, primary)]
    if texts[0] != texts[1] and not any(pa.types.is_null(column.type) for column in (reference, primary)):
        where = "the reference" if texts[0] else "the primary set"
        raise ColumnError(f'column "{name}" holds text in {where} and numbers in the other')
    return of_numbers(*comparable(numbers(reference, name), numbers(primary, name)))


def of_numbers(reference: Numbers, primary: Numbers) -> Pair:
    """Return a pair of number columns with the reference's bins."""
    finite = reference.finite
    bins = quantile_bins(finite, single=reference.single and primary.single) if len(finite) else None
    return Pair(numbers=(reference, primary), bins=bins)


def is_text(kind: pa.DataType) -> bool:
    """Tell whether an Arrow type is text or bytes, dictionaries of them among them."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return not (
        pa.types.is_primitive(kind) or pa.types.is_null(kind) or pa.types.is_nested(kind) or pa.types.is_decimal(kind)
    )
