"""Arrow tables as a stream of bytes, in pieces that neither fill the memory nor keep the loop."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa

PIECE = 4 << 20
"""Most bytes in a piece."""


class _Sink(io.RawIOBase):
    """Collects what a writer writes until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        part = bytes(memoryview(data))  # type: ignore[arg-type]
        self._parts.append(part)
        return len(part)

    def take(self) -> bytes:
        found, self._parts = b"".join(self._parts), []
        return found


def pieces(table: pa.Table, limit: int = PIECE) -> Iterator[bytes]:
    """Write a table as an Arrow IPC stream, a piece at a time; the table may be mapped from a file and larger than memory."""
    # A dictionary that changes between batches is legal in a stream, but not every reader of the browser's side knows it.
    table = table.unify_dictionaries()
    sink = _Sink()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        rows = max(1, int(table.num_rows * limit / max(table.nbytes, 1)))
        for start in range(0, table.num_rows, rows):
            writer.write_table(table.slice(start, rows))
            yield from _cut(sink.take(), limit)
    yield from _cut(sink.take(), limit)


def _cut(data: bytes, limit: int) -> Iterator[bytes]:
    for start in range(0, len(data), limit):
        yield data[start : start + limit]
