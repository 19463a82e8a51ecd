"""Whether an Arrow file is one that the bridge can have written: of plain columns, nothing compressed.

A kernel may be anybody's. What it writes is mapped, so a length that it declares costs nothing until it is believed; but a few compressed bytes may become
any amount of memory, and pyarrow does not say beforehand whether a file is compressed. So the few fields of the file's own index that do are read here, as
the format lays them down (https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format; tables of FlatBuffers).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

_MAGIC = b"ARROW1"
_DICTIONARY_BATCH, _RECORD_BATCH = 2, 3
_FOOTER_DICTIONARIES, _FOOTER_BATCHES = 2, 3
_MESSAGE_KIND, _MESSAGE_HEADER = 1, 2
_DICTIONARY_DATA = 1
_COMPRESSION = 3
_BLOCK = struct.Struct("<qi4xq")
_MOST_BLOCKS = 1 << 20


class NotOursError(ValueError):
    """It is not what the bridge writes."""


def check_plain(data: Any) -> None:
    """Raise `NotOursError` unless a file is a whole Arrow file without compressed buffers.

    Parameters
    ----------
    data
        The file: bytes, or a view of a mapped file.
    """
    try:
        for header in _headers(memoryview(data).cast("B")):
            if header is not None:
                raise NotOursError("compressed")
    except (struct.error, IndexError, OverflowError):
        raise NotOursError("damaged") from None


def check_types(schema: Any, *, images: bool = False) -> None:
    """Raise `NotOursError` unless all columns are of types that `convert.to_arrow` gives; with `images` bytes are among them."""
    import pyarrow as pa

    strange = next(
        (field for field in schema if not (_is_ours(field.type) or (images and pa.types.is_binary(field.type)))), None
    )
    if strange is not None or len(set(schema.names)) != len(schema.names):
        raise NotOursError("strange types")


def _is_ours(kind: Any) -> bool:
    import pyarrow as pa

    t = pa.types
    if t.is_dictionary(kind):
        return bool(
            t.is_int32(kind.index_type) and (t.is_string(kind.value_type) or t.is_large_string(kind.value_type))
        )
    if t.is_fixed_size_list(kind):
        return bool(t.is_floating(kind.value_type))
    return bool(
        t.is_null(kind)
        or t.is_boolean(kind)
        or t.is_integer(kind)
        or t.is_floating(kind)
        or t.is_string(kind)
        or t.is_large_string(kind)
        or t.is_date(kind)
        or t.is_timestamp(kind)
    )


def _headers(data: memoryview) -> Iterator[int | None]:
    """Yield for each batch of a file where its compression is described; None where it isn't compressed."""
    if len(data) < 22 or bytes(data[:6]) != _MAGIC or bytes(data[-6:]) != _MAGIC:
        raise NotOursError("no Arrow file")
    size = struct.unpack_from("<i", data, len(data) - 10)[0]
    start = len(data) - 10 - size
    if size <= 0 or start < 8:
        raise NotOursError("damaged")
    footer = start + _u32(data, start)
    for field in (_FOOTER_DICTIONARIES, _FOOTER_BATCHES):
        vector = _field(data, footer, field)
        if vector is None:
            continue
        vector += _u32(data, vector)
        n = _u32(data, vector)
        if n > _MOST_BLOCKS:
            raise NotOursError("damaged")
        for i in range(n):
            offset, length, _ = _BLOCK.unpack_from(data, vector + 4 + i * _BLOCK.size)
            if offset < 8 or length < 16 or offset + length > len(data):
                raise NotOursError("damaged")
            # newer files begin a message with -1, older ones with its length
            begin = offset + (8 if _u32(data, offset) == 0xFFFFFFFF else 4)
            yield _compression(data, begin + _u32(data, begin))


def _compression(data: memoryview, message: int) -> int | None:
    kind, header = _field(data, message, _MESSAGE_KIND), _field(data, message, _MESSAGE_HEADER)
    if kind is None or header is None or data[kind] not in (_DICTIONARY_BATCH, _RECORD_BATCH):
        raise NotOursError("damaged")
    batch = header + _u32(data, header)
    if data[kind] == _DICTIONARY_BATCH:
        inner = _field(data, batch, _DICTIONARY_DATA)
        if inner is None:
            raise NotOursError("damaged")
        batch = inner + _u32(data, inner)
    return _field(data, batch, _COMPRESSION)


def _field(data: memoryview, table: int, number: int) -> int | None:
    """Return where a field of a FlatBuffers table lies; None when it is not there."""
    slots = table - struct.unpack_from("<i", data, _inside(data, table))[0]
    size = struct.unpack_from("<H", data, _inside(data, slots))[0]
    slot = 4 + 2 * number
    if slot + 2 > size:
        return None
    offset = struct.unpack_from("<H", data, _inside(data, slots + slot))[0]
    return None if offset == 0 else _inside(data, table + offset)


def _u32(data: memoryview, at: int) -> int:
    value: int = struct.unpack_from("<I", data, _inside(data, at))[0]
    return value


def _inside(data: memoryview, at: int) -> int:
    # a negative offset would count from the end
    if not 0 <= at < len(data):
        raise NotOursError("damaged")
    return at
