"""For a server that does not see the kernel's disk: an Arrow file in the kernel's memory, of which the server takes one piece after another.

Self-contained, like the bridge. A parcel costs hardly any memory: its large parts are the table's own buffers. Pieces go out as binary buffers of
a reply of our own on the shell channel. The other ways are worse: output messages are throttled by servers (`iopub_data_rate_limit`), and text in an
`execute_reply` takes ten times as long; the latter serves kernels and gateways that know nothing but the usual messages.
"""

from __future__ import annotations

import bisect
import threading
import time
import uuid
from typing import Any

MESSAGE = "phoenix_lab_piece"
"""The request for a piece: `{key, offset, length}`."""
_IDLE = 600.0
"""Seconds after which a parcel that nobody asks for is dropped: its server is gone."""

_lock = threading.Lock()
_parcels: dict[str, _Parcel] = {}


class _Parcel:
    """A file for pyarrow to write, that keeps what it is given instead of copying it."""

    closed = False

    def __init__(self) -> None:
        self.parts: list[memoryview] = []
        self.starts: list[int] = []
        self.size = 0
        self.used = time.monotonic()

    def write(self, data: Any) -> int:
        part = memoryview(data).cast("B")
        if len(part):
            self.parts.append(part)
            self.starts.append(self.size)
            self.size += len(part)
        return len(part)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        """Keep nothing back."""

    def close(self) -> None:
        """Keep the parts."""

    def piece(self, offset: int, length: int) -> memoryview:
        """Return some bytes; a copy only where they lie in several parts."""
        end = min(offset + length, self.size)
        found = []
        k = bisect.bisect_right(self.starts, offset) - 1
        while offset < end:
            start = offset - self.starts[k]
            found.append(self.parts[k][start : start + end - offset])
            offset += len(found[-1])
            k += 1
        return found[0] if len(found) == 1 else memoryview(b"".join(found))


def pack(table: Any) -> dict[str, Any]:
    """Keep a table as an Arrow IPC file, and return `{key, size}`."""
    import pyarrow as pa

    parcel = _Parcel()
    with pa.ipc.new_file(pa.PythonFile(parcel, mode="w"), table.schema) as writer:
        writer.write_table(table.combine_chunks())
    key = uuid.uuid4().hex
    now = time.monotonic()
    with _lock:
        for old in [old for old, other in _parcels.items() if now - other.used > _IDLE]:
            del _parcels[old]
        _parcels[key] = parcel
    return {"key": key, "size": parcel.size}


def piece(key: str, offset: int, length: int) -> memoryview | None:
    """Return a piece of a parcel; None when there is no such parcel any more."""
    with _lock:
        parcel = _parcels.get(key)
    if parcel is None or not 0 <= offset < parcel.size or length <= 0:
        return None
    parcel.used = time.monotonic()
    return parcel.piece(offset, length)


def drop(keys: list[str]) -> None:
    """Let go of parcels."""
    with _lock:
        for key in keys:
            _parcels.pop(key, None)


def offer(kernel: Any) -> bool:
    """Answer requests of our own kind from now on; return whether the kernel is one that can."""
    handlers, session = getattr(kernel, "shell_handlers", None), getattr(kernel, "session", None)
    if not isinstance(handlers, dict) or session is None:
        return False

    def answer(stream: Any, ident: Any, parent: Any) -> None:
        content = parent["content"]
        found = piece(content.get("key"), content.get("offset", -1), content.get("length", 0))
        session.send(
            stream,
            "phoenix_lab_reply",
            {"status": "ok" if found is not None else "gone"},
            parent=parent,
            ident=ident,
            buffers=[] if found is None else [found],
        )

    handlers[MESSAGE] = answer
    return True
