"""The process that computes: it takes one job at a time from its standard input, and reports on its standard output.

Nothing here needs signals or a fork, so that it is the same on Linux, macOS and Windows. A message is eight bytes of length and that
much JSON. The process ends when its input ends, so that no worker outlives its server.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import queue
import signal
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from phoenix_lab.recipes.output import Cancelled, Progress, RecipeError

if TYPE_CHECKING:
    from phoenix_lab.inferences.frame import Frame

Target = Callable[[Mapping[str, Any], Progress], Mapping[str, Any]]
"""What a worker runs: a JSON object and a progress callback in, a JSON object out."""

_LENGTH = struct.Struct("<Q")
_LARGEST = 256 << 20
_EVERY = 0.05
"""Seconds between two reports of progress of the same stage."""
_WATCH = 0.25
"""Seconds between two looks at the memory in use."""


def write_message(stream: IO[bytes], message: Mapping[str, Any]) -> None:
    """Write one message; raises `OSError` or `ValueError` when the other side is gone."""
    body = json.dumps(message).encode()
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def read_message(stream: IO[bytes]) -> dict[str, Any] | None:
    """Read one message; None at the end of the stream, also when that comes in the middle of a message."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _LARGEST:
        return None
    body = stream.read(length)
    if len(body) < length:
        return None
    message: dict[str, Any] = json.loads(body)
    return message


