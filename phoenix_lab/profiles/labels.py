"""Columns of labels as numbers of classes: those of truth and prediction, of both sets, numbered alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.profiles.pairs import is_text

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Labels:
    """Columns numbered alike.

    Parameters
    ----------
    classes
        The labels as text, in the order of the alphabet, of numbers in their own.
    codes
        Of each column, which class each row is, -1 where it is missing; shape (rows,) each.
    """

    classes: tuple[str, ...]
    codes: tuple[Ints, ...]


def labels(columns: Sequence[tuple[str, pa.ChunkedArray]]) -> Labels:
    """Return the labels of several columns as numbers; raises `ColumnError` when some hold text and others numbers.

    The label 1 is not the label "1": whoever compares them silently has an accuracy of 0.

    Parameters
    ----------
    columns
        What each column is called, in a message, and its values.
    """
    dense = [(name, _dense(name, column)) for name, column in columns]
    # A column without a value, as of labels that have not come yet, may have any type.
    sorts = {name: _sort(column.type) for name, column in dense if column.null_count < len(column)}
    found = set(sorts.values())
    if "text" in found and len(found) > 1:
        text = next(name for name, sort in sorts.items() if sort == "text")
        other = next(name for name, sort in sorts.items() if sort != "text")
        raise ColumnError(
            f'{text} holds text and {other} {sorts[other]}: labels such as "1" and 1 are never equal. Make them one type'
        )
    kind = (
        pa.large_string()
        if found <= {"text"}
        else pa.bool_()
        if found == {"booleans"}
        else pa.int64()
        if all(_whole(column) for _, column in dense)
        else pa.float64()
    )
    parts = [_cast(column, kind) for _, column in dense]
    merged = pa.chunked_array([chunk for part in parts for chunk in part.chunks], type=kind)
    encoded = merged.dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):  # of nothing at all
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], kind).dictionary_encode()
    values = encoded.dictionary.to_pylist()
    order = sorted(range(len(values)), key=lambda i: values[i])
    rank = np.empty(len(values) + 1, dtype=np.int64)
    rank[order] = np.arange(len(values))
    rank[-1] = -1
    codes = rank[pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)]
    ends = np.cumsum([len(part) for part in parts])
    return Labels(tuple(str(values[i]) for i in order), tuple(np.split(codes, ends[:-1])))


def _dense(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_nested(column.type) or pa.types.is_temporal(column.type) or pa.types.is_binary(column.type):
        raise ColumnError(f"{name} holds {column.type}, which are no labels")
    if pa.types.is_floating(column.type):
        column = column.cast(pa.float64())
        return pc.if_else(pc.is_nan(column), pa.scalar(None, pa.float64()), column)
    return column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column


def _sort(kind: pa.DataType) -> str:
    return "text" if is_text(kind) else "booleans" if pa.types.is_boolean(kind) else "numbers"


def _whole(column: pa.ChunkedArray) -> bool:
    """Tell whether the labels are whole numbers, though missing ones may have made them floats."""
    if not pa.types.is_floating(column.type):
        return True
    values = column.drop_null().to_numpy()
    return bool((np.isfinite(values) & (np.abs(values) < 2**53) & (values == np.round(values))).all())


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_boolean(column.type) and not pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    return column.cast(kind)
