"""Arrow columns as arrays that can be counted: numbers, categories, vectors, units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.stats.bins import quantiles

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

MOST_CATEGORIES = 500
"""Values of a category that are told apart; those less frequent (in both sets together) share the bin "rest"."""


class ColumnError(ValueError):
    """The two sets' columns cannot be compared, or one of them not read as what it is said to be; the message says why."""


@dataclass(frozen=True)
class Numbers:
    """The values of a number column.

    Parameters
    ----------
    values
        Present values in the rows' order (infinities are values, NaN is missing); an integer type or float64.
    present
        Which rows they come from, shape (rows,).
    single
        They came from float32 or float16.
    """

    values: NDArray[Any]
    present: Bools
    single: bool = False

    @cached_property
    def ordered(self) -> NDArray[Any]:
        """The values in rising order."""
        return np.sort(self.values)

    @cached_property
    def finite(self) -> NDArray[Any]:
        """The finite values in rising order."""
        if self.whole:
            return self.ordered
        low = np.searchsorted(self.ordered, -np.inf, side="right")
        return self.ordered[low : np.searchsorted(self.ordered, np.inf, side="left")]

    @property
    def whole(self) -> bool:
        """Whether the values are integers."""
        return self.values.dtype.kind in "iu"

    @property
    def missing(self) -> int:
        """Rows without a value."""
        return len(self.present) - len(self.values)

    @property
    def infinite(self) -> int:
        """Values that are infinite."""
        return len(self.values) - len(self.finite)

    @cached_property
    def distinct(self) -> int:
        """Number of different values."""
        x = self.ordered
        return int((x[1:] != x[:-1]).sum()) + 1 if len(x) else 0

    def quantile(self, *q: float) -> list[float | None]:
        """Return quantiles of the finite values; None when there are none."""
        if not len(self.finite):
            return [None] * len(q)
        return [float(x) for x in quantiles(self.finite, np.array(q))]

    @cached_property
    def mean(self) -> float | None:
        """Mean of the finite values; None without any, or where their sum is beyond float64."""
        if not len(self.finite):
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            return _within_range(self.finite.mean(dtype=np.float64))

    @cached_property
    def std(self) -> float | None:
        """Standard deviation of the finite values (n - 1); None below two."""
        if len(self.finite) < 2:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            return _within_range(self.finite.std(dtype=np.float64, ddof=1))

    def as_float(self) -> Numbers:
        """Return the same as float64."""
        return Numbers(self.values.astype(np.float64), self.present, self.single)