def resident() -> int:
    """Return the bytes of memory that are this process's own; memory-mapped files do not count where that can be told."""
    if sys.platform == "linux":
        pages = Path("/proc/self/statm").read_text().split()
        return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "win32":
        return _resident_on_windows()
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _resident_on_windows() -> int:
    import ctypes

    class Counters(ctypes.Structure):
        _fields_ = (
            ("cb", ctypes.c_ulong),
            ("PageFaultCount", ctypes.c_ulong),
            *(
                (name, ctypes.c_size_t)
                for name in ("PeakWorkingSetSize", "WorkingSetSize", "a", "b", "c", "d", "e", "f")
            ),
            ("PrivateUsage", ctypes.c_size_t),
        )

    counters = Counters()
    counters.cb = ctypes.sizeof(counters)
    windows: Any = ctypes
    kernel = windows.windll.kernel32
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    ask = kernel.K32GetProcessMemoryInfo
    ask.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong]
    ask(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
    return int(counters.PrivateUsage)


class _Server:
    """The pipe to the server, and what has come from it."""

    def __init__(self, source: IO[bytes], sink: IO[bytes]) -> None:
        self.jobs: queue.Queue[dict[str, Any]] = queue.Queue()
        self._source = source
        self._sink = sink
        self._lock = threading.Lock()
        self._unwanted: str | None = None
        self._resting: str | None = None
        self._goes_on = threading.Event()

    def listen(self) -> None:
        """Sort what comes in; ends the process with its input, whatever it is doing."""
        while (message := read_message(self._source)) is not None:
            if "cancel" in message:
                self._unwanted = message["cancel"]
                self._goes_on.set()
            elif "pause" in message:
                self._rest(message["pause"], is_on=message["is_on"])
            else:
                self.jobs.put(message)
        os._exit(0)

    def _rest(self, job: str, *, is_on: bool) -> None:
        """Let a job stand still at its next report, or go on."""
        if is_on:
            self._goes_on.clear()
            self._resting = job
        else:
            self._resting = None
            self._goes_on.set()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message; ends the process when nobody is there."""
        try:
            with self._lock:
                write_message(self._sink, message)
        except (OSError, ValueError):
            os._exit(0)

    def check(self, job: str) -> None:
        """Wait while the job has to rest; raise `Cancelled` when nobody wants it any more."""
        if self._resting == job:
            self._goes_on.wait()
        if self._unwanted == job:
            raise Cancelled

    def progress(self, job: str) -> Progress:
        """Return the callback of one job: it reports, not too often, and raises `Cancelled`."""
        last_stage, last_time = "", 0.0

        def report(stage: str, fraction: float) -> None:
            nonlocal last_stage, last_time
            self.check(job)
            now = time.monotonic()
            if stage != last_stage or now - last_time >= _EVERY:
                last_stage, last_time = stage, now
                self.send({"progress": [stage, min(max(float(fraction), 0.0), 1.0)]})

        return report


def _watch_memory(server: _Server, limit: int) -> None:
    while True:
        time.sleep(_WATCH)
        if resident() > limit:
            server.send({"memory": limit})
            os._exit(1)


def _answer(target: Target, message: Mapping[str, Any], server: _Server) -> dict[str, Any]:
    job = message["job"]
    try:
        server.check(job)
        return {"done": job, "result": dict(target(message["payload"], server.progress(job)))}
    except Cancelled:
        return {"done": job, "cancelled": True}
    except RecipeError as error:
        return {"done": job, "problem": {"message": str(error)}}
    except KeyError as error:
        # `Frame.info` names the column that is missing and the closest that there is
        text = error.args[0] if error.args and isinstance(error.args[0], str) else repr(error)
        return {"done": job, "problem": {"message": text}, "trace": traceback.format_exc()}
    except MemoryError:
        return {"done": job, "memory": 0, "trace": traceback.format_exc()}
    except Exception as error:  # noqa: BLE001 - whatever it is, only this job fails
        return {"done": job, "failed": type(error).__name__, "trace": traceback.format_exc()}


def _warm(server: _Server) -> None:
    try:
        from phoenix_lab.embeddings.warm import warm

        warm()
    except Exception:  # noqa: BLE001 - the first map is slower then, nothing else
        server.send({"warm": False, "trace": traceback.format_exc()})
    else:
        server.send({"warm": True})


def main(target: str, *, memory: int, warm: bool) -> None:
    """Serve jobs until the input ends.

    Parameters
    ----------
    target
        What to run, as `"module:function"`; see `Target`.
    memory
        Most bytes that the process may use, 0 for no limit.
    warm
        Compile what a first map needs, in the background.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is meant for the server
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints belongs into the log, not among the messages
    server = _Server(os.fdopen(os.dup(0), "rb"), sink)
    threading.Thread(target=server.listen, name="listen", daemon=True).start()
    module, _, name = target.partition(":")
    try:
        function: Target = getattr(importlib.import_module(module), name)
        if target == RECIPES:
            for name in (
                "engine.answer",
                "recipes.compute",
                "recipes.summary",
                "recipes.quality",
                "recipes.time_series",
            ):
                importlib.import_module(f"phoenix_lab.{name}")  # now, so that the first job need not wait
    except Exception as error:  # noqa: BLE001
        server.send({"unable": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()})
        return
    if memory:
        threading.Thread(target=_watch_memory, args=(server, memory), name="memory", daemon=True).start()
    server.send({"ready": os.getpid()})
    if warm:
        threading.Thread(target=_warm, args=(server,), name="warm", daemon=True).start()
    while True:
        message = server.jobs.get()
        answer = _answer(function, message, server)
        gc.collect()  # before the answer: the memory maps of the job are closed when its files are removed
        server.send(answer)


RECIPES = "phoenix_lab.engine.worker:perform"
"""The target that answers recipes."""


def open_frame(spec: Mapping[str, Any]) -> Frame:
    """Build a `Frame` on memory-mapped Arrow files.

    Parameters
    ----------
    spec
        `name`, `n_rows`, `columns` (JSON of `ColumnInfo`), `files` (`[{path, columns, stamp}]`: which columns to take from which file, and its
        stamp when it was checked), `fingerprints`.

    Raises
    ------
    ChangedError
        A file is not as it was when it was checked.
    """
    import pyarrow as pa
    from pydantic import TypeAdapter

    from phoenix_lab.engine.mapped import mapped
    from phoenix_lab.inferences.frame import Frame
    from phoenix_lab.inferences.schema import ColumnInfo

    columns = TypeAdapter(tuple[ColumnInfo, ...]).validate_python(spec["columns"])
    found: dict[str, pa.ChunkedArray] = {}
    for file in spec["files"]:
        table = pa.ipc.open_file(mapped(file["path"], file["stamp"])).read_all()
        found.update({name: table.column(name) for name in file["columns"]})
    order = [column.name for column in columns if column.name in found]
    table = pa.table({name: found[name] for name in order})
    return Frame(
        name=spec["name"], n_rows=spec["n_rows"], columns=columns, table=table, fingerprints=dict(spec["fingerprints"])
    )


def perform(payload: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Compute a recipe and put its output into the cache.

    Parameters
    ----------
    payload
        `recipe` (its JSON), `primary`, `reference`, `corpus` (see `open_frame`; the last two may be null), `cache` and `quota`
        (the folder, and its size), `key`.
    progress
        See `Progress`.

    Returns
    -------
    dict
        `parts`: the names of the output's further tables.
    """
    from phoenix_lab.engine.answer import answer
    from phoenix_lab.engine.cache import Cache
    from phoenix_lab.recipes.models import parse

    frames = [open_frame(payload[name]) if payload.get(name) else None for name in ("primary", "reference", "corpus")]
    primary, reference, corpus = frames
    if primary is None:
        raise RecipeError("There is no primary set.")
    cache = Cache(payload["cache"], payload["quota"])
    output = answer(
        parse(payload["recipe"]), primary, reference, corpus, cache=cache, key=payload["key"], progress=progress
    )
    if cache.load(payload["key"]) is None:
        raise RecipeError("The result could not be stored. Is the disk full?")
    with contextlib.suppress(Exception):
        import pyarrow as pa

        pa.default_memory_pool().release_unused()
    return {"parts": sorted(output.parts)}
