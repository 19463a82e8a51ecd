"""A digest of what an Arrow column holds: the same for the same values, however they lie in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_ROWS = 1 << 16
"""Rows that are looked at together, so that no step needs memory of the size of the column."""


def fingerprint(column: pa.ChunkedArray | pa.Array) -> str:
    """Return the digest of a column, 32 hexadecimal digits.

    It depends on type, length, values and which of them are missing. It does not depend on chunks, offsets, the order (or the unused entries) of
    dictionaries, the width of string offsets, or whatever lies in memory below a missing value.

    Parameters
    ----------
    column
        Of one of the types that `convert.to_arrow` returns.

    Notes
    -----
    BLAKE2b, fed with the values' bytes; which values are missing goes into a second digest, and the lengths of strings into a third, so that
    each is one stream whatever the chunks.
    """
    values, valid, lengths = (hashlib.blake2b(digest_size=32) for _ in range(3))
    kind = column.type
    missing = column.null_count > 0
    # of a column without values there is nothing to look at, however long it says that it is
    for piece in () if pa.types.is_null(kind) else _pieces(column):
        if missing:
            present = piece.is_valid().to_numpy(zero_copy_only=False)
            valid.update(present)
        else:
            present = None
        if pa.types.is_dictionary(kind):
            piece = piece.dictionary_decode()  # noqa: PLW2901 - the same values, plainly
        if _is_text(piece.type):
            data, sizes = _text(piece)
            values.update(data)
            lengths.update(sizes)
        elif pa.types.is_fixed_size_list(kind):
            values.update(_vectors(piece, present))
        else:
            values.update(_plain(piece))
    whole = hashlib.blake2b(digest_size=16)
    whole.update(f"{_called(kind)}\0{len(column)}\0{missing}".encode())
    for part in (values, valid, lengths):
        whole.update(part.digest())
    return whole.hexdigest()


def _pieces(column: pa.ChunkedArray | pa.Array) -> Iterator[Any]:
    for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        for start in range(0, len(chunk), _ROWS):
            yield chunk.slice(start, _ROWS)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _called(kind: pa.DataType) -> str:
    """Return the type's name, without what says nothing of the values."""
    if pa.types.is_dictionary(kind):
        return f"dictionary<{_called(kind.value_type)}>"
    if pa.types.is_fixed_size_list(kind):
        return f"vector<{kind.value_type}>[{kind.list_size}]"
    return "string" if _is_text(kind) else str(kind)


def _text(piece: Any) -> tuple[memoryview, Any]:
    if piece.null_count:
        piece = pc.fill_null(piece, "")
    width = np.int64 if pa.types.is_large_string(piece.type) else np.int32
    _, offsets, data = piece.buffers()
    if data is None or len(piece) == 0:
        return memoryview(b""), np.zeros(len(piece), dtype=np.int64)
    bounds = np.frombuffer(offsets, dtype=width)[piece.offset : piece.offset + len(piece) + 1]
    return memoryview(data)[int(bounds[0]) : int(bounds[-1])], np.diff(bounds).astype(np.int64)


def _vectors(piece: Any, present: Any) -> Any:
    size = piece.type.list_size
    flat = piece.values.slice(piece.offset * size, len(piece) * size).to_numpy(zero_copy_only=False)
    if present is None or present.all():
        return np.ascontiguousarray(flat)
    matrix = flat.reshape(len(piece), size).copy()
    matrix[~present] = 0
    return matrix


def _plain(piece: Any) -> Any:
    kind = piece.type
    if pa.types.is_temporal(kind):
        # `view` keeps the bits: a time is a number of units, an unknown zone doesn't matter
        piece = piece.view(pa.int32() if kind.bit_width == 32 else pa.int64())
    if piece.null_count:
        piece = pc.fill_null(piece, False if pa.types.is_boolean(kind) else 0)
    return np.ascontiguousarray(piece.to_numpy(zero_copy_only=False))