def _within_range(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


@dataclass(frozen=True)
class Categories:
    """The values of a category column in both sets, numbered alike.

    Parameters
    ----------
    labels
        The values as text, the most frequent in the reference first, ties by the primary set, then by label.
    reference, primary
        The number of each present value, in the rows' order. Numbers beyond the labels do not occur.
    present_reference, present_primary
        Which rows they come from.
    """

    labels: tuple[str, ...]
    reference: Ints
    primary: Ints
    present_reference: Bools
    present_primary: Bools

    @cached_property
    def counts_reference(self) -> Ints:
        """Reference count of each label."""
        return np.bincount(self.reference, minlength=len(self.labels))

    @cached_property
    def counts_primary(self) -> Ints:
        """Primary count of each label."""
        return np.bincount(self.primary, minlength=len(self.labels))

    @cached_property
    def bin_of(self) -> Ints:
        """The bin of each label: its own number, or the last bin for those too rare to have one."""
        count = len(self.labels)
        bins = np.arange(count)
        if count > MOST_CATEGORIES:
            pooled = self.counts_reference + self.counts_primary
            # Ties go by the label's place in the alphabet, which knows nothing of the sets.
            alphabet = np.empty(count, dtype=np.int64)
            alphabet[sorted(range(count), key=self.labels.__getitem__)] = np.arange(count)
            kept = np.lexsort([alphabet, -pooled])[: MOST_CATEGORIES - 1]
            bins = np.full(count, MOST_CATEGORIES - 1)
            bins[np.sort(kept)] = np.arange(MOST_CATEGORIES - 1)
        return bins

    @property
    def n_bins(self) -> int:
        """Number of bins."""
        return min(len(self.labels), MOST_CATEGORIES)


def numbers(column: pa.ChunkedArray, name: str = "column") -> Numbers:
    """Return a column's values as numbers: booleans as 0 and 1, durations in seconds, texts as their number of characters."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_null(kind):
        column, kind = column.cast(pa.float64()), pa.float64()
    if _is_text(kind):
        column = pc.utf8_length(_plain_text(column))
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        column = pc.binary_length(column)
    elif pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    elif pa.types.is_decimal(kind):
        column = column.cast(pa.float64())
    elif pa.types.is_duration(kind):
        per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[kind.unit]
        column = pc.divide(column.cast(pa.int64()).cast(pa.float64()), float(per_second))
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        raise ColumnError(f'column "{name}" holds {kind}, which cannot be read as numbers')
    single = pa.types.is_float32(column.type) or pa.types.is_float16(column.type)
    present = np.ones(len(column), dtype=bool) if column.null_count == 0 else _to_numpy(column.is_valid())
    values = _to_numpy(column if column.null_count == 0 else column.drop_null())
    if values.dtype.kind == "f":
        values = values.astype(np.float64, copy=False)
        nan = np.isnan(values)
        if nan.any():
            present = present.copy()
            present[np.flatnonzero(present)[nan]] = False
            values = values[~nan]
    elif values.dtype != np.uint64:
        values = values.astype(np.int64, copy=False)
    return Numbers(values, present, single)


def comparable(reference: Numbers, primary: Numbers) -> tuple[Numbers, Numbers]:
    """Return both sets' numbers in one type: float64 unless both are integers of one sign convention."""
    if reference.values.dtype == primary.values.dtype:
        if reference.single and not primary.single:
            return Numbers(reference.values, reference.present), primary
        return reference, primary
    return reference.as_float(), primary.as_float()


def codes(
    reference: pa.ChunkedArray, primary: pa.ChunkedArray, name: str = "column"
) -> tuple[pa.Array, tuple[Ints, Ints], tuple[Bools, Bools]]:
    """Return the values of both sets as numbers, alike in both, in the order in which they first come.

    Returns
    -------
    tuple
        The different values; the number of each present value of the reference and the primary set, in the rows' order; which rows
        these are.

    Raises
    ------
    ColumnError
        One set holds text and the other numbers.
    """
    ref, prim = _same_type(_dense(reference), _dense(primary), name)
    both = pa.chunked_array([*ref.chunks, *prim.chunks], type=ref.type)
    if pa.types.is_floating(both.type):
        both = pc.if_else(pc.is_nan(both), pa.scalar(None, both.type), both)
    encoded = _one(both.dictionary_encode())
    indices = encoded.indices
    present = np.ones(len(indices), dtype=bool) if indices.null_count == 0 else _to_numpy(indices.is_valid())
    numbers = _to_numpy(indices.drop_null()).astype(np.int64)
    split = len(ref)
    n = int(present[:split].sum())
    return encoded.dictionary, (numbers[:n], numbers[n:]), (present[:split], present[split:])


def categories(reference: pa.ChunkedArray, primary: pa.ChunkedArray, name: str = "column") -> Categories:
    """Return both sets' values as numbered categories; raises `ColumnError` when one holds text and the other numbers."""
    dictionary, numbers, present = codes(reference, primary, name)
    labels = [label(value) for value in dictionary.to_pylist()]
    counts = [np.bincount(part, minlength=len(labels)) for part in numbers]
    order = by_frequency(labels, *counts)
    rank = np.empty(len(labels), dtype=np.int64)
    rank[order] = np.arange(len(labels))
    ranked = [rank[part] if labels else part for part in numbers]
    return Categories(tuple(labels[i] for i in order), ranked[0], ranked[1], present[0], present[1])


def by_frequency(labels: Sequence[str], reference: NDArray[Any], primary: NDArray[Any]) -> list[int]:
    """Return the places of labels by their counts: the most frequent in the reference first, ties by the primary set, then by label."""
    return sorted(range(len(labels)), key=lambda i: (-int(reference[i]), -int(primary[i]), labels[i]))


def units(reference: pa.ChunkedArray, primary: pa.ChunkedArray, name: str = "unit") -> tuple[Ints, Ints]:
    """Return the number of each row's unit in both sets; a row without one is a unit of its own."""
    both = categories(reference, primary, name)
    next_one = len(both.labels)
    result = []
    for codes, present in ((both.reference, both.present_reference), (both.primary, both.present_primary)):
        full = np.empty(len(present), dtype=np.int64)
        full[present] = codes
        lone = int((~present).sum())
        full[~present] = next_one + np.arange(lone)
        next_one += lone
        result.append(full)
    return result[0], result[1]


def vectors(column: pa.ChunkedArray) -> tuple[NDArray[Any], Bools]:
    """Return a vector column as a matrix (rows, dimensions), without a copy where it is one piece, and which rows are usable.

    Usable is a row that is present and finite throughout.
    """
    dimension = column.type.list_size
    array = _one(column)
    flat = array.values.slice(array.offset * dimension, len(array) * dimension)
    matrix = flat.to_numpy(zero_copy_only=False).reshape(len(array), dimension)
    usable = np.empty(len(matrix), dtype=bool)
    for start in range(0, len(matrix), 8192):
        usable[start : start + 8192] = np.isfinite(matrix[start : start + 8192]).all(axis=1)
    if array.null_count:
        usable &= _to_numpy(array.is_valid())
    return matrix, usable


def _one(column: pa.ChunkedArray) -> Any:
    if column.num_chunks == 1:
        return column.chunk(0)
    combined = column.combine_chunks()
    if isinstance(combined, pa.ChunkedArray):  # pyarrow returns one of zero chunks so
        return combined.chunk(0) if combined.num_chunks else pa.array([], type=column.type)
    return combined


def _to_numpy(array: Any) -> NDArray[Any]:
    if isinstance(array, pa.ChunkedArray):
        array = _one(array)
    values: NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return values


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or (hasattr(pa.types, "is_string_view") and pa.types.is_string_view(kind))
    )


def _plain_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return (
        column
        if pa.types.is_large_string(column.type) or pa.types.is_string(column.type)
        else column.cast(pa.large_string())
    )


def _dense(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_nested(column.type):
        raise ColumnError("nested values are not compared")
    return column


def _same_type(a: pa.ChunkedArray, b: pa.ChunkedArray, name: str) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    if a.type == b.type:
        return a, b
    if pa.types.is_null(a.type):
        return a.cast(b.type), b
    if pa.types.is_null(b.type):
        return a, b.cast(a.type)
    if _is_text(a.type) and _is_text(b.type):
        return a.cast(pa.large_string()), b.cast(pa.large_string())
    if _is_number(a.type) and _is_number(b.type):
        wide = (
            pa.int64()
            if all(pa.types.is_signed_integer(t) or pa.types.is_boolean(t) for t in (a.type, b.type))
            else pa.float64()
        )
        return _cast_number(a, wide), _cast_number(b, wide)
    if pa.types.is_temporal(a.type) and pa.types.is_temporal(b.type):
        try:
            return a, b.cast(a.type)
        except pa.ArrowInvalid as error:
            raise ColumnError(f'column "{name}" has times of two sorts, {a.type} and {b.type}') from error
    raise ColumnError(f'column "{name}" holds {_said(b.type)} in the primary set and {_said(a.type)} in the reference')


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_decimal(kind)
    )


def _cast_number(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    return column.cast(kind, safe=False)


def _said(kind: pa.DataType) -> str:
    return "text" if _is_text(kind) else "numbers" if _is_number(kind) else str(kind)


def label(value: Any) -> str:
    """Return how a value of a category is called."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)
